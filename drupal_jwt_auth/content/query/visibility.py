"""What an account sees of fields, as a condition for the entities that have them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field


def fields_seen(fields: Iterable[tuple[Bundle, Field]], account: Account) -> Q | None:
    """Return the condition for the entities whose field the account sees, in any of the bundles.

    None where it may not even ask for it in one of them.
    """
    seen = []
    for bundle, field in fields:
        condition = bundle.entity_type.access.fields_visible_to(account, field, bundle)
        if condition is None:
            return None
        seen.append(condition)
    return reduce(or_, seen) if seen and all(seen) else Q()
