"""The fields of an entity as the admin shows them, also where what is stored of them is broken."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE
from drupal_jwt_auth.fields.forms.documents import JSONFormField, are_items
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.site import UNREADABLE
from drupal_jwt_auth.http.exceptions import Violation

logger = logging.getLogger(__name__)

MAX_INPUTS = 500
"""Of a field: Django takes a thousand in a form unless a project says otherwise, and pages slow."""

MISCONFIGURED = _("The settings of this field do not fit its type.")
TOO_MANY = _("There are too many values to show an input for each.")
BROKEN = _("What is stored is no list of items, as it must be. Until it is changed, it stays.")


def configurable_fields(bundle: Bundle) -> list[Field]:
    """Return the fields of a bundle that not every entity of its type has, as forms have them."""
    own = (field for field in bundle.fields.values() if not isinstance(field, BaseField))
    return sorted(own, key=attrgetter("weight"))


def stored_items(field: Field, entity: Any | None) -> Any:
    """Return what is stored of an entity, or what a new one begins with.

    That is a list of items, unless another program has made something else of it.
    """
    if isinstance(field, BaseField):
        return [] if entity is None else list(field.kept(field.get(entity)))
    if entity is None:
        return field.default
    fields: Any = entity.fields
    return fields.get(field.name, []) if isinstance(fields, Mapping) else []


def form_field_of(field: Field, items: Any) -> forms.Field:
    """Return the form field for what is stored; JSON where the field's own cannot show it."""
    fault = BROKEN
    if are_items(items):
        try:
            form_field = field.form_field()
            count = form_field.count_inputs(items) if isinstance(form_field, ItemsFormField) else 0
            if count <= MAX_INPUTS:
                return form_field
            fault = TOO_MANY
        except UNREADABLE:
            logger.warning("Field %s: %s", field.name, MISCONFIGURED, exc_info=True)
            fault = MISCONFIGURED
    return JSONFormField(label=field.shown_label, required=field.required, help_text=fault)


def field_text(field: Field, items: Any, site: AdminContext) -> list[str]:
    """Return what is stored as lines of text, as the inputs of the form show it."""
    form_field = form_field_of(field, items)
    if isinstance(form_field, ItemsFormField):
        site.learn_labels(field.references(items))
        form_field.show(items, site)
        return form_field.describe()
    rows = items if isinstance(items, list) else [items]
    return [json.dumps(row, ensure_ascii=False, default=str) for row in rows]


def text_of(field: Field, site: AdminContext) -> Callable[[Any], str]:
    """Return what shows a field of an entity to whoever may see it there, but not change it."""

    @admin.display(description=field.shown_label)
    def text(entity: Any) -> str:
        begins = entity._state.adding and not isinstance(field, BaseField)
        return "\n".join(field_text(field, stored_items(field, None if begins else entity), site))

    text.__name__ = field.name
    return text


def told_in_form(violations: Iterable[Violation]) -> Iterator[Violation]:
    """Yield each fault once, and that a value is of no good type only where no other says more."""
    found = list(dict.fromkeys(violations))
    precise = {violation.path for violation in found if violation.text != NOT_A_PRIMITIVE}
    for violation in found:
        item, _dot, _property = violation.path.rpartition(".")
        if violation.text != NOT_A_PRIMITIVE or not {item, violation.path} & precise:
            yield violation
