"""Resource linkage: what the document of a relationship says, and how it changes the relationship.

Source: JSON:API 1.0, and Drupal core 10.6, which tells identifiers of the same resource apart by
their ``arity``: how many such come before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rest_framework.exceptions import ParseError

from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_text

INVALID = "Invalid body payload for the relationship."
DUPLICATES = (
    "Duplicate relationships are not permitted. Use `meta.arity` to distinguish resource "
    "identifiers with matching `type` and `id` values."
)
ARITY = "arity"


@dataclass(frozen=True)
class Identifier:
    """A resource identifier. Without an arity it stands for any of those of the same resource."""

    type: str
    id: str
    arity: int | None = None
    meta: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, data: Any) -> Identifier:
        """Return what a client has sent; raise ParseError (400) for what is none."""
        members = data if isinstance(data, Mapping) else {}
        named, uuid, meta = (members.get(name) for name in ("type", "id", "meta"))
        if not (isinstance(named, str) and named and is_scalar(uuid) and is_true(uuid)):
            raise ParseError(INVALID)
        meta = meta if isinstance(meta, Mapping) else {}
        arity = meta.get(ARITY)
        return cls(named, to_text(uuid), arity if type(arity) is int else None, meta)


class Linkage:
    """Resource identifiers, each of which stands for another item of a relationship."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        """Take identifiers; raise ParseError (400) where two stand for the same item."""
        self._arities: dict[tuple[str, str], set[int | None]] = defaultdict(set)
        self._identifiers: list[Identifier] = []
        for identifier in identifiers:
            if identifier in self:
                raise ParseError(DUPLICATES)
            self._arities[identifier.type, identifier.id].add(identifier.arity)
            self._identifiers.append(identifier)

    def __iter__(self) -> Iterator[Identifier]:
        return iter(self._identifiers)

    def __contains__(self, identifier: Identifier) -> bool:
        """Tell whether one of them stands for the same item."""
        arities = self._arities.get((identifier.type, identifier.id), set())
        return bool(arities) and (
            identifier.arity is None or None in arities or identifier.arity in arities
        )


def numbered(identities: Iterable[tuple[str, str]]) -> list[Identifier]:
    """Return the identifiers of items, given the type and the id of each, with their arities."""
    seen: Counter[tuple[str, str]] = Counter()
    identifiers = []
    for identity in identities:
        identifiers.append(Identifier(*identity, seen[identity]))
        seen[identity] += 1
    return identifiers


def read_linkage(document: Any, *, to_many: bool) -> Linkage:
    """Return the linkage in a document; raise ParseError (400) for what is none.

    For a relationship to many it is a list, for one to one an identifier or null.
    """
    if not isinstance(document, Mapping) or "data" not in document:
        raise ParseError(INVALID)
    data = document["data"]
    if to_many is not isinstance(data, list):
        raise ParseError(INVALID)
    identifiers = data if to_many else [] if data is None else [data]
    return Linkage(map(Identifier.read, identifiers))


def item_of(relationship: Field, meta: Mapping[str, Any], key: Any) -> Item:
    """Return the raw item for what is said of a reference, and the key that was found.

    Nothing else is taken: what REST knows besides could name another entity.
    """
    return {
        **{name: meta[name] for name in relationship.type.properties if name in meta},
        "target_id": key,
    }
