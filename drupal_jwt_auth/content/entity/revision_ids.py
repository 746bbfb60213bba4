"""The numbers of revisions, which a client may choose."""

from __future__ import annotations

from drupal_jwt_auth.fields.base import Context, Faults, Field, Item
from drupal_jwt_auth.fields.numbers import IntegerType

MAX_REVISION_ID = 2**31 - 1


class RevisionIdType(IntegerType):
    """The number of a revision: a client must not use all of them up."""

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no number, or a very high one."""
        yield from super().validate(item, field, context)
        if (self.number(item["value"]) or 0) > MAX_REVISION_ID:
            yield "value", f"{field.label}: the value may be no greater than {MAX_REVISION_ID}."

    def cast(self, item: Item, field: Field) -> Item:
        """Store the number; 0 means the next one, as to Drupal."""
        return {"value": super().cast(item, field)["value"] or None}
