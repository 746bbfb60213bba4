"""Flood control: limits of failed logins, as Drupal's `user.flood` has them.

A limit has a number of places. Each failure takes one for the time of the limit's window, and while
none is free, logins are refused. A place is taken by ``add``, which succeeds for only one of
several processes, so guesses made at the same moment are counted too. Each place becomes free when
its own failure is old enough: the window slides, as Drupal's does.

The places are rows of `FailedLogin`, as in Drupal, or entries of the cache in ``FLOOD_CACHE``. Rows
are rolled back at the end of a project's test, so that the next one begins without failures. But a
view may roll back as well when it refuses, as those of Django REST framework do with
``ATOMIC_REQUESTS``. So failures are written apart from the view's transaction
(`drupal_jwt_auth.transactions.apart`), or where that cannot be, once more when the request is over.
"""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
import time
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from ipaddress import IPv6Address, IPv6Network
from types import MappingProxyType
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import caches
from django.core.exceptions import BadRequest, ValidationError
from django.db import connections, router
from django.http import HttpRequest
from django.utils.translation import ngettext

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, DocumentedError, Error
from drupal_jwt_auth.http.client_address import Address, client_address
from drupal_jwt_auth.models import FailedLogin
from drupal_jwt_auth.models.failed_login import MARK_LENGTH

logger = logging.getLogger(__name__)

T = TypeVar("T")

_taken: ContextVar[Mapping[str, Callable[[], None]]] = ContextVar(
    "taken", default=MappingProxyType({})
)
"""By the places that were taken in a transaction: the functions that take them once more.

They are called when the request is over, as the transaction may have been undone.
"""

_IPV6_PREFIX = 64
"""The part of an IPv6 address that belongs to one line; its owner may use any of the rest."""

_SECONDS_OF_A_MINUTE = 60
_MAX_NAME = 500
_IGNORED = frozenset({"Cc", "Cf", "Me", "Mn"})
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "ł": "l",
        "œ": "oe",
        "ŧ": "t",
    }
)


Failure = tuple[float, str, str]
"""A failed login: the Unix time until which it counts, a hash of its user name, a unique mark."""

Usage = Mapping[str, Failure]
"""The failures that count, by the places that they take."""


