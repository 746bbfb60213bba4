"""Field types that only accounts have: names, passwords, time zones, preferred languages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.user.passwords import MAX_LENGTH
from drupal_jwt_auth.fields.base import NOT_A_CHOICE, NOT_A_PRIMITIVE, Context, Faults, Field, Item
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.string import TOO_LONG, LanguageType, StringType

_REGIONS = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/"),
    *("Europe/", "Indian/", "Pacific/"),
)


class PasswordType(StringType):
    """A password: ``value`` is a new one, ``existing`` the one that somebody has now.

    Stored is the new one without spaces around it; an item without a value changes nothing.
    """

    id = "password"
    properties = ("value", "existing")
    configurable = False

    def is_empty(self, item: Item) -> bool:
        """Tell that no item counts as none: only where there is none at all, a password goes."""
        return False

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no text, and what is too long."""
        value = item.get("value")
        if value is None:
            return
        if not is_scalar(value):
            yield "value", NOT_A_PRIMITIVE
        elif len(to_text(value)) > MAX_LENGTH:
            yield "value", TOO_LONG.format(label=field.label, max_length=MAX_LENGTH)

    def cast(self, item: Item, field: Field) -> Item:
        """Return the new password, None for none; the existing one is kept nowhere."""
        return {"value": new_password(item)}


def new_password(item: Item) -> str | None:
    """Return the password that an item sets, None where it sets none."""
    return _trimmed(item.get("value"))


def existing_password(item: Item) -> str | None:
    """Return the password that an item says somebody has, None where it says nothing."""
    return _trimmed(item.get("existing"))


def _trimmed(value: Any) -> str | None:
    """Return a password without what PHP takes for space around it."""
    return to_text(value).strip(" \t\n\r\v\0") or None if is_scalar(value) else None


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """Return the names of the time zones that there are: places, and UTC."""
    return frozenset(
        name for name in available_timezones() if name.startswith(_REGIONS) or name == "UTC"
    )


class TimezoneType(StringType):
    """A time zone by its name."""

    id = "timezone"
    configurable = False

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no time zone."""
        value = item["value"]
        if not is_scalar(value):
            yield "value", NOT_A_PRIMITIVE
        elif to_text(value) not in timezones():
            yield "value", NOT_A_CHOICE


class PreferredLanguageType(LanguageType):
    """A language that somebody reads: one of the site's."""

    id = "preferred_language"
    without_language: ClassVar[tuple[str, ...]] = ()

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse codes that the site does not have, of the value and of the item, as Drupal."""
        if item["value"] not in app_settings.LANGCODES:
            yield "value", NOT_A_CHOICE
        yield from super().validate(item, field, context)
