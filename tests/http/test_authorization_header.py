"""The header may come under several names, for servers and proxies that keep the first."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.http.authorization import (
    Authorization,
    header_names,
    log_missing_header,
    read_authorization,
)
from tests.docs.test_docs import blocks, read
from tests.headers import basic, bearer
from tests.logs import notes

pytestmark = pytest.mark.urls("tests.project")

ID_TOKEN = "/rest_api/id_token"
NAMES = ["Authorization", "Authorisation", "JWT-Authorization", "X-Custom-Auth"]


@pytest.fixture(autouse=True)
def custom_header(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHORIZATION_HEADER": "X-Custom-Auth"}


@pytest.fixture
def token(user: User) -> str:
    return bearer(issue(user).text)["Authorization"]


@pytest.fixture
def password(user: User) -> str:
    return basic("someone", "secret")["Authorization"]


def get(headers: dict[str, str], **environment: Any) -> Any:
    return APIClient(**environment).get("/whoami", headers=headers)


def log_in(headers: dict[str, str], **environment: Any) -> Any:
    return APIClient(**environment).post(ID_TOKEN, headers=headers)


def error(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


@pytest.mark.parametrize("name", NAMES)
def test_a_token_may_be_in_any_of_these_headers(token: str, name: str) -> None:
    assert get({name: token}).status_code == 200
    assert get({name.upper(): token}).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_user_name_and_password_may_be_too(password: str, name: str) -> None:
    assert log_in({name: password}).status_code == 200


def test_a_custom_header_is_looked_at_only_where_it_is_set(
    token: str, password: str, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {}
    missing = (401, "MISSING_AUTHORIZATION_HEADER")
    assert error(get({"X-Custom-Auth": token})) == missing
    assert error(log_in({"X-Custom-Auth": password})) == missing


@pytest.mark.parametrize("name", ["Token", "X-Authorization", "Proxy-Authorization", "Auth"])
def test_other_headers_are_not_looked_at(token: str, name: str) -> None:
    assert error(get({name: token})) == (401, "MISSING_AUTHORIZATION_HEADER")


def test_what_apache_has_saved_while_rewriting_is_looked_at(token: str, password: str) -> None:
    assert get({}, REDIRECT_HTTP_AUTHORIZATION=token).status_code == 200
    assert log_in({}, REDIRECT_HTTP_AUTHORIZATION=password).status_code == 200


def test_a_client_cannot_say_what_apache_has_saved(token: str) -> None:
    response = get({"Redirect-Http-Authorization": token})
    assert error(response) == (401, "MISSING_AUTHORIZATION_HEADER")


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_token_is_found_behind_the_password_that_a_proxy_wants(token: str, name: str) -> None:
    proxy = basic("proxy", "password")
    assert get({**proxy, name: token}).status_code == 200
    assert get({name: token}, REDIRECT_HTTP_AUTHORIZATION=proxy["Authorization"]).status_code == 200


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_password_is_found_behind_a_token(token: str, password: str, name: str) -> None:
    assert log_in({"Authorization": token, name: password}).status_code == 200


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 3), (1, 2), (2, 3)])
def test_of_two_with_the_same_scheme_the_first_counts(token: str, first: int, second: int) -> None:
    good, bad = token, "Bearer x.y.z"
    assert get({NAMES[first]: good, NAMES[second]: bad}).status_code == 200
    assert error(get({NAMES[first]: bad, NAMES[second]: good})) == (401, "SEGMENT_FAULT")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["Digest x", "Bearerx", "x"])
def test_a_wrong_scheme_is_told_so_under_any_name(name: str, value: str) -> None:
    wrong = (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")
    assert error(get({name: value})) == wrong
    assert error(log_in({name: value})) == wrong


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_header_counts_as_none(token: str, empty: str) -> None:
    assert get({"Authorization": empty, "Authorisation": token}).status_code == 200
    headers = dict.fromkeys(NAMES, empty)
    assert error(get(headers)) == (401, "MISSING_AUTHORIZATION_HEADER")


def test_the_first_that_is_not_empty_is_returned_where_none_has_the_scheme() -> None:
    request = APIClient().get("/whoami", headers={NAMES[2]: "Digest A b", NAMES[1]: " "})
    found = read_authorization(request.wsgi_request, "bearer")
    assert found == Authorization("digest", "A b")


def test_caches_are_told_all_headers_that_an_answer_depends_on(settings: Settings) -> None:
    assert header_names() == tuple(NAMES)
    response = APIClient().get("/resource")
    assert response.headers["Vary"] == ", ".join(NAMES)
    settings.DRUPAL_JWT_AUTH = {}
    response = APIClient().get("/resource")
    assert response.headers["Vary"] == ", ".join(NAMES[:3])


def test_a_header_that_has_not_come_is_logged_with_what_has(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "drupal_jwt_auth")
    get({"X-Requested-With": "app", "Cookie": "private"})
    log_in({"Accept": "*/*"})
    first, second = notes(caplog)
    assert notes(caplog, logging.WARNING) == []
    assert first.startswith("GET '/whoami' has come without any of the headers Authorization, Aut")
    assert first.endswith(
        "or send another of these headers. These have come: Content-Type, Cookie, X-Requested-With."
    )
    assert second.startswith(f"POST '{ID_TOKEN}' has come without any of")
    assert "Accept" in second
    assert "private" not in caplog.text


@pytest.mark.parametrize("value", ["Digest x", "Bearer x"])
def test_a_header_that_is_wrong_is_not_logged_as_missing(
    caplog: pytest.LogCaptureFixture, value: str
) -> None:
    caplog.set_level(logging.INFO, "drupal_jwt_auth")
    get({"Authorization": value})
    assert not any("without any of the headers" in message for message in notes(caplog))


def test_a_path_cannot_forge_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "drupal_jwt_auth")
    log_missing_header(RequestFactory().get("/node/1%0AERROR forged"))
    [message] = notes(caplog)
    assert "\n" not in message
    assert r"/node/1\nERROR forged" in message


def test_the_documented_configuration_of_logging_shows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    [example] = [text for text in blocks(read("docs/errors.md"), "python") if "LOGGING" in text]
    namespace: dict[str, Any] = {}
    exec(example, namespace)
    logger = logging.getLogger("drupal_jwt_auth")
    level, handlers = logger.level, list(logger.handlers)
    try:
        logging.config.dictConfig(namespace["LOGGING"])
        get({})
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    assert capsys.readouterr().err.startswith("GET '/whoami' has come without any of the headers")
