"""Comments on a project's own model, whose key is a UUID and whose columns are its fields."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.db.models.signals import post_delete
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.content.entity import registry
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.sources import Attribute, Items
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.entities import AccessResult, BaseField, EntityAccess
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig
from tests.content.comment.commenters import Commenter, cid_of, remark, value
from tests.content.visitors import faults, make_user, message


class Talk(models.Model):
    """What somebody says at a conference; people comment on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)
    is_public = models.BooleanField(default=True)
    remarks = models.JSONField(default=list)

    objects: Any = models.Manager()

    class Meta:
        apps = Apps()
        app_label = "talks"

    def __str__(self) -> str:
        return self.title


class TalkAccess(EntityAccess):
    """Everybody sees what is public."""

    def view(self, account: Account, entity: Talk) -> AccessResult:
        return AccessResult(allowed=entity.is_public)

    def visible_to(self, account: Account) -> models.Q:
        return models.Q(is_public=True)


class TalkEntityType(ContentEntityType):
    """Talks."""

    id = "talk"
    label = "talk"
    model = Talk
    keys = Keys(uuid=None, label="title", published="is_public")
    base_fields = (
        BaseField(name="title", label="Title", type=StringType(), source=Attribute("title")),
        BaseField(
            name="remarks", label="Remarks", type=CommentFieldType(), source=Items("remarks")
        ),
    )
    canonical = "/talk/{talk}"
    access_class = TalkAccess

    def reference_key(self, value: Any) -> str | None:
        try:
            return str(uuid.UUID(str(value)))
        except ValueError:
            return None


@pytest.fixture(scope="module")
def table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The table of talks; not every database makes one in a test's transaction."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Talk)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Talk)


@pytest.fixture
def talk(table: None, discussed: FieldConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """A talk, of a type that is registered for the test."""
    monkeypatch.setattr(ENTITY_TYPES, "_types", dict(ENTITY_TYPES._types))
    ENTITY_TYPES.register(TalkEntityType)
    CommentType.objects.create(id="remark", label="Remarks", target_entity_type_id="talk")
    get_structure(None)
    yield Talk.objects.create(title="On comments")
    post_delete.disconnect(registry._tell_of_deletion, sender=Talk)
    monkeypatch.undo()
    get_structure(None)


def on(talk: Talk, **fields: Any) -> dict[str, Any]:
    """A document for a comment on a talk."""
    place = {"entity_type": ["talk"], "field_name": ["remarks"]}
    key = {"entity_id": [{"target_id": str(talk.pk)}]}
    named = {"comment_type": "remark", **place, **key, "comment_body": None}
    return remark(0, **{**named, **fields})


def test_a_comment_is_on_whatever_has_a_field_for_comments(member: Commenter, talk: Talk) -> None:
    answer = member.comment(on(talk, subject=["Well said"]))
    document = answer.json()
    assert answer.status_code == 201, document
    assert [value(document, name) for name in ("entity_type", "entity_id", "thread")] == [
        *("talk", str(talk.pk), "01/")
    ]
    assert document["entity_id"][0]["url"] == f"/talk/{talk.pk}"
    assert member.look_at(cid_of(document)).json() == document


def test_it_has_statistics_of_its_own(member: Commenter, moderator: Commenter, talk: Talk) -> None:
    cid = cid_of(member.comment(on(talk)).json())
    (item,) = Talk.objects.get().remarks
    assert (item["status"], item["cid"], item["comment_count"]) == (2, cid, 1)
    moderator.withdraw(cid)
    (item,) = Talk.objects.get().remarks
    # Whose it is, and when it was changed, it does not say.
    assert item["last_comment_timestamp"] > 0
    assert (item["comment_count"], item["last_comment_uid"]) == (0, 0)


def test_its_own_field_keeps_them_where_only_the_status_is_set(talk: Talk) -> None:
    field, host = TalkEntityType().field("remarks"), cast("Any", talk)
    for status in (1, 2):
        field.set(host, [field.type.cast({"status": status}, field)])
    (item,) = talk.remarks
    assert (item["status"], item["comment_count"], item["last_comment_uid"]) == (2, 0, 0)


def test_it_is_closed_and_hidden_as_it_says(member: Commenter, talk: Talk) -> None:
    Talk.objects.update(remarks=[{"status": 1}])
    assert member.comment(on(talk)).status_code == 403
    Talk.objects.update(remarks=[], is_public=False)
    text = f"entity_id.0.target_id: This entity (talk: {talk.pk}) cannot be referenced."
    assert faults(member.comment(on(talk))) == [text]


def test_who_does_not_see_it_sees_no_comments_on_it(
    member: Commenter, moderator: Commenter, talk: Talk
) -> None:
    rules = ENTITY_TYPES.content("comment").access
    cid = cid_of(member.comment(on(talk)).json())
    for is_public in (True, False):
        Talk.objects.update(is_public=is_public)
        for visitor in (member, moderator):
            account = Account(User.objects.get(username=str(visitor.user)))
            seen = visitor.look_at(cid).status_code == 200
            found = Comment.objects.filter(rules.visible_to(account)).exists()
            assert (seen, found) == (is_public, is_public)


def test_what_is_no_key_of_it_is_refused(member: Commenter, talk: Talk) -> None:
    for key in ("nope", 1, str(uuid.uuid4())):
        lines = faults(member.comment(on(talk, entity_id=[{"target_id": key}])))
        text = f"entity_id.0.target_id: The referenced entity (talk: {key}) does not exist."
        assert lines[0] == text


def test_comments_of_nodes_are_not_on_it(member: Commenter, talk: Talk) -> None:
    answer = member.comment(on(talk, comment_type="comment", comment_body=["x"]))
    assert answer.status_code == 422
    assert message(answer)[0] == 422
    assert not Comment.objects.exists()


def test_they_go_when_it_does(member: Commenter, talk: Talk) -> None:
    member.comment(on(talk))
    Talk.objects.all().delete()
    assert not Comment.objects.exists()


def test_its_key_stays_readable(moderator: Commenter, member: Commenter, talk: Talk) -> None:
    """Also where the project has given up the type."""
    cid = cid_of(member.comment(on(talk)).json())
    Comment.objects.update(entity_type="gone")
    comment = Comment.objects.get(pk=cid)
    field = ENTITY_TYPES.content("comment").field("entity_id")
    assert field.get(comment) == [{"target_id": str(talk.pk)}]
    assert json.dumps(field.get(comment))
    make_user("nobody")
