"""``POST /rest_api/id_token`` turns a user name and a password into a JWT."""

from __future__ import annotations

import http.client
import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import verify
from tests.headers import basic, basic_of, bearer

pytestmark = pytest.mark.urls("tests.project")

PATH = "/rest_api/id_token"
MISSING = {
    "status": "error",
    "error": "MISSING_AUTHORIZATION_HEADER",
    "error_description": "Authorization header not received.",
}
NOT_BASIC = {
    "status": "error",
    "error": "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE",
    "error_description": "Authorization header must be the type of Basic.",
}
INVALID_CREDENTIALS = {
    "status": "error",
    "error": "INVALID_CREDENTIALS",
    "error_description": "Invalid username or password.",
}
NOT_POST = {
    "status": "error",
    "error": "INVALID_HTTP_METHOD",
    "error_description": "The used HTTP method should be a POST.",
}


def post(headers: dict[str, str], path: str = PATH, **options: Any) -> Any:
    return APIClient().post(path, headers=headers, **options)


@pytest.fixture
def credentials(user: User) -> dict[str, str]:
    return basic("someone", "secret")


def claims_hook(user: User, request: HttpRequest) -> dict[str, Any]:
    return {"name": user.username, "path": request.path, "sub": "0", "exp": 0, "drupal": None}


def broken_hook(user: User, request: HttpRequest) -> dict[str, Any]:
    raise LookupError


def test_the_answer_has_the_token_under_both_its_names_and_its_expiry(
    credentials: dict[str, str],
) -> None:
    before = int(time.time())
    response = post(credentials)
    after = int(time.time())
    assert response.status_code == 200
    answer = response.json()
    assert list(answer) == ["token_type", "iat", "expires_in", "jwt_token", "id_token"]
    assert answer["token_type"] == "Bearer"
    assert before <= answer["iat"] <= after
    assert answer["expires_in"] == 3600
    assert answer["jwt_token"] == answer["id_token"]
    assert answer["jwt_token"].count(".") == 2


def test_the_answer_is_json_as_drupal_writes_it_and_no_cache_keeps_it(
    credentials: dict[str, str],
) -> None:
    response = post(credentials)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content.startswith(b'{"token_type":"Bearer","iat":')


def test_the_token_authenticates_its_user(credentials: dict[str, str]) -> None:
    token = post(credentials).json()["jwt_token"]
    response = APIClient().get("/whoami", headers=bearer(token))
    assert response.json()["user"] == "someone"


def test_the_claims_name_the_user_and_the_times(credentials: dict[str, str], user: User) -> None:
    answer = post(credentials).json()
    claims = jwt.decode(answer["jwt_token"], options={"verify_signature": False})
    assert set(claims) == {"sub", "iat", "exp", "jti", "drupal", "stamp"}
    assert claims["sub"] == str(user.pk)
    assert claims["iat"] == answer["iat"]
    assert claims["exp"] == answer["iat"] + answer["expires_in"]
    assert claims["drupal"] == {"uid": user.pk}


def test_each_token_has_an_identifier_of_its_own(credentials: dict[str, str]) -> None:
    tokens = {post(credentials).json()["jwt_token"] for _ in range(3)}
    identifiers = {verify(token).jti for token in tokens}
    assert len(identifiers) == 3
    assert all(len(identifier) >= 22 for identifier in identifiers)


def test_the_header_of_a_token_says_which_key_signed_it(credentials: dict[str, str]) -> None:
    header = jwt.get_unverified_header(post(credentials).json()["jwt_token"])
    assert set(header) == {"typ", "alg", "kid"}
    assert (header["typ"], header["alg"]) == ("JWT", "HS256")


def test_the_lifetime_is_a_setting(credentials: dict[str, str], settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"TOKEN_LIFETIME": timedelta(minutes=1, microseconds=5)}
    answer = post(credentials).json()
    claims = verify(answer["jwt_token"])
    assert answer["expires_in"] == 60
    assert claims.expires_at - claims.issued_at == 60


