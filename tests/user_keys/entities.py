"""What users have, served."""

from drupal_jwt_auth.entities import ContentEntityType, Keys, column, register
from tests.user_keys.models import Thing


@register
class ThingType(ContentEntityType):
    id = "thing"
    label = "thing"
    model = Thing
    keys = Keys(uuid=None, owner="owner", published="published")
    base_fields = (*map(column, ("id", "name", "owner", "keepers", "published")),)
    canonical = "/thing/{thing}"
    collection = "/thing"
