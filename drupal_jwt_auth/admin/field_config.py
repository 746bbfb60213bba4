"""The configurable fields of the bundles of all entity types, as in Drupal's field pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
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
from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.permitted import PermittedPages
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.field_values import purge, with_values
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import FIELD_TYPES, FieldType
from drupal_jwt_auth.fields.base import UNLIMITED
from drupal_jwt_auth.models import ContentModel, FieldConfig, FieldStorage
from drupal_jwt_auth.transactions import locked

TEMPLATES = "admin/drupal_jwt_auth/fieldconfig"
UP, DOWN, ORDER = "up", "down", "order"
"""What the page of a bundle's fields sends: one that is to move, or all in their new order."""


class Existing(NamedTuple):
    """A field of other bundles that a bundle may have, too."""

    name: str
    type: str
    bundles: str


def administer(entity_type: str) -> str:
    """Return the permission to change the fields of entities of a type."""
    return f"administer {entity_type} fields"


def fields_url(site: admin.AdminSite, entity_type: str, bundle: str) -> str:
    """Return the page of the fields of a bundle."""
    name = f"{site.name}:drupal_jwt_auth_fieldconfig_manage"
    return reverse(name, args=(entity_type, bundle))


def fields_of(entity_type: str, bundle: str) -> list[FieldConfig]:
    """Return the fields of a bundle in their order."""
    found = FieldConfig.objects.of(entity_type, bundle).order_by()
    return sorted(found, key=lambda each: (each.weight, each.name))


