"""The first key signs, all verify, and each with its own algorithm."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from django.contrib.auth.models import User
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.auth.tokens.jwks import public_jwk_set
from drupal_jwt_auth.auth.tokens.key_errors import (
    KeyConfigurationError,
    KeyEncodingError,
    KeySourceError,
    PublishedSecretError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, Key, get_keys, load_key
from tests.headers import basic, bearer
from tests.keys import (
    PUBLIC_KEY_ALGORITHMS,
    SECRET,
    base64_of,
    entry,
    private_key,
    private_pem,
    public_entry,
    public_pem,
    use,
)

pytestmark = pytest.mark.urls("tests.project")

OLD_KEY = "the-secret-key-that-this-site-had-until-yesterday-evening"


def outcome(token: str) -> tuple[int, str | None]:
    response = APIClient().get("/whoami", headers=bearer(token))
    return response.status_code, response.json().get("error")


OK = (200, None)
REFUSED = (401, "INVALID_SIGNATURE")


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


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_signature_has_all_its_bytes_even_if_the_first_is_zero(
    user: User, settings: Settings, algorithm: str
) -> None:
    use(settings, entry(algorithm))
    while True:
        signed, _, signature = issue(user).text.rpartition(".")
        content = base64.urlsafe_b64decode(signature + "==")
        if content[0] == 0:
            break
    assert outcome(f"{signed}.{signature}") == OK
    text = base64.urlsafe_b64encode(content[1:]).rstrip(b"=").decode()
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


ONE_SOURCE = "Key 'a' needs one of key, environment and file; it has"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "Each key needs a kid, a name of its own."),
        ({"kid": "", "key": SECRET}, "Each key needs a kid, a name of its own."),
        ({"kid": 1, "key": SECRET}, "Each key needs a kid, a name of its own."),
        ({"kid": "a"}, f"{ONE_SOURCE} none of them."),
        ({"kid": "a", "key": SECRET, "file": "/x"}, f"{ONE_SOURCE} key and file."),
        (
            {"kid": "a", "environment": "X", "file": "/x", "key": SECRET},
            f"{ONE_SOURCE} key and environment and file.",
        ),
        ({"kid": "a", "key": ""}, "The 'key' of key 'a' must be the key itself, as text."),
        ({"kid": "a", "key": None}, "The 'key' of key 'a' must be the key itself, as text."),
        (
            {"kid": "a", "key": SECRET.encode()},
            "The 'key' of key 'a' must be the key itself, as text.",
        ),
        (
            {"kid": "a", "environment": None},
            "The 'environment' of key 'a' must be the name of an environment variable, as text.",
        ),
        (
            {"kid": "a", "file": 3},
            "The 'file' of key 'a' must be the path of a file, as text.",
        ),
        ({"kid": "a", "key": SECRET, "alg": "HS256"}, "Unknown entry 'alg'."),
        ({"kid": "a", "key": SECRET, 1: 2}, "Unknown entry '1'."),
        (
            {"kid": "a", "key": SECRET, "encoding": "hex"},
            "The encoding of key 'a' must be text or base64.",
        ),
        (
            {"kid": "a", "key": SECRET, "encoding": []},
            "The encoding of key 'a' must be text or base64.",
        ),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_the_reason(
    settings: Settings, entry: dict[Any, Any], message: str
) -> None:
    use(settings, entry)
    for load in (get_keys, lambda: load_key(entry)):
        with pytest.raises(KeyConfigurationError) as error:
            load()
        assert str(error.value) == message


@pytest.fixture(params=["key", "environment", "file"])
def give(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a key in each of the ways there are: what the entry says of it."""

    def give(text: str) -> dict[str, Any]:
        if request.param == "key":
            return {"key": text}
        if request.param == "environment":
            monkeypatch.setenv("JWT_KEY", text)
            return {"environment": "JWT_KEY"}
        (tmp_path / "key").write_text(text)
        return {"file": str(tmp_path / "key")}

    return give


Give = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_a_key_may_be_in_the_settings_in_the_environment_or_in_a_file(
    user: User, settings: Settings, give: Give, algorithm: str, encoding: str
) -> None:
    plain = entry(algorithm)
    text = base64_of(plain["key"]) if encoding == "base64" else plain["key"]
    use(settings, plain)
    token = issue(user).text
    use(settings, {"kid": "a", "algorithm": algorithm, "encoding": encoding, **give(text)})
    assert outcome(token) == OK
    other = issue(user).text
    use(settings, plain)
    assert outcome(other) == OK


