"""Attacks that others fell for, each by its name: none of them gets in, none breaks anything.

`tests.auth.test_token_forgeries` has the rules that they break; here each is made
as it was made once.
"""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import override_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth import timing
from drupal_jwt_auth.auth.tokens import issue, revoke_all
from drupal_jwt_auth.auth.tokens.verifying import MAX_LENGTH
from tests.headers import basic, bearer
from tests.keys import private_key, private_pem, public_pem
from tests.names import is_one_name
from tests.tokens import b64, dump, good_claims, good_header, hmac_token, own_token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project")]

ENDPOINTS = [
    ("GET", "/whoami"),
    ("GET", "/node/1?_format=json"),
    ("POST", "/node?_format=json"),
    ("GET", "/rest_api/userinfo"),
]


def claims_of(user: User, **changed: Any) -> dict[str, Any]:
    return {**good_claims(), "sub": str(user.pk), **changed}


def refused(token: str) -> str:
    """Send a token everywhere; return what it was refused as, which is the same everywhere."""
    errors = set()
    for method, path in ENDPOINTS:
        response = APIClient().generic(
            method, path, "{}", "application/json", headers=bearer(token)
        )
        assert response.status_code == 401, path
        errors.add(response.json()["error"])
    (error,) = errors
    return str(error)


def accepted(token: str) -> bool:
    status: int = APIClient().get("/whoami", headers=bearer(token)).status_code
    return status == 200


@pytest.fixture
def rsa_site(settings: Settings) -> rsa.RSAPrivateKey:
    """A site whose tokens are signed with RSA; its public key is known to everybody."""
    key: rsa.RSAPrivateKey = private_key("RS256")
    entry = {"kid": "rsa", "algorithm": "RS256", "key": private_pem(key)}
    settings.DRUPAL_JWT_AUTH = {"KEYS": [entry]}
    return key


@pytest.fixture
def ec_site(settings: Settings) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    entry = {"kid": "ec", "algorithm": "ES256", "key": private_pem(key)}
    settings.DRUPAL_JWT_AUTH = {"KEYS": [entry]}
    return key


# --- The algorithm ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "NoNe", "none\0", "none\u200b"])
def test_cve_2015_9235_no_algorithm(user: User, name: str) -> None:
    head, payload = b64(dump({"typ": "JWT", "alg": name})), b64(dump(claims_of(user)))
    assert refused(f"{head}.{payload}.") == "INVALID_SIGNATURE"
    assert refused(f"{head}.{payload}.{b64(b'x')}") == "INVALID_SIGNATURE"


def public_forms(key: Any) -> Iterator[bytes]:
    """The texts that a public key is published in."""
    public = key.public_key()
    pem = public_pem(key).encode()
    yield from (pem, pem.strip(), pem.replace(b"\n", b"\r\n"), pem.replace(b"\n", b""))
    yield public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    yield public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    yield base64.b64encode(pem)


def test_cve_2016_5431_the_public_rsa_key_as_a_secret(
    user: User, rsa_site: rsa.RSAPrivateKey
) -> None:
    public = rsa_site.public_key()
    forms = [
        *public_forms(rsa_site),
        # CVE-2017-11424: the same key in another kind of PEM.
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
    ]
    for secret in forms:
        for algorithm in ("HS256", "HS384", "HS512"):
            for header in ({"alg": algorithm}, {"alg": algorithm, "kid": "rsa"}):
                token = hmac_token(header, claims_of(user), secret, algorithm)
                assert refused(token) == "INVALID_SIGNATURE"


def test_cve_2022_29217_and_cve_2024_33663_the_public_elliptic_key_as_a_secret(
    user: User, ec_site: ec.EllipticCurvePrivateKey
) -> None:
    for secret in public_forms(ec_site):
        token = hmac_token({"alg": "HS256", "kid": "ec"}, claims_of(user), secret)
        assert refused(token) == "INVALID_SIGNATURE"


def test_cve_2022_21449_psychic_signatures(user: User, ec_site: ec.EllipticCurvePrivateKey) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    signed = f"{b64(dump({'alg': 'ES256', 'kid': 'ec'}))}.{b64(dump(claims_of(user)))}"
    numbers = [0, 1, order, order - 1]
    for r in numbers:
        for s in numbers:
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
            assert refused(f"{signed}.{b64(signature)}") == "INVALID_SIGNATURE"
    # The same in ASN.1, as Java took it.
    assert refused(f"{signed}.{b64(bytes.fromhex('3006020100020100'))}") == "INVALID_SIGNATURE"


