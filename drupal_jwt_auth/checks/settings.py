"""The system checks: every fault of the configuration has an id of its own and a hint."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import DEFAULT_STORAGE_ALIAS, STATICFILES_STORAGE_ALIAS, settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core import checks, mail
from django.core.cache import BaseCache, InvalidCacheBackendError, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages
from django.db import router
from django.db.models import Model
from django.middleware.cache import UpdateCacheMiddleware
from django.utils.module_loading import import_string
from rest_framework.settings import api_settings

from drupal_jwt_auth.auth.authentication import CallerAuthentication
from drupal_jwt_auth.auth.backends import LoginGuard
from drupal_jwt_auth.auth.missing_hashers import configuration_fault, missing_library
from drupal_jwt_auth.auth.tokens.external_users import check_users
from drupal_jwt_auth.auth.tokens.guessing import is_guessable
from drupal_jwt_auth.auth.tokens.issuers import (
    ENTRIES,
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
from drupal_jwt_auth.auth.tokens.key_errors import (
    KeyConfigurationError,
    KeyEncodingError,
    KeySourceError,
    PublishedSecretError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.auth.tokens.keys import SECRET_ALGORITHMS, Key, derived_key, load_key
from drupal_jwt_auth.auth.tokens.remote_keys import tls_context
from drupal_jwt_auth.conf import SETTING_NAME, Settings, app_settings
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.http.client_address import parse_network

MAKE_KEY = "manage.py create_jwt_key FILE --algorithm NAME"
HOOKS = {
    "CLAIMS": ("user", "request"),
    "TOKEN_RESPONSE": ("document", "user", "token", "request"),
}
"""What each hook is called with."""

UNFIT_CACHES: dict[type[BaseCache], str] = {
    LocMemCache: "each process has for itself",
    FileBasedCache: "cannot count failures of the same moment",
    DummyCache: "keeps nothing",
}
"""What must not count failed logins, and why."""

LEAST_ENTRIES = 10_000
"""How many entries such a cache should be able to hold; each failure takes two."""


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings."""
    configured = getattr(settings, SETTING_NAME, {})
    if not isinstance(configured, Mapping):
        return [
            _error(1, f"{SETTING_NAME} is no dict.", "Set it to a dict of settings, or leave it.")
        ]
    messages = list(_check_shape(configured))
    if not messages:
        messages += _check_keys()
        messages += _check_secret_key()
        messages += _check_issuers()
        messages += _check_guessing() if _is_served() else []
        messages += _check_hooks()
        messages += _check_methods()
        messages += _check_callers()
        messages += _check_flood_cache()
        messages += _check_private_storage()
    messages += _check_project()
    messages += _check_preferred_hasher()
    messages += _check_backends()
    return [*messages, *_check_databases()]


