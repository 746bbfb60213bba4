"""``GET /node/{node}``, HEAD and OPTIONS, other methods, and how a path may be written."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.content.visitors import JSON, Answer, Visitor, message, nid_of, page

NOT_CONVERTED = (
    'The "node" parameter was not converted for the path "/node/{node}" '
    '(route name: "rest.entity.node.%s")'
)
ALLOW = "GET, HEAD, DELETE, PATCH"


@pytest.fixture
def nid(editor: Visitor) -> int:
    return nid_of(editor.create(page(path=["/About/Us"])))


@pytest.mark.parametrize(
    "path",
    ["/node/{}", "/node/{}/", "/NODE/{}", "/node/{}.0", "/node/0{}", "/node/+{}", "/node/%20{}"],
)
def test_a_node_is_found_however_its_number_is_written(
    editor: Visitor, nid: int, path: str
) -> None:
    assert nid_of(editor.read(path.format(nid))) == nid


@pytest.mark.parametrize("path", ["/about/us", "/About/Us", "/ABOUT/us/"])
def test_a_node_is_found_by_its_alias_in_any_case(editor: Visitor, nid: int, path: str) -> None:
    assert nid_of(editor.read(path)) == nid


@pytest.mark.parametrize(
    "number",
    ["99999", "0", "-1", "abc", "1.5", "0x1", "%C3%A9", "9223372036854775808", "9" * 30, "%00"],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_there_is_no_other_node(editor: Visitor, method: str, number: str) -> None:
    answer = editor.send(method, f"/node/{number}?{JSON}", "{}")
    assert message(answer) == (404, NOT_CONVERTED % method)


def test_an_alias_wins_over_a_number(editor: Visitor, nid: int) -> None:
    other = nid_of(editor.create(page(path=[f"/node/{nid}"])))
    assert nid_of(editor.read(nid)) == other
    editor.change(nid, {"type": "page", "title": ["Hijacked"]})
    assert editor.read(other)["title"] == [{"value": "Hijacked"}]


def links(answer: Answer) -> list[tuple[str, str]]:
    """Relation and address of each link, in their order."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:, |$)', answer.headers["Link"])
    return [
        (relation.replace("https://drupal.org/link-relations", ""), to) for to, relation in found
    ]


