"""Form fields for the admin: a form field's value is the list of items of a field.

What comes back as it was shown stays as it is stored, to the last property and character: the
form fields here compare what came back with what they showed, not with what is stored.
"""

from __future__ import annotations

import copy
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.timezone import get_current_timezone, is_aware, make_aware, make_naive
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from drupal_jwt_auth.fields.clocks import is_shown_by_all
from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.fields.widgets import (
    UNLIMITED,
    DateInput,
    ItemsWidget,
    LocalDateTimeInput,
    OpenSelect,
    ReferenceInput,
    Rows,
)
from drupal_jwt_auth.http.json import decode

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field, Reference, Target
    from drupal_jwt_auth.http.exceptions import Violation

Items = list[dict[str, Any]]
Choices = Iterable[tuple[Any, Any]]

UNREADABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What reading a stored value raises that another program has written."""


class TargetLabel(NamedTuple):
    """What an entity that is referenced is called, and its page in the admin."""

    label: str
    url: str | None


class FormSite(Protocol):
    """What form fields have to know of the site."""

    def text_formats(self) -> Choices:
        """Return name and label of the text formats that may be used, the default first."""

    def target(self, reference: Reference) -> Target | None:
        """Return an entity, or None where there is none."""

    def describe(self, reference: Reference) -> TargetLabel | None:
        """Return what an entity is called, or None where there is none."""

    def lookup_url(self, entity_type: str, field: Field) -> str | None:
        """Return the page where a target can be looked for, or None where there is none."""


class ItemError(forms.ValidationError):
    """What is wrong with an item: shown at its row, or at the input of a property."""

    def __init__(self, message: Any, row: int, name: str | None = None) -> None:
        super().__init__(message)
        self.row = row
        self.name = name


# Inputs: form fields for one property of an item


class SiteFormField(forms.Field):
    """An input that has to know of the site."""

    def use(self, site: FormSite, field: Field) -> None:
        """Take what is needed of the site; called before anything is shown."""


class TextFormField(forms.CharField):
    """A text as it is typed in, line breaks as one character, as clients send them."""

    def __init__(self, *, strip: bool = False, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), strip=strip, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the text."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else came back than a browser sends for what was shown."""
        shown = self.prepare_value(initial)
        return self._sent("" if shown is None else str(shown)) != self._sent(data or "")

    def _sent(self, text: str) -> str:
        """Return a text with what browsers change in it evened out."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        if isinstance(self.widget, forms.Textarea):
            return lines
        line = lines.replace("\n", "")
        return line.strip() if self.widget.input_type in {"email", "url"} else line


class NumberFormField(TextFormField):
    """A number as it is typed in; what is none is kept, to be seen with what is wrong."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vIntegerField"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=True, empty_value=None, **kwargs)


