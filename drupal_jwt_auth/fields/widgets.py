"""The widgets of the admin's form fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Field
    from drupal_jwt_auth.fields.forms.site import FormSite, TargetLabel

NONE = _("- None -")
UNLIMITED = -1
UPLOAD = "upload"
"""What the name of an input for a file ends in."""

BLANK_ROW = "__row__"
"""What the row that is copied for another item has in place of its number."""

Rows = dict[int, dict[str, Any]]
"""What is shown, or came back, in each input of each row."""


class OpenSelect(forms.Select):
    """A select box that offers the value which it shows, even if that is no choice any more."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Return the choices, the shown value among them."""
        known = {str(choice) for choice, _label in self.choices}
        others = [(each, each or NONE) for each in value if each not in known]
        select = copy(self)
        select.choices = [*others, *self.choices]
        return super(OpenSelect, select).optgroups(name, value, attrs)


class LocalDateTimeInput(forms.DateTimeInput):
    """A browser's own input for a date and a time of day."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"step": 1})


class DateInput(forms.DateInput):
    """A browser's own input for a date."""

    input_type = "date"


class ReferenceInput(forms.TextInput):
    """An input for the id of an entity, with what it is called and a way to look for others."""

    template_name = "drupal_jwt_auth/widgets/reference.html"
    field: Field
    site: FormSite
    targets_of: Callable[[str], Sequence[TargetLabel]]
    takes_several = False

    def __init__(self, entity_type: str) -> None:
        self.entity_type = entity_type
        super().__init__(attrs={"class": "vTextField"})

    @property
    def media(self) -> forms.Media:
        """Return the script for suggestions."""
        return forms.Media(js=["drupal_jwt_auth/references.js"])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with the pages of the targets, and where to look for others."""
        url = self.site.suggestions_url(self.field)
        if url is not None:
            several = {"data-several": "yes"} if self.takes_several else {}
            attrs = {**(attrs or {}), "data-suggestions": url, "autocomplete": "off", **several}
        context = super().get_context(name, value, attrs)
        context["targets"] = self.targets_of(str(value or ""))
        # A list gives back one id, in the place of all that is there.
        if not self.takes_several:
            context["lookup_url"] = self.site.lookup_url(self.entity_type, self.field)
        return context


class FileReferenceInput(ReferenceInput):
    """An input for the name of a file, with one for the file itself, which the form takes."""

    template_name = "drupal_jwt_auth/widgets/file.html"
    needs_multipart_form = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with the name of the input for an upload."""
        context = super().get_context(name, value, attrs)
        context["upload"] = name.replace("target_id", UPLOAD)
        file_type: Any = self.field.type
        extensions = file_type.extensions(self.field)
        context["accept"] = ",".join(f".{extension}" for extension in extensions)
        return context


class ItemsWidget(forms.Widget):
    """A row of inputs for each item of a field, an input for each property.

    ``label`` is that of the field. ``errors`` are the texts to show at a row, and at an input of a
    row, by their numbers and names. Where there may be more items, a script offers a further row.
    """

    template_name = "drupal_jwt_auth/widgets/items.html"

    def __init__(
        self, inputs: Mapping[str, forms.Field], cardinality: int, label: Any = None
    ) -> None:
        self.inputs = inputs
        self.label = label
        self.cardinality = cardinality
        self.errors: Mapping[tuple[int, str | None], Sequence[str]] = {}
        super().__init__()
        # The label belongs to all inputs together where there are several.
        self.use_fieldset = cardinality != 1 or len(inputs) > 1

    @property
    def media(self) -> forms.Media:
        """Return the script for further rows, and what the inputs need."""
        scripts = [] if self.cardinality == 1 else ["drupal_jwt_auth/items.js"]
        own = forms.Media(css={"all": ["drupal_jwt_auth/admin.css"]}, js=scripts)
        return sum((each.widget.media for each in self.inputs.values()), own)

    @property
    def needs_multipart_form(self) -> bool:  # type: ignore[override]  # Django has an attribute
        """Tell whether files can be sent."""
        return any(each.widget.needs_multipart_form for each in self.inputs.values())

    def id_for_label(self, id_: str, index: str = "0") -> str:
        """Return the id of the first input, or none where each input has a label of its own."""
        return "" if self.use_fieldset else f"{id_}-{index}-{next(iter(self.inputs))}"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the context with the rows, and the one to copy where there may be more."""
        context = super().get_context(name, value, attrs)
        rows: Rows = value or {}
        context["rows"] = [self._row(name, attrs, row, rows[row]) for row in sorted(rows)]
        if self.cardinality != 1:
            shown = {key: field.prepare_value(field.initial) for key, field in self.inputs.items()}
            context["blank"] = self._row(name, attrs, BLANK_ROW, shown)
            context["limit"] = "" if self.cardinality == UNLIMITED else self.cardinality
        return context

    def _row(self, name: str, attrs: Any, row: Any, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the template shows of a row."""
        inputs = []
        for key, field in self.inputs.items():
            errors = self.errors.get((row, key), ())
            id_ = f"{(attrs or {}).get('id', name)}-{row}-{key}"
            alone = len(self.inputs) == 1
            label = None if alone else field.label
            own = {"id": id_}
            if alone and self.use_fieldset:
                own["aria-label"] = str(self.label)
            if errors:
                own |= {"aria-invalid": "true", "aria-describedby": f"{id_}-error"}
            html = field.widget.render(f"{name}-{row}-{key}", shown.get(key), own)
            inputs.append({"id": id_, "label": label, "html": html, "errors": errors})
        return {"inputs": inputs, "errors": self.errors.get((row, None), ())}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Rows:
        """Return what came back; the first row is always there, other rows where they came back."""
        found = (re.match(rf"{re.escape(name)}-(\d{{1,4}})-", key) for key in data)
        numbers = {0} | {int(match[1]) for match in found if match}
        return {row: self._came_back(data, files, f"{name}-{row}") for row in sorted(numbers)}

    def _came_back(self, data: Any, files: Any, prefix: str) -> dict[str, Any]:
        return {
            key: field.widget.value_from_datadict(data, files, f"{prefix}-{key}")
            for key, field in self.inputs.items()
            if not field.widget.value_omitted_from_data(data, files, f"{prefix}-{key}")
        }
