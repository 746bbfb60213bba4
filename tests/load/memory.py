"""Requests of all kinds and sizes to one process: does its memory grow?

Two hundred are a round: nodes are made, read, changed and deleted, small ones, one with a text of
megabytes, one with a body just below the limit of 8 MB; users log in, refresh and revoke; what is
refused is as large, and a body above the limit is among it. Printed are the megabytes that the
process has in memory (RSS) after each tenth of the requests, and the statuses of the answers.

With ``--without-collector`` Python does not look for circles of references in the process. Those of
Django's requests, without their bodies, and the gaps between them are what grows then.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.headers import basic
from tests.load.site import Client, parser, report, site

MEGABYTE = 1_000_000
LIMIT = 8 * 1024 * 1024
"""What the body of a request may have, in bytes."""

LINE = "A line of a text, with <em>markup</em> &amp; signs.\r\n"
FIGURES = 10


class Visitor:
    """Sends requests of all kinds, and counts how they were answered."""

    def __init__(self, url: str) -> None:
        self.client = Client(url)
        self.statuses: Counter[int] = Counter()
        self._path = ""

    def rounds(self) -> Iterator[Callable[[], None]]:
        """Yield what to do next, for ever; each is one request, or a few."""
        large, nearly = _text(2 * MEGABYTE), _text(LIMIT - MEGABYTE)
        while True:
            for text in [LINE] * 20 + [large]:
                yield partial(self.create, text)
                yield from [self.read] * 4
                yield partial(self.change, title=["Another"])
                yield partial(self.change, body=[text + LINE])
                yield self.delete
            yield from (partial(self.create, nearly), self.read, self.delete)
            yield from (partial(self.create, title=[large]), partial(self.create, no=[nearly]))
            yield self.exceed
            yield self.read
            yield from [self.log_in] * 3
            yield self.guess

    def create(self, text: str = LINE, **fields: Any) -> None:
        """Make a node with a text; it is the one that is read, changed and deleted next."""
        document = {"type": "page", "title": ["A page"], "body": [text], **fields}
        made = self._count(self.client.send("POST", "/node", document))
        if made.status == 201:
            self._path = f"/node/{made.document['nid'][0]['value']}"

    def exceed(self) -> None:
        """Send a body above the limit, in chunks: the site cannot know before it has read that."""
        one = HTTPConnection(urlsplit(self.client.url).netloc)
        body, headers = iter([b" " * (LIMIT + 1)]), self.client.headers
        one.request(
            "POST", "/node?_format=json", body, {**headers, "Content-Type": "application/json"}
        )
        self.statuses[one.getresponse().status] += 1
        one.close()

    def read(self) -> None:
        """Look at the node."""
        self._count(self.client.send("GET", self._path))

    def change(self, **fields: Any) -> None:
        """Change fields of the node."""
        self._count(self.client.send("PATCH", self._path, {"type": "page", **fields}))

    def delete(self) -> None:
        """Delete the node."""
        self._count(self.client.send("DELETE", self._path))

    def log_in(self) -> None:
        """Log in, refresh the login and end it."""
        header = basic("admin", self.client.password)
        first = self._count(self.client.ask("id_token", header)).document["refresh_token"]
        second = self._count(self.client.ask("refresh", {}, {"refresh_token": first}))
        self._count(self.client.ask("revoke", {}, {"token": second.document["refresh_token"]}))

    def guess(self) -> None:
        """Try a wrong password."""
        self._count(self.client.ask("id_token", basic(f"nobody {self.statuses.total()}", "wrong")))

    def _count(self, answer: Any) -> Any:
        self.statuses[answer.status] += 1
        return answer


def _text(length: int) -> str:
    return (LINE * (length // len(LINE) + 1))[:length]


def memory_of(process: int) -> float:
    """Return the megabytes that a process has in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def child_of(process: int) -> int:
    """Return the one process that a process has started."""
    (child,) = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(child)


def main() -> None:
    """Send the requests, and print what the process has in memory meanwhile."""
    options = parser(__doc__)
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--without-collector", action="store_true")
    options.set_defaults(workers=1)
    chosen = options.parse_args()
    application = "tests.load.uncollected" if chosen.without_collector else "example_project.wsgi"
    own = {"REFRESH_TOKEN_LIFETIME": timedelta(days=1), "FLOOD_PER_ADDRESS": None}
    quiet = {"version": 1, "disable_existing_loggers": True}
    with site(chosen, application, DRUPAL_JWT_AUTH=own, LOGGING=quiet) as url:
        visitor = Visitor(url)
        worker = child_of(child_of(os.getpid()))
        memory: list[int] = []
        for act in visitor.rounds():
            act()
            done = visitor.statuses.total()
            if done >= chosen.requests * (len(memory) + 1) / FIGURES:
                memory.append(round(memory_of(worker)))
            if done >= chosen.requests:
                break
        statuses = dict(sorted(visitor.statuses.items()))
        report(chosen, [visitor.client], MB=memory, answers=statuses)


if __name__ == "__main__":
    main()
