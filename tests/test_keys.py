"""The first key signs, all verify, and each with its own algorithm."""

from __future__ import annotations

import base64
import functools
import secrets
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.contrib.auth.models import User
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.tokens import issue, keys
from drupal_jwt_auth.tokens.keys import (
    ALGORITHMS,
    KeyConfigurationError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    get_keys,
    load_key,
)
from tests.headers import basic, bearer

pytestmark = pytest.mark.urls("tests.project")

SECRET = "0123456789abcdef" * 4
OLD_KEY = "the-secret-key-that-this-site-had-until-yesterday-evening"


@functools.cache
def private_key(algorithm: str) -> Any:
    """A key for the algorithm, made once."""
    if algorithm in {"RS256", "RS384", "RS512", "PS256"}:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())


def private_pem(key: Any, encryption: KeySerializationEncryption | None = None) -> str:
    protection = encryption or NoEncryption()
    content: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    return content.decode()


def public_pem(key: Any) -> str:
    content: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return content.decode()


def entry(algorithm: str, kid: str = "a") -> dict[str, str]:
    """A key that signs and verifies."""
    is_secret = algorithm.startswith("HS")
    key = SECRET if is_secret else private_pem(private_key(algorithm))
    return {"kid": kid, "algorithm": algorithm, "key": key}


def public_entry(algorithm: str, kid: str = "a") -> dict[str, str]:
    """The half of it that only verifies."""
    return {"kid": kid, "algorithm": algorithm, "key": public_pem(private_key(algorithm))}


def use(settings: Settings, *entries: dict[str, str]) -> None:
    settings.DRUPAL_JWT_AUTH = {"KEYS": list(entries)}


def outcome(token: str) -> tuple[int, str | None]:
    response = APIClient().get("/whoami", headers=bearer(token))
    return response.status_code, response.json().get("error")


OK = (200, None)
REFUSED = (401, "INVALID_SIGNATURE")
PUBLIC_KEY_ALGORITHMS = [name for name in ALGORITHMS if not name.startswith("HS")]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_each_algorithm_is_issued_and_verified(
    user: User, settings: Settings, algorithm: str
) -> None:
    use(settings, entry(algorithm))
    response = APIClient().post("/rest_api/id_token", headers=basic("someone", "secret"))
    token = response.json()["jwt_token"]
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": algorithm, "kid": "a"}
    assert outcome(token) == OK


@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_a_site_with_the_public_key_alone_verifies_what_another_signed(
    user: User, settings: Settings, algorithm: str
) -> None:
    use(settings, entry(algorithm))
    token = issue(user).text
    use(settings, public_entry(algorithm))
    assert outcome(token) == OK
    with pytest.raises(KeyConfigurationError, match="The first key, 'a', must be able to sign"):
        issue(user)


@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_a_part_of_a_signature_of_each_algorithm_is_refused(
    user: User, settings: Settings, algorithm: str
) -> None:
    use(settings, entry(algorithm))
    signed, _, signature = issue(user).text.rpartition(".")
    content = base64.urlsafe_b64decode(signature + "==")
    for part in (b"", content[:-1], content[1:], content[:32], content + b"\0", content[::-1]):
        text = base64.urlsafe_b64encode(part).rstrip(b"=").decode()
        assert outcome(f"{signed}.{text}") == REFUSED


def test_the_first_key_signs_and_all_verify(user: User, settings: Settings) -> None:
    first, second = entry("HS256", "first"), entry("ES256", "second")
    use(settings, first, second)
    of_first = issue(user).text
    use(settings, second, first)
    of_second = issue(user).text
    assert jwt.get_unverified_header(of_first)["kid"] == "first"
    assert jwt.get_unverified_header(of_second)["kid"] == "second"
    assert outcome(of_first) == outcome(of_second) == OK


def test_a_key_that_was_taken_away_verifies_no_longer(user: User, settings: Settings) -> None:
    old, new = entry("HS256", "old"), entry("HS512", "new")
    use(settings, old)
    token = issue(user).text
    use(settings, new, old)
    assert outcome(token) == OK
    use(settings, new)
    assert outcome(token) == REFUSED


