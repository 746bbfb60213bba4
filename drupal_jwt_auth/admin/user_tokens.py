"""Ending all tokens of a user, from the user's page in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drupal_jwt_auth.admin.user_api_key import UserApiKeyMixin
from drupal_jwt_auth.auth.tokens import revoke_all


class UserTokensMixin(UserApiKeyMixin):
    """A button and an action "Revoke all tokens" for the admin of the project's users.

    And a page for the API key of a user, where these are accepted.

    Whoever may change a user may press it. Django's own page of users gets it by itself; a page of
    the project's own names it first: ``class MyUserAdmin(UserTokensMixin, UserAdmin)``.
    """

    change_form_template = "admin/drupal_jwt_auth/user/change_form.html"

    def __init__(self, model: Any, admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.actions is not None:
            self.actions = [*self.actions, "revoke_tokens"]

    def get_urls(self) -> list[URLPattern]:
        """Return the page before those of Django, whose last one takes any path."""
        route = "<path:object_id>/revoke-tokens/"
        return [self.page(route, self.revoke_tokens_view, "revoke_tokens"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template which one it extends, and where the button leads."""
        above = getattr(super(), "change_form_template", None)
        context["change_form_of_users"] = above or "admin/change_form.html"
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(
        permissions=["change"],
        description=gettext_lazy("Revoke all tokens of selected %(verbose_name_plural)s"),
    )
    def revoke_tokens(self, request: HttpRequest, users: QuerySet[Any]) -> None:
        """End all tokens of the users that were chosen in the list."""
        for user in users:
            self._revoke(request, user)
        text = ngettext(
            "All tokens of %(count)d user have been revoked.",
            "All tokens of %(count)d users have been revoked.",
            len(users),
        )
        self.message_user(request, text % {"count": len(users)}, messages.SUCCESS)

    def revoke_tokens_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, and then end all tokens of a user."""
        user, page = self.changeable_user(request, object_id), self.page_of_user(object_id)
        if request.method == "POST":
            self._revoke(request, user)
            text = _("All tokens of %(user)s have been revoked.")
            self.message_user(request, text % {"user": user}, messages.SUCCESS)
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Are you sure you want to revoke all tokens of %(user)s?") % {"user": user},
            "opts": self.opts,
            "user_page": page,
            "shown_user": user,
        }
        template = "admin/drupal_jwt_auth/user/revoke_tokens.html"
        return TemplateResponse(request, template, context)

    def _revoke(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        revoke_all(user)
        self.log_change(request, user, _("Revoked all tokens."))
