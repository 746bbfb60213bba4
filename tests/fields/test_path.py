"""``path``: the URL alias of a node, one item with its id and language."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models import PathAlias
from tests.content.visitors import Visitor, faults, message, nid_of, page

NONE = [{"alias": None, "pid": None, "langcode": "en"}]


def test_a_node_without_an_alias_says_so(editor: Visitor) -> None:
    assert editor.create(page())["path"] == NONE


def test_an_alias_comes_with_its_id(editor: Visitor) -> None:
    created = editor.create(page(path=[{"alias": "/about"}]))
    pid = PathAlias.objects.get().pid
    assert created["path"] == [{"alias": "/about", "pid": pid, "langcode": None}]
    assert editor.read(nid_of(created))["path"] == [
        {"alias": "/about", "pid": pid, "langcode": "en"}
    ]


@pytest.mark.parametrize("value", [[], None, "", {}])
def test_nothing_is_no_item(editor: Visitor, value: Any) -> None:
    created = editor.create(page(path=value))
    assert created["path"] == []
    assert editor.read(nid_of(created))["path"] == NONE


@pytest.mark.parametrize("item", [{"alias": ""}, {"alias": None}, {}, None])
def test_an_empty_alias_makes_none(editor: Visitor, item: Any) -> None:
    nid = nid_of(editor.create(page(path=[item])))
    assert editor.read(nid)["path"] == NONE


def test_a_bare_alias_is_no_list(editor: Visitor) -> None:
    text = 'Field values for "path" must use an array structure'
    assert message(editor.post(page(path="/about"))) == (422, text)


def test_a_node_takes_one_alias(editor: Visitor) -> None:
    assert faults(editor.post(page(path=["/a", "/b"]))) == [
        "path: URL alias: this field cannot hold more than 1 values."
    ]


@pytest.mark.parametrize("name", ["alias", "langcode", "pid"])
def test_properties_have_types(editor: Visitor, name: str) -> None:
    assert faults(editor.post(page(path=[{"alias": "/a", name: ["x"]}]))) == [
        f"path.0.{name}: This value should be of the correct primitive type."
    ]


@pytest.mark.parametrize(
    "alias", ["/a b", "/a?b=1", "/a#b", "/<b>x</b>", "/ünï/😀", "/" + "x" * 300, "/%41", "/a/b/c"]
)
def test_an_alias_is_any_text(editor: Visitor, alias: str) -> None:
    answer = editor.post(page(path=[alias]))
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://testserver{quote(alias)}"
    assert nid_of(editor.read(quote(alias))) == nid_of(answer.json())


def test_an_alias_has_a_length(editor: Visitor) -> None:
    alias = "/" + "ü" * (ALIAS_MAX_LENGTH - 1)
    assert editor.create(page(path=[alias]))["path"][0]["alias"] == alias
    assert faults(editor.post(page(path=[f"{alias}x"]))) == [
        f"path.0.alias: URL alias: may not be longer than {ALIAS_MAX_LENGTH} characters."
    ]


def test_there_is_no_space_around_an_alias(editor: Visitor) -> None:
    created = editor.create(page(path=[{"alias": " /a b\n"}]))
    assert created["path"][0]["alias"] == editor.read(nid_of(created))["path"][0]["alias"] == "/a b"
    assert editor.read(nid_of(editor.create(page(path=["  "]))))["path"] == NONE


def test_an_alias_may_be_a_number(editor: Visitor) -> None:
    assert editor.create(page(path=[5]))["path"][0]["alias"] == "5"


def test_an_alias_without_a_slash_is_not_found(editor: Visitor) -> None:
    answer = editor.post(page(path=["bar"]))
    assert answer.headers["Location"] == "http://testserverbar"
    assert editor.get("/bar").status_code == 404


def test_an_alias_never_leads_to_another_site(editor: Visitor) -> None:
    answer = editor.post(page(path=["//evil.example/x"]))
    assert answer.headers["Location"] == "http://testserver/evil.example/x"


def test_several_nodes_may_have_the_same_and_the_newest_wins(editor: Visitor) -> None:
    nids = [nid_of(editor.create(page(path=["/same"]))) for _ in range(2)]
    assert nid_of(editor.read("/same")) == nids[1]
    assert editor.delete(nids[1]).status_code == 204
    assert nid_of(editor.read("/same")) == nids[0]


def test_a_change_of_alias_moves_the_node(editor: Visitor) -> None:
    created = editor.create(page(path=["/old"]))
    nid, path = nid_of(created), created["path"][0]
    moved = {"type": "page", "path": [{**path, "alias": "/new"}]}
    assert editor.change(nid, moved)["path"] == [{**path, "alias": "/new"}]
    assert editor.get("/old").status_code == 404
    assert nid_of(editor.read("/new")) == nid


def test_an_alias_without_its_id_is_another_one(editor: Visitor) -> None:
    created = editor.create(page(path=["/old"]))
    nid = nid_of(created)
    editor.change(nid, {"type": "page", "path": ["/new"]})
    assert nid_of(editor.read("/old")) == nid
    assert editor.read(nid)["path"][0]["alias"] == "/new"


def test_an_empty_alias_with_its_id_is_removed(editor: Visitor) -> None:
    created = editor.create(page(path=["/old"]))
    nid, pid = nid_of(created), created["path"][0]["pid"]
    editor.change(nid, {"type": "page", "path": [{"alias": "", "pid": pid}]})
    assert editor.get("/old").status_code == 404
    assert editor.read(nid)["path"] == NONE


def test_another_nodes_alias_is_left_alone(editor: Visitor) -> None:
    other = editor.create(page(path=["/other"]))
    nid = nid_of(editor.create(page()))
    taken = {"alias": "/mine", "pid": other["path"][0]["pid"]}
    editor.change(nid, {"type": "page", "path": [taken]})
    assert nid_of(editor.read("/other")) == nid_of(other)
    assert nid_of(editor.read("/mine")) == nid


def test_an_alias_that_is_sent_back_changes_nothing(editor: Visitor, reader: Visitor) -> None:
    nid = nid_of(editor.create(page(path=["/same"])))
    read = editor.read(nid)
    assert editor.change(nid, {"type": "page", "path": read["path"]}) == read


def test_aliases_need_a_permission(pages: None, visitor_with: Any) -> None:
    author = visitor_with("create page content", "edit own page content")
    refused = "Access denied on creating field 'path'."
    assert message(author.post(page(path=["/a"]))) == (403, refused)
    nid = nid_of(author.create(page()))
    assert author.change(nid, {"type": "page", "path": NONE})["path"] == NONE
    assert message(author.patch(nid, {"type": "page", "path": ["/a"]})) == (
        403,
        (
            "Access denied on updating field 'path'. The following permissions are required: "
            "'create url aliases' OR 'administer url aliases'."
        ),
    )


@pytest.mark.parametrize("permission", ["create url aliases", "administer url aliases"])
def test_either_permission_will_do(pages: None, visitor_with: Any, permission: str) -> None:
    author = visitor_with("create page content", permission)
    assert author.create(page(path=["/a"]))["path"][0]["alias"] == "/a"
