"""System checks of Django's sessions, where ``AUTHENTICATION_METHODS`` has their cookie."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import checks
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from drupal_jwt_auth.conf import SETTING_NAME, app_settings

MIDDLEWARE = "django.contrib.sessions.middleware.SessionMiddleware"
APP = "django.contrib.sessions"
IN_DATABASE = frozenset({f"{APP}.backends.db", f"{APP}.backends.cached_db"})
IN_COOKIES = f"{APP}.backends.signed_cookies"


def check_sessions() -> Iterator[CheckMessage]:
    """Yield what is wrong with the sessions of a project whose API takes them."""
    if "cookie" not in app_settings.AUTHENTICATION_METHODS:
        return
    missing = [] if any(map(_makes_sessions, settings.MIDDLEWARE)) else [f"MIDDLEWARE {MIDDLEWARE}"]
    if settings.SESSION_ENGINE in IN_DATABASE and not apps.is_installed(APP):
        missing.append(f"INSTALLED_APPS {APP}")
    if missing:
        yield checks.Error(
            f"{SETTING_NAME}['AUTHENTICATION_METHODS'] has cookie, and the project has no "
            "sessions: nobody can log in for one.",
            hint=f"Add to {' and to '.join(missing)}.",
            id="drupal_jwt_auth.E042",
        )
    if settings.SESSION_ENGINE == IN_COOKIES:
        yield checks.Warning(
            "Sessions are kept in their cookies: whoever has copied one is still logged in when "
            "its user has logged out.",
            hint="Set SESSION_ENGINE to one that keeps sessions on the server.",
            id="drupal_jwt_auth.W009",
        )
    if settings.SESSION_COOKIE_SAMESITE == "None" and not settings.SESSION_COOKIE_SECURE:
        yield checks.Warning(
            "SESSION_COOKIE_SAMESITE is 'None', and SESSION_COOKIE_SECURE is not set: browsers "
            "refuse such a cookie.",
            hint="Set SESSION_COOKIE_SECURE to True, and serve the site over HTTPS.",
            id="drupal_jwt_auth.W010",
        )


def _makes_sessions(path: str) -> bool:
    """Tell whether a middleware is Django's for sessions, or made from it."""
    try:
        middleware = import_string(path)
    except ImportError:
        return False
    return isinstance(middleware, type) and issubclass(middleware, SessionMiddleware)
