"""References: ``{"target_id": 2, "target_type": "user", "target_uuid": "...", "url": "/user/2"}``.

The setting ``target_type`` says what kind of entity is referenced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from drupal_jwt_auth.fields.base import (
    NOT_A_PRIMITIVE,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
    Reference,
)
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_integer, to_text
from drupal_jwt_auth.http.exceptions import UnprocessableEntity

CONFIGURATION = frozenset({"node_type", "user_role"})


class EntityReferenceType(FieldType):
    """A reference to an entity by id, or by UUID, which wins over an id beside it."""

    id = "entity_reference"
    properties: ClassVar[tuple[str, ...]] = ("target_id",)
    main_property = "target_id"
    column_suffix = "_id"

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item with the id; raise UnprocessableEntity (422)."""
        item = super().denormalize(data, field, delta, context)
        if not isinstance(data, Mapping):
            return item
        if data.get("entity") is not None:
            raise UnprocessableEntity(
                f'Field "{field.name}" takes the id or the UUID of an entity, not the entity.'
            )
        if data.get("target_uuid") is None:
            return item
        uuid, wanted_type = data["target_uuid"], data.get("target_type")
        target_type = field.settings["target_type"]
        if not is_true(uuid) or not is_scalar(uuid):
            raise UnprocessableEntity(
                f'If provided "target_uuid" cannot be empty for field "{delta}".'
            )
        if is_true(wanted_type) and wanted_type != target_type:
            raise UnprocessableEntity(
                f'The field "{field.name}" property "target_type" must be set to '
                f'"{target_type}" or omitted.'
            )
        key = context.key_of(target_type, to_text(uuid))
        if key is None:
            raise UnprocessableEntity(
                f'No "{target_type if is_true(wanted_type) else ""}" entity found with UUID "{to_text(uuid)}" '
                f'for field "{delta}".'
            )
        return {**item, "target_id": key}

    def is_empty(self, item: Item) -> bool:
        """Tell whether nothing is referenced."""
        return item.get("target_id") is None

    def validate_references(
        self, items: Sequence[Item], field: Field, context: Context
    ) -> Iterator[tuple[int, str, str]]:
        """Refuse references to what there is not, and to what the account may not reference."""
        for delta, item in enumerate(items):
            key = item.get("target_id")
            if not (is_true(key) and is_scalar(key)):
                continue
            entity = f"{field.settings['target_type']}: {to_text(key)}"
            reference = self.reference(item, field)
            if reference is None or context.target(reference) is None:
                yield delta, "target_id", f"The referenced entity ({entity}) does not exist."
            elif not context.may_reference(reference, field):
                yield delta, "target_id", f"This entity ({entity}) cannot be referenced."

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no id."""
        if self.reference(item, field) is None:
            yield "target_id", NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store the id; 0 stands for none."""
        reference = self.reference(item, field)
        return {**item, "target_id": (reference.key or None) if reference else None}

    def echo(self, item: Item, field: Field, context: Context) -> Item:
        """Return the wire item for a raw one: an id sent as a float is not followed."""
        wire = super().echo(item, field, context)
        return {"target_id": wire["target_id"]} if isinstance(item["target_id"], float) else wire

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the reference with what its target is called; without, where there is none."""
        reference = self.reference(item, field)
        target = context.target(reference) if reference else None
        if reference is None or target is None:
            return {"target_id": item["target_id"]}
        wire = {
            "target_id": reference.key,
            **{name: item.get(name) for name in self.properties[1:]},
            "target_type": reference.entity_type,
            "target_uuid": target.uuid,
        }
        return wire if target.url is None else {**wire, "url": target.url}

    def reference(self, item: Item, field: Field) -> Reference | None:
        """Return type and id of the target, None where the id can be none."""
        target_type, key = field.settings["target_type"], item.get("target_id")
        if target_type not in CONFIGURATION:
            key = to_integer(key)
        elif not isinstance(key, str):
            key = None
        return None if key is None else Reference(target_type, key)


class FileType(EntityReferenceType):
    """A reference to a file, with how it is shown."""

    id = "file"
    properties: ClassVar[tuple[str, ...]] = ("target_id", "display", "description")


class ImageType(EntityReferenceType):
    """A reference to an image file, with its alternative text, title and size."""

    id = "image"
    properties: ClassVar[tuple[str, ...]] = ("target_id", "alt", "title", "width", "height")


class AuthorType(EntityReferenceType):
    """A reference to a user where none means the anonymous user, whose id is 0."""

    nothing: ClassVar[Sequence[Item]] = ({"target_id": 0},)

    def cast(self, item: Item, field: Field) -> Item:
        """Store the id."""
        reference = self.reference(item, field)
        return {"target_id": reference.key if reference else 0}

    def items_from_column(self, value: Any) -> list[Item]:
        """Return the stored item for a user's key."""
        return [{"target_id": 0 if value is None else value}]

    def column_from_items(self, items: Sequence[Item]) -> Any:
        """Return the user's key, None for the anonymous user."""
        return (items[0]["target_id"] or None) if items else None
