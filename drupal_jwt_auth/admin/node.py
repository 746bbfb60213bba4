"""Content in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.body_search import BodySearchPages
from drupal_jwt_auth.admin.fields import configurable_fields
from drupal_jwt_auth.admin.filters import AuthorFilter, LanguageFilter, StatusFilter
from drupal_jwt_auth.admin.languages import language_name
from drupal_jwt_auth.admin.node_form import NodeForm
from drupal_jwt_auth.admin.revisions import RevisionPages
from drupal_jwt_auth.content.content_log import note_update
from drupal_jwt_auth.content.node.access import ADMINISTER
from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.content.search.names import names_of
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.path_alias import source_of
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.text_columns import readable
from drupal_jwt_auth.transactions import lock


@admin.register(Node)
class NodeAdmin(BodySearchPages, RevisionPages):
    """Content: what the API has made, and what editors write here.

    A save makes a new revision where the box for it is checked, as it is at first for content of
    the types that say so. The actions make none, as Drupal's do not.
    """

    entity_type_id = "node"
    overview = ("access content overview",)
    add_title = _("Create %(type)s")
    edit_title = _("Edit %(type)s")
    view_title = _("View %(type)s")
    choose_title = _("Add content")
    no_bundles = _("There are no content types yet.")
    add_bundle = _("Add a content type")
    list_display = (
        *("title", "content_type", "author", "published", "updated"),
        *("nid", "alias", "language", "view_link"),
    )
    list_filter = ("type", StatusFilter, LanguageFilter, AuthorFilter)
    list_select_related = ("type", "uid")
    search_fields = names_of(Node)
    search_help_text = _("Words of the title, the ID, or the whole URL alias such as /about")
    ordering = ("-changed", "-nid")
    actions = ("publish", "unpublish", "promote", "demote", "make_sticky", "remove_sticky")
    form = NodeForm
    # The form has an input for its items.
    exclude = ("uid",)

    @admin.display(description=_("Content type"), ordering="type__name")
    def content_type(self, node: Node) -> str:
        """Return what the type is called."""
        return node.type.name

    @admin.display(description=_("Author"), ordering="uid")
    def author(self, node: Node) -> Any:
        """Return who wrote it."""
        return node.uid or gettext("Anonymous")

    @admin.display(description=_("Status"), ordering="status")
    def published(self, node: Node) -> str:
        """Return whether it is published, in words."""
        return gettext("Published") if node.status else gettext("Unpublished")

    @admin.display(description=_("Updated"), ordering="changed")
    def updated(self, node: Node) -> Any:
        """Return when it was last changed."""
        return node.changed

    @admin.display(description=_("URL alias"))
    def alias(self, node: Node) -> str:
        """Return its newest alias, which the list has fetched."""
        return readable(node.newest_alias["alias"]) if node.newest_alias else ""

    @admin.display(description=_("Language"), ordering="langcode")
    def language(self, node: Node) -> Any:
        """Return the language that it is in."""
        return language_name(node.langcode)

    def complete(self, request: HttpRequest, rows: list[Node]) -> None:
        """Fetch the aliases of what the list shows."""
        self.entity_type.storage.fetch_aliases(rows)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what a search finds: for a path what it leads to, for a number its node, too."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        term = search_term.strip()
        if term.startswith("/"):
            key = self.entity_type.key_in(source_of(term) or term)
            return queryset.filter(pk=key), False
        if term.isdecimal() and self.may_be_key(term):
            found |= queryset.filter(pk=term)
        return found, may_repeat

    # Forms

    def get_fieldsets(self, request: HttpRequest, obj: Node | None = None) -> Any:
        """Show the content first, then how it is published."""
        bundle = self.bundle(request, obj)
        content = [field.name for field in configurable_fields(bundle)]
        own = ("uuid", "changed") if obj else ()
        groups = {
            None: ("title", *content),
            _("Publishing"): ("status", "promote", "sticky", "path"),
            _("Revision"): ("revision_log",),
            _("Authoring"): ("uid", "created", "langcode", *own),
        }
        placed = {label: self.placed(request, obj, *names) for label, names in groups.items()}
        if obj is not None and self.has_change_permission(request, obj):
            placed[_("Revision")] = ["_new_revision", *placed[_("Revision")], "_changed"]
        return self.fieldsets_of(bundle, placed)

    def save_model(self, request: HttpRequest, obj: Node, form: Any, change: bool) -> None:
        """Save the node, as a new revision where the form says so, and its alias."""
        log = form.cleaned_data.get("revision_log") or None
        if not change:
            obj.get_revision().revision_uid_id = request.user.pk
            obj.revision_log = log
            obj.save()
        elif form.cleaned_data["_new_revision"]:
            save_revision(obj, request.user, log, form.changed_columns)
        else:
            obj.save(update_fields=form.changed_columns)
            if log:
                obj.save_log(log)
        form.save_rows()

    # Actions

    @admin.action(description=_("Publish content"), permissions=["administer"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Make the chosen nodes visible."""
        return self._set(request, queryset, "publish", status=True)

    @admin.action(description=_("Unpublish content"), permissions=["administer"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Hide the chosen nodes."""
        return self._set(request, queryset, "unpublish", status=False)

    @admin.action(description=_("Promote content to front page"), permissions=["administer"])
    def promote(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Promote the chosen nodes."""
        return self._set(request, queryset, "promote", promote=True)

    @admin.action(description=_("Remove content from front page"), permissions=["administer"])
    def demote(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Promote the chosen nodes no longer."""
        return self._set(request, queryset, "demote", promote=False)

    @admin.action(description=_("Make content sticky"), permissions=["administer"])
    def make_sticky(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Keep the chosen nodes at the top of lists."""
        return self._set(request, queryset, "make_sticky", sticky=True)

    @admin.action(description=_("Make content unsticky"), permissions=["administer"])
    def remove_sticky(self, request: HttpRequest, queryset: QuerySet[Node]) -> HttpResponse | None:
        """Keep the chosen nodes at the top of lists no longer."""
        return self._set(request, queryset, "remove_sticky", sticky=False)

    def has_administer_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may set what the actions set, of nodes that they may change."""
        return self.has_change_permission(request) and self.may(request, ADMINISTER)

    def _set(
        self, request: HttpRequest, queryset: QuerySet[Node], action: str, **values: bool
    ) -> HttpResponse | None:
        """Set values on the nodes that have others, and say that it is done."""

        def do(portion: QuerySet[Node]) -> int:
            lock(Node, *portion.values_list("pk", flat=True))
            keys = list(self.permitted(request, portion, "update").values_list("pk", flat=True))
            changed = Node.objects.filter(pk__in=keys).exclude(**values)
            self.log_changes(request, changed, action)
            note_update(changed)
            changed.update(**values, changed=now())
            return len(keys)

        return self.in_portions(request, queryset, action, do)
