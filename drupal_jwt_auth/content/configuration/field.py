"""The entity types of configurable fields, and of what bundles say of base fields.

Of entity types whose fields are not this app's, what is stored is shown.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.config_documents import dependencies, head, merged
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES, register
from drupal_jwt_auth.content.entity.structure import configured_field
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.entity_reference import target_bundles
from drupal_jwt_auth.models import FieldConfig, FieldStorage

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

CORE = "core"
CHOICES = "allowed_values"


class OfEntityType(ConfigEntityType, ABC):
    """Configuration whose keys begin with the entity type that it is of."""

    permissions = ("administer {0} fields",)

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of an object: of an entity type whose fields are kept here."""
        name, _dot, rest = key.partition(".")
        entity_type = ENTITY_TYPES.get(name)
        if not isinstance(entity_type, ContentEntityType) or not entity_type.base_fields:
            return stored
        return self.document_of(entity_type, rest, stored, row, site)

    @abstractmethod
    def document_of(
        self,
        entity_type: ContentEntityType,
        rest: str,
        stored: dict[str, Any] | None,
        row: Any,
        site: SiteContext,
    ) -> dict[str, Any] | None:
        """Return the document of an object, ``rest`` being its key without the entity type."""


@register
class FieldStorageEntityType(OfEntityType):
    """What entity types store under the names of fields."""

    id = "field_storage_config"
    label = "Field storage"
    prefix = "field.storage"

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return the storages."""
        rows = FieldStorage.objects.order_by()
        if keys is not None:
            rows = rows.filter(name__in={key.partition(".")[2] for key in keys})
        return {str(row): row for row in rows}

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a storage; choices are no list on the wire."""
        document = super().document(key, stored, row, site)
        if document is None:
            return None
        settings = document.get("settings")
        if not isinstance(settings, Mapping) or not isinstance(settings.get(CHOICES), list):
            return document
        return {**document, "settings": {**settings, CHOICES: _choices(settings[CHOICES])}}

    def document_of(
        self,
        entity_type: ContentEntityType,
        rest: str,
        stored: dict[str, Any] | None,
        row: Any,
        site: SiteContext,
    ) -> dict[str, Any] | None:
        """Return the document of a storage."""
        if row is None:
            return None
        known, module = stored or {}, _module(row.field_type)
        target_type = ENTITY_TYPES.get(str(row.settings.get("target_type")))
        modules = {entity_type.module, module, target_type.module if target_type else CORE}
        return merged(
            stored,
            {
                **head(known, row.uuid, dependencies(module=modules - {CORE})),
                "id": str(row),
                "field_name": row.name,
                "entity_type": row.entity_type,
                "type": row.field_type,
                "settings": merged(known.get("settings") or {}, row.settings),
                "module": module,
                "locked": known.get("locked", False),
                "cardinality": row.cardinality,
                "translatable": known.get("translatable", True),
                "indexes": known.get("indexes", []),
                "persist_with_no_fields": known.get("persist_with_no_fields", False),
                "custom_storage": known.get("custom_storage", False),
            },
        )


@register
class FieldConfigEntityType(OfEntityType):
    """The fields of bundles."""

    id = "field_config"
    label = "Field"
    prefix = "field.field"

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return the fields."""
        rows = FieldConfig.objects.order_by()
        if keys is not None:
            rows = rows.filter(storage__name__in={key.rpartition(".")[2] for key in keys})
        return {".".join(row.natural_key()): row for row in rows}

    def document_of(
        self,
        entity_type: ContentEntityType,
        rest: str,
        stored: dict[str, Any] | None,
        row: Any,
        site: SiteContext,
    ) -> dict[str, Any] | None:
        """Return the document of a field."""
        if row is None:
            return None
        bundle, _dot, name = rest.partition(".")
        known = stored or {}
        return merged(
            stored,
            {
                **head(known, row.uuid, _needed(entity_type, row)),
                "id": f"{entity_type.id}.{bundle}.{name}",
                "field_name": name,
                "entity_type": entity_type.id,
                "bundle": bundle,
                "label": row.label,
                "description": row.description,
                "required": row.required,
                "translatable": known.get("translatable", True),
                "default_value": row.default_value,
                "default_value_callback": known.get("default_value_callback", ""),
                "settings": merged(known.get("settings") or {}, row.own_settings),
                "field_type": row.field_type,
            },
        )


@register
class BaseFieldOverrideEntityType(OfEntityType):
    """What bundles say of base fields: another label, another value for new entities."""

    id = "base_field_override"
    label = "Base field override"
    prefix = "core.base_field_override"

    def document_of(
        self,
        entity_type: ContentEntityType,
        rest: str,
        stored: dict[str, Any] | None,
        row: Any,
        site: SiteContext,
    ) -> dict[str, Any] | None:
        """Return the document of one that there is."""
        name, _dot, field = rest.partition(".")
        bundle = site.structure.bundles_of(entity_type).get(name)
        if stored is None or bundle is None or field not in bundle.fields:
            return None
        own: dict[str, Any] = {"label": bundle.fields[field].label}
        default = getattr(bundle.config, field, None)
        if isinstance(default, bool):
            own["default_value"] = [{"value": int(default)}]
        return merged(stored, own)


def _module(field_type: str) -> str:
    return FIELD_TYPES[field_type].module if field_type in FIELD_TYPES else CORE


def _needed(entity_type: ContentEntityType, row: FieldConfig) -> Any:
    """Return what a field needs: its storage, its bundle, and the bundles that it refers to."""
    config = {f"field.storage.{row.storage}", *_bundles(entity_type, [row.bundle])}
    modules = {_module(row.field_type)} - {CORE}
    if entity_type.bundle_type is None:
        modules.add(entity_type.module)
    if row.field_type in FIELD_TYPES:
        target_type = ENTITY_TYPES.get(str(row.settings.get("target_type")))
        config.update(_bundles(target_type, target_bundles(configured_field(row)) or []))
    return dependencies(config, modules)


def _bundles(entity_type: Any, names: list[str]) -> Iterator[str]:
    """Yield the names of the configuration objects that some bundles are."""
    bundle_type = ENTITY_TYPES.get(str(getattr(entity_type, "bundle_type", None)))
    if isinstance(bundle_type, ConfigEntityType):
        yield from map(bundle_type.name_of, names)


def _choices(listed: list[Any]) -> Any:
    """Return choices as the wire has them: labels by values, a list where PHP knows no better."""
    labels = {str(each["value"]): each["label"] for each in listed}
    in_order = list(labels) == [str(number) for number in range(len(labels))]
    return list(labels.values()) if in_order else labels
