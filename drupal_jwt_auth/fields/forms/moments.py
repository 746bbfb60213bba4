"""Form fields for days and points in time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime, timedelta, timezone
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import get_current_timezone, is_aware, make_aware, make_naive

from drupal_jwt_auth.fields.clocks import is_shown_by_all
from drupal_jwt_auth.fields.forms.site import UNREADABLE
from drupal_jwt_auth.fields.widgets import DateInput, LocalDateTimeInput


class DateFormField(forms.DateField):
    """A day, stored as ``2017-03-01``."""

    widget = DateInput

    def prepare_value(self, value: Any) -> Any:
        """Return the day as a browser shows it, nothing for what is none."""
        try:
            return date.fromisoformat(value).isoformat()
        except UNREADABLE:
            return ""

    def clean(self, value: Any) -> Any:
        """Return the text to store, None for no day; raise ValidationError for what is none."""
        day: date | None = super().clean(value)
        return None if day is None else day.isoformat()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another day was entered."""
        return bool(self.prepare_value(initial) != (data or ""))


class DateTimeFormField(forms.DateTimeField):
    """A point in time, shown in the time zone of the admin."""

    widget = LocalDateTimeInput

    def prepare_value(self, value: Any) -> Any:
        """Return the time as a browser shows it, without seconds where they are 0.

        A text is what was typed in.
        """
        if not isinstance(value, datetime):
            return value or ""
        local = make_naive(value) if is_aware(value) else value
        text = local.replace(microsecond=0).isoformat()
        return text if local.second else text.removesuffix(":00")

    def to_python(self, value: Any) -> Any:
        """Return the point in time; of an hour that a clock shows twice, the first is meant."""
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or not is_shown_by_all(moment):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment.replace(tzinfo=get_current_timezone() if settings.USE_TZ else None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another time was entered."""
        return bool(self.prepare_value(initial) != (data or ""))

    def describe(self, value: Any) -> str:
        """Return the time as it is shown."""
        return str(self.prepare_value(value)).replace("T", " ")


class StoredDateTimeFormField(DateTimeFormField, ABC):
    """A point in time that is stored in a form of its own."""

    @abstractmethod
    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored; raise one of the UNREADABLE errors."""

    @abstractmethod
    def write(self, moment: datetime) -> Any:
        """Return what to store."""

    def prepare_value(self, value: Any) -> Any:
        """Return the time as a browser shows it, nothing for what is none."""
        try:
            return super().prepare_value(make_naive(self.read(value)))
        except UNREADABLE:
            return ""

    def clean(self, value: Any) -> Any:
        """Return what to store, None for no time; raise ValidationError for what is none."""
        moment: datetime | None = super().clean(value)
        if moment is None:
            return None
        return self.write(moment if is_aware(moment) else make_aware(moment))


class UTCDateTimeFormField(StoredDateTimeFormField):
    """A point in time, stored as ``2017-03-01T20:02:00`` in UTC."""

    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored."""
        return datetime.fromisoformat(value).replace(tzinfo=timezone.utc)

    def write(self, moment: datetime) -> Any:
        """Return the text to store."""
        return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat()


class UnixTimeFormField(StoredDateTimeFormField):
    """A point in time, stored as the seconds since 1970."""

    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored."""
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=value)

    def write(self, moment: datetime) -> Any:
        """Return the number to store."""
        return int(moment.timestamp())


# Form fields for all items of a field
