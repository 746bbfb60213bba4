"""Flood control: how often a login may fail, as Drupal's `user.flood` has it.

A limit has a number of places. Each failure takes one for the time of the limit's window, and
while none is free, logins are refused. A place is taken by ``add``, with which only one of several
processes succeeds, so that guesses made at the same moment are counted too. Places become free one
by one, each when its own failure is old enough: the window slides, as Drupal's does.

Places are kept in the database, as in Drupal, or in the cache that ``FLOOD_CACHE`` names. So a test
of a project's that is undone in the database leaves no failures to the next one. A view may undo
what was written before it refused, as those of Django REST framework do with ``ATOMIC_REQUESTS``.
So failures are written apart from its transaction (`drupal_jwt_auth.transactions.apart`), and where
that cannot be, counted once more when the request is over.
"""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
import time
import unicodedata
from collections.abc import Callable, Collection, Mapping
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
"""What takes the places again that were taken in a transaction, until the request is over."""

_IPV6_PREFIX = 64
"""What one line has of IPv6: whoever has it can send each guess from another address."""

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


class Limit:
    """One limit: its places, and which of them were taken when it was last looked."""

    def __init__(self, setting: tuple[int, timedelta], *bucket: str) -> None:
        number, window = setting
        self.window = math.ceil(window.total_seconds())
        self.places = [f"drupal_jwt_auth.flood.{digest(*bucket)}.{n}" for n in range(number)]
        self.taken: dict[str, tuple[float, str, str]] = {}

    @property
    def is_reached(self) -> bool:
        """Tell whether no place was free."""
        return len(self.taken) == len(self.places)

    @property
    def end(self) -> float:
        """Return when the first place that was taken becomes free, in Unix time."""
        return min(end for end, *_ in self.taken.values())

    def take(self, name: str, request: HttpRequest) -> bool:
        """Take a place that was free for a failure with this name, unless others were faster."""
        value = (time.time() + self.window, name, secrets.token_hex(MARK_LENGTH // 2))
        place = self._take(value, request, self.taken)
        if place is not None and _may_be_undone():
            _taken.set({**_taken.get(), place: partial(self._take_once_more, value, request)})
        return place is not None

    def _take(self, value: Any, request: HttpRequest, taken: Collection[str]) -> str | None:
        """Take the first place that is free, and return it."""

        def add(place: str) -> bool:
            return _try(request, lambda store: store.add(place, value, self.window), otherwise=True)

        return next((each for each in self.places if each not in taken and add(each)), None)

    def _take_once_more(self, value: Any, request: HttpRequest) -> None:
        """Take a place for a failure that has none any more: others may have its own by now."""
        nothing: dict[str, Any] = {}
        taken = _try(request, lambda store: store.get_many(self.places), otherwise=nothing)
        *_, mark = value
        if mark not in [each for *_, each in taken.values()]:
            self._take(value, request, taken)


class TooManyFailuresError(DocumentedError, ValidationError, BadRequest):
    """TOO_MANY_REQUESTS, whoever has asked for the login.

    To a form, such as that of the admin, it is an error with a text of its own; to a view of DRF's,
    a 429; to any other view, a 400. ``username`` is the name that was tried: for the audit log.
    """

    def __init__(self, wait: float, username: str) -> None:
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

    def __reduce__(self) -> tuple[Any, ...]:
        """Be copied as one that is made of the same."""
        return type(self), (self.wait, self.username)


class FloodControl:
    """The limits for whoever asks: by address and user name, and by address alone.

    ``username`` is the name as its user has it, as soon as that is known.
    """

    def __init__(self, request: HttpRequest, username: str) -> None:
        self.request = request
        self.address = client_address(request)
        self.username = username
        network = network_of(self.address)
        per_user, per_address = app_settings.FLOOD_PER_USER, app_settings.FLOOD_PER_ADDRESS
        self.per_user = [Limit(per_user, network, alike(username))] if per_user else []
        self.limits = self.per_user + ([Limit(per_address, network)] if per_address else [])

    def check(self) -> None:
        """Raise TooManyFailuresError where a limit is reached."""
        places = [place for limit in self.limits for place in limit.places]
        taken: dict[str, Any] = {}
        if places:
            taken = _try(self.request, lambda store: store.get_many(places), otherwise=taken)
        for limit in self.limits:
            limit.taken = {place: taken[place] for place in limit.places if place in taken}
        ends = [limit.end for limit in self.limits if limit.is_reached]
        if ends:
            raise self._refusal(max(ends) - time.time())

    def count(self) -> None:
        """Count a failure; raise as `check` does where others have taken the last place since."""
        taken = [limit.take(digest(self.username), self.request) for limit in self.limits]
        if not all(taken):
            self.check()
            raise self._refusal(0)

    def clear(self) -> None:
        """Forget the failures that were made with this user's name.

        Not those with one that is only alike: it may be somebody else's, who must not be able to
        go on guessing by logging in in between.
        """
        own = digest(self.username)
        places = [
            place
            for limit in self.per_user
            for place, (_, name, *_) in limit.taken.items()
            if name == own
        ]
        if places:
            _try(self.request, lambda store: store.delete_many(places), otherwise=None)
            _taken.set({place: add for place, add in _taken.get().items() if place not in places})

    def _refusal(self, seconds: float) -> TooManyFailuresError:
        logger.warning("Refused a login from %s: too many have failed.", self.address)
        return TooManyFailuresError(seconds, self.username)


class OtherSpellings(FloodControl):
    """The limit for guesses at a user by names that the database takes for the user's own.

    Databases know more of these than `alike` does. The limit is one of its own, and whoever reaches
    it is not told: a refusal that only such a name can meet with would tell that there is the user.
    """

    def __init__(self, request: HttpRequest, username: str, user: AbstractBaseUser) -> None:
        own = str(user.get_username())
        super().__init__(request, own)
        setting, place = app_settings.FLOOD_PER_USER, network_of(self.address)
        is_other = alike(username) != alike(own)
        self.limits = [Limit(setting, place, alike(own), "other")] if setting and is_other else []

    def check(self) -> None:
        """Raise AuthenticationError, INVALID_CREDENTIALS, where too many have failed."""
        try:
            super().check()
        except TooManyFailuresError:
            raise AuthenticationError(Error.INVALID_CREDENTIALS) from None

    def count(self) -> None:
        """Count a failure."""
        with suppress(TooManyFailuresError):
            super().count()


def forget_taken(**kwargs: Any) -> None:
    """Begin with what was taken in this request alone: for ``request_started``."""
    _taken.set({})


def count_once_more(**kwargs: Any) -> None:
    """Take the places again that a request may have undone: for ``request_finished``."""
    taken = _taken.get()
    if taken:
        _taken.set({})
        for add in taken.values():
            add()
        connection = connections[router.db_for_write(FailedLogin)]
        if not connection.in_atomic_block:
            # Django has looked after its connections before; a test has a transaction around all.
            connection.close_if_unusable_or_obsolete()


def _may_be_undone() -> bool:
    """Tell whether places are taken in a transaction: a cache may be a table of a database too."""
    return any(each.in_atomic_block for each in connections.all(initialized_only=True))


def network_of(address: Address | None) -> str:
    """Return what is counted as one caller; all whose address is not known are."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def alike(username: str) -> str:
    """Return the same text for all names that a database may find the same user by.

    A collation that is case- and accent-insensitive (MySQL's default, PostgreSQL's citext and
    nondeterministic ones) ignores case, accents, invisible characters and spaces at the end. That
    more names share one text than a database would find is no harm; see `FloodControl.clear`.
    """
    text = unicodedata.normalize("NFKD", username[:_MAX_NAME]).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if unicodedata.category(char) not in _IGNORED).strip()


def digest(*texts: str) -> str:
    """Return what stands for texts where failures are kept, which is to know no names."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()


def _try(request: HttpRequest, operation: Callable[[Any], T], *, otherwise: T) -> T:
    """Return what the cache or the table answers; one that is down must not keep everybody out."""
    name = app_settings.FLOOD_CACHE
    try:
        return operation(FailedLogin.objects if name is None else caches[name])
    except Exception:
        logger.exception(
            "Flood control has nowhere to count: failed logins are not counted.",
            # Without the request its error report would show what is secret.
            extra={"request": request},
        )
        return otherwise
