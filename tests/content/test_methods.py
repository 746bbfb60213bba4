"""The header X-HTTP-Method-Override, as Symfony reads it: for clients that can send POST alone."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import AuditEntry, Node
from tests.content.visitors import JSON, Answer, Visitor, message, nid_of, page


def override(
    visitor: Visitor, method: str, path: str, body: str = "", *, sent: str = "POST"
) -> Answer:
    return visitor.send(sent, f"{path}?{JSON}", body, X_HTTP_Method_Override=method)


@pytest.fixture
def nid(editor: Visitor) -> int:
    return nid_of(editor.create(page(path=["/about"])))


def test_a_post_means_the_method_that_it_names(editor: Visitor, nid: int) -> None:
    for path in (f"/node/{nid}", "/about"):
        read = override(editor, "GET", path)
        assert (read.status_code, "Link" in read.headers) == (200, True)
        changed = override(editor, "patch", path, '{"type":"page","title":["New"]}')
        assert changed.json()["title"] == [{"value": "New"}]
    head = override(editor, "HEAD", "/about")
    assert head.status_code == 200
    assert override(editor, "OPTIONS", "/about").headers["Allow"] == "GET, POST, DELETE, PATCH"
    assert override(editor, "DELETE", "/about").status_code == 204
    assert not Node.objects.exists()


def test_a_post_that_names_itself_is_one(editor: Visitor) -> None:
    assert override(editor, "POST", "/node", '{"type":"page","title":["x"]}').status_code == 201


@pytest.mark.parametrize("sent", ["GET", "PATCH", "PUT", "DELETE"])
def test_another_method_is_what_it_is(editor: Visitor, nid: int, sent: str) -> None:
    named = {"GET": "DELETE", "PATCH": "GET", "PUT": "GET", "DELETE": "GET"}[sent]
    body = '{"type":"page","title":["New"]}' if sent == "PATCH" else ""
    status = {"GET": 200, "PATCH": 200, "PUT": 405, "DELETE": 204}[sent]
    assert override(editor, named, f"/node/{nid}", body, sent=sent).status_code == status
    assert Node.objects.exists() is (sent != "DELETE")


def test_a_method_that_there_is_not_is_refused_as_one(editor: Visitor, nid: int) -> None:
    assert message(override(editor, "foo", f"/node/{nid}")) == (
        405,
        (
            f'No route found for "FOO http://testserver/node/{nid}": '
            "Method Not Allowed (Allow: GET, HEAD, DELETE, PATCH)"
        ),
    )
    answer = override(editor, "GET", "/rest_api/id_token")
    assert (answer.status_code, answer.json()["error"]) == (405, "INVALID_HTTP_METHOD")


@pytest.mark.parametrize("named", ["", "GET, POST", "PATCH1", "<b>", "ÄNDERN", "GET "])
def test_what_can_be_no_method_is_refused(editor: Visitor, nid: int, named: str) -> None:
    assert message(override(editor, named, f"/node/{nid}")) == (
        400,
        "Invalid HTTP method override.",
    )


def test_a_parameter_names_none(editor: Visitor, nid: int) -> None:
    assert editor.send("POST", f"/node/{nid}?{JSON}&_method=DELETE").status_code == 405
    body = "_method=DELETE"
    content_type = "application/x-www-form-urlencoded"
    answer = editor.send("POST", f"/node/{nid}?{JSON}", body, content_type=content_type)
    assert answer.status_code == 405


def test_the_permissions_are_those_of_the_method(
    reader: Visitor, editor: Visitor, nid: int, settings: Any
) -> None:
    assert override(reader, "GET", f"/node/{nid}").status_code == 200
    assert override(reader, "DELETE", f"/node/{nid}").status_code == 403
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    assert override(Visitor(), "GET", f"/node/{nid}").status_code == 200
    assert override(Visitor(), "DELETE", f"/node/{nid}").status_code == 401


def test_the_log_has_the_method_that_is_meant(reader: Visitor, nid: int, editor: Visitor) -> None:
    override(reader, "DELETE", f"/node/{nid}")
    assert AuditEntry.objects.latest("pk").method == "DELETE"
