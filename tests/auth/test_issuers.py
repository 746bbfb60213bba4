"""Tokens of other issuers that the site trusts: whom they are for, and which user they are of.

Here the site has a key of the issuer's in its settings. `test_remote_keys` is about fetching it.
"""

from __future__ import annotations

import base64
import functools
import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import User
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import (
    VerifiedToken,
    external_users,
    issue,
    revoke,
    revoke_all,
    verify,
)
from drupal_jwt_auth.auth.tokens.external_users import load_external_user
from drupal_jwt_auth.auth.tokens.issuers import fixed_keys, read_issuer
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.auth.tokens.revoking import revocation_key
from drupal_jwt_auth.auth.tokens.user_lookups import UsernameLookup
from drupal_jwt_auth.auth.tokens.verifying import Period
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models import TokenCutoff, UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from tests.certificates import self_signed
from tests.headers import bearer

pytestmark = pytest.mark.urls("tests.project")

ISSUER = "https://issuer.example/"
SECRET = "the-secret-that-this-site-shares-with-its-issuer-and-no-one-else"
OK = (200, None)
NO_JWT = (401, "SEGMENT_FAULT")
REFUSED = (401, "INVALID_SIGNATURE")
EXPIRED = (401, "TOKEN_EXPIRED")
NOT_FOUND = (401, "USER_INFORMATION_NOT_FOUND")
BLOCKED = (403, "USER_BLOCKED")
ABSENT = object()


@functools.cache
def private_key(kind: str) -> Any:
    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if kind == "OKP":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind == "EC 384" else ec.SECP256R1())


def public_pem(kind: str = "EC") -> str:
    content: bytes = (
        private_key(kind).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return content.decode()


def entry(**more: Any) -> dict[str, Any]:
    """What the settings say of the issuer; ABSENT leaves something out."""
    entries = {
        "issuer": ISSUER,
        "key": public_pem(),
        "algorithms": ["ES256"],
        "audience": "site",
        "claim": "preferred_username",
        **more,
    }
    return {name: value for name, value in entries.items() if value is not ABSENT}


def trust(settings: Settings, *entries: dict[str, Any]) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUERS": list(entries)}


def good_claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "site",
        "iat": now,
        "exp": now + 60,
        "preferred_username": "someone",
        **more,
    }
    return {name: value for name, value in claims.items() if value is not ABSENT}


def sign(*signer: Any, header: Any = None, **claims: Any) -> str:
    """A token of the issuer's with these claims, signed with this key and algorithm if not its."""
    key, algorithm = signer or (private_key("EC"), "ES256")
    # Not jwt.encode, which refuses claims that are ill-typed.
    content = json.dumps(good_claims(**claims)).encode()
    return jwt.PyJWS().encode(content, key, algorithm, header)


def outcome(token: str, path: str = "/whoami") -> tuple[int, str | None]:
    response = APIClient().get(path, headers=bearer(token))
    return response.status_code, response.json().get("error")


# Which tokens are good


