"""Comments in the admin: approved, corrected and deleted there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import Staff


@pytest.fixture
def node(site: None) -> Node:
    """An article, which has comments."""
    return Node.objects.create(type_id="article", title="News")


@pytest.fixture
def comment(node: Node) -> Comment:
    """A guest's comment, which waits for approval."""
    return make_comment(node)


def make_comment(node: Node, **values: Any) -> Comment:
    fields = {"comment_body": [{"value": "Well\nsaid", "format": "plain_text"}]}
    names = {"name": "Vis", "mail": "v@example.com", "status": False, **values}
    return Comment.objects.create(
        comment_type_id="comment",
        entity_id=str(node.pk),
        fields=fields,
        **names,
    )


def count(node: Node) -> int:
    """How many comments the node says that it has."""
    number: int = Node.objects.get(pk=node.pk).fields["comment"][0]["comment_count"]
    return number


def act(browser: Client, action: str, *comments: Comment, **more: str) -> Any:
    """Do to chosen comments what an action says."""
    data = {"action": action, "_selected_action": [each.pk for each in comments], **more}
    return browser.post(f"{ADMIN}comment/", data, follow=True)


def test_the_list_says_who_has_commented_on_what(
    browser: Client, admin: User, comment: Comment, node: Node
) -> None:
    make_comment(node, uid=admin, subject="Hear, hear", status=True)
    make_comment(Node(pk=99), name=None)
    page = get(browser, "comment/")
    for text in (f"#{comment.pk}", "Vis", "News", "Hear, hear", "Anonymous", "node 99"):
        assert text in page.text
    assert "Hear, hear" not in get(browser, "comment/?status__exact=0").text


def test_comments_are_published_and_hidden_together(
    browser: Client, comment: Comment, node: Node
) -> None:
    other = make_comment(node, status=True)
    answer = act(browser, "approve", comment, other)
    assert "Publish comment was applied to 2 items." in read(answer).text
    assert count(node) == 2
    assert "was applied to 1 item." in read(act(browser, "unpublish", comment)).text
    assert count(node) == 1


def test_deleted_ones_take_replies_along(browser: Client, comment: Comment, node: Node) -> None:
    make_comment(node, pid=comment, status=True)
    make_comment(node, status=True)
    act(browser, "delete_selected", comment, post="yes")
    assert (Comment.objects.count(), count(node)) == (1, 1)
    page = f"comment/{Comment.objects.get().pk}/delete/"
    assert browser.post(f"{ADMIN}{page}", {"post": "yes"}).status_code == 302
    assert (Comment.objects.count(), count(node)) == (0, 0)


def test_the_form_shows_the_text_and_changes_the_rest(
    browser: Client, comment: Comment, node: Node
) -> None:
    path = f"comment/{comment.pk}/change/"
    page = get(browser, path)
    assert "Well" in page.text
    assert "News" in page.text
    before = comment.changed
    Comment.objects.update(changed=before.replace(year=2000))
    assert submit(browser, path, subject="Corrected", status="on").status_code == 302
    comment.refresh_from_db()
    assert (comment.subject, comment.status, comment.name) == ("Corrected", True, "Vis")
    assert comment.changed >= before
    assert count(node) == 1


def test_a_comment_on_what_is_gone_can_be_deleted(browser: Client, node: Node) -> None:
    comment = make_comment(Node(pk=99))
    assert "node 99" in get(browser, f"comment/{comment.pk}/change/").text
    assert browser.post(f"{ADMIN}comment/{comment.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Comment.objects.exists()


def test_nobody_comments_here(browser: Client, node: Node) -> None:
    assert browser.get(f"{ADMIN}comment/add/").status_code == 403


def test_whoever_may_look_only_looks(staff: Staff, node: Node) -> None:
    comment = make_comment(node, status=True, hostname="192.0.2.1")
    browser = staff("access content overview", "access comments")
    page = get(browser, f"comment/{comment.pk}/change/")
    assert "Well" in page.text
    assert "subject" not in page.inputs
    assert "v@example.com" not in page.text
    assert "192.0.2.1" not in page.text
    assert browser.get(f"{ADMIN}comment/").status_code == 403


def test_an_author_corrects_the_title_of_a_published_comment_alone(
    staff: Staff, node: Node
) -> None:
    browser = staff("access content overview", "edit own comments")
    clerk = User.objects.get(username="clerk")
    comment = make_comment(node, status=True, uid=clerk, name=None)
    path = f"comment/{comment.pk}/change/"
    assert get(browser, path).inputs.keys() & {"subject", "status", "uid", "mail"} == {"subject"}
    assert submit(browser, path, subject="Better").status_code == 302
    comment.refresh_from_db()
    assert comment.subject == "Better"
    others = make_comment(node, status=True)
    assert "subject" not in get(browser, f"comment/{others.pk}/change/").inputs


def test_a_new_comment_type_has_a_text(browser: Client, site: None) -> None:
    page = get(browser, "commenttype/add/")
    targets = page.options["target_entity_type_id"]
    assert targets["node"] == "node"
    assert not {"comment", "path_alias"} & targets.keys()
    answer = submit(browser, "commenttype/add/", label="Reviews", id="review")
    assert answer.status_code == 302, read(answer).errors
    field = FieldConfig.objects.of("comment", "review").get()
    assert (field.name, field.field_type, field.required) == ("comment_body", "text_long", True)
    page = get(browser, "commenttype/review/change/")
    assert "id" not in page.inputs
    assert submit(browser, "commenttype/review/change/", label="Views").status_code == 302
    assert FieldConfig.objects.of("comment", "review").count() == 1


def test_a_type_with_comments_stays(browser: Client, comment: Comment) -> None:
    browser.post(f"{ADMIN}commenttype/comment/delete/", {"post": "yes"})
    assert CommentType.objects.exists()