def test_issuer_and_audience_are_claims_where_they_are_set(
    credentials: dict[str, str], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"ISSUER": "https://a.example", "AUDIENCE": "app"}
    claims = verify(post(credentials).json()["jwt_token"]).claims
    assert (claims["iss"], claims["aud"]) == ("https://a.example", "app")


def test_a_callable_of_the_project_adds_claims_and_replaces_none(
    credentials: dict[str, str], settings: Settings, user: User
) -> None:
    settings.DRUPAL_JWT_AUTH = {"CLAIMS": f"{__name__}.claims_hook"}
    claims = verify(post(credentials).json()["jwt_token"]).claims
    assert (claims["name"], claims["path"]) == ("someone", PATH)
    assert claims["sub"] == str(user.pk)
    assert claims["exp"] == claims["iat"] + 3600
    assert claims["drupal"] == {"uid": user.pk}


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff\x00", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"no boundary", "multipart/form-data"),
        (b"x", "nonsense"),
        (b"x", ""),
    ],
)
def test_a_body_is_not_read(credentials: dict[str, str], content: Any, content_type: str) -> None:
    client = APIClient()
    response = client.generic("POST", PATH, content, content_type, headers=credentials)
    assert response.status_code == 200


@pytest.mark.parametrize("query", ["?_format=json", "?_format=xml", "?_format=", "?format=api"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*", "nonsense", ""])
def test_the_answer_is_json_whatever_the_client_accepts(
    credentials: dict[str, str], query: str, accept: str
) -> None:
    response = post({**credentials, "Accept": accept}, PATH + query)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"


def test_the_url_can_be_reversed() -> None:
    assert reverse("drupal_jwt_auth:id_token") == PATH


@pytest.mark.parametrize("path", [f"{PATH}/", "/REST_API/ID_TOKEN", "/Rest_Api/id_token/"])
def test_the_path_is_found_in_any_case_and_with_a_slash_after_it(
    credentials: dict[str, str], path: str
) -> None:
    assert post(credentials, path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_another_method_is_refused(credentials: dict[str, str], method: str) -> None:
    response = APIClient().generic(method, PATH, headers=credentials)
    assert response.status_code == 405
    assert list(response.json().items()) == list(NOT_POST.items())
    assert response.headers["Allow"] == "POST"
    assert "WWW-Authenticate" not in response.headers


def test_head_is_refused_without_a_body(credentials: dict[str, str]) -> None:
    response = APIClient().head(PATH, headers=credentials)
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "  "}])
def test_a_request_without_credentials_is_told_so(headers: dict[str, str]) -> None:
    response = post(headers)
    assert response.status_code == 401
    assert list(response.json().items()) == list(MISSING.items())
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "value",
    ["Bearer a.b.c", "Digest x", "Basicx dTpw", "Basic:dTpw", "dTpw", "Basic\tdTpw", "Bäsic dTpw"],
)
def test_another_scheme_is_told_that_it_must_be_basic(value: str) -> None:
    response = post({"Authorization": value})
    assert response.status_code == 401
    assert list(response.json().items()) == list(NOT_BASIC.items())
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "bAsIc"])
def test_the_scheme_may_be_in_any_case(credentials: dict[str, str], scheme: str) -> None:
    value = credentials["Authorization"].replace("Basic", scheme)
    assert post({"Authorization": value}).status_code == 200


def test_spaces_around_the_credentials_do_not_matter(credentials: dict[str, str]) -> None:
    value = credentials["Authorization"].replace(" ", "   ")
    assert post({"Authorization": f" {value} "}).status_code == 200


def test_the_header_may_be_spelled_authorisation(credentials: dict[str, str]) -> None:
    assert post({"Authorisation": credentials["Authorization"]}).status_code == 200


