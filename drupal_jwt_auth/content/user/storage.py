"""Where users are found, whom the project makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery

from drupal_jwt_auth.content.entity.accounts import user_target
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, wire_key
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.models.path_alias import newest_alias
from drupal_jwt_auth.models.user_uuid import USER_PATH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


class UserStorage(EntityStorage):
    """The users of the project."""

    is_own = False

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the users that references point to; those who are not active are hidden."""
        found: dict[Any, Target] = {}
        if ANONYMOUS_KEY in keys:
            found[ANONYMOUS_KEY] = user_target(
                ANONYMOUS_KEY, site.structure.anonymous_uuid, None, site.root
            )
        others = [read_key(key) for key in keys if key not in found]
        if others:
            uuids = UserUUID.objects.filter(user=OuterRef("pk")).values("uuid")
            users = get_user_model()._default_manager.filter(pk__in=others)
            for user in users.annotate(
                imported_uuid=Subquery(uuids), shown_alias=newest_alias(USER_PATH)
            ):
                target = user_target(user.pk, user.imported_uuid, user.shown_alias, site.root)
                found[wire_key(user.pk)] = target._replace(published=user.is_active)
        return found
