"""Entities in the admin: a form for each bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext

from drupal_jwt_auth.admin.content_pages import ContentPages
from drupal_jwt_auth.admin.fields import configurable_fields, form_field_of, stored_items
from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.content.entity.structure import Bundle


class EntityAdmin(ContentPages):
    """The pages of entities whose bundles have fields: whoever adds one chooses its bundle first.

    ``add_title``, ``choose_title`` and ``no_bundles`` are what the pages for a new one say, and
    ``add_bundle`` is the link to where there is none to choose. ``edit_title`` and ``view_title``
    stand above one that there is.
    """

    add_title: ClassVar[Any]
    edit_title: ClassVar[Any]
    view_title: ClassVar[Any]
    choose_title: ClassVar[Any]
    no_bundles: ClassVar[Any]
    add_bundle: ClassVar[Any]

    def bundles(self, request: HttpRequest) -> Mapping[str, Bundle]:
        """Return the bundles of which somebody may make entities, by name."""
        account, may_create = account_of(request), self.entity_type.access.create
        bundles = self.site(request).structure.bundles_of(self.entity_type).items()
        return {name: each for name, each in bundles if may_create(account, each).allowed}

    def bundle(self, request: HttpRequest, obj: Any | None) -> Bundle:
        """Return the bundle of an entity, for a new one that which was chosen."""
        if obj is not None:
            return super().bundle(request, obj)
        return self.bundles(request)[self.chosen(request)]

    def chosen(self, request: HttpRequest) -> str:
        """Return the name of the bundle that was chosen, or of the only one there is to choose."""
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

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form for an entity, under a heading that names its bundle."""
        obj = self.get_object(request, unquote(object_id))
        if obj is not None:
            may_change = self.has_change_permission(request, obj)
            heading = self.edit_title if may_change else self.view_title
            title = heading % {"type": self.bundle(request, obj).label}
            extra_context = {"title": title, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def _choose(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> HttpResponse:
        model: Any = self.entity_type.bundle_model
        query = request.GET.copy()
        choices = []
        for row in model.objects.filter(pk__in=self.bundles(request)):
            query[self._parameter] = row.pk
            choices.append((row, query.urlencode()))
        context = {
            **self.admin_site.each_context(request),
            "title": self.choose_title,
            "opts": self.opts,
            "may_list": self.has_view_permission(request),
            "choices": choices,
            "no_bundles": self.no_bundles,
            "add_bundle": self.add_bundle,
            "bundle_opts": model._meta,
            "may_add_bundle": self.admin_site.is_registered(model)
            and self.admin_site.get_model_admin(model).has_add_permission(request),
            **(extra_context or {}),
        }
        template = "admin/drupal_jwt_auth/entity/choose_bundle.html"
        return TemplateResponse(request, template, context)

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return a form with the fields of the entity's bundle that somebody may set."""
        bundle, may_set = self.bundle(request, obj), self.shown(request, obj).inputs
        declared: Any = self.form
        attributes: dict[str, Any] = {"site": self.site(request), "bundle": bundle}
        for name in declared.declared_fields.keys() & bundle.fields.keys() - may_set:
            attributes[name] = None  # It takes the input out.
        inputs = self.inputs(bundle, obj).items()
        attributes |= {name: each for name, each in inputs if name in may_set}
        form = type("EntityForm", (self.form,), attributes)
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def inputs(self, bundle: Bundle, obj: Any | None) -> dict[str, forms.Field]:
        """Return the form fields of what a bundle has, by name."""
        return {
            field.name: form_field_of(field, stored_items(field, obj))
            for field in configurable_fields(bundle)
        }

    def fieldsets_of(self, bundle: Bundle, placed: Mapping[Any, list[Any]]) -> Any:
        """Return the groups of a form by their labels, without those in which there is nothing.

        The first one, which has no label, says which fields cannot be shown.
        """
        return [
            (label, {"fields": names, "description": "" if label else self._left_out(bundle)})
            for label, names in placed.items()
            if names
        ]

    def _left_out(self, bundle: Bundle) -> str:
        """Return a line for each field that cannot be shown, as HTML."""
        text = gettext("The field %(field)s is of the type %(type)s, which is not registered.")
        values = [{"field": each.label, "type": each.field_type} for each in bundle.unregistered]
        return format_html_join("", "<p>{}</p>", [(text % each,) for each in values])
