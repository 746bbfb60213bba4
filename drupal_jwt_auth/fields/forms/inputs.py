"""Form fields for one property of an item: texts, numbers, choices, references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from drupal_jwt_auth.fields.forms.site import Choices, FormSite, SiteFormField, TargetLabel
from drupal_jwt_auth.fields.rich_text import FormatSelect
from drupal_jwt_auth.fields.widgets import FileReferenceInput, OpenSelect, ReferenceInput

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field, Reference

_WITH_ID = re.compile(r".*\s\(([^()]+)\)\s*", re.S)


class TextFormField(forms.CharField):
    """A text as it is typed in, line breaks as one character, as clients send them."""

    def __init__(self, *, strip: bool = False, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), strip=strip, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the text."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else came back than a browser sends for what was shown."""
        shown = self.prepare_value(initial)
        return self._sent("" if shown is None else str(shown)) != self._sent(data or "")

    def _sent(self, text: str) -> str:
        """Return a text with what browsers change in it evened out."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        if isinstance(self.widget, forms.Textarea):
            return lines
        line = lines.replace("\n", "")
        return line.strip() if self.widget.input_type in {"email", "url"} else line


class NumberFormField(TextFormField):
    """A number as it is typed in; what is none is kept, to be seen with what is wrong."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vIntegerField"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=True, empty_value=None, **kwargs)


class ChoiceFormField(forms.ChoiceField):
    """A choice; whether it is a good one is for the field's type to tell."""

    widget = OpenSelect

    def __init__(self, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(choices=list(choices), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the text that stands for a choice."""
        return None if value is None else str(value)

    def to_python(self, value: Any) -> Any:
        """Return what was chosen, or None."""
        return value or None

    def validate(self, value: Any) -> None:
        """Accept anything."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else was chosen."""
        return (self.prepare_value(initial) or "") != (data or "")

    def describe(self, value: Any) -> str:
        """Return the label of a choice."""
        choices: Choices = self.widget.choices
        labels = {str(choice): str(label) for choice, label in choices}
        shown = self.prepare_value(value) or ""
        return labels.get(shown, shown)


class FormatFormField(SiteFormField, ChoiceFormField):
    """A text format out of those that the account may use, and the one that is stored."""

    widget = FormatSelect

    def use(self, site: FormSite, field: Field) -> None:
        """Offer the formats that the account may use, begin with the first."""
        formats = site.text_formats()
        self.choices = [(each.format, each.name) for each in formats]
        self.initial = self.choices[0][0]
        self.widget.formats = formats


class ReferenceFormField(SiteFormField, TextFormField):
    """The name of an entity of one type, with its id in brackets: ``Science (3)``, as in Drupal.

    A name alone is good where one entity has it, and so is an id alone. Where the field makes its
    targets in passing, a name that nothing has is that of a new one.
    """

    site: FormSite
    field: Field

    widget_class: type[ReferenceInput] = ReferenceInput

    def __init__(self, entity_type: str, **kwargs: Any) -> None:
        widget = self.widget_class(entity_type)
        super().__init__(strip=True, empty_value=None, widget=widget, **kwargs)

    def use(self, site: FormSite, field: Field) -> None:
        """Show what the ids stand for."""
        self.site, self.field = site, field
        self.widget.site, self.widget.field = site, field
        self.widget.targets_of = self.targets

    def targets(self, text: str) -> list[TargetLabel]:
        """Return what a text refers to, as far as it has an id."""
        target = self._target(id_in(text) or text)
        return [] if target is None else [target]

    def prepare_value(self, value: Any) -> Any:
        """Return what is shown for an id."""
        return None if value is None else with_id(self._target(value), value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else is referred to than was shown."""
        if initial is not None and id_in(data or "") == str(initial):
            return False
        return super().has_changed(initial, data)

    def clean(self, value: Any) -> Any:
        """Return the id of what is referred to, or what was typed; raise ValidationError."""
        text = super().clean(value)
        return None if text is None else self.read(text)

    def read(self, text: str) -> Any:
        """Return the id that a text stands for; raise ValidationError for one of several.

        What is no name and no id is for the field to refuse.
        """
        found = id_in(text)
        if found is not None and self._reference(found) is not None:
            return found
        named = self.site.named(self.field, text)
        if len(named) > 1:
            choices = ", ".join(with_id(self.site.describe(each), each.key) for each in named)
            message = _("Several are called “%(name)s”: %(choices)s")
            raise forms.ValidationError(message % {"name": text, "choices": choices})
        if named:
            return named[0].key
        reference = self._reference(text)
        if reference is not None and self.site.target(reference) is not None:
            return text
        made = self.site.make_target(self.field, text)
        return text if made is None else made.key

    def describe(self, value: Any) -> str:
        """Return what is referenced, with its id."""
        return with_id(self._target(value), value)

    def _reference(self, value: Any) -> Reference | None:
        return self.field.type.reference({"target_id": None if value == "" else value}, self.field)

    def _target(self, value: Any) -> TargetLabel | None:
        reference = self._reference(value)
        return self.site.describe(reference) if reference else None


class FileFormField(ReferenceFormField):
    """The name of a file, or a new one that is uploaded."""

    widget_class = FileReferenceInput


def with_id(target: TargetLabel | None, key: Any) -> str:
    """Return what stands for an entity in an input."""
    return str(key) if target is None else f"{target.label} ({key})"


def id_in(text: str) -> str | None:
    """Return the id in brackets at the end of a text, None where there is none."""
    match = _WITH_ID.fullmatch(text)
    return match[1] if match else None
