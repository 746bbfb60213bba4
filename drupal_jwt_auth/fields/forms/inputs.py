"""Form fields for one property of an item: texts, numbers, choices, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from drupal_jwt_auth.fields.forms.site import Choices, FormSite, SiteFormField
from drupal_jwt_auth.fields.widgets import OpenSelect, ReferenceInput

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field


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

    def use(self, site: FormSite, field: Field) -> None:
        """Offer the formats that the account may use, begin with the first."""
        self.choices = list(site.text_formats())
        self.initial = self.choices[0][0]


class ReferenceFormField(SiteFormField, TextFormField):
    """The id of an entity of one type."""

    def __init__(self, entity_type: str, **kwargs: Any) -> None:
        super().__init__(strip=True, empty_value=None, widget=ReferenceInput(entity_type), **kwargs)

    def use(self, site: FormSite, field: Field) -> None:
        """Show what the ids stand for."""
        self.widget.site, self.widget.field = site, field

    def describe(self, value: Any) -> str:
        """Return what is referenced, with its id."""
        context = self.widget.get_context("", value, {})
        target = context["target"]
        return f"{target.label} ({value})" if target else str(value)
