"""Who writes by JSON:API changes what they say, whoever else writes at the same moment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.jsonapi.serializers import ResourceSerializer
from drupal_jwt_auth.jsonapi.uploads import FieldFileView
from drupal_jwt_auth.jsonapi.views import IndividualView
from drupal_jwt_auth.models import FieldConfig, File, Node, Revision, Term, Vocabulary
from tests.content.visitors import Answer
from tests.jsonapi.clients import PAGES, Client, refusal
from tests.system.meetings import Meeting
from tests.system.test_concurrent_writes import database, meet, prepared, site

__all__ = ["database", "meet", "prepared", "site"]

SAVING = (ResourceSerializer, "save")
"""Where a change has been read and decided."""

DELETING = (IndividualView, "remove")
"""Where a deletion has."""

RECEIVED = (FieldFileView, "receive")
"""Where an upload has been allowed, and nothing is locked."""

ANSWERING = (IndividualView, "finalize_response")
"""Where anything has been written, and nothing is committed."""


@pytest.fixture
def admin(site: None) -> Client:
    return Client(User.objects.get(username="admin"))


@pytest.fixture
def editor(site: None) -> Client:
    return Client(User.objects.get(username="editor"))


@pytest.fixture
def path(editor: Client) -> str:
    """A page of the editor's, which may have tags and files."""
    if not FieldConfig.objects.filter(storage__name="field_marks").exists():
        marks = {"target_type": "taxonomy_term"}
        add_field("field_marks", "entity_reference", settings=marks)
        add_field("field_files", "file", settings={"file_extensions": ""})
    return f"{PAGES}/{editor.make(PAGES, attributes={'title': 'Old'})['id']}"


def add_field(name: str, field_type: str, **values: Any) -> None:
    FieldConfig.objects.create_field(
        "node", "page", name, field_type, label=name, cardinality=-1, **values
    )


def node_at(path: str) -> Node:
    return Node.objects.get(uuid=path.rpartition("/")[2])


def relate(client: Client, method: str, path: str, *names: str) -> Answer:
    """Write to the tags of a page."""
    Vocabulary.objects.get_or_create(vid="marks", name="Marks")
    terms = [Term.objects.get_or_create(vid_id="marks", name=name)[0] for name in names]
    data = [{"type": "taxonomy_term--marks", "id": term.uuid} for term in terms]
    address = f"{path}/relationships/field_marks"
    return client.send(method, address, json.dumps({"data": data}), content_type=MEDIA_TYPE)


def marks(path: str) -> list[str]:
    items = node_at(path).fields.get("field_marks", [])
    return [Term.objects.get(pk=item["target_id"]).name for item in items]


def upload(client: Client, path: str) -> Answer:
    headers = {**client.headers, "Content-Disposition": 'file; filename="a.txt"'}
    address, media_type = f"{path}/field_files", "application/octet-stream"
    return client.client.generic("POST", address, b"hello", media_type, headers=headers)


def test_each_changes_an_attribute_of_their_own(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    """The revisions are in a row: each keeps what the one before has made."""
    meet(
        lambda: editor.alter(path, attributes={"title": "New"}),
        SAVING,
        lambda: admin.alter(path, attributes={"sticky": True}),
    )
    node = node_at(path)
    assert (node.title, node.sticky) == ("New", True)
    older = Revision.objects.filter(node=node, current_for=None).order_by("vid")
    assert [each.snapshot and each.snapshot["title"] for each in older] == [
        [{"value": "Old"}],
        [{"value": "New"}],
    ]


def test_what_two_add_to_a_relationship_is_there(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    relate(editor, "POST", path, "first")
    answers = meet(
        lambda: relate(editor, "POST", path, "second"),
        SAVING,
        lambda: relate(admin, "POST", path, "third"),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert marks(path) == ["first", "second", "third"]


def test_what_one_removes_the_other_does_not_bring_back(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    relate(editor, "POST", path, "first", "second")
    meet(
        lambda: relate(editor, "DELETE", path, "first"),
        SAVING,
        lambda: relate(admin, "POST", path, "third"),
    )
    assert marks(path) == ["second", "third"]


def test_what_two_upload_to_a_field_is_there(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    answers = meet(lambda: upload(editor, path), SAVING, lambda: upload(admin, path))
    assert [len(answer.json()["data"]) for answer in answers] == [1, 2]
    assert len(node_at(path).fields["field_files"]) == 2


def test_what_is_deleted_while_a_file_is_sent_for_it_is_gone(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    """And so is the file."""
    files = File.objects.count()
    answer, deleted = meet(
        lambda: upload(editor, path), RECEIVED, lambda: admin.send("DELETE", path)
    )
    assert (answer.status_code, deleted.status_code) == (404, 204)
    assert File.objects.count() == files


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_access_is_decided_on_what_the_first_has_made_of_it(
    meet: Meeting, admin: Client, editor: Client, path: str, method: str
) -> None:
    own = admin.ask("/jsonapi")["meta"]["links"]["me"]["meta"]["id"]
    author = {"uid": {"data": {"type": "user--user", "id": own}}}
    _, answer = meet(
        lambda: admin.alter(path, relationships=author),
        ANSWERING,
        lambda: (
            editor.send("DELETE", path)
            if method == "DELETE"
            else editor.amend(path, attributes={"title": "New"})
        ),
    )
    assert refusal(answer)[0] == 403
    assert node_at(path).title == "Old"


def test_what_two_delete_is_deleted_once(
    meet: Meeting, admin: Client, editor: Client, path: str
) -> None:
    answers = meet(
        lambda: editor.send("DELETE", path), DELETING, lambda: admin.send("DELETE", path)
    )
    assert [answer.status_code for answer in answers] == [204, 404]
