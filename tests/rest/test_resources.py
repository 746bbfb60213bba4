"""A resource checks a request in Drupal's order, and answers with Drupal's headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from tests.content.visitors import message
from tests.headers import bearer
from tests.project import Resource

pytestmark = pytest.mark.urls("tests.project")

JSON = "application/json"


@pytest.fixture
def headers(user: User) -> dict[str, str]:
    return bearer(issue(user).text)


def send(
    method: str,
    query: str = "",
    content: Any = b"",
    content_type: str = JSON,
    headers: dict[str, str] | None = None,
    *,
    path: str = "/resource",
) -> Any:
    return APIClient().generic(method, path + query, content, content_type, headers=headers or {})


def test_an_answer_is_drupals_json_and_private(headers: dict[str, str]) -> None:
    response = send("GET", headers=headers)
    assert response.status_code == 200
    assert response.content == rb'{"path":"a\/b","user":"someone"}'
    assert response.headers["Content-Type"] == JSON
    assert response.headers["Cache-Control"] == "must-revalidate, no-cache, private"
    assert response.headers["Expires"] == "Sun, 19 Nov 1978 05:00:00 GMT"
    assert "Authorization" in response.headers["Vary"]
    assert "Allow" not in response.headers


def test_head_is_answered_as_get_without_a_body(headers: dict[str, str]) -> None:
    response = send("HEAD", headers=headers)
    assert (response.status_code, response.content) == (200, b"")


def test_an_answer_without_data_has_no_body(headers: dict[str, str]) -> None:
    response = send("DELETE", headers=headers)
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("path", ["/resource", "/closed/resource"])
@pytest.mark.parametrize(
    ("query", "content_type"),
    [
        ("?_format=json", JSON),
        ("?_format=xml", "text/html; charset=UTF-8"),
        ("?missing", "text/html; charset=UTF-8"),
    ],
)
def test_options_tells_the_methods_to_everybody(path: str, query: str, content_type: str) -> None:
    response = send("OPTIONS", query, path=path)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Allow"] == "GET, POST, PATCH, DELETE"
    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize("method", ["PUT", "TRACE", "COPY", "FOO"])
def test_the_method_is_looked_at_first(method: str) -> None:
    response = send(method, "?_format=xml&missing", b"{", "text/xml", bearer("x"))
    assert message(response) == (
        405,
        (
            f'No route found for "{method} http://testserver/resource": '
            "Method Not Allowed (Allow: GET, HEAD, POST, PATCH, DELETE)"
        ),
    )
    assert response.headers["Allow"] == "GET, HEAD, POST, PATCH, DELETE"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    "content_type",
    ["text/xml", "text/json", "application/hal+json", "multipart/form-data; boundary=x", "x"],
)
def test_the_content_type_of_a_body_is_looked_at_second(method: str, content_type: str) -> None:
    response = send(method, "?_format=xml&missing", b"{", content_type, bearer("x"))
    text = f'No route found that matches "Content-Type: {content_type}"'
    assert message(response) == (415, text)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_needs_a_content_type(method: str) -> None:
    response = send(method, "?_format=xml", b"{}", "", bearer("x"))
    assert message(response) == (415, 'No "Content-Type" request header specified')


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_method_without_a_body_needs_none(method: str, headers: dict[str, str]) -> None:
    assert send(method, "", b"<x/>", "text/xml", headers).status_code in {200, 204}


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_the_format_is_looked_at_third(method: str) -> None:
    response = send(method, "?_format=xml&missing", b"{", JSON, bearer("x"))
    text = "No route found for the specified format. Supported formats: json."
    assert message(response) == (406, text)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_bad_token_is_looked_at_before_what_the_path_names(method: str) -> None:
    response = send(method, "?missing", b"{", JSON, bearer("x"))
    assert (response.status_code, response.json()["error"]) == (401, "SEGMENT_FAULT")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_what_the_path_names_is_looked_for_before_a_token_is_missed(method: str) -> None:
    response = send(method, "?missing", b"{")
    assert (response.status_code, response.json()) == (404, {"message": "There is none."})


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_token_is_missed_before_throttles_and_the_body_are_looked_at(method: str) -> None:
    for path in ("/resource", "/closed/resource"):
        response = send(method, "", b"{", path=path)
        assert response.status_code == 401
        assert response.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
        assert response.headers["Cache-Control"] == "must-revalidate, no-cache, private"


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_throttles_are_looked_at_before_the_body(method: str, headers: dict[str, str]) -> None:
    response = send(method, "", b"{", headers=headers, path="/closed/resource")
    assert response.status_code == 429
    assert response.json() == {"message": "Request was throttled."}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    "content_type", [JSON, "application/x-json", f"{JSON}; charset=utf-8", f" {JSON};"]
)
def test_a_json_document_is_read(method: str, content_type: str, headers: dict[str, str]) -> None:
    response = send(method, "", b'{"a": ["<", 1.0]}', content_type, headers)
    assert response.status_code == 201
    assert response.content == rb'{"document":{"a":["\u003C",1]}}'


@pytest.mark.parametrize("content", [b"", b"0"])
def test_an_empty_body_has_no_content(content: bytes, headers: dict[str, str]) -> None:
    response = send("POST", "", content, headers=headers)
    assert response.status_code == 400
    assert response.json() == {"message": "No entity content received."}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "Syntax error"),
        (b" ", "Syntax error"),
        (b'"\xff"', "Malformed UTF-8 characters, possibly incorrectly encoded"),
        (b"[" * 600, "Maximum stack depth exceeded"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    content: bytes, message: str, headers: dict[str, str]
) -> None:
    response = send("POST", "", content, headers=headers)
    assert response.status_code == 400
    assert response.json() == {"message": message}


def test_a_host_that_is_not_the_sites_is_refused_before_anything_is_done(
    headers: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where a middleware looks at the host, a view never sees such a request.
    settings.MIDDLEWARE = []

    def not_done(*args: Any) -> None:
        raise AssertionError("Something was done.")

    monkeypatch.setattr(Resource, "post", not_done)
    response = APIClient(SERVER_NAME="evil.example").post(
        "/resource", {}, format="json", headers=headers
    )
    assert response.status_code == 400
