"""The form field for several references in one input, as Drupal has it for tags."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from drupal_jwt_auth.fields.forms.items import ItemsFormField, Row
from drupal_jwt_auth.fields.forms.site import ItemError, Items, TargetLabel
from drupal_jwt_auth.fields.widgets import Rows
from drupal_jwt_auth.wording import in_form

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field
    from drupal_jwt_auth.http.exceptions import Violation

NAME = "target_id"

_NAMES = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=,|\Z)|([^,]*))(?:,|\Z)')


class ReferencesFormField(ItemsFormField):
    """The names of several entities with their ids, and commas between: ``Arts (4), Science (3)``.

    A name with a comma or a quotation mark in it stands between quotation marks.
    """

    def __init__(self, field: Field, inputs: Mapping[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(field, inputs, **kwargs)
        self.widget.cardinality = 1
        self.widget.use_fieldset = False

    @property
    def names(self) -> Any:
        """Return the input for the names, a `ReferenceFormField`."""
        return self.inputs[NAME]

    def show(self, items: Sequence[Mapping[str, Any]], site: Any) -> None:
        """Say what is stored, and what the input may know of the site."""
        super().show(items, site)
        self.names.widget.takes_several = True
        self.names.widget.targets_of = self.targets

    def targets(self, text: str) -> list[TargetLabel]:
        """Return what a text refers to."""
        return [each for name in names_in(text) for each in self.names.targets(name)]

    def count_inputs(self, items: Sequence[Any]) -> int:
        """Return that there is one, however many items there are."""
        return 1

    def prepare_value(self, value: Any) -> Rows:
        """Return the row to show: as it came back, or with the names of what is referred to."""
        if isinstance(value, dict):
            return value
        shown = (self.names.prepare_value(item.get(NAME)) for item in value or ())
        return {0: {NAME: ", ".join(quoted(text) for text in shown if text)}}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether others are referred to than were shown, or in another order."""
        shown = self.prepare_value(self.stored)[0][NAME]
        texts = [str(row.get(NAME) or "") for row in data.values()]
        return texts != [shown] and names_in(*texts) != names_in(shown)

    def clean(self, value: Rows) -> Items:
        """Return the items; those that were there are as they are stored."""
        stored = defaultdict(list)
        for item in self.stored:
            stored[str(item.get(NAME))].append(item)
        items: Items = []
        errors: list[ItemError] = []
        self.rows = []
        for text in names_in(*(str(row.get(NAME) or "") for row in value.values())):
            try:
                key = self.names.clean(text)
            except forms.ValidationError as error:
                errors += [ItemError(message, 0, NAME) for message in error.messages]
                continue
            known = stored[str(key)]
            self.rows.append(Row(0, bool(known)))
            items.append(dict(known.pop(0)) if known else {NAME: key})
        if errors:
            raise forms.ValidationError(errors)
        return items

    def error(self, violation: Violation) -> forms.ValidationError | None:
        """Return an error for a fault of the items, None for one of an item that was there."""
        _field, *place = violation.path.split(".")
        if not place:
            return forms.ValidationError(in_form(violation.text))
        is_untouched = self.rows[int(place[0])].untouched
        return None if is_untouched else ItemError(in_form(violation.text), 0, NAME)


def quoted(text: str) -> str:
    """Return a name as one of several in a text."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if "," in text or '"' in text else text


def names_in(*texts: str) -> list[str]:
    """Return the names in texts with commas between them."""
    found = (match for text in texts for match in _NAMES.finditer(text))
    names = (each[2] if each[1] is None else each[1].replace('""', '"') for each in found)
    return [name.strip() for name in names if name.strip()]
