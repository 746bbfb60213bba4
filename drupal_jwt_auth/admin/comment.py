"""Comments in the admin: here they are approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import router
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.content_pages import ContentPages, Shown
from drupal_jwt_auth.admin.fields import configurable_fields, text_of
from drupal_jwt_auth.admin.filters import AuthorFilter, LanguageFilter, StatusFilter
from drupal_jwt_auth.admin.locking import changed_columns
from drupal_jwt_auth.content.comment.access import ADMINISTER
from drupal_jwt_auth.content.comment.host import commented_entity, fetch_hosts, lock_hosts
from drupal_jwt_auth.content.search.names import names_of
from drupal_jwt_auth.models import Comment
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.transactions import lock


@admin.register(Comment)
class CommentAdmin(ContentPages):
    """Comments: what people have written, to be approved, corrected or deleted.

    They are written at the API. Whoever writes one has locked what it is on, as the API has.
    """

    entity_type_id = "comment"
    overview = (ADMINISTER,)
    entered_for = ()
    list_display = ("__str__", "author", "commented", "published", "created", "view_link")
    list_filter = (StatusFilter, "comment_type", LanguageFilter, AuthorFilter)
    list_select_related = ("uid", "comment_type")
    search_fields = names_of(Comment)
    actions = ("approve", "unpublish")
    raw_id_fields = ("uid",)
    readonly_fields = ("commented", "comment_type", "pid", "hostname", "uuid", "changed")

    @admin.display(description=_("Author"), ordering="uid")
    def author(self, comment: Comment) -> Any:
        """Return who wrote it."""
        return comment.uid or comment.name or gettext("Anonymous")

    @admin.display(description=_("Comment on"))
    def commented(self, comment: Comment) -> str:
        """Return what it is on."""
        entity = commented_entity(comment)
        return f"{comment.entity_type} {comment.entity_id}" if entity is None else str(entity)

    @admin.display(description=_("Status"), ordering="status")
    def published(self, comment: Comment) -> str:
        """Return whether it is published, in words."""
        return gettext("Published") if comment.status else gettext("Unpublished")

    def complete(self, request: HttpRequest, rows: list[Comment]) -> None:
        """Fetch what the comments of the list are on."""
        fetch_hosts(rows)

    # Forms

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell that nobody writes comments here."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Comment | None = None) -> Any:
        """Show what the comment says first."""
        fields = [field.name for field in configurable_fields(self.bundle(request, obj))]
        content = self.placed(request, obj, "subject", *fields, "status")
        written = self.placed(request, obj, "uid", "name", "mail", "homepage", "created")
        address = ["hostname"] if self.may(request, ADMINISTER) else []
        place = ("commented", "pid", "comment_type", "uuid", "changed")
        return (
            (None, {"fields": content}),
            (_("Authoring"), {"fields": [*written, *address]}),
            (_("Place"), {"fields": place}),
        )

    def decide_shown(self, request: HttpRequest, obj: Comment | None) -> Shown:
        """Return what somebody may set and see of a comment; what it says is shown alone."""
        shown = super().decide_shown(request, obj)
        for field in configurable_fields(self.bundle(request, obj)):
            if field.name in shown.inputs:
                shown.inputs.remove(field.name)
                shown.texts[field.name] = text_of(field, self.site(request))
        return shown

    def save_model(self, request: HttpRequest, obj: Comment, form: Any, change: bool) -> None:
        """Save what was changed, with when that was."""
        obj.changed = now()
        obj.save(update_fields={"changed", *changed_columns(form)})

    # Locks

    def rows_to_lock(self, request: HttpRequest, found: Comment | None) -> Sequence[Model]:
        """Return what a comment is on, and the comment."""
        host = None if found is None else commented_entity(found)
        rows = super().rows_to_lock(request, found)
        return rows if host is None else [host, *rows]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Delete the chosen comments with all replies to them."""
        lock_hosts(queryset, router.db_for_write(Comment))
        super().delete_queryset(request, queryset)

    # Actions

    @admin.action(description=_("Publish comment"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        """Make the chosen comments visible."""
        return self._set_status(request, queryset, "approve", status=True)

    @admin.action(description=_("Unpublish comment"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        """Hide the chosen comments."""
        return self._set_status(request, queryset, "unpublish", status=False)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Comment], action: str, *, status: bool
    ) -> HttpResponse | None:
        """Publish the comments or hide them, where they are not, and say that it is done."""

        def do(portion: QuerySet[Comment]) -> int:
            keys = list(portion.values_list("pk", flat=True))
            lock_hosts(portion, router.db_for_write(Comment))
            lock(Comment, *keys)
            changed = Comment.objects.filter(pk__in=keys).exclude(status=status)
            self.log_changes(request, changed, action)
            for comment in changed:
                comment.status, comment.changed = status, now()
                comment.save(update_fields=["status", "changed"])
            return len(keys)

        return self.in_portions(request, queryset, action, do)
