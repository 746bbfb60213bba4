"""The settings: one dict, ``DRUPAL_JWT_AUTH``, read late through one typed object.

Nothing is captured at import: every attribute access looks into ``django.conf.settings``, so that
``override_settings`` works in tests and settings may be changed while a process runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar, overload

from django.conf import settings

SETTING_NAME = "DRUPAL_JWT_AUTH"
METHODS = ("jwt", "basic", "api_key", "cookie")
HTTP_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")
MAX_FAILURES = 1000
MAX_TEXT_CACHE_SIZE = 4 * 1024**3
MAX_LENGTH = 2**31 - 1
MAX_UPLOAD = 2**40
SENDFILE_HEADERS = ("X-Accel-Redirect", "X-Sendfile")
AUDITED = ("tokens", "refusals", "requests")
REGISTER = ("admin_only", "visitors", "visitors_admin_approval")
NOTICES = (
    "register_no_approval_required",
    "register_pending_approval",
    "status_activated",
    "status_blocked",
    "password_reset",
)
MAX_LIFETIME = timedelta(days=36525)
MAX_WINDOW = timedelta(days=366)
MAX_LEEWAY = timedelta(days=1)
MAX_GRACE = timedelta(minutes=5)

T = TypeVar("T")


class Setting(Generic[T]):
    """A descriptor for one key of the dict.

    ``accepts`` returns True for a value that can be used; ``expected`` describes these in words.
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


def _is_choice_of_methods(value: Any) -> bool:
    known = _is_text_list(value) and set(value) <= set(METHODS)
    return known and len(value) == len(set(value)) > 0


def _is_header_name(value: Any) -> bool:
    # Servers drop headers with underscores, as these look like hyphens to CGI and WSGI.
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", value))


def _is_path_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        _is_text(role) and _is_text_list(paths) for role, paths in value.items()
    )


def _is_site_url(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"https?://[^/?#@\s]+", value))


def _is_password_page(value: Any) -> bool:
    is_url = isinstance(value, str) and bool(re.fullmatch(r"https?://[^/?#@{}\s]+/\S*", value))
    return is_url and all(value.count(part) == 1 for part in ("{uid}", "{token}"))


def _is_lifetime(value: Any) -> bool:
    return isinstance(value, timedelta) and timedelta(seconds=1) <= value <= MAX_LIFETIME


def _is_period(value: Any, most: timedelta) -> bool:
    return isinstance(value, timedelta) and timedelta(0) <= value <= most


def _is_limit(value: Any) -> bool:
    match value:
        case [number, timedelta() as window]:
            in_time = timedelta(seconds=1) <= window <= MAX_WINDOW
            return in_time and _is_number(number, 1, MAX_FAILURES)
        case _:
            return False


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_sendfile(value: Any) -> bool:
    match value:
        case [str() as header, str() as root]:
            is_path = re.fullmatch("/([!-~]*/)?", root) is not None
            return header in SENDFILE_HEADERS and is_path
        case _:
            return False


def _is_naming(item: tuple[Any, Any]) -> bool:
    match item:
        case [str(), None]:
            return True
        case [str(), Mapping() as chosen]:
            fields = chosen.get("fields", {})
            return (
                chosen.keys() <= {"name", "path", "fields"}
                and all(_is_text(chosen[key]) for key in chosen.keys() - {"fields"})
                and isinstance(fields, Mapping)
                and all(_is_text(name) for name in fields)
                and all(map(_is_optional_text, fields.values()))
            )
        case _:
            return False


def _is_key_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)


_LIFETIME = "a timedelta from one second to a hundred years"
_LIMIT = (
    f"a pair of a number from 1 to {MAX_FAILURES} and a timedelta of up to a year, "
    "or None for no limit"
)


