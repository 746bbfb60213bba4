"""Who may see paragraphs: whoever sees what they are a part of."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.entities import Account
from drupal_jwt_auth.models import Node

pytestmark = pytest.mark.usefixtures("site")
CLOSED = "Paragraphs are changed with what they are a part of."
MAX_DEPTH = 3


def model(name: str) -> Any:
    """A model of the app, which is installed by now."""
    return apps.get_model("drupal_jwt_auth_paragraphs", name)


@pytest.fixture
def paragraph() -> Any:
    """A part of a node that everybody sees."""
    node = Node.objects.create(type_id="page", title="Whole")
    teaser = model("ParagraphsType").objects.create(id="teaser", name="Teaser")
    return model("Paragraph").objects.create(type=teaser, parent_type="node", parent_id=node.pk)


def sees(account: Account, paragraph: Any) -> bool:
    access = ENTITY_TYPES.content("paragraph").access
    found = access.view(account, paragraph).allowed
    assert (
        model("Paragraph").objects.filter(access.visible_to(account), pk=paragraph.pk).exists()
        is found
    )
    return bool(found)


def test_it_is_seen_with_what_it_is_a_part_of(paragraph: Any) -> None:
    visitor = Account.of(None)
    assert sees(visitor, paragraph)
    Node.objects.update(status=False)
    assert not sees(visitor, paragraph)
    assert sees(Account.of(User.objects.create_superuser("root")), paragraph)


def test_a_part_of_a_part_is_too_down_to_a_depth(paragraph: Any) -> None:
    visitor, above = Account.of(None), paragraph
    for depth in range(MAX_DEPTH + 1):
        above = model("Paragraph").objects.create(
            type=paragraph.type, parent_type="paragraph", parent_id=above.pk
        )
        assert sees(visitor, above) is (depth < MAX_DEPTH)


def test_a_hidden_one_is_seen_by_whoever_may(paragraph: Any) -> None:
    model("Paragraph").objects.update(status=False)
    assert not sees(Account.of(None), paragraph)
    root = Account.of(User.objects.create_superuser("root"))
    assert sees(root, paragraph)
    assert ENTITY_TYPES.content("paragraph").access.shows_hidden(root)


def test_one_of_nothing_is_hidden(paragraph: Any) -> None:
    root = Account.of(User.objects.create_superuser("root"))
    for parent in ({"parent_type": None}, {"parent_type": "comment"}, {"parent_type": "gone"}):
        model("Paragraph").objects.update(**parent)
        assert not sees(root, paragraph)


def test_nobody_changes_one_by_itself(paragraph: Any) -> None:
    root = Account.of(User.objects.create_superuser("root"))
    entity_type = ENTITY_TYPES.content("paragraph")
    access = entity_type.access
    bundle = Bundle(entity_type, "teaser", "Teaser", paragraph.type, {})
    results = (
        access.create(root, bundle),
        access.update(root, paragraph),
        access.delete(root, paragraph),
        access.any(root, "update"),
    )
    assert {(result.allowed, result.reason) for result in results} == {(False, CLOSED)}
    assert access.any(root, "view").allowed


def test_rows_say_what_they_are(paragraph: Any) -> None:
    revision = model("ParagraphRevision").objects.create(
        revision_id=7, entity=paragraph, snapshot={}
    )
    said = [str(each) for each in (paragraph, paragraph.type, revision)]
    assert said == [f"Teaser {paragraph.pk}", "Teaser", "7"]
