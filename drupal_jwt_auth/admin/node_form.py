"""The form for a node: what every node has, and the configurable fields of its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.entity_form import EntityForm
from drupal_jwt_auth.admin.path_alias import check_alias
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.node.entity import NODE_BASE_FIELDS
from drupal_jwt_auth.content.node.revisions import snapshot
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.forms import DateTimeFormField, ItemError, TextFormField
from drupal_jwt_auth.fields.string import LanguageType
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import NODE_PATH, TITLE_MAX_LENGTH
from drupal_jwt_auth.models.node_type import TITLE_LABEL

PATH = next(field for field in NODE_BASE_FIELDS if field.name == "path")


class NodeForm(EntityForm):
    """A node with the configurable fields of its type."""

    texts = ("title", "created")

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

    class Meta:
        model = Node
        fields = ("title", "status", "promote", "sticky", "uid", "created", "langcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.adding:
            for name in ("created", "langcode"):
                self.initial.setdefault(name, getattr(self.instance, name))
        if self.bundle.config.title_label != TITLE_LABEL:
            self.fields["title"].label = self.bundle.config.title_label
        self.initial["_new_revision"] = self.bundle.config.new_revision
        self.initial["revision_log"] = ""
        codes = (*app_settings.LANGCODES, *sorted(LanguageType.without_language))
        choices = dict.fromkeys((*codes, self.instance.langcode))
        langcode: Any = self.fields["langcode"]
        langcode.choices = [(code, code) for code in choices]

    def item_fields(self) -> Iterator[Field]:
        """Yield the fields whose items are shown: the configurable ones, and the path."""
        yield from super().item_fields()
        yield PATH

    def shown(self) -> Any:
        """Return what the form shows of a node that there is."""
        return [snapshot(self.instance), self.instance.fields, self.instance.path]

    def faults(self, field: Field, items: list[Item]) -> Iterator[forms.ValidationError]:
        """Yield what is wrong with items, with an alias also that another one has it."""
        yield from super().faults(field, items)
        if field is PATH and items and items[0]["alias"]:
            own_path = None if self.adding else f"{NODE_PATH}{self.instance.pk}"
            try:
                check_alias(items[0]["alias"], self.cleaned_data.get("langcode"), own_path)
            except forms.ValidationError as error:
                yield from (ItemError(text, 0, "alias") for text in error.messages)
