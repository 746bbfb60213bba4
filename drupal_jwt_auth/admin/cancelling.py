"""Deleting users in the admin: what becomes of their content is asked, as Drupal asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import router
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.admin.portions import ASKED_ABOVE
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.admin.uses import Told, told
from drupal_jwt_auth.content.comment.access import ADMINISTER as ADMINISTER_COMMENTS
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.node.access import BYPASS
from drupal_jwt_auth.content.query.uses import uses_of_entities
from drupal_jwt_auth.content.user.access import ADMINISTER
from drupal_jwt_auth.content.user.cancelling import METHODS, to_cancel
from drupal_jwt_auth.content.user.columns import column_of
from drupal_jwt_auth.models import Comment, File, Node

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

LABELS = {
    "user_cancel_block": gettext_lazy("Block the account and keep its content."),
    "user_cancel_block_unpublish": gettext_lazy("Block the account and unpublish its content."),
    "user_cancel_reassign": gettext_lazy(
        "Delete the account and make its content belong to the anonymous user."
    ),
    "user_cancel_delete": gettext_lazy("Delete the account and its content."),
}
ALONE = "user_cancel_block"
"""The method that leaves content as it is, and so takes no permission for that."""


class CancellingMixin(ModelAdmin):
    """Pages that ask what becomes of content where users are deleted, one or several.

    Django's own page of users gets this by itself; a page of the project's own names it first:
    ``class MyUserAdmin(CancellingMixin, UserAdmin)``.
    """

    def __init__(self, model: Any, admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.actions is not None:
            # In the place of Django's own of this name.
            self.actions = [*self.actions, "delete_selected"]

    @admin.action(
        permissions=["delete"],
        description=gettext_lazy("Delete selected %(verbose_name_plural)s"),
    )
    def delete_selected(self, request: HttpRequest, users: QuerySet[Any]) -> HttpResponse | None:
        """Ask what becomes of the content of the users that were chosen in the list, or do it."""
        return self.cancel(request, users, {})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask what becomes of the content of a user, or do what was chosen."""
        user = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        users = self.get_queryset(request).filter(pk=user.pk)
        answer = self.cancel(request, users, extra_context or {})
        return answer or HttpResponseRedirect(self._list())

    def cancel(
        self, request: HttpRequest, users: QuerySet[Any], extra_context: dict[str, Any]
    ) -> HttpResponse | None:
        """Return the page that asks, or do what was chosen and return None."""
        methods = self.cancel_methods(request)
        method = request.POST.get("method", "")
        if method not in methods:
            return self._ask(request, users, list(methods), extra_context)
        done = 0
        for key in list(users.order_by("pk").values_list("pk", flat=True)):
            done += self._cancel(request, key, method)
        text = ngettext(
            "%(count)d account has been cancelled.", "%(count)d accounts have been cancelled.", done
        )
        self.message_user(request, text % {"count": done}, messages.SUCCESS)
        return None

    def cancel_methods(self, request: HttpRequest) -> dict[str, Any]:
        """Return the methods that somebody may choose, with what they are called.

        Content is for those who administer users, or all content and comments.
        """
        can_block = column_of("is_active") and self.has_change_permission(request)
        may = account_of(request).has_permission
        may_touch_content = may(ADMINISTER) or (may(BYPASS) and may(ADMINISTER_COMMENTS))
        return {
            name: LABELS[name]
            for name, (deletes, _content) in METHODS.items()
            if (deletes or can_block) and (name == ALONE or may_touch_content)
        }

    def _cancel(self, request: HttpRequest, key: Any, method: str) -> bool:
        """Cancel an account, and tell whether it was there and that could be done."""
        deletes, do_to_content = METHODS[method]
        try:
            with to_cancel(key) as user:
                if user is None:
                    return False
                do_to_content(key, user._state.db)
                if deletes:
                    self._delete(request, user)
                else:
                    self._block(request, user, str(LABELS[method]))
        except (ProtectedError, RestrictedError):
            text = _("The account %(user)s cannot be deleted: something else needs it.")
        except PermissionDenied:
            text = _("You may not cancel the account %(user)s, or not delete what goes with it.")
        else:
            return True
        self.message_user(request, text % {"user": user}, messages.ERROR)
        return False

    def _delete(self, request: HttpRequest, user: Any) -> None:
        """Delete an account; raise PermissionDenied for who may not delete what goes with it.

        That is asked as Django's own page does, now that nothing of the content goes any more.
        """
        gone: QuerySet[Any] = self.model._base_manager.filter(pk=user.pk)
        _gone, _counts, forbidden, _protected = self.get_deleted_objects(gone, request)
        if forbidden:
            raise PermissionDenied
        self.log_deletions(request, gone)
        self.delete_model(request, user)

    def _block(self, request: HttpRequest, user: Any, message: str) -> None:
        """Block an account; raise PermissionDenied for who may not change it."""
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        user.is_active = False
        user.save(update_fields=["is_active"])
        self.log_change(request, user, message)

    def _ask(
        self,
        request: HttpRequest,
        users: QuerySet[Any],
        methods: list[str],
        extra_context: dict[str, Any],
    ) -> HttpResponse:
        keys, count = users.order_by().values("pk"), users.count()
        several = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        title = ngettext(
            "Are you sure you want to cancel %(count)d account?",
            "Are you sure you want to cancel %(count)d accounts?",
            count,
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"count": count},
            "opts": self.opts,
            "users": users[:_SHOWN],
            "more": max(0, count - _SHOWN),
            "methods": [(name, LABELS[name]) for name in methods],
            "counts": [
                (model._meta.verbose_name_plural, self._count(model, keys))
                for model in (Node, Comment, File)
            ],
            "uses": self._uses(request, users) if count <= ASKED_ABOVE else [],
            "selected": several,
            "select_across": request.POST.get("select_across", "0"),
            "list_page": self._list(),
            "is_missing": request.method == "POST" and "post" in request.POST,
            **extra_context,
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/user/cancel.html", context)

    def _uses(self, request: HttpRequest, users: QuerySet[Any]) -> list[Told]:
        """Return what refers to users."""
        site = AdminContext.of(request, self.admin_site)
        keys = list(users.values_list("pk", flat=True))
        return list(
            told(uses_of_entities(ENTITY_TYPES.content("user"), keys, site.structure), site)
        )

    def _count(self, model: Any, users: Any) -> int:
        """Return how many rows of a model are somebody's, without looking at them."""
        rows = model.objects.using(router.db_for_write(model))
        count: int = rows.filter(uid__in=users).count()
        return count

    def _list(self) -> str:
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(f"{self.admin_site.name}:{name}")


_SHOWN = 10
"""How many of the chosen users are named."""
