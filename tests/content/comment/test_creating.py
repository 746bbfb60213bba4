"""``POST /comment``: what is taken, what is refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import serializers

from drupal_jwt_auth.content.comment import constraints
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node
from drupal_jwt_auth.serializers import EntitySerializer
from tests.content.comment.commenters import Commenter, cid_of, remark, statistics, value
from tests.content.comment.conftest import make_article
from tests.content.visitors import JSON, add_field, faults, make_type, make_user, message

CHOICE = "The value you selected is not a valid choice."
NULL = "This value should not be null."

FIELDS = (
    *("cid", "uuid", "langcode", "comment_type", "status", "uid", "pid", "entity_id", "subject"),
    *("name", "homepage", "created", "changed", "thread", "entity_type", "field_name"),
    *("default_langcode", "comment_body"),
)


def test_a_comment_is_answered_in_drupals_order_with_where_it_is(
    member: Commenter, article: Node
) -> None:
    answer = member.comment(remark(article, subject=["Hear, hear"]))
    document = answer.json()
    assert (answer.status_code, tuple(document)) == (201, FIELDS)
    assert answer.headers["Location"] == f"http://testserver/comment/{cid_of(document)}"
    assert member.look_at(cid_of(document)).json() == document
    assert (value(document, "entity_id"), value(document, "status")) == (article.pk, True)
    assert document["entity_id"][0]["url"] == f"/node/{article.pk}"


def test_no_subject_is_made_up(member: Commenter, article: Node) -> None:
    for subject in ([], [{"value": ""}], None):
        assert member.say(article, subject=subject)["subject"] == []


@pytest.mark.usefixtures("guests_comment")
@pytest.mark.parametrize(("field", "limit"), [("subject", 64), ("name", 60)])
def test_lines_have_an_end(guest: Commenter, article: Node, field: str, limit: int) -> None:
    label = field.capitalize()
    text = f"{field}.0.value: {label}: may not be longer than {limit} characters."
    assert value(guest.say(article, **{field: ["ä" * limit]}), field) == "ä" * limit
    assert faults(guest.comment(remark(article, **{field: ["ä" * (limit + 1)]}))) == [text]


@pytest.mark.parametrize("name", ["entity_type", "entity_id", "field_name", "comment_body"])
def test_what_a_comment_is_on_and_what_it_says_is_needed(
    member: Commenter, article: Node, name: str
) -> None:
    assert faults(member.comment(remark(article, **{name: None}))) == [f"{name}: {NULL}"]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"entity_id": [{"target_id": 9999}]},
            ["entity_id.0.target_id: The referenced entity (node: 9999) does not exist."],
        ),
        (
            {"entity_id": [{"target_id": 10**18}]},
            [f"entity_id.0.target_id: The referenced entity (node: {10**18}) does not exist."],
        ),
        ({"entity_type": ["user"]}, [f"entity_type.0.value: {CHOICE}"]),
        ({"entity_type": ["nope"]}, [f"entity_type.0.value: {CHOICE}"]),
        (
            {"entity_type": ["x" * 33]},
            [
                f"entity_type.0.value: {CHOICE}",
                "entity_type.0.value: Entity type: may not be longer than 32 characters.",
            ],
        ),
        ({"field_name": ["body"]}, [f"field_name.0.value: {CHOICE}"]),
        ({"field_name": ["nope"]}, [f"field_name.0.value: {CHOICE}"]),
        ({"field_name": ["no\0pe"]}, [f"field_name.0.value: {CHOICE}"]),
        (
            {"pid": [{"target_id": 9999}]},
            ["pid.0.target_id: The referenced entity (comment: 9999) does not exist."],
        ),
    ],
)
def test_a_comment_is_on_something_that_has_comments(
    member: Commenter, article: Node, changes: dict[str, Any], lines: list[str]
) -> None:
    add_field("article", "body", "text_long")
    assert faults(member.comment(remark(article, **changes))) == lines
    assert not Comment.objects.exists()


def test_a_page_has_none(member: Commenter, article: Node) -> None:
    page = Node.objects.create(type=make_type("page"), title="A page")
    assert faults(member.comment(remark(page))) == [f"field_name.0.value: {CHOICE}"]


def test_comments_are_of_the_type_that_the_field_says(member: Commenter, article: Node) -> None:
    CommentType.objects.create(id="review", label="Reviews")
    answer = member.comment(remark(article, comment_type="review", comment_body=None))
    assert faults(answer) == [f"field_name.0.value: {CHOICE}"]


def test_a_field_that_says_no_type_takes_any(
    discussed: FieldConfig, member: Commenter, article: Node
) -> None:
    discussed.storage.settings = {}
    discussed.storage.save()
    CommentType.objects.create(id="review", label="Reviews")
    assert member.say(article, comment_type="review", comment_body=None)


def test_a_node_is_named_by_its_uuid_as_well(member: Commenter, article: Node) -> None:
    document = member.say(article, entity_id=[{"target_uuid": article.uuid}])
    assert value(document, "entity_id") == article.pk


@pytest.mark.parametrize("status", [1, 0, 2])
def test_only_where_they_are_closed_nobody_comments(
    member: Commenter, moderator: Commenter, article: Node, status: int
) -> None:
    article.fields["comment"][0]["status"] = status
    article.save()
    for commenter in (member, moderator):
        answer = commenter.comment(remark(article))
        if status == 1:
            text = "Access denied on creating field 'entity_type'."
            assert message(answer) == (403, text)
        else:
            assert answer.status_code == 201


def test_a_node_without_a_status_for_comments_is_open(member: Commenter, article: Node) -> None:
    Node.objects.filter(pk=article.pk).update(fields={})
    member.say(article)
    assert Node.objects.get(pk=article.pk).fields["comment"][0]["status"] == 2


@pytest.mark.parametrize(
    "name", ["status", "uid", "created", "name", "mail", "homepage", "hostname", "thread", "cid"]
)
def test_members_do_not_set_what_is_not_theirs(member: Commenter, article: Node, name: str) -> None:
    answer = member.comment(remark(article, **{name: [{"value": 1}]}))
    assert message(answer) == (403, f"Access denied on creating field '{name}'.")


@pytest.mark.parametrize("name", ["hostname", "thread", "cid", "changed"])
def test_nobody_sets_what_comes_by_itself(moderator: Commenter, article: Node, name: str) -> None:
    answer = moderator.comment(remark(article, **{name: [{"value": 1}]}))
    assert message(answer) == (403, f"Access denied on creating field '{name}'.")


def test_moderators_set_author_and_time(moderator: Commenter, article: Node) -> None:
    author = User.objects.get(username="author")
    created = "2020-01-01T00:00:00+00:00"
    document = moderator.say(article, uid=[author.pk], created=[{"value": created}], status=[False])
    assert (value(document, "uid"), value(document, "created")) == (author.pk, created)
    assert value(document, "status") is False


def test_the_clients_address_is_kept_and_never_shown(
    member: Commenter, moderator: Commenter, article: Node
) -> None:
    cid = cid_of(member.say(article))
    assert Comment.objects.get().hostname == "127.0.0.1"
    assert "hostname" not in moderator.look_at(cid).json()


def test_who_may_not_comment_is_told_before_the_body_is_read(article: Node) -> None:
    stranger = Commenter(make_user("stranger"))
    for role in Group.objects.all():
        role.permissions.clear()
    answer = stranger.send("POST", f"/comment?{JSON}", "{")
    assert message(answer) == (403, "The 'post comments' permission is required.")


def test_a_draft_is_not_commented_on(member: Commenter, discussed: FieldConfig) -> None:
    draft = make_article(status=False)
    text = f"entity_id.0.target_id: This entity (node: {draft.pk}) cannot be referenced."
    assert faults(member.comment(remark(draft))) == [text]


def test_comments_on_a_draft_are_not_replied_to(member: Commenter, comment: Comment) -> None:
    Node.objects.update(status=False)
    answer = member.comment(remark(make_article(), pid=[{"target_id": comment.pk}]))
    text = f"pid.0.target_id: This entity (comment: {comment.pk}) cannot be referenced."
    assert faults(answer) == [text]


def test_comments_that_wait_are_replied_to_by_moderators_alone(
    member: Commenter, moderator: Commenter, article: Node, comment: Comment
) -> None:
    Comment.objects.update(status=False)
    document = remark(article, pid=[{"target_id": comment.pk}])
    text = f"pid.0.target_id: This entity (comment: {comment.pk}) cannot be referenced."
    assert faults(member.comment(document)) == [text]
    assert moderator.comment(document).status_code == 201


ODD: tuple[Any, ...] = (
    None, "", "x", 0, -1, 1.5, 10**30, True, [], {}, [None], [[]], [{}], [{"value": None}],
    [{"value": []}], [{"value": {"a": 1}}], [{"target_id": []}], [{"target_id": "x"}],
    [{"target_id": -1}], [{"target_id": 2**63}], [{"target_uuid": "nope"}], [{"target_uuid": []}],
    ["\0"], ["\ud800"], ["x" * 70000], [{"value": "a\0b"}], [1e400], [{"0": 1}], {"0": ["node"]},
)  # fmt: skip


@pytest.mark.parametrize("name", [*FIELDS, "mail", "hostname", "nope"])
def test_whatever_is_sent_is_taken_or_refused(
    moderator: Commenter, article: Node, name: str
) -> None:
    for odd in ODD:
        answer = moderator.comment(remark(article) | {name: odd})
        assert answer.status_code == 201 or 400 <= answer.status_code < 500, odd


@pytest.mark.parametrize("document", ["[]", "{}", "1", "null", '"x"', "[[]]", '{"comment_type":1}'])
def test_what_is_no_comment_at_all_is_refused(member: Commenter, document: str) -> None:
    answer = member.send("POST", f"/comment?{JSON}", document)
    assert answer.status_code in (400, 422)


def test_any_character_is_kept(member: Commenter, article: Node) -> None:
    document = member.say(article, subject=["a\0b\ufdd0"], comment_body=["c\0d"])
    assert value(member.look_at(cid_of(document)).json(), "subject") == "a\0b\ufdd0"


def test_a_key_that_has_no_room_is_refused(
    member: Commenter, article: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constraints, "HOST_KEY_LENGTH", 0)
    assert faults(member.comment(remark(article))) == [f"entity_id.0.target_id: {CHOICE}"]


def test_code_comments_with_a_serializer_of_its_own(member: Commenter, article: Node) -> None:
    """Without a request nothing is known of the client."""
    context = {"entity_type": ENTITY_TYPES.content("comment"), "account": Account(member.user)}
    serializer = EntitySerializer(data=remark(article), context=context)
    serializer.is_valid(raise_exception=True)
    comment = serializer.save()
    assert (comment.thread, comment.hostname, comment.uid) == ("01/", None, member.user)


def test_comments_of_a_fixture_stay_as_they_are(article: Node, comment: Comment) -> None:
    before = statistics(article)
    text = serializers.serialize("json", [comment])
    Comment.objects.all()._raw_delete("default")
    Node.objects.filter(pk=article.pk).update(fields={"comment": [before]})
    for each in serializers.deserialize("json", text.replace('"01/"', '"07/"')):
        each.save()
    assert Comment.objects.get().thread == "07/"
    assert statistics(article) == before
