"""Each row of the table, exactly, from a real request."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.errors import AuthenticationError, DocumentedError, Error
from tests.headers import basic, bearer

pytestmark = pytest.mark.urls("tests.project")

Request = Callable[[User], Any]

TABLE: dict[str, tuple[int, str, str]] = {
    "MISSING_AUTHORIZATION_HEADER": (
        401,
        "error_description",
        "Authorization header not received.",
    ),
    "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE": (
        401,
        "error_description",
        "Authorization header must be the type of Bearer Token.",
    ),
    "TOKEN_EXPIRED": (401, "message", "Invalid request: Token Expired."),
    "USER_INFORMATION_NOT_FOUND": (401, "message", "Could Not Retrieve User Information."),
    "INVALID_SIGNATURE": (401, "message", "Invalid Token signature."),
    "INVALID_CREDENTIALS": (401, "error_description", "Invalid username or password."),
    "SEGMENT_FAULT": (401, "error_description", "Incorrect JWT Format."),
    "USER_BLOCKED": (403, "error_description", "The user is blocked or inactive."),
    "INVALID_HTTP_METHOD": (
        405,
        "error_description",
        "The used HTTP method should be a POST.",
    ),
    "TOO_MANY_REQUESTS": (
        429,
        "error_description",
        "Too many requests. Please try again later.",
    ),
    "MISSING_API_KEY_HEADER": (401, "error_description", "API key header is missing."),
    "INVALID_API_KEY_FORMAT": (401, "error_description", "API key format is invalid."),
    "INVALID_API_KEY": (
        401,
        "error_description",
        "Sorry, you are using an invalid API Key.",
    ),
}
CHALLENGES = {name: "API-KEY" if "API_KEY" in name else "Bearer" for name in TABLE}


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


def whoami(headers: dict[str, str]) -> Any:
    return APIClient().get("/whoami", headers=headers)


def with_expired_token(user: User) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        long_ago = time.time() - 7200
        patch.setattr(time, "time", lambda: long_ago)
        token = issue(user).text
    return whoami(bearer(token))


def with_token_of_a_deleted_user(user: User) -> Any:
    token = issue(user).text
    user.delete()
    return whoami(bearer(token))


def with_changed_token(user: User) -> Any:
    header, payload, signature = issue(user).text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = "1000"
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return whoami(bearer(f"{header}.{payload}.{signature}"))


def with_token_of_a_blocked_user(user: User) -> Any:
    user.is_active = False
    user.save()
    return whoami(bearer(issue(user).text))


def too_often(user: User) -> Any:
    client = APIClient()
    for _ in range(3):
        client.post("/limited/id_token", headers=basic("someone", "wrong"))
    return client.post("/limited/id_token", headers=basic("someone", "wrong"))


def with_key(**headers: str) -> Any:
    return APIClient().get("/key-needed", headers=headers)


REQUESTS: dict[str, Request] = {
    "MISSING_AUTHORIZATION_HEADER": lambda user: whoami({}),
    "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE": lambda user: whoami(basic("someone", "secret")),
    "TOKEN_EXPIRED": with_expired_token,
    "USER_INFORMATION_NOT_FOUND": with_token_of_a_deleted_user,
    "INVALID_SIGNATURE": with_changed_token,
    "INVALID_CREDENTIALS": lambda user: APIClient().post(
        "/rest_api/id_token", headers=basic("someone", "wrong")
    ),
    "SEGMENT_FAULT": lambda user: whoami(bearer("no-jwt")),
    "USER_BLOCKED": with_token_of_a_blocked_user,
    "INVALID_HTTP_METHOD": lambda user: APIClient().get(
        "/rest_api/id_token", headers=basic("someone", "secret")
    ),
    "TOO_MANY_REQUESTS": too_often,
    "MISSING_API_KEY_HEADER": lambda user: with_key(),
    "INVALID_API_KEY_FORMAT": lambda user: with_key(**{"API-KEY": "no base64"}),
    "INVALID_API_KEY": lambda user: with_key(**{"API-KEY": "c29tZW9uZTp4"}),
}


def test_the_table_has_these_rows_and_no_others() -> None:
    rows = {row.name: (row.status, row.key, row.text) for row in Error}
    assert rows == TABLE
    assert list(rows) == list(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_row_is_the_answer_to_a_request(user: User, name: str) -> None:
    status, key, text = TABLE[name]
    response = REQUESTS[name](user)
    assert response.status_code == status
    assert json.loads(response.content, object_pairs_hook=list) == [
        ("status", "error"),
        ("error", name),
        (key, text),
    ]
    assert response.headers["Content-Type"] == "application/json"
    challenge = CHALLENGES[name] if status == 401 else None
    assert response.headers.get("WWW-Authenticate") == challenge
    assert ("Retry-After" in response.headers) == (status == 429)


def test_a_text_of_its_own_takes_the_place_of_a_rows() -> None:
    error = DocumentedError(Error.SEGMENT_FAULT, text="Other.")
    assert error.detail == {
        "status": "error",
        "error": "SEGMENT_FAULT",
        "error_description": "Other.",
    }
    assert Error.SEGMENT_FAULT.body()["error_description"] == "Incorrect JWT Format."


def test_an_error_says_which_row_it_is() -> None:
    assert AuthenticationError(Error.SEGMENT_FAULT).error is Error.SEGMENT_FAULT
