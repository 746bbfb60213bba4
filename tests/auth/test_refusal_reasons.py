"""Each refusal of a token is a line of the log, which says why; the answer does not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.timezone import now
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import (
    TokenLengthError,
    issue,
    revoke,
    revoke_all,
    start_session,
    verify,
)
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.auth.tokens.verifying import MAX_LENGTH
from drupal_jwt_auth.errors import Error
from drupal_jwt_auth.models import RefreshToken
from drupal_jwt_auth.signals import token_refused
from tests.docs.test_docs import table
from tests.headers import basic, bearer
from tests.logs import notes

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project")]

ISSUER = "https://issuer.example/"
SECRET = "k4Wz9TqLx2Vn7RbYp0JmHd5GcFsAe8Uo"
ABSENT = object()
Sign = Callable[..., str]


@pytest.fixture
def reasons(caplog: pytest.LogCaptureFixture) -> Callable[[str], list[str]]:
    """Sends a token, and tells what the log says of it."""

    def reasons(token: str) -> list[str]:
        caplog.clear()
        with caplog.at_level("INFO", "drupal_jwt_auth"):
            response = APIClient().get("/whoami", headers=bearer(token))
        assert response.status_code in (401, 403)
        assert "refused" not in response.text
        return notes(caplog)

    return reasons


def encode(claims: dict[str, Any], key: Any, header: dict[str, Any] | None) -> str:
    # Not jwt.encode, which refuses claims that are ill-typed.
    content = json.dumps({name: each for name, each in claims.items() if each is not ABSENT})
    return jwt.PyJWS().encode(content.encode(), key, "HS256", header)


@pytest.fixture
def own(user: User) -> Sign:
    """Makes a token as the site itself does, but for these claims."""

    def own(header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        key = key or get_signing_key().signing
        return encode({**issue(user).claims, **claims}, key, header)

    return own


@pytest.fixture
def foreign(user: User, settings: Settings) -> Sign:
    """Makes a token of a trusted issuer, but for these claims."""
    entry = {"issuer": ISSUER, "key": SECRET, "algorithms": ["HS256"], "audience": "site"}
    settings.DRUPAL_JWT_AUTH = {"ISSUERS": [entry]}

    def foreign(header: dict[str, Any] | None = None, key: str = SECRET, **more: Any) -> str:
        at = int(time.time())
        claims = {"iss": ISSUER, "aud": "site", "sub": "someone", "iat": at, "exp": at + 60}
        return encode({**claims, **more}, key, header)

    return foreign


def test_what_is_no_token(reasons: Any) -> None:
    assert reasons("x" * (MAX_LENGTH + 1)) == [
        f"A token is refused: it has {MAX_LENGTH + 1} characters, and may have {MAX_LENGTH}."
    ]
    assert reasons("x.y.z=") == ["A token is refused: there is a = in it."]
    assert reasons("no-token") == ["A token is refused: it is not a JWT ('Not enough segments')."]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": SECRET}, "no key that is known has signed it with 'HS256'"),
        ({"header": {"kid": "gone"}}, "no key 'gone' is known"),
        ({"header": {"alg": "HS512"}, "key": 64 * "x"}, "it is signed with 'HS512'"),
        ({"exp": ABSENT}, "it has no exp"),
        ({"exp": "tomorrow"}, "its exp is not a time in seconds since 1970: 'tomorrow'"),
        ({"iat": True}, "its iat is not a time in seconds since 1970: True"),
        ({"nbf": 1.5}, "its nbf is not a time in seconds since 1970: 1.5"),
        ({"jti": 7}, "its jti is not text: 7"),
        ({"sub": ABSENT}, "its sub names no user: None"),
        ({"sub": "999"}, "there is no user '999'"),
        ({"aud": "others"}, "its aud is 'others', expected None"),
    ],
)
def test_a_token_that_says_it_is_the_sites_own(
    own: Sign, reasons: Any, changes: dict[str, Any], reason: str
) -> None:
    assert reasons(own(**changes)) == [f"A token is refused: {reason}."]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": 32 * "x"}, "no key that is known has signed it with 'HS256'"),
        ({"header": {"alg": "HS512"}, "key": 64 * "x"}, "it is signed with 'HS512'"),
        ({"header": {"typ": "logout+jwt"}}, "it is of type 'logout+jwt'"),
        ({"exp": ABSENT}, "it has no exp"),
        ({"exp": "tomorrow"}, "its exp is not a time in seconds since 1970: 'tomorrow'"),
        ({"exp": 1e300}, "its exp is not a time in seconds since 1970: 1e+300"),
        ({"jti": 7}, "its jti is not text: 7"),
        ({"aud": "others"}, "its aud is 'others', expected 'site'"),
        ({"sub": ABSENT}, "its claim 'sub' names no user"),
        ({"sub": "nobody"}, "no user has the username 'nobody'"),
    ],
)
def test_one_of_a_trusted_issuer(
    foreign: Sign, reasons: Any, changes: dict[str, Any], reason: str
) -> None:
    assert reasons(foreign(**changes)) == [f"A token of '{ISSUER}' is refused: {reason}."]


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_one_whose_time_has_not_begun(own: Sign, foreign: Sign, reasons: Any, claim: str) -> None:
    for token, whose in ((own, ""), (foreign, f" of '{ISSUER}'")):
        [reason] = reasons(token(**{claim: int(time.time()) + 30, "exp": int(time.time()) + 90}))
        beginning, ahead = f"A token{whose} is refused: its {claim} is ", " seconds ahead."
        assert reason.startswith(beginning)
        assert reason.endswith(ahead)
        assert 28 < float(reason.removeprefix(beginning).removesuffix(ahead)) <= 30


def test_one_whose_time_is_over(own: Sign, foreign: Sign, reasons: Any) -> None:
    for token, whose in ((own, ""), (foreign, f" of '{ISSUER}'")):
        [reason] = reasons(token(iat=0, exp=int(time.time()) - 30))
        assert reason.startswith(f"A token{whose} is refused: it has expired 3")
        assert reason.endswith(" seconds ago.")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        (ISSUER.rstrip("/"), ", except for the slash at its end"),
        (f"{ISSUER}/", ", except for the slash at its end"),
        ("https://other.example", ""),
        (["x"], ""),
    ],
)
def test_one_of_an_issuer_that_is_not_trusted(
    foreign: Sign, reasons: Any, name: Any, more: str
) -> None:
    signed, known = "no key that is known has signed it with 'HS256'", "no key 'k' is known"
    for reason, header in ((signed, None), (known, {"kid": "k"})):
        assert reasons(foreign(header, iss=name)) == [
            f"A token is refused: {reason}; its issuer {name!r} is not in ISSUERS{more}."
        ]


def test_one_without_claims(user: User, reasons: Any) -> None:
    key = get_signing_key()
    token = jwt.PyJWS().encode(b"[]", key.signing, key.algorithm)
    assert reasons(token) == ["A token is refused: it has no claims ('not an object')."]


def test_one_with_an_extension_that_must_be_understood(own: Sign, reasons: Any) -> None:
    reason = "it is not a JWT ('Unsupported critical extension: x')"
    assert reasons(own(header={"crit": ["x"], "x": 1})) == [f"A token is refused: {reason}."]


def test_one_with_another_issuer_than_the_site_has(
    user: User, settings: Settings, reasons: Any
) -> None:
    token = issue(user).text
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "https://site.example"}
    reason = "its iss is None, expected 'https://site.example'"
    assert reasons(token) == [f"A token is refused: {reason}."]
    token = issue(user).text
    settings.DRUPAL_JWT_AUTH["KEYS"] = [{"kid": "new", "key": SECRET}]
    [reason] = reasons(token)
    assert reason.endswith("' is known.")


def test_one_of_an_inactive_user(own: Sign, foreign: Sign, user: User, reasons: Any) -> None:
    User.objects.update(is_active=False)
    reason = f"user {user.pk} is not active."
    assert reasons(own()) == [f"A token is refused: {reason}"]
    assert reasons(foreign()) == [f"A token of '{ISSUER}' is refused: {reason}"]


def test_one_that_was_revoked(own: Sign, foreign: Sign, user: User, reasons: Any) -> None:
    for token, whose in ((own(), ""), (foreign(), f" of '{ISSUER}'")):
        revoke(verify(token))
        reason = f"it, or the login that it is of, was revoked, of user {user.pk}"
        assert reasons(token) == [f"A token{whose} is refused: {reason}."]


def test_one_of_a_user_all_of_whose_were_revoked(
    own: Sign, foreign: Sign, user: User, reasons: Any
) -> None:
    tokens = own(), own(stamp=ABSENT), foreign()
    revoke_all(user)
    stamped, unstamped, of_issuer = map(reasons, tokens)
    reason = f"user {user.pk} has another password since, or all tokens were revoked"
    assert stamped == [f"A token is refused: {reason}."]
    reason = f"all tokens of user {user.pk} from before were revoked"
    assert unstamped == [f"A token is refused: {reason}."]
    assert of_issuer == [f"A token of '{ISSUER}' is refused: {reason}."]


def test_one_that_names_no_user_by_id(foreign: Sign, settings: Settings, reasons: Any) -> None:
    settings.DRUPAL_JWT_AUTH["ISSUERS"][0]["user"] = "id"
    reason = "no user has the id '999'"
    assert reasons(foreign(sub=999)) == [f"A token of '{ISSUER}' is refused: {reason}."]


def test_what_a_client_has_written_makes_no_line_of_its_own(own: Sign, reasons: Any) -> None:
    [reason] = reasons(own(header={"kid": "x\nINFO all is well"}))
    assert reason == r"A token is refused: no key 'x\nINFO all is well' is known."


def test_receivers_of_the_signal_get_the_reason_too(own: Sign, reasons: Any) -> None:
    told: list[tuple[Error, str]] = []

    def note(error: Error, reason: str, **kwargs: Any) -> None:
        told.append((error, reason))

    token_refused.connect(note)
    reasons(own(aud="others"))
    reasons("no-token")
    token_refused.disconnect(note)
    assert told == [
        (Error.INVALID_SIGNATURE, "its aud is 'others', expected None"),
        (Error.SEGMENT_FAULT, "it is not a JWT ('Not enough segments')"),
    ]


# Refresh tokens


@pytest.fixture
def refresh_token(user: User, settings: Settings) -> str:
    settings.DRUPAL_JWT_AUTH = {
        "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
        "REFRESH_TOKEN_GRACE": timedelta(0),
    }
    token = start_session(user).refresh_token
    assert token
    return token


def use_it_twice(user: User, token: str) -> None:
    APIClient().post("/rest_api/refresh", {"refresh_token": token})


def expire_it(user: User, token: str) -> None:
    RefreshToken.objects.update(expires_at=now())


def revoke_it(user: User, token: str) -> None:
    APIClient().post("/rest_api/revoke", {"token": token})


def change_the_password(user: User, token: str) -> None:
    user.set_password("new")
    user.save()


def block_the_user(user: User, token: str) -> None:
    User.objects.update(is_active=False)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (use_it_twice, "it was used before, and its login is ended"),
        (expire_it, "it has expired"),
        (revoke_it, "its login was revoked"),
        (change_the_password, "the user has another password since, or all tokens were revoked"),
        (block_the_user, "the user is not active"),
    ],
)
def test_a_refresh_token(
    user: User,
    refresh_token: str,
    caplog: pytest.LogCaptureFixture,
    happens: Callable[[User, str], None],
    reason: str,
) -> None:
    happens(user, refresh_token)
    caplog.clear()
    with caplog.at_level("INFO", "drupal_jwt_auth"):
        APIClient().post("/rest_api/refresh", {"refresh_token": refresh_token})
    assert f"A refresh token of user {user.pk} is refused: {reason}." in caplog.messages


def test_a_refresh_token_of_a_user_whose_key_has_a_percent_sign(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "drupal_jwt_auth")
    kind = "refresh token of user '50%d'"
    assert refusal(Error.TOKEN_EXPIRED, "it has expired", kind=kind).reason == "it has expired"
    assert notes(caplog) == [f"A {kind} is refused: it has expired."]


def test_a_refresh_token_that_is_not_known(
    refresh_token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "drupal_jwt_auth"):
        APIClient().post("/rest_api/refresh", {"refresh_token": "some-text"})
    assert "A refresh token is refused: it is not known." in caplog.messages
    assert "some-text" not in caplog.text


# The document


def test_the_document_has_the_line_of_each_rule(
    user: User, settings: Settings, reasons: Any
) -> None:
    token = issue(user).text

    def lines(**rules: Any) -> list[str]:
        settings.DRUPAL_JWT_AUTH = rules
        lines: list[str] = reasons(token)
        return lines

    told = [
        *lines(BLOCKED_ADDRESSES=["127.0.0.1"]),
        *lines(ROLE_PATHS={"authenticated": []}),
        *reasons("x.y.z"),
    ]
    User.objects.update(is_active=False)
    told += lines()
    quoted = [log.partition("`")[2] for _, log, _ in table("docs/errors.md", "The answer")]
    patterns = [re.escape(line).replace(r"\.\.\.", ".+") for line in quoted]
    assert len(told) == 4
    for line in told:
        assert any(re.fullmatch(pattern, line) for pattern in patterns), line


# A token that would be refused


def many_claims(user: User, request: HttpRequest | None) -> dict[str, Any]:
    return {"name": "x", "groups": ["a group of the user's"] * 400}


def test_one_that_is_too_long_to_be_accepted_is_not_made(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"CLAIMS": f"{__name__}.many_claims"}
    with pytest.raises(TokenLengthError) as fault:
        issue(user)
    told = str(fault.value)
    assert told.startswith(f"The token of user {user.pk} would have 1")
    assert f"none of more than {MAX_LENGTH} is accepted" in told
    assert "Its longest claim is 'groups'" in told
    assert "a group of" not in told


def test_a_login_for_which_it_would_be_made_fails_and_is_logged(
    user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DRUPAL_JWT_AUTH = {"CLAIMS": f"{__name__}.many_claims"}
    client = APIClient(raise_request_exception=False)
    response = client.post("/rest_api/id_token", headers=basic("someone", "secret"))
    assert response.status_code == 500
    assert "TokenLengthError: The token of user" in caplog.text


def test_a_refresh_token_for_which_it_would_be_made_is_not_used_up(
    user: User, refresh_token: str, settings: Settings
) -> None:
    client = APIClient(raise_request_exception=False)
    good = settings.DRUPAL_JWT_AUTH
    settings.DRUPAL_JWT_AUTH = {**good, "CLAIMS": f"{__name__}.many_claims"}
    sent = {"refresh_token": refresh_token}
    assert client.post("/rest_api/refresh", sent).status_code == 500
    settings.DRUPAL_JWT_AUTH = good
    assert client.post("/rest_api/refresh", sent).status_code == 200
