"""Logins by user name and password: Django's authentication, with flood control around it."""

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

from drupal_jwt_auth.auth.flood import FloodControl, OtherSpellings
from drupal_jwt_auth.auth.missing_hashers import missing_for, why_failed
from drupal_jwt_auth.auth.password_upgrades import PasswordUpgrade
from drupal_jwt_auth.auth.timing import Stopwatch, level_refusal
from drupal_jwt_auth.auth.usernames import Named, storable
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.failed_hashers import failed_hasher

_guarded: ContextVar[bool] = ContextVar("guarded", default=False)

logger = logging.getLogger(__name__)


@sensitive_variables("password")
def log_in(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the user as `check_credentials` does, and send Django's signal ``user_logged_in``."""
    user = check_credentials(request, username, password)
    with refused_if_deleted(user):
        user_logged_in.send(sender=type(user), request=request, user=user)
    return user


@sensitive_variables("password")
def check_credentials(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the active user with this name and password, by any of the project's backends.

    Raise AuthenticationError: INVALID_CREDENTIALS, or USER_BLOCKED for the right password of an
    inactive user. After too many failures raise TooManyFailuresError, whatever the password. A
    refusal takes the same time whether or not there is a user of this name.
    """
    return DrupalLogin(request, username, password).check()


def is_guarded() -> bool:
    """Return True while a `GuardedLogin` calls the backends: it counts their failures itself."""
    return _guarded.get()


class GuardedLogin(ABC):
    """A login by user name and password, with flood control.

    Each failure is counted, whatever it ends in, and takes the same time for each name.
    """

    def __init__(self, request: HttpRequest, username: str, password: str) -> None:
        self.request = request
        self.given: str = get_user_model().normalize_username(username)
        self.password = password

    @sensitive_variables()
    def check(self) -> AbstractBaseUser:
        """Return the user; raise AuthenticationError or TooManyFailuresError.

        The password is verified without an open transaction and without a lock.
        """
        flood = FloodControl(self.request, self.given)
        usage = flood.ensure_allowed()
        stopwatch = Stopwatch()
        named = Named(self.given)
        flood.username = named.username
        try:
            user = self._verified(named)
            OtherSpellings(self.request, self.given, user).ensure_allowed()
        except Exception as fault:
            # Errors of backends and receivers count as well: a login that ends in one without
            # being counted would be a free guess.
            if isinstance(fault, AuthenticationError):
                fault.username = named.username
            named.look_further()
            level_refusal(self.password, stopwatch.read())
            flood.record_failure(usage)
            if named.user is not None:
                _log_missing_hasher(named.user)
                others = OtherSpellings(self.request, self.given, named.user)
                others.record_failure(others.ensure_allowed())
            raise
        # Asked again, so that of guesses made at the same time no more than the limit are answered.
        flood.reset(flood.ensure_allowed())
        return user

    @abstractmethod
    def ask(self, named: Named) -> AbstractBaseUser | None:
        """Return the user with this name and password, or None; the hasher must run once."""

    def lets_in(self, user: AbstractBaseUser) -> bool:
        """Return True if a user with the right password may log in: inactive users may not."""
        return user.is_active

    def tell(self, named: Named) -> None:  # noqa: B027  Django does it for most
        """Send ``user_login_failed``, unless Django has sent it."""

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
        """Return the user with this name and password, or None; the user has the stored hash."""
        try:
            if not named.may_exist:
                # No backend gets to see such a name, as databases may raise an error for it. The
                # hasher runs all the same.
                get_user_model()().set_password(self.password)
                return None
            with PasswordUpgrade(self.password) as upgrade, _guarding():
                user = self.ask(named)
                return user if user and upgrade.adopt_stored_hash(user) else None
        except Exception as fault:
            if isinstance(fault, DatabaseError) and named.user and _is_deleted(named.user):
                # The user was deleted before a new hash of the password could be stored.
                return None
            hasher = failed_hasher(fault)
            if hasher is None:
                raise
            # The login is refused as if the password were wrong: an error would tell that there is
            # a user, with a hash that needs this hasher.
            whose = "A password" if named.user is None else f"The password of {named.username!r}"
            reason = why_failed(hasher, fault)
            logger.error(  # noqa: TRY400  a traceback would show what there is of the hash
                "%s cannot be checked. %s", whose, reason
            )
            return None


class DrupalLogin(GuardedLogin):
    """A login at an endpoint of this app, by all backends of the project."""

    _is_told = False

    @sensitive_variables()
    def ask(self, named: Named) -> AbstractBaseUser | None:
        """Return the user with this name and password, blocked or not, or None."""
        found = named.user
        if found is not None and not found.is_active:
            # Drupal tells a blocked user from a wrong password; Django's backends do not.
            return found if found.check_password(self.password) else None
        user = authenticate(self.request, username=named.username, password=self.password)
        # Django has sent the signal itself then.
        self._is_told = user is None
        return user

    def tell(self, named: Named) -> None:
        """Send ``user_login_failed``, unless Django has sent it."""
        if not self._is_told:
            credentials = {"username": storable(named.username)}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)


@contextmanager
def refused_if_deleted(user: AbstractBaseUser) -> Iterator[None]:
    """Raise AuthenticationError, INVALID_CREDENTIALS, if the user is deleted while logging in.

    Django's receiver cannot save the time of the login then.
    """
    try:
        yield
    except DatabaseError:
        if _is_deleted(user):
            raise AuthenticationError(Error.INVALID_CREDENTIALS) from None
        raise


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
    """Log an error if the project has no hasher for the stored hash of a user.

    Django takes each password for wrong then, without a word. Hashers that lack their library have
    logged that themselves.
    """
    missing = missing_for(user.password)
    if missing and not missing.is_library:
        logger.error(
            "The password of user %r cannot be checked. %s %s",
            *(user.get_username(), missing.text, missing.hint),
        )
