"""The configurable fields of bundles of a described site, and what is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import configured_field, get_structure
from drupal_jwt_auth.fields import FIELD_TYPES, Field, Item, Reference, Target
from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE, NOT_NULL
from drupal_jwt_auth.models import FieldConfig
from drupal_jwt_auth.transfer.description_fields import MAX_ID, MachineNameField, ObjectField
from drupal_jwt_auth.transfer.loader import Row

# What makes of a value one that cannot be shown; other faults may be older than their rules.
_UNUSABLE = (NOT_A_PRIMITIVE, NOT_NULL)


class DescribedSite(SiteContext):
    """A site that is to come: what its fields refer to is not looked for in what is here."""

    def __init__(self) -> None:
        super().__init__(Account(None), get_structure(None))

    def target(self, reference: Reference) -> Target | None:
        """Return nothing."""
        return None

    def may_follow(self, uri: str) -> bool:
        """Tell that whoever set a link was able to follow it."""
        return True


class FieldDescription(serializers.Serializer[Any]):
    """A configurable field of a bundle of some entity type."""

    entity_type: ClassVar[str]

    name = MachineNameField()
    type = serializers.CharField()
    cardinality = serializers.IntegerField(default=1, min_value=-1, max_value=MAX_ID)
    settings = ObjectField(default=dict)
    default_value = serializers.ListField(child=ObjectField(), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those whose names are a serializer's own too."""
        return {
            **super().get_fields(),
            "label": serializers.CharField(max_length=255),
            "required": serializers.BooleanField(default=False),
        }

    def validate_name(self, value: str) -> str:
        """Return the name; refuse that of a field which every entity has."""
        ENTITY_TYPES.content(self.entity_type).check_new_name(value)
        return value

    def validate_type(self, value: str) -> str:
        """Return the type; refuse one that is not registered."""
        if value not in FIELD_TYPES:
            raise serializers.ValidationError(f"There is no field type {value}.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse settings that the type cannot use."""
        wrong = FIELD_TYPES[attrs["type"]].wrong_settings(attrs["settings"])
        faults = [f"The field type cannot use {each}" for each in wrong]
        if faults:
            raise serializers.ValidationError({"settings": faults})
        return attrs


def refuse_namesakes(fields: Sequence[Row]) -> None:
    """Raise a serializer's ValidationError where two fields of a bundle have one name."""
    for name, count in Counter(field["name"] for field in fields).items():
        if count > 1:
            raise serializers.ValidationError(f"There are {count} fields {name}.")


def values_field() -> ObjectField:
    """Return a serializer's field for the items of an entity, by the names of its fields."""
    items = serializers.ListField(child=serializers.DictField())
    return ObjectField(child=items, default=dict)


def described_config(entity_type: str, bundle: str, description: Row) -> FieldConfig:
    """Return the field that is described, not saved."""
    values = {key: value for key, value in description.items() if key not in {"name", "type"}}
    name, field_type = description["name"], description["type"]
    return FieldConfig.described(entity_type, bundle, name, field_type, **values)


def described_field(entity_type: str, bundle: str, description: Row) -> Field:
    """Return a described field."""
    return configured_field(described_config(entity_type, bundle, description))


def item_faults(field: Field, items: Sequence[Item], context: SiteContext) -> Iterator[str]:
    """Yield where and why items cannot be shown."""
    for delta, item in enumerate(items):
        if field.type.is_empty(item):
            continue
        for name, text in field.type.validate(item, field, context):
            if text in _UNUSABLE:
                yield f"{field.name}.{delta}.{name}: {text}"
