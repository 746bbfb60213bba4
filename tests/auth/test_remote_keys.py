"""A real issuer, another process, signs tokens and serves its keys; the site fetches them."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.contrib.auth.models import User
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue, remote_keys
from drupal_jwt_auth.auth.tokens.keys import Key
from drupal_jwt_auth.auth.tokens.remote_keys import FetchError, RemoteKeys, download, read_key_set
from tests.headers import bearer
from tests.issuer import RunningIssuer
from tests.logs import notes

pytestmark = pytest.mark.urls("tests.project")

Log = Callable[[], list[str]]

OK = (200, None)
REFUSED = (401, "INVALID_SIGNATURE")
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
BOTH = ("RS256", "ES256")


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A process that has fetched nothing yet, and its clock."""
    clock = Clock()
    monkeypatch.setattr(remote_keys, "_all", {})
    monkeypatch.setattr(remote_keys, "clock", clock)
    monkeypatch.setenv("no_proxy", "localhost")
    return clock


@pytest.fixture(scope="module")
def lasting_issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIssuer]:
    running = RunningIssuer(tmp_path_factory.mktemp("issuer"))
    yield running
    running.stop()


@pytest.fixture
def own_issuer(tmp_path: Path) -> Iterator[RunningIssuer]:
    """An issuer whom the test may change."""
    running = RunningIssuer(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the app has warned of."""
    return lambda: notes(caplog, logging.WARNING)


def trust(settings: Settings, *entries: dict[str, Any]) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUERS": list(entries)}


def outcome(token: str) -> tuple[int, str | None]:
    response = APIClient().get("/whoami", headers=bearer(token))
    return response.status_code, response.json().get("error")


# The keys are found


@pytest.mark.parametrize("kid", ["rsa-1", "ec-1", None])
def test_a_token_is_good_by_the_keys_that_its_issuer_serves(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, kid: str | None
) -> None:
    trust(settings, lasting_issuer.entry())
    header = {"kid": None} if kid is None else {}
    assert outcome(lasting_issuer.sign(kid or "rsa-1", header, sub="someone")) == OK


def test_a_token_costs_one_query_and_the_keys_are_fetched_once(
    lasting_issuer: RunningIssuer,
    user: User,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    trust(settings, lasting_issuer.entry())
    before = lasting_issuer.requests()
    for kid in ("rsa-1", "ec-1", "rsa-1"):
        token = lasting_issuer.sign(kid, sub="someone")
        with django_assert_num_queries(1):
            assert outcome(token) == OK
    assert lasting_issuer.requests() == before + 1


def test_nothing_is_fetched_for_the_sites_own_tokens_or_for_algorithms_that_are_not_allowed(
    lasting_issuer: RunningIssuer, user: User, settings: Settings
) -> None:
    trust(settings, lasting_issuer.entry(algorithms=["RS512"]))
    before = lasting_issuer.requests()
    assert outcome(issue(user).text) == OK
    assert outcome(lasting_issuer.sign(sub="someone")) == REFUSED
    assert lasting_issuer.requests() == before


def test_an_algorithm_that_is_not_allowed_has_no_keys(
    lasting_issuer: RunningIssuer, user: User, settings: Settings
) -> None:
    trust(settings, lasting_issuer.entry(algorithms=["ES256"]))
    assert outcome(lasting_issuer.sign("rsa-1", sub="someone")) == REFUSED
    assert outcome(lasting_issuer.sign("ec-1", sub="someone")) == OK


def test_a_key_for_encryption_verifies_nothing(
    lasting_issuer: RunningIssuer, user: User, settings: Settings
) -> None:
    trust(settings, lasting_issuer.entry())
    assert outcome(lasting_issuer.sign("for-encryption", sub="someone")) == REFUSED


def test_a_header_that_names_other_keys_is_not_followed(
    lasting_issuer: RunningIssuer, user: User, settings: Settings
) -> None:
    trust(settings, lasting_issuer.entry())
    elsewhere = f"{lasting_issuer.name}/moved"
    before = lasting_issuer.requests("/moved")
    header = {"jku": elsewhere, "x5u": elsewhere}
    assert outcome(lasting_issuer.sign("rsa-1", header, sub="someone")) == OK
    assert outcome(lasting_issuer.sign("rsa-1", {**header, "kid": "x"}, sub="someone")) == REFUSED
    assert lasting_issuer.requests("/moved") == before


# They are fetched again


def test_keys_are_fetched_again_after_an_hour(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, clock: Clock
) -> None:
    trust(settings, lasting_issuer.entry())
    token = lasting_issuer.sign(sub="someone")
    before = lasting_issuer.requests()
    for seconds, fetched in [(0, 1), (HOUR - 1, 1), (1, 2), (HOUR - 1, 2), (1, 3)]:
        clock.advance(seconds)
        assert outcome(token) == OK
        assert lasting_issuer.requests() == before + fetched


def test_a_new_key_is_good_as_soon_as_a_token_names_it(
    own_issuer: RunningIssuer, user: User, settings: Settings, clock: Clock
) -> None:
    trust(settings, own_issuer.entry())
    old = own_issuer.sign("ec-1", sub="someone")
    assert outcome(old) == OK
    clock.advance(5 * MINUTE)
    own_issuer.rotate()
    assert outcome(old) == OK
    assert outcome(own_issuer.sign("ec-2", sub="someone")) == OK
    assert own_issuer.requests() == 2
    # The old one is gone with that.
    assert outcome(old) == REFUSED


def test_unknown_keys_cause_one_request_in_five_minutes(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, clock: Clock
) -> None:
    trust(settings, lasting_issuer.entry())
    good = lasting_issuer.sign(sub="someone")
    unknown = [lasting_issuer.sign("rsa-1", {"kid": f"x{n}"}, sub="someone") for n in range(10)]
    before = lasting_issuer.requests()
    for seconds, fetched in [(0, 1), (5 * MINUTE - 1, 1), (1, 2), (MINUTE, 2), (HOUR, 3)]:
        clock.advance(seconds)
        assert {outcome(token) for token in unknown} == {REFUSED}
        assert lasting_issuer.requests() == before + fetched
        assert outcome(good) == OK


def test_a_key_that_is_listed_but_of_no_use_causes_none(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, clock: Clock
) -> None:
    trust(settings, lasting_issuer.entry())
    token = lasting_issuer.sign("for-encryption", sub="someone")
    outcome(token)
    before = lasting_issuer.requests()
    clock.advance(10 * MINUTE)
    assert outcome(token) == REFUSED
    assert lasting_issuer.requests() == before


# The issuer is not well


def test_keys_go_on_to_verify_for_a_day_while_the_issuer_is_down(
    own_issuer: RunningIssuer,
    user: User,
    settings: Settings,
    clock: Clock,
    log: Log,
) -> None:
    trust(settings, own_issuer.entry())
    token = own_issuer.sign(sub="someone")
    assert outcome(token) == OK
    own_issuer.stop()
    for hours in (1, 5, 17):
        clock.advance(hours * HOUR)
        assert outcome(token) == OK
    assert len(log()) == 3
    [message] = set(log())
    assert message.startswith(f"The keys at {own_issuer.name}/jwks could not be fetched: URLError")
    clock.advance(HOUR)
    assert outcome(token) == REFUSED
    assert outcome(issue(user).text) == OK


BAD_PATHS = {
    "moved": "HTTP Error 302: Found",
    "failing": "HTTP Error 500: Internal Server Error",
    "missing": "HTTP Error 404: Not Found",
    "list": "It is no JWK Set.",
    "nothing": "JSONDecodeError: Expecting value",
    "page": "JSONDecodeError: Expecting value",
    "bytes": "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff",
    "deep": "RecursionError: maximum recursion depth exceeded",
    "huge": "It is longer than 262144 bytes.",
    "closed": "RemoteDisconnected: Remote end closed connection without response",
    "slow": "TimeoutError: The read operation timed out",
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_keys, "TIMEOUT", 1.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("path", BAD_PATHS)
def test_an_issuer_that_serves_no_keys_harms_only_its_own_tokens(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, path: str, log: Log
) -> None:
    trust(settings, lasting_issuer.entry(f"/{path}"))
    own, token = issue(user).text, lasting_issuer.sign(sub="someone")
    before, failed_before = lasting_issuer.requests("/jwks"), lasting_issuer.requests(f"/{path}")
    assert outcome(token) == outcome(token) == REFUSED
    assert outcome(own) == OK
    # A redirect is not followed, not even to where the keys are.
    assert lasting_issuer.requests("/jwks") == before
    assert lasting_issuer.requests(f"/{path}") == failed_before + 1
    # What is wrong is in the log, once.
    [message] = log()
    start = f"The keys at {lasting_issuer.name}/{path} could not be fetched: {BAD_PATHS[path]}"
    assert message.startswith(start)


def test_after_a_failure_it_is_tried_again_each_half_minute(
    lasting_issuer: RunningIssuer, user: User, settings: Settings, clock: Clock
) -> None:
    trust(settings, lasting_issuer.entry("/failing"))
    token = lasting_issuer.sign(sub="someone")
    before = lasting_issuer.requests("/failing")
    for seconds, fetched in [(0, 1), (29, 1), (1, 2), (29, 2), (1, 3)]:
        clock.advance(seconds)
        assert outcome(token) == REFUSED
        assert lasting_issuer.requests("/failing") == before + fetched


def test_an_issuer_that_lists_no_keys_has_withdrawn_them(
    lasting_issuer: RunningIssuer,
    user: User,
    settings: Settings,
    clock: Clock,
    log: Log,
) -> None:
    trust(settings, lasting_issuer.entry("/none"))
    token = lasting_issuer.sign(sub="someone")
    assert outcome(token) == REFUSED
    assert log() == [f"There is no key for RS256, ES256 at {lasting_issuer.name}/none."]
    clock.advance(30)
    outcome(token)
    assert lasting_issuer.requests("/none") == 2


def test_one_issuer_that_is_down_does_not_harm_another(
    lasting_issuer: RunningIssuer, user: User, settings: Settings
) -> None:
    down = {**lasting_issuer.entry(), "issuer": "down", "jwks_uri": "https://localhost:1/"}
    trust(settings, down, lasting_issuer.entry())
    assert outcome(lasting_issuer.sign(sub="someone", iss="down")) == REFUSED
    assert outcome(lasting_issuer.sign(sub="someone")) == OK


# The connection is safe


def test_a_certificate_of_an_authority_that_is_not_known_is_refused(
    lasting_issuer: RunningIssuer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    trust(settings, {**lasting_issuer.entry(), "ca_file": None})
    before = lasting_issuer.requests()
    assert outcome(lasting_issuer.sign(sub="someone")) == REFUSED
    assert lasting_issuer.requests() == before
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


def test_a_certificate_for_another_name_is_refused(
    lasting_issuer: RunningIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    uri = lasting_issuer.name.replace("localhost", "127.0.0.1")
    with pytest.raises(FetchError, match=r"certificate is not valid for '127\.0\.0\.1'"):
        download(f"{uri}/jwks", str(lasting_issuer.ca_file))


@pytest.mark.parametrize(
    "uri", ["http://localhost:1/", "file:///etc/hostname", "ftp://localhost/", "data:,{}", "https:"]
)
def test_nothing_but_https_is_fetched(uri: str) -> None:
    with pytest.raises(FetchError, match=r"unknown url type|no host given"):
        download(uri, None)


def test_a_file_of_authorities_that_is_gone_is_no_failure_of_the_site(
    lasting_issuer: RunningIssuer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    trust(settings, lasting_issuer.entry(ca_file="/nowhere.pem"))
    assert outcome(lasting_issuer.sign(sub="someone")) == REFUSED
    assert "FileNotFoundError" in caplog.text


# Many threads


class Gate:
    """A fetch that takes as long as the test wants."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.began, self.go_on = threading.Event(), threading.Event()
        self.fetches = 0

    def __call__(self, uri: str, ca_file: str | None) -> Any:
        self.fetches += 1
        self.began.set()
        assert self.go_on.wait(10)
        return self.document


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate({"keys": [rsa_jwk()]})
    monkeypatch.setattr(remote_keys, "download", gate)
    return gate


def in_thread(keys: RemoteKeys) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.extend(keys.find("a")))
    thread.start()
    return thread, found