def are_readable() -> bool:
    """Tell whether the settings have the shape that is read; `check_settings` says why not."""
    configured = getattr(settings, SETTING_NAME, {})
    return isinstance(configured, Mapping) and not any(_check_shape(configured))


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of a site that is not for trying things out."""
    if not are_readable():
        return []
    return [*([] if _is_served() else _check_guessing()), *_check_flood_cache_of_site()]


def _is_served() -> bool:
    """Tell whether the site may be there for others than its developers.

    It is not with ``DEBUG``, nor in tests, for which Django takes ``DEBUG`` off and e-mails in.
    """
    return not settings.DEBUG and not hasattr(mail, "outbox")


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
    """Yield an error where there is none: the key is made of it, or at least the stamp."""
    try:
        settings.SECRET_KEY  # noqa: B018  to look at it is what raises
    except ImproperlyConfigured:
        yield _error(
            9,
            "SECRET_KEY is empty, and no token is issued without it.",
            "Set SECRET_KEY to a long random text of your own.",
        )


def _check_guessing() -> Iterator[CheckMessage]:
    """Yield the secrets that can be guessed, of all that tokens are verified with."""
    keys = [*_secrets(app_settings.KEYS)]
    own = {key.verifying for key in keys}
    with suppress(ImproperlyConfigured):  # `_check_secret_key` says so.
        for name, values in {
            "SECRET_KEY": [settings.SECRET_KEY],
            "SECRET_KEY_FALLBACKS": filter(None, settings.SECRET_KEY_FALLBACKS),
        }.items():
            used = [
                value
                for value in map(str, values)
                if not app_settings.KEYS or derived_key(value).verifying in own
            ]
            if any(is_guessable(value.encode()) for value in used):
                yield _error(
                    10,
                    f"{name} can be guessed, and a key made of it verifies tokens.",
                    "Set SECRET_KEY to a long random text of your own, with no other one in "
                    f"SECRET_KEY_FALLBACKS, or {SETTING_NAME}['KEYS'].",
                )
    for key in keys:
        if is_guessable(key.verifying):
            yield _error(
                16, f"Key {key.kid!r} can be guessed.", f"Make one that is random: {MAKE_KEY}."
            )
    for key in _secrets_of_issuers():
        if is_guessable(key.verifying):
            yield _error(
                39,
                f"The secret of issuer {key.kid!r} can be guessed.",
                "Agree on another with the issuer, which is random.",
            )


def _secrets(entries: Sequence[Mapping[str, Any]]) -> Iterator[Key]:
    """Yield the keys that are secrets; what is wrong with the others is said elsewhere."""
    for entry in entries:
        with suppress(KeyConfigurationError):
            key = load_key(entry)
            if key.algorithm in SECRET_ALGORITHMS:
                yield key


def _secrets_of_issuers() -> Iterator[Key]:
    """Yield the secrets that are shared with other issuers, each under the issuer's name."""
    for entry in app_settings.ISSUERS:
        with suppress(IssuerConfigurationError, KeyConfigurationError):
            issuer = read_issuer(entry)
            if issuer.key and issuer.algorithms[0] in SECRET_ALGORITHMS:
                yield fixed_keys(issuer.name, issuer.key, issuer.algorithms).keys[0]


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
            known = ", ".join(sorted(ENTRIES))
            yield _error(30, str(error), f"Correct the entry. It may have: {known}.")
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
    if keys and keys.valid and not keys.valid[0] <= datetime.now(timezone.utc) <= keys.valid[1]:
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
        if path is not None and not _is_hook(path, parameters):
            wanted = f"{', '.join(parameters[:-1])} and {parameters[-1]}"
            yield _error(
                11,
                f"{SETTING_NAME}[{name!r}] names nothing that can be called with {wanted}: "
                f"{path!r}.",
                f"Set it to the dotted path of a function of {wanted} that returns a dict.",
            )


def _is_hook(path: str, parameters: Sequence[str]) -> bool:
    """Tell whether a path is that of what can be called so, and does not have to be awaited."""
    try:
        hook = import_string(path)
        inspect.signature(hook).bind(*parameters)
    except (ImportError, TypeError, ValueError):
        return False
    return not inspect.iscoroutinefunction(hook)


