"""Ask for accounts of all kinds, and print how long that takes: ``python -m tests.load.accounts``.

One process serves a site, on SQLite with Django's own settings and with those of the example
project, or on what ``DATABASE_URL`` names; its mails go to a mail server. For each kind of name or
address the median of the milliseconds until the answer is printed, and the middle half; and the
median for a request that is sent right afterwards, which what goes on in the background would keep
waiting. The kinds take turns by chance, as a machine is not always equally fast. Asked are

* ``/user/password``, which tells nobody whether there is an account;
* ``/user/login`` with a wrong password, which tells of blocked accounts alone;
* ``/user/register``, which tells of names and addresses that are taken.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import bcrypt
from django.conf import settings

from tests.system.mail_server import mail_server, sent_to
from tests.system.servers import DATABASES, exchange, fresh_database, server

PASSWORD = "correct horse"
DRUPAL_JWT_AUTH = {
    "AUTHENTICATION_METHODS": ["jwt", "cookie"],
    "PUBLIC_METHODS": ["GET", "POST"],
    "REGISTER": "visitors",
    "SITE_URL": "https://example.com",
    "FLOOD_PER_USER": None,
    "FLOOD_PER_ADDRESS": None,
    "FLOOD_REGISTRATIONS": None,
}
SETTINGS = ("PASSWORD_HASHERS", "LOGGING")

USERS: Mapping[str, Mapping[str, Any]] = {
    "active": {},
    "without an address": {"mail": ""},
    "without a password": {"pass": ""},
    "blocked": {"status": False},
}


class Kind(NamedTuple):
    """What is sent, and the status that it is answered with."""

    document: Mapping[str, Any]
    status: int = 200


def address_of(name: str) -> str:
    """Return the address of a user."""
    return f"{name.replace(' ', '-')}@example.com"


def of_passwords() -> dict[str, Kind]:
    """Return what is sent to ``/user/password``, by its kind."""
    names = [*USERS, "ACTIVE", "nobody", "no\0body", "n" * 1000]
    addresses = ["active", "blocked", "ACTIVE", "nobody"]
    return {
        **{f"name {name[:20]!r}": Kind({"name": name}) for name in names},
        **{f"address of {name!r}": Kind({"mail": address_of(name)}) for name in addresses},
    }


def of_logins() -> dict[str, Kind]:
    """Return what is sent to ``/user/login``, by its kind."""
    names = [*USERS, "ACTIVE", "nobody", "no\0body"]
    return {f"name {name!r}": Kind({"name": name, "pass": "wrong"}, 400) for name in names}


def of_registrations() -> dict[str, Kind]:
    """Return what is sent to ``/user/register``, by its kind: no account is made."""
    pairs = {
        "name that is taken": ("active", "free@example.com"),
        "name of who is blocked": ("blocked", "free@example.com"),
        "address that is taken": ("free", address_of("active")),
        "address that is none": ("free", "nothing"),
    }
    return {
        kind: Kind({"name": [{"value": name}], "mail": [{"value": mail}]}, 422)
        for kind, (name, mail) in pairs.items()
    }


ENDPOINTS = {
    "user/password": of_passwords,
    "user/login": of_logins,
    "user/register": of_registrations,
}


def show_times(url: str, path: str, kinds: Mapping[str, Kind], rounds: int) -> None:
    """Send what there is of each kind in turn, and print how long the answers took."""
    answers: defaultdict[str, list[float]] = defaultdict(list)
    afterwards: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        # The first round is to warm up. By chance, or each kind would always have its own moment.
        for kind in random.sample(list(kinds), len(kinds)):
            sent = kinds[kind]
            taken = time_of("POST", f"{url}/{path}?_format=json", sent.document, sent.status)
            then = time_of("GET", f"{url}/user/login_status?_format=json", None, 200)
            if number:
                answers[kind].append(taken)
                afterwards[kind].append(then)
    print(f"/{path}, {rounds} times: median, the middle half, and the median of what comes next")
    for kind in kinds:
        low, median, high = statistics.quantiles(answers[kind], n=4)
        then = statistics.median(afterwards[kind])
        print(f"  {median:6.1f} ms, {low:.1f} to {high:.1f}; {then:.1f} ms: {kind}", flush=True)


def time_of(method: str, url: str, document: Mapping[str, Any] | None, expected: int) -> float:
    """Return after how many milliseconds the whole answer was there; it has the expected status."""
    content = b"" if document is None else json.dumps(document).encode()
    start = time.perf_counter()
    status, _, body = exchange(method, url, {"Content-Type": "application/json"}, content)
    taken = time.perf_counter() - start
    assert status == expected, (document, status, body)
    return 1000 * taken


def description() -> dict[str, Any]:
    """Return a site at which visitors register, with a user of each kind."""
    password = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10, b"2a")).decode()
    users = [
        {
            "uid": uid,
            "uuid": str(uuid4()),
            "name": name,
            "mail": address_of(name),
            "pass": password,
            **fields,
        }
        for uid, (name, fields) in enumerate(USERS.items(), 2)
    ]
    roles = [{"id": "anonymous", "permissions": ["restful post user_registration"]}]
    return {"roles": roles, "users": users}


def main() -> None:
    """Read the options and show everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.accounts")
    parser.add_argument("--rounds", type=int, default=50, help="how often each kind is sent")
    parser.add_argument("--on", choices=DATABASES, action="append", help="on this database alone")
    parser.add_argument("--of", choices=ENDPOINTS, action="append", help="of this endpoint alone")
    options = parser.parse_args()
    for kind in options.on or DATABASES:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            site = directory / "site.json"
            site.write_text(json.dumps(description()), encoding="utf-8")
            database = stack.enter_context(fresh_database(directory, kind, site=site))
            own = {name: getattr(settings, name) for name in SETTINGS}
            own |= sent_to(stack.enter_context(mail_server()).port)
            own["DRUPAL_JWT_AUTH"] = DRUPAL_JWT_AUTH
            url = stack.enter_context(server(database, **own))
            print(f"\n{kind}", flush=True)
            for path in options.of or ENDPOINTS:
                show_times(url, path, ENDPOINTS[path](), options.rounds)


if __name__ == "__main__":
    main()