def test_one_thread_fetches_and_others_go_on_with_the_keys_that_they_have(
    gate: Gate, clock: Clock
) -> None:
    keys = RemoteKeys("https://localhost/", None, BOTH)
    gate.go_on.set()
    assert [key.kid for key in keys.find("a")] == ["a"]
    gate.began.clear()
    gate.go_on.clear()
    clock.advance(HOUR)
    thread, found = in_thread(keys)
    assert gate.began.wait(10)
    assert [key.kid for key in keys.find("a")] == ["a"]
    assert found == []
    gate.go_on.set()
    thread.join()
    assert [key.kid for key in found] == ["a"]
    assert gate.fetches == 2


def test_a_thread_without_a_key_waits_for_the_one_that_fetches(gate: Gate) -> None:
    keys = RemoteKeys("https://localhost/", None, BOTH)
    first, found_by_first = in_thread(keys)
    assert gate.began.wait(10)
    second, found_by_second = in_thread(keys)
    gate.go_on.set()
    first.join()
    second.join()
    assert found_by_first == found_by_second != []
    assert gate.fetches == 1


def test_a_request_does_not_wait_long_for_keys(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_keys, "LOCK_TIMEOUT", 0.01)
    keys = RemoteKeys("https://localhost/", None, BOTH)
    thread, _ = in_thread(keys)
    assert gate.began.wait(10)
    assert keys.find("a") == []
    gate.go_on.set()
    thread.join()