def test_cve_2020_28042_blank_signatures(user: User) -> None:
    head, payload, _ = own_token(claims=claims_of(user)).split(".")
    for blank in ("", "A", "AA", "AAAA", "_", "-"):
        assert refused(f"{head}.{payload}.{blank}") in {"INVALID_SIGNATURE", "SEGMENT_FAULT"}
    assert refused(f"{head}.{payload}") == "SEGMENT_FAULT"


def test_ecdsa_signatures_have_two_forms_and_one_token(
    user: User, ec_site: ec.EllipticCurvePrivateKey
) -> None:
    # With (r, s) the pair (r, n - s) holds too: a revoked token must not rise in it.
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    token = issue(user).text
    head, payload, signature = token.split(".")
    content = base64.urlsafe_b64decode(signature + "==")
    mirrored = content[:32] + (order - int.from_bytes(content[32:], "big")).to_bytes(32, "big")
    twin = f"{head}.{payload}.{b64(mirrored)}"
    assert accepted(token)
    APIClient().post("/rest_api/revoke", {"token": token}, format="json")
    assert refused(token) == refused(twin) == "TOKEN_EXPIRED"


# --- What the header asks for ----------------------------------------------------------------


def test_cve_2018_0114_the_key_that_the_token_brings(user: User) -> None:
    key = private_key("RS256")
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    for header in ({"jwk": jwk}, {"jwk": jwk, "kid": "x"}, {**good_header(), "jwk": jwk}):
        token = jwt.encode(claims_of(user), key, "RS256", headers={**header, "alg": "RS256"})
        assert refused(token) == "INVALID_SIGNATURE"


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_a_url_in_the_token_is_never_asked(
    user: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("The URL was asked.")

    monkeypatch.setattr("socket.create_connection", no_network)
    header = {**good_header(), name: "http://169.254.169.254/latest/meta-data/"}
    assert refused(hmac_token(header, claims_of(user), b"x" * 32)) == "INVALID_SIGNATURE"


@pytest.mark.parametrize(
    ("kid", "secret"),
    [
        ("../../../../../../dev/null", b""),
        ("/dev/null", b"\0"),
        ("/proc/sys/kernel/randomize_va_space", b"2\n"),
        ("x' UNION SELECT 'secret'-- ", b"secret"),
        ("1; DROP TABLE auth_user", b""),
        ("| sleep 10", b""),
        ("{{7*7}}", b"49"),
        ("${jndi:ldap://127.0.0.1/a}", b""),
        ("%00", b""),
    ],
)
def test_the_kid_as_a_path_a_query_a_command(user: User, kid: str, secret: bytes) -> None:
    token = hmac_token({"alg": "HS256", "kid": kid}, claims_of(user), secret)
    assert refused(token) == "INVALID_SIGNATURE"
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("crit", [["bork"], ["exp"], ["cnf"], ["http://example.com/x"]])
def test_cve_2025_59420_an_extension_that_is_critical(user: User, crit: list[str]) -> None:
    header = {**good_header(), "crit": crit, **dict.fromkeys(crit, True)}
    assert refused(own_token(header, claims_of(user))) == "SEGMENT_FAULT"


def test_pbes2_counts_of_a_billion_cost_nothing(user: User) -> None:
    # CVE-2023-50967 and others: a header asks for a billion rounds of a hash.
    header = {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 10**9, "p2s": "x"}
    head = b64(dump(header))
    assert refused(f"{head}.{b64(dump(claims_of(user)))}.x") in {
        "INVALID_SIGNATURE",
        "SEGMENT_FAULT",
    }
    assert refused(f"{head}.AAAA.AAAA.AAAA.AAAA") == "SEGMENT_FAULT"


def test_cve_2024_33664_a_bomb_of_compressed_text(user: User) -> None:
    bomb = zlib.compress(b"\0" * 4_000_000)
    header = b64(dump({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}))
    assert refused(f"{header}..AAAA.{b64(bomb)}.AAAA") == "SEGMENT_FAULT"
    packed = own_token({**good_header(), "zip": "DEF"}, bomb)
    assert refused(packed) == "SEGMENT_FAULT"


def test_cve_2019_7644_the_refusal_does_not_tell_the_signature(user: User) -> None:
    head, payload, signature = own_token(claims=claims_of(user)).split(".")
    forged = bearer(f"{head}.{payload}.{'A' * len(signature)}")
    response = APIClient().get("/whoami", headers=forged)
    assert signature not in response.content.decode() + str(response.headers)


# --- The text of the token -------------------------------------------------------------------


def test_cve_2022_39227_json_and_compact_form_at_once(user: User) -> None:
    head, payload, signature = own_token(claims=claims_of(user)).split(".")
    other = b64(dump(claims_of(user, sub="2")))
    mixed = (
        f'{{"  {head}.{other}.":"","protected":"{head}","payload":"{payload}",'
        f'"signature":"{signature}"}}'
    )
    assert refused(mixed) == "SEGMENT_FAULT"


@pytest.mark.parametrize("size", [MAX_LENGTH + 1, 60_000, 1_000_000])
def test_huge_tokens_are_refused_unread(
    user: User, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_read(*args: Any) -> None:
        raise AssertionError("The token was decoded.")

    token = own_token(claims=claims_of(user, filler="x" * size))
    monkeypatch.setattr("base64.urlsafe_b64decode", not_read)
    assert refused(token) == "SEGMENT_FAULT"


def test_deep_json_is_refused(user: User) -> None:
    for depth in (500, 2000):
        claims = dump(claims_of(user))[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"
        header = dump(good_header())[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"
        for token in (own_token(claims=claims)[:-4] + "AAAA", hmac_token(header, {}, b"x" * 32)):
            assert refused(token) in {"INVALID_SIGNATURE", "SEGMENT_FAULT"}


@pytest.mark.parametrize(
    "change",
    [
        lambda token: f"{token}=",
        lambda token: f"{token}==",
        lambda token: token.replace(".", "=.", 2),
        lambda token: f" {token}",
        lambda token: f"{token} ",
        lambda token: f"\t{token}",
        lambda token: f"{token}\n",
        lambda token: f"{token}\v",
        lambda token: f"{token}\u00a0",
        lambda token: f"\ufeff{token}",
        lambda token: f'"{token}"',
        lambda token: f"{token},",
        lambda token: f"{token};",
        lambda token: token.replace("-", "+").replace("_", "/") + "+",
        lambda token: token.replace(".", "%2e"),
    ],
)
def test_other_texts_of_a_revoked_token(user: User, change: Callable[[str], str]) -> None:
    token = issue(user).text
    APIClient().post("/rest_api/revoke", {"token": token}, format="json")
    assert refused(change(token)) in {"TOKEN_EXPIRED", "SEGMENT_FAULT", "INVALID_SIGNATURE"}


@pytest.mark.parametrize("separator", [" ", ",", ", ", ", Bearer ", "; ", "\t", "\r\n "])
def test_two_tokens_in_one_header(user: User, separator: str) -> None:
    good, forged = issue(user).text, own_token(claims=claims_of(user))[:-4] + "AAAA"
    for token in (f"{good}{separator}{good}", f"{forged}{separator}{good}"):
        assert refused(token) in {"SEGMENT_FAULT", "INVALID_SIGNATURE"}


@pytest.mark.parametrize(
    "injected", ["\r\nX-User: admin", "\nSet-Cookie: a=b", "\r\n\r\n<script>", "\0", "\x7f"]
)
def test_lines_in_the_header_stay_in_it(user: User, injected: str) -> None:
    response = APIClient().get("/whoami", headers=bearer(issue(user).text + injected))
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert injected.strip() not in response.content.decode() + str(response.headers) or (
        injected.strip() == ""
    )


@pytest.mark.parametrize(
    "query", ["jwt", "token", "access_token", "id_token", "jwt_token", "Authorization", "bearer"]
)
def test_a_token_in_the_query_is_not_taken(user: User, query: str) -> None:
    token = issue(user).text
    response = APIClient().get("/whoami", {query: token, "_format": "json"})
    assert (response.status_code, response.json()["error"]) == (401, "MISSING_AUTHORIZATION_HEADER")


def test_a_token_in_a_cookie_or_the_body_is_not_taken(user: User) -> None:
    token = issue(user).text
    client = APIClient()
    client.cookies.load({"access_token": token, "Authorization": f"Bearer {token}"})
    body = {"access_token": token}
    assert client.post("/whoami", body, format="json").status_code == 401


# --- The claims ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sub", "exp", "iat", "jti", "drupal", "stamp", "iss", "x"])
def test_duplicate_claims(user: User, name: str) -> None:
    claims = claims_of(user, drupal={"uid": user.pk}, stamp="x", iss="x", x="x")
    twice = dump(claims)[:-1] + f",{json.dumps(name)}:{json.dumps(claims[name])}}}".encode()
    assert refused(own_token(claims=twice)) == "SEGMENT_FAULT"


@pytest.mark.parametrize("name", ["alg", "kid", "typ"])
def test_duplicate_header_parameters(user: User, name: str) -> None:
    header = good_header()
    twice = dump({name: "none"})[:-1] + b"," + dump(header)[1:]
    assert refused(own_token(twice, claims_of(user))) == "SEGMENT_FAULT"


@pytest.mark.parametrize(
    "issuer", ["ttps://a.example", "a", "", "https://a.example/", [], "HTTPS://A.EXAMPLE"]
)
def test_cve_2024_53861_a_part_of_the_issuers_name(
    user: User, settings: Settings, issuer: object
) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "https://a.example"}
    assert accepted(issue(user).text)
    assert refused(own_token(claims=claims_of(user, iss=issuer))) == "INVALID_SIGNATURE"


@pytest.mark.parametrize(
    "subject", ["{0} ", " {0}", "0{0}", "+{0}", "{0}.0", "{0}e0", "{0}\0", "{0}\u200b", "{0},2"]
)
def test_another_spelling_of_a_users_key(user: User, subject: str) -> None:
    text = subject.format(user.pk)
    assert refused(own_token(claims=claims_of(user, sub=text))) == "USER_INFORMATION_NOT_FOUND"


def test_digits_of_other_scripts_are_no_key(user: User) -> None:
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    subject = str(user.pk).translate(digits)
    assert refused(own_token(claims=claims_of(user, sub=subject))) == "USER_INFORMATION_NOT_FOUND"


def test_claims_of_another_user_change_nothing(user: User) -> None:
    admin = User.objects.create_superuser("admin", password="secret")
    claims = claims_of(
        user, drupal={"uid": admin.pk}, name="admin", uid=admin.pk, is_superuser=True
    )
    response = APIClient().get("/whoami", headers=bearer(own_token(claims=claims)))
    assert response.json()["user"] == "someone"


def test_a_token_from_before_all_were_revoked(user: User) -> None:
    token = own_token(claims=claims_of(user, iat=int(time.time()) - 5))
    assert accepted(token)
    revoke_all(user)
    assert refused(token) == "TOKEN_EXPIRED"


# --- The login -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("adm\N{LATIN SMALL LETTER DOTLESS I}n", "\N{CYRILLIC SMALL LETTER A}dmin"),
        *("ADM\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}N", "admin\N{ZERO WIDTH SPACE}"),
        *("admin\0", "admin ", " admin"),
    ],
)
def test_look_alikes_of_a_user_name_are_other_names_or_nobody_elses(name: str) -> None:
    user = User.objects.create_user("admin", password="secret")
    is_one = is_one_name(user, name.replace("\0", "?"))
    response = APIClient().post("/rest_api/id_token", headers=basic(name, "secret"))
    if is_one:
        with pytest.raises(IntegrityError):
            User.objects.create_user(name)
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["error"]) == (401, "INVALID_CREDENTIALS")


def test_the_time_does_not_tell_which_users_exist(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_user("unusable")
    User.objects.create_user("inactive", password="secret", is_active=False)
    work: list[int] = []
    hasher = "django.contrib.auth.hashers.PBKDF2PasswordHasher"

    with override_settings(PASSWORD_HASHERS=[hasher]):
        encode = PBKDF2PasswordHasher.encode

        def count(self: Any, password: str, salt: str, iterations: int | None = None) -> str:
            work.append(iterations or self.iterations)
            return encode(self, password, salt, iterations)

        def clocks() -> timing.Clocks:
            return timing.Clocks(elapsed=sum(work), running=sum(work), queueing=0)

        monkeypatch.setattr(timing, "read_clocks", clocks)
        monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 100)
        for name in ("someone", "inactive"):
            existing = get_user_model().objects.get(username=name)
            existing.set_password("secret")
            existing.save()
        monkeypatch.setattr(PBKDF2PasswordHasher, "encode", count)
        for name in ("someone", "nobody", "unusable", "inactive", "x" * 500, "no\0body", ""):
            work.clear()
            response = APIClient().post("/rest_api/id_token", headers=basic(name, "wrong"))
            assert response.status_code == 401
            assert sum(work) == 125, name
