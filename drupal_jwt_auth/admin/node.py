"""Content in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from drupal_jwt_auth.accounts import Account
from drupal_jwt_auth.fields import BaseField, Field
from drupal_jwt_auth.models import Node, NodeType
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.references import SiteContext
from drupal_jwt_auth.structure import Bundle, get_structure

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Node]
    ModelAdmin = admin.ModelAdmin[Node]
else:
    ModelForm = forms.ModelForm
    ModelAdmin = admin.ModelAdmin


class NodeForm(ModelForm):
    """A node with the configurable fields of its type."""

    site: ClassVar[SiteContext]
    bundle: ClassVar[Bundle]

    class Meta:
        model = Node
        fields = ("title", "status", "promote", "sticky", "uid", "created", "langcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.type = self.bundle.node_type
        for field in configurable_fields(self.bundle):
            stored = field.get(self.instance) or field.default
            self.initial.setdefault(field.name, stored)

    def clean(self) -> dict[str, Any] | None:
        """Check the configurable fields as the API does."""
        cleaned = super().clean()
        for field in configurable_fields(self.bundle):
            items = self.cleaned_data.get(field.name)
            if items is None:
                continue
            violations = list(field.validate(items, self.site))
            for violation in violations:
                self.add_error(field.name, violation.text)
            if not violations:
                field.set(self.instance, field.cast(items))
        return cleaned


def configurable_fields(bundle: Bundle) -> list[Field]:
    """Return the fields of a bundle that not every node has."""
    return [field for field in bundle.fields.values() if not isinstance(field, BaseField)]


@admin.register(Node)
class NodeAdmin(ModelAdmin):
    """Content: what the API has made, and what editors write here."""

    list_display = ("title", "type", "uid", "status", "changed")
    list_filter = ("type", "status", ("uid", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("type", "uid")
    search_fields = ("title",)
    date_hierarchy = "created"
    actions = ("publish", "unpublish", "promote", "make_sticky")
    raw_id_fields = ("uid",)
    form = NodeForm

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a type of content; ask for the type first."""
        if self.has_add_permission(request) and self._bundle(request, None) is None:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Add content"),
                "opts": self.opts,
                "node_types": NodeType.objects.all(),
                **(extra_context or {}),
            }
            template = "admin/drupal_jwt_auth/node/choose_type.html"
            return TemplateResponse(request, template, context)
        return super().add_view(request, form_url, extra_context)

    def get_form(
        self,
        request: HttpRequest,
        obj: Node | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        """Return a form with the fields of the node's type."""
        bundle = self._bundle(request, obj)
        if bundle is None:
            return super().get_form(request, obj, change, **kwargs)
        attributes = {"site": self._site(request), "bundle": bundle}
        inputs = {field.name: field.form_field() for field in configurable_fields(bundle)}
        form = type("NodeForm", (NodeForm,), {**attributes, **inputs})
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Node | None = None) -> Any:
        """Show the content first, then how it is published."""
        bundle = self._bundle(request, obj)
        names = [field.name for field in configurable_fields(bundle)] if bundle else []
        return (
            (None, {"fields": ("title", *names)}),
            (_("Publishing"), {"fields": ("status", "promote", "sticky")}),
            (_("Authoring"), {"fields": ("uid", "created", "langcode")}),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the defaults of the type, by whoever is logged in."""
        bundle = self._bundle(request, None)
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        if bundle is not None:
            node_type = bundle.node_type
            for name in ("status", "promote", "sticky"):
                initial.setdefault(name, getattr(node_type, name))
        initial.setdefault("uid", request.user.pk)
        return initial

    def save_model(self, request: HttpRequest, obj: Node, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the node as changed now; the revision of a new one is by whoever is logged in."""
        obj.changed = now()
        if not change:
            obj.get_revision().revision_uid_id = request.user.pk
        super().save_model(request, obj, form, change)

    def _site(self, request: HttpRequest) -> SiteContext:
        """Return the site as whoever is logged in sees it, read once a request."""
        if not hasattr(request, "drupal_site"):
            account = Account(request.user)
            request.drupal_site = SiteContext(account, get_structure(account.stamp))  # type: ignore[attr-defined]
        return request.drupal_site  # type: ignore[no-any-return, attr-defined]

    def _bundle(self, request: HttpRequest, obj: Node | None) -> Bundle | None:
        """Return the bundle of the node, or for a new one that which the query names."""
        bundles = self._site(request).structure.bundles
        if obj is not None:
            return bundles[obj.type_id]
        if len(bundles) == 1:
            return next(iter(bundles.values()))
        return bundles.get(request.GET.get("type", ""))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Node]) -> None:
        """Make the chosen nodes visible."""
        self._set(request, queryset, status=True)

    @admin.action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Node]) -> None:
        """Hide the chosen nodes."""
        self._set(request, queryset, status=False)

    @admin.action(description=_("Promote to front page"), permissions=["change"])
    def promote(self, request: HttpRequest, queryset: QuerySet[Node]) -> None:
        """Promote the chosen nodes."""
        self._set(request, queryset, promote=True)

    @admin.action(description=_("Make sticky"), permissions=["change"])
    def make_sticky(self, request: HttpRequest, queryset: QuerySet[Node]) -> None:
        """Keep the chosen nodes at the top of lists."""
        self._set(request, queryset, sticky=True)

    def _set(self, request: HttpRequest, queryset: QuerySet[Node], **values: bool) -> None:
        """Set values on nodes and say on how many."""
        count = queryset.order_by().update(**values, changed=now())
        text = ngettext("%d content item was changed.", "%d content items were changed.", count)
        self.message_user(request, text % count, messages.SUCCESS)