def test_a_key_is_found_by_its_kid_alone(user: User, settings: Settings) -> None:
    use(settings, entry("HS256", "a"))
    token = issue(user).text
    use(settings, entry("HS256", "b"))
    assert outcome(token) == REFUSED


def test_a_token_without_kid_is_tried_with_each_key_of_its_algorithm(
    user: User, settings: Settings
) -> None:
    use(settings, entry("HS256"))
    claims = issue(user).claims
    token = jwt.encode(claims, SECRET, "HS256")
    others = [{"kid": kid, "key": secrets.token_urlsafe(32)} for kid in "bc"]
    use(settings, entry("ES256", "e"), *others, entry("HS256"))
    assert outcome(token) == OK
    use(settings, entry("ES256", "e"), *others)
    assert outcome(token) == REFUSED
    assert outcome(jwt.encode(claims, SECRET, "HS512")) == REFUSED


def test_hs256_is_the_algorithm_of_a_key_that_names_none(user: User, settings: Settings) -> None:
    use(settings, {"kid": "a", "key": SECRET})
    assert jwt.get_unverified_header(issue(user).text)["alg"] == "HS256"


def test_without_keys_one_is_derived_from_the_secret_key(user: User, settings: Settings) -> None:
    token = issue(user).text
    assert outcome(token) == OK
    settings.SECRET_KEY = OLD_KEY
    assert outcome(token) == REFUSED


def test_the_derived_key_is_not_the_secret_key(settings: Settings) -> None:
    [key] = get_keys()
    assert (key.algorithm, len(key.signing)) == ("HS256", 32)
    assert settings.SECRET_KEY.encode() not in key.signing
    assert key.kid not in settings.SECRET_KEY


def test_an_old_secret_key_verifies_as_long_as_it_is_a_fallback(
    user: User, settings: Settings
) -> None:
    new_key, settings.SECRET_KEY = settings.SECRET_KEY, OLD_KEY
    token = issue(user).text
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new_key, [OLD_KEY]
    assert outcome(token) == OK
    new_token = issue(user).text
    settings.SECRET_KEY_FALLBACKS = []
    assert outcome(token) == REFUSED
    assert outcome(new_token) == OK


def test_an_empty_fallback_is_no_key(settings: Settings) -> None:
    # SECRET_KEY_FALLBACKS = [os.environ.get("OLD_SECRET_KEY", "")] must not open the site.
    keys_without = get_keys()
    settings.SECRET_KEY_FALLBACKS = ["", None]
    assert get_keys() == keys_without


def test_configured_keys_take_the_place_of_the_derived_one(user: User, settings: Settings) -> None:
    token = issue(user).text
    use(settings, entry("HS256"))
    assert outcome(token) == REFUSED


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "Each key needs a kid, a name of its own."),
        ({"kid": "", "key": SECRET}, "Each key needs a kid, a name of its own."),
        ({"kid": 1, "key": SECRET}, "Each key needs a kid, a name of its own."),
        ({"kid": "a"}, "Key 'a' needs a key, as text."),
        ({"kid": "a", "key": ""}, "Key 'a' needs a key, as text."),
        ({"kid": "a", "key": SECRET.encode()}, "Key 'a' needs a key, as text."),
        ({"kid": "a", "key": SECRET, "alg": "HS256"}, "Unknown entry 'alg'."),
        ({"kid": "a", "key": SECRET, "algorithm": "RS256"}, "Key 'a' is no key for RS256."),
        ({"kid": "a", "key": SECRET, "algorithm": "EdDSA"}, "Key 'a' is no key for EdDSA."),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_the_reason(
    entry: dict[str, Any], message: str
) -> None:
    with pytest.raises(KeyConfigurationError) as error:
        load_key(entry)
    assert str(error.value) == message


@pytest.mark.parametrize("algorithm", ["none", "None", "HS1", "RS1", "", None, 256, ["HS256"]])
def test_an_algorithm_that_is_not_supported_is_refused(algorithm: object) -> None:
    with pytest.raises(UnsupportedAlgorithmError, match="which is none of HS256, HS384, HS512"):
        load_key({"kid": "a", "algorithm": algorithm, "key": SECRET})


