"""What a filter promises of the markup it gives, and whether it gives the same again.

A text format relies on it: what its filters give is held against their promises in the end, and
what was filtered once need not be filtered again. A filter without promises adds no markup to what
``filter_html`` has left, and runs each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from drupal_jwt_auth.config_schema import Reader

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Promises:
    """``adds`` is what markup the filter may add, in the notation of ``allowed_html``.

    ``<*>`` is every element in it. ``leaves``, of a filter that takes markup out, gives what it
    leaves for its settings. A ``repeatable`` filter gives the same for the same text and settings,
    as far as the site gives the same answers to what is asked by `asking.ask`. ``settings`` are the
    readers of its settings: what one cannot read is refused where a format is saved.
    """

    adds: str = ""
    leaves: Callable[[Mapping[str, Any]], str] | None = None
    repeatable: bool = False
    settings: Mapping[str, Reader] = field(default_factory=dict)


_NONE = Promises()


def promises(
    *,
    adds: str = "",
    leaves: Callable[[Mapping[str, Any]], str] | None = None,
    repeatable: bool = False,
    settings: Mapping[str, Reader] | None = None,
) -> Callable[[F], F]:
    """Attach `Promises` to a filter: to a function, or to a class whose instances are filters."""
    given = Promises(adds, leaves, repeatable, settings or {})

    def attach(made: F) -> F:
        setattr(made, "promises", given)  # noqa: B010  a function declares no attributes
        return made

    return attach


def promises_of(made: Callable[..., Any]) -> Promises:
    """Return what a filter promises."""
    given: Promises = getattr(made, "promises", _NONE)
    return given
