"""Form fields for the admin: a form field's value is the list of items of a field.

What comes back as it was shown stays as it is stored, to the last property and character: the
form fields here compare what came back with what they showed, not with what is stored.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.forms.inputs import ChoiceFormField, ReferenceFormField
from drupal_jwt_auth.fields.forms.moments import DateTimeFormField
from drupal_jwt_auth.fields.forms.site import FormSite, ItemError, Items, SiteFormField
from drupal_jwt_auth.fields.widgets import UNLIMITED, ItemsWidget, Rows
from drupal_jwt_auth.wording import in_form

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field
    from drupal_jwt_auth.http.exceptions import Violation


class Row(NamedTuple):
    """A row that holds an item: its number, and whether it came back as it was shown."""

    number: int
    untouched: bool


class ItemsFormField(forms.Field):
    """The items of a field: a row for each, in it an input for each property.

    ``inputs`` are form fields by the names of properties; a property without one stays as it is
    stored. The type decides which items are empty, and drops them. Whether a value is required
    is for `Field.validate` to tell, too.
    """

    def __init__(self, field: Field, inputs: Mapping[str, forms.Field], **kwargs: Any) -> None:
        self.field = field
        self.inputs = dict(inputs)
        self.stored: Sequence[Mapping[str, Any]] = ()
        self.rows: list[Row] = []
        widget = ItemsWidget(self.inputs, field.cardinality, kwargs.get("label"))
        super().__init__(widget=widget, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> ItemsFormField:
        result: ItemsFormField = super().__deepcopy__(memo)
        result.inputs = result.widget.inputs = copy.deepcopy(self.inputs, memo)
        result.rows = []
        return result

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Return a bound field that shows each error where it belongs."""
        return ItemsBoundField(form, self, field_name)

    def count_inputs(self, items: Sequence[Any]) -> int:
        """Return how many inputs it takes to show items."""
        return len(items) * len(self.inputs)

    def show(self, items: Sequence[Mapping[str, Any]], site: FormSite) -> None:
        """Say what is stored, and what the inputs may know of the site."""
        self.stored = items
        for form_field in self.inputs.values():
            if isinstance(form_field, SiteFormField):
                form_field.use(site, self.field)

    def prepare_value(self, value: Any) -> Rows:
        """Return the rows to show: as they came back, or of items, with one for another item."""
        if isinstance(value, dict):
            return value
        rows = {number: self._shown(item) for number, item in enumerate(value or ())}
        if self.field.cardinality == UNLIMITED or len(rows) < self.field.cardinality:
            rows[len(rows)] = self._shown(None)
        return rows

    def _shown(self, item: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            name: form_field.prepare_value(self._initial(item, name))
            for name, form_field in self.inputs.items()
        }

    def _initial(self, item: Mapping[str, Any] | None, name: str) -> Any:
        """Return the value of a property, in a row without an item what it begins with."""
        return self.inputs[name].initial if item is None else item.get(name)

    def _stored(self, row: int) -> Mapping[str, Any] | None:
        return self.stored[row] if row < len(self.stored) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether anything came back other than it was shown."""
        return any(True for row, came in data.items() for _name in self._touched(row, came))

    def _touched(self, row: int, came: Mapping[str, Any]) -> list[str]:
        """Return the names of the inputs of a row that came back other than they were shown."""
        item = self._stored(row)
        return [
            name
            for name, value in came.items()
            if self.inputs[name].has_changed(self._initial(item, name), value)
        ]

    def clean(self, value: Rows) -> Items:
        """Return the items without empty ones; raise ValidationError with all that is wrong."""
        items: Items = []
        errors: list[forms.ValidationError] = []
        self.rows = []
        for number in sorted({*range(len(self.stored)), *value}):
            came = value.get(number, {})
            touched = self._touched(number, came)
            try:
                item = self._item(number, came, touched)
            except forms.ValidationError as error:
                errors += error.error_list
                continue
            if not self.field.type.is_empty(item):
                items.append(item)
                self.rows.append(Row(number, not touched))
        if errors:
            raise forms.ValidationError(errors)
        return items

    def _item(self, number: int, came: Mapping[str, Any], touched: Iterable[str]) -> dict[str, Any]:
        """Return the item of a row; raise ValidationError."""
        stored = self._stored(number)
        item = {name: self._initial(None, name) for name in self.inputs}
        if stored is not None:
            item = dict(stored)
        errors: list[forms.ValidationError] = []
        for name in touched:
            try:
                item[name] = self.inputs[name].clean(came[name])
            except forms.ValidationError as error:
                errors += [ItemError(text, number, name) for text in error.messages]
        if errors:
            raise forms.ValidationError(errors)
        if touched:
            self.check(item, number)
        return item

    def check(self, item: Mapping[str, Any], row: int) -> None:
        """Raise ItemError for an item that a client may send, but Drupal's forms refuse."""

    def cast(self, items: Items) -> Items:
        """Return what to store of cleaned and valid items: untouched ones stay as they are."""
        return [
            item if row.untouched else self.field.type.cast(item, self.field)
            for row, item in zip(self.rows, items, strict=True)
        ]

    def error(self, violation: Violation) -> forms.ValidationError | None:
        """Return an error for a fault of the cleaned items, None for one of an untouched item."""
        _name, *place = violation.path.split(".")
        if not place:
            return forms.ValidationError(in_form(violation.text))
        row = self.rows[int(place[0])]
        if row.untouched:
            return None
        name = next(iter(self.inputs)) if len(self.inputs) == 1 else None
        if len(place) > 1 and place[1] in self.inputs:
            name = place[1]
        return ItemError(in_form(violation.text), row.number, name)

    def describe(self) -> list[str]:
        """Return the stored items as lines of text."""
        return [line for item in self.stored for line in self._lines(item)]

    def _lines(self, item: Mapping[str, Any]) -> Iterable[str]:
        for name, form_field in self.inputs.items():
            text = describe(form_field, item.get(name))
            if len(self.inputs) == 1:
                yield from text.splitlines() or [text]
            elif text:
                first, *others = text.splitlines()
                yield from (f"{form_field.label}: {first}", *others)


