"""Formatted text: ``{"value", "format", "processed"}``, and ``summary`` where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.base import (
    FORMATTED_TEXT,
    NOT_A_CHOICE,
    NOT_A_PRIMITIVE,
    NOT_NULL,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import FormatFormField, TextFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.settings import FlagSetting, Setting, SeveralSetting
from drupal_jwt_auth.fields.string import TOO_LONG_IN_FORM, max_length
from drupal_jwt_auth.wording import Wording

TEXT_TOO_LONG = Wording(
    "{label}: the text may not be longer than {max_length} characters.", TOO_LONG_IN_FORM
)


class TextLongType(FieldType):
    """A text with the format that its markup is shown in."""

    id = "text_long"
    label = _("Text (formatted, long)")
    category: ClassVar[Any] = FORMATTED_TEXT
    description = _("A text of several lines, with a text format.")
    module = "text"
    properties: ClassVar[tuple[str, ...]] = ("value", "format")
    computed = ("processed",)
    settings: ClassVar[Mapping[str, Setting]] = {
        "allowed_formats": SeveralSetting(
            label=_("Allowed text formats"),
            help_text=_("None for all that somebody may use."),
            choices=lambda site: site.formats(),
        )
    }
    widget: ClassVar[forms.Widget] = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12})

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item, for a new entity with what may not be sent."""
        item = super().denormalize(data, field, delta, context)
        if context.creating and isinstance(data, Mapping) and data.get("processed") is not None:
            item["processed"] = data["processed"]
        return item

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no text."""
        return item.get("value") in (None, "")

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no text, and formats that the account may not use."""
        if item.get("value") is None:
            yield "value", NOT_NULL
        text_format = item.get("format")
        allowed = self.setting(field, "allowed_formats") or [text_format]
        for name in self.properties:
            if not (item.get(name) is None or is_scalar(item[name])):
                yield name, NOT_A_PRIMITIVE
            if (
                name == "format"
                and text_format is not None
                and not (text_format in allowed and context.may_use_format(text_format))
            ):
                yield name, NOT_A_CHOICE
        if "processed" in item:
            yield "processed", "This value is computed and cannot be set."

    def cast(self, item: Item, field: Field) -> Item:
        """Store texts, or None for a property that was not sent."""
        return {name: self._text(item.get(name)) for name in self.properties}

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the text as it is stored, and as its format shows it."""
        processed = context.process(item["value"] or "", item["format"])
        return {"value": item["value"], "format": item["format"], "processed": processed}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for the text, and a select box for its format."""
        return ItemsFormField(field, self.inputs(field), **kwargs)

    def inputs(self, field: Field) -> dict[str, forms.Field]:
        """Return the inputs by the properties that they are for."""
        return {
            "value": TextFormField(label=_("Text"), initial="", widget=self.widget),
            "format": FormatFormField(label=_("Text format")),
        }

    @staticmethod
    def _text(value: Any) -> str | None:
        return None if value is None else to_text(value)


class TextType(TextLongType):
    """A line of formatted text; the setting ``max_length`` counts characters."""

    id = "text"
    label = _("Text (formatted)")
    description = _("A line of text, with a text format.")
    settings = {"max_length": max_length()}
    widget = forms.TextInput(attrs={"class": "vTextField"})

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is too long, too."""
        limit = self.setting(field, "max_length")
        value = item.get("value")
        if limit is not None and is_scalar(value) and len(to_text(value)) > limit:
            yield "value", TEXT_TOO_LONG.fill(label=field.label, max_length=limit)
        yield from super().validate(item, field, context)


class TextWithSummaryType(TextLongType):
    """A text with a summary of its own."""

    id = "text_with_summary"
    label = _("Text (formatted, long, with summary)")
    description = _("A text of several lines and a summary of it, with a text format.")
    properties = ("value", "format", "summary")
    settings = {
        "display_summary": FlagSetting(label=_("With an input for a summary"), default=True)
    }

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is neither text nor summary."""
        return super().is_empty(item) and item.get("summary") in (None, "")

    def inputs(self, field: Field) -> dict[str, forms.Field]:
        """Return the inputs by properties, unless the summary is switched off with one for it."""
        inputs = super().inputs(field)
        if not self.setting(field, "display_summary", default=True):
            return inputs
        widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})
        summary = TextFormField(label=_("Summary"), initial="", widget=widget)
        return {"value": inputs["value"], "summary": summary, "format": inputs["format"]}

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the text as it is stored and as it is shown, and the summary."""
        return {**super().normalize(item, field, context), "summary": item["summary"]}
