"""The configurable fields of a bundle, as rows of the page of the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin, SentAsSeen
from drupal_jwt_auth.admin.permitted import ConfigurationPages, account_of
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.field_values import has_values, purge
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import configured_field
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.forms.documents import SettingsJSON, are_items
from drupal_jwt_auth.fields.forms.site import UNREADABLE
from drupal_jwt_auth.models import FieldConfig, FieldStorage
from drupal_jwt_auth.models.field_config import validate_cardinality, validate_field_type
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, validate_machine_name

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[FieldConfig]
    FormSet = BaseModelFormSet[FieldConfig, ModelForm]
    TabularInline = admin.TabularInline[FieldConfig, models.Model]
else:
    ModelForm, FormSet, TabularInline = forms.ModelForm, BaseModelFormSet, admin.TabularInline

SETTINGS_HELP = _(
    'A JSON object: {"max_length": 80}, {"min": 0, "max": 9}, {"target_type": "user"}, '
    '{"allowed_values": [{"value": "r", "label": "Red"}]}'
)


def _json(label: Any, help_text: Any) -> forms.JSONField:
    return forms.JSONField(
        label=label,
        help_text=help_text,
        required=False,
        decoder=SettingsJSON,
        widget=forms.Textarea(attrs={"rows": 3}),
        show_hidden_initial=True,
    )


class FieldConfigForm(ModelForm):
    """A field of a bundle; its name stays, and so does the type once there are values."""

    context: ClassVar[AdminContext]
    entity_type_id: ClassVar[str]
    may_change: ClassVar[bool]

    name = forms.CharField(
        label=_("Machine name"),
        max_length=MACHINE_NAME_LENGTH,
        validators=[validate_machine_name],
        show_hidden_initial=True,
    )
    field_type = forms.ChoiceField(label=_("Field type"), show_hidden_initial=True)
    cardinality = forms.IntegerField(
        label=_("Number of values"),
        initial=1,
        validators=[validate_cardinality],
        help_text=_("-1 for any number."),
        show_hidden_initial=True,
    )
    settings = _json(_("Settings"), SETTINGS_HELP)
    default_value = _json(_("Default value"), _('A JSON list of items: [{"value": "r"}]'))

    class Meta:
        model = FieldConfig
        fields = ("label", "required", "default_value")

    def __init__(
        self, *args: Any, bundle: str, instance: FieldConfig | None = None, **kwargs: Any
    ) -> None:
        kwargs["instance"] = instance
        self.bundle = bundle
        names = ("name", "field_type", "cardinality", "settings")
        known = {name: getattr(instance, name) for name in names} if instance else {}
        kwargs["initial"] = {"settings": {}, **known, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["field_type"]
        choices.choices = self._field_types(known.get("field_type"))
        self.fields["name"].disabled = instance is not None

    def _field_types(self, stored: str | None) -> list[tuple[str, Any]]:
        names = {name for name, each in FIELD_TYPES.items() if each.configurable}
        choices: list[tuple[str, Any]] = [(name, name) for name in sorted(names)]
        if stored and stored not in names:
            choices.append((stored, _("%(type)s (not registered)") % {"type": stored}))
        return choices

    def has_changed(self) -> bool:
        """Tell whether there is something to save: not for those who may only look."""
        may_save = self.may_change or self.instance._state.adding
        return may_save and super().has_changed()

    def clean_name(self) -> str:
        """Refuse the name of a field that the entities have already."""
        name: str = self.cleaned_data["name"]
        if self.instance._state.adding:
            ENTITY_TYPES.content(self.entity_type_id).check_new_name(name)
            there = FieldConfig.objects.of(self.entity_type_id, self.bundle)
            if there.filter(storage__name=name).exists():
                raise ValidationError(_("There is a field of this name."))
        return name

    def clean_settings(self) -> Any:
        """Return the settings; PHP writes those of a field without any as a list."""
        settings = self.cleaned_data["settings"] or {}
        if not isinstance(settings, dict):
            raise ValidationError(_("Use a JSON object."))
        return settings

    def clean_default_value(self) -> Any:
        """Return the items of the default value."""
        return self.cleaned_data["default_value"] or []

    def clean_field_type(self) -> str:
        """Refuse another type for what there are values of, or fields of other bundles."""
        field_type: str = self.cleaned_data["field_type"]
        validate_field_type(field_type)
        stored = self._stored()
        if stored is not None and field_type != stored.field_type:
            if stored.configs.exclude(pk=self.instance.pk).exists():
                stored.check_type(field_type)
            if has_values(stored):
                raise ValidationError(
                    _("There is content with values of this field: its type cannot be changed.")
                )
        return field_type

    def clean(self) -> dict[str, Any] | None:
        """Refuse settings that the type cannot use, and defaults that are not valid."""
        cleaned = super().clean()
        if not self.errors:
            for name, text in self._faults(self._described()):
                self.add_error(name, text)
        return cleaned

    def save(self, commit: bool = True) -> FieldConfig:
        """Save a new field, or what was changed of one that there is."""
        config, own = self._described(), self.instance
        if own._state.adding:
            config.save_in(self._stored())
            return config
        changed = {*self.changed_data}
        has_settings = {"settings", "field_type"} & changed
        self._save_columns(
            own.storage,
            config.storage,
            changed & {"field_type", "cardinality"} | ({"settings"} if has_settings else set()),
        )
        columns = changed & {"label", "required", "default_value"}
        self._save_columns(own, config, columns | ({"own_settings"} if has_settings else set()))
        return own

    def _save_columns(self, row: Any, new: Any, columns: set[str]) -> None:
        if columns:
            for name in columns:
                setattr(row, name, getattr(new, name))
            row.save(update_fields=columns)

    def _stored(self) -> FieldStorage | None:
        """Return the storage of the field, of a new one that of its name."""
        if not self.instance._state.adding:
            return self.instance.storage
        name = self.cleaned_data.get("name")
        return FieldStorage.objects.filter(entity_type=self.entity_type_id, name=name).first()

    def _described(self) -> FieldConfig:
        """Return the field that the form describes, not saved."""
        names = ("name", "field_type", "cardinality", "settings", *self.Meta.fields)
        values = {name: self.cleaned_data[name] for name in names}
        return FieldConfig.described(self.entity_type_id, self.bundle, **values)

    def _faults(self, config: FieldConfig) -> Iterator[tuple[str, str]]:
        """Yield the name of an input and what is wrong with it."""
        default = config.default_value
        if not isinstance(default, list) or not are_items(default):
            yield "default_value", gettext("Use a JSON list of items.")
            return
        try:
            field = configured_field(config)
            field.form_field()
            violations = list(field.validate(field.default, self.context)) if default else []
        except UNREADABLE as error:
            yield "settings", gettext("The field type cannot use them: %s") % error
        else:
            unknown = {name for item in default for name in item} - {*field.type.properties}
            for name in sorted(unknown):
                yield "default_value", gettext("Values have no property %s.") % name
            yield from (("default_value", violation.text) for violation in violations)


class BundleFieldFormSet(FormSet):
    """The fields of a bundle, which is the ``instance``."""

    entity_type_id: ClassVar[str]

    def __init__(self, *args: Any, instance: models.Model, queryset: Any, **kwargs: Any) -> None:
        self.instance = instance
        self.bundle = "" if instance.pk is None else str(instance.pk)
        kwargs.pop("save_as_new", None)
        kwargs["queryset"] = queryset.of(self.entity_type_id, self.bundle)
        super().__init__(*args, **kwargs)

    @classmethod
    def get_default_prefix(cls) -> str:
        """Return what the names of the inputs begin with."""
        return "field_configs"

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell each form whose fields they are."""
        return {**super().get_form_kwargs(index), "bundle": self.bundle}

    def clean(self) -> None:
        """Refuse two new fields of one name."""
        names = [form.cleaned_data.get("name") for form in self.forms if form.is_valid()]
        if len(names) != len({*names}):
            raise ValidationError(_("No two fields may have the same name."))

    def save_new(self, form: Any, commit: bool = True) -> FieldConfig:
        """Save a new field; the bundle may have been made a moment ago."""
        form.bundle = str(self.instance.pk)
        config: FieldConfig = form.save(commit)
        return config

    def delete_existing(self, obj: FieldConfig, commit: bool = True) -> None:
        """Delete a field with its values."""
        super().delete_existing(obj, commit)
        purge(obj)