def test_a_token_of_a_trusted_issuer_is_good_with_one_query(
    user: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trust(settings, entry())
    token = sign()
    with django_assert_num_queries(1):
        response = APIClient().get("/whoami", headers=bearer(token))
    assert response.json() == {"user": "someone", "subject": "someone"}


def test_a_token_of_another_issuer_is_refused_without_issuers(user: User) -> None:
    assert outcome(sign()) == REFUSED


def test_the_sites_own_tokens_are_as_good_as_before(
    user: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trust(settings, entry())
    token = issue(user).text
    with django_assert_num_queries(1):
        assert outcome(token) == OK


def test_a_verified_token_says_whose_it_is(settings: Settings) -> None:
    trust(settings, entry())
    now = int(time.time())
    token = verify(sign(jti="x", sid="s", iat=now - 1))
    assert (token.issuer, token.subject, token.jti) == (ISSUER, "someone", "x")
    assert (token.issued_at, token.expires_at) == (now - 1, now + 60)
    assert token.claims["preferred_username"] == "someone"
    assert token.session is None


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [
        *(("RS256", "RSA"), ("RS384", "RSA"), ("RS512", "RSA"), ("PS256", "RSA")),
        *(("ES256", "EC"), ("ES384", "EC 384"), ("EdDSA", "OKP")),
    ],
)
@pytest.mark.parametrize("source", ["key", "certificate"])
def test_the_issuer_may_have_a_key_or_a_certificate(
    user: User, settings: Settings, algorithm: str, kind: str, source: str
) -> None:
    key = private_key(kind)
    text = public_pem(kind) if source == "key" else self_signed(key)
    trust(settings, entry(**{"key": ABSENT, "algorithms": [algorithm], source: text}))
    assert outcome(sign(key, algorithm)) == OK
    assert outcome(sign(key, algorithm, header={"kid": "whatever"})) == OK


def test_a_key_may_be_in_a_file_or_in_the_environment(
    user: User, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(private_key("EC"))
    (tmp_path / "issuer.pem").write_text(certificate)
    monkeypatch.setenv("ISSUER_KEY", base64.b64encode(public_pem().encode()).decode())
    trust(settings, entry(key=ABSENT, file=tmp_path / "issuer.pem"))
    assert outcome(sign()) == OK
    trust(settings, entry(key=ABSENT, environment="ISSUER_KEY", encoding="base64"))
    assert outcome(sign()) == OK


def test_a_secret_may_be_shared(user: User, settings: Settings) -> None:
    trust(settings, entry(key=SECRET, algorithms=["HS256", "HS512"]))
    for algorithm in ("HS256", "HS512"):
        assert outcome(sign(SECRET, algorithm)) == OK
    assert outcome(sign(SECRET * 2, "HS256")) == REFUSED


def test_one_key_may_sign_with_several_algorithms(user: User, settings: Settings) -> None:
    key = private_key("RSA")
    trust(settings, entry(key=public_pem("RSA"), algorithms=["RS256", "PS256"]))
    assert outcome(sign(key, "RS256")) == outcome(sign(key, "PS256")) == OK
    assert outcome(sign(key, "RS512")) == REFUSED


def test_rs256_is_the_algorithm_of_an_issuer_that_names_none(
    user: User, settings: Settings
) -> None:
    trust(settings, entry(key=public_pem("RSA"), algorithms=ABSENT))
    assert outcome(sign(private_key("RSA"), "RS256")) == OK


def test_several_issuers_are_told_apart_by_their_names(user: User, settings: Settings) -> None:
    other = entry(issuer="other", key=public_pem("RSA"), algorithms=["RS256"], audience="app")
    trust(settings, entry(), other)
    rsa_key = private_key("RSA")
    assert outcome(sign()) == OK
    assert outcome(sign(rsa_key, "RS256", iss="other", aud="app")) == OK
    # One does not speak for the other.
    assert outcome(sign(rsa_key, "RS256")) == REFUSED
    assert outcome(sign(iss="other", aud="app")) == REFUSED
    assert outcome(sign(iss="other")) == REFUSED


@pytest.mark.parametrize("name", [ABSENT, None, "", ISSUER[:-1], ISSUER.upper(), [ISSUER], {}, 1])
def test_an_issuer_of_another_name_is_not_trusted(
    user: User, settings: Settings, name: object
) -> None:
    trust(settings, entry())
    assert outcome(sign(iss=name)) == REFUSED


@pytest.mark.parametrize("audience", ["site", "app", ["site"], ["other", "app"], [1, "site"]])
def test_a_token_is_for_one_of_the_sites_audiences(
    user: User, settings: Settings, audience: object
) -> None:
    trust(settings, entry(audience=["site", "app"]))
    assert outcome(sign(aud=audience)) == OK


@pytest.mark.parametrize(
    "audience", [ABSENT, None, "", "Site", "other", [], ["other"], {"site": 1}]
)
def test_a_token_for_somebody_else_is_refused(
    user: User, settings: Settings, audience: object
) -> None:
    # Whoever gets a token for another service could bring it here.
    trust(settings, entry())
    assert outcome(sign(aud=audience)) == REFUSED


def test_the_sites_own_issuer_and_audience_are_not_asked_of_others(
    user: User, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "me", "AUDIENCE": "app", "ISSUERS": [entry()]}
    assert outcome(sign()) == OK
    assert outcome(issue(user).text) == OK


@pytest.mark.parametrize("kind", ["JWT", "jwt", "at+jwt", "application/at+jwt", None])
def test_a_token_is_called_one(user: User, settings: Settings, kind: str | None) -> None:
    trust(settings, entry())
    assert outcome(sign(header={"typ": kind})) == OK


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "JWE", "secevent+jwt", 1, ["JWT"]])
def test_a_token_for_another_purpose_is_refused(
    user: User, settings: Settings, kind: object
) -> None:
    trust(settings, entry())
    assert outcome(sign(header={"typ": kind})) == REFUSED


