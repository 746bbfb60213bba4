"""``/entity/comment_type/{id}``: what a comment type is, from its own row."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import CommentType, ConfigObject, FieldConfig
from tests.content.comment.commenters import Commenter
from tests.content.visitors import JSON, make_user, message

PATH = f"/entity/comment_type/comment?{JSON}"


@pytest.fixture
def builder(discussed: FieldConfig) -> Commenter:
    """Administers comment types."""
    return Commenter(make_user("builder", "administer comment types"))


def test_a_type_is_shown_as_drupal_keeps_it(builder: Commenter) -> None:
    answer = builder.send("GET", PATH)
    assert answer.json() == {
        "uuid": CommentType.objects.get().uuid,
        "langcode": "en",
        "status": True,
        "dependencies": [],
        "id": "comment",
        "label": "Default comments",
        "target_entity_type_id": "node",
        "description": "",
    }


def test_what_was_imported_is_shown_with_what_has_changed_since(builder: Commenter) -> None:
    stored: Any = {"label": "Old", "third_party_settings": {"a": 1}, "description": None}
    ConfigObject.objects.create(name="comment.type.comment", data=stored)
    document = builder.send("GET", PATH).json()
    assert list(document)[:3] == list(stored)
    assert document["label"] == "Default comments"
    assert document["third_party_settings"] == {"a": 1}
    assert document["description"] is None


def test_it_takes_a_permission(member: Commenter) -> None:
    text = "The 'administer comment types' permission is required."
    assert message(member.send("GET", PATH)) == (403, text)


def test_a_type_that_there_is_not_is_not_found(builder: Commenter) -> None:
    ConfigObject.objects.create(name="comment.type.gone", data={"id": "gone"})
    assert builder.send("GET", f"/entity/comment_type/gone?{JSON}").status_code == 404