class _Checks(InlineModelAdminChecks):
    """Django's, but for the foreign key that fields do not have."""

    def _check_exclude_of_parent_model(self, obj: Any, parent_model: Any) -> list[Any]:
        return []

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        return []


class BundlePages(ConfigurationPages, LockingAdmin):
    """Pages of bundles: who administers their fields alone changes nothing else of them."""

    @property
    def administer_fields(self) -> list[str]:
        """Return the permissions for the fields."""
        inlines = (each for each in self.inlines if issubclass(each, BundleFieldInline))
        return [each.administer() for each in inlines]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may look at a bundle."""
        return super().has_view_permission(request, obj) or self.may(
            request, *self.administer_fields
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change a bundle, or its fields at least."""
        return super().has_change_permission(request, obj) or self.may(
            request, *self.administer_fields
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show a bundle as text to those who may change its fields alone."""
        if self.may(request, *self.administer):
            return super().get_readonly_fields(request, obj)
        return flatten_fieldsets(self.get_fieldsets(request, obj))


class BundleFieldInline(SentAsSeen, TabularInline):
    """The configurable fields of a bundle of a type, which a subclass names."""

    entity_type_id: ClassVar[str]

    model = FieldConfig
    form = FieldConfigForm
    formset: Any = BundleFieldFormSet
    checks_class = _Checks
    fields = (
        "name",
        "label",
        "field_type",
        "required",
        "cardinality",
        "settings",
        "default_value",
    )
    extra = 0
    verbose_name_plural = _("Fields (deleting a field deletes its values)")

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}

    @classmethod
    def administer(cls) -> str:
        """Return the permission to change the fields of such bundles."""
        return f"administer {cls.entity_type_id} fields"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell that whoever sees the bundle sees its fields."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may add fields."""
        return account_of(request).has_permission(self.administer())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change fields."""
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may delete fields."""
        return self.has_add_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return a form set that checks fields as whoever is logged in may fill them."""
        named = {"entity_type_id": self.entity_type_id}
        context = AdminContext.of(request, self.admin_site)
        may_change = self.has_change_permission(request, obj)
        form = type("Form", (self.form,), {**named, "context": context, "may_change": may_change})
        return modelformset_factory(
            FieldConfig,
            form=form,
            formset=type("FormSet", (self.formset,), named),
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
            fields=FieldConfigForm.Meta.fields,
            extra=self.get_extra(request, obj),
            max_num=self.get_max_num(request, obj),
            can_delete=self.can_delete and self.has_delete_permission(request, obj),
        )
