"""The URL alias of an entity: one item, ``{"alias": "/about", "pid": 1, "langcode": "en"}``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE, Context, Faults, Field, FieldType, Item
from drupal_jwt_auth.fields.forms.inputs import TextFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text
from drupal_jwt_auth.fields.string import text_faults

ALIAS_MAX_LENGTH = 512
"""Twice what Drupal's own forms take: headers of answers name it, percent-encoded."""


class PathType(FieldType):
    """An alias, its id and its language; an entity without one has the item with no alias."""

    id = "path"
    module = "path"
    properties = ("alias", "pid", "langcode")
    main_property = "alias"
    configurable = False
    edit_permissions = ("create url aliases", "administer url aliases")

    def is_empty(self, item: Item) -> bool:
        """Tell whether nothing is said."""
        return all(item.get(name) in (None, "") for name in self.properties)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no text, and an id that is no number; an alias may be any short text."""
        yield from text_faults(item, "alias", ALIAS_MAX_LENGTH, field)
        if not (item.get("langcode") is None or is_scalar(item["langcode"])):
            yield "langcode", NOT_A_PRIMITIVE
        if item.get("pid") is not None and to_integer(item["pid"]) is None:
            yield "pid", NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Return texts, and the id as a number; None for what was not sent.

        There is no space around an alias.
        """
        alias, langcode = (
            None if item.get(name) is None else to_text(item[name])
            for name in ("alias", "langcode")
        )
        alias = None if alias is None else alias.strip(" \t\n\r\0\x0b")
        return {"alias": alias, "pid": to_integer(item.get("pid")), "langcode": langcode}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for the alias."""
        alias = TextFormField(strip=True, widget=forms.TextInput(attrs={"class": "vTextField"}))
        text = _("An alternative path, such as /about; nothing for none.")
        return ItemsFormField(field, {"alias": alias}, **{"help_text": text, **kwargs})