class Settings:
    """Every setting of the app with its default; ``docs/settings.md`` gives the reasons."""

    KEYS: Setting[Sequence[Mapping[str, Any]]] = Setting(
        [],
        accepts=_is_key_list,
        expected="a list of dicts, each with kid, algorithm and one of key, environment and file",
    )
    TOKEN_LIFETIME: Setting[timedelta] = Setting(
        timedelta(hours=1),
        accepts=_is_lifetime,
        expected=_LIFETIME,
    )
    REFRESH_TOKEN_LIFETIME: Setting[timedelta | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_lifetime(value),
        expected=f"{_LIFETIME}, or None for no refresh tokens",
    )
    REFRESH_TOKEN_GRACE: Setting[timedelta] = Setting(
        timedelta(seconds=30),
        accepts=lambda value: _is_period(value, MAX_GRACE),
        expected="a timedelta of up to five minutes that is not negative",
    )
    LEEWAY: Setting[timedelta] = Setting(
        timedelta(0),
        accepts=lambda value: _is_period(value, MAX_LEEWAY),
        expected="a timedelta of up to a day that is not negative",
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
    ISSUERS: Setting[Sequence[Mapping[str, Any]]] = Setting(
        [],
        accepts=_is_key_list,
        expected="a list of dicts, each with issuer, audience and where its keys are",
    )
    FORMER_KEYS: Setting[Sequence[Mapping[str, Any]]] = Setting(
        [],
        accepts=_is_key_list,
        expected="a list of dicts, each with algorithm, until and one of key, environment and file",
    )
    CLAIMS: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="the dotted path of a callable, or None",
    )
    TOKEN_RESPONSE: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="the dotted path of a callable, or None",
    )
    ERRORS_WITH_MESSAGE: Setting[bool] = Setting(
        default=False,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    AUTHENTICATION_METHODS: Setting[Sequence[str]] = Setting(
        ["jwt"],
        accepts=_is_choice_of_methods,
        expected=f"a list of at least one out of {', '.join(METHODS)}, each once",
    )
    PUBLIC_METHODS: Setting[Sequence[str]] = Setting(
        [],
        accepts=lambda value: _is_text_list(value) and set(value) <= set(HTTP_METHODS),
        expected=f"a list of HTTP methods in upper case, out of {', '.join(HTTP_METHODS)}",
    )
    AUTHORIZATION_HEADER: Setting[str | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_header_name(value),
        expected="the name of a header, of letters, digits and hyphens, or None",
    )
    ALLOWED_ADDRESSES: Setting[Sequence[str] | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_text_list(value),
        expected="a list of IP addresses and networks, or None for all",
    )
    BLOCKED_ADDRESSES: Setting[Sequence[str]] = Setting(
        [],
        accepts=_is_text_list,
        expected="a list of IP addresses and networks",
    )
    TRUSTED_PROXIES: Setting[int] = Setting(
        0,
        accepts=lambda value: _is_number(value, 0, 100),
        expected="the number of proxies before this server",
    )
    ROLE_PATHS: Setting[Mapping[str, Sequence[str]]] = Setting(
        {},
        accepts=_is_path_map,
        expected="a dict of lists of paths by the names of groups",
    )
    FLOOD_PER_USER: Setting[tuple[int, timedelta] | None] = Setting(
        (5, timedelta(hours=6)),
        accepts=lambda value: value is None or _is_limit(value),
        expected=_LIMIT,
    )
    FLOOD_PER_ADDRESS: Setting[tuple[int, timedelta] | None] = Setting(
        (50, timedelta(hours=1)),
        accepts=lambda value: value is None or _is_limit(value),
        expected=_LIMIT,
    )
    FLOOD_CACHE: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="the name of one of CACHES, or None for the database",
    )
    FLOOD_REGISTRATIONS: Setting[tuple[int, timedelta] | None] = Setting(
        (50, timedelta(hours=1)),
        accepts=lambda value: value is None or _is_limit(value),
        expected=_LIMIT,
    )
    REGISTER: Setting[str] = Setting(
        "admin_only",
        accepts=lambda value: value in REGISTER,
        expected=f"one of {', '.join(REGISTER)}",
    )
    VERIFY_MAIL: Setting[bool] = Setting(
        default=True,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    NOTIFY: Setting[Sequence[str]] = Setting(
        [name for name in NOTICES if name != "status_blocked"],
        accepts=lambda value: _is_text_list(value) and set(value) <= set(NOTICES),
        expected=f"a list out of {', '.join(NOTICES)}",
    )
    SITE_MAIL: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="an e-mail address, or None for those in ADMINS",
    )
    SITE_URL: Setting[str | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_site_url(value),
        expected="an address such as https://example.com without a path, or None",
    )
    PASSWORD_PAGE: Setting[str | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_password_page(value),
        expected="a URL that has {uid} and {token} in it, or None",
    )
    MAIL_IN_BACKGROUND: Setting[bool] = Setting(
        default=True,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    AUDIT_LOG: Setting[Sequence[str]] = Setting(
        ["tokens", "refusals"],
        accepts=lambda value: _is_text_list(value) and set(value) <= set(AUDITED),
        expected=f"a list out of {', '.join(AUDITED)}",
    )
    AUDIT_RETENTION: Setting[timedelta | None] = Setting(
        timedelta(days=90),
        accepts=lambda value: value is None or _is_lifetime(value),
        expected=f"{_LIFETIME}, or None for ever",
    )
    CONTENT_LOG: Setting[bool] = Setting(
        default=False,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    MAX_CONTENT_LENGTH: Setting[int] = Setting(
        8 * 2**20,
        accepts=lambda value: _is_number(value, 1, MAX_LENGTH),
        expected=f"a number of bytes from 1 to {MAX_LENGTH}",
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
    PRIVATE_STORAGE: Setting[str | None] = Setting(
        None,
        accepts=_is_optional_text,
        expected="the name of one of STORAGES, or None for no private files",
    )
    SENDFILE: Setting[tuple[str, str] | None] = Setting(
        None,
        accepts=lambda value: value is None or _is_sendfile(value),
        expected=(
            f"a pair of {' or '.join(SENDFILE_HEADERS)} and a path that begins and ends with a "
            "slash, or None"
        ),
    )
    MAX_UPLOAD_SIZE: Setting[int] = Setting(
        64 * 2**20,
        accepts=lambda value: _is_number(value, 1, MAX_UPLOAD),
        expected=f"a number of bytes from 1 to {MAX_UPLOAD}",
    )
    TEMPORARY_FILE_LIFETIME: Setting[timedelta | None] = Setting(
        timedelta(hours=6),
        accepts=lambda value: value is None or _is_lifetime(value),
        expected=f"{_LIFETIME}, or None for ever",
    )
    JSONAPI_READ_ONLY: Setting[bool | None] = Setting(
        None,
        accepts=lambda value: value is None or isinstance(value, bool),
        expected="True or False, or None for what the site has brought along",
    )
    JSONAPI_RESOURCES: Setting[Mapping[str, Mapping[str, Any] | None]] = Setting(
        {},
        accepts=lambda value: isinstance(value, Mapping) and all(map(_is_naming, value.items())),
        expected=(
            "a dict by the names of resource types: None, or a dict of name, path and fields, the "
            "last a dict of texts or None"
        ),
    )
    LISTS_WITHOUT_FORMAT: Setting[bool] = Setting(
        default=False,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    RICH_TEXT: Setting[bool] = Setting(
        default=False,
        accepts=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    TEXT_CACHE_SIZE: Setting[int] = Setting(
        16 * 1024 * 1024,
        accepts=lambda value: _is_number(value, 0, MAX_TEXT_CACHE_SIZE),
        expected="a number of bytes up to 4 GiB, or 0 for none",
    )

    @classmethod
    def declared(cls) -> dict[str, Setting[Any]]:
        """Return the settings by name, in the order of their declaration."""
        return {name: entry for name, entry in vars(cls).items() if isinstance(entry, Setting)}


app_settings = Settings()
