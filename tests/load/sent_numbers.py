"""Revision numbers that clients choose, beside nodes that get the next one: does a POST fail?"""

from __future__ import annotations

from collections import Counter
from functools import partial
from threading import Event

from tests.load.site import Client, at_once, parser, report, site

OTHERS = 4
STEPS = (1, 2, 5, 20, 200)
"""How far before the highest number the next one is that is sent."""


def main() -> None:
    """Send numbers as often as is wanted while others create nodes, and print the answers."""
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    sent: Counter[int] = Counter()
    made: Counter[int] = Counter()
    with site(chosen) as url:
        one, over = Client(url), Event()
        others = [Client(url) for _ in range(OTHERS)]

        def choose() -> None:
            for number in range(chosen.rounds):
                last = one.create().document["vid"][0]["value"]
                step = STEPS[number % len(STEPS)]
                sent[one.create(vid=[last + step]).status] += 1
            over.set()

        def create(client: Client) -> None:
            while not over.is_set():
                made[client.create().status] += 1

        at_once([choose, *(partial(create, each) for each in others)])
        report(
            chosen,
            [one, *others],
            **{"with a number": dict(sent), "without": dict(sorted(made.items()))},
        )


if __name__ == "__main__":
    main()
