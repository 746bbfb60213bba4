"""Texts that clients are told in Drupal's words, and people in a form in words for them."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy


class Wording(str):
    """A text for clients, never translated; ``in_form`` is what a form says in its place.

    That is a lazy translation. Values are filled into both, in braces.
    """

    __slots__ = ("in_form",)

    in_form: Any

    def __new__(cls, text: str, in_form: Any = None) -> Wording:
        """Return the text, which is what a form says, too, unless that is told."""
        wording = super().__new__(cls, text)
        wording.in_form = text if in_form is None else in_form
        return wording

    def fill(self, **values: Any) -> Wording:
        """Return both texts with values in them."""
        return Wording(self.format(**values), format_lazy(self.in_form, **values))


def in_form(text: str) -> Any:
    """Return what a form says for a text: the text itself where nothing else is told."""
    return text.in_form if isinstance(text, Wording) else text