def test_authorization_comes_before_authorisation(credentials: dict[str, str]) -> None:
    wrong = basic("someone", "wrong")["Authorization"]
    assert post({**credentials, "Authorisation": wrong}).status_code == 200
    assert post({"Authorization": wrong, "Authorisation": wrong}).json() == INVALID_CREDENTIALS


def test_two_headers_in_one_are_no_credentials(credentials: dict[str, str]) -> None:
    value = credentials["Authorization"]
    assert post({"Authorization": f"{value}, {value}"}).json() == INVALID_CREDENTIALS


def test_a_refusal_has_a_challenge_and_is_kept_by_no_cache(user: User) -> None:
    response = post(basic("someone", "wrong"))
    assert response.status_code == 401
    assert list(response.json().items()) == list(INVALID_CREDENTIALS.items())
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_right_password_of_a_blocked_user_gets_403_without_a_challenge(user: User) -> None:
    User.objects.update(is_active=False)
    response = post(basic("someone", "secret"))
    assert response.status_code == 403
    assert response.json()["error"] == "USER_BLOCKED"
    assert "WWW-Authenticate" not in response.headers


def test_the_answers_are_the_same_with_another_exception_handler(settings: Settings) -> None:
    settings.REST_FRAMEWORK = {}
    assert post({}).json() == MISSING
    assert APIClient().get(PATH).json() == NOT_POST


def test_no_csrf_token_is_needed_even_with_a_session(
    credentials: dict[str, str], user: User
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    assert client.login(username="someone", password="secret")
    assert client.post(PATH, headers=credentials).status_code == 200


def test_a_session_is_no_substitute_for_credentials(user: User) -> None:
    client = APIClient()
    assert client.login(username="someone", password="secret")
    assert client.post(PATH).json() == MISSING


def test_a_report_of_a_failure_does_not_show_the_password(
    credentials: dict[str, str], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"CLAIMS": f"{__name__}.broken_hook"}
    with pytest.raises(LookupError) as failure:
        post(credentials)
    reporter = ExceptionReporter(
        RequestFactory().post(PATH), failure.type, failure.value, failure.tb
    )
    variables = {
        name: repr(value)
        for frame in reporter.get_traceback_frames()
        if "drupal_jwt_auth" in frame["filename"]
        for name, value in frame["vars"]
    }
    assert "someone" in variables["username"]
    assert "secret" not in " ".join(variables.values())


def exchange(server: LiveServer, value: bytes) -> tuple[int, Any]:
    """Send a header's value as these bytes over a real connection."""
    connection = http.client.HTTPConnection(server.thread.host, server.thread.port, timeout=30)
    try:
        connection.putrequest("POST", PATH)
        connection.putheader("Authorization", value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_token_is_got_over_a_real_connection(
    transactional_db: None, live_server: LiveServer
) -> None:
    User.objects.create_user("Zoë", password="p:ä:ß")
    status, answer = exchange(live_server, basic("Zoë", "p:ä:ß")["Authorization"].encode())
    assert status == 200
    assert verify(answer["id_token"]).subject == str(User.objects.get().pk)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (b"Basic \xff\xfe\xfd", INVALID_CREDENTIALS),
        ("Basic Zoë".encode(), INVALID_CREDENTIALS),
        (b"Basic " + b"A" * 60000, INVALID_CREDENTIALS),
        (basic_of(b"x:" + b"y" * 6143)["Authorization"].encode(), INVALID_CREDENTIALS),
        (basic_of(b"\0:\0")["Authorization"].encode(), INVALID_CREDENTIALS),
        (b"\xa0\x85", MISSING),
        (b"Basic\xa0dTpw", NOT_BASIC),
        ("Bäsic dTpw".encode(), NOT_BASIC),
    ],
)
def test_bytes_that_make_no_sense_are_refused_over_a_real_connection(
    transactional_db: None, live_server: LiveServer, value: bytes, answer: dict[str, str]
) -> None:
    assert exchange(live_server, value) == (401, answer)
