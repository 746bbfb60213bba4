"""``JWTAuthentication`` is an ordinary DRF authentication class, usable on anybody's views."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User, UserManager
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import VerifiedToken, issue, verify
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.errors import AuthenticationError, Error
from tests.headers import basic, bearer

pytestmark = pytest.mark.urls("tests.project")

Get = Callable[..., Any]


def get(path: str, headers: dict[str, str] | None = None) -> Any:
    return APIClient().get(path, headers=headers or {})


def sign(**claims: Any) -> str:
    """A token with these claims, signed by the site's own key."""
    key = get_signing_key()
    now = int(time.time())
    claims = {"iat": now, "exp": now + 60, "jti": "x", **claims}
    # Not jwt.encode, which refuses claims that are ill-typed.
    content = json.dumps(claims).encode()
    return jwt.PyJWS().encode(content, key.signing, key.algorithm, {"kid": key.kid})


@pytest.fixture
def token(user: User) -> str:
    return issue(user).text


def error(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


def test_a_good_token_gives_the_user_and_the_token_with_one_query(
    token: str, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        response = get("/whoami", bearer(token))
    assert response.status_code == 200
    assert response.json() == {"user": "someone", "subject": str(user.pk)}


def test_the_verified_token_holds_all_the_claims(user: User) -> None:
    issued = issue(user)
    token = verify(issued.text)
    assert isinstance(token, VerifiedToken)
    assert token.subject == str(user.pk)
    assert token.issued_at == issued.issued_at
    assert token.expires_at == issued.issued_at + issued.expires_in
    assert token.claims == issued.claims
    assert token.jti == issued.claims["jti"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_in_any_case(token: str, scheme: str) -> None:
    assert get("/whoami", {"Authorization": f"{scheme} {token}"}).status_code == 200


def test_spaces_around_the_token_do_not_matter(token: str) -> None:
    assert get("/whoami", {"Authorization": f"  Bearer   {token}  "}).status_code == 200


def test_the_header_may_be_spelled_authorisation(token: str) -> None:
    assert get("/whoami", {"Authorisation": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": " "}])
def test_a_missing_header_is_an_error_where_a_user_is_needed(headers: dict[str, str]) -> None:
    response = get("/whoami", headers)
    assert error(response) == (401, "MISSING_AUTHORIZATION_HEADER")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "value", ["Basic dTpw", "Digest x", "Token x", "Bearerx", "Bearer\tx.y.z", "a.b.c"]
)
def test_another_scheme_is_an_error_where_a_user_is_needed(value: str) -> None:
    response = get("/whoami", {"Authorization": value})
    assert error(response) == (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic dTpw"}])
def test_a_request_without_a_token_is_anonymous_where_no_user_is_needed(
    headers: dict[str, str],
) -> None:
    response = get("/public", headers)
    assert response.status_code == 200
    assert response.json() == {"user": "", "subject": None}


def test_a_bad_token_is_refused_even_where_no_user_is_needed() -> None:
    assert error(get("/public", bearer("x.y.z"))) == (401, "SEGMENT_FAULT")


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "bearer   "])
def test_bearer_without_a_token_is_no_jwt(value: str) -> None:
    assert error(get("/whoami", {"Authorization": value})) == (401, "SEGMENT_FAULT")


def test_a_user_without_the_permission_gets_403(token: str) -> None:
    response = get("/staff-only", bearer(token))
    assert response.status_code == 403
    assert response.json() == {"message": "You do not have permission to perform this action."}


def test_a_user_that_was_deleted_is_not_found(token: str) -> None:
    User.objects.all().delete()
    response = get("/whoami", bearer(token))
    assert error(response) == (401, "USER_INFORMATION_NOT_FOUND")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_manager_of_the_projects_own_decides_which_users_there_are(
    token: str, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visible(manager: UserManager[User]) -> QuerySet[User]:
        return QuerySet(User).filter(is_active=True)

    monkeypatch.setattr(UserManager, "get_queryset", visible)
    assert get("/whoami", bearer(token)).status_code == 200
    user.is_active = False
    user.save()
    assert error(get("/whoami", bearer(token))) == (401, "USER_INFORMATION_NOT_FOUND")


def test_a_user_that_was_deactivated_since_is_blocked(token: str) -> None:
    User.objects.update(is_active=False)
    response = get("/whoami", bearer(token))
    assert error(response) == (403, "USER_BLOCKED")
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize(
    "pattern", ["0{}", "+{}", " {}", "{} ", "{}.0", "{}e0", "{}\n", "{}\t", "{}_0", "-{}", "{}\0"]
)
def test_a_user_has_one_name(user: User, pattern: str) -> None:
    token = sign(sub=pattern.format(user.pk))
    assert error(get("/whoami", bearer(token))) == (401, "USER_INFORMATION_NOT_FOUND")


@pytest.mark.parametrize(
    "subject",
    ["0", "x", "9" * 19, "9" * 40, "9" * 5000, "1.5", "None", "\ud800", "\uff11", "\U0001f600"],
)
def test_a_name_that_can_be_nobodys_is_not_found(user: User, subject: str) -> None:
    token = sign(sub=subject)
    assert error(get("/whoami", bearer(token))) == (401, "USER_INFORMATION_NOT_FOUND")


@pytest.mark.parametrize("subject", ["\0", "x\0", ""])
def test_a_name_that_a_database_refuses_is_refused_before_it_is_asked(subject: str) -> None:
    with pytest.raises(AuthenticationError) as error:
        verify(sign(sub=subject))
    assert error.value.error is Error.USER_INFORMATION_NOT_FOUND


def test_a_token_ends_when_it_expires(user: User) -> None:
    now = int(time.time())
    token = sign(sub=str(user.pk), iat=now - 60, exp=now)
    assert error(get("/whoami", bearer(token))) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_of_the_future_is_not_valid_yet(user: User, claim: str) -> None:
    now = int(time.time())
    token = sign(sub=str(user.pk), **{claim: now + 100, "exp": now + 200})
    assert error(get("/whoami", bearer(token))) == (401, "TOKEN_EXPIRED")


def test_a_token_that_may_be_used_by_now_is_valid(user: User) -> None:
    token = sign(sub=str(user.pk), nbf=int(time.time()))
    assert get("/whoami", bearer(token)).status_code == 200


def test_a_leeway_for_clocks_that_differ_is_a_setting(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"LEEWAY": timedelta(seconds=90)}
    now = int(time.time())
    subject = str(user.pk)
    assert get("/whoami", bearer(sign(sub=subject, iat=now + 60))).status_code == 200
    assert get("/whoami", bearer(sign(sub=subject, nbf=now + 60))).status_code == 200
    assert get("/whoami", bearer(sign(sub=subject, exp=now - 60))).status_code == 200
    assert get("/whoami", bearer(sign(sub=subject, exp=now - 600))).status_code == 401


@pytest.mark.parametrize("issuer", [None, "b", "", ["a"], "A", 1])
def test_a_token_of_another_issuer_is_refused(
    user: User, settings: Settings, issuer: object
) -> None:
    claims = {} if issuer is None else {"iss": issuer}
    token = sign(sub=str(user.pk), **claims)
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "a"}
    assert error(get("/whoami", bearer(token))) == (401, "INVALID_SIGNATURE")


def test_a_token_of_the_own_issuer_is_good(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "a"}
    assert get("/whoami", bearer(sign(sub=str(user.pk), iss="a"))).status_code == 200


@pytest.mark.parametrize("audience", ["app", ["app"], ["other", "app"], [{}, "app"]])
def test_a_token_for_this_audience_is_good(
    user: User, settings: Settings, audience: object
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIENCE": "app"}
    assert get("/whoami", bearer(sign(sub=str(user.pk), aud=audience))).status_code == 200


@pytest.mark.parametrize("audience", [None, "other", "App", "", [], ["other"], {"app": 1}, 1])
def test_a_token_for_another_audience_is_refused(
    user: User, settings: Settings, audience: object
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIENCE": "app"}
    claims = {} if audience is None else {"aud": audience}
    token = sign(sub=str(user.pk), **claims)
    assert error(get("/whoami", bearer(token))) == (401, "INVALID_SIGNATURE")


def test_a_token_for_somebody_else_is_refused_where_no_audience_is_set(user: User) -> None:
    # RFC 7519, 4.1.3: who does not find itself among the audiences must refuse the token.
    token = sign(sub=str(user.pk), aud="other")
    assert error(get("/whoami", bearer(token))) == (401, "INVALID_SIGNATURE")


def test_a_view_with_sessions_first_takes_a_token(token: str) -> None:
    client = APIClient(enforce_csrf_checks=True)
    assert client.get("/session-first", headers=bearer(token)).status_code == 200
    assert client.post("/session-first", headers=bearer(token)).status_code == 200


def test_a_view_with_sessions_first_takes_a_session(user: User) -> None:
    client = APIClient()
    client.force_login(user)
    assert client.get("/session-first").json() == {"user": "someone", "subject": None}


def test_a_view_with_sessions_first_answers_401_with_the_challenge() -> None:
    for headers, row in [
        ({}, "MISSING_AUTHORIZATION_HEADER"),
        ({"Authorization": "Basic dTpw"}, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE"),
        (bearer("x"), "SEGMENT_FAULT"),
    ]:
        response = get("/session-first", headers)
        assert error(response) == (401, row)
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_view_may_take_passwords_and_tokens(token: str) -> None:
    assert get("/basic-first", bearer(token)).status_code == 200
    assert get("/basic-first", basic("someone", "secret")).status_code == 200
    assert error(get("/basic-first")) == (401, "MISSING_AUTHORIZATION_HEADER")
    wrong = get("/basic-first", basic("someone", "wrong"))
    assert wrong.status_code == 401
    assert wrong.json() == {"message": "Invalid username/password."}
    assert wrong.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_view_with_drfs_own_exception_handler_gets_the_documented_body(
    token: str, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {}
    User.objects.all().delete()
    response = get("/whoami", bearer(token))
    assert response.status_code == 401
    assert list(response.json().items()) == [
        ("status", "error"),
        ("error", "USER_INFORMATION_NOT_FOUND"),
        ("message", "Could Not Retrieve User Information."),
    ]
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_view_with_drfs_own_exception_handler_answers_a_missing_token_as_drf_does(
    settings: Settings,
) -> None:
    settings.REST_FRAMEWORK = {}
    response = get("/whoami")
    assert response.status_code == 401
    assert response.json() == {"detail": "Authentication credentials were not provided."}
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_refusal_keeps_its_status_and_challenge_with_drfs_own_exception_handler(
    token: str, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {}
    # DRF makes 403 of 401 where the first authentication class has no challenge.
    for path, challenge in [("/session-first", "Bearer"), ("/basic-first", 'Basic realm="api"')]:
        response = get(path, bearer("x"))
        assert error(response) == (401, "SEGMENT_FAULT")
        assert response.headers["WWW-Authenticate"] == challenge
    User.objects.update(is_active=False)
    response = get("/whoami", bearer(token))
    assert error(response) == (403, "USER_BLOCKED")
    assert "WWW-Authenticate" not in response.headers


def test_errors_that_are_not_this_apps_are_left_to_drfs_own_exception_handler(
    token: str, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {}
    detail = "You do not have permission to perform this action."
    assert get("/staff-only", bearer(token)).json() == {"detail": detail}


def test_a_view_may_answer_all_errors_as_drupal_does_whatever_the_projects_handler(
    token: str, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {}
    assert error(get("/staff-only-as-drupal")) == (401, "MISSING_AUTHORIZATION_HEADER")
    message = "You do not have permission to perform this action."
    assert get("/staff-only-as-drupal", bearer(token)).json() == {"message": message}


@pytest.mark.parametrize("row", Error)
def test_a_refusal_is_an_exception_as_drf_has_them(row: Error) -> None:
    exception = AuthenticationError(row)
    code = row.name.lower()
    assert isinstance(exception, AuthenticationFailed)
    assert exception.get_codes() == {"status": code, "error": code, row.key: code}
    assert exception.get_full_details() == {
        "status": {"message": "error", "code": code},
        "error": {"message": row.name, "code": code},
        row.key: {"message": row.text, "code": code},
    }
    assert row.text in str(exception)
