"""Who sees, changes and deletes a comment, and the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import Comment, FieldConfig, Node
from tests.content.comment.commenters import Commenter, cid_of, value
from tests.content.comment.conftest import make_article
from tests.content.visitors import make_user, message

NOT_SEEN = "The 'access comments' permission is required and the comment must be published."
NOT_EDITED = (
    "The 'edit own comments' permission is required, the user must be the comment author, and the "
    "comment must be published."
)


@pytest.fixture
def author(comment: Comment) -> Commenter:
    """Wrote the comment, and the article."""
    return Commenter(User.objects.get(username="author"))


@pytest.fixture
def owner(comment: Comment) -> Commenter:
    """Wrote the comment, and may edit it."""
    owner = Commenter(make_user("owner", "edit own comments"))
    Comment.objects.update(uid=owner.user)
    return owner


# Looking


def test_a_published_comment_is_for_everybody(guest: Commenter, comment: Comment) -> None:
    assert guest.look_at(comment.pk).status_code == 200


def test_a_comment_that_waits_is_for_moderators(
    author: Commenter, member: Commenter, moderator: Commenter, guest: Commenter, comment: Comment
) -> None:
    Comment.objects.update(status=False)
    for visitor in (author, member):
        assert message(visitor.look_at(comment.pk)) == (403, NOT_SEEN)
    assert guest.look_at(comment.pk).status_code == 401
    assert moderator.look_at(comment.pk).status_code == 200


def test_comments_are_seen_by_who_may_access_comments(member: Commenter, comment: Comment) -> None:
    for role in Group.objects.all():
        role.permissions.clear()
    assert message(member.look_at(comment.pk)) == (403, NOT_SEEN)


def test_nobody_sees_a_comment_without_what_it_is_on(
    author: Commenter, moderator: Commenter, comment: Comment
) -> None:
    """Whoever wrote the comment may be the one who may see it, or not."""
    Node.objects.update(status=False)
    assert message(author.look_at(comment.pk)) == (403, NOT_SEEN)
    assert message(moderator.look_at(comment.pk)) == (403, "")


def test_a_comment_on_what_there_is_not_is_seen_by_nobody(
    moderator: Commenter, comment: Comment
) -> None:
    for values in (
        {"entity_id": "9999"},
        {"entity_id": "x"},
        {"entity_type": "nope"},
        {"entity_type": "comment", "entity_id": str(comment.pk)},
    ):
        Comment.objects.update(**values)
        assert message(moderator.look_at(comment.pk)) == (403, "")


def test_mail_is_for_moderators(moderator: Commenter, member: Commenter, comment: Comment) -> None:
    assert "mail" in moderator.look_at(comment.pk).json()
    assert "mail" not in member.look_at(comment.pk).json()


@pytest.mark.parametrize("cid", ["0", "abc", "999", "-1", "1.5", str(2**64)])
def test_a_number_of_none_is_not_found(guest: Commenter, comment: Comment, cid: str) -> None:
    text = 'The "comment" parameter was not converted for the path "/comment/{comment}" '
    route = '(route name: "rest.entity.comment.GET")'
    assert message(guest.send("GET", f"/comment/{cid}?_format=json")) == (404, text + route)


PERMISSIONS = (
    (),
    ("access comments",),
    ("administer comments",),
    ("access content",),
    ("access content", "access comments"),
    ("access content", "administer comments"),
    ("bypass node access", "access comments"),
    ("bypass node access", "administer comments"),
    ("access content", "access comments", "view own unpublished content"),
)


@pytest.fixture
def all_kinds(discussed: FieldConfig) -> list[Comment]:
    """Comments of each kind on nodes of each kind, and on what there is not."""
    for role in Group.objects.all():
        role.permissions.clear()
    user = make_user("writer")
    hosts = [make_article(status=status) for status in (True, False)]
    hosts += [make_article(status=False), Node(pk=10**6)]
    Node.objects.filter(pk=hosts[2].pk).update(uid=user)
    values = product(hosts, (True, False), (user, None))
    return [
        Comment.objects.create(
            comment_type_id="comment", entity_id=str(host.pk), status=status, uid=by
        )
        for host, status, by in values
    ] + [
        Comment.objects.create(comment_type_id="comment", entity_type=entity_type, entity_id=key)
        for entity_type, keys in (("nope", ("1",)), ("node", ("01", "1.0", "true", "x", "9" * 30)))
        for key in keys
    ]


@pytest.mark.parametrize("permissions", PERMISSIONS)
def test_the_query_finds_what_the_rule_allows(
    all_kinds: list[Comment], permissions: tuple[str, ...]
) -> None:
    User.objects.get(username="writer").user_permissions.set(
        make_user("others", *permissions).user_permissions.all()
    )
    rules = ENTITY_TYPES.content("comment").access
    for user in (User.objects.get(username="writer"), User.objects.get(username="others"), None):
        account = Account(user)
        comments = Comment.objects.order_by("pk")
        found = list(comments.filter(rules.visible_to(account)))
        assert found == [each for each in comments if rules.view(account, each).allowed]


# Changing


def test_own_comments_are_edited_by_who_may(
    owner: Commenter, member: Commenter, comment: Comment
) -> None:
    assert value(owner.correct(comment.pk, subject=["Mine"]).json(), "subject") == "Mine"
    assert message(member.correct(comment.pk, subject=["Mine"])) == (403, NOT_EDITED)
    answer = owner.correct(comment.pk, status=[False])
    text = "Access denied on updating field 'status'. The 'administer comments' permission is "
    assert message(answer) == (403, f"{text}required.")
    Comment.objects.update(status=False)
    assert message(owner.correct(comment.pk, subject=["No"])) == (403, NOT_EDITED)


def test_moderators_edit_all_comments(moderator: Commenter, comment: Comment) -> None:
    answer = moderator.correct(comment.pk, subject=["Theirs"], status=[False])
    assert [value(answer.json(), name) for name in ("subject", "status")] == ["Theirs", False]


FIXED: dict[str, Any] = {
    "pid": [{"target_id": 1}],
    "entity_id": [{"target_id": 9999}],
    "entity_type": ["user"],
    "field_name": ["nope"],
    "thread": ["zz/"],
    "hostname": ["1.2.3.4"],
    "changed": [{"value": "2020-01-01T00:00:00+00:00"}],
}


@pytest.mark.parametrize("name", FIXED)
def test_where_a_comment_is_does_not_change(
    moderator: Commenter, comment: Comment, name: str
) -> None:
    answer = moderator.correct(comment.pk, **{name: FIXED[name]})
    assert message(answer) == (403, f"Access denied on updating field '{name}'.")


@pytest.mark.parametrize(
    ("name", "text"),
    [("cid", "The entity ID cannot be changed."), ("uuid", "The entity UUID cannot be changed.")],
)
def test_a_comment_keeps_what_it_is_known_by(
    moderator: Commenter, comment: Comment, name: str, text: str
) -> None:
    answer = moderator.correct(comment.pk, **{name: [{"value": 9999}]})
    assert message(answer) == (403, f"Access denied on updating field '{name}'. {text}")


def test_what_is_sent_as_it_is_changes_nothing(moderator: Commenter, comment: Comment) -> None:
    before = moderator.look_at(comment.pk).json()
    names = before.keys() - {"comment_type"}
    answer = moderator.correct(comment.pk, **{name: before[name] for name in names})
    assert answer.json() == before


def test_the_type_is_needed(moderator: Commenter, comment: Comment) -> None:
    for named, text in (
        (None, 'Could not determine entity type bundle: "comment_type" field is missing.'),
        ("nope", '"nope" is not a valid bundle type for denormalization.'),
    ):
        assert message(moderator.correct(comment.pk, comment_type=named)) == (422, text)


# Deleting


def test_moderators_alone_delete(
    owner: Commenter, member: Commenter, moderator: Commenter, comment: Comment
) -> None:
    for visitor in (owner, member):
        assert message(visitor.withdraw(comment.pk)) == (403, "")
    assert moderator.withdraw(comment.pk).status_code == 204
    assert moderator.withdraw(comment.pk).status_code == 404


def test_a_schema_asks_what_some_may(comment: Comment) -> None:
    """Whoever writes one asks without a comment."""
    rules = ENTITY_TYPES.content("comment").access

    def may(*permissions: str) -> Iterator[str]:
        account = Account(make_user("-".join(permissions) or "none", *permissions))
        for operation in ("view", "create", "update", "delete"):
            if rules.any(account, operation).allowed:
                yield operation

    for role in Group.objects.all():
        role.permissions.clear()
    assert list(may()) == []
    assert list(may("access comments")) == ["view"]
    assert list(may("post comments")) == ["create"]
    assert list(may("edit own comments")) == ["update"]
    assert list(may("administer comments")) == ["view", "update", "delete"]


def test_a_new_comment_is_found_by_its_number(member: Commenter, article: Node) -> None:
    assert cid_of(member.say(article)) == Comment.objects.get().pk
