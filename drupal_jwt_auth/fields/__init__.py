"""The field types, and the fields that every node has.

A project adds a type of its own with `register`.
"""

from __future__ import annotations

from drupal_jwt_auth.fields.base import Context, Entity, Field, FieldType, Item, Reference, Target
from drupal_jwt_auth.fields.registry import FIELD_TYPES, register

__all__ = [
    "FIELD_TYPES",
    "Context",
    "Entity",
    "Field",
    "FieldType",
    "Item",
    "Reference",
    "Target",
    "register",
]