def test_a_process_has_the_keys_of_an_address_once() -> None:
    one = remote_keys.remote_keys("https://localhost/", None, BOTH)
    assert remote_keys.remote_keys("https://localhost/", None, BOTH) is one
    assert remote_keys.remote_keys("https://localhost/", "/ca.pem", BOTH) is not one


# What a JWK Set may have in it


def rsa_jwk(bits: int = 2048, **more: Any) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return public(RSAAlgorithm.to_jwk(key.public_key()), **more)


def public(text: str, **more: Any) -> dict[str, Any]:
    """A public key as JWK with what it is for left out."""
    jwk = {**json.loads(text), "kid": "a", **more}
    if "key_ops" not in more:
        jwk.pop("key_ops", None)
    return jwk


def algorithms_of(*jwks: Any, allowed: tuple[str, ...] = BOTH) -> list[tuple[str, str]]:
    keys: tuple[Key, ...] = read_key_set({"keys": list(jwks)}, allowed).keys
    assert all(key.signing is None for key in keys)
    return [(key.kid, key.algorithm) for key in keys]


def test_a_key_is_for_its_alg_or_for_all_algorithms_of_its_kind() -> None:
    allowed = ("RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA")
    key = rsa_jwk()
    every = [("a", name) for name in ("RS256", "RS512", "PS256")]
    assert algorithms_of(key, allowed=allowed) == every
    assert algorithms_of({**key, "alg": "RS512"}, allowed=allowed) == [("a", "RS512")]
    assert algorithms_of({**key, "alg": "RS384"}, allowed=allowed) == []
    p384 = ec.generate_private_key(ec.SECP384R1()).public_key()
    assert algorithms_of(public(ECAlgorithm.to_jwk(p384)), allowed=allowed) == [("a", "ES384")]
    edwards = ed25519.Ed25519PrivateKey.generate().public_key()
    assert algorithms_of(public(OKPAlgorithm.to_jwk(edwards)), allowed=allowed) == [("a", "EdDSA")]


