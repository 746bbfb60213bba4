"""What uses files: noted as entities are saved, and looked up for who may see a private file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import router
from django.db.models import Model

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.access import AccessResult, allowed_if
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.file import FileReferenceType
from drupal_jwt_auth.models import File, FileUsage

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account


class Use(NamedTuple):
    """An entity whose field refers to a file, and whether an account may see it there."""

    entity: Any
    field: Field
    access: AccessResult


def note_use(keys: Collection[Any], entity_type: ContentEntityType, entity: Any) -> None:
    """Note that an entity refers to files; the database refuses one that was deleted meanwhile."""
    rows = FileUsage.objects.using(router.db_for_write(FileUsage))
    user = {"entity_type": entity_type.id, "entity_id": str(entity.pk)}
    known = set(rows.filter(file__in=keys, **user).values_list("file_id", flat=True))
    rows.bulk_create([FileUsage(file_id=key, **user) for key in sorted(set(keys) - known)])


def forget_uses(sender: ContentEntityType, instance: Model, using: str, **kwargs: Any) -> None:
    """Forget what an entity has used that was deleted: a receiver of ``entity_deleted``."""
    rows = FileUsage.objects.using(router.db_for_write(FileUsage))
    rows.filter(entity_type=sender.id, entity_id=str(instance.pk)).delete()


def users_of(file: Any, account: Account) -> Iterator[Use]:
    """Yield the entities that refer to a file, and those whose older revisions do."""
    if "using" not in vars(file):
        fetch_using([file])
    structure = get_structure(account.stamp)
    for entity_type, entity in file.using:
        bundle = structure.bundles_of(entity_type).get(entity_type.bundle_of(entity))
        if bundle is not None:
            yield from _uses(file, account, bundle, entity)


def fetch_using(files: Collection[Any]) -> None:
    """Load what refers to some files: those of a type together."""
    users: dict[int, list[tuple[str, str]]] = defaultdict(list)
    wanted: dict[str, set[str]] = defaultdict(set)
    rows = FileUsage.objects.filter(file__in=files).order_by("pk")
    for fid, name, key in rows.values_list("file", "entity_type", "entity_id"):
        users[fid].append((name, key))
        wanted[name].add(key)
    known: dict[tuple[str, str], tuple[ContentEntityType, Any]] = {}
    for name, keys in wanted.items():
        entity_type = ENTITY_TYPES.get(name)
        if isinstance(entity_type, ContentEntityType):
            read = map(entity_type.read_key, keys)
            for batch in batches(key for key in read if key is not None):
                for entity in entity_type.storage.query().filter(pk__in=batch):
                    known[name, str(entity.pk)] = entity_type, entity
    for file in files:
        file.using = [known[each] for each in users[file.pk] if each in known]


def _uses(file: File, account: Account, bundle: Bundle, entity: Any) -> Iterator[Use]:
    rules, storage = bundle.entity_type.access, bundle.entity_type.storage
    for field in bundle.fields.values():
        if not isinstance(field.type, FileReferenceType):
            continue
        is_current = _refers(field, field.get(entity), file)
        if is_current or any(
            _refers(field, items, file) for items in storage.older_items(entity, field)
        ):
            access = rules.view(account, entity)
            if access.allowed:
                seen = rules.view_field(account, field, entity) and (
                    is_current or rules.view_revisions(account, entity)
                )
                access = allowed_if(seen)
            yield Use(entity, field, access)


def _refers(field: Field, items: Collection[Item], file: File) -> bool:
    references = (field.type.reference(item, field) for item in items)
    return any(each is not None and each.key == file.pk for each in references)
