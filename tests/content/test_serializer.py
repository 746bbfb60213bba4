"""`NodeSerializer` on a project's own views, or on none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from rest_framework.exceptions import PermissionDenied

from drupal_jwt_auth.http.exceptions import EntityValidationError, UnprocessableEntity
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.serializers import NodeSerializer
from tests.content.visitors import Visitor, make_user, page


def serializer(user: Any = None, *args: Any, **kwargs: Any) -> NodeSerializer:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return NodeSerializer(*args, context={"request": request}, **kwargs)


@pytest.fixture
def writer(pages: None) -> User:
    return make_user("writer", "create page content", "edit own page content")


def saved(user: User, **fields: Any) -> Node:
    made = serializer(user, data=page(**fields))
    made.is_valid(raise_exception=True)
    node: Node = made.save()
    return node


def test_it_makes_a_node_for_the_user_of_the_request(writer: User) -> None:
    node = saved(writer, body=["Text"])
    assert (node.title, node.uid, node.fields["body"][0]["value"]) == ("A page", writer, "Text")
    assert Node.objects.get() == node


def test_its_data_is_the_wire_form(writer: User) -> None:
    made = serializer(writer, data=page())
    assert made.is_valid()
    assert made.validated_data == {"title": [{"value": "A page"}]}
    node = made.save()
    assert made.data["nid"] == [{"value": node.nid}]
    assert serializer(writer, Node.objects.get()).data == made.data


def test_it_shows_what_the_user_may_see(writer: User) -> None:
    node = saved(writer)
    assert "revision_log" in serializer(writer, node).data
    assert "revision_log" not in serializer(None, node).data
    assert "revision_log" not in NodeSerializer(node).data


def test_it_shows_many(writer: User) -> None:
    nodes = [saved(writer, title=[title]) for title in "ab"]
    shown = serializer(writer, nodes, many=True).data
    assert [each["title"][0]["value"] for each in shown] == ["a", "b"]


def test_it_changes_a_node(writer: User) -> None:
    changing = serializer(writer, saved(writer), data=page(title=["New"]))
    assert changing.is_valid(raise_exception=True)
    changing.save()
    assert Node.objects.get().title == "New"
    assert changing.data["title"] == [{"value": "New"}]


def test_what_is_not_valid_has_errors_by_path(writer: User) -> None:
    made = serializer(writer, data=page(title=[""], body=[1, 2]))
    assert not made.is_valid()
    assert made.errors == {
        "title": ["This value should not be null."],
        "body": ["Body: this field cannot hold more than 1 values."],
    }
    with pytest.raises(EntityValidationError) as caught:
        made.is_valid(raise_exception=True)
    assert caught.value.message.startswith("Unprocessable Entity: validation failed.\ntitle: ")


def test_what_no_node_can_be_made_of_is_raised(writer: User) -> None:
    with pytest.raises(UnprocessableEntity, match="is missing"):
        serializer(writer, data={"title": ["x"]}).is_valid()


def test_what_the_user_may_not_do_is_raised(writer: User) -> None:
    with pytest.raises(PermissionDenied, match="not authorized to create"):
        serializer(data=page()).is_valid()
    with pytest.raises(PermissionDenied, match="creating field 'sticky'"):
        serializer(writer, data=page(sticky=[True])).is_valid()


def test_an_error_that_is_nobodys_choice_is_not_hidden(
    writer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Node, **kwargs: Any) -> None:
        raise IntegrityError("disk")

    monkeypatch.setattr(Node, "save", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(writer)
    with pytest.raises(EntityValidationError):
        saved(writer, uuid=["x"])


def test_a_node_that_was_read_without_its_company_is_shown_all_the_same(
    editor: Visitor, writer: User
) -> None:
    editor.create(page(path=["/about"]))
    node = Node.objects.get()
    assert not hasattr(node, "author_uuid")
    assert serializer(writer, node).data["path"][0]["alias"] == "/about"
