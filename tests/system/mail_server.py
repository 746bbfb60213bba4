"""A mail server that keeps what it is sent: as much of SMTP (RFC 5321) as a client needs."""

from __future__ import annotations

import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from queue import Queue
from typing import Any

import django

REPLIES = {
    "EHLO": "250 here",
    "HELO": "250 here",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "RSET": "250 OK",
    "QUIT": "221 Bye",
}


class Conversation(socketserver.StreamRequestHandler):
    """What is said over one connection."""

    server: MailServer

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            command = line[:4].decode().upper()
            if command == "DATA":
                self.say("354 Go on")
                self.server.received.put(self.message())
                self.say("250 OK")
            else:
                self.say(REPLIES.get(command, "500 What?"))
            if command == "QUIT":
                return

    def say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())

    def message(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        content = b"".join(line.removeprefix(b".") for line in lines)
        message: Any = email.message_from_bytes(content, policy=email.policy.default)
        return message  # type: ignore[no-any-return]


class MailServer(socketserver.ThreadingTCPServer):
    """It has a ``port``, and the messages in the order in which they came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received: Queue[EmailMessage] = Queue()
        self.port: int = self.server_address[1]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run one for the time of the block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def sent_to(port: int) -> dict[str, Any]:
    """Django settings of a site that sends its mails to a server."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    if django.VERSION >= (6, 1):
        options = {"host": "127.0.0.1", "port": port, "timeout": 10}
        return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    return {
        "EMAIL_BACKEND": backend,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": 10,
    }
