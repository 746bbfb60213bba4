"""Every request needs a token, but those whose method the project has opened."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from tests.headers import bearer

pytestmark = pytest.mark.urls("tests.project")

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "DELETE"]


def status(method: str, headers: dict[str, str] | None = None) -> int:
    return APIClient().generic(method, "/needs-token", headers=headers or {}).status_code


@pytest.mark.parametrize("method", METHODS)
def test_every_method_needs_a_token(method: str) -> None:
    assert status(method) == 401


@pytest.mark.parametrize("method", METHODS)
def test_a_token_opens_every_method(user: User, method: str) -> None:
    assert status(method, bearer(issue(user).text)) in {200, 204}


@pytest.mark.parametrize(
    ("public", "open_methods"),
    [
        (["GET"], {"GET", "HEAD"}),
        (["HEAD"], {"HEAD"}),
        (["OPTIONS"], {"OPTIONS"}),
        (["POST", "DELETE"], {"POST", "DELETE"}),
        ((), set()),
    ],
)
def test_methods_are_opened_by_a_setting(
    settings: Settings, public: Any, open_methods: set[str]
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": public}
    assert {method for method in METHODS if status(method) != 401} == open_methods


def test_a_bad_token_is_refused_on_an_open_method_too(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    assert status("GET", bearer("x.y.z")) == 401


def test_a_project_that_has_no_anonymous_user_needs_a_token_too(settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "UNAUTHENTICATED_USER": None}
    response = APIClient().get("/needs-token")
    assert response.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
