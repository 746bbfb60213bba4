"""Comments in the admin: here they are approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import router
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.fields import configurable_fields, text_of
from drupal_jwt_auth.admin.locking import LockingAdmin, changed_columns
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.comment.host import commented_entity, lock_hosts
from drupal_jwt_auth.models import Comment
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.transactions import lock


@admin.register(Comment)
class CommentAdmin(LockingAdmin):
    """Comments: what people have written, to be approved, corrected or deleted.

    They are written at the API. Whoever writes one has locked what it is on, as the API has.
    """

    list_display = ("__str__", "author", "commented", "published", "created")
    list_filter = ("status", "comment_type", ("uid", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("uid", "comment_type")
    search_fields = ("subject", "name", "mail")
    date_hierarchy = "created"
    actions = ("approve", "unpublish")
    raw_id_fields = ("uid",)
    readonly_fields = ("commented", "comment_type", "pid", "hostname", "uuid", "changed")
    fieldsets = (
        (_("Authoring"), {"fields": ("uid", "name", "mail", "homepage", "created", "hostname")}),
        (_("Place"), {"fields": ("commented", "pid", "comment_type", "uuid", "changed")}),
    )
    view_on_site = False

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

    # Forms

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell that nobody writes comments here."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Comment | None = None) -> Any:
        """Show what the comment says first."""
        content = ("subject", *self._texts(request, obj), "status")
        return ((None, {"fields": content}), *super().get_fieldsets(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Comment | None = None) -> Any:
        """Show what a comment says, and what nobody sets."""
        return (*self._texts(request, obj), *self.readonly_fields)

    def _texts(self, request: HttpRequest, obj: Comment | None) -> list[Callable[..., str]]:
        """Return what shows the configurable fields of a comment, made once for a request."""
        made: list[Callable[..., str]] | None = getattr(request, "drupal_comment_texts", None)
        if made is None:
            site = AdminContext.of(request, self.admin_site)
            bundles = site.structure.bundles_of("comment")
            bundle = None if obj is None else bundles[obj.comment_type_id]
            fields = [] if bundle is None else configurable_fields(bundle)
            made = [text_of(field, site) for field in fields]
            vars(request)["drupal_comment_texts"] = made
        return made

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
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Make the chosen comments visible."""
        self._set_status(request, queryset, "approve", status=True)

    @admin.action(description=_("Unpublish comment"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Hide the chosen comments."""
        self._set_status(request, queryset, "unpublish", status=False)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Comment], action: str, *, status: bool
    ) -> None:
        """Publish the comments or hide them, where they are not, and say that it is done."""
        keys = list(queryset.values_list("pk", flat=True))
        lock_hosts(queryset, router.db_for_write(Comment))
        lock(Comment, *keys)
        for comment in Comment.objects.filter(pk__in=keys).exclude(status=status):
            comment.status, comment.changed = status, now()
            comment.save(update_fields=["status", "changed"])
        text = ngettext(
            "%(action)s was applied to %(count)d item.",
            "%(action)s was applied to %(count)d items.",
            len(keys),
        )
        values = {"action": getattr(type(self), action).short_description, "count": len(keys)}
        self.message_user(request, text % values, messages.SUCCESS)
