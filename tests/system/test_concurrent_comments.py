"""Many comment at the same moment: each gets a place of its own, and all are counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.content.comment import following
from drupal_jwt_auth.models import Comment, Node
from drupal_jwt_auth.rest.serializers import EntitySerializer
from drupal_jwt_auth.views import NodeView
from tests.content.comment.commenters import Commenter, cid_of, count, published, remark
from tests.system.meetings import Meeting, again, at_once

WRITERS, EACH = 8, 3


@pytest.fixture
def node(threaded_site: None) -> Node:
    """An article without comments."""
    return Node.objects.create(type_id="article", title="News", fields={"comment": [{"status": 2}]})


@pytest.fixture
def admin(threaded_site: None) -> Commenter:
    return Commenter(User.objects.get(username="admin"))


def test_all_that_is_written_at_once_is_counted_and_has_its_place(
    admin: Commenter, node: Node
) -> None:
    first = cid_of(admin.say(node))
    documents = [remark(node), remark(node, pid=[{"target_id": first}])]

    def write() -> None:
        for number in range(EACH):
            answer = again(partial(admin.comment, documents[number % 2]))
            assert answer.status_code == 201, answer.content

    at_once(*[write] * WRITERS)
    threads = list(Comment.objects.values_list("thread", flat=True))
    assert len(threads) == len(set(threads)) == 1 + WRITERS * EACH
    assert count(node) == published(node) == 1 + WRITERS * EACH


def test_what_some_write_others_hide_and_delete(admin: Commenter, node: Node) -> None:
    cids = [cid_of(admin.say(node)) for _ in range(WRITERS)]

    def act(cid: int) -> Callable[[], None]:
        def run() -> None:
            again(lambda: admin.comment(remark(node)))
            if cid % 2:
                again(lambda: admin.withdraw(cid))
            else:
                again(lambda: admin.correct(cid, status=[False]))

        return run

    at_once(*map(act, cids))
    assert count(node) == published(node) == WRITERS


def test_a_change_of_the_node_does_not_bring_old_figures_back(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    document = {"type": "article", "title": ["New"], "comment": [{"status": 2}]}
    answers = meet(
        lambda: admin.patch(node.pk, document),
        (EntitySerializer, "save"),
        lambda: admin.comment(remark(node)),
    )
    assert [answer.status_code for answer in answers] == [200, 201]
    assert (Node.objects.get(pk=node.pk).title, count(node)) == ("New", 1)


def test_a_node_is_changed_after_the_comment_that_is_being_saved(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    answers = meet(
        lambda: admin.comment(remark(node)),
        (EntitySerializer, "save"),
        lambda: admin.patch(node.pk, {"type": "article", "title": ["New"]}),
    )
    assert [answer.status_code for answer in answers] == [201, 200]
    assert (Node.objects.get(pk=node.pk).title, count(node)) == ("New", 1)


def test_a_reply_to_what_is_deleted_meanwhile_is_refused(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    """It waits for the deletion, and finds that there is nothing to reply to."""
    cid = cid_of(admin.say(node))
    gone, reply = meet(
        lambda: admin.withdraw(cid),
        (following, "count_comments"),
        lambda: admin.comment(remark(node, pid=[{"target_id": cid}])),
    )
    assert (gone.status_code, reply.status_code) == (204, 422)
    assert count(node) == published(node) == 0


def test_what_is_replied_to_while_it_is_deleted_takes_the_reply_along(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    cid = cid_of(admin.say(node))
    reply, gone = meet(
        lambda: admin.comment(remark(node, pid=[{"target_id": cid}])),
        (EntitySerializer, "save"),
        lambda: admin.withdraw(cid),
    )
    assert (reply.status_code, gone.status_code) == (201, 204)
    assert count(node) == published(node) == 0


def test_a_node_that_is_deleted_while_it_is_commented_on_takes_the_comment_along(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    answers = meet(
        lambda: admin.comment(remark(node)),
        (EntitySerializer, "save"),
        lambda: admin.delete(node.pk),
    )
    assert [answer.status_code for answer in answers] == [201, 204]
    assert not Comment.objects.exists()


def test_nobody_comments_on_what_is_being_deleted(
    meet: Meeting, admin: Commenter, node: Node
) -> None:
    gone, refused = meet(
        lambda: admin.delete(node.pk),
        (NodeView, "finalize_response"),
        lambda: admin.comment(remark(node)),
    )
    assert (gone.status_code, refused.status_code) == (204, 422)
    assert not Comment.objects.exists()
