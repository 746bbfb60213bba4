"""What a kind of configuration is: documents whose keys are machine names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.access import (
    AccessResult,
    allowed_if_has_any_permission,
    allowed_if_has_permission,
)
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.models import ConfigObject
from drupal_jwt_auth.models.config_object import CONFIG_NAME_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext


class ConfigEntityType(EntityType):
    """A kind of configuration: one document each, whose keys are machine names.

    ``prefix`` is what the names of its objects begin with (``node.type``), None for a kind that is
    only referred to. Whoever has one of the ``permissions`` may see them; ``{0}`` in one is what
    stands before the first dot of a key: fields and displays are of an entity type.
    """

    prefix: str | None = None
    permissions: Sequence[str] = ()

    @property
    def module(self) -> str:
        """Return the name of the module, which names of configuration objects begin with."""
        return str(self.prefix).partition(".")[0]

    def reference_key(self, value: Any) -> str | None:
        """Return the machine name that a client's value stands for."""
        return to_text(value) if is_scalar(value) else None

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to stored objects point to."""
        names = {self.name_of(key): key for key in keys}
        found = ConfigObject.objects.filter(pk__in=names)
        return {names[each.name]: Target(str(each.data.get("uuid"))) for each in found}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of the stored objects with these UUIDs."""
        found = ConfigObject.objects.beginning_with([str(self.prefix)])
        start = len(self.name_of(""))
        keys = {str(each.data.get("uuid")): each.name[start:] for each in found}
        return {uuid: keys.get(uuid, keys.get(uuid.lower())) for uuid in uuids}

    def name_of(self, key: str) -> str:
        """Return the name of the object with a key."""
        return f"{self.prefix}.{key}"

    def find(self, key: str, site: SiteContext) -> dict[str, Any] | None:
        """Return the document with a key, None where there is none."""
        name = self.name_of(key)
        # No database has a name with a NUL, and not each can be asked for one.
        if "\0" in name or len(name) > CONFIG_NAME_LENGTH:
            return None
        return self.document(key, ConfigObject.objects.data_of(name), site)

    def document(
        self, key: str, stored: dict[str, Any] | None, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of an object, None where there is none.

        A kind on which this app decides by rows of its own shows what these say: `merged` into what
        is ``stored``, which may be older, or be None where the site was never imported.
        """
        return stored

    def view(self, account: Account, key: str) -> AccessResult:
        """Return whether the account may see an object."""
        needed = [each.format(key.partition(".")[0]) for each in self.permissions]
        if len(needed) == 1:
            return allowed_if_has_permission(account, needed[0])
        return allowed_if_has_any_permission(account, needed)
