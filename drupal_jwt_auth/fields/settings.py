"""The settings of field types: how each is read, and what people choose it with.

A type declares its settings once, in `FieldType.settings`. From there the API, imports and checks
know how to read them, and the admin has an input for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import (
    Reader,
    is_set,
    one_of,
    read_flag,
    read_number,
    read_text,
    read_texts,
    whole_number,
)

Choices = Iterable[tuple[Any, Any]]
NOT_SET = ("", _("- None -"))


class SettingsSite(Protocol):
    """What the inputs for settings have to know of the site."""

    def formats(self) -> Choices:
        """Return name and label of all text formats."""

    def target_types(self) -> Choices:
        """Return name and label of the entity types that can be referred to."""

    def bundles_of(self, entity_type: str) -> Choices:
        """Return name and label of the bundles of an entity type, none where it has no kinds."""


def as_is(value: Any) -> Any:
    """Return a setting as it is: a reader of what may be anything."""
    return value


@dataclass(frozen=True)
class Setting:
    """A setting of a field type. One with a ``label`` has an input, here a line of text.

    ``read`` returns what it stands for, None for what it cannot be. ``of_storage``: all bundles
    share it, as it says what is stored; it stays as long as there are values. ``default`` is what
    it means that the setting is not there, ``initial`` what a new field is offered.
    """

    read: Reader = as_is
    label: Any = ""
    help_text: Any = ""
    of_storage: bool = False
    default: Any = None
    initial: Any = None

    def inputs(
        self, site: SettingsSite, stored: Any, settings: Mapping[str, Any]
    ) -> dict[str, forms.Field]:
        """Return the form fields by the name of the part of the setting, "" for the whole.

        What is ``stored`` can be chosen, even if that is no choice any more. ``settings`` are all
        that are stored.
        """
        form_field = self.form_field(site, stored)
        form_field.label, form_field.help_text = self.label, self.help_text
        form_field.required = False
        return {"": form_field}

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return the form field for the whole."""
        widget = forms.TextInput(attrs={"class": "vTextField"})
        return forms.CharField(widget=widget, validators=[self._check])

    def shown(self, stored: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the inputs show of a stored setting."""
        return {"": self._read(stored)}

    def chosen(self, parts: Mapping[str, Any], stored: Any, settings: Mapping[str, Any]) -> Any:
        """Return the setting to store for what was entered, in place of what is stored.

        None stands for no such setting. ``settings`` are those that are declared before it. Raise
        ValidationError.
        """
        return parts[""]

    keeps_empty: ClassVar[bool] = False
    """Whether an empty text is stored, as it means something else than that there is none."""
    may_grow: ClassVar[bool] = False
    """Whether a setting of a storage may be changed while there are values, if these stay valid."""

    def check_stored(self, before: Any, after: Any, items: Iterable[Mapping[str, Any]]) -> None:
        """Raise ValidationError for a change that stored items do not go with."""

    def _read(self, value: Any) -> Any:
        """Return what is shown for a value: it itself, if it can be read."""
        found = is_set(value) and self.read(value) is not None
        return value if found else self.default

    def _check(self, value: Any) -> None:
        if self.read(value) is None:
            raise ValidationError(_("Enter a valid value."))


@dataclass(frozen=True)
class TextSetting(Setting):
    """A line of text; an empty one means something else than that the setting is not there."""

    read: Reader = read_text
    keeps_empty: ClassVar[bool] = True

    def _read(self, value: Any) -> Any:
        return self.default if value is None else self.read(value)


@dataclass(frozen=True)
class FlagSetting(Setting):
    """A setting that is on or off."""

    read: Reader = read_flag
    default: Any = False

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return a checkbox."""
        return forms.BooleanField()

    def _read(self, value: Any) -> Any:
        found = self.read(value) if is_set(value) else None
        return self.default if found is None else found


@dataclass(frozen=True)
class NumberSetting(Setting):
    """A number."""

    read: Reader = read_number

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return an input for a number, with a point or without."""
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vIntegerField"})
        return forms.CharField(widget=widget, validators=[self._check])

    def chosen(self, parts: Mapping[str, Any], stored: Any, settings: Mapping[str, Any]) -> Any:
        """Return the number."""
        return self.read(parts[""]) if parts[""] else None


@dataclass(frozen=True)
class WholeNumberSetting(Setting):
    """A whole number that is no less than ``least``."""

    least: int = 0
    read: Reader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", whole_number(self.least))

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return an input for a number."""
        return forms.IntegerField(min_value=self.least, max_value=10**9)


@dataclass(frozen=True)
class ChoiceSetting(Setting):
    """One of some values, with their labels; where the site knows them, ``choices`` asks it."""

    choices: Choices | Callable[[SettingsSite], Choices] = ()

    def __post_init__(self) -> None:
        if self.read is as_is and not callable(self.choices):
            # As a frozen dataclass sets its own attributes.
            object.__setattr__(self, "read", one_of(*(value for value, _label in self.choices)))

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return a select box, with nothing in it where nothing has to be meant."""
        known = list(self.choices(site) if callable(self.choices) else self.choices)
        none = [] if self.default is not None else [NOT_SET]
        choices = [*none, *with_stored(known, [self._read(stored)])]
        return forms.TypedChoiceField(choices=choices, coerce=self.read, empty_value=None)

    def _read(self, value: Any) -> Any:
        found = self.read(value) if is_set(value) else None
        return self.default if found is None else found


@dataclass(frozen=True)
class SeveralSetting(Setting):
    """Any of some values, which ``choices`` asks the site for."""

    choices: Callable[[SettingsSite], Choices] = field(kw_only=True)
    read: Reader = read_texts

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return a checkbox for each."""
        choices = with_stored(self.choices(site), self._read(stored))
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)

    def _read(self, value: Any) -> Any:
        return (self.read(value) if is_set(value) else None) or []


def with_stored(choices: Choices, stored: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return choices, with what is stored and is none of them any more."""
    listed = list(choices)
    known = {str(value) for value, _label in listed}
    others = [(value, value) for value in stored if value is not None and str(value) not in known]
    return [*listed, *others]


def unasked(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """Return settings without inputs, as a type has them that extends another."""
    return {name: Setting(each.read, of_storage=each.of_storage) for name, each in settings.items()}
