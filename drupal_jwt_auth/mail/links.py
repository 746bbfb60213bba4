"""Links that let somebody set a password once: Django's tokens for resetting passwords.

A token ends with ``PASSWORD_RESET_TIMEOUT``, with its use, with another password or address, and
with a login.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from rest_framework.request import Request

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.views import site_url

PAGES = ("password_reset_confirm", "drupal_jwt_auth:password_page")
"""The URLs of the page where a password is set: the project's, else this app's."""


def site_address(request: HttpRequest | Request | None = None) -> str | None:
    """Return scheme and host of the site, as ``SITE_URL`` has them or else the request.

    None without either, or where clients choose the host: not where a link leads to.
    """
    if app_settings.SITE_URL is not None:
        return app_settings.SITE_URL
    return None if request is None or clients_choose_host() else site_url(request)


def clients_choose_host() -> bool:
    """Tell whether ``ALLOWED_HOSTS`` allows any host, or any below a domain.

    Not each of these has to be the project's own.
    """
    return any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS)


def password_link(user: Any, site: str | None) -> str | None:
    """Return the URL where a user sets a password, None where no address of such a page is known.

    That is ``PASSWORD_PAGE``, or a page of the project's URLconf at the address of the site.
    """
    uid = urlsafe_base64_encode(force_bytes(user._meta.pk.value_to_string(user)))
    token = default_token_generator.make_token(user)
    if app_settings.PASSWORD_PAGE is not None:
        return app_settings.PASSWORD_PAGE.replace("{uid}", uid).replace("{token}", token)
    path = _page(uid, token)
    return None if site is None or path is None else site + path


def link_expires() -> datetime:
    """Return until when a link that is made now can be used."""
    return timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def account_link(user: Any, site: str | None) -> str | None:
    """Return the URL where an administrator finds an account: in Django's admin, if there is one.

    None where no address of the site is known, or it has no such page.
    """
    options = type(user)._meta
    name = f"admin:{options.app_label}_{options.model_name}_change"
    try:
        path = reverse(name, args=[quote(str(user.pk), safe="")])
    except NoReverseMatch:
        return None
    return None if site is None else site + path


def _page(uid: str, token: str) -> str | None:
    for name in PAGES:
        try:
            return reverse(name, kwargs={"uidb64": uid, "token": token})
        except NoReverseMatch:
            continue
    return None
