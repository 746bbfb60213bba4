"""Logins that are revoked while they are being refreshed, and then pruned: is one good again?

Each round logs in, refreshes again and again, and revokes the login meanwhile, by its token or its
refresh token. Then `prune_jwt_auth` is run as if it were the last moment at which something of the
login may be good, and all tokens that the round has seen are tried. A token counts as alive that is
good after the revocation was answered, and as risen where it is only good once that was pruned.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import repeat

from tests.headers import basic, bearer
from tests.load.site import Client, at_once, parser, report, site

LIFETIME = timedelta(days=1)
AT_MOST = 0.05
"""After how many seconds a login is revoked."""

REFRESHES = 6


class Login:
    """One login: refreshes it as long as that goes well, and keeps its tokens."""

    def __init__(self, client: Client) -> None:
        self.client = client
        first = client.ask("id_token", basic("admin", client.password)).document
        self.answers = [first]

    def refresh(self) -> None:
        """Refresh a few times, until that is refused."""
        for _ in repeat(None, REFRESHES):
            sent = {"refresh_token": self.answers[-1]["refresh_token"]}
            answer = self.client.ask("refresh", {}, sent)
            if answer.status != 200:
                break
            self.answers.append(answer.document)

    def revoke(self) -> None:
        """End it after a moment, by a token of either kind."""
        token = random.choice(("jwt_token", "refresh_token"))
        time.sleep(random.uniform(0, AT_MOST))
        assert self.client.ask("revoke", {}, {"token": self.answers[0][token]}).status == 200

    def good_tokens(self) -> set[str]:
        """Return those of its tokens that are good; the refresh tokens are used up by that."""
        good = set()
        for answer in self.answers:
            headers = bearer(answer["jwt_token"])
            if self.client.ask("userinfo?_format=json", headers, method="GET").status == 200:
                good.add(answer["jwt_token"])
            sent = {"refresh_token": answer["refresh_token"]}
            if self.client.ask("refresh", {}, sent).status == 200:
                good.add(answer["refresh_token"])
        return good


def prune(login: Login) -> None:
    """Run the command at the last moment at which something of a login may be good."""
    from django.core.management import call_command

    from drupal_jwt_auth.management.commands import prune_jwt_auth
    from drupal_jwt_auth.models import RefreshToken

    first = RefreshToken.find(login.answers[0]["refresh_token"])
    assert first
    newest = RefreshToken.objects.filter(session=first.session).latest("kept_until")
    moment: datetime = newest.kept_until + prune_jwt_auth.GRACE
    # In this process only.
    vars(prune_jwt_auth)["now"] = lambda: moment
    call_command("prune_jwt_auth", verbosity=0)


def main() -> None:
    """Revoke logins that are being refreshed, and print what is good afterwards."""
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    refreshes: Counter[int] = Counter()
    alive = risen = 0
    own = {"REFRESH_TOKEN_LIFETIME": LIFETIME, "AUDIT_LOG": []}
    with site(chosen, DRUPAL_JWT_AUTH=own) as url:
        client = Client(url)
        for _ in range(chosen.rounds):
            login = Login(client)
            at_once([login.refresh, login.revoke])
            refreshes[len(login.answers) - 1] += 1
            before = login.good_tokens()
            prune(login)
            alive += bool(before)
            risen += bool(login.good_tokens() - before)
        told = dict(sorted(refreshes.items()))
        report(chosen, [client], rounds=chosen.rounds, refreshes=told, alive=alive, risen=risen)


if __name__ == "__main__":
    main()
