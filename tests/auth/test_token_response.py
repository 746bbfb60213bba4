"""``TOKEN_RESPONSE``: a project shapes the answer that carries a token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.signals import token_issued
from drupal_jwt_auth.models import RefreshToken
from tests.docs.test_docs import blocks, sections
from tests.headers import basic

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


REFRESHING = {"REFRESH_TOKEN_LIFETIME": timedelta(days=1)}


@pytest.fixture
def told() -> Iterator[list[str]]:
    """Of what receivers of ``token_issued`` were told."""
    heard: list[str] = []

    def hear(**kwargs: Any) -> None:
        heard.append("issued")

    token_issued.connect(hear)
    yield heard
    token_issued.disconnect(hear)


def unsendable(*args: Any) -> Any:
    return {"sent_at": object()}


def failing(*args: Any) -> Any:
    raise RuntimeError


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


@pytest.mark.parametrize("hook", ["unsendable", "failing"])
def test_nothing_is_saved_or_told_of_a_login_that_cannot_be_answered(
    user: User, settings: Settings, hook: str, told: list[str]
) -> None:
    settings.DRUPAL_JWT_AUTH = {**REFRESHING, "TOKEN_RESPONSE": f"{__name__}.{hook}"}
    client = APIClient(raise_request_exception=False)
    answer = client.post("/rest_api/id_token", headers=basic("someone", "secret"))
    assert answer.status_code == 500
    assert not RefreshToken.objects.exists()
    assert told == []


@pytest.mark.parametrize("hook", ["unsendable", "failing"])
def test_nor_is_a_refresh_token_used_up_by_a_refresh_that_cannot(
    user: User, settings: Settings, hook: str, told: list[str]
) -> None:
    settings.DRUPAL_JWT_AUTH = REFRESHING
    sent = {"refresh_token": log_in()["refresh_token"]}
    client = APIClient(raise_request_exception=False)
    with override_settings(DRUPAL_JWT_AUTH={**REFRESHING, "TOKEN_RESPONSE": f"{__name__}.{hook}"}):
        assert client.post("/rest_api/refresh", sent, format="json").status_code == 500
    assert told == ["issued"]
    assert client.post("/rest_api/refresh", sent, format="json").status_code == 200
    assert told == ["issued", "issued"]
