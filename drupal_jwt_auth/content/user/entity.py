"""The entity type of users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery

from drupal_jwt_auth.content.entity.accounts import Account, user_target
from drupal_jwt_auth.content.entity.entity_type import EntityType, keys_by_uuid, register
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, to_user_key, wire_key
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.user_uuids import user_key

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class UserEntityType(EntityType):
    """The users of the project; 0 is the anonymous one."""

    id = "user"

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the users that references point to; those who are not active are hidden."""
        found: dict[Any, Target] = {}
        if ANONYMOUS_KEY in keys:
            found[ANONYMOUS_KEY] = user_target(
                ANONYMOUS_KEY, site.structure.anonymous_uuid, site.root
            )
        others = [read_key(key) for key in keys if key not in found]
        if others:
            uuids = UserUUID.objects.filter(user=OuterRef("pk")).values("uuid")
            users = get_user_model()._default_manager.filter(pk__in=others)
            for user in users.annotate(imported_uuid=Subquery(uuids)):
                target = user_target(user.pk, user.imported_uuid, site.root)
                found[wire_key(user.pk)] = target._replace(published=user.is_active)
        return found

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

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference users who are not active."""
        return account.has_permission("administer users")
