"""What a kind of configuration is: documents whose keys are machine names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
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

    ``label`` is what one is called in messages. ``prefix`` is what the names of its objects begin
    with (``node.type``), None for a kind that is only referred to. ``id_key`` and ``label_key`` are
    what in a document its key is, and what it is called. Whoever has one of the ``permissions`` may
    see them; ``{0}`` in one is what stands before the first dot of a key: fields and displays are
    of an entity type. Where ``labels_are_public``, everybody sees what they are called.
    """

    label: str
    prefix: str | None = None
    id_key: str = "id"
    label_key: str = "label"
    permissions: Sequence[str] = ()
    labels_are_public: bool = False

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
        return self.load(site, [key]).get(key)

    def load(
        self, site: SiteContext, keys: Collection[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return the documents with these keys, or all, by key: a known number of queries for all.

        They are in the order of their keys.
        """
        if keys is not None:
            keys = set(filter(self._may_be_key, keys))
        stored, rows = self._stored(keys), self.rows(site, keys)
        known = stored.keys() | rows.keys()
        found = {
            key: self.document(key, stored.get(key), rows.get(key), site)
            for key in sorted(known if keys is None else known & keys)
        }
        return {key: document for key, document in found.items() if document is not None}

    def _stored(self, keys: Collection[str] | None) -> dict[str, dict[str, Any]]:
        objects = ConfigObject.objects.order_by()
        if keys is None:
            objects = objects.beginning_with([str(self.prefix)])
        else:
            objects = objects.filter(pk__in=map(self.name_of, keys))
        start = len(self.name_of(""))
        return {name[start:]: data for name, data in objects.values_list("name", "data")}

    def _may_be_key(self, key: str) -> bool:
        # No database has a name with a NUL, and not each can be asked for one.
        return "\0" not in key and len(self.name_of(key)) <= CONFIG_NAME_LENGTH

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return what this app decides on by rows of its own, of these keys or all, by key.

        Keys may be there that were not asked for. A kind of which it knows nothing has none.
        """
        return {}

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of an object, None where there is none.

        A kind on which this app decides by rows of its own shows what these say: `merged` into what
        is ``stored``, which may be older, or be None where the site was never imported. ``row`` is
        the one of `rows`, None where there is none.
        """
        return stored

    def view(self, account: Account, key: str) -> AccessResult:
        """Return whether the account may see an object."""
        needed = [each.format(key.partition(".")[0]) for each in self.permissions]
        if len(needed) == 1:
            return allowed_if_has_permission(account, needed[0])
        return allowed_if_has_any_permission(account, needed)

    def view_label(self, account: Account, key: str) -> AccessResult:
        """Return whether the account may see what an object is called."""
        return ALLOWED if self.labels_are_public else self.view(account, key)
