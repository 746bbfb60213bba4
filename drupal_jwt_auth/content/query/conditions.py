"""What is asked of entities: paths to properties, conditions over them, and groups of these."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.fields import Field


@dataclass(frozen=True)
class Step:
    """A field on the way, and which of its items: any for None.

    ``seen`` is the condition for the entities whose field the account sees.
    """

    field: Field = dataclasses.field(hash=False)
    delta: int | None = None
    seen: Q = dataclasses.field(default_factory=Q, compare=False)


@dataclass(frozen=True)
class Hop:
    """A reference that is followed, and what it leads to."""

    step: Step
    target: ContentEntityType


@dataclass(frozen=True)
class Path:
    """The way from an entity to a property of a field, of its own or of what it refers to."""

    hops: tuple[Hop, ...]
    step: Step
    property: str


@dataclass(frozen=True)
class Condition:
    """What the property at the end of a path is to some values."""

    path: Path
    operator: str = "="
    values: Sequence[str] = ()


@dataclass(frozen=True)
class Group:
    """Conditions and groups that hold all, or any of which does.

    All that say something of items of the same field say it of the same item.
    """

    members: Sequence[Condition | Group] = dataclasses.field(default_factory=tuple)
    is_any: bool = False

    @property
    def conditions(self) -> Iterator[Condition]:
        """Yield all conditions, those of groups inside among them."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.conditions
            else:
                yield member


@dataclass(frozen=True)
class Sort:
    """The property that entities are sorted by; texts in upper and lower case alike if folded."""

    path: Path
    is_descending: bool = False
    is_folded: bool = False
