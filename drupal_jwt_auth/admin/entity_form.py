"""The form for an entity: columns of its own, and fields whose items are shown."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import router, transaction
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.fields import (
    MISCONFIGURED,
    configurable_fields,
    stored_items,
    told_in_form,
)
from drupal_jwt_auth.admin.languages import language_choices
from drupal_jwt_auth.admin.locking import changed_columns
from drupal_jwt_auth.admin.path_alias import check_alias
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.base import NOT_NULL
from drupal_jwt_auth.fields.forms.documents import JSONFormField, are_items
from drupal_jwt_auth.fields.forms.inputs import FileFormField, with_id
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.site import UNREADABLE, ItemError
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import LanguageType
from drupal_jwt_auth.fields.widgets import UPLOAD
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.wording import in_form

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

logger = logging.getLogger(__name__)

MODIFIED = _(
    "The content has either been modified by another user, or you have already submitted "
    "modifications. As a result, your changes cannot be saved."
)


def fingerprint(shown: Any) -> str:
    """Return what differs as soon as anything does that a form shows."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


class UndoneIfRefused(ModelForm):
    """A form with references: what it has made in passing is undone where it is refused."""

    def full_clean(self) -> None:
        """Clean what was sent."""
        using = router.db_for_write(type(self.instance))
        with transaction.atomic(using=using):
            super().full_clean()
            if self.is_bound and self.errors:
                transaction.set_rollback(True, using=using)


