"""The system checks: every fault of the configuration has an id of its own and a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.timezone import now
from rest_framework.settings import api_settings

from drupal_jwt_auth.authentication import JWTAuthentication
from drupal_jwt_auth.conf import SETTING_NAME, Settings, app_settings
from drupal_jwt_auth.exceptions import exception_handler
from drupal_jwt_auth.http.client_address import parse_network
from drupal_jwt_auth.tokens.external_users import check_users
from drupal_jwt_auth.tokens.issuers import (
    FixedKeys,
    Issuer,
    IssuerAddressError,
    IssuerAlgorithmError,
    IssuerAudienceError,
    IssuerConfigurationError,
    IssuerSourceError,
    IssuerUsersError,
    fixed_keys,
    read_issuer,
)
from drupal_jwt_auth.tokens.key_errors import (
    KeyConfigurationError,
    KeyEncodingError,
    KeySourceError,
    PublishedSecretError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.tokens.keys import Key, load_key
from drupal_jwt_auth.tokens.remote_keys import tls_context

INSECURE_PREFIX = "django-insecure-"
"""What Django's own `startproject` begins the key of a new project with."""

MAKE_KEY = "manage.py create_jwt_key FILE --algorithm NAME"
HOOKS = {"CLAIMS": "user and request", "TOKEN_RESPONSE": "document, user, token and request"}

_CACHES = "django.core.cache.backends"
UNFIT_CACHES = {
    f"{_CACHES}.locmem.LocMemCache": "each process has for itself",
    f"{_CACHES}.filebased.FileBasedCache": "cannot count failures of the same moment",
    f"{_CACHES}.dummy.DummyCache": "keeps nothing",
}
"""What must not count failed logins, and why."""

CACHE_MIDDLEWARE = "django.middleware.cache.UpdateCacheMiddleware"


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings."""
    configured = getattr(settings, SETTING_NAME, {})
    if not isinstance(configured, Mapping):
        return [
            _error(1, f"{SETTING_NAME} is no dict.", "Set it to a dict of settings, or leave it.")
        ]
    messages = list(_check_shape(configured))
    if not messages:
        messages += _check_keys() if app_settings.KEYS else _check_secret_key()
        messages += _check_issuers()
        messages += _check_hooks()
        messages += _check_callers()
        messages += _check_flood_cache()
    return [*messages, *_check_project()]


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of a site that is not for trying things out."""
    configured = getattr(settings, SETTING_NAME, {})
    if not isinstance(configured, Mapping) or any(_check_shape(configured)):
        return []  # `check_settings` says why.
    limits = (app_settings.FLOOD_PER_USER, app_settings.FLOOD_PER_ADDRESS)
    engine = settings.CACHES.get(app_settings.FLOOD_CACHE, {}).get("BACKEND")
    if not any(limits) or engine not in UNFIT_CACHES:
        return []
    return [
        _warning(
            3,
            f"Failed logins are counted in a cache that {UNFIT_CACHES[engine]}: {engine}.",
            f"Set {SETTING_NAME}['FLOOD_CACHE'] to a cache that all processes share, such as "
            "Redis, Memcached or a table of the database.",
        )
    ]


def _error(number: int, text: str, hint: str) -> CheckMessage:
    return checks.Error(text, hint=hint, id=f"drupal_jwt_auth.E{number:03}")


def _warning(number: int, text: str, hint: str) -> CheckMessage:
    return checks.Warning(text, hint=hint, id=f"drupal_jwt_auth.W{number:03}")


def _check_shape(configured: Mapping[Any, Any]) -> Iterator[CheckMessage]:
    """Yield unknown names and values of the wrong type."""
    declared = Settings.declared()
    for name, value in configured.items():
        if name not in declared:
            close = difflib.get_close_matches(str(name), declared, n=1)
            yield _error(
                2,
                f"{SETTING_NAME} has an unknown setting {name!r}.",
                f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(declared)}.",
            )
        elif not declared[name].accepts(value):
            yield _error(
                3,
                f"{SETTING_NAME}[{name!r}] has a wrong value.",
                f"Set it to {declared[name].expected}.",
            )


