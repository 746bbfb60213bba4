"""Entities whose names have some text in them, for inputs that refer to one by its name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse

from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.search.names import keys_by_names
from drupal_jwt_auth.fields.forms.inputs import with_id
from drupal_jwt_auth.fields.forms.site import TargetLabel
from drupal_jwt_auth.fields.user_keys import wire_key

MAX_SUGGESTIONS = 10
MAX_FITTING = 100
"""Of how many whose names fit the first in the alphabet are suggested: more text leaves fewer."""

MAX_TEXT = 128
"""A longer one is the name of nothing that anybody looks for."""

Named = list[tuple[Any, str]]
"""The keys of entities with what they are called."""


def suggestions(request: HttpRequest, entity_type: str) -> JsonResponse:
    """Answer with entities of a type, as they stand in an input, of some bundles if these are told.

    The names are those that whoever asks may see.
    """
    if not can_be_named(entity_type):
        raise Http404
    text = request.GET.get("q", "").strip()
    bundles = request.GET.get("bundles")
    found = named(
        account_of(request),
        entity_type,
        text,
        None if bundles is None else bundles.split(","),
    )
    values = [
        {"label": name, "value": with_id(TargetLabel(name, None), key)} for key, name in found
    ]
    return JsonResponse({"results": values})


def can_be_named(entity_type: str) -> bool:
    """Tell whether entities of a type are found by their names."""
    found = ENTITY_TYPES.get(entity_type)
    if isinstance(found, ContentEntityType):
        return found.label_column is not None
    return isinstance(found, BundleEntityType)


def named(
    account: Account,
    entity_type: str,
    text: str,
    bundles: Collection[str] | None = None,
    *,
    whole: bool = False,
) -> Named:
    """Return entities with a text in their names, or as their whole name, that an account may see.

    These are of some bundles, or of any where they are None, and no more than a handful.
    """
    if not text or len(text) > MAX_TEXT or "\0" in text or not can_be_named(entity_type):
        return []
    found: Any = ENTITY_TYPES[entity_type]
    if isinstance(found, ContentEntityType):
        return _content(account, found, text, bundles, whole=whole)
    rows = [(key, str(row)) for key, row in ENTITY_TYPES.content(found.bundle_of).bundle_rows()]
    wanted = text.casefold()
    fitting = (
        (key, name)
        for key, name in rows
        if (wanted == name.casefold() if whole else wanted in name.casefold())
    )
    return sorted(fitting, key=lambda each: each[1])[:MAX_SUGGESTIONS]


def _content(
    account: Account,
    entity_type: ContentEntityType,
    text: str,
    bundles: Collection[str] | None,
    *,
    whole: bool,
) -> Named:
    column, keys = str(entity_type.label_column), entity_type.keys
    condition = Q(**{f"{column}__{'iexact' if whole else 'icontains'}": text})
    if keys.published is not None and not entity_type.access.shows_hidden(account):
        condition &= Q(**{entity_type.attribute(keys.published): True})
    if bundles is not None and entity_type.bundle_column is not None:
        condition &= Q(**{f"{entity_type.bundle_column.attname}__in": bundles})
    rows = entity_type.storage.rows.filter(condition, entity_type.access.labels_visible_to(account))
    known = keys_by_names(rows.model, [column], [text], rows.db)
    if known is not None:
        rows = rows.filter(pk__in=known)
    # In any order these are soon found. It is keys that an index has.
    fitting = [*rows.order_by().values_list("pk", flat=True)[:MAX_FITTING]]
    found = entity_type.storage.rows.filter(pk__in=fitting).order_by(column, "pk")
    return [(wire_key(entity.pk), str(entity)) for entity in found[:MAX_SUGGESTIONS]]
