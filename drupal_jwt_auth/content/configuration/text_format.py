"""The entity type of text formats."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.config_documents import dependencies, head, merged
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import keys_by_uuid
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.models import TextFormat
from drupal_jwt_auth.text import PLAIN_TEXT

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

_NAMESPACE = uuid.UUID("0b9c7a52-2f5f-5d6e-9a57-6f6f7d3e7a11")

MODULE = "filter"


@register
class TextFormatEntityType(ConfigEntityType):
    """Text formats: those that there are rows of, and the one that every site has."""

    id = "filter_format"
    label = "Text format"
    prefix = "filter.format"
    id_key = "format"
    label_key = "name"
    permissions = ("administer filters",)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the text formats that references point to."""
        return {row.format: Target(row.uuid) for row in TextFormat.objects.filter(pk__in=keys)}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the machine names of the text formats with these UUIDs."""
        return keys_by_uuid(TextFormat, "pk", uuids)

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return the rows, and one for the format that every site has."""
        known = asdict(PLAIN_TEXT)
        plain = TextFormat(uuid=str(uuid.uuid5(_NAMESPACE, PLAIN_TEXT.format)), **known)
        rows = TextFormat.objects.all()
        if keys is not None:
            rows = rows.filter(pk__in=keys)
        return {PLAIN_TEXT.format: plain, **{row.format: row for row in rows}}

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a text format."""
        if row is None:
            return None
        known = stored or {}
        filters = _filters(known.get("filters") or {}, row.filters)
        modules = {each["provider"] for each in filters.values()} - {MODULE}
        return merged(
            stored,
            {
                **head(known, row.uuid, dependencies(module=modules)),
                "status": row.status,
                "name": row.name,
                "format": row.format,
                "weight": row.weight,
                "filters": filters,
            },
        )


def _filters(stored: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters by their ids, each as Drupal has it; those that are off stay so."""
    off = {name: each for name, each in stored.items() if not each["status"]}
    on = {
        name: merged(
            stored.get(name),
            {
                "id": name,
                # The ids of a module's plugins begin with its name.
                "provider": stored.get(name, {}).get("provider", name.partition("_")[0]),
                "status": True,
                "weight": options["weight"],
                "settings": options["settings"],
            },
        )
        for name, options in own.items()
    }
    return dict(sorted({**off, **on}.items()))
