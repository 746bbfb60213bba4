"""The place of a comment in its thread, as Drupal writes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from drupal_jwt_auth.content.comment.threads import from_alphadecimal, thread_after, to_alphadecimal
from drupal_jwt_auth.models import Comment, Node
from drupal_jwt_auth.models.comment import THREAD_MAX_LENGTH
from tests.content.comment.commenters import Commenter, cid_of, remark, value
from tests.content.comment.conftest import make_article
from tests.content.visitors import faults

NUMBERS = {0: "00", 1: "01", 9: "09", 10: "0a", 35: "0z", 36: "110", 1295: "1zz", 1296: "2100"}


@pytest.mark.parametrize(("number", "text"), NUMBERS.items())
def test_a_number_is_written_in_base_36_with_its_length_before_it(number: int, text: str) -> None:
    assert to_alphadecimal(number) == text
    assert from_alphadecimal(text) == number


def test_texts_are_in_the_order_of_the_numbers() -> None:
    texts = list(map(to_alphadecimal, range(2000)))
    assert texts == sorted(texts)


@pytest.mark.parametrize(
    ("last", "parent", "thread"),
    [
        (None, None, "01/"),
        ("01/", None, "02/"),
        ("0z/", None, "110/"),
        ("02.00.00/", None, "03/"),
        (None, "01/", "01.00/"),
        ("01.00/", "01/", "01.01/"),
        ("01.0z.03/", "01/", "01.110/"),
        (None, "01.00/", "01.00.00/"),
    ],
)
def test_a_comment_comes_after_the_last_one_beside_it(
    last: str | None, parent: str | None, thread: str
) -> None:
    assert thread_after(last, parent) == thread


def test_comments_are_counted_from_one_and_replies_from_nought(
    member: Commenter, article: Node
) -> None:
    first, second = member.say(article), member.say(article)
    replies = [member.say(article, pid=[{"target_id": cid_of(first)}]) for _ in range(2)]
    below = member.say(article, pid=[{"target_id": cid_of(replies[0])}])
    threads = [value(each, "thread") for each in (first, second, *replies, below)]
    assert threads == ["01/", "02/", "01.00/", "01.01/", "01.00.00/"]


def test_the_thirty_sixth_is_after_the_tenth(member: Commenter, article: Node) -> None:
    """Databases put texts with dots and letters into orders of their own."""
    threads = [value(member.say(article), "thread") for _ in range(38)]
    assert threads[8:11] == ["09/", "0a/", "0b/"]
    assert threads[34:] == ["0z/", "110/", "111/", "112/"]


def test_each_node_has_threads_of_its_own(member: Commenter, article: Node) -> None:
    member.say(article)
    assert value(member.say(make_article()), "thread") == "01/"


def test_a_reply_may_be_on_another_node(member: Commenter, article: Node) -> None:
    """It is placed below its parent all the same, and the next one there comes after it."""
    other = make_article()
    parent = [member.say(article) for _ in range(3)][-1]
    reply = member.say(other, pid=[{"target_id": cid_of(parent)}])
    assert value(reply, "thread") == "03.00/"
    assert value(member.say(other), "thread") == "04/"


def test_a_place_that_is_free_again_at_the_end_is_taken_again(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    for _ in range(2):
        last = member.say(article)
    moderator.withdraw(cid_of(last))
    assert value(member.say(article), "thread") == "02/"


def test_a_comment_that_code_saves_gets_its_place(article: Node) -> None:
    def saved(**values: object) -> str:
        row = Comment(comment_type_id="comment", entity_id=str(article.pk), **values)
        row.save()
        return row.thread

    assert [saved(), saved(), saved(pid_id=Comment.objects.earliest("cid").pk)] == [
        "01/",
        "02/",
        "01.00/",
    ]


def test_a_reply_that_has_no_room_is_refused(member: Commenter, article: Node) -> None:
    parent = cid_of(member.say(article))
    thread = "01" + ".00" * 83 + "/"
    Comment.objects.filter(pk=parent).update(thread=thread)
    deepest = member.say(article, pid=[{"target_id": parent}])
    assert len(value(deepest, "thread")) == THREAD_MAX_LENGTH
    answer = member.comment(remark(article, pid=[{"target_id": cid_of(deepest)}]))
    assert faults(answer) == ["pid: Replies are not taken as deep as this."]


def test_a_reply_to_what_is_gone_is_not_saved(article: Node) -> None:
    reply = Comment(comment_type_id="comment", entity_id=str(article.pk), pid_id=10**6)

    def save() -> None:
        with transaction.atomic():
            reply.save()
            connection.check_constraints()

    with pytest.raises(DatabaseError):
        save()
