"""An answered request leaves nothing behind, even where Python does not look for circles."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import ClientHandler
from pytest_django import Settings
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.resources.serializers import Values
from drupal_jwt_auth.serializers import NodeSerializer
from tests.content.visitors import Visitor, nid_of
from tests.headers import basic

OURS = (APIView, Request, Response, BaseSerializer, Account, SiteContext)
"""What a request is answered with; any of them would keep its body or its answer."""

NODE = "/node?_format=json"
PAGE = {"type": "page", "title": ["A page"], "body": ["Text"]}


@pytest.fixture
def editor(site: None) -> Visitor:
    return Visitor(User.objects.get(username="editor"))


@pytest.fixture
def nid(editor: Visitor) -> int:
    return nid_of(editor.create(PAGE))


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing but what nobody refers to is freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive(*kinds: type) -> dict[int, Any]:
    """Return all objects of these kinds by their identity."""
    # Not by `isinstance`, which asks what a weak proxy stands for.
    return {id(each): each for each in gc.get_objects() if issubclass(type(each), kinds)}


def send(method: str, path: str, body: Any = b"", **headers: str) -> int:
    """Send a request, and return the status."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = RequestFactory().generic(
        method, path, sent, content_type="application/json" if sent else "", headers=headers
    )
    # It closes the answer; unlike a `Client`, it does not tie anything to it.
    status: int = ClientHandler()(request.environ).status_code
    return status


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (200, ("GET", "/node/{nid}?_format=json", b"")),
        (200, ("HEAD", "/node/{nid}?_format=json", b"")),
        # Its entry in the audit log waits for the end of a transaction, if there is one.
        pytest.param(
            200,
            ("OPTIONS", "/node/{nid}?_format=json", b""),
            marks=pytest.mark.django_db(transaction=True),
        ),
        (201, ("POST", NODE, PAGE)),
        (200, ("PATCH", "/node/{nid}?_format=json", {"type": "page", "title": ["Another"]})),
        (204, ("DELETE", "/node/{nid}?_format=json", b"")),
        (200, ("GET", "/rest_api/userinfo?_format=json", b"")),
        (200, ("POST", "/rest_api/revoke", {"token": "x"})),
        (400, ("POST", NODE, b"{")),
        (403, ("POST", NODE, {**PAGE, "uid": [1]})),
        (404, ("PATCH", "/node/999999?_format=json", PAGE)),
        (405, ("PUT", NODE, PAGE)),
        (406, ("GET", "/node/{nid}?_format=hal", b"")),
        (413, ("POST", NODE, b" " * 101)),
        (422, ("POST", NODE, {**PAGE, "body": [1, 2]})),
    ],
)
@pytest.mark.usefixtures("uncollected")
def test_no_view_no_request_and_no_answer_is_kept(
    editor: Visitor, nid: int, settings: Settings, sent: tuple[str, str, Any], status: int
) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 100}
    method, path, body = sent
    before = alive(*OURS)
    assert send(method, path.format(nid=nid), body, **editor.headers) == status
    assert alive(*OURS).keys() == before.keys()


def test_nor_where_a_rule_of_the_project_refuses(
    editor: Visitor, uncollected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: NodeSerializer, attrs: Values) -> Values:
        raise ValidationError({"title": ["No."]})

    monkeypatch.setattr(NodeSerializer, "validate", refuse)
    before = alive(*OURS)
    assert send("POST", NODE, PAGE, **editor.headers) == 422
    assert alive(*OURS).keys() == before.keys()


@pytest.mark.parametrize("password", ["editor-pass", "wrong"])
def test_nor_of_a_login(editor: Visitor, uncollected: None, password: str) -> None:
    before = alive(*OURS)
    send("POST", "/rest_api/id_token", **basic("editor", password))
    assert alive(*OURS).keys() == before.keys()


def test_django_may_keep_its_request_but_not_the_body(editor: Visitor, uncollected: None) -> None:
    """As it does where messages are used: these know the request, and it knows them."""
    before = alive(WSGIRequest)
    assert send("POST", NODE, PAGE, **editor.headers) == 201
    after = alive(WSGIRequest)
    assert [after[each].body for each in after.keys() - before.keys()] == [b""]


def test_a_middleware_sees_all_of_them(
    editor: Visitor, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Until the answer is sent, after which nobody can ask."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.looking"]
    looked.clear()
    answer = editor.post(PAGE)
    assert looked == [(json.dumps(PAGE).encode(), answer.json())]


looked: list[tuple[bytes, Any]] = []


def looking(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Be a middleware that looks at requests and answers."""

    def look(request: HttpRequest) -> Any:
        response: Any = get_response(request)
        looked.append((request.body, json.loads(json.dumps(response.data))))
        return response

    return look
