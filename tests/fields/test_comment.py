"""``comment``: whether comments are open, and what there is of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group

from drupal_jwt_auth.models import Node
from tests.content.visitors import Visitor, faults, make_user, message, nid_of, permission

NOBODY_YET = {
    "cid": None,
    "last_comment_timestamp": None,
    "last_comment_name": None,
    "last_comment_uid": None,
    "comment_count": None,
}


def article(**fields: Any) -> dict[str, Any]:
    return {"type": "article", "title": ["An article"], **fields}


@pytest.fixture
def commented(articles: None) -> None:
    """Everybody may see comments."""
    for role in Group.objects.all():
        role.permissions.add(permission("access comments"))


def test_the_default_says_that_comments_are_open(commented: None, admin: Visitor) -> None:
    assert admin.create(article())["comment"] == [{"status": 2, **NOBODY_YET}]


def test_a_status_is_answered_as_it_was_sent(commented: None, admin: Visitor) -> None:
    assert admin.create(article(comment=[{"status": 1, "comment_count": 50}]))["comment"] == [
        {"status": 1, **NOBODY_YET, "comment_count": 50}
    ]
    assert admin.create(article(comment=[True]))["comment"] == [{"status": 1, **NOBODY_YET}]


def test_a_later_answer_has_the_statistics(commented: None, admin: Visitor) -> None:
    created = admin.create(article(comment=[{"status": 1, "comment_count": 50}]))
    changed = datetime.fromisoformat(created["changed"][0]["value"])
    assert admin.user
    assert admin.read(nid_of(created))["comment"] == [
        {
            "status": 1,
            "cid": 0,
            "last_comment_timestamp": int(changed.timestamp()),
            "last_comment_name": None,
            "last_comment_uid": admin.user.pk,
            "comment_count": 0,
        }
    ]


def test_a_change_of_status_keeps_the_statistics(commented: None, admin: Visitor) -> None:
    nid = nid_of(admin.create(article()))
    node = Node.objects.get()
    node.fields["comment"][0].update(comment_count=3, last_comment_name="Nils")
    node.save()
    admin.change(nid, {"type": "article", "comment": [{"status": 0, "comment_count": 9}]})
    (item,) = admin.read(nid)["comment"]
    assert (item["status"], item["comment_count"], item["last_comment_name"]) == (0, 3, "Nils")


def test_no_item_stands_for_the_default(commented: None, admin: Visitor) -> None:
    created = admin.create(article(comment=[]))
    assert created["comment"] == []
    (item,) = admin.read(nid_of(created))["comment"]
    assert (item["status"], item["comment_count"]) == (2, 0)
    nid = nid_of(admin.create(article(comment=[1])))
    assert admin.change(nid, {"type": "article", "comment": None})["comment"] == []
    (item,) = admin.read(nid)["comment"]
    assert (item["status"], item["comment_count"]) == (2, 0)


def test_a_status_there_must_be(commented: None, admin: Visitor) -> None:
    missing = ["comment.0.status: This value should not be null."]
    for item in ({}, None, {"status": None}, {"cid": 5}):
        assert faults(admin.post(article(comment=[item]))) == missing
    assert admin.create(article(comment=[]))["comment"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "abc"), ("cid", 1.5), ("comment_count", []), ("last_comment_name", ["x"])],
)
def test_properties_have_types(commented: None, admin: Visitor, name: str, value: Any) -> None:
    assert faults(admin.post(article(comment=[{"status": 2, name: value}]))) == [
        f"comment.0.{name}: This value should be of the correct primitive type."
    ]


def test_a_name_is_text(commented: None, admin: Visitor) -> None:
    sent = [{"status": 2, "last_comment_name": 5}]
    assert admin.create(article(comment=sent))["comment"][0]["last_comment_name"] == "5"


def test_setting_the_status_needs_a_permission(commented: None) -> None:
    rights = ("create article content", "edit own article content")
    author = Visitor(make_user("author", *rights))
    assert message(author.post(article(comment=[{"status": 2}]))) == (
        403,
        "Access denied on creating field 'comment'.",
    )
    nid = nid_of(author.create(article()))
    assert message(author.patch(nid, {"type": "article", "comment": [{"status": 1}]})) == (
        403,
        (
            "Access denied on updating field 'comment'. "
            "The 'administer comments' permission is required."
        ),
    )
    moderator = Visitor(make_user("moderator", *rights, "administer comments"))
    assert moderator.create(article(comment=[1]))["comment"][0]["status"] == 1


def test_what_is_sent_back_changes_nothing(commented: None) -> None:
    author = Visitor(make_user("author", "create article content", "edit own article content"))
    nid = nid_of(author.create(article()))
    read = author.read(nid)
    assert author.change(nid, {"type": "article", "comment": read["comment"]}) == read


@pytest.mark.parametrize("right", ["access comments", "post comments"])
def test_comments_are_seen_with_either_permission(
    articles: None, admin: Visitor, right: str
) -> None:
    nid = nid_of(admin.create(article()))
    assert "comment" not in Visitor(make_user("reader")).read(nid)
    assert "comment" in Visitor(make_user("other", right)).read(nid)


def test_what_is_not_seen_never_counts_as_equal(articles: None) -> None:
    author = Visitor(make_user("author", "create article content", "edit own article content"))
    nid = nid_of(author.create(article()))
    same = Node.objects.get().fields["comment"]
    assert author.patch(nid, {"type": "article", "comment": same}).status_code == 403
