"""Log in and guess at once, and print what comes of it: ``python -m tests.load.logins``.

Two processes serve a site, on SQLite with Django's own settings and with those of the example
project, or on what ``DATABASE_URL`` names. All is sent over HTTP:

* logins at once of a user whose hash is out of date: how they were answered, and whether each token
  is good once all have been; the same while others write, and with wrong passwords;
* two guesses at once for one name, for each kind of name: the median of their milliseconds. The
  kinds take turns, as a machine is not always equally fast.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import argon2
import bcrypt
from django.conf import settings
from django.contrib.auth.hashers import (
    PBKDF2PasswordHasher,
    PBKDF2SHA1PasswordHasher,
    make_password,
)

from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system import servers
from tests.system.servers import DATABASES, Answer, fresh_database, request, server

# Nobody gives up: what takes long is to be seen.
servers.TIMEOUT = 600

SHARED_SETTINGS = ("PASSWORD_HASHERS", "DRUPAL_JWT_AUTH", "LOGGING")
PASSWORD = "correct horse"
PHPASS = "$S$EabcdefghXzRRNO3KyG5cmUpHL6B7nUoUhLfxzN65pCQyG3PSHh/"
SALT = 22 * "s"
WRITERS = 2

RIGHT, BESIDE_WRITERS, WRONG = "Logins", "Logins beside two writers", "Wrong passwords"


def hashes() -> dict[str, str]:
    """Return hashes of the password, by their kind."""
    php_argon2 = argon2.PasswordHasher(time_cost=4, memory_cost=65536, parallelism=1)

    def php_bcrypt(cost: int) -> str:
        return bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(cost, b"2a")).decode()

    others = ("bcrypt_sha256", "scrypt", "argon2", "md5")
    return {
        "preferred hash": make_password(PASSWORD),
        "fewer iterations": PBKDF2PasswordHasher().encode(PASSWORD, SALT, 100_000),
        "pbkdf2_sha1": PBKDF2SHA1PasswordHasher().encode(PASSWORD, SALT),
        **{name: make_password(PASSWORD, hasher=name) for name in others},
        "Drupal's $S$": encode_drupal_hash(PHPASS),
        "Drupal's bcrypt": encode_drupal_hash(php_bcrypt(10)),
        "Drupal's bcrypt, cost 12": encode_drupal_hash(php_bcrypt(12)),
        "Drupal's Argon2": encode_drupal_hash(php_argon2.hash(PASSWORD)),
        "no usable password": make_password(None),
    }


def log_in(base: str, username: str, password: str) -> tuple[Answer, float]:
    """Return the answer, and after how many seconds it came."""
    start = time.perf_counter()
    answer = request("POST", f"{base}/rest_api/id_token", basic(username, password))
    return answer, time.perf_counter() - start


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Return what so many calls at once have returned."""
    together = threading.Barrier(count)

    def wait_and_call(number: int) -> Any:
        together.wait()
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_call, range(count)))


def show_logins(urls: list[str], title: str, password: str, rounds: int, count: int) -> None:
    """Log in at once, as another user in each round, and try the tokens."""
    answers: list[tuple[Answer, float]] = []
    good = tokens = 0
    for number in range(rounds):

        def one(index: int, username: str = f"{title} {number}") -> tuple[Answer, float]:
            return log_in(urls[index % len(urls)], username, password)

        latest = at_once(count, one)
        answers += latest
        for answer, _ in latest:
            if answer.status == 200:
                tokens += 1
                headers = bearer(answer.document["jwt_token"])
                good += request("GET", f"{urls[0]}/rest_api/userinfo", headers).status == 200
    statuses = Counter(answer.status for answer, _ in answers)
    seconds = [taken for _, taken in answers]
    print(
        f"{title}, {rounds} times {count} at once: {in_words(statuses)};"
        f" {good} of {tokens} tokens are good;"
        f" median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s",
        flush=True,
    )


def in_words(statuses: Counter[int]) -> str:
    return ", ".join(f"{number} times {status}" for status, number in sorted(statuses.items()))


@contextmanager
def writers(urls: list[str], token: str) -> Iterator[None]:
    """Let others create nodes all the time, and show how they were answered."""
    statuses: Counter[int] = Counter()
    done = threading.Event()
    node = {"type": [{"target_id": "page"}], "title": [{"value": "A page"}]}

    def write(number: int) -> None:
        url = f"{urls[number % len(urls)]}/node?_format=json"
        while not done.is_set():
            statuses[request("POST", url, bearer(token), node).status] += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = pool.map(write, range(WRITERS))
        try:
            yield
        finally:
            done.set()
            list(writing)
    print(f"  The writers: {in_words(statuses)}")


def show_guesses(url: str, names: dict[str, str], rounds: int) -> None:
    """Send two wrong guesses at once to one process, for each kind of name in turn."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        # The first round is to warm up. By chance, or each kind would always have its own moment.
        for kind in random.sample(list(names), len(names)):

            def guess(_: int, name: str = names[kind]) -> tuple[Answer, float]:
                return log_in(url, name, "wrong")

            for answer, taken in at_once(2, guess):
                assert answer.status == 401, answer
                if number:
                    seconds[kind].append(taken)
    print(f"Two guesses at once, {rounds} times: median, and the middle half")
    for kind, each in seconds.items():
        low, median, high = (1000 * quartile for quartile in statistics.quantiles(each, n=4))
        print(f"  {median:6.0f} ms, {low:.0f} to {high:.0f}: {kind}")


def show(kind: str, options: argparse.Namespace) -> None:
    """Make a site on a database of this kind, and show all."""
    by_kind = hashes()
    names = {kind: kind for kind in (*by_kind, "inactive")}
    users = [{"username": name, "password": encoded} for name, encoded in by_kind.items()]
    users += [
        {"username": f"{title} {number}", "password": by_kind["Drupal's $S$"]}
        for title in (RIGHT, BESIDE_WRITERS, WRONG)
        for number in range(options.logins)
    ]
    inactive = {
        "username": "inactive",
        "password": by_kind["preferred hash"],
        "is_active": False,
    }
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(fresh_database(directory, kind, users=[*users, inactive]))
        shared = {name: getattr(settings, name) for name in SHARED_SETTINGS}
        urls = [stack.enter_context(server(database, **shared)) for _ in range(2)]
        print(f"\n{kind}", flush=True)
        show_logins(urls, RIGHT, PASSWORD, options.logins, options.at_once)
        answer, _ = log_in(urls[0], "admin", password_of("admin"))
        with writers(urls, answer.document["jwt_token"]):
            show_logins(urls, BESIDE_WRITERS, PASSWORD, options.logins, options.at_once)
        show_logins(urls, WRONG, "wrong", options.logins, options.at_once)
        names |= {"unknown name": "nobody", "impossible name": "no\0body"}
        show_guesses(urls[0], names, options.rounds)


def main() -> None:
    """Read the options and show everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.logins")
    parser.add_argument("--logins", type=int, default=5, help="how often logins at once")
    parser.add_argument("--at-once", type=int, default=4, help="how many are at once")
    parser.add_argument("--rounds", type=int, default=20, help="how often guesses of each kind")
    parser.add_argument("--on", choices=DATABASES, action="append", help="on this database alone")
    options = parser.parse_args()
    for kind in options.on or DATABASES:
        show(kind, options)


if __name__ == "__main__":
    main()
