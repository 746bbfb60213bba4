"""System checks of the cache that failed logins are counted in, where ``FLOOD_CACHE`` names one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.cache import BaseCache, InvalidCacheBackendError, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.checks import CheckMessage

from drupal_jwt_auth.conf import SETTING_NAME, app_settings

UNFIT_CACHES: dict[type[BaseCache], str] = {
    LocMemCache: "each process has for itself",
    FileBasedCache: "cannot count failures of the same moment",
    DummyCache: "keeps nothing",
}
"""The caches that cannot count the failed logins of a site, and why."""

LEAST_ENTRIES = 10_000
"""How many entries a cache in the database should be able to hold; each failure takes two."""


def check_flood_cache() -> Iterator[CheckMessage]:
    """Yield an error for a cache that does not exist or cannot be opened."""
    name = app_settings.FLOOD_CACHE
    if name is None:
        return
    if name not in settings.CACHES:
        yield checks.Error(
            f"{SETTING_NAME}['FLOOD_CACHE'] is {name!r}, and there is no such cache.",
            hint=f"CACHES has {', '.join(map(repr, settings.CACHES))}.",
            id="drupal_jwt_auth.E022",
        )
        return
    try:
        _open_flood_cache(name)
    except Exception as error:
        # What its LOCATION has of a password may be in another message.
        is_missing = isinstance(error, ImportError | InvalidCacheBackendError)
        reason = str(error) if is_missing else type(error).__name__
        yield checks.Error(
            f"The cache {name!r}, which counts failed logins, cannot be opened: {reason}.",
            hint=f"Install the library that it needs, or correct CACHES[{name!r}].",
            id="drupal_jwt_auth.E023",
        )


def check_flood_cache_of_site() -> Iterator[CheckMessage]:
    """Yield a warning for a cache that cannot count the failed logins of a whole site."""
    name = app_settings.FLOOD_CACHE
    if name is None:
        return
    try:
        cache = _open_flood_cache(name)
    except Exception:
        return  # `check_flood_cache` says why.
    for kind, reason in UNFIT_CACHES.items():
        if isinstance(cache, kind):
            yield checks.Warning(
                f"Failed logins are counted in a cache that {reason}: "
                f"{settings.CACHES[name]['BACKEND']}.",
                hint=f"Leave {SETTING_NAME}['FLOOD_CACHE'] out, so that they are counted in the "
                "database, or set it to a cache that all processes share, such as Redis.",
                id="drupal_jwt_auth.W003",
            )
    if isinstance(cache, DatabaseCache) and cache._max_entries < LEAST_ENTRIES:
        yield checks.Warning(
            f"Failed logins are counted in a cache that holds {cache._max_entries} entries: "
            "whoever makes more of them has the first forgotten.",
            hint=f"Set CACHES[{name!r}]['OPTIONS']['MAX_ENTRIES'] to {LEAST_ENTRIES} or more.",
            id="drupal_jwt_auth.W006",
        )


def _open_flood_cache(name: str) -> BaseCache | None:
    """Return the cache that counts failed logins, or None where there are no limits to count for.

    It is opened as far as that takes no server. Whatever this raises, each login would come upon,
    and go on uncounted.
    """
    if not (app_settings.FLOOD_PER_USER or app_settings.FLOOD_PER_ADDRESS):
        return None
    cache = caches[name]
    # Django's caches of Redis and Memcached keep their client here; making it loads the library,
    client: Any = getattr(cache, "_cache", None)
    if isinstance(cache, RedisCache):
        client.get_client(write=True)  # and this makes the client of Redis read LOCATION.
    return cache
