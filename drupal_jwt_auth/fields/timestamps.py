r"""Points in time: ``{"value": "2026-11-22T05:12:08+00:00", "format": "Y-m-d\\TH:i:sP"}``.

Stored as Unix time, shown in UTC whatever the site's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import get_default_timezone, is_naive, make_aware, make_naive
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.base import (
    DATE,
    NOT_A_PRIMITIVE,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.clocks import is_shown_by_all
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.moments import UnixTimeFormField
from drupal_jwt_auth.fields.php_dates import MAX_FORMAT_LENGTH, parse_date
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_integer, to_text
from drupal_jwt_auth.http.exceptions import UnprocessableEntity

WIRE_FORMAT = "Y-m-d\\TH:i:sP"
ACCEPTED_FORMATS = {
    "U": "UNIX timestamp",
    "Y-m-d\\TH:i:sO": "ISO 8601",
    "Y-m-d\\TH:i:sP": "RFC 3339",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def from_unix(seconds: int) -> datetime:
    """Return the point in time, as the project's USE_TZ has it; raise OverflowError.

    Without time zones it is in that of the project, as all that Django stores then, whichever one a
    middleware has activated.
    """
    moment = _EPOCH + timedelta(seconds=seconds)
    return moment if settings.USE_TZ else make_naive(moment, get_default_timezone())


def to_unix(moment: datetime) -> int:
    """Return whole seconds since 1970."""
    aware = make_aware(moment, get_default_timezone()) if is_naive(moment) else moment
    return (aware - _EPOCH) // timedelta(seconds=1)


def _moment(item: Item) -> datetime | None:
    """Return the point in time that a raw item is, None for none or one that is too far away."""
    seconds = to_integer(item["value"])
    try:
        return None if seconds is None else from_unix(seconds)
    except OverflowError:
        return None


class TimestampType(FieldType):
    """A point in time."""

    id = "timestamp"
    label = _("Timestamp")
    category = DATE
    description = _("A point in time, as the seconds since 1970.")
    numeric = frozenset({"value"})

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item, its value in Unix time; raise UnprocessableEntity (422).

        An item may say in ``format`` how its value is written, with the letters of PHP's ``date``.
        """
        value = data.get("value") if isinstance(data, Mapping) else None
        if not is_scalar(value) or isinstance(value, bool):
            raise UnprocessableEntity(f'Field "{field.name}" needs items with a date as value.')
        formats: Mapping[str, Any] = ACCEPTED_FORMATS
        own_format = data.get("format")
        if is_true(own_format):
            if not is_scalar(own_format):
                raise UnprocessableEntity(f'Field "{field.name}" needs a format that is a text.')
            php_format = to_text(own_format)
            if len(php_format) > MAX_FORMAT_LENGTH:
                limit = f"at most {MAX_FORMAT_LENGTH} characters"
                raise UnprocessableEntity(f'Field "{field.name}" needs a format of {limit}.')
            formats = {php_format: 0}
        text = to_text(value)
        for php_format in formats:
            moment = parse_date(text, php_format)
            if moment is not None:
                return {"value": to_unix(moment)}
        accepted = ", ".join(f'"{php_format}" ({name})' for php_format, name in formats.items())
        raise UnprocessableEntity(
            f'The specified date "{text}" is not in an accepted format: {accepted}.'
        )

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no Unix time, or none that a page in any time zone can show."""
        moment = _moment(item)
        if moment is None or not is_shown_by_all(moment):
            yield "value", NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store whole seconds."""
        return {"value": to_integer(item["value"])}

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the time in UTC, with the format that it is written in."""
        seconds = item["value"]
        moment = None if seconds is None else _EPOCH + timedelta(seconds=seconds)
        return {"value": moment and moment.isoformat(), "format": WIRE_FORMAT}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each time."""
        return ItemsFormField(field, {"value": UnixTimeFormField(required=False)}, **kwargs)


class CreatedType(TimestampType):
    """When an entity was made."""

    id = "created"
    configurable = False


class ChangedType(TimestampType):
    """When an entity was last changed."""

    id = "changed"
    configurable = False