# Time


def test_a_token_ends_when_it_expires(user: User, settings: Settings) -> None:
    trust(settings, entry())
    now = time.time()
    assert outcome(sign(exp=now)) == EXPIRED
    assert outcome(sign(exp=int(now))) == EXPIRED
    assert outcome(sign(exp=now + 30.5)) == OK


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_of_the_future_is_not_valid_yet(user: User, settings: Settings, claim: str) -> None:
    trust(settings, entry())
    assert outcome(sign(**{claim: time.time() + 30})) == EXPIRED
    assert outcome(sign(**{claim: time.time() - 0.5})) == OK


def test_the_leeway_is_for_other_clocks_too(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUERS": [entry()], "LEEWAY": timedelta(seconds=60)}
    now = time.time()
    assert outcome(sign(iat=now + 30)) == outcome(sign(exp=now - 30)) == OK
    assert outcome(sign(nbf=now + 90)) == EXPIRED


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize(
    "value",
    [None, "1", True, [], {}, -1, -0.5, 253402300800, 1e300, float("nan"), float("inf"), 10**30],
)
def test_a_time_that_is_none_makes_no_token(
    user: User, settings: Settings, claim: str, value: object
) -> None:
    trust(settings, entry())
    assert outcome(sign(**{claim: value})) == NO_JWT


def test_a_token_without_an_end_is_none(user: User, settings: Settings) -> None:
    trust(settings, entry())
    assert outcome(sign(exp=ABSENT)) == NO_JWT


def test_a_token_need_not_say_when_it_was_issued_nor_which_one_it_is(
    user: User, settings: Settings
) -> None:
    trust(settings, entry())
    text = sign(iat=ABSENT)
    assert outcome(text) == OK
    token, other = verify(text), verify(sign(iat=ABSENT, x=1))
    assert token.issued_at == 0
    assert len(token.jti) == 64
    assert token.jti != other.jti


@pytest.mark.parametrize("jti", [None, "", 1, ["x"]])
def test_an_identifier_that_is_none_makes_no_token(
    user: User, settings: Settings, jti: object
) -> None:
    trust(settings, entry())
    assert outcome(sign(jti=jti)) == NO_JWT


# Revoking


def test_a_token_can_be_revoked(user: User, settings: Settings) -> None:
    trust(settings, entry())
    token, other = sign(iat=ABSENT), sign(iat=ABSENT, x=1)
    revoke(verify(token))
    assert outcome(token) == EXPIRED
    assert outcome(other) == OK


def test_the_end_of_all_of_a_users_tokens_is_that_of_these_too(
    user: User, settings: Settings
) -> None:
    trust(settings, entry())
    now = int(time.time())
    old = sign(iat=now - 1)
    revoke_all(user)
    assert outcome(old) == outcome(sign(iat=ABSENT)) == EXPIRED
    TokenCutoff.objects.update(at=(now - 60) * 10**6)
    assert outcome(sign(iat=now - 60)) == outcome(sign(iat=ABSENT)) == EXPIRED
    assert outcome(sign(iat=now - 59)) == OK


def test_another_password_ends_them_too(user: User, settings: Settings) -> None:
    trust(settings, entry())
    token = sign()
    assert outcome(token) == OK
    user.set_password("new")
    user.save()
    assert outcome(token) == EXPIRED


def test_the_issuers_clock_may_be_ahead_when_they_end(
    user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    trust(settings, entry())
    settings.DRUPAL_JWT_AUTH["LEEWAY"] = timedelta(seconds=10)
    now = int(time.time())
    TokenCutoff.objects.create(user=user, at=(now - 60) * 10**6)
    assert outcome(sign(iat=now - 50)) == EXPIRED
    assert outcome(sign(iat=now - 49)) == OK
    caplog.set_level(logging.INFO, "drupal_jwt_auth")
    assert outcome(sign(iat=ABSENT)) == EXPIRED
    reason = f"all tokens of user {user.pk} from before were revoked"
    assert f"A token of '{ISSUER}' is refused: {reason}." in caplog.messages


def test_tokens_of_the_same_name_are_revoked_for_one_issuer_alone(
    user: User, settings: Settings
) -> None:
    trust(settings, entry(), entry(issuer="other"))
    first, second = sign(jti="x"), sign(jti="x", iss="other")
    revoke(verify(first))
    assert outcome(first) == EXPIRED
    assert outcome(second) == OK


def test_a_stamp_or_a_login_of_this_site_cannot_be_claimed(user: User, settings: Settings) -> None:
    trust(settings, entry())
    own = issue(user)
    token = sign(stamp=own.claims["stamp"], sid="x", iat=int(time.time()) - 5)
    revoke_all(user)
    assert outcome(token) == EXPIRED


# Forgeries


def test_the_sites_own_key_does_not_sign_for_an_issuer_nor_the_other_way_round(
    user: User, settings: Settings
) -> None:
    trust(settings, entry(key=SECRET, algorithms=["HS256"]))
    own = get_signing_key()
    header = {"kid": own.kid}
    assert outcome(sign(own.signing, "HS256", header=header)) == REFUSED
    as_own = {"iss": ABSENT, "aud": ABSENT, "sub": str(user.pk), "jti": "x"}
    assert outcome(sign(own.signing, "HS256", header=header, **as_own)) == OK
    assert outcome(sign(SECRET, "HS256", header=header, **as_own)) == REFUSED
    assert outcome(sign(SECRET, "HS256", **as_own)) == REFUSED


def test_a_public_key_is_never_a_secret(user: User, settings: Settings) -> None:
    trust(settings, entry())
    for secret in (public_pem(), public_pem().strip()):
        header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=")
        payload = base64.urlsafe_b64encode(json.dumps(good_claims()).encode()).rstrip(b"=")
        mac = jwt.get_algorithm_by_name("HS256").sign(header + b"." + payload, secret.encode())
        signature = base64.urlsafe_b64encode(mac).rstrip(b"=")
        assert outcome(b".".join([header, payload, signature]).decode()) == REFUSED


@pytest.mark.parametrize("algorithm", ["none", "", None, ["ES256"], "es256", "ES384", "HS256"])
def test_another_algorithm_is_refused(user: User, settings: Settings, algorithm: object) -> None:
    trust(settings, entry())
    _, payload, signature = sign().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).rstrip(b"=").decode()
    assert outcome(f"{header}.{payload}.{signature}") == REFUSED
    assert outcome(f"{header}.{payload}.") == REFUSED


def test_a_key_that_the_token_brings_along_is_not_used(user: User, settings: Settings) -> None:
    trust(settings, entry())
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm: Any = jwt.get_algorithm_by_name("ES256")
    jwk = algorithm.to_jwk(key.public_key(), as_dict=True)
    certificate = "".join(self_signed(key).splitlines()[1:-1])
    for header in ({"jwk": jwk}, {"jku": f"{ISSUER}keys"}, {"x5c": [certificate]}):
        assert outcome(sign(key, "ES256", header=header)) == REFUSED


def test_a_changed_token_is_refused(user: User, settings: Settings) -> None:
    trust(settings, entry())
    header, _, signature = sign().split(".")
    payload = sign(preferred_username="admin").split(".")[1]
    assert outcome(f"{header}.{payload}.{signature}") == REFUSED


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"1", b"\xff", b'{"iss":' * 800])
def test_what_is_no_claims_is_of_no_issuer(settings: Settings, payload: bytes) -> None:
    trust(settings, entry())
    token = jwt.PyJWS().encode(payload, private_key("EC"), "ES256")
    assert outcome(token) == REFUSED


