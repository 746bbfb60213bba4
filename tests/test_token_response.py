"""``TOKEN_RESPONSE``: a project shapes the answer that carries a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.models import RefreshToken
from tests.headers import basic
from tests.test_docs import blocks, sections

pytestmark = pytest.mark.django_db

EXAMPLE = "vendors_shape"


def __getattr__(name: str) -> Any:
    """The function in the settings' documentation, as part of this module."""
    if name != EXAMPLE:
        raise AttributeError(name)
    code = next(
        block
        for block in blocks(sections("docs/settings.md")["TOKEN_RESPONSE"], "python")
        if f"def {EXAMPLE}" in block
    )
    names: dict[str, Any] = {}
    exec(code, names)
    return names[EXAMPLE]


def with_all(document: dict[str, Any], user: User, token: Any, request: Any) -> dict[str, Any]:
    return {**document, "name": user.get_username(), "sub": token.claims["sub"], "at": request.path}


def failing(document: dict[str, Any], user: User, token: Any, request: Any) -> dict[str, Any]:
    raise ValueError("No answer can be made.")


def not_json(document: dict[str, Any], user: User, token: Any, request: Any) -> dict[str, Any]:
    return {**document, "user": user}


def log_in() -> dict[str, Any]:
    answer: dict[str, Any] = (
        APIClient().post("/rest_api/id_token", headers=basic("someone", "secret")).json()
    )
    return answer


def test_the_vendors_shape_is_one_example(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"TOKEN_RESPONSE": f"{__name__}.{EXAMPLE}"}
    answer = log_in()
    assert list(answer) == ["token_type", "iat", "expires_in", "jwt_token"]
    assert answer["expires_in"] == answer["iat"] + 3600


def test_the_function_knows_what_was_asked_and_what_is_answered(
    user: User, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TOKEN_RESPONSE": f"{__name__}.with_all"}
    answer = log_in()
    assert (answer["name"], answer["sub"], answer["at"]) == (
        "someone",
        str(user.pk),
        "/rest_api/id_token",
    )
    assert answer["jwt_token"] == answer["id_token"]


def test_a_refresh_is_answered_in_the_same_shape(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {
        "TOKEN_RESPONSE": f"{__name__}.with_all",
        "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    }
    body = {"refresh_token": log_in()["refresh_token"]}
    answer = APIClient().post("/rest_api/refresh", body, format="json").json()
    assert (answer["name"], answer["at"]) == ("someone", "/rest_api/refresh")


@pytest.mark.parametrize("hook", ["failing", "not_json"])
def test_where_no_answer_can_be_made_the_refresh_token_is_not_used_up(
    user: User, settings: Settings, hook: str
) -> None:
    options = {"REFRESH_TOKEN_LIFETIME": timedelta(days=1)}
    settings.DRUPAL_JWT_AUTH = options
    body = {"refresh_token": log_in()["refresh_token"]}
    client = APIClient(raise_request_exception=False)
    settings.DRUPAL_JWT_AUTH = {**options, "TOKEN_RESPONSE": f"{__name__}.{hook}"}
    for _ in range(2):
        assert client.post("/rest_api/refresh", body, format="json").status_code == 500
    answer = client.post("/rest_api/id_token", headers=basic("someone", "secret"))
    assert answer.status_code == 500
    assert RefreshToken.objects.count() == 1
    settings.DRUPAL_JWT_AUTH = options
    assert client.post("/rest_api/refresh", body, format="json").status_code == 200
