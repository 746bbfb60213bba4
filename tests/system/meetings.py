"""Two who act at the same moment, each in a thread and over a database connection of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Barrier, Thread, current_thread
from typing import Any

import pytest
from django.db import connection, connections

LONG = 0.05
"""No statement of the tests takes so many seconds, unless it waits for a lock."""

PATIENCE = 1
TIMEOUT = 20
BUSY = 503


class Somebody(Thread):
    """Does something, and tells whether it waits for somebody else."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self._act = act
        self._statement_since: float | None = None
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            with connection.execute_wrapper(self._watch):
                self._result = self._act()
        except BaseException as error:
            self._error = error
        finally:
            connections.close_all()

    def _watch(self, execute: Callable[..., Any], *args: Any) -> Any:
        self._statement_since = time.monotonic()
        try:
            return execute(*args)
        finally:
            self._statement_since = None

    @property
    def waits(self) -> bool:
        """Tell whether a statement is taking so long that it must be waiting for a lock."""
        since = self._statement_since
        return since is not None and time.monotonic() - since > LONG

    def go_on_alone(self) -> None:
        """Begin, and return when it is done or has to wait, be it for the end of a transaction."""
        self.start()
        deadline = time.monotonic() + PATIENCE
        while self.is_alive() and not self.waits and time.monotonic() < deadline:
            time.sleep(0.002)

    def result(self) -> Any:
        """Return what came of it, once it is done."""
        self.join(TIMEOUT)
        assert not self.is_alive()
        if self._error is not None:
            raise self._error
        return self._result


class Meeting:
    """Lets a second one act just when the first has got somewhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(
        self, first: Callable[[], Any], place: tuple[Any, str], second: Callable[[], Any]
    ) -> tuple[Any, Any]:
        """Return what came of both.

        When the first is about to call the attribute of an object that ``place`` names, it stops
        until the second is done, or waits for the first.
        """
        one, other = Somebody(first), Somebody(second)
        owner, name = place
        original = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if current_thread() is one and other.ident is None:
                other.go_on_alone()
            return original(*args, **kwargs)

        with self._monkeypatch.context() as patched:
            patched.setattr(owner, name, call)
            one.start()
            result = one.result()
            assert other.ident is not None, f"{name} was not called."
            return result, other.result()


def at_once(*acts: Callable[[], Any]) -> None:
    """Let all begin at the same moment, each over a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            act()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def again(act: Callable[[], Any]) -> Any:
    """Do something until nobody is in the way, as a client does that is asked to."""
    while (answer := act()).status_code == BUSY:
        pass
    return answer