def test_a_crooked_signature_ends_the_search(settings: Settings) -> None:
    trust(settings, entry())
    header, payload, _ = sign().split(".")
    assert outcome(f"{header}.{payload}.") == REFUSED


def test_a_fault_in_an_entry_harms_only_that_issuers_tokens(
    user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for broken in (
        entry(audience=ABSENT),
        entry(key="x"),
        entry(key=ABSENT, environment="NO_SUCH"),
    ):
        trust(settings, broken, entry(issuer="other"))
        assert outcome(sign()) == REFUSED
        assert ISSUER in caplog.text
        assert outcome(sign(iss="other")) == OK
        assert outcome(issue(user).text) == OK
        caplog.clear()


# The user, by name


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("sub", {"sub": "someone"}),
        ("https://example.com/name", {"https://example.com/name": "someone"}),
        (["realm", "user", "name"], {"realm": {"user": {"name": "someone"}}}),
    ],
)
def test_the_claim_that_names_the_user_may_be_any(
    user: User, settings: Settings, claim: Any, claims: dict[str, Any]
) -> None:
    trust(settings, entry(claim=claim))
    assert outcome(sign(**claims)) == OK


def test_sub_is_the_claim_where_none_is_named(user: User, settings: Settings) -> None:
    trust(settings, entry(claim=ABSENT))
    assert outcome(sign(sub="someone")) == OK