def signing(**entry: Any) -> bytes:
    key: bytes = load_key({"kid": "a", **entry}).signing
    return key


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_end_of_the_last_line_is_no_part_of_a_secret_in_a_file(
    tmp_path: Path, end: str
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(f"{SECRET}{end}".encode())
    assert signing(file=file) == SECRET.encode()
    file.write_bytes(f" {SECRET}\n{end}".encode())
    assert signing(file=file) == f" {SECRET}{chr(10) if end else ''}".encode()


def test_a_file_that_is_no_text_is_a_secret_to_its_last_byte(tmp_path: Path) -> None:
    secret = b"\xff" * 32 + b"\r\n"
    (tmp_path / "secret").write_bytes(secret)
    assert signing(file=tmp_path / "secret") == secret


@pytest.mark.parametrize(
    "text",
    [
        "-_8+" * 11,
        base64.b64encode(b"\xff" * 32).decode(),
        base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("="),
        base64.encodebytes(b"\xff" * 99).decode(),
        f"  {base64.b64encode(b'x' * 40).decode()}  ",
    ],
)
def test_base64_is_read_as_tools_write_it(text: str) -> None:
    standard = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    expected = base64.b64decode(standard + "=" * (-len(standard) % 4))
    assert signing(key=text, encoding="base64") == expected


@pytest.mark.parametrize("text", ["x", "no base64!", "\u00e4" * 64, "QUJD*REVG", "=QUJD" * 20])
def test_what_is_no_base64_is_refused_and_not_shown(give: Give, text: str) -> None:
    with pytest.raises(KeyEncodingError) as error:
        load_key({"kid": "a", "encoding": "base64", **give(text)})
    assert str(error.value) == "Key 'a' is not base64, as its entry says it is."


def test_the_length_of_a_secret_is_that_of_its_bytes() -> None:
    # 24 bytes, 32 characters.
    with pytest.raises(ShortKeyError):
        load_key({"kid": "a", "key": base64_of("x" * 24), "encoding": "base64"})
    assert signing(key=base64_of("x" * 32), encoding="base64") == b"x" * 32


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("JWT_KEY", raising=False)
    else:
        monkeypatch.setenv("JWT_KEY", value)
    with pytest.raises(KeySourceError) as error:
        load_key({"kid": "a", "environment": "JWT_KEY"})
    assert str(error.value) == "The environment variable of key 'a' is not set."


def test_a_variable_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_KEY", os.fsdecode(b"\xff" * 64))
    with pytest.raises(KeyEncodingError) as error:
        load_key({"kid": "a", "environment": "JWT_KEY"})
    assert str(error.value) == "Key 'a' is not text in UTF-8."


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none", "No such file or directory"),
        (tmp_path, "Is a directory"),
        ("a\0b", "it has no usable name"),
    ):
        with pytest.raises(KeySourceError) as error:
            load_key({"kid": "a", "file": path})
        assert str(error.value) == f"The file of key 'a' cannot be read: {reason}."


@pytest.mark.parametrize("content", ["", "\n"])
@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str, encoding: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(KeySourceError, match=r"^Key 'a' is empty\.$"):
        load_key({"kid": "a", "file": tmp_path / "key", "encoding": encoding})


@pytest.mark.parametrize("source", ["environment", "file"])
def test_a_key_that_is_given_for_its_name_is_not_shown(source: str) -> None:
    pem = private_pem(private_key("ES256"))
    for value in (SECRET, pem, f"{pem}\0"):
        with pytest.raises(KeySourceError) as error:
            load_key({"kid": "a", source: value})
        assert not any(line in str(error.value) for line in value.splitlines())


