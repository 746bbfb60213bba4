"""Changes that meet deletions: does a node that was deleted come back?"""

from __future__ import annotations

from collections import Counter
from functools import partial

from tests.load.site import TYPE, Client, at_once, parser, report, site


def main() -> None:
    """Let a PATCH meet a DELETE as often as is wanted, and print what came of it."""
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    back = 0
    answers: Counter[str] = Counter()
    with site(chosen) as url:
        one, other = Client(url), Client(url)

        def send(client: Client, method: str, path: str, document: object = None) -> None:
            answers[f"{method} {client.send(method, path, document).status}"] += 1

        for number in range(chosen.rounds):
            path = f"/node/{one.create().document['nid'][0]['value']}"
            sent = {"type": TYPE, "title": [f"Changed {number}"]}
            at_once([partial(send, one, "PATCH", path, sent), partial(send, other, "DELETE", path)])
            back += one.send("GET", path).status != 404
        told = dict(sorted(answers.items()))
        report(chosen, [one, other], rounds=chosen.rounds, back=back, answers=told)


if __name__ == "__main__":
    main()
