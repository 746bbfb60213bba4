"""The form for a node: what every node has, and the configurable fields of its type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.entity_form import EntityForm
from drupal_jwt_auth.content.node.entity import NodeEntityType
from drupal_jwt_auth.content.node.revisions import snapshot
from drupal_jwt_auth.fields.forms.inputs import TextFormField
from drupal_jwt_auth.fields.forms.moments import DateTimeFormField
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import TITLE_MAX_LENGTH
from drupal_jwt_auth.models.node_type import TITLE_LABEL

_FIELDS = {field.name: field for field in NodeEntityType.base_fields}


class NodeForm(EntityForm):
    """A node with the configurable fields of its type."""

    texts = ("title", "created")
    base_items = ("path", "uid")

    title = TextFormField(
        label=_("Title"),
        required=True,
        strip=True,
        max_length=TITLE_MAX_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    created = DateTimeFormField(label=_("Authored on"))
    path = _FIELDS["path"].form_field()
    uid = _FIELDS["uid"].form_field()
    revision_log = TextFormField(
        label=_("Revision log message"),
        help_text=_("Briefly describe the changes you have made."),
        strip=True,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
    )
    _new_revision = forms.BooleanField(label=_("Create new revision"), required=False)

    class Meta:
        model = Node
        fields = ("title", "status", "promote", "sticky", "created", "langcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields and self.bundle.config.title_label != TITLE_LABEL:
            self.fields["title"].label = self.bundle.config.title_label
        self.initial["_new_revision"] = self.bundle.config.new_revision
        self.initial["revision_log"] = ""

    def shown(self) -> Any:
        """Return what the form shows of a node that there is."""
        return [snapshot(self.instance), self.instance.fields, self.instance.path]
