"""``DELETE /node/{node}``: removing nodes."""

from __future__ import annotations

import pytest

from drupal_jwt_auth.models import Node, PathAlias, Revision
from tests.content.visitors import JSON, Visitor, message, nid_of, page


def test_a_node_goes_with_all_that_belongs_to_it(editor: Visitor) -> None:
    nid = nid_of(editor.create(page(path=["/about"])))
    kept = nid_of(editor.create(page(path=["/kept"])))
    answer = editor.delete(nid)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert [node.nid for node in Node.objects.all()] == [kept]
    assert [revision.node_id for revision in Revision.objects.all()] == [kept]
    assert [alias.alias for alias in PathAlias.objects.all()] == ["/kept"]


def test_what_was_deleted_is_not_found(editor: Visitor) -> None:
    nid = nid_of(editor.create(page(path=["/about"])))
    editor.delete(nid)
    assert editor.get(nid).status_code == editor.delete(nid).status_code == 404
    assert editor.get("/about").status_code == 404


@pytest.mark.parametrize("path", ["/about", "/ABOUT/"])
def test_a_node_is_deleted_at_its_alias(editor: Visitor, path: str) -> None:
    editor.create(page(path=["/about"]))
    assert editor.send("DELETE", f"{path}?{JSON}").status_code == 204
    assert not Node.objects.exists()


def test_no_format_and_no_content_type_are_needed(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    assert editor.send("DELETE", f"/node/{nid}").status_code == 204


def test_a_document_must_be_right_if_there_is_one(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    assert message(editor.send("DELETE", f"/node/{nid}?{JSON}", "{}"))[0] == 422
    assert Node.objects.exists()
    assert editor.send("DELETE", f"/node/{nid}?{JSON}", '{"type":"page"}').status_code == 204


def test_all_revisions_go(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    Revision.objects.create(node_id=nid)
    assert editor.delete(nid).status_code == 204
    assert not Revision.objects.exists()
