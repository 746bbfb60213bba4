"""The configurable fields of the bundles of all entity types, as in Drupal's field pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.field_form import (
    COLUMNS,
    DEFAULT,
    FieldForm,
    Subject,
    form_class,
    settings_inputs,
)
from drupal_jwt_auth.admin.field_pages import FieldPages, fields_of, fields_url, label_of
from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.field_values import purge, with_values
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import ContentModel, FieldConfig, FieldStorage


@admin.register(FieldConfig)
class FieldConfigAdmin(FieldPages, LockingAdmin):
    """The fields of all bundles.

    A form describes the field and its storage as one; its settings are those of the field's type.
    """

    form = FieldForm

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}
        js = ("drupal_jwt_auth/fields.js",)

    # The form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a new field of a bundle; without one, the list of all bundles."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "bundle" not in request.GET:
            return HttpResponseRedirect(
                reverse(f"{self.admin_site.name}:drupal_jwt_auth_fieldconfig_changelist")
            )
        about = self._new(request)
        values = {"type": label_of(about.type_id), "bundle": about.bundle.label}
        title = gettext("Add field to %(bundle)s: %(type)s") % values
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def _new(self, request: HttpRequest) -> Subject:
        """Return what a new field is to be, as it was chosen; raise Http404."""
        entity_type, name = request.GET.get("entity_type", ""), request.GET.get("field")
        bundle = self.bundle(request, entity_type, request.GET["bundle"])
        if name is None:
            type_id, storage = request.GET.get("field_type", ""), None
        else:
            # Not each name can be asked for.
            rows = FieldStorage.objects.filter(entity_type=entity_type)
            storage = {each.name: each for each in rows}.get(name)
            type_id = "" if storage is None else storage.field_type
            if any(each.name == name for each in fields_of(entity_type, bundle.id)):
                raise Http404
        if type_id not in FIELD_TYPES or not (storage or FIELD_TYPES[type_id].configurable):
            raise Http404
        return Subject(bundle, type_id, storage)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form for a field, under a heading that names it and its bundle."""
        config = self.get_object(request, object_id)
        if config is not None and self.has_view_permission(request, config):
            bundle = self.bundle(request, config.entity_type, config.bundle)
            values = {"label": config.label, "bundle": bundle.label}
            title = gettext("Edit field %(label)s of %(bundle)s") % values
            extra_context = {"title": title, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Return the page, with the way to the fields of the bundle."""
        form: Any = context["adminform"].form
        context |= {"bundle": form.bundle, "show_save_and_continue": not form.adding}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(
        self,
        request: HttpRequest,
        obj: FieldConfig | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return a form with inputs for the settings of the field's type."""
        site = AdminContext.of(request, self.admin_site)
        form = form_class(site, self._about(request, obj), obj)
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def _about(self, request: HttpRequest, obj: FieldConfig | None) -> Subject:
        if obj is None:
            return self._new(request)
        bundle = self.bundle(request, obj.entity_type, obj.bundle)
        return Subject(bundle, obj.field_type, obj.storage)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field, that for a help text with a few lines."""
        if db_field.name == "description":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: FieldConfig | None = None) -> Any:
        """Show what all fields have, then the settings of the type."""
        about = self._about(request, obj)
        site = AdminContext.of(request, self.admin_site)
        shared: list[str] = ["cardinality"]
        own: list[str] = []
        for name, parts in settings_inputs(about, site, {})[1].items():
            (shared if about.declared[name].of_storage else own).extend(parts.values())
        default = [DEFAULT, "_changed"] if about.type and about.type.has_default else []
        name = "machine_name" if about.storage else "name"
        groups = (
            (None, ("label", name, "type_label", "description", "required"), ""),
            (_("Storage"), shared, self._told_of_storage(about.storage)),
            (_("Settings"), own, ""),
            (_("New content"), default, ""),
        )
        return [
            (label, {"fields": inputs, "description": text})
            for label, inputs, text in groups
            if inputs
        ]

    def _told_of_storage(self, storage: FieldStorage | None) -> str:
        """Return what is to be known before one changes what several bundles share."""
        if storage is None:
            return gettext("Once there are values, most of this cannot be changed any more.")
        told = []
        bundles = storage.configs.count()
        if bundles > 1:
            told.append(
                ngettext(
                    "It holds for the %(count)d bundle that has the field.",
                    "It holds for all %(count)d bundles that have the field.",
                    bundles,
                )
                % {"count": bundles}
            )
        if any(rows.exists() for rows in with_values(storage)):
            told.append(gettext("There are values: what says how they are stored stays."))
        return " ".join(told)

    def get_readonly_fields(self, request: HttpRequest, obj: FieldConfig | None = None) -> Any:
        """Show what a field is known by, and its type."""
        return ("machine_name", "type_label")

    @admin.display(description=_("Machine name"))
    def machine_name(self, config: FieldConfig) -> str:
        """Return what the field is called by programs."""
        return config.name

    @admin.display(description=_("Field type"))
    def type_label(self, config: FieldConfig) -> str:
        """Return what the type is called."""
        return label_of(config.field_type)

    # Writing

    def rows_to_lock(self, request: HttpRequest, found: FieldConfig | None) -> list[Model]:
        """Return the content model: no two make a field, or change a storage, at once."""
        return [ContentModel(pk=1)]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> FieldConfig:
        """Return the field that the form describes, a new one after all others."""
        described: FieldConfig = form.described()
        if not change:
            there = fields_of(described.entity_type, described.bundle)
            described.weight = there[-1].weight + 1 if there else 0
            return described
        config: FieldConfig = form.instance
        for row, new, names in (
            (config, described, ("own_settings", DEFAULT)),
            (config.storage, described.storage, ("cardinality", "settings")),
        ):
            for name in names:
                setattr(row, name, getattr(new, name))
        return config

    def save_model(self, request: HttpRequest, obj: FieldConfig, form: Any, change: bool) -> None:
        """Save a new field with its storage, or what was changed of one that there is."""
        if not change:
            obj.save_in(form.storage)
            return
        changed = {*form.changed_data}
        settings = any({*parts.values()} & changed for parts in form.settings.values())
        own = changed & {*COLUMNS, DEFAULT}
        stored = changed & {"cardinality"}
        if settings:
            own, stored = own | {"own_settings"}, stored | {"settings"}
        if stored:
            obj.storage.save(update_fields=stored)
        if own:
            obj.save(update_fields=own)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save nothing: a field has no other rows."""

    def response_post_save_add(
        self, request: HttpRequest, obj: FieldConfig
    ) -> HttpResponseRedirect:
        """Go back to the fields of the bundle."""
        return self._back(obj.entity_type, obj.bundle)

    def response_post_save_change(
        self, request: HttpRequest, obj: FieldConfig
    ) -> HttpResponseRedirect:
        """Go back to the fields of the bundle."""
        return self._back(obj.entity_type, obj.bundle)

    def response_add(
        self, request: HttpRequest, obj: FieldConfig, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go to where another field is added, if that is wanted."""
        answer = super().response_add(request, obj, post_url_continue)
        return self._to_next(obj) if "_addanother" in request.POST else answer

    def response_change(self, request: HttpRequest, obj: FieldConfig) -> HttpResponse:
        """Go to where another field is added, if that is wanted."""
        answer = super().response_change(request, obj)
        return self._to_next(obj) if "_addanother" in request.POST else answer

    def _to_next(self, obj: FieldConfig) -> HttpResponse:
        name = f"{self.admin_site.name}:drupal_jwt_auth_fieldconfig_choose"
        return HttpResponseRedirect(reverse(name, args=(obj.entity_type, obj.bundle)))

    def _back(self, entity_type: str, bundle: str) -> HttpResponseRedirect:
        return HttpResponseRedirect(fields_url(self.admin_site, entity_type, bundle))

    # Deletion

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Return what goes with fields: their values, counted."""
        told: list[Any] = []
        counts = {gettext("fields"): 0, gettext("items with values"): 0}
        for config in objs:
            entities, *others = with_values(config.storage, config.bundle)
            count, older = entities.count(), any(rows.exists() for rows in others)
            text = ngettext(
                "%(count)d item has values of this field, which are lost.",
                "%(count)d items have values of this field, which are lost.",
                count,
            )
            values = [text % {"count": count} if count else gettext("No item has values of it.")]
            if older:
                values.append(gettext("So are those of older revisions."))
            told += [f"{config.label} ({config.name})", values]
            counts[gettext("fields")] += 1
            counts[gettext("items with values")] += count
        return told, counts, set(), []

    def delete_model(self, request: HttpRequest, obj: FieldConfig) -> None:
        """Delete a field with its values."""
        vars(request)["drupal_fields_of"] = obj.entity_type, obj.bundle
        super().delete_model(request, obj)
        purge(obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Go back to the fields of the bundle."""
        super().response_delete(request, obj_display, obj_id)
        return self._back(*vars(request)["drupal_fields_of"])