def _check_methods() -> Iterator[CheckMessage]:
    """Yield an order of methods in which keys would be taken for passwords."""
    methods = [name for name in app_settings.AUTHENTICATION_METHODS if name != "jwt"]
    if methods == ["basic", "api_key"]:
        yield _warning(
            7,
            "An API key that comes as Basic is tried as a password first, and counted as a login "
            "that has failed.",
            f"Put api_key before basic in {SETTING_NAME}['AUTHENTICATION_METHODS'].",
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
    """Yield what is wrong with the cache that failed logins are counted in, if it is one."""
    name = app_settings.FLOOD_CACHE
    if name is None:
        return
    if name not in settings.CACHES:
        yield _error(
            22,
            f"{SETTING_NAME}['FLOOD_CACHE'] is {name!r}, and there is no such cache.",
            f"CACHES has {', '.join(map(repr, settings.CACHES))}.",
        )
        return
    try:
        _open_flood_cache(name)
    except Exception as error:
        # What its LOCATION has of a password may be in another message.
        is_missing = isinstance(error, ImportError | InvalidCacheBackendError)
        reason = str(error) if is_missing else type(error).__name__
        yield _error(
            23,
            f"The cache {name!r}, which counts failed logins, cannot be opened: {reason}.",
            f"Install the library that it needs, or correct CACHES[{name!r}].",
        )


def _open_flood_cache(name: str) -> BaseCache | None:
    """Return the cache that counts failed logins, if they are counted.

    It is opened as far as that takes no server. Whatever this raises, each login would come upon,
    and go on uncounted.
    """
    if not (app_settings.FLOOD_PER_USER or app_settings.FLOOD_PER_ADDRESS):
        return None
    cache = caches[name]
    # Where Django's caches of Redis and Memcached have their client, which loads a library,
    client: Any = getattr(cache, "_cache", None)
    if isinstance(cache, RedisCache):
        client.get_client(write=True)  # and with this that of Redis reads LOCATION.
    return cache


def _check_flood_cache_of_site() -> Iterator[CheckMessage]:
    """Yield why a cache does not count the failed logins of a whole site."""
    name = app_settings.FLOOD_CACHE
    if name is None:
        return
    try:
        cache = _open_flood_cache(name)
    except Exception:
        return  # `_check_flood_cache` says why.
    for kind, reason in UNFIT_CACHES.items():
        if isinstance(cache, kind):
            yield _warning(
                3,
                f"Failed logins are counted in a cache that {reason}: "
                f"{settings.CACHES[name]['BACKEND']}.",
                f"Leave {SETTING_NAME}['FLOOD_CACHE'] out, so that they are counted in the "
                "database, or set it to a cache that all processes share, such as Redis.",
            )
    if isinstance(cache, DatabaseCache) and cache._max_entries < LEAST_ENTRIES:
        yield _warning(
            6,
            f"Failed logins are counted in a cache that holds {cache._max_entries} entries: "
            "whoever makes more of them has the first forgotten.",
            f"Set CACHES[{name!r}]['OPTIONS']['MAX_ENTRIES'] to {LEAST_ENTRIES} or more.",
        )


def _check_private_storage() -> Iterator[CheckMessage]:
    """Yield why private files have no storage, or are where everybody can read them."""
    alias = app_settings.PRIVATE_STORAGE
    if alias is None:
        return
    try:
        private = storages[alias]
    except InvalidStorageError:
        yield _error(
            25,
            f"{SETTING_NAME}['PRIVATE_STORAGE'] is {alias!r}, which is no storage.",
            "Name one of STORAGES whose BACKEND there is, or leave the setting out.",
        )
        return
    public = [settings.MEDIA_ROOT, settings.STATIC_ROOT]
    if alias in {DEFAULT_STORAGE_ALIAS, STATICFILES_STORAGE_ALIAS} or (
        isinstance(private, FileSystemStorage)
        and any(_overlap(private.location, folder) for folder in public if folder)
    ):
        yield _error(
            26,
            f"Private files, in the storage {alias!r}, would be where everybody can read files.",
            f"Give STORAGES[{alias!r}] a location apart from MEDIA_ROOT and STATIC_ROOT.",
        )


def _overlap(folder: Any, other: Any) -> bool:
    """Tell whether one of two folders is in the other."""
    first, second = Path(folder).resolve(), Path(other).resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


def _check_project() -> Iterator[CheckMessage]:
    """Yield settings of the project that would show an answer to somebody else."""
    defaults: Sequence[Any] = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    is_ours = any(issubclass(default, CallerAuthentication) for default in defaults)
    for path in settings.MIDDLEWARE if is_ours else ():
        if _caches_whole_site(path):
            yield _warning(
                2,
                "The cache of the whole site may answer one client with what another's token got.",
                f"Take {path} out of MIDDLEWARE and cache single views, or mark views that take "
                "tokens with cache_control(private=True).",
            )


def _check_preferred_hasher() -> Iterator[CheckMessage]:
    """Yield why no password can be hashed, as a login with any name needs it."""
    missing = configuration_fault() or missing_library(get_hasher())
    if missing:
        yield _error(24, f"No password can be hashed: {missing.text}", missing.hint)


def _check_backends() -> Iterator[CheckMessage]:
    """Yield the backend of Django's that stands beside the one that takes its place."""
    backends = []
    for path in settings.AUTHENTICATION_BACKENDS:
        with suppress(ImportError):  # Each login says so.
            backends.append(import_string(path))
    classes = [each for each in backends if isinstance(each, type)]
    guards = [each.__name__ for each in classes if issubclass(each, LoginGuard)]
    if guards and ModelBackend in backends:
        yield _warning(
            8,
            f"AUTHENTICATION_BACKENDS has ModelBackend beside {guards[0]}: before it, it is not "
            "guarded, and after it, it is asked for nothing.",
            "Take django.contrib.auth.backends.ModelBackend out.",
        )


def _check_databases() -> Iterator[CheckMessage]:
    """Yield what routers part that is asked for together, or keep out of where it is written."""
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
        yield _error(
            40,
            f"Tables that are asked for together are in different databases: {parted}.",
            "Let DATABASE_ROUTERS send users, auth, contenttypes and this app to one database.",
        )
    for alias, found in places.items():
        out = [
            model._meta.label
            for model in found
            if model in own and not router.allow_migrate_model(alias, model)
        ]
        if out:
            yield _error(
                41,
                f"{', '.join(out)}: written to {alias!r}, where no router lets their tables be.",
                f"Let allow_migrate of DATABASE_ROUTERS return True for {APP_LABEL} in {alias!r}.",
            )


def _caches_whole_site(path: str) -> bool:
    """Tell whether a middleware is Django's that keeps answers, or one made from it."""
    try:
        middleware = import_string(path)
    except ImportError:
        return False
    return isinstance(middleware, type) and issubclass(middleware, UpdateCacheMiddleware)
