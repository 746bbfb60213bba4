"""Columns for any text that JSON can carry: PostgreSQL refuses U+0000, clients of Drupal send it.

It is kept as a pair of characters, the first of them U+FDD0, which Unicode sets apart for such
inner uses and which is kept as a pair itself. Whoever reads and writes through the model sees the
text as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import JSONObject
from django.utils.datastructures import DictWrapper
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]
    TextField = models.TextField[Any, Any]
    JSONField = models.JSONField[Any, Any]
else:
    CharField, TextField, JSONField = models.CharField, models.TextField, models.JSONField

ESCAPE = "\ufdd0"
ESCAPE_IN_JSON = "\\ufdd0"

NOT_STORABLE = _(
    "Not every database keeps numbers beyond all bounds, or lists and objects so deep."
)


def escape(text: str) -> str:
    """Return a text as it is stored."""
    return text.replace(ESCAPE, ESCAPE + "1").replace("\0", ESCAPE + "0")


def unescape(text: str) -> str:
    """Return a text as it was before it was stored."""
    return text.replace(ESCAPE + "0", "\0").replace(ESCAPE + "1", ESCAPE)


def readable(text: str) -> str:
    """Return a text as a page shows it, for columns that are not of these kinds."""
    return text.replace("\0", "\ufffd")


def _in_all_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _in_all_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_all_texts(item, change) for item in value]
    return value


class AnyTextMixin:
    """A column of text that may hold any character."""

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored, or looked for."""
        column: Any = super()  # That which this is mixed into.
        prepared = column.get_prep_value(value)
        return escape(prepared) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return what was stored."""
        return unescape(value) if value and ESCAPE in value else value


class AnyCharField(AnyTextMixin, CharField):
    """A line of text; the column has room for ``max_length`` characters of any kind."""

    max_length: int

    def db_type_parameters(self, connection: Any) -> DictWrapper[Any]:
        """Return what the type of the column is made of: a stored character may be a pair."""
        parameters = {**vars(self), "max_length": 2 * self.max_length}
        return DictWrapper(parameters, connection.ops.quote_name, "qn_")


class AnyTextField(AnyTextMixin, TextField):
    """A text of any length."""


class AnyJSONField(JSONField):
    """A JSON value whose texts may hold any character."""

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored, or looked for."""
        return _in_all_texts(super().get_prep_value(value), escape)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return what was stored."""
        stored = super().from_db_value(value, expression, connection)
        if isinstance(value, str) and (ESCAPE in value or ESCAPE_IN_JSON in value):
            return _in_all_texts(stored, unescape)
        return stored


class AnyJSONObject(JSONObject):
    """An object made in the database, of columns whose texts may hold any character."""

    output_field = AnyJSONField()
