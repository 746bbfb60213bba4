"""What of a project is in the way of a described site: the same numbers, UUIDs and fields.

An import updates what an earlier one has made. It never takes the place of anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.node.field_values import with_values
from drupal_jwt_auth.content.user.roles import group_name
from drupal_jwt_auth.models import (
    FieldStorage,
    File,
    Node,
    NodeType,
    PathAlias,
    Revision,
    RoleUUID,
    Term,
    Vocabulary,
)
from drupal_jwt_auth.transfer.site_description import SiteConflictError

Rows = Sequence[Mapping[str, Any]]

ENTITIES: Mapping[str, tuple[type[models.Model], str, str]] = {
    "terms": (Term, "tid", "term"),
    "files": (File, "fid", "file"),
    "nodes": (Node, "nid", "node"),
    "path_aliases": (PathAlias, "pid", "URL alias"),
}
"""What has a number and a UUID: by list, the model, the name of the number, and what it is."""

WAY_OUT = "Import the site into an empty database, or delete what is here first."


def check_conflicts(site: Mapping[str, Rows], using: str) -> None:
    """Raise SiteConflictError, with the place, for what cannot be loaded beside what is here."""
    for fault in _conflicts(site, using):
        raise SiteConflictError(fault)


def _conflicts(site: Mapping[str, Rows], using: str) -> Iterator[str]:
    for kind in ENTITIES:
        yield from _taken_numbers(kind, site[kind], using)
    yield from _taken_revisions(site["nodes"], using)
    yield from _taken_uuids(site, using)
    yield from _changed_types(site, using)


def _taken_numbers(kind: str, rows: Rows, using: str) -> Iterator[str]:
    """Yield where a number is here under another UUID, or a UUID under another number."""
    model, key, noun = ENTITIES[kind]
    here = model._default_manager.using(using)
    place = 0
    for batch in batches(rows):
        numbers, uuids = ([row[name] for row in batch] for name in (key, "uuid"))
        uuid_of = dict(here.filter(pk__in=numbers).values_list("pk", "uuid"))
        number_of = dict(here.filter(uuid__in=uuids).values_list("uuid", "pk"))
        for index, (number, uuid) in enumerate(zip(numbers, uuids, strict=True), start=place):
            if uuid_of.get(number, uuid) != uuid:
                yield (
                    f"{kind}[{index}].{key}: there is a {noun} {number} already, with the UUID "
                    f"{uuid_of[number]!r} instead of {uuid!r}. {WAY_OUT}"
                )
            if number_of.get(uuid, number) != number:
                yield (
                    f"{kind}[{index}].uuid: there is a {noun} with the UUID {uuid!r} already, "
                    f"with the number {number_of[uuid]} instead of {number}. {WAY_OUT}"
                )
        place += len(batch)


def _taken_revisions(rows: Rows, using: str) -> Iterator[str]:
    """Yield where a revision is here as that of another node."""
    here = Revision.objects.using(using)
    place = 0
    for batch in batches(rows):
        vids = [row["vid"] for row in batch]
        node_of = dict(here.filter(pk__in=vids).values_list("pk", "node"))
        for index, row in enumerate(batch, start=place):
            nid = node_of.get(row["vid"], row["nid"])
            if nid != row["nid"]:
                yield (
                    f"nodes[{index}].vid: there is a revision {row['vid']} already, of node {nid} "
                    f"instead of {row['nid']}. {WAY_OUT}"
                )
        place += len(batch)


def _taken_uuids(site: Mapping[str, Rows], using: str) -> Iterator[str]:
    """Yield where the UUID of what goes by a machine name is here under another name."""
    for kind, key, uuids in (
        ("node_types", "type", NodeType.objects.values_list("uuid", "type")),
        ("vocabularies", "vid", Vocabulary.objects.values_list("uuid", "vid")),
        ("roles", "id", RoleUUID.objects.values_list("uuid", "group__name")),
    ):
        name_of = dict(uuids.using(using))
        for index, row in enumerate(site[kind]):
            name = group_name(row[key]) if kind == "roles" else row[key]
            other = name_of.get(row["uuid"], name)
            if other != name:
                yield f"{kind}[{index}].uuid: {other!r} has the UUID {row['uuid']!r} here already."


def _changed_types(site: Mapping[str, Rows], using: str) -> Iterator[str]:
    """Yield where a field gets another type, and values stay that would not fit it."""
    storages = FieldStorage.objects.using(using).filter(entity_type="node")
    here = {storage.name: storage for storage in storages}
    nids = {row["nid"] for row in site["nodes"]}
    for index, row in enumerate(site["node_types"]):
        for number, field in enumerate(row["fields"]):
            stored = here.get(field["name"])
            if stored is None or stored.field_type == field["type"]:
                continue
            nodes, revisions = with_values(stored)
            # Those of the file get new values; their older revisions keep what they have.
            if revisions.exists() or set(nodes.values_list("pk", flat=True)) - nids:
                yield (
                    f"node_types[{index}].fields[{number}].type: there is content with values of "
                    f"this field, which is {stored.field_type} here: its type cannot be changed."
                )