def test_seven_other_addresses_are_linked_in_drupals_order(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    site = "http://testserver"
    for method in ("GET", "HEAD"):
        assert links(editor.send(method, f"/node/{nid}?{JSON}")) == [
            ("canonical", f"{site}/node/{nid}"),
            ("/delete-form", f"{site}/node/{nid}/delete"),
            ("/delete-multiple-form", f"{site}/admin/content/node/delete?node={nid}"),
            ("edit-form", f"{site}/node/{nid}/edit"),
            ("version-history", f"{site}/node/{nid}/revisions"),
            ("/revision", f"{site}/node/{nid}"),
            ("/create", f"{site}/node?node={nid}"),
        ]


def test_the_node_itself_is_linked_at_its_alias(editor: Visitor, nid: int) -> None:
    for path in (f"/node/{nid}", "/about/us"):
        found = dict(links(editor.get(path)))
        assert found["canonical"] == found["/revision"] == "http://testserver/About/Us"
        assert found["edit-form"] == f"http://testserver/node/{nid}/edit"


def test_only_reading_is_answered_with_links(editor: Visitor, nid: int) -> None:
    answers = (
        editor.post(page()),
        editor.patch(nid, page()),
        editor.get(99999),
        editor.delete(nid),
    )
    assert [answer.status_code for answer in answers] == [201, 200, 404, 204]
    assert not any("Link" in answer.headers for answer in answers)


def test_head_answers_as_get_without_the_document(editor: Visitor, nid: int) -> None:
    head, get = (editor.send(method, f"/node/{nid}?{JSON}") for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers
    missing = editor.send("HEAD", f"/node/99999?{JSON}")
    assert (missing.status_code, missing.content) == (404, b"")
    assert editor.send("HEAD", f"/node?{JSON}").status_code == 405


@pytest.mark.parametrize(
    ("path", "allow"), [("/node", "POST"), ("/node/1", "GET, POST, DELETE, PATCH")]
)
def test_options_names_the_methods(anonymous: Visitor, path: str, allow: str) -> None:
    for query, media_type in (("", "text/html; charset=UTF-8"), (f"?{JSON}", "application/json")):
        answer = anonymous.send("OPTIONS", path + query)
        assert (answer.status_code, answer.content, answer.headers["Allow"]) == (200, b"", allow)
        assert answer.headers["Content-Type"] == media_type


@pytest.mark.parametrize("method", ["PUT", "POST", "FOO", "COPY", "TRACE"])
def test_another_method_is_refused_first_of_all(anonymous: Visitor, method: str) -> None:
    answer = anonymous.send(method, "/node/99999?_format=xml", "{")
    assert message(answer) == (
        405,
        (
            f'No route found for "{method} http://testserver/node/99999": '
            f"Method Not Allowed (Allow: {ALLOW})"
        ),
    )
    assert answer.headers["Allow"] == ALLOW


@pytest.mark.parametrize("method", ["GET", "HEAD", "PATCH", "PUT", "DELETE", "FOO"])
def test_nodes_are_not_listed(anonymous: Visitor, method: str) -> None:
    answer = anonymous.send(method, f"/node?{JSON}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    if method != "HEAD":
        assert message(answer)[1] == (
            f'No route found for "{method} http://testserver/node": '
            "Method Not Allowed (Allow: POST)"
        )


@pytest.mark.parametrize("value", ["xml", "JSON", "hal_json", "json "])
def test_another_format_is_not_acceptable(editor: Visitor, nid: int, value: str) -> None:
    text = "No route found for the specified format. Supported formats: json."
    assert message(editor.get(f"/node/{nid}?_format={value}")) == (406, text)
    answer = editor.send("POST", f"/node?_format={value}", "{")
    assert message(answer) == (406, text)


@pytest.mark.parametrize(
    "query", ["", "?_format=", "?_format=json", "?_format=xml&_format=json", "?a=b&_format=json"]
)
def test_json_is_what_there_is(editor: Visitor, nid: int, query: str) -> None:
    assert editor.send("GET", f"/node/{nid}{query}", Accept="text/html").status_code == 200


def test_the_last_format_counts(editor: Visitor, nid: int) -> None:
    assert editor.get(f"/node/{nid}?_format=json&_format=xml").status_code == 406


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_document_that_is_not_needed_is_read_all_the_same(
    editor: Visitor, nid: int, method: str
) -> None:
    path = f"/node/{nid}?{JSON}"
    for body, status in (("{", 400), ("{}", 422), ('{"type":"page","foo":1}', 422), ("null", 422)):
        assert editor.send(method, path, body).status_code == status
    assert editor.send(method, path, "0").status_code in (200, 204)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_document_that_is_not_needed_is_json_all_the_same(
    editor: Visitor, nid: int, method: str
) -> None:
    path = f"/node/{nid}?{JSON}"
    assert message(editor.send(method, path, "x", content_type="text/plain")) == (
        415,
        'No route found that matches "Content-Type: text/plain"',
    )
    assert message(editor.send(method, path, "x", content_type="")) == (
        415,
        'No "Content-Type" request header specified',
    )
    answer = editor.client.generic(
        method, path, b"", content_type="text/plain", headers=editor.headers
    )
    assert answer.status_code in (200, 204)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_document_that_is_not_needed_may_be_large(
    editor: Visitor, nid: int, settings: Any, method: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    path = f"/node/{nid}?{JSON}"
    assert message(editor.send(method, path, "[" * 20)) == (400, "Syntax error")
    assert editor.send(method, path, '{"type":"page","title":["x"]}').status_code in (200, 204)


def test_who_may_not_read_learns_nothing_of_the_document(reader: Visitor, editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    assert reader.send("DELETE", f"/node/{nid}?{JSON}", "{").status_code == 403


def test_a_node_may_have_a_type_that_this_process_does_not_know_yet(
    editor: Visitor, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The type was made between two queries of one request."""
    from drupal_jwt_auth.content.entity import structure  # noqa: PLC0415
    from drupal_jwt_auth.models import ContentModel  # noqa: PLC0415

    nid = nid_of(editor.create(page()))
    stamp = ContentModel.objects.get().stamp
    monkeypatch.setattr(structure, "_known", structure.Structure(stamp, {}, {}, {}))
    assert nid_of(admin.read(nid)) == nid


def test_one_site_is_on_several_hosts(editor: Visitor, nid: int, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "example.com"]
    answer = editor.get(nid, Host="example.com")
    assert all(address.startswith("http://example.com/") for _, address in links(answer))
