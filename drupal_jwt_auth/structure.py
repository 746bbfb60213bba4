"""What a process knows of the content model: the bundles, their fields, the text formats.

Read whole, kept until the stamp of the content model changes, so that it costs no query.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from django.db import router

from drupal_jwt_auth.fields import FIELD_TYPES, Field, Reference
from drupal_jwt_auth.fields.node import NODE_BASE_FIELDS
from drupal_jwt_auth.models import FieldConfig, Node, NodeType
from drupal_jwt_auth.models import TextFormat as TextFormatModel
from drupal_jwt_auth.text import PLAIN_TEXT, TextFormat

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bundle:
    """A content type with all the fields of its nodes by name, in Drupal's order.

    ``unknown`` are fields of types that the project does not register (any more). To clients there
    are none such; what nodes hold of them stays until they are there again, or are deleted.
    """

    node_type: NodeType
    fields: Mapping[str, Field]
    unknown: Sequence[FieldConfig] = ()


@dataclass(frozen=True)
class Structure:
    """The bundles and the text formats by machine name, as they were at a stamp."""

    stamp: str | None
    bundles: Mapping[str, Bundle]
    formats: Mapping[str, TextFormat]


_known = Structure(stamp=None, bundles={}, formats={})


def get_structure(stamp: str | None) -> Structure:
    """Return the structure that the stamp stands for, read anew where the known one is older."""
    # One for the process: who replaces it replaces all of it at once.
    global _known  # noqa: PLW0603
    if stamp is None or _known.stamp != stamp:
        _known = _read(stamp)
    return _known


def likely_references(node: Node) -> Iterator[Reference]:
    """Yield what a node references, as far as this process knows without asking."""
    bundle = _known.bundles.get(node.type_id)
    for field in bundle.fields.values() if bundle else ():
        yield from field.references(field.get(node))


def _read(stamp: str | None) -> Structure:
    # Where it is written: a copy of the database may be older than the stamp, which comes from
    # another one perhaps, and would be taken for what the stamp stands for.
    using = router.db_for_write(NodeType)
    configurable: dict[str, list[FieldConfig]] = defaultdict(list)
    # Databases put an underscore before the letters, after them or nowhere.
    for config in sorted(FieldConfig.objects.using(using).order_by(), key=attrgetter("name")):
        configurable[config.node_type_id].append(config)
    return Structure(
        stamp,
        {
            node_type.type: _bundle(node_type, configurable[node_type.type])
            for node_type in NodeType.objects.using(using)
        },
        {
            PLAIN_TEXT.format: PLAIN_TEXT,
            **{
                row.format: TextFormat(row.format, row.name, row.weight, row.filters)
                for row in TextFormatModel.objects.using(using)
            },
        },
    )


def _bundle(node_type: NodeType, configs: Iterable[FieldConfig]) -> Bundle:
    fields: list[Field] = [
        replace(field, label=node_type.title_label) if field.name == "title" else field
        for field in NODE_BASE_FIELDS
    ]
    unknown = []
    for config in configs:
        if config.field_type in FIELD_TYPES:
            fields.append(configured_field(config))
        else:
            unknown.append(config)
            logger.warning(
                "Field %s of content type %s is left out: its type %s is not registered.",
                *(config.name, node_type.type, config.field_type),
            )
    return Bundle(node_type, {field.name: field for field in fields}, unknown)


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
    )
