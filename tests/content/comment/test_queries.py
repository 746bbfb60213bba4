"""How many queries comments cost, however many there are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.comment.host import fetch_hosts
from drupal_jwt_auth.models import Comment, Node
from tests.content.comment.commenters import Commenter, cid_of, remark
from tests.content.test_queries import LOCK, LOCK_OF_ALL, TRANSACTION
from tests.content.visitors import JSON


@pytest.fixture
def thread(member: Commenter, article: Node) -> list[int]:
    """Comments and replies, each below the one before."""
    cids = [cid_of(member.say(article))]
    for _ in range(9):
        cids.append(cid_of(member.say(article, pid=[{"target_id": cids[-1]}])))
    member.look_at(cids[0])
    return cids


def cost(visitor: Commenter, method: str, path: str, document: Any = None) -> int:
    """The statements on tables that a request has cost."""
    visitor.be_seen()
    body = "" if document is None else json.dumps(document)
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.send(method, f"{path}?{JSON}", body)
    assert answer.status_code in (200, 201, 204), answer.content
    return sum(not each["sql"].startswith(TRANSACTION) for each in captured)


def test_looking_takes_four_and_one_for_each_kind_that_is_referred_to(
    member: Commenter, moderator: Commenter, thread: list[int]
) -> None:
    """Who asks, what they may do, the comment and what it is on; the parent, other authors."""
    assert cost(member, "GET", f"/comment/{thread[0]}") == 4
    assert cost(member, "GET", f"/comment/{thread[-1]}") == 5
    assert cost(moderator, "GET", f"/comment/{thread[-1]}") == 6


def test_commenting_takes_eight_and_its_locks(
    member: Commenter, article: Node, thread: list[int]
) -> None:
    """Who asks, what they may do, the node, the place, the comment, and three to count."""
    locks = 2 * LOCK + LOCK_OF_ALL
    assert cost(member, "POST", "/comment", remark(article)) == 8 + locks
    reply = remark(article, pid=[{"target_id": thread[-1]}])
    assert cost(member, "POST", "/comment", reply) == 10 + locks


def test_moderating_takes_no_more_for_a_long_thread(
    moderator: Commenter, thread: list[int]
) -> None:
    document = {"comment_type": "comment", "status": [False]}
    assert cost(moderator, "PATCH", f"/comment/{thread[0]}", document) == 10 + 2 * LOCK


def test_deleting_takes_one_more_for_each_level_of_replies(
    moderator: Commenter, thread: list[int]
) -> None:
    can_wait = connection.features.can_defer_constraint_checks
    for levels in (0, 1, 2):
        cid = thread[-1 - levels]
        del thread[len(thread) - 1 - levels :]
        # Replies are made no replies first, where a database looks at each statement.
        cut = 1 if levels and not can_wait else 0
        found = cost(moderator, "DELETE", f"/comment/{cid}")
        # Each of them may have an alias, and use files.
        assert found == 11 + 3 * levels + cut + 2 * LOCK


def test_a_node_costs_no_more_to_look_at(member: Commenter, article: Node) -> None:
    member.read(article.pk)
    before = cost(member, "GET", f"/node/{article.pk}")
    member.say(article)
    assert cost(member, "GET", f"/node/{article.pk}") <= before


def test_what_comments_are_on_is_found_at_once_where_it_is_anything() -> None:
    comments = [Comment(entity_type=name, entity_id="x") for name in ("nope", "node")]
    fetch_hosts(comments)
    assert [comment.host for comment in comments] == [None, None]