@pytest.mark.parametrize(
    "value", [ABSENT, None, "", 1, True, ["someone"], {"name": "someone"}, "\0", "x\0", "\ud800"]
)
def test_a_claim_that_is_no_name_is_nobodys_without_a_query(
    settings: Settings, value: object
) -> None:
    trust(settings, entry())
    assert outcome(sign(preferred_username=value)) == NOT_FOUND
    trust(settings, entry(claim=["preferred_username", "name"]))
    assert outcome(sign(preferred_username="someone")) == NOT_FOUND


@pytest.mark.parametrize(
    "name",
    [
        *("nobody", "Someone", "SOMEONE", "someone ", " someone", "someone\n", "some%", "someon_"),
        "\uff53omeone",  # NFKC makes an s of it
        "someo\u0301ne",
        "s\u043emeone",  # a Cyrillic o
        "x" * 5000,
    ],
)
def test_a_name_that_only_looks_like_the_users_is_another(
    user: User, settings: Settings, name: str
) -> None:
    trust(settings, entry())
    assert outcome(sign(preferred_username=name)) == NOT_FOUND


def test_a_name_that_django_would_have_changed_is_nobodys(db: None, settings: Settings) -> None:
    User.objects.create(username="\uff53omeone")
    trust(settings, entry())
    assert outcome(sign(preferred_username="\uff53omeone")) == NOT_FOUND


