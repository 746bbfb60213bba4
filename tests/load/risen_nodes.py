"""Changes that meet deletions: does a node that was deleted come back?"""

from __future__ import annotations

from collections import Counter

from tests.load.site import TYPE, Client, at_once, parser, report, site


def main() -> None:
    """Let a PATCH meet a DELETE as often as is wanted, and print what came of it."""
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    answers: Counter[str] = Counter()
    with site(chosen) as url:
        one, other = Client(url), Client(url)
        for number in range(chosen.rounds):
            path = f"/node/{one.create().document['nid'][0]['value']}"
            sent = {"type": TYPE, "title": [f"Changed {number}"]}

            def send(
                client: Client, method: str, document: object = None, path: str = path
            ) -> None:
                answers[f"{method} {client.send(method, path, document).status}"] += 1

            at_once([lambda: send(one, "PATCH", sent), lambda: send(other, "DELETE")])  # noqa: B023
            answers["back"] += one.send("GET", path).status != 404
        report(
            chosen,
            [one, other],
            rounds=chosen.rounds,
            back=answers.pop("back"),
            answers=dict(sorted(answers.items())),
        )


if __name__ == "__main__":
    main()