def describe(form_field: forms.Field, value: Any) -> str:
    """Return the value of a property as text."""
    if isinstance(form_field, ChoiceFormField | DateTimeFormField | ReferenceFormField):
        return form_field.describe(value)
    if isinstance(form_field, forms.BooleanField):
        return str(_("Yes") if value else _("No"))
    shown = form_field.prepare_value(value)
    if shown is None:
        return ""
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


class DateRangeFormField(ItemsFormField):
    """Items with a beginning and an end."""

    def check(self, item: Mapping[str, Any], row: int) -> None:
        """Refuse an end before the beginning."""
        start, end = item.get("value"), item.get("end_value")
        if start and end and end < start:
            text = _("The %(label)s end date cannot be before the start date")
            raise ItemError(text % {"label": self.field.label}, row, "end_value")


class ItemsBoundField(BoundField):
    """The items of a form, the errors of an item at its inputs instead of above all of them."""

    @property
    def errors(self) -> Any:
        """Return the errors of the field as a whole."""
        errors = super().errors
        whole = [error for error in errors.as_data() if not isinstance(error, ItemError)]
        return type(errors)(whole, renderer=self.form.renderer)

    def as_widget(
        self,
        widget: Any = None,
        attrs: Any = None,
        only_initial: Any = False,  # noqa: FBT002  so Django declares it
    ) -> Any:
        """Return the HTML, with the errors of the items."""
        errors: dict[tuple[int, str | None], list[str]] = {}
        for error in super().errors.as_data():
            if isinstance(error, ItemError):
                errors.setdefault((error.row, error.name), []).extend(error.messages)
        self.field.widget.errors = errors
        return super().as_widget(widget, attrs, only_initial)