def test_a_database_that_takes_another_name_for_the_same_is_not_believed(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with a column that has a collation without case.
    monkeypatch.setattr(UsernameLookup, "query", lambda lookup, value: Q())
    trust(settings, entry(create_users=True))
    assert outcome(sign(preferred_username="SOMEONE")) == NOT_FOUND
    assert outcome(sign(preferred_username="someone")) == OK
    assert User.objects.count() == 1


def test_a_name_that_the_field_does_not_take_is_nobodys(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "USERNAME_FIELD", "id")
    trust(settings, entry())
    assert outcome(sign(preferred_username="someone")) == NOT_FOUND


def test_an_inactive_user_is_blocked(user: User, settings: Settings) -> None:
    User.objects.update(is_active=False)
    trust(settings, entry(create_users=True))
    assert outcome(sign()) == BLOCKED
    assert User.objects.count() == 1


def test_users_keep_their_permissions(user: User, settings: Settings) -> None:
    trust(settings, entry())
    assert outcome(sign(), "/staff-only")[0] == 403
    User.objects.update(is_staff=True)
    assert outcome(sign(), "/staff-only")[0] == 200


# By e-mail


@pytest.fixture
def reader(db: None) -> User:
    return User.objects.create_user("reader", email="Reader@example.com")


@pytest.fixture
def by_email(settings: Settings) -> Callable[..., str]:
    """Tokens of an issuer who names users by their address."""
    trust(settings, entry(claim="email", user="email"))
    return lambda email, verified=True: sign(email=email, email_verified=verified)


@pytest.mark.parametrize(
    "email", ["Reader@example.com", "reader@example.com", "READER@EXAMPLE.COM"]
)
def test_an_address_is_the_users_in_any_case(
    reader: User, by_email: Callable[..., str], email: str
) -> None:
    assert outcome(by_email(email)) == OK


@pytest.mark.parametrize(
    "email",
    [
        *(
            "other@example.com",
            "reader@example.co",
            "%@example.com",
            "reade_@example.com",
            "reader",
        ),
        # CVE-2019-19844: to PostgreSQL these are the same in upper case.
        *("reader@ex\u00e4mple.com", "reader@exampl\u0435.com", "reader@example.com "),
    ],
)
def test_an_address_that_only_looks_like_the_users_is_another(
    reader: User, by_email: Callable[..., str], email: str
) -> None:
    assert outcome(by_email(email)) == NOT_FOUND


def test_letters_are_the_same_in_upper_case_in_ascii_alone(
    db: None, by_email: Callable[..., str]
) -> None:
    User.objects.create_user("mike", email="mike@example.org")
    assert outcome(by_email("m\u0131ke@example.org")) == NOT_FOUND
    assert outcome(by_email("MIKE@EXAMPLE.ORG")) == OK


def test_an_address_of_two_users_is_neithers(reader: User, by_email: Callable[..., str]) -> None:
    User.objects.create_user("another", email="reader@Example.com", is_active=False)
    assert outcome(by_email("reader@example.com")) == NOT_FOUND


def test_an_empty_address_is_nobodys(user: User, by_email: Callable[..., str]) -> None:
    assert user.email == ""
    assert outcome(by_email("")) == NOT_FOUND


@pytest.mark.parametrize("verified", [False, "false", None, "", 1, "True", [True], ABSENT])
def test_an_address_that_the_issuer_has_not_verified_is_nobodys(
    reader: User, by_email: Callable[..., str], verified: object
) -> None:
    assert outcome(by_email("reader@example.com", verified)) == NOT_FOUND


def test_verified_may_be_written_as_text(reader: User, by_email: Callable[..., str]) -> None:
    assert outcome(by_email("reader@example.com", "true")) == OK


@pytest.mark.parametrize("verified", [False, ABSENT])
def test_an_issuer_may_be_trusted_with_addresses_that_are_not(
    reader: User, settings: Settings, verified: object
) -> None:
    trust(settings, entry(claim="upn", user="email", require_verified_email=False))
    assert outcome(sign(upn="reader@example.com", email_verified=verified)) == OK


def test_users_without_addresses_are_not_found_by_them(
    user: User, by_email: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "address")
    assert outcome(by_email("reader@example.com")) == NOT_FOUND


# By id


def test_an_id_is_a_number_or_a_text(user: User, settings: Settings) -> None:
    trust(settings, entry(claim="uid", user="id"))
    assert outcome(sign(uid=user.pk)) == outcome(sign(uid=str(user.pk))) == OK


@pytest.mark.parametrize(
    "value", [0, -1, 10**30, "0", "01", " 1", "x", "", True, 1.0, None, [1], "9" * 4000]
)
def test_an_id_that_is_nobodys_is_not_found(user: User, settings: Settings, value: object) -> None:
    trust(settings, entry(claim="uid", user="id"))
    assert outcome(sign(uid=value)) == NOT_FOUND


# By UUID


def test_a_uuid_is_the_one_that_is_shown_on_the_wire(
    user: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trust(settings, entry(claim="sub", user="uuid"))
    token = sign(sub=user_uuid(user.pk))
    with django_assert_num_queries(1):
        assert outcome(token) == OK
    imported = "0b1f6b63-9d4e-4f0e-8f7e-3f4b0e8c2d11"
    UserProfile.objects.create(user=user, uuid=imported)
    assert outcome(sign(sub=imported)) == OK
    assert outcome(token) == NOT_FOUND


@pytest.mark.parametrize("value", ["0b1f6b63-9d4e-4f0e-8f7e-3f4b0e8c2d12", "x", "1", user_uuid(0)])
def test_a_uuid_that_is_nobodys_is_not_found(user: User, settings: Settings, value: str) -> None:
    trust(settings, entry(claim="sub", user="uuid"))
    assert outcome(sign(sub=value)) == NOT_FOUND


# Users who are made


def test_a_user_is_made_where_the_issuer_may_do_so(db: None, settings: Settings) -> None:
    trust(settings, entry(create_users=True))
    assert outcome(sign()) == outcome(sign()) == OK
    made = User.objects.get()
    assert (made.username, made.email, made.is_active) == ("someone", "", True)
    assert (made.is_staff, made.is_superuser, made.has_usable_password()) == (False,) * 3
    assert made.get_all_permissions() == set()


def test_no_user_is_made_otherwise(db: None, settings: Settings) -> None:
    trust(settings, entry())
    assert outcome(sign()) == NOT_FOUND
    assert not User.objects.exists()


def test_a_user_is_made_by_an_address(db: None, settings: Settings) -> None:
    trust(settings, entry(claim="email", user="email", create_users=True))
    for _ in range(2):
        assert outcome(sign(email="new@example.com", email_verified=True)) == OK
    made = User.objects.get()
    assert made.username == made.email == "new@example.com"
    assert outcome(sign(email="other@example.com", email_verified=False)) == NOT_FOUND
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["Someone", "SOMEONE", "", "two words", "\uff53omebody", "x" * 151, "a\nb"]
)
def test_a_name_that_is_taken_in_other_letters_or_is_not_allowed_makes_nobody(
    user: User, settings: Settings, name: str
) -> None:
    trust(settings, entry(create_users=True))
    assert outcome(sign(preferred_username=name)) == NOT_FOUND
    assert User.objects.get() == user


def test_an_address_that_is_the_name_of_another_user_makes_nobody(
    db: None, settings: Settings
) -> None:
    User.objects.create_user("new@example.com", email="other@example.com")
    trust(settings, entry(claim="email", user="email", create_users=True))
    assert outcome(sign(email="new@example.com", email_verified=True)) == NOT_FOUND
    assert User.objects.count() == 1


def test_no_user_is_made_by_a_token_that_is_refused(db: None, settings: Settings) -> None:
    trust(settings, entry(create_users=True))
    for token in (
        sign(aud="other"),
        sign(exp=1),
        sign(ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ):
        assert outcome(token)[0] == 401
    assert not User.objects.exists()


def test_of_two_requests_for_a_new_user_the_second_finds_the_one_of_the_first(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_it_meanwhile(name: str, alias: str) -> bool:
        User.objects.create(username=name)
        return False

    monkeypatch.setattr(external_users, "_is_taken", make_it_meanwhile)
    trust(settings, entry(create_users=True))
    assert outcome(sign()) == OK
    assert User.objects.count() == 1


def test_a_model_that_makes_administrators_by_default_makes_none_here(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User._meta.get_field("is_staff"), "default", True)
    trust(settings, entry(create_users=True))
    assert outcome(sign(), "/staff-only")[0] == 403


def test_an_issuer_that_is_trusted_no_longer_names_nobody(user: User) -> None:
    token = VerifiedToken("someone", "x", Period(0, 0, 1), {}, issuer=ISSUER)
    with pytest.raises(AuthenticationError) as refused:
        load_external_user(token, revocation_key(token))
    assert refused.value.error is Error.USER_INFORMATION_NOT_FOUND
    assert refused.value.reason == "this issuer is not trusted any more"


# The log


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (lambda: sign(aud="app"), "its aud is 'app', expected 'site'"),
        (lambda: sign(private_key("RSA"), "RS256"), "it is signed with 'RS256'"),
        (lambda: sign(header={"typ": "logout+jwt"}), "it is of type 'logout+jwt'"),
        (lambda: sign(preferred_username=ABSENT), "its claim 'preferred_username' names no user"),
        (lambda: sign(preferred_username="no"), "no user has the username 'no'"),
    ],
)
def test_the_log_says_what_the_answer_does_not(
    db: None,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    token: Callable[[], str],
    message: str,
) -> None:
    caplog.set_level("INFO", "drupal_jwt_auth")
    trust(settings, entry())
    outcome(token())
    assert f"A token of '{ISSUER}' is refused: {message}." in caplog.messages


def test_no_secret_is_shown(settings: Settings) -> None:
    issuer = read_issuer(entry(key=SECRET, algorithms=["HS256"]))
    assert issuer.key is not None
    keys = fixed_keys(issuer.name, issuer.key, issuer.algorithms)
    assert SECRET not in repr(issuer)
    assert SECRET not in repr(keys)
