"""What the pages that delete something, or switch it off, tell of where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.query.uses import Use
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.fields.forms.site import TargetLabel
from drupal_jwt_auth.fields.user_keys import wire_key

NAMED = 10
"""How many entities of a type are named."""

COUNTED = 1000
"""How many are counted: that there are more is enough to know then."""


class Told(NamedTuple):
    """What is told of the entities of a type that use something.

    ``label`` is what they are called, ``total`` says how many there are, ``named`` are the first,
    ``more`` whether there are others.
    """

    label: Any
    total: str
    named: list[TargetLabel]
    more: bool


def told(uses: Iterable[Use], site: AdminContext) -> Iterator[Told]:
    """Yield what is told to whoever is logged in: of all how many, of what they see the names."""
    for use in uses:
        found = use.rows.order_by("pk").values_list("pk", flat=True)
        keys = list(found[: COUNTED + 1])
        if not keys:
            continue
        total = str(len(keys))
        if len(keys) > COUNTED:
            total = _("more than %(count)d") % {"count": COUNTED}
        references = [Reference(use.entity_type.id, wire_key(key)) for key in keys[:NAMED]]
        site.learn_labels(references)
        named = [label for label in map(site.describe, references) if label is not None]
        label = use.entity_type.model._meta.verbose_name_plural
        yield Told(label, total, named, len(keys) > NAMED)
