"""Rules that more than one field of an entity is needed for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.http.exceptions import Violation

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a client wants an entity to be.

    ``entity`` is the one that there is, or one with nothing but defaults that is to be made;
    ``raw`` are the items that were sent, whatever they hold, and ``faulty`` the names of the fields
    among them that are wrong by themselves.
    """

    entity: Any
    bundle: Bundle
    raw: RawValues
    site: SiteContext
    faulty: Collection[str]

    @property
    def is_new(self) -> bool:
        """Tell whether the entity is to be made."""
        return self.site.creating

    def value(self, name: str) -> Any:
        """Return the value that a base field will have; None for none, and for a faulty one."""
        if name in self.faulty:
            return None
        field = self.bundle.fields[name]
        sent = self.raw.get(name)
        items = field.get(self.entity) if sent is None else field.cast(sent)
        return items[0][field.type.main_property] if items else None

    def violations(self, constraints: Iterable[Constraint]) -> Iterator[Violation]:
        """Yield what some rules say of it."""
        return chain.from_iterable(each(self) for each in constraints)


Constraint = Callable[[Proposal], Iterable[Violation]]
"""A rule: what it yields is told before what is wrong with single fields, as Drupal does.

For an entity as a whole that is before all fields, for a field before the rest about this field.
"""
