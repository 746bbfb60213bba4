"""The content log in the admin: what was done to content at one place, to be read and deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.content_list import ListPages
from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.admin.site import AdminContext, called
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.fields.keys import shown_key
from drupal_jwt_auth.models import ContentEntry


class ChoiceFilter(admin.SimpleListFilter):
    """One of the values that a column may have."""

    choices_of: Any = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the values with what they are called."""
        return self.choices_of.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the entries with this value."""
        known = {str(value) for value, _label in self.lookup_choices}
        if self.value() not in known:
            return queryset
        return queryset.filter(**{str(self.parameter_name): self.value()})


class ActionFilter(ChoiceFilter):
    """What was done."""

    title, parameter_name = _("action"), "action"
    choices_of = ContentEntry.Action


class WayFilter(ChoiceFilter):
    """By which way it was done."""

    title, parameter_name = _("way"), "way"
    choices_of = ContentEntry.Way


class TypeFilter(ChoiceFilter):
    """The type of what it was done to."""

    title, parameter_name = _("entity type"), "entity_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the types that there are."""
        return sorted((each.id, capfirst(called(each))) for each in ENTITY_TYPES.all_content())


@admin.register(ContentEntry)
class ContentEntryAdmin(ListPages, ConfigurationPages, CheckedParameters):
    """The content log: read only, but for deleting."""

    administer = ("access site reports",)
    list_display = ("timestamp", "action", "item", "entity_type", "bundle", "who", "way")
    list_display_links = None
    list_filter = ("timestamp", ActionFilter, TypeFilter, WayFilter)
    # Whole texts alone are found by an index.
    search_fields = ("username__exact", "entity_id__exact")
    search_help_text = _("The whole user name, or the ID of what something was done to")
    sortable_by = ()

    @admin.display(description=_("item"))
    def item(self, entry: ContentEntry) -> Any:
        """Return what it was done to: its name now and a link, to whoever may see that."""
        label = vars(entry)["label"]  # Which the list has found.
        if label is None:
            return entry.entity_id
        text = f"{label.label} ({entry.entity_id})"
        return text if label.url is None else format_html('<a href="{}">{}</a>', label.url, text)

    @admin.display(description=_("user"))
    def who(self, entry: ContentEntry) -> str:
        """Return who did it."""
        return entry.username

    def complete(self, request: HttpRequest, rows: list[ContentEntry]) -> None:
        """Find what the entries of the list are about, as far as it is still there."""
        references = [_reference(entry) for entry in rows]
        site = AdminContext.of(request, self.admin_site)
        site.learn_labels(filter(None, references))
        for entry, reference in zip(rows, references, strict=True):
            vars(entry)["label"] = reference and site.describe(reference)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; where nothing is written to it, say so."""
        if not app_settings.CONTENT_LOG:
            text = _("Nothing is written to this log: the setting CONTENT_LOG is off.")
            self.message_user(request, text, messages.INFO)
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell that nobody may write into the log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell that nobody may change what is in it."""
        return False


def _reference(entry: ContentEntry) -> Reference | None:
    """Return what leads to the entity of an entry, None where its type is known no more."""
    entity_type = ENTITY_TYPES.get(entry.entity_type)
    if not isinstance(entity_type, ContentEntityType):
        return None
    key = entity_type.key_reader.in_text(entry.entity_id)
    return None if key is None else Reference(entity_type.id, shown_key(key))
