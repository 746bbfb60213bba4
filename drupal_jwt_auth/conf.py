"""The settings: one dict, ``DRUPAL_JWT_AUTH``, read late through one typed object.

Nothing is captured at import: every attribute access looks into ``django.conf.settings``, so that
``override_settings`` works in tests and settings may be changed while a process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar, overload

from django.conf import settings

SETTING_NAME = "DRUPAL_JWT_AUTH"
HTTP_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")

T = TypeVar("T")


class Setting(Generic[T]):
    """A descriptor for one key of the dict.

    ``accepts`` says whether a configured value is usable, ``expected`` says in words what is.
    """

    name: str

    def __init__(self, default: T, *, accepts: Callable[[Any], bool], expected: str) -> None:
        self.default = default
        self.accepts = accepts
        self.expected = expected

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Setting[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Setting[T] | T:
        if instance is None:
            return self
        value: T = getattr(settings, SETTING_NAME, {}).get(self.name, self.default)
        return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_optional_text(value: Any) -> bool:
    return value is None or _is_text(value)


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_is_text(item) for item in value)


def _is_key_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)


class Settings:
    """Every setting of the app with its default; ``docs/settings.md`` gives the reasons."""

    KEYS: Setting[Sequence[Mapping[str, Any]]] = Setting(
        [],
        accepts=_is_key_list,
        expected="a list of dicts, each with kid, algorithm and key",
    )
    TOKEN_LIFETIME: Setting[timedelta] = Setting(
        timedelta(hours=1),
        accepts=lambda value: isinstance(value, timedelta) and value >= timedelta(seconds=1),
        expected="a timedelta of at least one second",
    )
    LEEWAY: Setting[timedelta] = Setting(
        timedelta(0),
        accepts=lambda value: isinstance(value, timedelta) and value >= timedelta(0),
        expected="a timedelta that is not negative",
    )
    ISSUER: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="a string or None",
    )
    AUDIENCE: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="a string or None",
    )
    CLAIMS: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="the dotted path of a callable, or None",
    )
    PUBLIC_METHODS: Setting[Sequence[str]] = Setting(
        [],
        accepts=lambda value: _is_text_list(value) and set(value) <= set(HTTP_METHODS),
        expected=f"a list of HTTP methods in upper case, out of {', '.join(HTTP_METHODS)}",
    )
    ANONYMOUS_ROLE: Setting[str] = Setting(
        "anonymous",
        accepts=_is_text,
        expected="the name of a group",
    )
    AUTHENTICATED_ROLE: Setting[str] = Setting(
        "authenticated",
        accepts=_is_text,
        expected="the name of a group",
    )
    LANGCODES: Setting[Sequence[str]] = Setting(
        ["en"],
        accepts=lambda value: _is_text_list(value) and len(value) > 0,
        expected="a list of language codes, the site's default first",
    )

    @classmethod
    def declared(cls) -> dict[str, Setting[Any]]:
        """Return the settings by name, in the order in which they are declared."""
        return {name: entry for name, entry in vars(cls).items() if isinstance(entry, Setting)}


app_settings = Settings()
