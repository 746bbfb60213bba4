"""Flood control and the audit log for all logins that go through Django's ``authenticate``.

One line of the settings switches it on, with `GuardedModelBackend` in the place of Django's own:

    AUTHENTICATION_BACKENDS = ["drupal_jwt_auth.backends.GuardedModelBackend"]
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile, islice
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_backends, get_user_model, load_backend
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.audit import record_login
from drupal_jwt_auth.auth.credentials import GuardedLogin, is_guarded
from drupal_jwt_auth.auth.flood import TooManyFailuresError
from drupal_jwt_auth.auth.usernames import Named
from drupal_jwt_auth.errors import AuthenticationError


class LoginGuard(BaseBackend):
    """A mixin for a backend that guards itself and all backends after it in the settings.

    Name it before the backend class. It calls the backends after it itself, to have the last word:
    if others have guessed too often at the same moment, the right password is refused as well.
    Credentials other than user name and password are left to those backends.
    """

    @sensitive_variables()
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: Any,
    ) -> Any:
        """Return the user with this name and password, or None.

        Raise PermissionDenied for a wrong password, so that Django asks no backend after this one
        again, and TooManyFailuresError after too many of them. Within another guarded login, it is
        the backend that it is mixed into, and nothing more.
        """
        key = get_user_model().USERNAME_FIELD if username is None else "username"
        given = others.get(key) if username is None else username
        if given is None or password is None or is_guarded():
            return super().authenticate(request, username=username, password=password, **others)

        @sensitive_variables()
        def ask(name: str) -> AbstractBaseUser | None:
            credentials = {**others, key: name, "password": password}
            return _ask([super(LoginGuard, self), *self._after()], request, credentials)

        login = _LoginByBackends(request, str(given), password, ask)
        try:
            return login.check()
        except (AuthenticationError, TooManyFailuresError) as refusal:
            record_login(login.request, username=refusal.username, error=refusal.error)
            if isinstance(refusal, TooManyFailuresError):
                raise
            raise PermissionDenied from None

    @sensitive_variables()
    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: Any,
    ) -> Any:
        """Call `authenticate` in a thread."""
        return await sync_to_async(self.authenticate)(request, username, password, **others)

    def _after(self) -> Iterator[Any]:
        """Return the backends that are named after this one."""
        from_here = dropwhile(lambda each: type(each) is not type(self), get_backends())
        return islice(from_here, 1, None)


class GuardedModelBackend(LoginGuard, ModelBackend):
    """Django's own backend, which guards itself and all backends that are named after it."""


class _LoginByBackends(GuardedLogin):
    """A login through ``authenticate``, whose backends decide which users are let in."""

    def __init__(
        self,
        request: HttpRequest | None,
        username: str,
        password: str,
        ask: Callable[[str], AbstractBaseUser | None],
    ) -> None:
        # Some callers of ``authenticate`` have no request; then no address is known.
        super().__init__(request or HttpRequest(), username, password)
        self._ask = ask

    def ask(self, named: Named) -> AbstractBaseUser | None:
        return self._ask(named.username)

    def lets_in(self, user: AbstractBaseUser) -> bool:
        return True


def record_session(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Log a login by any backend, if one of them is a guard: a receiver of ``user_logged_in``."""
    named = settings.AUTHENTICATION_BACKENDS
    guards = [each for each in named if isinstance(load_backend(each), LoginGuard)]
    if guards:
        path = str(getattr(user, "backend", ""))
        has_password = path in guards
        name = path.rpartition(".")[2].removesuffix("Backend").lower()
        authentication = "password" if has_password else name
        record_login(request or HttpRequest(), user=user, authentication=authentication)


@sensitive_variables()
def _ask(
    backends: Iterable[Any], request: HttpRequest | None, credentials: dict[str, Any]
) -> AbstractBaseUser | None:
    """Return the first user that a backend returns, or None: Django's ``authenticate`` again.

    A backend that does not take these credentials is passed over, and PermissionDenied ends it.
    """
    for backend in backends:
        try:
            inspect.signature(backend.authenticate).bind(request, **credentials)
        except TypeError:
            # This backend takes other credentials.
            continue
        try:
            user: AbstractBaseUser | None = backend.authenticate(request, **credentials)
        except PermissionDenied:
            return None
        if user is not None:
            return user
    return None
