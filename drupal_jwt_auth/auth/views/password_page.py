"""The page at which a link in a mail leads to a new password: Django's, with templates of its own.

The token moves from the URL into the session first, so that no other site gets to know it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    PasswordResetCompleteView,
    PasswordResetConfirmView,
)
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.csrf import csrf_protect

from drupal_jwt_auth.auth.sessions import usable_session
from drupal_jwt_auth.fields.user_keys import key_in_text
from drupal_jwt_auth.transactions import locked, own_transactions


@method_decorator((own_transactions, csrf_protect), name="dispatch")
class PasswordPage(PasswordResetConfirmView):
    """``GET`` and ``POST /user/reset/{uidb64}/{token}``: set a password.

    It needs sessions; 404 without. Who is blocked has no use for a link.
    """

    http_method_names = ["get", "head", "post"]
    template_name = "drupal_jwt_auth/password/page.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; raise Http404 where the site has no sessions."""
        if str(request.method).lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        if usable_session(request) is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_user(self, uidb64: str) -> Any:
        """Return the user, None for what is no key of one: some databases fail with that."""
        try:
            text = urlsafe_base64_decode(uidb64).decode()
        except ValueError:
            return None
        key = key_in_text(text)
        return None if key is None else _active_user(key)

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password, unless the link has been used since the form was sent.

        Nothing else of the user is saved: somebody may just have changed that.
        """
        user = form.save(commit=False)  # The password is hashed before anything is locked.
        session = self.request.session
        with locked(get_user_model(), user.pk):
            found = _active_user(user.pk, router.db_for_write(get_user_model()))
            self.validlink = self.token_generator.check_token(
                found, session[INTERNAL_RESET_SESSION_TOKEN]
            )
            if self.validlink:
                user.save(update_fields=["password"])
        if not self.validlink:
            return self.render_to_response(self.get_context_data())
        del session[INTERNAL_RESET_SESSION_TOKEN]
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        """Return the URL of the page that says that it is done."""
        return reverse("drupal_jwt_auth:password_page_done")


@method_decorator(own_transactions, name="dispatch")
class PasswordPageDone(PasswordResetCompleteView):
    """``GET /user/reset/done``: the password is set."""

    http_method_names = ["get", "head"]
    template_name = "drupal_jwt_auth/password/done.html"


def _active_user(key: Any, using: str | None = None) -> Any:
    """Return the active user with a key, None for none."""
    found: Any = get_user_model()._default_manager.using(using).filter(pk=key).first()
    return found if found is not None and found.is_active else None
