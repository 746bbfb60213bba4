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
from rest_framework.settings import api_settings

from drupal_jwt_auth.authentication import JWTAuthentication
from drupal_jwt_auth.conf import SETTING_NAME, Settings, app_settings
from drupal_jwt_auth.exceptions import exception_handler
from drupal_jwt_auth.tokens.keys import (
    Key,
    KeyConfigurationError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    load_key,
)

INSECURE_PREFIX = "django-insecure-"
"""What Django's own `startproject` begins the key of a new project with."""

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
        messages += _check_claims()
    return [*messages, *_check_project()]


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
            yield _error(
                6, str(error), "Make one as long as its hash: secrets.token_urlsafe(64) for HS512."
            )
        except KeyConfigurationError as error:
            yield _error(4, str(error), "Give each key kid, algorithm and key.")
    if len({key.kid for key in keys}) < len(keys):
        yield _error(7, "Two keys have the same kid.", "Give each key a kid of its own.")
    if keys and keys[0].signing is None:
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


def _check_claims() -> Iterator[CheckMessage]:
    """Yield what is wrong with the hook for claims."""
    path = app_settings.CLAIMS
    if path is None:
        return
    try:
        usable = callable(import_string(path))
    except ImportError:
        usable = False
    if not usable:
        yield _error(
            11,
            f"{SETTING_NAME}['CLAIMS'] names nothing that can be called: {path!r}.",
            "Set it to the dotted path of a function of user and request that returns a dict.",
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
