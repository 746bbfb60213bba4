"""Form fields for the admin: a form field's value is the list of items of a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Items = list[dict[str, Any]]


class ItemsFormField(forms.JSONField):
    """Any field's items, as JSON: what is shown for a type that has nothing better."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80})

    def clean(self, value: Any) -> Items:
        """Return the items; raise ValidationError for what is no list of objects."""
        items = super().clean(value) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise forms.ValidationError(_("Use a JSON list of objects."))
        return items


class LineFormField(forms.CharField):
    """One line of text: the one item of a field."""

    def prepare_value(self, value: Any) -> Any:
        """Return the text to show, for items or for what was typed in."""
        return value[0]["value"] if isinstance(value, list) and value else value or ""

    def clean(self, value: Any) -> Any:
        """Return the items."""
        text = super().clean(value)
        return [{"value": text}] if text else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another text was typed in."""
        return super().has_changed(self.prepare_value(initial), data)


class TextWidget(forms.MultiWidget):
    """The properties of a formatted text, each with a label, below each other."""

    template_name = "drupal_jwt_auth/widgets/text.html"

    def __init__(self, properties: Sequence[str], labels: Sequence[Any], **kwargs: Any) -> None:
        self.properties = properties
        self.labels = labels
        super().__init__(
            {
                name: forms.TextInput(attrs={"size": 30})
                if name == "format"
                else forms.Textarea(attrs={"rows": 12 if name == "value" else 3, "cols": 80})
                for name in properties
            },
            **kwargs,
        )

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with a label for each part."""
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], self.labels, strict=True):
            part["label"] = label
        return context

    def decompress(self, value: Any) -> list[Any]:
        """Return the properties of the one item."""
        item = value[0] if value else {}
        return [item.get(name) for name in self.properties]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed in, a line break as one character as clients send it."""
        parts: list[Any] = super().value_from_datadict(data, files, name)
        return [part.replace("\r\n", "\n") if isinstance(part, str) else part for part in parts]


class TextFormField(forms.MultiValueField):
    """A formatted text: the one item of a field."""

    labels = {"value": _("Text"), "format": _("Text format"), "summary": _("Summary")}

    def __init__(self, properties: Sequence[str], **kwargs: Any) -> None:
        self.properties = properties
        super().__init__(
            fields=[forms.CharField(required=False, strip=False) for _name in properties],
            require_all_fields=False,
            widget=TextWidget(properties, [self.labels[name] for name in properties]),
            **kwargs,
        )

    def compress(self, data_list: Sequence[Any]) -> Items:
        """Return the items; a property with nothing in it is None."""
        if not any(data_list):
            return []
        parts = [part or None for part in data_list]
        return [dict(zip(self.properties, parts, strict=True))]


class CheckboxFormField(forms.BooleanField):
    """True or false: the one item of a field."""

    def prepare_value(self, value: Any) -> Any:
        """Return whether to check the box, for items or for what was submitted."""
        return value[0]["value"] if isinstance(value, list) and value else bool(value)

    def clean(self, value: Any) -> Any:
        """Return the items."""
        return [{"value": bool(super().clean(value))}]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the box was checked or unchecked."""
        return super().has_changed(self.prepare_value(initial), data)


class ChoiceFormField(forms.ChoiceField):
    """One choice: the one item of a field."""

    def __init__(self, choices: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(choices=[("", "---------"), *choices], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return what is chosen, for items or for what was submitted."""
        return value[0]["value"] if isinstance(value, list) and value else value or ""

    def clean(self, value: Any) -> Any:
        """Return the items."""
        text = super().clean(value)
        return [{"value": text}] if text else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else was chosen."""
        return super().has_changed(self.prepare_value(initial), data)
