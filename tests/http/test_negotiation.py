"""``_format`` alone decides which format an answer has, and ``Accept`` nothing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from drupal_jwt_auth.http.negotiation import media_type_of

pytestmark = pytest.mark.urls("tests.project")

ACCEPTS = ["application/json", "text/plain", "image/png", "*/*", "nonsense", ""]


def get(path: str, accept: str = "") -> Any:
    return APIClient().get(path, headers={"Accept": accept})


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize(
    ("query", "content_type"),
    [
        ("?_format=json", "application/json"),
        ("?_format=plain", "text/plain; charset=utf-8"),
        ("?a=b&_format=plain", "text/plain; charset=utf-8"),
        ("?_format=json&_format=plain", "text/plain; charset=utf-8"),
        ("?_format=xml&_format=json", "application/json"),
        ("", "application/json"),
        ("?format=plain", "application/json"),
        ("?_FORMAT=plain", "application/json"),
        ("?_format=", "application/json"),
        ("?_format=0", "application/json"),
        ("?_format=plain&_format=", "application/json"),
    ],
)
def test_the_format_is_the_one_that_the_query_names_or_the_first(
    query: str, content_type: str, accept: str
) -> None:
    response = get(f"/two-formats{query}", accept)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize("name", ["xml", "JSON", "hal_json", "00", " json", "json%00", "%ff"])
def test_a_format_that_there_is_not_is_refused_with_those_there_are(name: str) -> None:
    response = get(f"/two-formats?_format={name}")
    assert response.status_code == 406
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {
        "message": "No route found for the specified format. Supported formats: json, plain."
    }


@pytest.mark.parametrize("query", ["_format[]=json", "_format[a]=x&_format=json", "_format[=x"])
def test_a_format_is_one_text(query: str) -> None:
    response = get(f"/two-formats?{query}")
    assert response.status_code == 400
    assert response.json() == {"message": 'Input value "_format" contains a non-scalar value.'}


def test_the_renderer_serves_drfs_own_negotiation_too() -> None:
    assert get("/by-accept", "application/json").headers["Content-Type"] == "application/json"
    assert get("/by-accept", "text/plain").headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        (" application/json ;x", "application/json"),
        ("Application/JSON", "Application/JSON"),
        (";", ""),
        ("", ""),
    ],
)
def test_the_parameters_of_a_content_type_do_not_count(content_type: str, media_type: str) -> None:
    assert media_type_of(content_type) == media_type
