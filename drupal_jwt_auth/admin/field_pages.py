"""The pages of fields: the bundles that have some, and the fields of each in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.permitted import PermittedPages
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
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


class FieldPages(PermittedPages):
    """The pages of fields: who administers those of an entity type, administers all of it.

    The list is that of the bundles. Each has a page with its fields in their order, from where
    fields are added, changed and deleted.
    """

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
        found = self.bundle(request, entity_type, bundle)
        if request.method == "POST":
            sent = request.POST  # All of it is here before the lock.
            with locked(ContentModel, 1):
                _put_in_order(fields_of(entity_type, bundle), sent)
            self.message_user(request, gettext("The order has been saved."), messages.SUCCESS)
            return HttpResponseRedirect(request.get_full_path())
        fields = [
            (config, label_of(config.field_type), cardinality_of(config))
            for config in fields_of(entity_type, bundle)
        ]
        title = gettext("Fields of %(bundle)s") % {"bundle": found.label}
        return self._page(request, "manage", title, bundle=found, fields=fields)

    def choose_view(self, request: HttpRequest, entity_type: str, bundle: str) -> HttpResponse:
        """Offer the types that a new field may be of, and the fields that other bundles have."""
        found = self.bundle(request, entity_type, bundle)
        groups: dict[str, list[FieldType]] = {}
        for each in sorted(FIELD_TYPES.values(), key=lambda each: str(each.label)):
            if each.configurable:
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

    def bundle(self, request: HttpRequest, entity_type: str, bundle: str) -> Bundle:
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


def _put_in_order(fields: list[FieldConfig], sent: QueryDict) -> None:
    """Give fields the order that was sent; those of which nothing was said come last."""
    before = [each.name for each in fields]
    after = [name for name in sent.get(ORDER, "").split() if name in before]
    after = [*dict.fromkeys(after), *(name for name in before if name not in after)]
    for step, name in ((-1, sent.get(UP)), (1, sent.get(DOWN))):
        if name in after:
            place = after.index(name)
            after.insert(max(0, place + step), after.pop(place))
    for config in fields:
        weight = after.index(config.name)
        if config.weight != weight:
            config.weight = weight
            config.save(update_fields=["weight"])


def fieldable() -> Iterator[ContentEntityType]:
    """Yield the entity types whose bundles may have fields."""
    return (each for each in ENTITY_TYPES.all_content() if each.is_fieldable)


def label_of(type_id: str) -> str:
    """Return what a type is called, also one that is not registered."""
    if type_id in FIELD_TYPES:
        return str(FIELD_TYPES[type_id].label)
    return gettext("%(type)s (not registered)") % {"type": type_id}


def cardinality_of(config: FieldConfig) -> str:
    """Return how many values there may be."""
    return gettext("Unlimited") if config.cardinality == UNLIMITED else str(config.cardinality)
