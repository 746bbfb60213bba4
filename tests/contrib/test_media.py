"""Who may do what with media."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.entities import Account
from drupal_jwt_auth.fields import FIELD_TYPES, Field
from drupal_jwt_auth.models import Node

pytestmark = pytest.mark.django_db
Items = tuple[User, Any, Any, Any]
OPERATIONS = ("view", "update", "delete")


def model(name: str) -> Any:
    """A model of the app, which is installed by now."""
    return apps.get_model("drupal_jwt_auth_media", name)


@pytest.fixture
def items() -> Items:
    """Somebody, an item of theirs, a hidden one of theirs, and one of nobody's."""
    owner = User.objects.create_user("owner")
    image = model("MediaType").objects.create(id="image", name="Image")
    own, hidden, other = (
        model("Media").objects.create(bundle=image, name=name, uid=uid, status=status)
        for name, uid, status in (
            ("Own", owner, True),
            ("Hidden", owner, False),
            ("Other", None, True),
        )
    )
    return owner, own, hidden, other


def account_of(user: User | None, *permissions: str) -> Account:
    """The account of a user with these permissions and no others."""
    content_type = ContentType.objects.get_for_model(Node)
    for name in permissions:
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=name, defaults={"name": name}
        )
        assert user is not None
        user.user_permissions.add(permission)
    return Account.of(user)


def allowed(account: Account, *entities: Any) -> dict[str, list[bool]]:
    access = ENTITY_TYPES.content("media").access
    found = {
        each: [access.may(each, account, entity).allowed for entity in entities]
        for each in OPERATIONS
    }
    seen = set(model("Media").objects.filter(access.visible_to(account)))
    # One rule: the query finds what the check lets somebody see.
    assert [entity in seen for entity in entities] == found["view"]
    return found


@pytest.mark.parametrize(
    ("permissions", "view", "update", "delete"),
    [
        ([], [False] * 3, [False] * 3, [False] * 3),
        (["view media"], [True, False, True], [False] * 3, [False] * 3),
        (["view own unpublished media"], [False, True, False], [False] * 3, [False] * 3),
        (["edit own image media"], [False] * 3, [True, True, False], [False] * 3),
        (["edit any image media"], [False] * 3, [True] * 3, [False] * 3),
        (["update media"], [False] * 3, [True, True, False], [False] * 3),
        (["delete own image media"], [False] * 3, [False] * 3, [True, True, False]),
        (["delete any media"], [False] * 3, [False] * 3, [True] * 3),
        (["administer media"], [True] * 3, [True] * 3, [True] * 3),
    ],
)
def test_permissions_decide(
    permissions: list[str],
    view: Any,
    update: Any,
    delete: Any,
    items: Items,
) -> None:
    owner, *entities = items
    account = account_of(owner, *permissions)
    assert allowed(account, *entities) == {"view": view, "update": update, "delete": delete}


def test_visitors_see_nothing_unless_they_may(items: Items) -> None:
    _, *entities = items
    nothing = {each: [False] * 3 for each in OPERATIONS}
    assert allowed(account_of(None), *entities) == nothing


def test_who_may_create_items_of_a_type_may(items: Items) -> None:
    owner, own, _, _ = items
    entity_type = ENTITY_TYPES.content("media")
    image = Bundle(entity_type, "image", "Image", own.bundle, {})
    access = entity_type.access
    assert not access.create(account_of(owner), image).allowed
    assert not access.any(account_of(owner), "create").allowed
    creator = account_of(owner, "create image media")
    assert access.create(creator, image).allowed
    assert access.any(creator, "create").allowed
    assert not access.any(creator, "view").allowed
    assert not access.any(creator, "update").allowed
    assert not access.shows_hidden(creator)
    # Of one's own, as long as that may be there.
    assert access.any(account_of(owner, "edit own image media"), "update").allowed


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        (["view media"], False),
        (["view any video media revisions"], False),
        (["view any image media revisions"], True),
        (["view all media revisions"], True),
        (["administer media"], True),
    ],
)
def test_who_may_see_what_an_item_was_is_told_by_permissions(
    permissions: list[str], may: bool, items: Items
) -> None:
    owner, own, _, _ = items
    access = ENTITY_TYPES.content("media").access
    assert access.view_revisions(account_of(owner, *permissions), own) is may
    assert not access.view_revisions(account_of(None), own)


def test_an_item_that_is_made_by_a_client_has_a_revision_of_its_own(items: Items) -> None:
    owner, own, other, _ = items
    taken = model("MediaRevision").objects.create(entity=own).pk
    entity_type = ENTITY_TYPES.content("media")
    image = Bundle(entity_type, "image", "Image", own.bundle, {})
    made = entity_type.storage.new(image, account_of(owner))
    entity_type.storage.create(made, [(entity_type.field("name"), [{"value": "New"}])])
    made.refresh_from_db()
    assert made.vid > taken
    assert made.revisions.get().pk == made.vid
    # A change makes no other one.
    entity_type.storage.update(made, [(entity_type.field("name"), [{"value": "Newer"}])])
    assert made.revisions.get().pk == made.vid
    assert other.vid is None


def test_what_an_item_was_at_a_revision_is_found(items: Items) -> None:
    owner, own, other, _ = items
    entity_type = ENTITY_TYPES.content("media")
    caption = Field(name="field_caption", label="Caption", type=FIELD_TYPES["string"])
    fields = {**{each.name: each for each in entity_type.base_fields}, caption.name: caption}
    image = Bundle(entity_type, "image", "Image", own.bundle, fields)
    own.fields = {"field_caption": [{"value": "Now"}]}
    kept = {"name": [{"value": "Then"}], "uid": [], "field_caption": [{"value": "Before"}]}
    make = model("MediaRevision").objects.create
    older, empty = make(entity=own, snapshot=kept), make(entity=own, snapshot={})
    newest = make(entity=own)
    storage = entity_type.storage
    then: Any = storage.at_revision(own, older.pk, image)
    assert (then.vid, then.name, then.uid) == (older.pk, "Then", None)
    assert then.fields == {"field_caption": [{"value": "Before"}]}
    before_it: Any = storage.at_revision(own, empty.pk, image)
    assert before_it.fields == {"field_caption": []}
    assert storage.at_revision(own, newest.pk, image) is None
    assert storage.at_revision(other, older.pk, image) is None
    # The item is what it was before somebody looked.
    assert (own.name, own.uid, own.fields["field_caption"]) == ("Own", owner, [{"value": "Now"}])
    assert list(storage.older_items(own, caption)) == [[{"value": "Before"}]]


def test_what_holds_items_of_a_field_are_older_revisions_too(items: Items) -> None:
    _, own, _, _ = items
    snapshot = {"field_caption": [{"value": "Before"}]}
    older = model("MediaRevision").objects.create(entity=own, snapshot=snapshot)
    holders = ENTITY_TYPES.content("media").storage.holders("field_caption", ["image"])
    assert [(list(rows), attribute) for rows, attribute in holders] == [
        ([], "fields"),
        ([older], "snapshot"),
    ]


def test_rows_say_what_they_are(items: Items) -> None:
    _, own, _, _ = items
    revision = model("MediaRevision").objects.create(revision_id=7, entity=own, snapshot={})
    assert [str(each) for each in (own, own.bundle, revision)] == ["Own", "Image", "7"]


def test_views_of_media_begin_with_the_table_that_an_import_reads() -> None:
    assert ENTITY_TYPES.content("media").data_table == "media_field_data"
