"""Writers who each change their own field of one node: is what was acknowledged there afterwards?

A change is undone where the next GET shows another value, and lost where the last one is not there
when all have stopped.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from tests.load.site import FIELDS, TYPE, Client, at_once, parser, report, site


class Writer:
    """Counts a field of a node up, and looks after each acknowledged step."""

    def __init__(self, client: Client, path: str, name: str) -> None:
        self.client, self.path, self.name = client, path, name
        self.acknowledged = self.undone = self.last = 0

    def run(self, deadline: float) -> None:
        """Write until the time is over."""
        number = 0
        while time.monotonic() < deadline:
            number += 1
            sent = {"type": TYPE, self.name: [number]}
            if self.client.send("PATCH", self.path, sent).status == 200:
                self.acknowledged += 1
                self.last = number
                self.undone += self.read() != number

    def read(self) -> Any:
        """Return the value that is there."""
        answer = self.client.send("GET", self.path)
        found = answer.document.get(self.name) if answer.status == 200 else None
        return found[0]["value"] if found else None


def main() -> None:
    """Run the writers, and print what became of their changes."""
    options = parser(__doc__)
    options.add_argument("--seconds", type=float, default=60)
    chosen = options.parse_args()
    with site(chosen) as url:
        created = Client(url).create(**{name: [0] for name in FIELDS}).document
        path = f"/node/{created['nid'][0]['value']}"
        writers = [Writer(Client(url), path, name) for name in FIELDS]
        deadline = time.monotonic() + chosen.seconds
        at_once([partial(each.run, deadline) for each in writers])
        report(
            chosen,
            [each.client for each in writers],
            acknowledged=sum(each.acknowledged for each in writers),
            undone=sum(each.undone for each in writers),
            lost=sum(each.read() != each.last for each in writers),
        )


if __name__ == "__main__":
    main()
