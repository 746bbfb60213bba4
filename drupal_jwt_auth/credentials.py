"""From a user name and a password to a user, by Django's own authentication."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.flood import FloodControl, OtherSpellings
from drupal_jwt_auth.hashers import INSTALL
from drupal_jwt_auth.missing_hashers import is_of_missing_library, missing_for
from drupal_jwt_auth.password_upgrades import PasswordUpgrade
from drupal_jwt_auth.timing import Stopwatch, level_refusal

logger = logging.getLogger("drupal_jwt_auth")


@sensitive_variables("password")
def log_in(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the user as `check_credentials` does, and send Django's ``user_logged_in``."""
    user = check_credentials(request, username, password)
    user_logged_in.send(sender=type(user), request=request, user=user)
    return user


@sensitive_variables("password")
def check_credentials(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the active user with this name and password, by any configured backend.

    Raise AuthenticationError: INVALID_CREDENTIALS, or USER_BLOCKED for the right password of an
    inactive user; and DocumentedError, TOO_MANY_REQUESTS, whatever the password, after too many of
    these. A refusal takes the same time for each name.
    """
    username = get_user_model().normalize_username(username)
    flood = FloodControl(request, username)
    flood.check()
    stopwatch = Stopwatch()
    try:
        user = _find_user(request, username, password)
        OtherSpellings(request, username, user).check()
    except AuthenticationError:
        found = _find(username)
        level_refusal(password, stopwatch.read())
        flood.count()
        if found is not None:
            _log_missing_hasher(found)
            others = OtherSpellings(request, username, found)
            others.check()
            others.count()
        raise
    # Of guesses made at the same time, no more than the limit may be answered.
    flood.check()
    flood.clear()
    return user


@sensitive_variables("password")
def _find_user(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the active user with this name and password; raise AuthenticationError.

    Each failure costs one run of the password hasher, as it does in Django, and sends Django's
    ``user_login_failed``. No transaction is open and no lock is held meanwhile.
    """
    try:
        user = _verify(request, username, password)
    except ValueError as fault:
        if not is_of_missing_library(fault):
            raise
        # An error for those alone whose hash needs it would tell who exists.
        logger.error("A password cannot be checked. %s. %s", fault, INSTALL)  # noqa: TRY400
        user = None
    if user and user.is_active:
        return user
    credentials = {"username": _storable(username)}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    error = Error.USER_BLOCKED if user else Error.INVALID_CREDENTIALS
    raise AuthenticationError(error, user=user)


@sensitive_variables("password")
def _verify(request: HttpRequest, username: str, password: str) -> AbstractBaseUser | None:
    """Return the user with this name and password, active or not, or None.

    Raise AuthenticationError where the backends have said no, and sent ``user_login_failed``.
    """
    if not _may_exist(username):
        # A database may refuse to be asked for such a name: no backend gets to see it.
        get_user_model()().set_password(password)
        return None
    with PasswordUpgrade(password) as upgrade:
        user: AbstractBaseUser | None
        found = _find(username)
        if found is not None and not found.is_active:
            # Django's backends never tell a blocked user from a wrong password; Drupal does.
            user = found if found.check_password(password) else None
        else:
            user = authenticate(request, username=username, password=password)
            if user is None:
                raise AuthenticationError(Error.INVALID_CREDENTIALS)
        return user if user and upgrade.adopt_stored_hash(user) else None


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


def _may_exist(username: str) -> bool:
    """Tell whether the database could hold a user of this name."""
    user_model = get_user_model()
    field: Any = user_model._meta.get_field(user_model.USERNAME_FIELD)
    try:
        field.to_python(username)
    except ValidationError:
        return False
    fits = field.max_length is None or len(username) <= field.max_length
    return bool(username) and "\0" not in username and fits


def _storable(username: str) -> str:
    """Return a name as a database can hold it: who is told of failures may want to save it."""
    user_model = get_user_model()
    field: Any = user_model._meta.get_field(user_model.USERNAME_FIELD)
    return username.replace("\0", "\N{REPLACEMENT CHARACTER}")[: field.max_length]


def _find(username: str) -> AbstractBaseUser | None:
    """Return the user of this name, if there can be one, and there is just one."""
    user_model = get_user_model()
    if not _may_exist(username):
        return None
    try:
        user: AbstractBaseUser = user_model._default_manager.get_by_natural_key(username)
    except (user_model.DoesNotExist, user_model.MultipleObjectsReturned):
        return None
    return user
