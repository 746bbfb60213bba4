"""Content types in the admin, their fields as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin, SentAsSeen, changed_columns
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import configured_field
from drupal_jwt_auth.content.node.field_values import has_values, purge
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.forms import UNREADABLE, SettingsJSON, are_items
from drupal_jwt_auth.models import FieldConfig, NodeType

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[FieldConfig]
    NodeTypeModelForm = forms.ModelForm[NodeType]
    TabularInline = admin.TabularInline[FieldConfig, NodeType]
else:
    ModelForm = NodeTypeModelForm = forms.ModelForm
    TabularInline = admin.TabularInline

SETTINGS_HELP = _(
    'A JSON object: {"max_length": 80}, {"min": 0, "max": 9}, {"target_type": "user"}, '
    '{"allowed_values": [{"value": "r", "label": "Red"}]}'
)


class FieldConfigForm(ModelForm):
    """A field of a content type; its name stays, and so does the type once there are values."""

    context: ClassVar[AdminContext]

    class Meta:
        model = FieldConfig
        fields = (
            "name",
            "label",
            "field_type",
            "required",
            "cardinality",
            "settings",
            "default_value",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {name for name, each in FIELD_TYPES.items() if each.configurable}
        choices = [(name, name) for name in sorted(names)]
        stored = self.instance.field_type
        if stored and stored not in names:
            choices.append((stored, _("%(type)s (not registered)") % {"type": stored}))
        self.fields["field_type"] = forms.ChoiceField(
            label=_("Field type"), choices=choices, show_hidden_initial=True
        )
        self.fields["name"].disabled = self.instance.pk is not None
        self.fields["settings"].help_text = SETTINGS_HELP
        self.fields["default_value"].help_text = _('A JSON list of items: [{"value": "r"}]')

    def clean_name(self) -> str:
        """Refuse the names of the fields that every node has."""
        name: str = self.cleaned_data["name"]
        ENTITY_TYPES.content("node").check_new_name(name)
        return name

    def clean_settings(self) -> Any:
        """Return the settings; PHP writes those of a field without any as a list."""
        return self.cleaned_data["settings"] or {}

    def clean_default_value(self) -> Any:
        """Return the items of the default value."""
        return self.cleaned_data["default_value"] or []

    def clean_field_type(self) -> str:
        """Refuse another type for a field that has values: they would not fit it."""
        field_type: str = self.cleaned_data["field_type"]
        if self.instance.pk and "field_type" in self.changed_data and has_values(self.instance):
            raise forms.ValidationError(
                _("There is content with values of this field: its type cannot be changed.")
            )
        return field_type

    def clean(self) -> dict[str, Any] | None:
        """Refuse settings that the type cannot use, and defaults that are not valid."""
        cleaned = super().clean()
        if not self.errors:
            for name, text in self._faults(self.context):
                self.add_error(name, text)
        return cleaned

    def save(self, commit: bool = True) -> FieldConfig:
        """Save a new field, or what was changed of one that there is."""
        adding = self.instance._state.adding
        config = super().save(commit and adding)
        if commit and not adding:
            config.save(update_fields=changed_columns(self))
        return config

    def _faults(self, context: AdminContext) -> Iterator[tuple[str, str]]:
        """Yield the name of an input and what is wrong with it."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        settings, default = values["settings"], values["default_value"]
        if not (isinstance(settings, dict) and isinstance(default, list)):
            # The model itself refuses these.
            return
        if not are_items(default):
            yield "default_value", gettext("Use a JSON list of items.")
            return
        try:
            field = configured_field(FieldConfig(**values))
            field.form_field()
            violations = list(field.validate(field.default, context)) if field.default else []
        except UNREADABLE as error:
            yield "settings", gettext("The field type cannot use them: %s") % error
        else:
            unknown = {name for item in default for name in item} - {*field.type.properties}
            for name in sorted(unknown):
                yield "default_value", gettext("Values have no property %s.") % name
            yield from (("default_value", violation.text) for violation in violations)


class FieldConfigInline(SentAsSeen, TabularInline):
    """The configurable fields of a content type."""

    model = FieldConfig
    form = FieldConfigForm
    extra = 0
    verbose_name_plural = _("Fields (deleting a field deletes its values)")
    formfield_overrides = {
        models.JSONField: {"widget": forms.Textarea(attrs={"rows": 3}), "decoder": SettingsJSON}
    }

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}

    def get_formset(
        self, request: HttpRequest, obj: NodeType | None = None, **kwargs: Any
    ) -> type[BaseInlineFormSet[FieldConfig, NodeType, ModelForm]]:
        """Return a form set that checks fields as whoever is logged in may fill them."""
        context = AdminContext.of(request, self.admin_site)
        form = type("FieldConfigForm", (self.form,), {"context": context})
        return super().get_formset(request, obj, form=form, **kwargs)


class NodeTypeForm(NodeTypeModelForm):
    """A content type; a new one is offered a body."""

    body = forms.BooleanField(
        label=_("With a body"),
        required=False,
        initial=True,
        help_text=_("Creates the field “body”, which Drupal gives each new content type."),
    )


@admin.register(NodeType)
class NodeTypeAdmin(LockingAdmin):
    """Content types; one that there is content of cannot be deleted."""

    list_display = ("name", "type", "description")
    search_fields = ("name", "type")
    form = NodeTypeForm
    inlines = (FieldConfigInline,)
    fieldsets = (
        (None, {"fields": ("name", "type", "description", "title_label")}),
        (
            _("Defaults of new content"),
            {"fields": ("status", "promote", "sticky", "new_revision")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: NodeType | None = None) -> Any:
        """Return the groups of inputs, that for the body only with a new type."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else (*fieldsets, (_("Fields"), {"fields": ("body",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: NodeType | None = None) -> Any:
        """Keep the machine name of a type as it is: nodes and permissions carry it."""
        return ("type",) if obj else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the fields, and the body of a new type that has none among them."""
        super().save_related(request, form, formsets, change)
        if not change and form.cleaned_data["body"]:
            FieldConfig.objects.add_body(form.instance)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the fields; those that are deleted take their values with them."""
        super().save_formset(request, form, formset, change)
        for config in formset.deleted_objects:
            purge(config)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what is deleted with types, or in Drupal's words why they cannot be."""
        types = NodeType.objects.filter(pk__in=[each.pk for each in objs])
        used = types.annotate(count=Count("node")).filter(count__gt=0)
        if not used:
            return super().get_deleted_objects(objs, request)
        reasons = [
            ngettext(
                "%(type)s is used by %(count)d piece of content on your site. You can not remove "
                "this content type until you have removed all of the %(type)s content.",
                "%(type)s is used by %(count)d pieces of content on your site. You may not remove "
                "%(type)s until you have removed all of the %(type)s content.",
                each.count,
            )
            % {"type": each.name, "count": each.count}
            for each in used
        ]
        return [], {}, set(), reasons
