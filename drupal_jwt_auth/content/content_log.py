"""The content log: what was done to entities, by whom and by which way.

Every entity that is saved or deleted passes here, as Django's signals tell of it; what they do not
tell of, as many rows are written at once, is noted by whoever writes them. An entry belongs to the
transaction of the change. Where ``CONTENT_LOG`` is off, nothing is connected, and nothing costs
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import router
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.columns import ENTITY_TYPE_IDS
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields.keys import shown_key
from drupal_jwt_auth.models import ContentEntry, UserProfile
from drupal_jwt_auth.models.content_entry import MAX_LENGTH

Action, Way = ContentEntry.Action, ContentEntry.Way

UNNOTED = frozenset({"last_login"})
"""What is saved of users where they do nothing but log in."""


class Actor(NamedTuple):
    """Who writes, and by which way.

    ``noted`` are the entities of which it was noted already: what belongs to one action is often
    saved in several steps.
    """

    get_user: Callable[[], Any]
    way: str
    noted: set[tuple[str, str]]


_ACTOR: ContextVar[Actor | None] = ContextVar("drupal_jwt_auth_actor", default=None)


@contextmanager
def acting(get_user: Callable[[], Any], way: str) -> Iterator[None]:
    """Say who writes what is written in the block, and by which way.

    Who that is, is asked when something is written; None is nobody who is known.
    """
    token = _ACTOR.set(Actor(get_user, way, set()))
    try:
        yield
    finally:
        _ACTOR.reset(token)


def watch() -> None:
    """Begin to note what is done to the entities of all types."""
    for entity_type in ENTITY_TYPES.all_content():
        post_save.connect(_note_saved, sender=entity_type.model)
        post_delete.connect(_note_deleted, sender=entity_type.model)
    post_save.connect(_note_profile, sender=UserProfile)


def unwatch() -> None:
    """Note nothing any more."""
    for entity_type in ENTITY_TYPES.all_content():
        post_save.disconnect(_note_saved, sender=entity_type.model)
        post_delete.disconnect(_note_deleted, sender=entity_type.model)
    post_save.disconnect(_note_profile, sender=UserProfile)


def note_update(rows: QuerySet[Any]) -> None:
    """Note that rows are updated, which Django tells nobody of: before they are."""
    if app_settings.CONTENT_LOG:
        for batch in batches(rows.values_list("pk", flat=True)):
            found = rows.model._default_manager.using(rows.db).filter(pk__in=batch).order_by("pk")
            note(rows.model, found, Action.UPDATED)


def note(model: type[Model], entities: Iterable[Any], action: str) -> None:
    """Note what was done to entities of a model at once; other rows than entities are no matter."""
    if app_settings.CONTENT_LOG and model._meta.label in ENTITY_TYPE_IDS:
        entity_type = _type_of(model)
        _write([_entry(entity_type, entity, action) for entity in entities])


def _note_saved(
    sender: type[Model],
    instance: Model,
    *,
    created: bool,
    raw: bool,
    update_fields: Collection[str] | None,
    **kwargs: Any,
) -> None:
    if not raw and (update_fields is None or not UNNOTED.issuperset(update_fields)):
        _note_one(_type_of(sender), instance, Action.CREATED if created else Action.UPDATED)


def _note_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    _note_one(_type_of(sender), instance, Action.DELETED)


def _note_profile(
    sender: type[Model], instance: UserProfile, *, raw: bool, created: bool, **kwargs: Any
) -> None:
    """Note a change of what is kept of a user beside the row of the user, if somebody makes one."""
    if not raw and not created and _ACTOR.get() is not None:
        _note_one(ENTITY_TYPES.content("user"), instance.user, Action.UPDATED)


def _note_one(entity_type: ContentEntityType, entity: Model, action: str) -> None:
    entry, actor = _entry(entity_type, entity, action), _ACTOR.get()
    if actor is not None:
        known = entry.entity_type, entry.entity_id
        if action == Action.UPDATED and known in actor.noted:
            return
        actor.noted.add(known)
    _write([entry])


def _type_of(model: type[Model]) -> ContentEntityType:
    return ENTITY_TYPES.content(ENTITY_TYPE_IDS[model._meta.label])


def _entry(entity_type: ContentEntityType, entity: Any, action: str) -> ContentEntry:
    actor = _ACTOR.get()
    user = None if actor is None else actor.get_user()
    return ContentEntry(
        action=action,
        entity_type=entity_type.id[:MAX_LENGTH],
        bundle=entity_type.bundle_of(entity)[:MAX_LENGTH],
        entity_id=str(shown_key(entity.pk))[:MAX_LENGTH],
        username="" if user is None else user.get_username()[:MAX_LENGTH],
        way="" if actor is None else actor.way,
    )


def _write(entries: list[ContentEntry]) -> None:
    rows = ContentEntry.objects.using(router.db_for_write(ContentEntry))
    rows.bulk_create(entries, batch_size=500)
