"""What is loaded, deleted by somebody else, and then saved: it stays deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.models import (
    ApiKey,
    AuditEntry,
    Comment,
    CommentType,
    ConfigObject,
    ContentEntry,
    ContentModel,
    FailedLogin,
    FieldConfig,
    FieldStorage,
    File,
    FileUsage,
    Node,
    NodeType,
    PathAlias,
    RefreshToken,
    Revision,
    RevokedToken,
    Role,
    Term,
    TermParent,
    TextFormat,
    TokenCutoff,
    UploadName,
    UserProfile,
    Vocabulary,
    numbering,
)
from drupal_jwt_auth.models.numbering import continue_after, last_number
from tests.content.visitors import Visitor, add_field, make_term, make_type, nid_of, page

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


def somebody() -> User:
    return User.objects.create_user("somebody")


def a_node() -> Node:
    return Node.objects.create(type=make_type("page"), title="A page")


def a_comment_type() -> CommentType:
    return CommentType.objects.create(id="comment", label="Comments")


MAKERS: dict[type[Model], Callable[[], Any]] = {
    ApiKey: lambda: ApiKey.objects.create(user=somebody(), key="k", made_at=NOW),
    Comment: lambda: Comment.objects.create(comment_type=a_comment_type(), entity_id="1"),
    CommentType: a_comment_type,
    AuditEntry: lambda: AuditEntry.objects.create(method="GET", path="/", status=200),
    ConfigObject: lambda: ConfigObject.objects.create(name="system.site", data={"name": "A"}),
    ContentEntry: lambda: ContentEntry.objects.create(action="created"),
    ContentModel: ContentModel.objects.get,
    FailedLogin: lambda: FailedLogin.objects.create(key="k", name="n", until=1),
    FieldConfig: lambda: add_field(make_type("page").pk, "field_x", "string"),
    FieldStorage: lambda: FieldStorage.objects.create(
        entity_type="node", name="field_x", field_type="string"
    ),
    File: lambda: File.objects.create(uri="a.txt"),
    FileUsage: lambda: FileUsage.objects.create(
        file=File.objects.create(uri="a.txt"), entity_type="node", entity_id="1"
    ),
    Node: a_node,
    NodeType: lambda: make_type("page"),
    PathAlias: lambda: PathAlias.objects.create(
        path=f"/node/{a_node().pk}", alias="/a", langcode="en"
    ),
    RefreshToken: lambda: RefreshToken.objects.create(
        key="k", user=somebody(), expires_at=NOW, kept_until=NOW
    ),
    Revision: lambda: a_node().revision,
    RevokedToken: lambda: RevokedToken.objects.create(key="k", expires_at=NOW),
    Role: lambda: Role.objects.create(group=Group.objects.create(name="a"), label="A"),
    Term: lambda: make_term("a"),
    TermParent: lambda: TermParent.objects.create(term=make_term("a"), delta=0),
    TextFormat: lambda: TextFormat.objects.create(format="a", name="A"),
    TokenCutoff: lambda: TokenCutoff.objects.create(user=somebody(), at=1),
    UploadName: lambda: UploadName.objects.create(key="k"),
    UserProfile: lambda: UserProfile.objects.create(user=somebody(), uuid="u"),
    Vocabulary: lambda: Vocabulary.objects.create(vid="a", name="A"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", list(apps.get_app_config("drupal_jwt_auth").get_models()))
@pytest.mark.parametrize("is_reloaded", [True, False])
def test_saving_does_not_bring_a_deleted_row_back(model: type[Model], is_reloaded: bool) -> None:
    rows = model._default_manager.all()
    made = MAKERS[model]()
    loaded = rows.get(pk=made.pk) if is_reloaded else made
    loaded.save()
    rows.filter(pk=made.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        loaded.save()
    assert not rows.filter(pk=made.pk).exists()


@pytest.mark.django_db
def test_a_row_may_be_inserted_again_by_whoever_says_so() -> None:
    term = make_term("a")
    Term.objects.all().delete()
    term.save(force_insert=True)
    assert Term.objects.get() == term


# What is written


def written(model: type[Model], save: Callable[[], object]) -> list[str]:
    """The columns that a save of one row writes."""
    columns: list[str] = []

    def note(update_fields: frozenset[str], **kwargs: Any) -> None:
        columns.extend(sorted(update_fields))

    post_save.connect(note, sender=model)
    save()
    post_save.disconnect(note, sender=model)
    return columns


def test_a_change_writes_the_columns_that_it_changes(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    for sent, columns in (
        ({"title": ["New"]}, ["changed", "title"]),
        ({"body": ["New"]}, ["changed", "fields"]),
        ({"path": ["/new"]}, []),
        ({"revision_translation_affected": [False]}, ["revision_translation_affected"]),
    ):
        document = {"type": "page", **sent}
        assert written(Node, partial(editor.change, nid, document)) == columns


def test_what_goes_together_is_written_together(db: None) -> None:
    alias = MAKERS[PathAlias]()
    assert written(PathAlias, lambda: alias.change("/b")) == ["alias", "key"]
    assert written(PathAlias, lambda: alias.save(update_fields=["langcode"])) == ["langcode"]


def test_a_node_without_a_revision_gets_one_for_a_note(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    Revision.objects.all().delete()
    changed = editor.change(nid, page(revision_log=["Note"]))
    assert changed["revision_log"] == editor.read(nid)["revision_log"] == [{"value": "Note"}]
    revision = Revision.objects.get()
    assert (revision.node_id, revision.current_for_id, revision.vid) == (
        *(nid, nid),
        changed["vid"][0]["value"],
    )


# Numbers


@pytest.mark.django_db
def test_a_database_that_has_to_be_told_is_told_of_a_number_before_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell = "SELECT %(table)s, %(column)s, %(number)s, %(in_steps)s"
    monkeypatch.setitem(numbering._RAISE, connection.vendor, (tell,))
    node = a_node()
    with CaptureQueriesContext(connection) as captured:
        Revision(vid=5000, node=node).make()
    told, inserted = [each["sql"] for each in captured if not each["sql"].startswith("SAVE")][:2]
    table = connection.ops.quote_name("drupal_jwt_auth_revision")
    assert told == f"SELECT '{table}', 'vid', 5000, 10000"
    assert inserted.startswith("INSERT")


@pytest.mark.django_db
def test_keys_that_the_database_does_not_give_need_no_telling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(numbering._RAISE, connection.vendor, ("nonsense",))
    with CaptureQueriesContext(connection) as captured:
        continue_after(TextFormat, 5000)
    assert not captured


@pytest.mark.parametrize(
    ("model", "last"), [(User, 2**31 - 1), (Node, 2**63 - 1), (TextFormat, None)]
)
def test_the_last_number_is_that_of_the_kind_of_key(model: type[Model], last: int | None) -> None:
    assert last_number(model) == last


@pytest.mark.django_db
def test_numbers_go_on_after_the_highest_that_was_chosen() -> None:
    node = a_node()
    last = node.vid or 0
    for chosen in (last + 10, last + 5, last + 40_000, last + 39_000, last + 45_000):
        Revision(vid=chosen, node=node).make()
        following = Revision(node=node)
        following.make()
        assert following.vid > max(last, chosen)
        last = following.vid
