"""The page at which a link in a mail leads to a new password: Django's, with templates of its own.

The token moves from the URL into the session first, so that no other site gets to know it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.views import PasswordResetCompleteView, PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.csrf import csrf_protect

from drupal_jwt_auth.auth.sessions import usable_session
from drupal_jwt_auth.fields.user_keys import key_in_text


@method_decorator(csrf_protect, name="dispatch")
class PasswordPage(PasswordResetConfirmView):
    """``GET`` and ``POST /user/reset/{uidb64}/{token}``: set a password.

    It needs sessions; 404 without.
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
        return None if key is None else get_user_model()._default_manager.filter(pk=key).first()

    def get_success_url(self) -> str:
        """Return the URL of the page that says that it is done."""
        return reverse("drupal_jwt_auth:password_page_done")


class PasswordPageDone(PasswordResetCompleteView):
    """``GET /user/reset/done``: the password is set."""

    http_method_names = ["get", "head"]
    template_name = "drupal_jwt_auth/password/done.html"
