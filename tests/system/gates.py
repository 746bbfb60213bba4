"""Gates at which logins wait while a password is hashed, so that a test decides who goes on when.

    with gates() as gates, server(database, **gates.settings) as url:
        gates.close("new hash")
        ...
        waiting = gates.arrival("new hash")
        waiting.let_go()

The hashers of the server come to "verify" before they look at a hash of the old kind, and to
"new hash" before they make one.
"""

from __future__ import annotations

import queue
import socket
import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher

TIMEOUT = 30

ADDRESS = "GATES"
"""The setting of a server that says where its gates are."""


class OldHasher(MD5PasswordHasher):
    """The hasher of the users' hashes, in a process that a test has started."""

    def verify(self, password: str, encoded: str) -> bool:
        come_to("verify")
        return super().verify(password, encoded)


class NewHasher(PBKDF2PasswordHasher):
    """The preferred hasher there, quick enough for tests."""

    iterations = 1000

    def salt(self) -> str:
        come_to("new hash")
        salt: str = super().salt()
        return salt


def come_to(gate: str) -> None:
    """Wait at a gate of the test's until it is open."""
    address: tuple[str, int] = getattr(settings, ADDRESS)
    with socket.create_connection(address, TIMEOUT) as connection:
        connection.sendall(gate.encode() + b"\n")
        connection.recv(1)


class Arrival:
    """A login that waits at a gate."""

    def __init__(self) -> None:
        self._may_go = threading.Event()

    def let_go(self) -> None:
        self._may_go.set()

    def wait(self) -> None:
        assert self._may_go.wait(TIMEOUT)


class Gates(socketserver.ThreadingTCPServer):
    """The gates, in the process of the test; all are open at first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GateHandler)
        self._closed: set[str] = set()
        self._waiting: list[Arrival] = []
        self._arrivals: defaultdict[str, queue.Queue[Arrival]] = defaultdict(queue.Queue)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a server whose logins come to these gates."""
        hashers = [f"{__name__}.NewHasher", f"{__name__}.OldHasher"]
        return {ADDRESS: self.server_address, "PASSWORD_HASHERS": hashers}

    def close(self, gate: str) -> None:
        """Let all wait who come from now on."""
        self._closed.add(gate)

    def open(self, gate: str) -> None:
        """Let all go on who come from now on."""
        self._closed.discard(gate)

    def reset(self) -> None:
        """Open all gates, and let go whoever still waits."""
        self._closed.clear()
        self._arrivals.clear()
        for arrival in self._waiting:
            arrival.let_go()
        self._waiting.clear()

    def arrival(self, gate: str) -> Arrival:
        """Return who has come to a closed gate next; wait until somebody has."""
        return self._arrivals[gate].get(timeout=TIMEOUT)

    def come(self, gate: str) -> None:
        """Let somebody come to a gate, and return once it may go on."""
        if gate in self._closed:
            arrival = Arrival()
            self._waiting.append(arrival)
            self._arrivals[gate].put(arrival)
            arrival.wait()


class GateHandler(socketserver.StreamRequestHandler):
    """Answer once somebody may go on."""

    server: Gates

    def handle(self) -> None:
        self.server.come(self.rfile.readline().decode().strip())
        self.wfile.write(b".")


@contextmanager
def gates() -> Iterator[Gates]:
    """Have gates for the time of the block."""
    with Gates() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
