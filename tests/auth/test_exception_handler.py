"""Documented errors have the documented bodies, all others Drupal's ``{"message": "..."}``."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import connection
from pytest_django import Settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.exception_handler import exception_handler
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.exceptions import EntityValidationError, Violation
from tests.project import WorkingError

pytestmark = pytest.mark.urls("tests.project")


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        ("not-found", 404, "Not found."),
        ("http404", 404, "Not found."),
        ("http404-text", 404, "No such page."),
        ("denied", 403, "You do not have permission to perform this action."),
        ("django-denied", 403, "Not yours."),
        ("parse", 400, "Malformed request."),
        ("teapot", 418, "I am a teapot."),
        ("throttled", 429, "Request was throttled. Expected available in 7 seconds."),
        ("deadlock", 503, "The site is busy with another request. Please try again."),
        ("text", 400, "One text."),
        ("list", 400, "One text.\nAnother."),
        ("empty", 400, ""),
        (
            "nested",
            400,
            "title: Too long.\nbody.1.value: Empty.\nbody.1.value: Bad.",
        ),
        ("by-index", 400, "1.title: This field is required."),
    ],
)
def test_an_exception_is_answered_with_its_message(fault: str, status: int, message: str) -> None:
    response = APIClient().get(f"/faulty/{fault}")
    assert response.status_code == status
    assert response.json() == {"message": message}


@pytest.mark.parametrize(("fault", "seconds"), [("throttled", "7"), ("deadlock", "1")])
def test_whoever_may_try_again_is_told_when(fault: str, seconds: str) -> None:
    assert APIClient().get(f"/faulty/{fault}").headers["Retry-After"] == seconds


def test_a_wrong_method_is_answered_with_those_there_are() -> None:
    response = APIClient().put("/faulty/teapot")
    assert response.status_code == 405
    assert response.json() == {"message": 'Method "PUT" not allowed.'}
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_format_that_is_not_served_is_406() -> None:
    response = APIClient().get("/faulty/teapot", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json() == {"message": "Could not satisfy the request Accept header."}


def test_a_content_type_that_is_not_read_is_415() -> None:
    response = APIClient().generic("POST", "/items", "<a/>", "text/xml")
    assert response.status_code == 415
    assert response.json() == {"message": 'Unsupported media type "text/xml" in request.'}


def test_malformed_json_is_400() -> None:
    response = APIClient().generic("POST", "/items", "{", "application/json")
    assert response.status_code == 400
    assert response.json()["message"].startswith("JSON parse error - ")


@pytest.mark.parametrize(
    ("method", "document", "message"),
    [
        ("POST", {}, "title: This field is required."),
        ("POST", {"title": "a", "detail": ""}, "detail: This field may not be blank."),
        ("POST", {"title": "both"}, "These two do not go together."),
        (
            "POST",
            {"title": "", "tags": [1, "x", 2, "y"]},
            (
                "title: This field may not be blank.\n"
                "tags.1: A valid integer is required.\n"
                "tags.3: A valid integer is required."
            ),
        ),
        ("PUT", {"item": {}}, "item.title: This field is required."),
        ("PUT", {"item": {"title": "both"}}, "item: These two do not go together."),
        ("POST", [{"title": "a"}, {}], "1.title: This field is required."),
        (
            "POST",
            [{"title": "both"}, {"title": "a"}, {"title": ""}],
            "0: These two do not go together.\n2.title: This field may not be blank.",
        ),
    ],
)
def test_what_a_serializer_says_is_one_line_a_fault_with_its_path(
    method: str, document: Any, message: str
) -> None:
    client = APIClient()
    response = (client.post if method == "POST" else client.put)("/items", document, format="json")
    assert response.status_code == 400
    assert response.json() == {"message": message}


def test_a_fault_of_the_whole_document_has_no_path() -> None:
    response = APIClient().post("/items", "x", format="json")
    assert response.json() == {"message": "Invalid data. Expected a dictionary, but got str."}


def test_an_exception_that_brings_its_own_message_is_answered_with_it() -> None:
    error = EntityValidationError([Violation("title", "This value should not be null.")])
    response = exception_handler(error, {})
    assert response is not None
    assert response.status_code == 422
    assert response.data == {
        "message": "Unprocessable Entity: validation failed.\n"
        "title: This value should not be null.\n"
    }


@pytest.mark.parametrize(
    "error",
    [WorkingError(), ValueError("x"), DjangoValidationError("x"), SuspiciousOperation("x")],
)
def test_an_exception_that_is_no_answer_for_a_client_is_left_alone(error: Exception) -> None:
    assert exception_handler(error, {}) is None


def test_a_fault_of_the_servers_is_raised_as_ever() -> None:
    with pytest.raises(WorkingError):
        APIClient().get("/faulty/working")
    response = APIClient(raise_request_exception=False).get("/faulty/working")
    assert response.status_code == 500


def test_a_view_that_takes_no_tokens_does_not_ask_for_one() -> None:
    for path, status, message, challenge in [
        ("/session-only", 403, "Authentication credentials were not provided.", None),
        ("/basic-only", 401, "Authentication credentials were not provided.", 'Basic realm="api"'),
        ("/no-authentication", 403, "You do not have permission to perform this action.", None),
    ]:
        response = APIClient().get(path)
        assert response.status_code == status
        assert response.json() == {"message": message}
        assert response.headers.get("WWW-Authenticate") == challenge


def test_an_anonymous_exception_without_a_request_has_a_message() -> None:
    response = exception_handler(NotAuthenticated(), {})
    assert response is not None
    assert response.data == {"message": "Authentication credentials were not provided."}


def test_the_apps_own_views_use_the_handler_without_being_told(
    db: None, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {}
    response = APIClient().post("/node?_format=json", {}, format="json")
    assert response.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
    response = APIClient().post("/node?_format=json", "<a/>", content_type="text/xml")
    assert list(response.json()) == ["message"]


def test_a_documented_error_keeps_its_status_and_headers() -> None:
    error = DocumentedError(Error.TOO_MANY_REQUESTS, wait=12)
    response = exception_handler(error, {})
    assert response is not None
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "12"
    assert "WWW-Authenticate" not in response.headers


def test_what_a_refused_request_wrote_is_rolled_back(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert APIClient().get("/regretful").status_code == 403
    assert not User.objects.exists()
