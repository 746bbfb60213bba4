"""Pages of content: they obey the access rules of its entity type, as the API does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from drupal_jwt_auth.admin.api_document import ApiDocumentPages
from drupal_jwt_auth.admin.content_list import ListPages
from drupal_jwt_auth.admin.fields import text_of
from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.admin.portions import ASKED_ABOVE, DELETE, PortionPages
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.admin.uses import Told, told
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.content.query.uses import uses_of_entities

NAMED = 5
"""How many of those are named that somebody may not do something to."""


class Shown(NamedTuple):
    """The fields of an entity in its form: those that somebody may set, and texts of others.

    What somebody may not even see is in neither.
    """

    inputs: set[str]
    texts: dict[str, Callable[[Any], str]]


class ContentPages(ListPages, ApiDocumentPages, PortionPages):
    """Pages of the entities of a type.

    ``overview`` are the permissions of which one is needed to see the list, which has what somebody
    may see. ``entered_for`` are the operations for which somebody may enter the admin who may not
    see it.
    """

    entity_type_id: ClassVar[str]
    overview: ClassVar[Sequence[str]]
    entered_for: ClassVar[Sequence[str]] = ("create", "update", "delete")

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}
        js = ("drupal_jwt_auth/references.js",)

    def __init__(self, model: Any, admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        # In the place of Django's own of this name.
        self.actions = [*(self.actions or ()), DELETE]

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.entity_type_id)

    def site(self, request: HttpRequest) -> AdminContext:
        """Return the site as whoever is logged in sees it."""
        return AdminContext.of(request, self.admin_site)

    def view_on_site(self, obj: Any) -> str:
        """Return where the document of the API is: Django's form for an entity links to it."""
        return self.document_url(obj)

    # Permissions

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may do anything here."""
        return self.has_view_permission(request) or any(
            self._may_some(request, operation) for operation in self.entered_for
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may see an entity, or the list."""
        if obj is None:
            return self.may(request, *self.overview)
        return self.entity_type.access.view(account_of(request), obj).allowed

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may make an entity of some bundle."""
        return self._may_some(request, "create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change an entity, or some in the list."""
        if obj is None:
            return self.may(request, *self.overview) and self._may_some(request, "update")
        return self.entity_type.access.update(account_of(request), obj).allowed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may delete an entity, or some."""
        if obj is None:
            return self._may_some(request, "delete")
        return self.entity_type.access.delete(account_of(request), obj).allowed

    def _may_some(self, request: HttpRequest, operation: str) -> bool:
        return self.entity_type.access.any(account_of(request), operation).allowed

    # Entities

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what somebody may see; to a superuser that is also what no client can ask for."""
        rows, account = super().get_queryset(request), account_of(request)
        if account.is_superuser:
            return rows
        return rows.filter(self.entity_type.access.visible_to(account))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return what a key in the URL is that of: one may change what is not in one's list."""
        found = super().get_object(request, object_id, from_field)
        if found is not None or from_field is not None or "\0" in object_id:
            return found
        try:
            key = self.opts.pk.to_python(object_id)
        except (ValidationError, ValueError):
            return None
        return self.model._default_manager.filter(pk=key).first()

    # Fields

    def bundle(self, request: HttpRequest, obj: Any | None) -> Bundle:
        """Return the bundle of an entity."""
        return self.site(request).structure.bundles_of(self.entity_type)[
            self.entity_type.bundle_of(obj)
        ]

    def shown(self, request: HttpRequest, obj: Any | None) -> Shown:
        """Return what somebody may set and see of an entity, or of a new one; asked once."""
        known: dict[Any, Shown] = vars(request).setdefault("drupal_shown", {})
        key = self.entity_type_id, obj and obj.pk
        if key not in known:
            known[key] = self.decide_shown(request, obj)
        return known[key]

    def decide_shown(self, request: HttpRequest, obj: Any | None) -> Shown:
        """Return the same, asked anew: the rules of the entity type have the say."""
        account, access = account_of(request), self.entity_type.access
        bundle, site = self.bundle(request, obj), self.site(request)
        draft = obj or self.entity_type.storage.new(bundle, account)
        shown = Shown(set(), {})
        for field in bundle.fields.values():
            if obj is None:
                may_set = access.create_field(account, field, bundle, draft).allowed
            else:
                setting = access.edit_field(account, field, bundle, obj)
                may_set = setting.allowed and self.has_change_permission(request, obj)
            if may_set:
                shown.inputs.add(field.name)
            elif access.view_field(account, field, draft):
                shown.texts[field.name] = text_of(field, site)
        return shown

    def placed(self, request: HttpRequest, obj: Any | None, *names: str) -> list[Any]:
        """Return what stands for fields in a form: an input's name, a text, or nothing at all."""
        shown = self.shown(request, obj)
        return [
            name if name in shown.inputs else shown.texts[name]
            for name in names
            if name in shown.inputs or name in shown.texts
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """Return what is shown as text."""
        return (*self.readonly_fields, *self.shown(request, obj).texts.values())

    # Actions

    def permitted(
        self, request: HttpRequest, queryset: QuerySet[Any], operation: str
    ) -> QuerySet[Any]:
        """Return those of the chosen entities that somebody may update or delete; name the others.

        They are read where they are written.
        """
        access, account = self.entity_type.access, account_of(request)
        refused = []
        for entity in queryset.using(router.db_for_write(self.model)):
            if not access.may(operation, account, entity).allowed:
                refused.append(entity)
        if not refused:
            return queryset
        text = ngettext(
            "You may not do this to %(count)d item, which stays as it is: %(names)s",
            "You may not do this to %(count)d items, which stay as they are: %(names)s",
            len(refused),
        )
        names = ", ".join(map(str, refused[:NAMED])) + (", …" if len(refused) > NAMED else "")
        values = {"count": len(refused), "names": names}
        self.message_user(request, text % values, messages.ERROR)
        return queryset.exclude(pk__in=[each.pk for each in refused])

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Delete those of the chosen entities that somebody may delete: a few as Django does."""
        if "keys" not in request.POST and queryset.count() <= ASKED_ABOVE:
            return self._delete_few(request, self.permitted(request, queryset, "delete"))
        return self.in_portions(request, queryset, DELETE, partial(self._delete_portion, request))

    def _delete_few(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        """Delete some entities, or ask whether to, and tell where they are used."""
        keys = list(chosen.values_list("pk", flat=True))
        answer: TemplateResponse | None = delete_selected(self, request, chosen) if keys else None
        if answer is not None:
            context: Any = answer.context_data
            context["uses"] = self._uses(request, keys)
        return answer

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Ask whether to delete an entity, and tell where it is used."""
        uses = self._uses(request, [context["object"].pk])
        return super().render_delete_form(request, {**context, "uses": uses})

    def _uses(self, request: HttpRequest, keys: Sequence[Any]) -> list[Told]:
        """Return where some entities are used."""
        site = self.site(request)
        return list(told(uses_of_entities(self.entity_type, keys, site.structure), site))

    def _delete_portion(self, request: HttpRequest, queryset: QuerySet[Any]) -> int:
        """Delete those of a portion that may be; return how many these were."""
        chosen = self.permitted(request, queryset, "delete")
        _shown, _counts, lacking, protected = self.get_deleted_objects(chosen, request)
        if lacking or protected:
            text = _("%(names)s cannot be deleted: something else needs them.")
            names = ", ".join(map(str, chosen[:NAMED]))
            self.message_user(request, text % {"names": names}, messages.ERROR)
            return 0
        count = chosen.count()
        self.log_deletions(request, chosen)
        self.delete_queryset(request, chosen)
        return count
