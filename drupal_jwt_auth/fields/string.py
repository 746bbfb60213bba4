"""Plain text: ``{"value": "..."}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.base import (
    NOT_A_CHOICE,
    NOT_A_PRIMITIVE,
    PLAIN_TEXT,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import TextFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.settings import Setting, WholeNumberSetting, unasked
from drupal_jwt_auth.wording import Wording

TOO_LONG_IN_FORM = _("Use no more characters than {max_length}.")
TOO_LONG = Wording("{label}: may not be longer than {max_length} characters.", TOO_LONG_IN_FORM)


def max_length() -> WholeNumberSetting:
    """Return the setting for how many characters a text may have."""
    return WholeNumberSetting(
        label=_("Maximum length"),
        help_text=_("How many characters a text may have. Nothing for any number."),
        of_storage=True,
        initial=255,
        least=1,
    )


def text_faults(item: Item, name: str, limit: int, field: Field) -> Faults:
    """Yield what is wrong with an optional property that is a line of text."""
    value = item.get(name)
    if value is not None and not is_scalar(value):
        yield name, NOT_A_PRIMITIVE
    elif value is not None and len(to_text(value)) > limit:
        yield name, TOO_LONG.fill(label=field.label, max_length=limit)


class StringType(FieldType):
    """A line of text; the setting ``max_length`` counts characters."""

    id = "string"
    label = _("Text (plain)")
    category: ClassVar[Any] = PLAIN_TEXT
    description = _("A line of text.")
    settings: ClassVar[Mapping[str, Setting]] = {
        "max_length": max_length(),
        "case_sensitive": Setting(of_storage=True),
        "is_ascii": Setting(of_storage=True),
    }
    too_long: ClassVar[Wording] = TOO_LONG
    widget: ClassVar[forms.Widget] = forms.TextInput(attrs={"class": "vTextField"})

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no text."""
        return item.get("value") in (None, "")

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no scalar, and what is too long."""
        value = item["value"]
        limit = self.setting(field, "max_length")
        if not is_scalar(value):
            yield "value", NOT_A_PRIMITIVE
        elif limit is not None and len(to_text(value)) > limit:
            yield "value", self.too_long.fill(label=field.label, max_length=limit)

    def cast(self, item: Item, field: Field) -> Item:
        """Store text, whatever scalar was sent."""
        return {"value": to_text(item["value"])}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each text."""
        return ItemsFormField(field, {"value": TextFormField(widget=self.widget)}, **kwargs)


class StringLongType(StringType):
    """A text of any length."""

    id = "string_long"
    label = _("Text (plain, long)")
    description = _("A text of several lines.")
    settings = unasked(StringType.settings)
    widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 5})


class UUIDType(StringType):
    """A UUID; any text of at most 128 characters is taken for one, as up to Drupal 11.3."""

    id = "uuid"
    configurable = False


class LanguageType(StringType):
    """A language code: one of the site's, or one of the two that stand for none."""

    id = "language"
    configurable = False
    too_long = Wording(
        "This value is too long. It should have {max_length} characters or less.", TOO_LONG_IN_FORM
    )
    without_language: ClassVar[tuple[str, ...]] = ("und", "zxx")

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no code; an empty text is one that no site has."""
        return item.get("value") is None

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse codes that the site does not have."""
        yield from super().validate(item, field, context)
        if item["value"] not in (*app_settings.LANGCODES, *self.without_language):
            yield None, NOT_A_CHOICE