@admin.register(FieldConfig)
class FieldConfigAdmin(PermittedPages, LockingAdmin):
    """The fields of all bundles: who administers those of an entity type, administers all of it.

    The list is that of the bundles. Each has a page with its fields in their order, from where
    fields are added, changed and deleted.
    """

    form = FieldForm

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}
        js = ("drupal_jwt_auth/fields.js",)

    # Permissions

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may change fields of anything."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: FieldConfig | None = None) -> bool:
        """Tell whether somebody may change a field, or some."""
        if obj is not None:
            return self.may(request, administer(obj.entity_type))
        return self.may(request, *(administer(each.id) for each in fieldable()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may add fields to anything."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: FieldConfig | None = None) -> bool:
        """Tell whether somebody may change a field, or some."""
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: FieldConfig | None = None) -> bool:
        """Tell whether somebody may delete a field, or some."""
        return self.has_view_permission(request, obj)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Offer no new field in the index: it takes a bundle to have one."""
        return {**super().get_model_perms(request), "add": False}

    # Pages

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, those of this app before Django's, whose last one takes any path."""
        place = "of/<str:entity_type>/<str:bundle>/"
        return [
            self.page(place, self.manage_view, "manage"),
            self.page(f"{place}add/", self.choose_view, "choose"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the bundles whose fields somebody may change."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        structure = AdminContext.of(request, self.admin_site).structure
        places = FieldConfig.objects.order_by().values_list("storage__entity_type", "bundle")
        counts = Counter(places)
        kinds = [
            (
                (kind.bundle_model or kind.model)._meta.verbose_name_plural,
                [
                    (
                        bundle.label,
                        fields_url(self.admin_site, kind.id, bundle.id),
                        counts[kind.id, bundle.id],
                    )
                    for bundle in structure.bundles_of(kind).values()
                ],
            )
            for kind in fieldable()
            if self.may(request, administer(kind.id))
        ]
        return self._page(request, "list", _("Fields"), kinds=kinds)

    def manage_view(self, request: HttpRequest, entity_type: str, bundle: str) -> HttpResponse:
        """Show the fields of a bundle; save the order that they were put in."""
        found = self._bundle(request, entity_type, bundle)
        if request.method == "POST":
            _ = request.POST  # All of it is here before the lock.
            with locked(ContentModel, 1):
                self._put_in_order(request, fields_of(entity_type, bundle))
            return HttpResponseRedirect(request.get_full_path())
        fields = [
            (config, self.type_label(config), self.cardinality(config))
            for config in fields_of(entity_type, bundle)
        ]
        title = gettext("Fields of %(bundle)s") % {"bundle": found.label}
        return self._page(request, "manage", title, bundle=found, fields=fields)

    def _put_in_order(self, request: HttpRequest, fields: list[FieldConfig]) -> None:
        """Give fields the order that was sent; those of which nothing was said come last."""
        before = [each.name for each in fields]
        after = [name for name in request.POST.get(ORDER, "").split() if name in before]
        after = [*dict.fromkeys(after), *(name for name in before if name not in after)]
        for step, name in ((-1, request.POST.get(UP)), (1, request.POST.get(DOWN))):
            if name in after:
                place = after.index(name)
                after.insert(max(0, place + step), after.pop(place))
        for config in fields:
            weight = after.index(config.name)
            if config.weight != weight:
                config.weight = weight
                config.save(update_fields=["weight"])
        self.message_user(request, gettext("The order has been saved."), messages.SUCCESS)

    def choose_view(self, request: HttpRequest, entity_type: str, bundle: str) -> HttpResponse:
        """Offer the types that a new field may be of, and the fields that other bundles have."""
        found = self._bundle(request, entity_type, bundle)
        groups: dict[str, list[FieldType]] = {}
        for each in sorted(offered(), key=lambda each: str(each.label)):
            groups.setdefault(str(each.category), []).append(each)
        here = {each.name for each in fields_of(entity_type, bundle)}
        storages = FieldStorage.objects.filter(entity_type=entity_type).prefetch_related("configs")
        bundles = AdminContext.of(request, self.admin_site).structure.bundles_of(entity_type)
        existing = []
        for storage in storages:
            if storage.name not in here and storage.field_type in FIELD_TYPES:
                names = (config.bundle for config in storage.configs.all())
                labels = ", ".join(bundles[name].label for name in names if name in bundles)
                existing.append(Existing(storage.name, label_of(storage.field_type), labels))
        title = gettext("Add field to %(bundle)s") % {"bundle": found.label}
        sections = sorted(groups.items())
        return self._page(
            request, "choose", title, bundle=found, groups=sections, existing=existing
        )

    def _page(
        self, request: HttpRequest, template: str, title: Any, **context: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"{TEMPLATES}/{template}.html", context)

    def _bundle(self, request: HttpRequest, entity_type: str, bundle: str) -> Bundle:
        """Return a bundle whose fields somebody may change; raise Http404 or PermissionDenied."""
        if not any(each.id == entity_type for each in fieldable()):
            raise Http404
        if not self.may(request, administer(entity_type)):
            raise PermissionDenied
        structure = AdminContext.of(request, self.admin_site).structure
        found = structure.bundles_of(entity_type).get(bundle)
        if found is None:
            raise Http404
        return found

    # The form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a new field of a bundle; without one, the list of all bundles."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "bundle" not in request.GET:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{_LIST}"))
        about = self._new(request)
        values = {"type": label_of(about.type_id), "bundle": about.bundle.label}
        title = gettext("Add field to %(bundle)s: %(type)s") % values
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def _new(self, request: HttpRequest) -> Subject:
        """Return what a new field is to be, as it was chosen; raise Http404."""
        entity_type, name = request.GET.get("entity_type", ""), request.GET.get("field")
        bundle = self._bundle(request, entity_type, request.GET["bundle"])
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
            bundle = self._bundle(request, config.entity_type, config.bundle)
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
        bundle = self._bundle(request, obj.entity_type, obj.bundle)
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

    def cardinality(self, config: FieldConfig) -> str:
        """Return how many values there may be."""
        number = config.cardinality
        return gettext("Unlimited") if number == UNLIMITED else str(number)

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


_LIST = "drupal_jwt_auth_fieldconfig_changelist"


def fieldable() -> Iterator[ContentEntityType]:
    """Yield the entity types whose bundles may have fields."""
    return (each for each in ENTITY_TYPES.all_content() if each.is_fieldable)


def offered() -> list[FieldType]:
    """Return the types that a new field may be of."""
    return [each for each in FIELD_TYPES.values() if each.configurable]


def label_of(type_id: str) -> str:
    """Return what a type is called, also one that is not registered."""
    if type_id in FIELD_TYPES:
        return str(FIELD_TYPES[type_id].label)
    return gettext("%(type)s (not registered)") % {"type": type_id}
