"""The entity type of users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys, keys_by_uuid
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.user.access import UserAccess
from drupal_jwt_auth.content.user.storage import UserStorage
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, key_in_text, to_user_key, wire_key
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.models.user_uuid import USER_PATH
from drupal_jwt_auth.user_uuids import user_key

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class UserEntityType(ContentEntityType):
    """The users of the project; 0 is the anonymous one. They are only referred to."""

    id = "user"
    label = "user"
    model = get_user_model()
    keys = Keys(uuid=None)
    canonical = f"{USER_PATH}{{user}}"
    access_class = UserAccess
    storage_class = UserStorage

    def read_key(self, segment: str) -> Any:
        """Return the key that a segment of a path stands for; the anonymous user has no page."""
        return key_in_text(segment) or None

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of the users with these UUIDs, as JSON holds them."""
        found = keys_by_uuid(UserUUID, "user", uuids)
        keys = {
            uuid: wire_key(known)
            for uuid, key in found.items()
            if (known := user_key(uuid) if key is None else key) is not None
        }
        anonymous = site.structure.anonymous_uuid
        keys |= {uuid: ANONYMOUS_KEY for uuid in uuids if uuid.lower() == anonymous.lower()}
        there = self.targets(list(keys.values()), site)
        return {uuid: key for uuid, key in keys.items() if key in there}

    def reference_key(self, value: Any) -> Any:
        """Return the key that a client's value stands for."""
        return to_user_key(value)