class ChoiceFormField(forms.ChoiceField):
    """A choice; whether it is a good one is for the field's type to tell."""

    widget = OpenSelect

    def __init__(self, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(choices=list(choices), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the text that stands for a choice."""
        return None if value is None else str(value)

    def to_python(self, value: Any) -> Any:
        """Return what was chosen, or None."""
        return value or None

    def validate(self, value: Any) -> None:
        """Accept anything."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else was chosen."""
        return (self.prepare_value(initial) or "") != (data or "")

    def describe(self, value: Any) -> str:
        """Return the label of a choice."""
        choices: Choices = self.widget.choices
        labels = {str(choice): str(label) for choice, label in choices}
        shown = self.prepare_value(value) or ""
        return labels.get(shown, shown)


class FormatFormField(SiteFormField, ChoiceFormField):
    """A text format out of those that the account may use, and the one that is stored."""

    def use(self, site: FormSite, field: Field) -> None:
        """Offer the formats that the account may use, begin with the first."""
        self.choices = list(site.text_formats())
        self.initial = self.choices[0][0]


class ReferenceFormField(SiteFormField, TextFormField):
    """The id of an entity of one type."""

    def __init__(self, entity_type: str, **kwargs: Any) -> None:
        super().__init__(strip=True, empty_value=None, widget=ReferenceInput(entity_type), **kwargs)

    def use(self, site: FormSite, field: Field) -> None:
        """Show what the ids stand for."""
        self.widget.site, self.widget.field = site, field

    def describe(self, value: Any) -> str:
        """Return what is referenced, with its id."""
        context = self.widget.get_context("", value, {})
        target = context["target"]
        return f"{target.label} ({value})" if target else str(value)


class DateFormField(forms.DateField):
    """A day, stored as ``2017-03-01``."""

    widget = DateInput

    def prepare_value(self, value: Any) -> Any:
        """Return the day as a browser shows it, nothing for what is none."""
        try:
            return date.fromisoformat(value).isoformat()
        except UNREADABLE:
            return ""

    def clean(self, value: Any) -> Any:
        """Return the text to store, None for no day; raise ValidationError for what is none."""
        day: date | None = super().clean(value)
        return None if day is None else day.isoformat()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another day was entered."""
        return bool(self.prepare_value(initial) != (data or ""))


class DateTimeFormField(forms.DateTimeField):
    """A point in time, shown in the time zone of the admin."""

    widget = LocalDateTimeInput

    def prepare_value(self, value: Any) -> Any:
        """Return the time as a browser shows it, without seconds where they are 0.

        A text is what was typed in.
        """
        if not isinstance(value, datetime):
            return value or ""
        local = make_naive(value) if is_aware(value) else value
        text = local.replace(microsecond=0).isoformat()
        return text if local.second else text.removesuffix(":00")

    def to_python(self, value: Any) -> Any:
        """Return the point in time; of an hour that a clock shows twice, the first is meant."""
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or not is_shown_by_all(moment):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment.replace(tzinfo=get_current_timezone() if settings.USE_TZ else None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another time was entered."""
        return bool(self.prepare_value(initial) != (data or ""))

    def describe(self, value: Any) -> str:
        """Return the time as it is shown."""
        return str(self.prepare_value(value)).replace("T", " ")


class StoredDateTimeFormField(DateTimeFormField, ABC):
    """A point in time that is stored in a form of its own."""

    @abstractmethod
    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored; raise one of the UNREADABLE errors."""

    @abstractmethod
    def write(self, moment: datetime) -> Any:
        """Return what to store."""

    def prepare_value(self, value: Any) -> Any:
        """Return the time as a browser shows it, nothing for what is none."""
        try:
            return super().prepare_value(make_naive(self.read(value)))
        except UNREADABLE:
            return ""

    def clean(self, value: Any) -> Any:
        """Return what to store, None for no time; raise ValidationError for what is none."""
        moment: datetime | None = super().clean(value)
        if moment is None:
            return None
        return self.write(moment if is_aware(moment) else make_aware(moment))


class UTCDateTimeFormField(StoredDateTimeFormField):
    """A point in time, stored as ``2017-03-01T20:02:00`` in UTC."""

    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored."""
        return datetime.fromisoformat(value).replace(tzinfo=timezone.utc)

    def write(self, moment: datetime) -> Any:
        """Return the text to store."""
        return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat()


class UnixTimeFormField(StoredDateTimeFormField):
    """A point in time, stored as the seconds since 1970."""

    def read(self, value: Any) -> datetime:
        """Return the point in time that is stored."""
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=value)

    def write(self, moment: datetime) -> Any:
        """Return the number to store."""
        return int(moment.timestamp())


# Form fields for all items of a field


class StorableJSON(json.JSONDecoder):
    """Reads JSON as the API does, for form fields: what cannot be stored is none."""

    def decode(self, text: str, *args: Any) -> Any:
        """Return the value; raise JSONDecodeError."""
        try:
            value = decode(text.encode())
        except (APIException, UnicodeError) as error:
            raise json.JSONDecodeError(str(error), text, 0) from error
        if not is_storable(value):
            raise json.JSONDecodeError("A value that cannot be stored", text, 0)
        return value


class SettingsJSON(StorableJSON):
    """JSON for columns that cannot hold each character."""

    def decode(self, text: str, *args: Any) -> Any:
        """Return the value; raise JSONDecodeError."""
        value = super().decode(text, *args)
        if "\\u0000" in json.dumps(value):
            raise json.JSONDecodeError("A character that cannot be stored", text, 0)
        return value


class JSONFormField(forms.JSONField):
    """Any field's items, as JSON: for a type that has nothing better, and for broken values."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80})
    stored: Any = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decoder=StorableJSON, **kwargs)

    def show(self, items: Any, site: FormSite) -> None:
        """Say what is stored."""
        self.stored = items

    def validate(self, value: Any) -> None:
        """Refuse what is no list of objects; whether one is required is not told here."""
        if not (value is None or are_items(value)):
            raise forms.ValidationError(_("Use a JSON list of objects."))

    def clean(self, value: Any) -> Items:
        """Return the items, none for a broken value that stays; raise ValidationError."""
        if not are_items(self.stored) and not self.has_changed(self.stored, value):
            return []
        return super().clean(value) or []


def are_items(value: Any) -> bool:
    """Tell whether a value has the shape of items."""
    return isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)


class _Row(NamedTuple):
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
        self.rows: list[_Row] = []
        super().__init__(widget=ItemsWidget(self.inputs, field.cardinality), **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> ItemsFormField:
        result: ItemsFormField = super().__deepcopy__(memo)
        result.inputs = result.widget.inputs = copy.deepcopy(self.inputs, memo)
        result.rows = []
        return result

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Return a bound field that shows each error where it belongs."""
        return ItemsBoundField(form, self, field_name)

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
                self.rows.append(_Row(number, not touched))
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
            return forms.ValidationError(violation.text)
        row = self.rows[int(place[0])]
        if row.untouched:
            return None
        name = place[1] if len(place) > 1 and place[1] in self.inputs else None
        return ItemError(violation.text, row.number, name)

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
