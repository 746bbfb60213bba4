"""Whatever happens at the same time: what was revoked stays so, and is forgotten in the end.

Two things happen at once: one of them takes place before each statement that the other sends to the
database, one history for each. Whichever reads before the other writes is among them.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from pytest_django import Settings

from drupal_jwt_auth.auth.authentication import JWTAuthentication
from drupal_jwt_auth.auth.tokens import (
    IssuedToken,
    issuing,
    refreshing,
    revoke_all,
    verify,
    verifying,
)
from drupal_jwt_auth.auth.tokens.revoking import revoke_text
from drupal_jwt_auth.conf import MAX_LEEWAY
from drupal_jwt_auth.errors import AuthenticationError
from drupal_jwt_auth.management.commands import prune_jwt_auth
from drupal_jwt_auth.models import RefreshToken, RevokedToken, token_cutoff

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REFRESH_LIFETIME = 14 * DAY
LATER = [days * DAY for days in (0, 6, 13, 17, 33)]
"""When it is looked whether anything has come back; the last is after the end of all tokens."""


class Clock:
    """The time, for all that has to do with tokens."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def time(self) -> float:
        return time.time() + self.ahead.total_seconds()

    def time_ns(self) -> int:
        return time.time_ns() + int(self.ahead.total_seconds()) * 10**9

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), timezone.utc)


class World:
    """A user who has logged in ten days ago and refreshed once, and what has been issued since."""

    def __init__(self, user: User, clock: Clock) -> None:
        self.user, self.clock = user, clock
        self.issued = [refreshing.start_session(user)]
        self.of_other_logins: list[IssuedToken] = []
        self.refresh()
        clock.ahead += 10 * DAY

    def log_in_again(self) -> None:
        self.of_other_logins.append(refreshing.start_session(self.user))

    def refresh(self) -> None:
        self._refresh(self.issued[-1])

    def refresh_twice(self) -> None:
        """Do so with the same refresh token, as two tabs do."""
        token = self.issued[-1]
        for _ in range(2):
            self._refresh(token)

    def use_a_refresh_token_again(self) -> None:
        self._refresh(self.issued[0])

    def _refresh(self, token: IssuedToken) -> None:
        with suppress(AuthenticationError):
            self.issued.append(refreshing.refresh(token.refresh_token or "")[1])

    def revoke_a_token(self) -> None:
        revoke_text(self.issued[0].text)

    def revoke_a_refresh_token(self) -> None:
        revoke_text(self.issued[0].refresh_token or "")

    def revoke_all(self) -> None:
        revoke_all(self.user)

    def change_password(self) -> None:
        user = User.objects.get()
        user.set_password("new")
        user.save()

    def block_for_a_while(self) -> None:
        user = User.objects.get()
        for is_active in (False, True):
            user.is_active = is_active
            user.save()

    def prune(self) -> None:
        call_command("prune_jwt_auth", verbosity=0)

    def good(self) -> list[str]:
        """What of all that was issued is good now; looking changes nothing."""
        with transaction.atomic():
            found = list(self._good())
            transaction.set_rollback(True)
        return found

    def _good(self) -> Iterator[str]:
        for number, token in enumerate(self.issued):
            if is_good(token):
                yield f"token {number}"
        # The newest: to use one of the others ends the login.
        with suppress(AuthenticationError):
            refreshing.refresh(self.issued[-1].refresh_token or "")
            yield "refresh token"


def is_good(token: IssuedToken) -> bool:
    try:
        JWTAuthentication().get_user(verify(token.text))
    except AuthenticationError:
        return False
    return True


def end_and_prune(world: World) -> None:
    world.revoke_a_token()
    world.prune()


Step = Callable[[World], None]
ENDS_OF_THE_LOGIN: list[Step] = [
    World.revoke_a_token,
    World.revoke_a_refresh_token,
    World.use_a_refresh_token_again,
    end_and_prune,
]
ENDS_OF_ALL: list[Step] = [World.revoke_all, World.change_password, World.block_for_a_while]
ENDS = [*ENDS_OF_THE_LOGIN, *ENDS_OF_ALL]
OTHERS: list[Step] = [World.refresh, World.refresh_twice, World.prune, World.log_in_again]
AT_ONCE: list[tuple[Step, Step]] = [
    *itertools.product(OTHERS, ENDS),
    *itertools.product(ENDS, OTHERS),
    *itertools.permutations(ENDS_OF_THE_LOGIN[:3], 2),
    *itertools.permutations(OTHERS, 2),
]


@pytest.fixture
def begin(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[timedelta], World]:
    """Start anew, with tokens that were issued when their lifetime was another."""
    clock = Clock()
    for module in (issuing, verifying, token_cutoff):
        monkeypatch.setattr(module, "time", clock)
    for other in (refreshing, prune_jwt_auth):
        monkeypatch.setattr(other, "now", clock.now)

    def begin(lifetime: timedelta) -> World:
        clock.ahead = timedelta(0)
        configure(settings, TOKEN_LIFETIME=lifetime)
        world = World(user, clock)
        configure(settings, TOKEN_LIFETIME=HOUR)
        return world

    return begin


def do_before_statement(number: int, step: Callable[[], None], main: Callable[[], None]) -> bool:
    """Do the main thing, and a step before one of its statements; tell whether it has so many."""
    numbers = itertools.count()

    def hook(execute: Any, *arguments: Any) -> Any:
        if next(numbers) == number:
            step()
        return execute(*arguments)

    with connection.execute_wrapper(hook):
        main()
    return next(numbers) > number


def histories(main: Step, step: Step, begin: Callable[[], World]) -> Iterator[World]:
    """Yield the world after each history of two things at once; each is undone after it."""
    for number in itertools.count():
        with transaction.atomic():
            world = begin()
            inside = do_before_statement(number, partial(step, world), partial(main, world))
            if inside:
                yield world
            transaction.set_rollback(True)
        if not inside:
            assert number > 0
            return


def configure(settings: Settings, **more: timedelta) -> None:
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": REFRESH_LIFETIME, **more}


def rows() -> list[int]:
    models: list[type[Model]] = [RevokedToken, RefreshToken]
    return [model._default_manager.count() for model in models]


@pytest.mark.parametrize("lifetime", [HOUR, 30 * DAY], ids=["an hour", "shortened to it"])
@pytest.mark.parametrize(
    ("main", "step"), AT_ONCE, ids=lambda step: step.__name__.replace("_", " ")
)
def test_what_was_revoked_stays_so_and_nothing_else_ends(
    begin: Callable[[timedelta], World],
    settings: Settings,
    main: Step,
    step: Step,
    lifetime: timedelta,
) -> None:

    for world in histories(main, step, lambda: begin(lifetime)):
        if not {main, step} & {*ENDS_OF_ALL}:
            assert all(map(is_good, world.of_other_logins))
        if not {main, step} & {*ENDS}:
            assert "refresh token" in world.good()
            continue
        end = world.clock.ahead
        for later in LATER:
            world.clock.ahead = end + later
            world.prune()
            # A longer leeway makes tokens good again that have expired.
            configure(settings, LEEWAY=MAX_LEEWAY)
            assert world.good() == []
            configure(settings)
        assert rows() == [0, 0]
