"""What a node says of its comments: always what there is to see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.deletion import Collector

from drupal_jwt_auth.content.node.revisions import revert, save_revision
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.models import Comment, FieldConfig, Node
from drupal_jwt_auth.models.revision import now
from tests.content.comment.commenters import Commenter, cid_of, count, published, statistics
from tests.content.comment.conftest import make_article
from tests.content.visitors import make_user


@pytest.fixture
def manager(discussed: FieldConfig) -> Commenter:
    """May do everything."""
    return Commenter(make_user("manager", is_superuser=True))


def test_the_last_comment_is_named(member: Commenter, article: Node) -> None:
    cid_of(member.say(article))
    cid = cid_of(member.say(article))
    assert member.user
    assert statistics(article) == {
        "status": 2,
        "cid": cid,
        "last_comment_timestamp": to_unix(Comment.objects.get(pk=cid).changed),
        "last_comment_name": "",
        "last_comment_uid": wire_key(member.user.pk),
        "comment_count": 2,
    }


def test_a_guest_is_named_by_name(guests_comment: None, guest: Commenter, article: Node) -> None:
    guest.say(article, name=["Vis"])
    last = statistics(article)
    assert (last["last_comment_name"], last["last_comment_uid"]) == ("Vis", 0)


def test_the_last_one_is_the_newest_not_the_one_saved_last(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    newest = cid_of(member.say(article))
    moderator.say(article, created=[{"value": "2020-01-01T00:00:00+00:00"}])
    last = statistics(article)
    assert (last["cid"], last["comment_count"]) == (newest, 2)


def test_what_waits_does_not_count_until_it_is_approved(
    approval: None, member: Commenter, moderator: Commenter, article: Node
) -> None:
    cid = cid_of(member.say(article))
    assert (count(article), statistics(article)["cid"]) == (0, 0)
    moderator.correct(cid, status=[True])
    assert (count(article), statistics(article)["cid"]) == (1, cid)
    moderator.correct(cid, status=[False])
    assert (count(article), statistics(article)["cid"]) == (0, 0)


def test_a_thread_that_is_empty_again_is_as_old_as_its_node(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    moderator.withdraw(cid_of(member.say(article)))
    assert statistics(article) == {
        "status": 2,
        "cid": 0,
        "last_comment_timestamp": to_unix(article.changed),
        "last_comment_name": "",
        "last_comment_uid": wire_key(article.uid_id),
        "comment_count": 0,
    }


def test_nothing_else_of_the_node_changes(member: Commenter, article: Node) -> None:
    """Neither when it was changed, nor is there a new revision."""
    past = now() - timedelta(days=1)
    Node.objects.update(changed=past)
    before = Node.objects.values().get()
    member.say(article)
    after = Node.objects.values().get()
    assert {**after, "fields": None} == {**before, "fields": None}
    assert article.revisions.count() == 1


def test_a_change_of_the_node_keeps_them(
    manager: Commenter, member: Commenter, article: Node
) -> None:
    member.say(article)
    stale = statistics(article)
    member.say(article)
    document = {"type": "article", "title": ["New"], "comment": [{**stale, "status": 1}]}
    assert manager.patch(article.pk, document).status_code == 200
    assert (count(article), statistics(article)["status"]) == (2, 1)


def test_a_revert_keeps_them(member: Commenter, manager: Commenter, article: Node) -> None:
    member.say(article)
    save_revision(Node.objects.get(), manager.user)
    member.say(article)
    old = article.revisions.earliest("vid")
    revert(Node.objects.get(), old, manager.user)
    assert count(article) == 2


def test_a_reply_on_another_node_counts_there(member: Commenter, article: Node) -> None:
    other = make_article()
    member.say(other, pid=[{"target_id": cid_of(member.say(article))}])
    assert (count(article), count(other)) == (1, 1)


def test_code_that_saves_and_deletes_is_followed(article: Node, comment: Comment) -> None:
    assert count(article) == 1
    comment.status = False
    comment.save()
    assert count(article) == 0
    comment.status = True
    comment.save(update_fields=["status"])
    assert count(article) == 1
    comment.delete()
    assert count(article) == 0


def test_what_is_deleted_together_is_counted_once(
    member: Commenter, article: Node, django_assert_max_num_queries: Any
) -> None:
    others = make_article()
    for _ in range(10):
        member.say(article)
        member.say(others)
    chosen = Comment.objects.exclude(pk=Comment.objects.latest("cid").pk)
    # Each of the 19 may have an alias and use files, for which it is asked.
    with django_assert_max_num_queries(12 + 2 * 19):
        chosen.delete()
    assert (count(article), count(others)) == (0, 1)
    # The same queryset may be used again.
    for _ in range(3):
        member.say(article)
    last = Comment.objects.filter(entity_id=str(article.pk))
    last.delete()
    member.say(article)
    last.delete()
    assert (count(article), published(article)) == (0, 0)


def test_a_collector_of_a_projects_own_is_followed(article: Node, comment: Comment) -> None:
    collector = Collector(using="default")
    collector.collect([comment])
    collector.delete()
    assert count(article) == 0


def test_a_deleted_account_takes_its_comments_along(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    """And the replies to them; so it is in Drupal."""
    first = cid_of(member.say(article))
    moderator.say(article, pid=[{"target_id": first}])
    moderator.say(article)
    assert member.user
    User.objects.get(pk=member.user.pk).delete()
    assert (count(article), published(article)) == (1, 1)


def test_a_deleted_node_takes_its_comments_along(
    member: Commenter, manager: Commenter, article: Node
) -> None:
    """And the replies to them on other nodes."""
    other = make_article()
    first = cid_of(member.say(article))
    member.say(other, pid=[{"target_id": first}])
    member.say(other)
    assert manager.delete(article.pk).status_code == 204
    assert (Comment.objects.count(), count(other)) == (1, 1)


def test_nodes_that_are_deleted_in_any_way_take_them_along(
    member: Commenter, article: Node
) -> None:
    member.say(article)
    member.say(make_article())
    Node.objects.all().delete()
    assert not Comment.objects.exists()


def test_replies_are_deleted_with_their_comment(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    first = cid_of(member.say(article))
    reply = cid_of(member.say(article, pid=[{"target_id": first}]))
    member.say(article, pid=[{"target_id": reply}])
    member.say(article)
    assert moderator.withdraw(first).status_code == 204
    assert (count(article), published(article)) == (1, 1)


def test_a_comment_on_a_field_that_is_gone_is_counted_nowhere(
    discussed: FieldConfig, article: Node, comment: Comment
) -> None:
    before = statistics(article)
    discussed.delete()
    comment.status = False
    comment.save()
    assert statistics(article) == before
    Comment.objects.update(entity_type="nope")
    comment.refresh_from_db()
    comment.save()
    assert statistics(article) == before