def _check_keys() -> Iterator[CheckMessage]:
    """Yield the faults of the configured keys."""
    keys: list[Key] = []
    for entry in app_settings.KEYS:
        try:
            keys.append(load_key(entry))
        except UnsupportedAlgorithmError as error:
            yield _error(5, str(error), "Choose another algorithm, or install what it needs.")
        except ShortKeyError as error:
            yield _error(6, str(error), f"Make a longer one: {MAKE_KEY}.")
        except KeySourceError as error:
            yield _error(
                12,
                str(error),
                "Set the variable, or make the file readable for the user that the site runs as.",
            )
        except KeyEncodingError as error:
            yield _error(13, str(error), "Correct its encoding, which is text or base64.")
        except PublishedSecretError as error:
            yield _error(14, str(error), f"Make a secret for it: {MAKE_KEY}.")
        except WrongKindError as error:
            yield _error(
                15, str(error), f"Correct its algorithm, or make a key for it: {MAKE_KEY}."
            )
        except KeyConfigurationError as error:
            yield _error(
                4, str(error), "Give each key kid, algorithm and one of key, environment and file."
            )
    if len({key.kid for key in keys}) < len(keys):
        yield _error(7, "Two keys have the same kid.", "Give each key a kid of its own.")
    is_first = bool(keys) and keys[0].kid == app_settings.KEYS[0].get("kid")
    if is_first and keys[0].signing is None:
        yield _error(
            8,
            f"The first key, {keys[0].kid!r}, signs, but it is a public key.",
            "Put a key with its private half first.",
        )


def _check_secret_key() -> Iterator[CheckMessage]:
    """Yield the faults of the key that the app's own is derived from."""
    hint = f"Set SECRET_KEY to a long random text of your own, or {SETTING_NAME}['KEYS']."
    try:
        secrets: dict[str, Sequence[Any]] = {"SECRET_KEY": [settings.SECRET_KEY]}
    except ImproperlyConfigured:
        yield _error(9, "SECRET_KEY is empty, and tokens are signed with a key made of it.", hint)
        return
    secrets["SECRET_KEY_FALLBACKS"] = settings.SECRET_KEY_FALLBACKS
    for name, values in secrets.items():
        insecure = any(str(value).startswith(INSECURE_PREFIX) for value in values)
        if insecure and not settings.DEBUG:
            yield _error(
                10, f"{name} has an insecure default, and a key made of it verifies tokens.", hint
            )


def _check_issuers() -> Iterator[CheckMessage]:
    """Yield the faults of the other issuers that are trusted. Nothing is fetched from them."""
    names = [app_settings.ISSUER] if app_settings.ISSUER else []
    for entry in app_settings.ISSUERS:
        try:
            issuer = read_issuer(entry)
            check_users(issuer)
            keys = fixed_keys(issuer.name, issuer.key, issuer.algorithms) if issuer.key else None
        except IssuerSourceError as error:
            yield _error(31, str(error), "Say in one way where the keys are.")
        except IssuerAddressError as error:
            yield _error(32, str(error), "Give the whole address, beginning with https://.")
        except IssuerAudienceError as error:
            yield _error(33, str(error), "Set it to the aud that its tokens for this site have.")
        except (IssuerAlgorithmError, UnsupportedAlgorithmError) as error:
            yield _error(
                34, str(error), "Name those that it signs with, or install what they need."
            )
        except IssuerUsersError as error:
            yield _error(35, str(error), "Set user to something else, or create_users to False.")
        except IssuerConfigurationError as error:
            yield _error(30, str(error), "Correct the entry, as docs/issuers.md shows it.")
        except KeyConfigurationError as error:
            yield _error(37, str(error), "Give a secret, or a public key or certificate as PEM.")
        else:
            yield from _check_certificates(issuer, keys)
            if issuer.name in names:
                yield _error(
                    36,
                    f"There are two issuers with the name {issuer.name!r}.",
                    f"Keep one entry for each, and none for {SETTING_NAME}['ISSUER'] itself.",
                )
            names.append(issuer.name)


