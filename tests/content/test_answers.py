"""What every answer has: its headers, and its bytes."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.content.path_alias.source import NewestAlias
from drupal_jwt_auth.models import Node
from tests.content.visitors import JSON, Visitor, nid_of, page

HEADERS = {
    "Cache-Control": "must-revalidate, no-cache, private",
    "Content-language": "en",
    "Expires": "Sun, 19 Nov 1978 05:00:00 GMT",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Generator": "Drupal 10 (https://www.drupal.org)",
}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/node/{}", "", 200),
        ("HEAD", "/node/{}", "", 200),
        ("POST", "/node", '{"type":"page","title":["x"]}', 201),
        ("PATCH", "/node/{}", '{"type":"page","title":["x"]}', 200),
        ("DELETE", "/node/{}", "", 204),
        ("POST", "/node", "{", 400),
        ("POST", "/node", "{}", 422),
        ("POST", "/node", '{"type":"page","title":["x"],"sticky":[1]}', 403),
        ("GET", "/node/99999", "", 404),
        ("GET", "/node", "", 405),
    ],
)
def test_every_answer_has_drupals_headers(
    editor: Visitor, method: str, path: str, body: str, status: int
) -> None:
    nid = nid_of(editor.create(page()))
    answer = editor.send(method, f"{path.format(nid)}?{JSON}", body)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Authorization" in answer.headers["Vary"]
    if status != 204:
        assert answer.headers["Content-Type"] == "application/json"


def test_a_refusal_without_a_token_has_them_too(anonymous: Visitor, pages: None) -> None:
    answer = anonymous.post(page())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_there_is_no_etag(editor: Visitor) -> None:
    answer = editor.get(nid_of(editor.create(page())))
    assert {"ETag", "Last-Modified"}.isdisjoint(answer.headers)


def test_the_bytes_are_those_that_php_writes(editor: Visitor) -> None:
    text = "é 😀 </a> & \"q\" 'a' \u2028 \x7f \\ \t"
    answer = editor.post(page(title=[text], body=[{"value": "a/b", "format": "plain_text"}]))
    assert (
        b'"title":[{"value":"\\u00e9 \\ud83d\\ude00 \\u003C\\/a\\u003E \\u0026 \\u0022q\\u0022 '
        b'\\u0027a\\u0027 \\u2028 \x7f \\\\ \\t"}]'
    ) in answer.content
    assert b'"format":"Y-m-d\\\\TH:i:sP"' in answer.content
    assert answer.content.endswith(
        b'"body":[{"value":"a\\/b","format":"plain_text",'
        b'"processed":"\\u003Cp\\u003Ea\\/b\\u003C\\/p\\u003E\\n","summary":null}]}'
    )
    assert answer.content.startswith(
        b'{"nid":[{"value":%d}],"uuid":[{"value":"' % nid_of(answer.json())
    )


def test_the_bytes_of_a_refusal_are_too(editor: Visitor) -> None:
    assert editor.post({"type": "é</b>", "title": ["x"]}).content == (
        b'{"message":"\\u0022\\u00e9\\u003C\\/b\\u003E\\u0022 is not a valid bundle type for '
        b'denormalization."}'
    )


# URLs that there are not


def test_an_unknown_url_is_told_as_drupal_tells_it(anonymous: Visitor, db: None) -> None:
    for method in ("GET", "POST", "FOO"):
        answer = anonymous.send(method, f"/nope?{JSON}&a=b")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {"message": f'No route found for "{method} http://testserver/nope"'}


def test_the_referer_is_named(anonymous: Visitor, db: None) -> None:
    answer = anonymous.send("GET", f"/nope?{JSON}", Referer="http://example.com/<a>")
    assert answer.content == (
        b'{"message":"No route found for \\u0022GET http:\\/\\/testserver\\/nope\\u0022 '
        b'(from \\u0022http:\\/\\/example.com\\/\\u003Ca\\u003E\\u0022)"}'
    )


def test_an_unknown_url_has_the_headers_of_every_answer(anonymous: Visitor, db: None) -> None:
    answer = anonymous.send("GET", f"/nope?{JSON}")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("query", ["", "?_format=", "?_format=0", "?_format=json&_format=html"])
def test_where_a_page_is_asked_for_the_projects_own_answers(
    anonymous: Visitor, db: None, query: str
) -> None:
    answer = anonymous.send("GET", f"/nope{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"Not Found" in answer.content


@pytest.mark.parametrize(
    "path", ["/entity/node", "/node/1/foo", "/node/1//", "/rest_api", "/nodes"]
)
def test_these_are_no_urls_of_the_apps(anonymous: Visitor, db: None, path: str) -> None:
    assert anonymous.send("POST", f"{path}?{JSON}").status_code == 404


# A fault of the server's


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_fault_while_saving_leaves_nothing_half_saved(
    editor: Visitor, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nid = nid_of(editor.create(page()))

    def fail(self: NewestAlias, entity: Node, item: Any) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(NewestAlias, "save_item", fail)
    editor.client.raise_request_exception = False
    document = page(title=["New"], path=["/new"])
    answer = editor.post(document) if method == "POST" else editor.patch(nid, document)
    assert answer.status_code == 500
    assert [node.title for node in Node.objects.all()] == ["A page"]
    assert editor.read(nid)["title"] == [{"value": "A page"}]
