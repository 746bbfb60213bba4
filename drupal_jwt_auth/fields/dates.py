"""Dates and times as configurable fields: ``{"value": "2017-03-02T07:02:00+11:00"}``.

Stored in UTC, shown in the site's time zone. With the setting ``datetime_type`` at ``date`` there
is no time of day: ``{"value": "2017-03-01"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import one_of, setting
from drupal_jwt_auth.fields.base import (
    DATE,
    NOT_A_PRIMITIVE,
    NOT_NULL,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.clocks import in_zone
from drupal_jwt_auth.fields.forms.items import DateRangeFormField, ItemsFormField
from drupal_jwt_auth.fields.forms.moments import (
    DateFormField,
    DateTimeFormField,
    UTCDateTimeFormField,
)
from drupal_jwt_auth.fields.php_dates import parse_date
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.settings import Choices, ChoiceSetting, Setting
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.wording import Wording

_ENTER_DATE = _("Enter a valid date/time.")
WRONG_FORMAT = Wording(
    "The datetime value '{value}' is invalid for the format '{format}'", _ENTER_DATE
)
NO_TEXT = Wording("The datetime value must be a string.", _ENTER_DATE)

DATETIME_FORMATS = {"Y-m-d\\TH:i:sP": "RFC 3339", "Y-m-d\\TH:i:sO": "ISO 8601"}
DATE_FORMATS = {"Y-m-d": "date-only"}

read_datetime_type = one_of("datetime", "date", "allday")


def _kind_setting(choices: Choices) -> Setting:
    return ChoiceSetting(
        read_datetime_type, _("Date type"), of_storage=True, default="datetime", choices=choices
    )


class DateTimeType(FieldType):
    """A point in time, or a day."""

    id = "datetime"
    module = "datetime"
    label = _("Date")
    category = DATE
    description = _("A day, or a point in time.")
    settings: ClassVar[Mapping[str, Setting]] = {
        "datetime_type": _kind_setting((("datetime", _("Date and time")), ("date", _("Date only"))))
    }

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item, its texts as they are stored; raise UnprocessableEntity (422)."""
        item = super().denormalize(data, field, delta, context)
        return {
            name: _parse(to_text(value), date_only=is_date(field))
            if is_scalar(value) and not isinstance(value, bool)
            else value
            for name, value in item.items()
        }

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no date."""
        return all(item.get(name) is None for name in self.properties)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no text, and no date."""
        value = item["value"]
        if _is_stored(value, field):
            return
        is_text = isinstance(value, str)
        wrong = WRONG_FORMAT.fill(value=value, format=_storage(field)) if is_text else NO_TEXT
        yield None, wrong
        yield "value", NOT_A_PRIMITIVE

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the time in the site's time zone, or the day."""
        return {name: _show(item.get(name), date_only=is_date(field)) for name in self.properties}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each date."""
        return ItemsFormField(field, {"value": _input(field)}, **kwargs)


class DateRangeType(DateTimeType):
    """A beginning and an end."""

    id = "daterange"
    label = _("Date range")
    description = _("A beginning and an end.")
    settings = {
        "datetime_type": _kind_setting(
            (
                ("datetime", _("Date and time")),
                ("date", _("Date only")),
                ("allday", _("All day")),
            )
        )
    }
    module = "datetime_range"
    properties: ClassVar[tuple[str, ...]] = ("value", "end_value")

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what has only one of its ends; Drupal's API takes an end before the beginning."""
        for name in self.properties:
            end = item.get(name)
            if end is None:
                yield name, NOT_NULL
            elif not _is_stored(end, field):
                yield name, NOT_A_PRIMITIVE

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each end."""
        ends = {
            "value": _input(field, label=_("Start date")),
            "end_value": _input(field, label=_("End date")),
        }
        return DateRangeFormField(field, ends, **kwargs)


def _input(field: Field, **kwargs: Any) -> DateFormField | DateTimeFormField:
    """Return an input for a date."""
    form_field = DateFormField if is_date(field) else UTCDateTimeFormField
    return form_field(required=False, **kwargs)


def is_date(field: Field) -> bool:
    """Tell whether a field has days, without a time of day."""
    return bool(setting(field.settings, "datetime_type", read_datetime_type) == "date")


def _storage(field: Field) -> str:
    """Return the format in which dates are stored."""
    return "Y-m-d" if is_date(field) else "Y-m-d\\TH:i:s"


def _is_stored(value: Any, field: Field) -> bool:
    """Tell whether a value is a date as it is stored."""
    return isinstance(value, str) and parse_date(value, _storage(field)) is not None


def _parse(text: str, *, date_only: bool) -> str:
    """Return a date as it is stored; raise UnprocessableEntity (422)."""
    formats = DATE_FORMATS if date_only else DATETIME_FORMATS
    for php_format in formats:
        moment = parse_date(text, php_format)
        if moment is not None:
            stored = moment.replace(tzinfo=None).isoformat()
            return stored.partition("T")[0] if date_only else stored
    accepted = ", ".join(f'"{php_format}" ({name})' for php_format, name in formats.items())
    raise UnprocessableEntity(
        f'The specified date "{text}" is not in an accepted format: {accepted}.'
    )


def _show(stored: str | None, *, date_only: bool) -> str | None:
    if stored is None or date_only:
        return stored
    moment = datetime.fromisoformat(stored).replace(tzinfo=timezone.utc)
    return in_zone(moment, get_default_timezone()).isoformat()
