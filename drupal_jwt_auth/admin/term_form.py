"""The form for a term: its place in the vocabulary, and the configurable fields of that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.entity_form import EntityForm
from drupal_jwt_auth.content.taxonomy.entity import TermEntityType
from drupal_jwt_auth.content.taxonomy.hierarchy import descendants, walk
from drupal_jwt_auth.content.taxonomy.parents import ROOT
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.forms.inputs import TextFormField
from drupal_jwt_auth.models import Term
from drupal_jwt_auth.models.term import NAME_MAX_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.structure import Bundle

MAX_CHOICES = 1000
"""Of parents in a list; in a larger vocabulary their numbers are typed in."""

_FIELDS = {field.name: field for field in TermEntityType.base_fields}


class ParentsFormField(forms.MultipleChoiceField):
    """The items of the parents of a term, chosen in the tree of its vocabulary."""

    widget = forms.SelectMultiple(attrs={"size": 10})

    def prepare_value(self, value: Any) -> Any:
        """Return the numbers of items; what a browser has sent is such already."""
        return [each["target_id"] if isinstance(each, dict) else each for each in value or ()]

    def clean(self, value: Any) -> Any:
        """Return the items."""
        return [{"target_id": int(number)} for number in super().clean(value)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether others are chosen than were shown."""
        return super().has_changed(self.prepare_value(initial), data)


class ParentNumbersFormField(forms.CharField):
    """The items of the parents of a term, whose numbers are typed in."""

    def prepare_value(self, value: Any) -> Any:
        """Return the numbers of items as text."""
        if isinstance(value, str):
            return value
        return ", ".join(str(each["target_id"]) for each in value or ())

    def clean(self, value: Any) -> Any:
        """Return the items, with whatever stands between commas as a number."""
        numbers = (each.strip() for each in super().clean(value).split(","))
        return [{"target_id": each} for each in numbers if each]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else came back than was shown."""
        return super().has_changed(self.prepare_value(initial), data)


def parent_input(bundle: Bundle, term: Term | None) -> forms.Field:
    """Return the form field for the parents of a term, in a large vocabulary for their numbers."""
    if bundle.config.terms.count() > MAX_CHOICES:
        return ParentNumbersFormField(
            label=_("Parent terms"),
            required=False,
            help_text=_("The numbers of the terms that it is below, with commas between them."),
        )
    # What is below itself already may stay so.
    kept = set() if term is None else {each or ROOT for each in term.parents}
    left_out = set() if term is None else _impossible(term) - kept
    choices = {ROOT: gettext("<root>")}
    for each, depth in islice(walk(bundle.id), MAX_CHOICES):
        if each.pk not in left_out:
            choices.setdefault(each.pk, f"{'-' * depth}{each}")
    choices |= {tid: str(tid) for tid in sorted(kept - {*choices})}
    return ParentsFormField(
        label=_("Parent terms"),
        required=False,
        choices=list(choices.items()),
        help_text=_("The terms that it is below; none is the root as well."),
    )


def _impossible(term: Term) -> set[int]:
    """Return the numbers of the terms that a term cannot be put below."""
    return {term.pk, *descendants(term.pk, str(term._state.db))}


class TermForm(EntityForm):
    """A term with the configurable fields of its vocabulary."""

    texts = ("name",)
    base_items = ("description", "parent", "path")

    name = TextFormField(
        label=_("Name"),
        required=True,
        strip=True,
        max_length=NAME_MAX_LENGTH,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    description = _FIELDS["description"].form_field()
    path = _FIELDS["path"].form_field()

    class Meta:
        model = Term
        fields = ("name", "status", "weight", "langcode")

    def faults(self, field: Field, items: list[Item]) -> Iterator[forms.ValidationError]:
        """Yield what is wrong with items: a new parent may not be the term, or be below it."""
        yield from super().faults(field, items)
        if field.name == "parent" and not self.adding:
            new = {item["target_id"] for item in field.cast(items)} - {*self.instance.parents}
            if new & _impossible(self.instance):
                yield forms.ValidationError(_("A term cannot be below itself."))
