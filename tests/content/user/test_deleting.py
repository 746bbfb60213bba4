"""What becomes of what somebody has written, once the account is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.content.user import cancelling
from drupal_jwt_auth.models import Comment, CommentType, File, Node, PathAlias, UserProfile
from tests.content.user.accounts import change, delete
from tests.content.visitors import Visitor, add_field, make_type, make_user, message


@pytest.fixture
def discussed(db: None) -> Node:
    """A node of nobody's, with comments."""
    make_type("page")
    CommentType.objects.create(id="comment", label="Comments")
    add_field("page", "comment", "comment", default_value=[{"status": 2}])
    return page_of(None)


def page_of(user: User | None) -> Node:
    return Node.objects.create(
        type_id="page", title="A page", uid=user, fields={"comment": [{"status": 2}]}
    )


def comment_of(user: User | None, node: Node, **values: Any) -> Comment:
    return Comment.objects.create(
        comment_type_id="comment", entity_id=str(node.pk), uid=user, **values
    )


def count_on(node: Node) -> int:
    node.refresh_from_db()
    count: int = node.fields["comment"][0]["comment_count"]
    return count


@pytest.mark.parametrize("batch", [1, 500])
def test_nodes_and_comments_go_with_it(
    member: User, clerk: Visitor, discussed: Node, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancelling, "BATCH", batch)
    kept = comment_of(clerk.user, discussed)
    said = [comment_of(member, discussed) for _ in range(3)]
    comment_of(clerk.user, discussed, pid=said[0])
    own = [page_of(member) for _ in range(3)]
    comment_of(clerk.user, own[0])
    PathAlias.objects.create(path=f"/node/{own[0].pk}", alias="/own")
    file = File.objects.create(uri="a.png", filename="a.png", uid=member)
    assert change(clerk, member, timezone=["UTC"]).status_code == 200
    assert count_on(discussed) == 5
    assert delete(clerk, member).status_code == 204
    assert [node.pk for node in Node.objects.all()] == [discussed.pk]
    assert [comment.pk for comment in Comment.objects.all()] == [kept.pk]
    assert count_on(discussed) == 1
    assert not PathAlias.objects.exists()
    assert not UserProfile.objects.filter(user=member.pk).exists()
    file.refresh_from_db()
    assert file.uid is None


def test_nothing_goes_where_the_account_cannot(
    member: User, clerk: Visitor, discussed: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment_of(member, discussed)
    page_of(member)

    def failing(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(User, "delete", failing)
    clerk.client.raise_request_exception = False
    assert delete(clerk, member).status_code == 500
    assert (Node.objects.count(), Comment.objects.count()) == (2, 1)


def test_ones_own_needs_the_permission(db: None, viewer: Visitor) -> None:
    user = make_user("leaver", "cancel account")
    refused = (403, "The 'cancel account' permission is required.")
    assert viewer.user
    assert message(delete(viewer, viewer.user)) == refused
    assert message(delete(Visitor(user), viewer.user)) == (403, "")
    assert delete(Visitor(user), user).status_code == 204
    assert not User.objects.filter(pk=user.pk).exists()
    assert not UserProfile.objects.filter(user=user.pk).exists()


def test_what_is_not_there_is_not_found(clerk: Visitor, viewer: Visitor) -> None:
    for visitor in (clerk, viewer, Visitor()):
        assert delete(visitor, 999).status_code == 404