def test_a_file_is_read_once_in_a_process(user: User, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(private_pem(private_key("ES256")))
    use(settings, {"kid": "a", "algorithm": "ES256", "file": file})
    token = issue(user).text
    file.unlink()
    assert outcome(token) == OK


def test_a_file_that_could_not_be_read_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    use(settings, {"kid": "a", "file": tmp_path / "key"})
    with pytest.raises(KeySourceError):
        get_keys()
    (tmp_path / "key").write_text(SECRET)
    assert get_keys() == [Key("a", "HS256", SECRET.encode(), SECRET.encode())]


def test_a_pem_is_parsed_once_and_not_with_each_request(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(settings, entry("RS256", "parsed-once"), entry("ES256", "parsed-once-too"))
    token = issue(user).text

    def parse(*args: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("jwt.algorithms.load_pem_private_key", parse)
    monkeypatch.setattr("jwt.algorithms.load_pem_public_key", parse)
    assert outcome(token) == OK
    assert outcome(issue(user).text) == OK


@pytest.mark.parametrize("algorithm", ["none", "None", "HS1", "RS1", "", None, 256, ["HS256"]])
def test_an_algorithm_that_is_not_supported_is_refused(algorithm: object) -> None:
    with pytest.raises(UnsupportedAlgorithmError, match="which is not one of HS256, HS384, HS512"):
        load_key({"kid": "a", "algorithm": algorithm, "key": SECRET})


def test_an_algorithm_without_the_package_that_it_needs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What PyJWT offers where the package cryptography is not installed.
    without = jwt.PyJWS(algorithms=["HS256", "HS384", "HS512"])
    monkeypatch.setattr(jwt, "get_algorithm_by_name", without.get_algorithm_by_name)
    with pytest.raises(UnsupportedAlgorithmError, match=r'pip install "drupal-jwt-auth\[crypto\]"'):
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


# openssl ecparam -name prime239v1 -genkey -noout | openssl pkey -pubout
UNUSUAL_CURVE = """-----BEGIN PUBLIC KEY-----
MFUwEwYHKoZIzj0CAQYIKoZIzj0DAQQDPgAEMlNIHvK+iAMWCXKaWPiYe+7rFKF1
ZQICfvuvItF9fn+5B9kIW2pi5Llm4oNhSZF2/0PivRSUKws9nOCX
-----END PUBLIC KEY-----
"""
RSA_KIND, P_256, P_384 = (
    "an RSA key",
    "an elliptic curve key on P-256",
    "an elliptic curve key on P-384",
)
EDWARDS = "an Ed25519 or Ed448 key"
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
    "a key on an unusual curve": lambda: UNUSUAL_CURVE,
    "a secret": lambda: SECRET,
    "a path": lambda: "/etc/keys/jwt.pem",
}


@pytest.mark.parametrize(
    ("algorithm", "kind", "needed"),
    [
        ("RS256", "a secret", RSA_KIND),
        ("RS256", "half an RSA key", RSA_KIND),
        ("RS384", "a P-256 key", RSA_KIND),
        ("RS512", "a DSA key", RSA_KIND),
        ("RS256", "an empty PEM", RSA_KIND),
        ("PS256", "an Ed25519 key", RSA_KIND),
        ("ES256", "an RSA key", P_256),
        ("ES256", "a path", P_256),
        ("ES256", "a P-384 key", P_256),
        ("ES256", "a P-521 key", P_256),
        ("ES256", "a key on an unusual curve", P_256),
        ("ES384", "a public P-256 key", P_384),
        ("ES384", "a P-521 key", P_384),
        ("EdDSA", "a secret", EDWARDS),
        ("EdDSA", "a P-256 key", EDWARDS),
        ("EdDSA", "an X25519 key", EDWARDS),
    ],
)
def test_a_key_of_another_kind_is_refused_and_not_shown(
    algorithm: str, kind: str, needed: str
) -> None:
    with pytest.raises(WrongKindError) as error:
        load_key({"kid": "a", "algorithm": algorithm, "key": OTHER_KEYS[kind]()})
    assert str(error.value) == f"Key 'a' is not a key for {algorithm}, which needs {needed} as PEM."


@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_a_locked_key_is_refused_with_the_reason(algorithm: str) -> None:
    pem = private_pem(private_key(algorithm), BestAvailableEncryption(b"x"))
    with pytest.raises(WrongKindError, match=r"as PEM, and not locked with a passphrase\.$"):
        load_key({"kid": "a", "algorithm": algorithm, "key": pem})


def public_bytes(algorithm: str, encoding: Encoding, form: PublicFormat) -> bytes:
    content: bytes = private_key(algorithm).public_key().public_bytes(encoding, form)
    return content


def certificate(encoding: Encoding) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    now = dt.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=private_key("ES256").public_key(),
        serial_number=1,
        not_valid_before=now,
        not_valid_after=now + dt.timedelta(days=1),
    )
    return builder.sign(private_key("ES256"), hashes.SHA256()).public_bytes(encoding)


def jwk_set(algorithm: str) -> dict[str, Any]:
    return public_jwk_set([load_key(public_entry(algorithm))])


def jwk(algorithm: str) -> bytes:
    return json.dumps(jwk_set(algorithm)["keys"][0]).encode()


NO_SECRETS: dict[str, Callable[[], bytes]] = {
    "an RSA key": lambda: private_pem(private_key("RS256")).encode(),
    "a public RSA key": lambda: public_pem(private_key("RS256")).encode(),
    "a public RSA key (PKCS #1)": lambda: public_bytes("RS256", Encoding.PEM, PublicFormat.PKCS1),
    "a public P-256 key": lambda: public_pem(private_key("ES256")).encode(),
    "a public Ed25519 key": lambda: public_pem(private_key("EdDSA")).encode(),
    "a PEM within a text": lambda: b"my key:\n" + public_pem(private_key("EdDSA")).encode(),
    "a certificate": lambda: certificate(Encoding.PEM),
    "a PGP key": lambda: b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFo\n",
    **{
        f"an SSH key for {algorithm}": functools.partial(
            public_bytes, algorithm, Encoding.OpenSSH, PublicFormat.OpenSSH
        )
        for algorithm in ("RS256", "ES256", "ES384", "EdDSA")
    },
    "an SSH key with a comment": lambda: (
        b" " + public_bytes("EdDSA", Encoding.OpenSSH, PublicFormat.OpenSSH) + b" me@example.com"
    ),
    "an SSH key with options": lambda: (
        b'no-pty,command="/bin/false" '
        + public_bytes("ES256", Encoding.OpenSSH, PublicFormat.OpenSSH)
    ),
    "an SSH key of a token": lambda: b"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5z",
    **{
        f"DER for {algorithm}": functools.partial(
            public_bytes, algorithm, Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        for algorithm in ("RS256", "ES256", "ES384", "EdDSA")
    },
    "DER (PKCS #1)": lambda: public_bytes("RS256", Encoding.DER, PublicFormat.PKCS1),
    "a certificate in DER": lambda: certificate(Encoding.DER),
    **{
        f"a JWK for {algorithm}": functools.partial(jwk, algorithm)
        for algorithm in ("RS256", "ES256", "EdDSA")
    },
    "a JWK Set": lambda: json.dumps(jwk_set("ES256")).encode(),
    "a secret as a JWK": lambda: json.dumps({"kty": "oct", "k": SECRET}).encode(),
}


@pytest.mark.parametrize("kind", NO_SECRETS)
@pytest.mark.parametrize("wrapping", ["none", "base64", "base64 of base64", "lines"])
def test_what_others_know_is_no_secret(tmp_path: Path, kind: str, wrapping: str) -> None:
    content = NO_SECRETS[kind]()
    encoding = "text" if wrapping in {"none", "lines"} else "base64"
    if wrapping == "lines":
        content = base64.encodebytes(content)
    for _ in range(wrapping.count("base64")):
        content = base64.b64encode(content)
    (tmp_path / "key").write_bytes(content)
    for algorithm in ("HS256", "HS512"):
        with pytest.raises(PublishedSecretError) as error:
            load_key(
                {
                    "kid": "a",
                    "algorithm": algorithm,
                    "file": tmp_path / "key",
                    "encoding": encoding,
                }
            )
        assert str(error.value) == (
            f"Key 'a' is not a secret for {algorithm}: it is a key of another kind, such as a PEM, "
            "a certificate, an SSH key or a JWK."
        )


@pytest.mark.parametrize("kind", [kind for kind in NO_SECRETS if "JWK" not in kind])
def test_what_others_know_is_recognised_without_the_package_cryptography(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    content = NO_SECRETS[kind]()
    monkeypatch.setattr("jwt.algorithms.has_crypto", False)
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(PublishedSecretError):
        load_key({"kid": "a", "file": tmp_path / "key"})


@pytest.mark.parametrize(
    "secret",
    [
        b"0" * 64,
        b"0T0" + b"x" * 83,
        b" " * 64,
        b'{"a": 1, "b": [2, 3]}' + b" " * 64,
        b"ssh-" + b"x" * 64,
        b"=" * 64,
        b"\x30\x3e\x04" + b"\xff" * 61,
        b"\x30\x3f\x30" + b"\xff" * 61,
        b"\x30" + b"\xff" * 63,
        b"\x31\x3e\x30" + b"\xff" * 61,
    ],
)
def test_what_only_begins_as_a_public_key_is_a_secret(tmp_path: Path, secret: bytes) -> None:
    (tmp_path / "key").write_bytes(secret)
    assert signing(file=tmp_path / "key") == secret


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
