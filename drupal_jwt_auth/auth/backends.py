"""One flood control and one audit log for every way in that Django's ``authenticate`` serves.

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
    """A backend that guards itself and those after it; name it before the class that it guards.

    It asks them itself, to be the last to speak: where others have guessed too often at the same
    moment, the right password is not told either. What comes without user name and password is
    left to them.
    """

    @sensitive_variables()
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: Any,
    ) -> Any:
        """Return the user with this name and password; None where somebody else is on guard.

        Raise PermissionDenied for a wrong one, in the name of all backends that were asked, and
        TooManyFailuresError after too many of these.
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
        """Return the same as `authenticate`."""
        return await sync_to_async(self.authenticate)(request, username, password, **others)

    def _after(self) -> Iterator[Any]:
        """Return the backends that are named after this one."""
        from_here = dropwhile(lambda each: type(each) is not type(self), get_backends())
        return islice(from_here, 1, None)


class GuardedModelBackend(LoginGuard, ModelBackend):
    """Django's own backend, on guard for itself and for all that are named after it."""


class _LoginByBackends(GuardedLogin):
    """A login that Django was asked for: the backends say who is let in."""

    def __init__(
        self,
        request: HttpRequest | None,
        username: str,
        password: str,
        ask: Callable[[str], AbstractBaseUser | None],
    ) -> None:
        # Some callers have none, and so no address.
        super().__init__(request or HttpRequest(), username, password)
        self._ask = ask

    def ask(self, named: Named) -> AbstractBaseUser | None:
        return self._ask(named.username)

    def lets_in(self, user: AbstractBaseUser) -> bool:
        return True


def record_session(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Log that a user has logged in, by whatever backend: for ``user_logged_in``."""
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
    """Return the user whom the first backend that knows one lets in, as Django asks for one."""
    for backend in backends:
        try:
            inspect.signature(backend.authenticate).bind(request, **credentials)
        except TypeError:
            # It wants other credentials.
            continue
        try:
            user: AbstractBaseUser | None = backend.authenticate(request, **credentials)
        except PermissionDenied:
            return None
        if user is not None:
            return user
    return None
