"""What a process knows of the content model: the bundles, their fields, the text formats.

Read whole, kept until the stamp of the content model changes, so that it costs no query.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from django.db import router

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import FIELD_TYPES, Field
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY
from drupal_jwt_auth.models import ConfigObject, FieldConfig
from drupal_jwt_auth.models import TextFormat as TextFormatModel
from drupal_jwt_auth.text import PLAIN_TEXT, TextFormat
from drupal_jwt_auth.text.themes import in_theme
from drupal_jwt_auth.user_uuids import user_uuid

logger = logging.getLogger(__name__)

SITE = "drupal_jwt_auth.site"
"""The configuration object of what Drupal keeps elsewhere: `SITE_FACTS`."""
SITE_FACTS = ("anonymous_uuid", "upload_max_bytes")
"""The UUID of the anonymous user, and how many bytes an upload may have (PHP's setting)."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Bundle:
    """The entities of a type that have the same fields, which are here by name, in Drupal's order.

    ``config`` is the row that the bundle is, None for the only bundle of a type without any.
    ``unregistered`` are fields of types that the project does not register (any more). To clients
    there are none such; what entities hold of them stays until they are there again, or deleted.
    """

    entity_type: ContentEntityType
    id: str
    label: str
    config: Any
    fields: Mapping[str, Field]
    unregistered: Sequence[FieldConfig] = ()


@dataclass(frozen=True)
class Structure:
    """The bundles by entity type, the text formats by machine name, and the settings of the site.

    All as they were at a stamp. ``settings`` are the configuration objects that are no entities, by
    name; read with `setting`.
    """

    stamp: str | None
    bundles: Mapping[str, Mapping[str, Bundle]]
    formats: Mapping[str, TextFormat]
    settings: Mapping[str, Any]

    def bundles_of(self, entity_type: ContentEntityType | str) -> Mapping[str, Bundle]:
        """Return the bundles of a type by machine name."""
        name = entity_type if isinstance(entity_type, str) else entity_type.id
        return self.bundles.get(name, {})

    def setting(self, name: str, path: str, *, default: Value) -> Value:
        """Return a setting of the site, such as ``setting("system.date", "timezone.default")``.

        What is not there, or of another type than the default, is the default.
        """
        return _setting(self.settings, name, path, default=default)

    @property
    def anonymous_uuid(self) -> str:
        """Return the UUID that the anonymous user is known by."""
        return self.setting(SITE, "anonymous_uuid", default=user_uuid(ANONYMOUS_KEY))


def _setting(settings: Mapping[str, Any], name: str, path: str, *, default: Value) -> Value:
    value: Any = settings.get(name)
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if type(value) is type(default) else default


_known = Structure(stamp=None, bundles={}, formats={}, settings={})


def get_structure(stamp: str | None) -> Structure:
    """Return the structure that the stamp stands for, read anew where the known one is older."""
    # One for the process: who replaces it replaces all of it at once.
    global _known  # noqa: PLW0603
    if stamp is None or _known.stamp != stamp:
        _known = _read(stamp)
    return _known


def _read(stamp: str | None) -> Structure:
    # Where it is written: a copy of the database may be older than the stamp, which comes from
    # another one perhaps, and would be taken for what the stamp stands for.
    using = router.db_for_write(FieldConfig)
    configurable: dict[tuple[str, str], list[FieldConfig]] = defaultdict(list)
    # Databases put an underscore before the letters, after them or nowhere.
    for config in sorted(FieldConfig.objects.using(using).order_by(), key=attrgetter("name")):
        configurable[config.entity_type, config.bundle].append(config)
    settings = _settings(using)
    theme = _setting(settings, "system.theme", "default", default="")
    return Structure(
        stamp,
        {
            entity_type.id: {
                name: _bundle(entity_type, name, row, configurable[entity_type.id, name])
                for name, row in entity_type.bundle_rows()
            }
            for entity_type in ENTITY_TYPES.all_content()
        },
        {
            PLAIN_TEXT.format: PLAIN_TEXT,
            **{
                row.format: TextFormat(
                    row.format, row.name, row.weight, in_theme(row.filters, theme)
                )
                for row in TextFormatModel.objects.using(using).filter(status=True)
            },
        },
        settings,
    )


def _settings(using: str) -> dict[str, Any]:
    prefixes = [str(entity_type.prefix) for entity_type in ENTITY_TYPES.all_config()]
    objects = ConfigObject.objects.using(using).not_beginning_with(prefixes)
    return dict(objects.values_list("name", "data"))


def _bundle(
    entity_type: ContentEntityType, name: str, row: Any, configs: Iterable[FieldConfig]
) -> Bundle:
    fields: dict[str, Field] = {field.name: field for field in entity_type.base_fields_of(row)}
    unregistered = []
    for config in configs:
        if not entity_type.is_fieldable:
            logger.warning(
                "Field %s of %s %s is left out: the model has no column for such fields.",
                *(config.name, entity_type.id, name),
            )
        elif config.name in fields:
            logger.warning(
                "Field %s of %s %s is left out: each %s has one of this name.",
                *(config.name, entity_type.id, name, entity_type.label),
            )
        elif config.field_type in FIELD_TYPES:
            fields[config.name] = entity_type.configured(configured_field(config))
        else:
            unregistered.append(config)
            logger.warning(
                "Field %s of %s %s is left out: its type %s is not registered.",
                *(config.name, entity_type.id, name, config.field_type),
            )
    label = entity_type.label if row is None else str(row)
    return Bundle(entity_type, name, label, row, fields, unregistered)


def configured_field(config: FieldConfig) -> Field:
    """Return the field that a row describes."""
    return Field(
        name=config.name,
        label=config.label,
        type=FIELD_TYPES[config.field_type],
        required=config.required,
        cardinality=config.cardinality,
        settings=config.settings,
        default=config.default_value,
        help_text=config.description,
        weight=config.weight,
    )
