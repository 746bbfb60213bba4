"""System checks of ``DRUPAL_JWT_AUTH``, and the list of all checks that need no database."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import checks, mail
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string
from rest_framework.settings import api_settings

from drupal_jwt_auth.checks.flood_cache import check_flood_cache, check_flood_cache_of_site
from drupal_jwt_auth.checks.issuers import check_issuers
from drupal_jwt_auth.checks.keys import (
    check_former_keys,
    check_guessing,
    check_keys,
    check_secret_key,
)
from drupal_jwt_auth.checks.project import (
    check_backends,
    check_middleware,
    check_preferred_hasher,
    check_rich_text,
    check_routers,
)
from drupal_jwt_auth.checks.registration import check_registration
from drupal_jwt_auth.checks.resources import check_resources
from drupal_jwt_auth.checks.sessions import check_sessions
from drupal_jwt_auth.checks.storage import check_folder, check_private_storage, check_sendfile
from drupal_jwt_auth.conf import SETTING_NAME, Settings, app_settings
from drupal_jwt_auth.http.client_address import parse_network

HOOKS = {
    "CLAIMS": ("user", "request"),
    "TOKEN_RESPONSE": ("document", "user", "token", "request"),
}
"""The settings that name a function, and the arguments that it is called with."""


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return the faults of the settings."""
    configured = getattr(settings, SETTING_NAME, {})
    if not isinstance(configured, Mapping):
        return [
            checks.Error(
                f"{SETTING_NAME} must be a dict.",
                hint="Set it to a dict of settings, or leave it out.",
                id="drupal_jwt_auth.E001",
            )
        ]
    messages = list(_check_shape(configured))
    if not messages:
        messages += check_keys()
        messages += check_former_keys()
        messages += check_secret_key()
        messages += check_issuers()
        messages += check_guessing() if _is_served() else []
        messages += _check_hooks()
        messages += _check_methods()
        messages += check_sessions()
        messages += _check_addresses()
        messages += _check_role_paths()
        messages += _check_proxies()
        messages += check_flood_cache()
        messages += check_private_storage()
        messages += check_registration()
        messages += check_sendfile()
        messages += check_resources()
        messages += check_rich_text()
    messages += check_middleware()
    messages += check_preferred_hasher()
    messages += check_backends()
    return [*messages, *check_routers()]


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Return the faults of the settings that matter once a site is open to others."""
    if not are_readable():
        return []
    guessing = () if _is_served() else check_guessing()
    return [*guessing, *check_flood_cache_of_site(), *check_folder()]


def are_readable() -> bool:
    """Return True if all settings have values of the right type; else `check_settings` says so."""
    configured = getattr(settings, SETTING_NAME, {})
    return isinstance(configured, Mapping) and not any(_check_shape(configured))


def _is_served() -> bool:
    """Return True if the site may be open to others than its developers.

    It is not with ``DEBUG``, nor in tests, for which Django takes ``DEBUG`` off and e-mails in.
    """
    return not settings.DEBUG and not hasattr(mail, "outbox")


def _check_shape(configured: Mapping[Any, Any]) -> Iterator[CheckMessage]:
    """Yield errors for unknown names and for values of the wrong type."""
    declared = Settings.declared()
    for name, value in configured.items():
        if name not in declared:
            close = difflib.get_close_matches(str(name), declared, n=1)
            yield checks.Error(
                f"{SETTING_NAME} has an unknown setting {name!r}.",
                hint=f"Did you mean {close[0]!r}?"
                if close
                else f"There are {', '.join(declared)}.",
                id="drupal_jwt_auth.E002",
            )
        elif not declared[name].accepts(value):
            yield checks.Error(
                f"{SETTING_NAME}[{name!r}] has a wrong value.",
                hint=f"Set it to {declared[name].expected}.",
                id="drupal_jwt_auth.E003",
            )


def _check_hooks() -> Iterator[CheckMessage]:
    """Yield an error for each hook that is not a function of its arguments."""
    for name, parameters in HOOKS.items():
        path = getattr(app_settings, name)
        if path is not None and not _is_hook(path, parameters):
            wanted = f"{', '.join(parameters[:-1])} and {parameters[-1]}"
            yield checks.Error(
                f"{SETTING_NAME}[{name!r}] must name a function that can be called with {wanted}: "
                f"{path!r}.",
                hint=f"Set it to the dotted path of a function of {wanted} that returns a dict.",
                id="drupal_jwt_auth.E011",
            )


def _is_hook(path: str, parameters: Sequence[str]) -> bool:
    """Return True if the path is that of a callable with so many arguments that is not async."""
    try:
        hook = import_string(path)
        inspect.signature(hook).bind(*parameters)
    except (ImportError, TypeError, ValueError):
        return False
    return not inspect.iscoroutinefunction(hook)


def _check_methods() -> Iterator[CheckMessage]:
    """Yield a warning for an order of methods in which keys would be taken for passwords."""
    methods = [name for name in app_settings.AUTHENTICATION_METHODS if name != "jwt"]
    if methods == ["basic", "api_key"]:
        yield checks.Warning(
            "An API key that comes as Basic is tried as a password first, and counted as a login "
            "that has failed.",
            hint=f"Put api_key before basic in {SETTING_NAME}['AUTHENTICATION_METHODS'].",
            id="drupal_jwt_auth.W007",
        )


def _check_addresses() -> Iterator[CheckMessage]:
    """Yield an error for each entry of the lists of addresses that is not one."""
    for name in ("ALLOWED_ADDRESSES", "BLOCKED_ADDRESSES"):
        for entry in getattr(app_settings, name) or ():
            try:
                parse_network(entry)
            except ValueError as error:
                yield checks.Error(
                    f"{SETTING_NAME}[{name!r}] has an entry that is not an IP address or network: "
                    f"{error}.",
                    hint="Write 192.0.2.7, 192.0.2.0/24, 2001:db8::7 or 2001:db8::/32.",
                    id="drupal_jwt_auth.E020",
                )


def _check_role_paths() -> Iterator[CheckMessage]:
    """Yield an error for each pattern of ``ROLE_PATHS`` that no path can match."""
    for role, paths in app_settings.ROLE_PATHS.items():
        for path in paths:
            if not path.startswith(("/", "*")) or "?" in path:
                yield checks.Error(
                    f"{SETTING_NAME}['ROLE_PATHS'][{role!r}]: the path {path!r} must start with / "
                    "or *, and have no query.",
                    hint="Begin it with / or *, and leave the query out.",
                    id="drupal_jwt_auth.E021",
                )


def _check_proxies() -> Iterator[CheckMessage]:
    """Yield a warning where DRF counts another number of proxies than this app."""
    proxies: int | None = api_settings.NUM_PROXIES
    if proxies is not None and proxies != app_settings.TRUSTED_PROXIES:
        yield checks.Warning(
            f"REST_FRAMEWORK['NUM_PROXIES'] is {proxies}, and {SETTING_NAME}['TRUSTED_PROXIES'] "
            f"{app_settings.TRUSTED_PROXIES}.",
            hint="Set both to the number of proxies that are in front of this server.",
            id="drupal_jwt_auth.W004",
        )