class Limit:
    """One limit: the places for failures of one bucket, such as an address and a user name."""

    def __init__(self, setting: tuple[int, timedelta], *bucket: str) -> None:
        number, window = setting
        self.window = math.ceil(window.total_seconds())
        self.places = [f"drupal_jwt_auth.flood.{digest(*bucket)}.{n}" for n in range(number)]

    def failures(self, usage: Usage) -> list[Failure]:
        """Return the failures that count for this limit."""
        return [usage[place] for place in self.places if place in usage]

    def is_reached(self, usage: Usage) -> bool:
        """Return True if no place is free."""
        return len(self.failures(usage)) == len(self.places)

    def end(self, usage: Usage) -> float:
        """Return the Unix time until which the first of its failures counts."""
        return min(end for end, *_ in self.failures(usage))

    def take(self, name: str, request: HttpRequest, usage: Usage) -> bool:
        """Take a free place for a failure with this name; return False if others have taken all."""
        failure = (time.time() + self.window, name, secrets.token_hex(MARK_LENGTH // 2))
        place = self._take(failure, request, usage)
        if place is not None and _may_be_undone():
            _taken.set({**_taken.get(), place: partial(self._take_once_more, failure, request)})
        return place is not None

    def _take(self, failure: Failure, request: HttpRequest, usage: Usage) -> str | None:
        """Take the first place that is free, and return it."""

        def add(place: str) -> bool:
            return _try(
                request, lambda store: store.add(place, failure, self.window), otherwise=True
            )

        return next((each for each in self.places if each not in usage and add(each)), None)

    def _take_once_more(self, failure: Failure, request: HttpRequest) -> None:
        """Take a place again for a failure whose own was undone, or went to another meanwhile."""
        nothing: dict[str, Any] = {}
        usage = _try(request, lambda store: store.get_many(self.places), otherwise=nothing)
        *_, mark = failure
        if mark not in [each for *_, each in usage.values()]:
            self._take(failure, request, usage)


class TooManyFailuresError(DocumentedError, ValidationError, BadRequest):
    """TOO_MANY_REQUESTS: too many logins have failed.

    A form, such as that of the admin, shows it as an error with a text of its own; in a view of DRF
    it is a 429, in any other view a 400. ``username`` is the name that was tried, for the audit
    log, and ``of_address`` tells that the limit is that of the address, whatever the name.
    """

    def __init__(self, wait: float, username: str, *, of_address: bool = False) -> None:
        seconds = max(1, math.ceil(wait))
        DocumentedError.__init__(self, Error.TOO_MANY_REQUESTS, wait=seconds)
        minutes = math.ceil(seconds / _SECONDS_OF_A_MINUTE)
        text = ngettext(
            "Too many logins have failed. Please try again in %(minutes)d minute.",
            "Too many logins have failed. Please try again in %(minutes)d minutes.",
            minutes,
        )
        ValidationError.__init__(self, text, self.error.name, {"minutes": minutes})
        self.username = username
        self.of_address = of_address

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle it by its own arguments; those of its base classes differ."""
        return partial(type(self), of_address=self.of_address), (self.wait, self.username)


class FloodControl:
    """The limits for one login: by address and user name, and by address alone.

    `ensure_allowed` comes first; what it returns says which places `record_failure` finds free, and
    which failures `reset` forgets. ``username`` is the name as its user has it, once that is known.
    """

    def __init__(self, request: HttpRequest, username: str) -> None:
        self.request = request
        self.address = client_address(request)
        self.username = username
        address = address_bucket(self.address)
        per_user, per_address = app_settings.FLOOD_PER_USER, app_settings.FLOOD_PER_ADDRESS
        self.per_user = [Limit(per_user, address, fold_username(username))] if per_user else []
        self.limits = self.per_user + ([Limit(per_address, address)] if per_address else [])

    def ensure_allowed(self) -> Usage:
        """Return the failures that count; raise TooManyFailuresError if a limit is reached."""
        places = [place for limit in self.limits for place in limit.places]
        usage: dict[str, Any] = {}
        if places:
            usage = _try(self.request, lambda store: store.get_many(places), otherwise=usage)
        reached = [limit for limit in self.limits if limit.is_reached(usage)]
        if reached:
            raise self._refusal(reached, max(each.end(usage) for each in reached) - time.time())
        return usage

    def record_failure(self, usage: Usage) -> None:
        """Count a failure; raise TooManyFailuresError if others have taken the last place since."""
        name = digest(self.username)
        full = [limit for limit in self.limits if not limit.take(name, self.request, usage)]
        if full:
            self.ensure_allowed()
            raise self._refusal(full, 0)

    def reset(self, usage: Usage) -> None:
        """Forget the failures that were made with this user's name, after a login.

        Those with a name that only looks like it stay: they may be guesses at another user, and
        whoever makes these must not be able to go on by logging in in between.
        """
        own = digest(self.username)
        places = [
            place
            for limit in self.per_user
            for place in limit.places
            if place in usage and usage[place][1] == own
        ]
        if places:
            _try(self.request, lambda store: store.delete_many(places), otherwise=None)
            _taken.set({place: add for place, add in _taken.get().items() if place not in places})

    def _refusal(self, reached: list[Limit], seconds: float) -> TooManyFailuresError:
        logger.warning("Refused a login from %s: too many have failed.", self.address)
        of_address = any(limit not in self.per_user for limit in reached)
        return TooManyFailuresError(seconds, self.username, of_address=of_address)


class OtherSpellings(FloodControl):
    """The limit for guesses at a user by names that the database takes for the user's own.

    Databases know more of these than `fold_username` does. The limit is one of its own, and whoever
    reaches it is not told: a refusal for such names alone would tell that the user exists.
    """

    def __init__(self, request: HttpRequest, username: str, user: AbstractBaseUser) -> None:
        own = str(user.get_username())
        super().__init__(request, own)
        setting, address = app_settings.FLOOD_PER_USER, address_bucket(self.address)
        is_other = fold_username(username) != fold_username(own)
        self.limits = []
        if setting and is_other:
            self.limits = [Limit(setting, address, fold_username(own), "other")]

    def ensure_allowed(self) -> Usage:
        """Return the failures that count; raise AuthenticationError, INVALID_CREDENTIALS, else."""
        try:
            return super().ensure_allowed()
        except TooManyFailuresError:
            raise AuthenticationError(Error.INVALID_CREDENTIALS) from None

    def record_failure(self, usage: Usage) -> None:
        """Count a failure, without a word if others have taken the last place since."""
        with suppress(TooManyFailuresError):
            super().record_failure(usage)


def use_place(
    request: HttpRequest, setting: tuple[int, timedelta] | None, *bucket: str
) -> float | None:
    """Count what is limited besides logins; return None, or in how many seconds it is free again.

    ``bucket`` says what is counted, and for whom.
    """
    if setting is None:
        return None
    limit = Limit(setting, *bucket)

    def used() -> Usage:
        nothing: dict[str, Any] = {}
        return _try(request, lambda store: store.get_many(limit.places), otherwise=nothing)

    usage = used()
    if not limit.is_reached(usage) and limit.take(digest(*bucket), request, usage):
        return None
    ends = [limit.end(usage)] if (usage := used()) else []
    return max([1.0, *(end - time.time() for end in ends)])


def count_guess(request: HttpRequest, user: AbstractBaseUser, check: Callable[[], bool]) -> bool:
    """Return what a check of a user's password says; a wrong one counts as a failed login.

    Raise DocumentedError, TOO_MANY_REQUESTS, after too many, and check nothing: who has somebody's
    token has no more guesses at the password than others.
    """
    flood = FloodControl(request, str(user.get_username()))
    try:
        usage = flood.ensure_allowed()
        if check():
            # Asked again, as for logins: of guesses made at once no more are answered.
            flood.reset(flood.ensure_allowed())
            return True
        flood.record_failure(usage)
    except TooManyFailuresError as error:
        # It is no fault in the document, as those of forms are.
        raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=error.wait) from None
    return False


def forget_taken(**kwargs: Any) -> None:
    """Forget the places that a request before has taken: a receiver of ``request_started``."""
    _taken.set({})


def count_once_more(**kwargs: Any) -> None:
    """Take the places again that a request may have undone: a receiver of ``request_finished``."""
    taken = _taken.get()
    if taken:
        _taken.set({})
        for add in taken.values():
            add()
        connection = connections[router.db_for_write(FailedLogin)]
        if not connection.in_atomic_block:
            # Django has closed old connections before this receiver, so it has to be done again;
            # not in a test, which has a transaction around all.
            connection.close_if_unusable_or_obsolete()


def _may_be_undone() -> bool:
    """Return True in a transaction of any database: a cache may be a table of one, too."""
    return any(each.in_atomic_block for each in connections.all(initialized_only=True))


def address_bucket(address: Address | None) -> str:
    """Return the bucket to count under: the IPv4 address or the /64 of an IPv6 address.

    Clients without a known address share one.
    """
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def fold_username(username: str) -> str:
    """Return a name without case, accents, invisible characters and spaces around it.

    A database may find the same user by all names that are folded to one: so does a collation that
    is case- and accent-insensitive (MySQL's default, PostgreSQL's citext and nondeterministic
    ones). That more names are folded to one does no harm; see `FloodControl.reset`.
    """
    text = unicodedata.normalize("NFKD", username[:_MAX_NAME]).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if unicodedata.category(char) not in _IGNORED).strip()


def digest(*texts: str) -> str:
    """Return a hash of some texts: where failures are kept, no names are."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()


def _try(request: HttpRequest, operation: Callable[[Any], T], *, otherwise: T) -> T:
    """Call an operation with the cache or the table; return ``otherwise`` if that fails.

    A cache that is down must not keep everybody out.
    """
    name = app_settings.FLOOD_CACHE
    try:
        return operation(FailedLogin.objects if name is None else caches[name])
    except Exception:
        logger.exception(
            "Flood control has nowhere to count: failed logins are not counted.",
            # The error report is filtered only where it has the request.
            extra={"request": request},
        )
        return otherwise
