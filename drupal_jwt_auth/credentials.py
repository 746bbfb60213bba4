"""From a user name and a password to a user, by Django's own authentication."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import DatabaseError, router
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.flood import FloodControl, OtherSpellings
from drupal_jwt_auth.missing_hashers import failed_hasher, missing_for, why_failed
from drupal_jwt_auth.password_upgrades import PasswordUpgrade
from drupal_jwt_auth.timing import Stopwatch, level_refusal
from drupal_jwt_auth.usernames import Named, storable

_guarded: ContextVar[bool] = ContextVar("guarded", default=False)

logger = logging.getLogger("drupal_jwt_auth")


@sensitive_variables("password")
def log_in(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the user as `check_credentials` does, and send Django's ``user_logged_in``."""
    user = check_credentials(request, username, password)
    try:
        user_logged_in.send(sender=type(user), request=request, user=user)
    except DatabaseError:
        if _is_deleted(user):
            # Meanwhile: the time of the login cannot be saved any more.
            raise AuthenticationError(Error.INVALID_CREDENTIALS) from None
        raise
    return user


@sensitive_variables("password")
def check_credentials(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the active user with this name and password, by any configured backend.

    Raise AuthenticationError: INVALID_CREDENTIALS, or USER_BLOCKED for the right password of an
    inactive user; and TooManyFailuresError, whatever the password, after too many of these. A
    refusal takes the same time for each name.
    """
    return _DrupalLogin(request, username, password).check()


def is_guarded() -> bool:
    """Tell whether a `GuardedLogin` is what asks the backends just now: one counts each failure."""
    return _guarded.get()


class GuardedLogin(ABC):
    """A login by user name and password: counted, as long about each name, and in any case."""

    def __init__(self, request: HttpRequest, username: str, password: str) -> None:
        self.request = request
        self.given: str = get_user_model().normalize_username(username)
        self.password = password

    @sensitive_variables()
    def check(self) -> AbstractBaseUser:
        """Return the user; raise AuthenticationError or TooManyFailuresError.

        No transaction is open and no lock is held while the password is looked at.
        """
        flood = FloodControl(self.request, self.given)
        flood.check()
        stopwatch = Stopwatch()
        named = Named(self.given)
        flood.username = named.username
        try:
            user = self._verified(named)
            OtherSpellings(self.request, self.given, user).check()
        except Exception as fault:
            # Also where a backend or a receiver has failed: whatever else ends a login, were it
            # not counted, would be a guess for nothing.
            if isinstance(fault, AuthenticationError):
                fault.username = named.username
            named.look_further()
            level_refusal(self.password, stopwatch.read())
            flood.count()
            if named.user is not None:
                _log_missing_hasher(named.user)
                others = OtherSpellings(self.request, self.given, named.user)
                others.check()
                others.count()
            raise
        # Of guesses made at the same time, no more than the limit may be answered.
        flood.check()
        flood.clear()
        return user

    @abstractmethod
    def ask(self, named: Named) -> AbstractBaseUser | None:
        """Return the user with this name and password, at the cost of one run of the hasher."""

    def lets_in(self, user: AbstractBaseUser) -> bool:
        """Tell whether a user whose password is right is let in: Drupal's blocked users are not."""
        return user.is_active

    def tell(self, named: Named) -> None:  # noqa: B027  Django does it for most
        """Let others know that the login has failed, unless Django does."""

    @sensitive_variables()
    def _verified(self, named: Named) -> AbstractBaseUser:
        """Return the user with this name and password; raise AuthenticationError."""
        user = self._found(named)
        if user is not None and self.lets_in(user):
            return user
        self.tell(named)
        if user is None:
            raise AuthenticationError(Error.INVALID_CREDENTIALS)
        raise AuthenticationError(Error.USER_BLOCKED, user=user)

    @sensitive_variables()
    def _found(self, named: Named) -> AbstractBaseUser | None:
        """Return the user with this name and password, and the hash that is stored now, or None."""
        try:
            if not named.may_exist:
                # A database may refuse to be asked for such a name: no backend gets to see it.
                get_user_model()().set_password(self.password)
                return None
            with PasswordUpgrade(self.password) as upgrade, _guarding():
                user = self.ask(named)
                return user if user and upgrade.adopt_stored_hash(user) else None
        except Exception as fault:
            if isinstance(fault, DatabaseError) and named.user and _is_deleted(named.user):
                # Before a new hash of the password was stored.
                return None
            hasher = failed_hasher(fault)
            if hasher is None:
                raise
            # An error for those alone whose hash needs this hasher would tell who exists.
            whose = "A password" if named.user is None else f"The password of {named.username!r}"
            reason = why_failed(hasher, fault)
            logger.error(  # noqa: TRY400  a traceback would show what there is of the hash
                "%s cannot be checked. %s", whose, reason
            )
            return None


class _DrupalLogin(GuardedLogin):
    """One at an endpoint of this app, which asks all of Django's backends."""

    _is_told = False

    @sensitive_variables()
    def ask(self, named: Named) -> AbstractBaseUser | None:
        found = named.user
        if found is not None and not found.is_active:
            # Django's backends never tell a blocked user from a wrong password; Drupal does.
            return found if found.check_password(self.password) else None
        user = authenticate(self.request, username=named.username, password=self.password)
        # Django says so itself.
        self._is_told = user is None
        return user

    def tell(self, named: Named) -> None:
        if not self._is_told:
            credentials = {"username": storable(named.username)}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)


@contextmanager
def _guarding() -> Iterator[None]:
    token = _guarded.set(True)
    try:
        yield
    finally:
        _guarded.reset(token)


def _is_deleted(user: AbstractBaseUser) -> bool:
    users = type(user)._base_manager.using(router.db_for_write(type(user), instance=user))
    return not users.filter(pk=user.pk).exists()


def _log_missing_hasher(user: AbstractBaseUser) -> None:
    """Log where Django has taken a password for wrong as it has no hasher for the stored hash.

    Hashers without their library have told so themselves.
    """
    missing = missing_for(user.password)
    if missing and not missing.is_library:
        logger.error(
            "The password of user %r cannot be checked. %s %s",
            *(user.get_username(), missing.text, missing.hint),
        )
