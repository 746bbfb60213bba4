"""The form for a node: what every node has, and the configurable fields of its type."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.fields import MISCONFIGURED, configurable_fields, stored_items
from drupal_jwt_auth.admin.locking import changed_columns
from drupal_jwt_auth.admin.path_alias import check_alias
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.content.node.entity import NODE_BASE_FIELDS
from drupal_jwt_auth.content.node.revisions import snapshot
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.base import NOT_NULL
from drupal_jwt_auth.fields.forms import (
    UNREADABLE,
    DateTimeFormField,
    ItemError,
    ItemsFormField,
    JSONFormField,
    TextFormField,
    are_items,
)
from drupal_jwt_auth.fields.string import LanguageType
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import NODE_PATH, TITLE_MAX_LENGTH
from drupal_jwt_auth.models.node_type import TITLE_LABEL
from drupal_jwt_auth.models.revision import now

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Node]
else:
    ModelForm = forms.ModelForm

logger = logging.getLogger(__name__)

PATH = next(field for field in NODE_BASE_FIELDS if field.name == "path")
MODIFIED = _(
    "The content has either been modified by another user, or you have already submitted "
    "modifications. As a result, your changes cannot be saved."
)


def fingerprint(node: Node) -> str:
    """Return what differs as soon as anything does that a form for the node shows."""
    shown = [snapshot(node), node.fields, node.path]
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


class NodeForm(ModelForm):
    """A node with the configurable fields of its type; subclasses have a form field for each.

    The names of inputs that are no field of a node begin with an underscore, so that no
    configurable field has the same.
    """

    site: ClassVar[AdminContext]
    bundle: ClassVar[Bundle]

    title = TextFormField(
        label=_("Title"),
        required=True,
        strip=True,
        max_length=TITLE_MAX_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    created = DateTimeFormField(label=_("Authored on"))
    langcode = forms.ChoiceField(label=_("Language"))
    path = PATH.form_field()
    revision_log = TextFormField(
        label=_("Revision log message"),
        help_text=_("Briefly describe the changes you have made."),
        strip=True,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
    )
    _new_revision = forms.BooleanField(label=_("Create new revision"), required=False)
    _changed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Node
        fields = ("title", "status", "promote", "sticky", "uid", "created", "langcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values: dict[str, list[Item]] = {}
        self.adding = self.instance._state.adding
        if self.adding:
            self.instance.type = self.bundle.config
            for name in ("created", "langcode"):
                self.initial.setdefault(name, getattr(self.instance, name))
        else:
            self.initial["_changed"] = fingerprint(self.instance)
        if self.bundle.config.title_label != TITLE_LABEL:
            self.fields["title"].label = self.bundle.config.title_label
        self.initial["_new_revision"] = self.bundle.config.new_revision
        self.initial["revision_log"] = ""
        codes = (*app_settings.LANGCODES, *sorted(LanguageType.without_language))
        choices = dict.fromkeys((*codes, self.instance.langcode))
        langcode: Any = self.fields["langcode"]
        langcode.choices = [(code, code) for code in choices]
        for field in self.item_fields():
            self._show(field)

    def item_fields(self) -> Iterator[Field]:
        """Yield the fields whose items are shown: the configurable ones, and the path."""
        yield from configurable_fields(self.bundle)
        yield PATH

    def _show(self, field: Field) -> None:
        """Show what is stored of a field, on a new node its default."""
        items = stored_items(field, None if self.adding else self.instance)
        self.initial[field.name] = items
        form_field = self.fields[field.name]
        if isinstance(form_field, ItemsFormField | JSONFormField):
            form_field.show(items, self.site)
        if isinstance(form_field, ItemsFormField):
            references = list(field.references(items))
            self.site.learn_labels(references)
            self.site.keep(field, references)

    def clean(self) -> dict[str, Any] | None:
        """Check the fields as the API does, and that nobody else has changed the node."""
        cleaned = super().clean()
        seen = self.cleaned_data.get("_changed")
        if seen and not self.adding and seen != self.initial["_changed"]:
            self.add_error(None, MODIFIED)
        for name in ("title", "created"):
            if name in self.cleaned_data and name not in self.changed_data and not self.adding:
                self.cleaned_data[name] = getattr(self.instance, name)
        for field in self.item_fields():
            if field.name in self.cleaned_data:
                self._check(field, self.cleaned_data[field.name])
        return cleaned

    def _check(self, field: Field, items: list[Item]) -> None:
        """Note the items to store, or add what is wrong with them; what is not changed stays."""
        if not self.adding and field.name not in self.changed_data:
            if field.required and not items:
                self.add_error(field.name, NOT_NULL)
            return
        try:
            errors = list(self._faults(field, items))
        except UNREADABLE:
            logger.warning("Field %s: %s", field.name, MISCONFIGURED, exc_info=True)
            errors = [forms.ValidationError(MISCONFIGURED)]
        for error in errors:
            self.add_error(field.name, error)
        if not errors:
            form_field = self.fields[field.name]
            caster = form_field if isinstance(form_field, ItemsFormField) else field
            self.values[field.name] = caster.cast(items)

    def _faults(self, field: Field, items: list[Item]) -> Iterator[forms.ValidationError]:
        """Yield what is wrong with items, each where it is to be shown."""
        form_field = self.fields[field.name]
        for violation in field.validate(items, self.site):
            if not isinstance(form_field, ItemsFormField):
                yield forms.ValidationError(violation.text)
            elif error := form_field.error(violation):
                yield error
        if field is PATH and items and items[0]["alias"]:
            own_path = None if self.adding else f"{NODE_PATH}{self.instance.pk}"
            try:
                check_alias(items[0]["alias"], self.cleaned_data.get("langcode"), own_path)
            except forms.ValidationError as error:
                yield from (ItemError(text, 0, "alias") for text in error.messages)

    @property
    def changed_columns(self) -> set[str]:
        """Return the attributes of the node that are to be saved."""
        fields = {"fields"} if self.values.keys() - {"path"} else set()
        return {"changed", *fields, *changed_columns(self)}

    def save(self, commit: bool = True) -> Node:
        """Set the fields of the node, which has changed now."""
        node = self.instance
        node.changed = now()
        if not isinstance(node.fields, dict):
            node.fields = {}
        for field in configurable_fields(self.bundle):
            if field.name in self.values and (self.values[field.name] or not self.adding):
                if not are_items(stored_items(field, node)):
                    node.fields[field.name] = []
                field.set(node, self.values[field.name])
                self.site.take_into_use(field.references(self.values[field.name]))
        return super().save(commit)
