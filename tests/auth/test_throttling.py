"""A project may throttle logins with DRF's throttles too: these count each request."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.request import Request
from rest_framework.test import APIClient
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from drupal_jwt_auth.models import Node
from tests.conftest import Client
from tests.headers import basic
from tests.project import ClosedForAWhile

pytestmark = pytest.mark.urls("tests.project")

TOO_MANY = {
    "status": "error",
    "error": "TOO_MANY_REQUESTS",
    "error_description": "Too many requests. Please try again later.",
}


def test_requests_are_limited_before_flood_control_is(user: User) -> None:
    client = APIClient()
    wrong = [client.post("/limited/id_token", headers=basic("someone", str(n))) for n in range(5)]
    assert [response.status_code for response in wrong] == [401, 401, 401, 429, 429]
    assert wrong[3].json() == TOO_MANY


def test_a_limited_client_is_told_when_to_come_back(user: User) -> None:
    client = APIClient()
    for _ in range(3):
        client.post("/limited/id_token")
    response = client.post("/limited/id_token")
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert response.headers["Cache-Control"] == "no-store"
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.usefixtures("no_audit_log")
def test_the_right_password_is_not_looked_at_either(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = APIClient()
    for _ in range(3):
        client.post("/limited/id_token", headers=basic("someone", "wrong"))
    with django_assert_num_queries(0):
        response = client.post("/limited/id_token", headers=basic("someone", "secret"))
    assert response.status_code == 429


def test_others_are_not_limited(user: User) -> None:
    for _ in range(4):
        APIClient().post("/limited/id_token", headers=basic("someone", "wrong"))
    client = APIClient(REMOTE_ADDR="192.0.2.1")
    assert client.post("/limited/id_token", headers=basic("someone", "secret")).status_code == 200


def test_the_endpoint_limits_failures_not_requests(user: User) -> None:
    client = APIClient()
    statuses = {client.post("/rest_api/id_token").status_code for _ in range(60)}
    assert statuses == {401}
    for _ in range(60):
        response = client.post("/rest_api/id_token", headers=basic("someone", "secret"))
        assert response.status_code == 200


def test_a_throttle_that_does_not_say_when_is_answered_without_a_time() -> None:
    response = APIClient().post("/closed/id_token")
    assert response.status_code == 429
    assert response.json() == TOO_MANY
    assert "Retry-After" not in response.headers


def test_a_client_that_comes_back_when_told_does_not_come_too_soon() -> None:
    response = APIClient().post("/closed-for-a-while/id_token")
    assert response.json() == TOO_MANY
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/rest_api/id_token"),
        ("POST", "/rest_api/refresh"),
        ("POST", "/rest_api/revoke"),
        ("GET", "/rest_api/userinfo"),
        ("GET", "/rest_api/jwks"),
        ("POST", "/node?_format=json"),
        ("GET", "/node/1?_format=json"),
        ("PATCH", "/node/1?_format=json"),
        ("DELETE", "/node/1?_format=json"),
    ],
)
@pytest.mark.usefixtures("site")
def test_throttles_for_all_views_are_answered_as_documented(
    method: str, path: str, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = User.objects.get(username="admin")
    Node.objects.create(nid=1, type_id="page", title="A page", uid=admin)
    # Where DRF has put DEFAULT_THROTTLE_CLASSES when its views were imported.
    monkeypatch.setattr(APIView, "throttle_classes", (ClosedForAWhile,))
    response = client_of("admin").generic(method, path, "{}", "application/json")
    assert (response.status_code, response.json()) == (429, TOO_MANY)
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.usefixtures("site")
def test_a_write_is_counted_once_and_before_its_transaction(
    method: str, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal undoes the transaction, and would undo what was counted in it."""
    admin = User.objects.get(username="admin")
    Node.objects.create(nid=1, type_id="page", title="A page", uid=admin)
    depths: list[int] = []

    class Counting(BaseThrottle):
        def allow_request(self, request: Request, view: APIView) -> bool:
            depths.append(len(connection.savepoint_ids))
            return True

    monkeypatch.setattr(APIView, "throttle_classes", (Counting,))
    path = "/node" if method == "POST" else "/node/1"
    response = client_of("admin").generic(method, f"{path}?_format=json", "[", "application/json")
    assert response.status_code == 400
    assert depths == [len(connection.savepoint_ids)]


def test_other_views_answer_as_drupal_does() -> None:
    client = APIClient()
    for _ in range(3):
        client.get("/limited/faulty/teapot")
    response = client.get("/limited/faulty/teapot")
    assert response.status_code == 429
    assert response.json()["message"].startswith("Request was throttled.")
    assert 0 < int(response.headers["Retry-After"]) <= 60
