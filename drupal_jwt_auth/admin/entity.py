"""Entities in the admin: a form for each bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext

from drupal_jwt_auth.admin.fields import configurable_fields, form_field_of, stored_items
from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle


class EntityAdmin(LockingAdmin):
    """The pages of entities whose bundles have fields: whoever adds one chooses its bundle first.

    ``add_title``, ``choose_title`` and ``no_bundles`` are what the pages for a new one say, and
    ``add_bundle`` is the link to where there is none to choose.
    """

    entity_type_id: ClassVar[str]
    add_title: ClassVar[Any]
    choose_title: ClassVar[Any]
    no_bundles: ClassVar[Any]
    add_bundle: ClassVar[Any]

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.entity_type_id)

    def site(self, request: HttpRequest) -> AdminContext:
        """Return the site as whoever is logged in sees it."""
        return AdminContext.of(request, self.admin_site)

    def bundles(self, request: HttpRequest) -> Mapping[str, Bundle]:
        """Return the bundles by name."""
        return self.site(request).structure.bundles_of(self.entity_type)

    def bundle(self, request: HttpRequest, obj: Any | None) -> Bundle:
        """Return the bundle of an entity, for a new one that which was chosen."""
        name = self.chosen(request) if obj is None else self.entity_type.bundle_of(obj)
        return self.bundles(request)[name]

    def chosen(self, request: HttpRequest) -> str:
        """Return the name of the bundle that was chosen, or of the only one there is."""
        names = list(self.bundles(request))
        return names[0] if len(names) == 1 else request.GET.get(self._parameter, "")

    @property
    def _parameter(self) -> str:
        return str(self.entity_type.keys.bundle)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a bundle; where there are several, ask for the bundle first."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        bundle = self.bundles(request).get(self.chosen(request))
        if bundle is None:
            return self._choose(request, extra_context)
        title = self.add_title % {"type": bundle.label}
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def _choose(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> HttpResponse:
        model: Any = self.entity_type.bundle_model
        query = request.GET.copy()
        choices = []
        for row in model.objects.all():
            query[self._parameter] = row.pk
            choices.append((row, query.urlencode()))
        context = {
            **self.admin_site.each_context(request),
            "title": self.choose_title,
            "opts": self.opts,
            "may_see_node": self.has_view_permission(request),
            "choices": choices,
            "no_bundles": self.no_bundles,
            "add_bundle": self.add_bundle,
            "bundle_opts": model._meta,
            "may_add_bundle": self.admin_site.is_registered(model)
            and request.user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}"),
            **(extra_context or {}),
        }
        template = "admin/drupal_jwt_auth/entity/choose_bundle.html"
        return TemplateResponse(request, template, context)

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return a form with the fields of the entity's bundle."""
        bundle = self.bundle(request, obj)
        attributes = {"site": self.site(request), "bundle": bundle, **self.inputs(bundle, obj)}
        form = type("EntityForm", (self.form,), attributes)
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def inputs(self, bundle: Bundle, obj: Any | None) -> dict[str, forms.Field]:
        """Return the form fields of what a bundle has, by name."""
        return {
            field.name: form_field_of(field, stored_items(field, obj))
            for field in configurable_fields(bundle)
        }

    @staticmethod
    def left_out(bundle: Bundle) -> str:
        """Return a line for each field that cannot be shown, as HTML."""
        text = gettext("The field %(field)s is of the type %(type)s, which is not registered.")
        values = [{"field": each.label, "type": each.field_type} for each in bundle.unregistered]
        return format_html_join("", "<p>{}</p>", [(text % each,) for each in values])