def test_an_algorithm_without_the_package_that_it_needs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What PyJWT offers where the package cryptography is not installed.
    without = jwt.PyJWS(algorithms=["HS256", "HS384", "HS512"])
    monkeypatch.setattr(keys, "_jws", without)
    with pytest.raises(UnsupportedAlgorithmError, match=r"pip install drupal-jwt-auth\[crypto\]"):
        load_key(entry("RS256"))
    assert load_key(entry("HS256")).kid == "a"


@pytest.mark.parametrize(("algorithm", "length"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_a_secret_is_as_long_as_its_hash(algorithm: str, length: int) -> None:
    with pytest.raises(ShortKeyError, match=f"Key 'a' is too short for {algorithm}."):
        load_key({"kid": "a", "algorithm": algorithm, "key": "x" * (length - 1)})
    assert load_key({"kid": "a", "algorithm": algorithm, "key": "x" * length}).kid == "a"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
def test_an_rsa_key_has_2048_bits(algorithm: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for pem in (private_pem(key), public_pem(key)):
        with pytest.raises(ShortKeyError):
            load_key({"kid": "a", "algorithm": algorithm, "key": pem})


OTHER_KEYS: dict[str, Callable[[], str]] = {
    "an RSA key": lambda: private_pem(private_key("RS256")),
    "a public RSA key": lambda: public_pem(private_key("RS256")),
    "a locked RSA key": lambda: private_pem(private_key("RS256"), BestAvailableEncryption(b"x")),
    "half an RSA key": lambda: private_pem(private_key("RS256"))[:500],
    "a P-256 key": lambda: private_pem(private_key("ES256")),
    "a public P-256 key": lambda: public_pem(private_key("ES256")),
    "a P-384 key": lambda: private_pem(private_key("ES384")),
    "a P-521 key": lambda: private_pem(ec.generate_private_key(ec.SECP521R1())),
    "an Ed25519 key": lambda: private_pem(private_key("EdDSA")),
    "an X25519 key": lambda: private_pem(x25519.X25519PrivateKey.generate()),
    "a DSA key": lambda: private_pem(dsa.generate_private_key(1024)),
    "an empty PEM": lambda: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
}


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [
        ("HS256", "a public RSA key"),
        ("HS256", "an RSA key"),
        ("HS512", "a public P-256 key"),
        ("RS256", "a locked RSA key"),
        ("RS256", "half an RSA key"),
        ("RS256", "a P-256 key"),
        ("RS256", "a DSA key"),
        ("RS256", "an empty PEM"),
        ("PS256", "an Ed25519 key"),
        ("ES256", "an RSA key"),
        ("ES256", "a P-384 key"),
        ("ES256", "a P-521 key"),
        ("ES384", "a public P-256 key"),
        ("EdDSA", "a P-256 key"),
        ("EdDSA", "an X25519 key"),
    ],
)
def test_a_key_of_another_kind_is_refused_and_not_shown(algorithm: str, kind: str) -> None:
    with pytest.raises(KeyConfigurationError) as error:
        load_key({"kid": "a", "algorithm": algorithm, "key": OTHER_KEYS[kind]()})
    assert str(error.value) == f"Key 'a' is no key for {algorithm}."


def test_both_curves_of_eddsa_may_sign(user: User, settings: Settings) -> None:
    key = private_pem(ed448.Ed448PrivateKey.generate())
    use(settings, {"kid": "a", "algorithm": "EdDSA", "key": key})
    assert outcome(issue(user).text) == OK


def test_a_key_does_not_show_its_secret() -> None:
    key = load_key(entry("HS256"))
    assert SECRET not in repr(key)
    assert SECRET not in str(key)


def test_a_report_of_a_failure_does_not_show_a_secret(settings: Settings) -> None:
    use(settings, {"kid": "a", "algorithm": "HS512", "key": SECRET[:40]})
    with pytest.raises(ShortKeyError) as failure:
        get_keys()
    reporter = ExceptionReporter(None, failure.type, failure.value, failure.tb)
    frames = [
        frame for frame in reporter.get_traceback_frames() if "drupal_jwt_auth" in frame["filename"]
    ]
    assert frames
    assert SECRET[:40] not in repr([frame["vars"] for frame in frames])