def test_a_key_without_kid_is_for_tokens_without_kid() -> None:
    key = rsa_jwk()
    del key["kid"]
    assert algorithms_of(key) == [("", "RS256")]


@pytest.mark.parametrize(
    ("more", "usable"),
    [
        ({"use": "sig"}, True),
        ({"use": "enc"}, False),
        ({"use": None}, False),
        ({"key_ops": ["verify"]}, True),
        ({"key_ops": ["verify", "sign"]}, True),
        ({"key_ops": ["encrypt"]}, False),
        ({"key_ops": []}, False),
        ({"key_ops": "verify"}, False),
        ({"key_ops": 1}, False),
        ({"alg": "RS256", "x5c": ["x"], "x5t": 1}, True),
        ({"alg": "RSA-OAEP"}, False),
        ({"alg": ["RS256"]}, False),
        ({"alg": None}, False),
        ({"kid": 1}, False),
        ({"kid": None}, False),
        ({"kid": ["a"]}, False),
        ({"kty": "EC"}, False),
        ({"kty": "oct", "k": base64.b64encode(b"s" * 64).decode()}, False),
        ({"kty": None}, False),
        ({"n": None}, False),
        ({"n": 1}, False),
        ({"n": "!"}, False),
        ({"n": ""}, False),
        ({"e": "AA"}, False),
        ({"e": "ü"}, False),
        ({"d": "AQAB"}, False),
    ],
)
def test_a_key_that_is_broken_or_for_something_else_is_left_out(
    more: dict[str, Any], usable: bool
) -> None:
    found = algorithms_of({**rsa_jwk(), **more}, rsa_jwk(kid="good"))
    assert found == [("a", "RS256")] * usable + [("good", "RS256")]


def test_a_short_key_is_left_out() -> None:
    assert algorithms_of(rsa_jwk(bits=1024)) == []


@pytest.mark.parametrize("document", [None, [], "x", 1, {}, {"keys": None}, {"keys": {}}])
def test_a_document_that_is_no_jwk_set_is_refused(document: Any) -> None:
    with pytest.raises(FetchError, match=r"It is no JWK Set\."):
        read_key_set(document, BOTH)
