"""From a user name and a password to a user, by Django's own authentication."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.errors import AuthenticationError, Error


@sensitive_variables("password")
def check_credentials(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Return the active user with this name and password, by any configured backend.

    Raise AuthenticationError: INVALID_CREDENTIALS, or USER_BLOCKED for the right password of an
    inactive user. Each failure costs one run of the password hasher, so that the time does not
    tell which names exist, and sends Django's ``user_login_failed``; a success sends
    ``user_logged_in``.
    """
    user_model = get_user_model()
    username = user_model.normalize_username(username)
    if not _may_exist(username):
        # A database may refuse to be asked for such a name: no backend gets to see it.
        user_model().set_password(password)
        user = None
    elif inactive := _find_inactive(username):
        # Django's backends never tell a blocked user from a wrong password; Drupal does.
        user = inactive if inactive.check_password(password) else None
    else:
        user = authenticate(request, username=username, password=password)
        if user is None:
            raise AuthenticationError(Error.INVALID_CREDENTIALS)
        if user.is_active:
            user_logged_in.send(sender=type(user), request=request, user=user)
            return user
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    raise AuthenticationError(Error.USER_BLOCKED if user else Error.INVALID_CREDENTIALS)


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


def _find_inactive(username: str) -> AbstractBaseUser | None:
    """Return the inactive user of this name, if there is just one."""
    user_model = get_user_model()
    try:
        user: AbstractBaseUser = user_model._default_manager.get_by_natural_key(username)
    except (user_model.DoesNotExist, user_model.MultipleObjectsReturned):
        return None
    return None if user.is_active else user
