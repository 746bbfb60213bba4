"""What a node was at a revision, and what differs between two, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from drupal_jwt_auth.admin.fields import configurable_fields, field_text
from drupal_jwt_auth.admin.line_blocks import blocks_in_common
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.node.revisions import REVISIONED, fields_at, snapshot
from drupal_jwt_auth.models import Node, Revision

OF_SAVING = "changed"
"""Differs between any two revisions, and tells nothing that they do not tell themselves."""

Snapshot = Mapping[str, Any]


class Line(NamedTuple):
    """A line of a field's text: ``same`` in both, ``old`` or ``new`` where it is in one only."""

    kind: str
    text: str


class FieldText(NamedTuple):
    """A field with its text, or with what differs in it."""

    label: str
    lines: Sequence[Line]


def items_of(node: Node, revision: Revision) -> Snapshot:
    """Return the items of the fields of a node at a revision, by the fields' names.

    What a revert does not change, it shows as it is now.
    """
    if revision.snapshot is None:
        return snapshot(node)
    return {**revision.snapshot, **fields_at(node, revision.snapshot)}


def describe(node: Node, items: Snapshot, site: AdminContext) -> list[FieldText]:
    """Return the text of each field."""
    return [
        FieldText(label, [Line("same", text) for text in texts])
        for label, texts in _texts(node, items, site).values()
    ]


def compare(node: Node, old: Snapshot, new: Snapshot, site: AdminContext) -> list[FieldText]:
    """Return what differs, field by field."""
    before, after = _texts(node, old, site), _texts(node, new, site)
    differences = []
    for name in {**before, **after}:
        label, old_texts = before.get(name) or (after[name][0], [])
        _label, new_texts = after.get(name) or ("", [])
        if old_texts == new_texts:
            # Properties without an input may differ all the same.
            old_texts, new_texts = _json(old.get(name)), _json(new.get(name))
        if name != OF_SAVING and old_texts != new_texts:
            differences.append(FieldText(label, list(_lines(old_texts, new_texts))))
    return differences


def _texts(node: Node, items: Snapshot, site: AdminContext) -> dict[str, tuple[str, list[str]]]:
    """Return label and text of each field by its name, those that the type has lost last."""
    bundle = site.structure.bundles_of("node")[node.type_id]
    others = [field for name, field in REVISIONED.items() if name != "title"]
    fields = (REVISIONED["title"], *configurable_fields(bundle), *others)
    texts = {
        field.name: (str(field.shown_label), field_text(field, items.get(field.name, []), site))
        for field in fields
    }
    lost = sorted(items.keys() - texts.keys())
    return texts | {name: (name, _json(items[name])) for name in lost}


def _json(value: Any) -> list[str]:
    return [] if value is None else [json.dumps(value, default=str, sort_keys=True)]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Yield the lines of both, in order."""
    line, new_line = 0, 0
    for block in blocks_in_common(old, new):
        yield from (Line("old", text) for text in old[line : block.old])
        yield from (Line("new", text) for text in new[new_line : block.new])
        line, new_line = block.old + block.size, block.new + block.size
        yield from (Line("same", text) for text in old[block.old : line])
