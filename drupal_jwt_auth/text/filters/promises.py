"""Declarations of filters about their results: the markup they add, and if they can be cached.

A text format checks its result against these promises, and a cache relies on them. A filter without
promises may not add markup to what ``filter_html`` has left, and is never cached.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from drupal_jwt_auth.config_schema import Reader

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Promises:
    """The promises of a filter.

    ``adds`` is the markup that it may add, in the notation of ``allowed_html``, in which ``<*>`` is
    every element. ``leaves``, for a filter that takes markup out, returns the markup that it leaves
    for its settings. A ``repeatable`` filter returns the same for the same text and settings, as
    long as the site gives the same answers to `asking.ask`. One that ``reads_html`` takes a text
    for HTML: a tag is a tag, and a line break a space. ``settings`` are the readers of its
    settings: a value that its reader cannot read is refused when a format is saved.
    """

    adds: str = ""
    leaves: Callable[[Mapping[str, Any]], str] | None = None
    repeatable: bool = False
    reads_html: bool = False
    settings: Mapping[str, Reader] = field(default_factory=dict)


_NONE = Promises()


def promises(
    *,
    adds: str = "",
    leaves: Callable[[Mapping[str, Any]], str] | None = None,
    repeatable: bool = False,
    reads_html: bool = False,
    settings: Mapping[str, Reader] | None = None,
) -> Callable[[F], F]:
    """Attach `Promises` to a filter: to a function, or to a class whose instances are filters."""
    given = Promises(adds, leaves, repeatable, reads_html, settings or {})

    def attach(made: F) -> F:
        setattr(made, "promises", given)  # noqa: B010  a function declares no attributes
        return made

    return attach


def promises_of(made: Callable[..., Any]) -> Promises:
    """Return the promises of a filter."""
    given: Promises = getattr(made, "promises", _NONE)
    return given