class EntityForm(UndoneIfRefused):
    """An entity with the configurable fields of its bundle, each with a form field in a subclass.

    ``texts`` are columns that a browser may not give back as they are stored: untouched, they stay.
    ``base_items`` are the names of the base fields whose items are shown. The names of inputs that
    are no field of an entity begin with an underscore, so that no configurable field has the same.
    """

    site: ClassVar[AdminContext]
    bundle: ClassVar[Bundle]
    texts: ClassVar[tuple[str, ...]] = ()
    base_items: ClassVar[tuple[str, ...]] = ("path",)

    langcode = forms.ChoiceField(label=_("Language"), show_hidden_initial=True)
    _changed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is None:
            storage = self.bundle.entity_type.storage
            kwargs["instance"] = storage.new(self.bundle, self.site.account)
        super().__init__(*args, **kwargs)
        self.values: dict[str, list[Item]] = {}
        self.adding = self.instance._state.adding
        if not self.adding:
            self.initial["_changed"] = fingerprint(self.shown())
        if "langcode" in self.fields:
            codes = (*app_settings.LANGCODES, *sorted(LanguageType.without_language))
            langcode: Any = self.fields["langcode"]
            langcode.choices = language_choices((*codes, self.instance.langcode))
        for field in self.item_fields():
            self._show(field)

    def item_fields(self) -> Iterator[Field]:
        """Yield the fields that have an input for their items: configurable ones, and some others.

        Who may not set a field has none.
        """
        base = (self.bundle.fields[name] for name in self.base_items)
        for field in (*configurable_fields(self.bundle), *base):
            if field.name in self.fields:
                yield field

    def shown(self) -> Any:
        """Return what may not be sent back by two: of columns, each saves what was changed."""
        return [stored_items(field, self.instance) for field in self.item_fields()]

    def _show(self, field: Field) -> None:
        """Show what is stored of a field, on a new entity what it begins with."""
        begins = self.adding and not isinstance(field, BaseField)
        items = stored_items(field, None if begins else self.instance)
        self.initial[field.name] = items
        form_field = self.fields[field.name]
        if isinstance(form_field, ItemsFormField | JSONFormField):
            form_field.show(items, self.site)
        if isinstance(form_field, ItemsFormField):
            references = list(field.references(items))
            self.site.learn_labels(references)
            self.site.keep(field, references)

    def full_clean(self) -> None:
        """Clean what was sent, files before all else."""
        if self.is_bound:
            self._take_uploads()
        super().full_clean()

    def _take_uploads(self) -> None:
        """Let the files that came be what is referred to.

        They stay where the form is refused, so that nobody has to upload them again.
        """
        self.refused_uploads: list[tuple[str, ItemError]] = []
        sent: Any = self.data
        data, uploads = sent.copy(), dict[str, Any](self.files.items())
        fields = {field.name: field for field in self.item_fields()}
        for input_name, upload in uploads.items():
            name, _dash, place = input_name.partition("-")
            match = re.fullmatch(rf"(\d{{1,4}})-{UPLOAD}", place)
            inputs = getattr(self.fields.get(name), "inputs", {})
            if match is None or not isinstance(inputs.get("target_id"), FileFormField):
                continue
            row = int(match[1])
            try:
                reference = self.site.upload(fields[name], upload)
            except forms.ValidationError as error:
                texts = (ItemError(text, row, "target_id") for text in error.messages)
                self.refused_uploads += ((name, text) for text in texts)
            else:
                target = self.site.describe(reference)
                data[f"{name}-{row}-target_id"] = with_id(target, reference.key)
        self.data = data

    def clean(self) -> dict[str, Any] | None:
        """Check the fields as the API does, and that nobody else has changed the entity."""
        cleaned = super().clean()
        for name, refusal in self.refused_uploads:
            self.add_error(name, refusal)
        seen = self.cleaned_data.get("_changed")
        if seen and not self.adding and seen != self.initial["_changed"]:
            self.add_error(None, MODIFIED)
        for name in self.texts:
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
                self.add_error(field.name, in_form(NOT_NULL))
            return
        try:
            errors = list(self.faults(field, items))
        except UNREADABLE:
            logger.warning("Field %s: %s", field.name, MISCONFIGURED, exc_info=True)
            errors = [forms.ValidationError(MISCONFIGURED)]
        for error in errors:
            self.add_error(field.name, error)
        if not errors:
            form_field = self.fields[field.name]
            caster = form_field if isinstance(form_field, ItemsFormField) else field
            self.values[field.name] = caster.cast(items)

    def faults(self, field: Field, items: list[Item]) -> Iterator[forms.ValidationError]:
        """Yield what is wrong with items, each where it is to be shown.

        With an alias that is also that something else has it.
        """
        form_field = self.fields[field.name]
        for violation in told_in_form(field.validate(items, self.site)):
            if not isinstance(form_field, ItemsFormField):
                yield forms.ValidationError(in_form(violation.text))
            elif error := form_field.error(violation):
                yield error
        if isinstance(field.type, PathType) and items and items[0]["alias"]:
            key = str(self.instance.pk)
            own_path = None if self.adding else self.bundle.entity_type.path_with(key)
            try:
                check_alias(items[0]["alias"], self.cleaned_data.get("langcode"), own_path)
            except forms.ValidationError as error:
                yield from (ItemError(text, 0, "alias") for text in error.messages)

    @property
    def changed_columns(self) -> set[str]:
        """Return the attributes of the entity that are to be saved."""
        fields = [field for field in self.item_fields() if field.name in self.values]
        columns = {column for field in fields for column in field.columns}
        return {"changed", *columns, *changed_columns(self)}

    def save(self, commit: bool = True) -> Any:
        """Set the fields of the entity, which has changed now."""
        entity = self.instance
        entity.changed = now()
        if not isinstance(entity.fields, dict):
            entity.fields = {}
        for field in self.item_fields():
            # A field that none is something in may have begun with another value.
            is_set = self.values.get(field.name) or not self.adding or field.type.nothing
            if field.name in self.values and is_set:
                if not (isinstance(field, BaseField) or are_items(stored_items(field, entity))):
                    entity.fields[field.name] = []
                field.set(entity, self.values[field.name])
        return super().save(commit)

    def save_rows(self) -> None:
        """Save what is kept in other rows than the entity's, which is there by now.

        And what it entails that it refers to others.
        """
        for field in self.item_fields():
            if field.name in self.values:
                items = self.values[field.name]
                field.save(self.instance, items, created=self.adding)
                used = field.references(items)
                self.site.take_into_use(used, self.bundle.entity_type, self.instance)
