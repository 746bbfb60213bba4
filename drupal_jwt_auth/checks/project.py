"""System checks of the project's own settings: middleware, hashers, backends, database routers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.core.checks import CheckMessage
from django.db import router
from django.db.models import Model
from django.middleware.cache import UpdateCacheMiddleware
from django.utils.module_loading import import_string
from rest_framework.settings import api_settings

from drupal_jwt_auth.auth.authentication import CallerAuthentication
from drupal_jwt_auth.auth.backends import LoginGuard
from drupal_jwt_auth.auth.missing_hashers import configuration_fault, missing_library
from drupal_jwt_auth.conf import SETTING_NAME, app_settings
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.fields.rich_text import EDITOR


def check_middleware() -> Iterator[CheckMessage]:
    """Yield a warning for a cache that would show the answer to one client to another."""
    defaults: Sequence[Any] = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    is_ours = any(issubclass(default, CallerAuthentication) for default in defaults)
    for path in settings.MIDDLEWARE if is_ours else ():
        if _caches_whole_site(path):
            yield checks.Warning(
                "The cache of the whole site may answer one client with what another's token got.",
                hint=f"Take {path} out of MIDDLEWARE and cache single views, or mark views that "
                "take tokens with cache_control(private=True).",
                id="drupal_jwt_auth.W002",
            )


def _caches_whole_site(path: str) -> bool:
    """Return True for Django's middleware that caches answers, and for classes made from it."""
    try:
        middleware = import_string(path)
    except ImportError:
        return False
    return isinstance(middleware, type) and issubclass(middleware, UpdateCacheMiddleware)


def check_preferred_hasher() -> Iterator[CheckMessage]:
    """Yield an error where no password can be hashed, as a login with any name needs it."""
    missing = configuration_fault() or missing_library(get_hasher())
    if missing:
        yield checks.Error(
            f"No password can be hashed: {missing.text}",
            hint=missing.hint,
            id="drupal_jwt_auth.E024",
        )


def check_backends() -> Iterator[CheckMessage]:
    """Yield a warning for Django's ``ModelBackend`` beside the guard that takes its place."""
    backends = []
    for path in settings.AUTHENTICATION_BACKENDS:
        with suppress(ImportError):  # Each login says so.
            backends.append(import_string(path))
    classes = [each for each in backends if isinstance(each, type)]
    guards = [each.__name__ for each in classes if issubclass(each, LoginGuard)]
    if guards and ModelBackend in backends:
        yield checks.Warning(
            f"AUTHENTICATION_BACKENDS has ModelBackend beside {guards[0]}: before it, it is not "
            "guarded, and after it, it is asked for nothing.",
            hint="Take django.contrib.auth.backends.ModelBackend out.",
            id="drupal_jwt_auth.W008",
        )


def check_rich_text() -> Iterator[CheckMessage]:
    """Yield an error where texts are to be edited by what is not installed."""
    if app_settings.RICH_TEXT and not apps.is_installed(EDITOR):
        yield checks.Error(
            f"{SETTING_NAME}['RICH_TEXT'] is on, and {EDITOR} is not in INSTALLED_APPS.",
            hint=f'Run pip install "drupal-jwt-auth[rich-text]", and add {EDITOR} to '
            "INSTALLED_APPS; or turn the setting off.",
            id="drupal_jwt_auth.E046",
        )


def check_routers() -> Iterator[CheckMessage]:
    """Yield errors for ``DATABASE_ROUTERS`` that part tables which are queried together.

    And for those that let a table be written in a database where it is not made.
    """
    own: list[type[Model]] = [*apps.get_app_config(APP_LABEL).get_models()]
    djangos: list[type[Model]] = [get_user_model(), Group, Permission, ContentType]
    places: dict[str, list[type[Model]]] = {}
    for model in (*djangos, *own):
        places.setdefault(router.db_for_write(model), []).append(model)
    if len(places) > 1:
        parted = "; ".join(
            f"{alias!r} has {', '.join(model._meta.label for model in found)}"
            for alias, found in places.items()
        )
        yield checks.Error(
            f"Tables that are asked for together are in different databases: {parted}.",
            hint="Let DATABASE_ROUTERS send users, auth, contenttypes and this app to one "
            "database.",
            id="drupal_jwt_auth.E040",
        )
    for alias, found in places.items():
        out = [
            model._meta.label
            for model in found
            if model in own and not router.allow_migrate_model(alias, model)
        ]
        if out:
            yield checks.Error(
                f"{', '.join(out)}: written to {alias!r}, where no router lets their tables be.",
                hint=f"Let allow_migrate of DATABASE_ROUTERS return True for {APP_LABEL} in "
                f"{alias!r}.",
                id="drupal_jwt_auth.E041",
            )
