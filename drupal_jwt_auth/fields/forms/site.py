"""What form fields ask the site for, and how they tell what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django import forms

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field, Reference, Target
    from drupal_jwt_auth.text import TextFormat

Items = list[dict[str, Any]]
Choices = Iterable[tuple[Any, Any]]

UNREADABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What reading a stored value raises that another program has written."""


class TargetLabel(NamedTuple):
    """What an entity that is referenced is called, its page in the admin, and how it looks."""

    label: str
    url: str | None
    image: str | None = None


class FormSite(Protocol):
    """What form fields have to know of the site."""

    def text_formats(self) -> list[TextFormat]:
        """Return the text formats that may be used, the default first."""

    def target(self, reference: Reference) -> Target | None:
        """Return an entity, or None where there is none."""

    def describe(self, reference: Reference) -> TargetLabel | None:
        """Return what an entity is called, or None where there is none."""

    def lookup_url(self, entity_type: str, field: Field) -> str | None:
        """Return the page where a target can be looked for, or None where there is none."""

    def suggestions_url(self, field: Field) -> str | None:
        """Return what answers with targets whose names have some text in them, None for nothing."""

    def suggestions_of(self, entity_type: str) -> str | None:
        """Return the same for entities of a type, whatever their bundle."""

    def named(self, field: Field, name: str) -> list[Reference]:
        """Return the targets that are called so, of those that the field may refer to."""

    def make_target(self, field: Field, name: str) -> Reference | None:
        """Return a new target of that name, None where the field makes none in passing."""


class ItemError(forms.ValidationError):
    """What is wrong with an item: shown at its row, or at the input of a property."""

    def __init__(self, message: Any, row: int, name: str | None = None) -> None:
        super().__init__(message)
        self.row = row
        self.name = name


# Inputs: form fields for one property of an item


class SiteFormField(forms.Field):
    """An input that has to know of the site."""

    def use(self, site: FormSite, field: Field) -> None:
        """Take what is needed of the site; called before anything is shown."""