def _check_certificates(issuer: Issuer, keys: FixedKeys | None) -> Iterator[CheckMessage]:
    """Yield the faults of the certificates that an entry names."""
    if keys and keys.valid and not keys.valid[0] <= now() <= keys.valid[1]:
        first, last = (f"{day:%Y-%m-%d}" for day in keys.valid)
        yield _warning(
            5,
            f"The certificate of issuer {issuer.name!r} is valid from {first} to {last} only.",
            "Ask the issuer for its new one. Until then the key in it goes on to verify.",
        )
    if issuer.ca_file is not None:
        try:
            tls_context(issuer.ca_file)
        except (OSError, ValueError):
            yield _error(
                38,
                f"The ca_file of issuer {issuer.name!r} has no certificates that can be read.",
                "Set it to the path of a PEM file with the authority that it trusts.",
            )


def _check_hooks() -> Iterator[CheckMessage]:
    """Yield what is wrong with the hooks."""
    for name, parameters in HOOKS.items():
        path = getattr(app_settings, name)
        if path is None:
            continue
        try:
            usable = callable(import_string(path))
        except ImportError:
            usable = False
        if not usable:
            yield _error(
                11,
                f"{SETTING_NAME}[{name!r}] names nothing that can be called: {path!r}.",
                f"Set it to the dotted path of a function of {parameters} that returns a dict.",
            )


def _check_callers() -> Iterator[CheckMessage]:
    """Yield what is wrong with the lists of those who may call."""
    for name in ("ALLOWED_ADDRESSES", "BLOCKED_ADDRESSES"):
        for entry in getattr(app_settings, name) or ():
            try:
                parse_network(entry)
            except ValueError as error:
                yield _error(
                    20,
                    f"{SETTING_NAME}[{name!r}] has what is no address or network: {error}.",
                    "Write 192.0.2.7, 192.0.2.0/24, 2001:db8::7 or 2001:db8::/32.",
                )
    for role, paths in app_settings.ROLE_PATHS.items():
        for path in paths:
            if not path.startswith(("/", "*")) or "?" in path:
                yield _error(
                    21,
                    f"{SETTING_NAME}['ROLE_PATHS'][{role!r}] has a path that is none: {path!r}.",
                    "Begin it with / or *, and leave the query out.",
                )
    proxies: int | None = api_settings.NUM_PROXIES
    if proxies is not None and proxies != app_settings.TRUSTED_PROXIES:
        yield _warning(
            4,
            f"REST_FRAMEWORK['NUM_PROXIES'] is {proxies}, and {SETTING_NAME}['TRUSTED_PROXIES'] "
            f"{app_settings.TRUSTED_PROXIES}.",
            "Set both to the number of proxies that are in front of this server.",
        )


def _check_flood_cache() -> Iterator[CheckMessage]:
    """Yield what is wrong with where failed logins are counted."""
    name = app_settings.FLOOD_CACHE
    if name not in settings.CACHES:
        yield _error(
            22,
            f"{SETTING_NAME}['FLOOD_CACHE'] is {name!r}, and there is no such cache.",
            f"CACHES has {', '.join(map(repr, settings.CACHES))}.",
        )


def _check_project() -> Iterator[CheckMessage]:
    """Yield settings of the project that would hide this app's answers."""
    defaults: Sequence[Any] = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    uses_tokens = any(issubclass(default, JWTAuthentication) for default in defaults)
    if uses_tokens and api_settings.EXCEPTION_HANDLER is not exception_handler:
        yield _warning(
            1,
            "Your views take tokens, but a missing one is not answered as documented.",
            "Set REST_FRAMEWORK['EXCEPTION_HANDLER'] to "
            "'drupal_jwt_auth.exceptions.exception_handler'.",
        )
    if uses_tokens and CACHE_MIDDLEWARE in settings.MIDDLEWARE:
        yield _warning(
            2,
            "The cache of the whole site may answer one client with what another's token got.",
            f"Take {CACHE_MIDDLEWARE} out of MIDDLEWARE and cache single views, or mark views that "
            "take tokens with cache_control(private=True).",
        )
