"""What no key of the site has signed, or what is no token at all, is refused without a query.

None of these tests but the last have a database: a query would be an error.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.auth.tokens.verifying import MAX_LENGTH
from tests.headers import bearer
from tests.keys import entry as key_entry
from tests.keys import private_key, private_pem, public_pem
from tests.tokens import b64, dump, good_claims, good_header, hmac_token, own_token

pytestmark = pytest.mark.urls("tests.project")

SEGMENT_FAULT = (401, "SEGMENT_FAULT")
INVALID_SIGNATURE = (401, "INVALID_SIGNATURE")
TOKEN_EXPIRED = (401, "TOKEN_EXPIRED")
NOT_FOUND = (401, "USER_INFORMATION_NOT_FOUND")

ABSENT = object()


def answer(token: str) -> tuple[int, str]:
    response = APIClient().get("/whoami", headers=bearer(token))
    assert response.headers["WWW-Authenticate"] == "Bearer"
    return response.status_code, response.json()["error"]


def segments() -> list[str]:
    return own_token().split(".")


@pytest.mark.parametrize(
    "change",
    [
        lambda h, p, s: "",
        lambda h, p, s: "x",
        lambda h, p, s: h,
        lambda h, p, s: f"{h}.{p}",
        lambda h, p, s: f"{p}.{s}",
        lambda h, p, s: "..",
        lambda h, p, s: f".{p}.{s}",
        lambda h, p, s: f"{h}.{p}.{s}.",
        lambda h, p, s: f".{h}.{p}.{s}",
        lambda h, p, s: f"{h}..{p}.{s}",
        lambda h, p, s: f"{h}.{p}.{s}.{s}",
        lambda h, p, s: f"{h}.{p}.{s}.{s}.{s}",
        lambda h, p, s: f"!{h}.{p}.{s}",
        lambda h, p, s: f"{h}.{p}!.{s}",
        lambda h, p, s: f"{h}.{p}.{s}!",
        lambda h, p, s: f"{h}.{p}.{s[:-2]}",
        lambda h, p, s: f"{h}.{p}.{s[:-1]}+",
        lambda h, p, s: f"{h}.{p}.{s[:-1]}/",
        lambda h, p, s: f"{h}.{p}.{s}=",
        lambda h, p, s: f"{h}=.{p}=.{s}=",
        lambda h, p, s: f"{h}.{p}.{s}====",
        lambda h, p, s: f"{h}. {p}.{s}",
        lambda h, p, s: f"{h} .{p}.{s}",
        lambda h, p, s: f"{h}.{p}. {s}",
        lambda h, p, s: f"{h}.{p[:9]} {p[9:]}.{s}",
        lambda h, p, s: f"{h}.{p}\t.{s}",
        lambda h, p, s: f'"{h}.{p}.{s}"',
        lambda h, p, s: f"<{h}.{p}.{s}>",
        lambda h, p, s: f"{h}.{p}.{s},",
        lambda h, p, s: f"{h}.{p}.{s} {h}.{p}.{s}",
        lambda h, p, s: f"{h}.{p}.{s}, Bearer {h}.{p}.{s}",
        lambda h, p, s: f"Bearer {h}.{p}.{s}",
        lambda h, p, s: f"{h}.{p}.{s}\0",
        lambda h, p, s: f"{h}.{p}.ü{s}",
        lambda h, p, s: f"{h}%2E{p}%2E{s}",
        lambda h, p, s: "null",
        lambda h, p, s: "undefined",
        lambda h, p, s: "[object Object]",
        lambda h, p, s: "<received_JWT>",
        lambda h, p, s: "." * MAX_LENGTH,
        lambda h, p, s: f"{h}.{p}.{'A' * MAX_LENGTH}",
        lambda h, p, s: f"{'A' * 60000}.{p}.{s}",
    ],
)
def test_a_text_that_is_not_three_segments_of_base64_is_no_jwt(
    change: Callable[[str, str, str], str],
) -> None:
    header, payload, signature = segments()
    assert answer(change(header, payload, signature)) == SEGMENT_FAULT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not JSON",
        b'{"alg":"HS256"',
        b"{'alg':'HS256'}",
        b"\xff\xfe",
        b'{"alg":"\xff"}',
        b"[]",
        b'["HS256"]',
        b'"HS256"',
        b"1",
        b"1" * 5000,
        b"NaN",
        b"true",
        b"null",
        b"[" * 6000,
        b"[" * 3000 + b"]" * 3000,
        b'{"alg":' * 800,
    ],
)
def test_a_segment_that_is_no_json_object_is_no_jwt(content: bytes) -> None:
    assert answer(own_token(header=content)) == SEGMENT_FAULT
    assert answer(own_token(claims=content)) == SEGMENT_FAULT


def test_a_header_is_refused_however_deep_it_is() -> None:
    # How deep a JSON text Python reads depends on its version.
    deep = b"[" * 2500 + b"]" * 2500
    header = b'{"alg":"HS256","x":' + deep + b"}"
    status, error = answer(hmac_token(header, good_claims(), b"guess"))
    assert status == 401
    assert error in {"SEGMENT_FAULT", "INVALID_SIGNATURE"}


@pytest.mark.parametrize("kid", [None, 1, 1.5, True, [], ["a"], {}])
def test_a_key_identifier_that_is_no_text_is_no_jwt(kid: object) -> None:
    assert answer(own_token(header={**good_header(), "kid": kid})) == SEGMENT_FAULT


@pytest.mark.parametrize(
    "crit", [None, True, "exp", [], ["exp"], ["x"], [1], ["b64"], ["b64", "x"]]
)
def test_an_extension_that_must_be_understood_is_not(crit: object) -> None:
    # RFC 7515, 4.1.11
    assert answer(own_token(header={**good_header(), "crit": crit})) == SEGMENT_FAULT


def test_a_payload_outside_of_the_token_is_not_taken() -> None:
    header = b64(dump({**good_header(), "b64": False, "crit": ["b64"]}))
    assert answer(f"{header}..{segments()[2]}") == INVALID_SIGNATURE
    assert answer(f"{header}.{segments()[1]}.{segments()[2]}") == SEGMENT_FAULT


@pytest.mark.parametrize(
    "algorithm",
    [
        *("none", "None", "NONE", "nOnE", "none ", " none", "", "null"),
        *(None, True, 0, [], ["HS256"], ["none"], {}, {"HS256": 1}, ABSENT),
        *("hs256", "HS256 ", "HS384", "HS512", "HS1", "RS256", "PS256", "ES256", "EdDSA"),
        *("ES256K", "ES512", "dir", "A256KW", "HMAC", "../HS256", "x" * 4000),
    ],
)
@pytest.mark.parametrize("signed", [True, False])
def test_another_algorithm_than_the_keys_own_is_refused(algorithm: object, signed: bool) -> None:
    header = {**good_header(), "alg": algorithm}
    if algorithm is ABSENT:
        del header["alg"]
    head, payload, signature = own_token(header).split(".")
    assert answer(f"{head}.{payload}.{signature if signed else ''}") == INVALID_SIGNATURE


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_hash_with_the_right_secret_is_refused(algorithm: str) -> None:
    header = {**good_header(), "alg": algorithm}
    token = hmac_token(header, good_claims(), get_signing_key().signing, algorithm)
    assert answer(token) == INVALID_SIGNATURE


@pytest.mark.parametrize("secret", [b"", b"secret", b"\0" * 32, b"null", b"your-256-bit-secret"])
def test_another_secret_is_refused(secret: bytes) -> None:
    assert answer(hmac_token(good_header(), good_claims(), secret)) == INVALID_SIGNATURE
    assert answer(hmac_token({"alg": "HS256"}, good_claims(), secret)) == INVALID_SIGNATURE


def test_the_secret_key_of_the_site_itself_signs_no_token(settings: Settings) -> None:
    token = hmac_token(good_header(), good_claims(), settings.SECRET_KEY.encode())
    assert answer(token) == INVALID_SIGNATURE


def test_a_changed_payload_is_refused() -> None:
    header, _, signature = segments()
    other = b64(dump({**good_claims(), "sub": "2"}))
    assert answer(f"{header}.{other}.{signature}") == INVALID_SIGNATURE
    assert answer(f"{header}..{signature}") == INVALID_SIGNATURE


def test_a_changed_header_is_refused() -> None:
    _, payload, signature = segments()
    other = b64(dump({**good_header(), "x": 1}))
    assert answer(f"{other}.{payload}.{signature}") == INVALID_SIGNATURE


@pytest.mark.parametrize("length", [0, 2, 3, 4, 40])
def test_a_part_of_a_signature_is_none(length: int) -> None:
    header, payload, signature = segments()
    part = b64(base64.urlsafe_b64decode(f"{signature}=")[: length * 3 // 4])
    assert answer(f"{header}.{payload}.{part}") == INVALID_SIGNATURE


def test_the_signature_of_another_token_is_none() -> None:
    header, payload, _ = segments()
    other = own_token(claims={**good_claims(), "sub": "2"}).rpartition(".")[2]
    assert answer(f"{header}.{payload}.{other}") == INVALID_SIGNATURE
    assert answer(f"{header}.{payload}.{other}{other}AA") == INVALID_SIGNATURE


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "x",
        "../../../../dev/null",
        "/etc/passwd",
        "' UNION SELECT 'secret",
        "| whoami",
        "http://127.0.0.1/key",
        "\0",
        "\ud800",
        "x" * 4000,
    ],
)
def test_a_key_identifier_names_only_the_sites_keys(kid: str) -> None:
    header = {**good_header(), "kid": kid}
    assert answer(own_token(header)) == INVALID_SIGNATURE
    assert answer(hmac_token(header, good_claims(), b"")) == INVALID_SIGNATURE


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"])
def test_a_key_that_the_token_brings_along_is_not_used(name: str) -> None:
    secret = b"attacker" * 4
    jwk = {"kty": "oct", "k": b64(secret), "alg": "HS256", "kid": "x"}
    value: Any = jwk if name == "jwk" else "http://127.0.0.1:1/keys.json"
    header = {**good_header(), name: value}
    assert answer(hmac_token(header, good_claims(), secret)) == INVALID_SIGNATURE
    del header["kid"]
    assert answer(hmac_token(header, good_claims(), secret)) == INVALID_SIGNATURE


def test_a_public_key_is_never_a_secret(settings: Settings) -> None:
    key = private_key("RS256")
    pem = public_pem(key)
    settings.DRUPAL_JWT_AUTH = {
        "KEYS": [{"kid": "rsa", "algorithm": "RS256", "key": private_pem(key)}]
    }
    numbers = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem.encode(), pem.strip().encode(), numbers):
        for header in ({"alg": "HS256", "kid": "rsa"}, {"alg": "HS256"}):
            assert answer(hmac_token(header, good_claims(), secret)) == INVALID_SIGNATURE
        # Nor is an HMAC a signature of another kind.
        rs256 = hmac_token({"alg": "RS256", "kid": "rsa"}, good_claims(), secret)
        assert answer(rs256) == INVALID_SIGNATURE


def test_each_key_verifies_with_its_own_algorithm_only(settings: Settings) -> None:
    key, secret = private_key("RS256"), "s" * 32
    settings.DRUPAL_JWT_AUTH = {
        "KEYS": [
            {"kid": "rsa", "algorithm": "RS256", "key": private_pem(key)},
            {"kid": "hmac", "algorithm": "HS256", "key": secret},
        ]
    }
    for header in ({"alg": "HS256", "kid": "rsa"}, {"alg": "RS256", "kid": "hmac"}):
        assert answer(hmac_token(header, good_claims(), secret.encode())) == INVALID_SIGNATURE


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
@pytest.mark.parametrize("length", [0, 1, 32, 63, 64, 65, 96, 255, 256, 257, 1000])
def test_zeros_are_no_signature_of_any_algorithm(
    settings: Settings, algorithm: str, length: int
) -> None:
    settings.DRUPAL_JWT_AUTH = {"KEYS": [key_entry(algorithm, "x")]}
    signed = f"{b64(dump({'alg': algorithm, 'kid': 'x'}))}.{b64(dump(good_claims()))}"
    assert answer(f"{signed}.{b64(bytes(length))}") == INVALID_SIGNATURE


ILL_TYPED: list[object] = [ABSENT, None, "", "x", 1.0, 1.5, True, False, [], [1], {}, {"a": 1}]
NO_TIMES = [*ILL_TYPED, -1, 2**53, 10**30, -(10**30), float("nan"), float("inf"), -1e300]


@pytest.mark.parametrize("value", [*ILL_TYPED[:3], *ILL_TYPED[4:], 1, 0, -1, 10**30, "\0", "1\0"])
def test_a_subject_that_is_no_name_is_nobodys(value: object) -> None:
    assert answer(own_token(claims=with_claim("sub", value))) == NOT_FOUND


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", NO_TIMES)
def test_a_time_that_is_no_whole_number_of_seconds_is_no_claim(name: str, value: object) -> None:
    if (name, value) == ("nbf", ABSENT):
        name = "exp"
    assert answer(own_token(claims=with_claim(name, value))) == SEGMENT_FAULT


@pytest.mark.parametrize("value", [*ILL_TYPED[:3], *ILL_TYPED[4:], 1, 10**30])
def test_a_token_without_an_identifier_of_its_own_is_no_jwt(value: object) -> None:
    assert answer(own_token(claims=with_claim("jti", value))) == SEGMENT_FAULT


def with_claim(name: str, value: object) -> dict[str, Any]:
    claims = {**good_claims(), name: value}
    return {key: entry for key, entry in claims.items() if entry is not ABSENT}


def test_a_number_that_python_does_not_read_is_no_claim() -> None:
    claims = dump(good_claims()).replace(b'"jti"', b'"x":' + b"1" * 4301 + b',"jti"')
    assert answer(own_token(claims=claims)) == SEGMENT_FAULT


@pytest.mark.parametrize(
    "extra", [b'"sub":"1","sub":["1"]', b'"jti":"x"', b'"exp":1', b'"x":{"a":1,"a":1}']
)
def test_no_claim_stands_there_twice(extra: bytes) -> None:
    claims = dump(good_claims())[:-1] + b"," + extra + b"}"
    assert answer(own_token(claims=claims)) == SEGMENT_FAULT


def test_no_parameter_of_the_header_stands_there_twice() -> None:
    header = dump(good_header())[:-1] + b',"alg":"none"}'
    assert answer(own_token(header=header)) == SEGMENT_FAULT


def test_an_expired_token_costs_no_query() -> None:
    assert answer(own_token(claims={**good_claims(), "exp": 1})) == TOKEN_EXPIRED


def test_what_a_header_says_besides_changes_nothing(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = {**good_claims(), "sub": str(user.pk), "name": "\0", "aux": [[[{}]]]}
    headers = [
        {**good_header(), "jku": "http://127.0.0.1:1/", "jwk": {}, "x5u": 1, "cty": "JWT"},
        {"alg": "HS256"},
        {**good_header(), "typ": "at+jwt", "b64": True},
    ]
    for header in headers:
        with django_assert_num_queries(1):
            response = APIClient().get("/whoami", headers=bearer(own_token(header, claims)))
        assert response.status_code == 200


def test_a_long_token_is_good_up_to_the_limit(user: User) -> None:
    claims = {**issue(user).claims, "x": ""}
    room = MAX_LENGTH - len(own_token(claims=claims))
    fits = own_token(claims={**claims, "x": "x" * (room * 3 // 4 - 2)})
    over = own_token(claims={**claims, "x": "x" * (room * 3 // 4 + 2)})
    assert len(fits) <= MAX_LENGTH < len(over)
    assert APIClient().get("/whoami", headers=bearer(fits)).status_code == 200
    assert answer(over) == SEGMENT_FAULT
