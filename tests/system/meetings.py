"""Two who act at the same moment, each in a thread and over a database connection of their own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from threading import Barrier, Thread, current_thread
from typing import Any

import pytest
from django.db import connection, connections

SOON = 0.06
"""After so many seconds it is asked for the first time whether somebody waits for a lock."""

LONG = 0.03
"""With SQLite, whoever has been at one statement for so many seconds by then is waiting."""

NEXT = 0.3
"""So long after that it is asked again: MariaDB answers from what is at least 0.1 seconds old."""

PATIENCE = 5
TIMEOUT = 20
BUSY = 503

_WAITS_FOR_A_LOCK = {
    "postgresql": "SELECT 1 WHERE cardinality(pg_blocking_pids(%s)) > 0",
    "mysql": """
        SELECT 1 FROM information_schema.innodb_trx
        WHERE trx_mysql_thread_id = %s AND trx_state = 'LOCK WAIT'
        """,
}
"""What finds a row if a session of a server waits; SQLite can be asked no such thing."""


def own_session() -> int | None:
    """Return what the server calls the open connection of this thread; SQLite has no server."""
    opened: Any = connection.connection
    if connection.vendor == "postgresql":
        return int(opened.info.backend_pid)
    return int(opened.thread_id()) if connection.vendor == "mysql" else None


def waits_for_a_lock(session: int) -> bool:
    """Ask the server, over a connection of its own, whether a session waits for another one."""
    with contextlib.closing(connection.copy()) as asked, asked.cursor() as cursor:
        cursor.execute(_WAITS_FOR_A_LOCK[connection.vendor], [session])
        return cursor.fetchone() is not None


class Somebody(Thread):
    """Does something, and tells whether it waits for somebody else."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self._act = act
        self._statement_since: float | None = None
        self._session: int | None = None
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
        self._session = own_session()
        self._statement_since = time.monotonic()
        try:
            return execute(*args)
        finally:
            self._statement_since = None

    @property
    def waits(self) -> bool:
        """Tell whether it waits for a lock: so says the server, or a statement that takes long."""
        if self._session is not None:
            return waits_for_a_lock(self._session)
        since = self._statement_since
        return since is not None and time.monotonic() - since > LONG

    def go_on_alone(self) -> None:
        """Begin, and return when it is done or has to wait, be it for the end of a transaction."""
        self.start()
        deadline = time.monotonic() + PATIENCE
        self.join(SOON)
        while self.is_alive() and not self.waits and time.monotonic() < deadline:
            self.join(NEXT)

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
