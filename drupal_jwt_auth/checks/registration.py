"""System checks of registration: who registers gets a mail, with a link that leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from drupal_jwt_auth.conf import SETTING_NAME, app_settings
from drupal_jwt_auth.content.user.columns import users_can
from drupal_jwt_auth.mail.letters import PLACE
from drupal_jwt_auth.mail.links import PAGES, clients_choose_host

SESSIONS = "SessionMiddleware"


def check_registration() -> Iterator[CheckMessage]:
    """Yield warnings where people may register, and get no mail or no password."""
    if app_settings.REGISTER == "admin_only":
        return
    is_approved = app_settings.REGISTER == "visitors_admin_approval"
    if not users_can(wait=is_approved, get_mail=app_settings.VERIFY_MAIL):
        yield checks.Warning(
            "People may register, and nobody can: users have no column for what that needs.",
            hint="Approval needs is_active, and VERIFY_MAIL the column that EMAIL_FIELD names; or "
            f"set {SETTING_NAME}['REGISTER'] or ['VERIFY_MAIL'] otherwise.",
            id="drupal_jwt_auth.W023",
        )
        return
    missing = [name for name in app_settings.NOTIFY if not _is_template(f"{name}/body.txt")]
    if missing:
        yield checks.Warning(
            f"People may register, and no template engine finds the mails: {', '.join(missing)}.",
            hint="Set APP_DIRS of an entry of TEMPLATES to True.",
            id="drupal_jwt_auth.W020",
        )
    if app_settings.PASSWORD_PAGE is not None:
        return
    if not _has_page():
        yield checks.Warning(
            "People may register, and there is no page where they could set a password.",
            hint="Add django.contrib.sessions.middleware.SessionMiddleware to MIDDLEWARE, or set "
            f"{SETTING_NAME}['PASSWORD_PAGE'].",
            id="drupal_jwt_auth.W021",
        )
    if app_settings.SITE_URL is None and (is_approved or clients_choose_host()):
        yield checks.Warning(
            "People may register, and are sent no link, as it is not known where the site is.",
            hint=f"Set {SETTING_NAME}['SITE_URL'], such as to https://example.com.",
            id="drupal_jwt_auth.W022",
        )


def _is_template(name: str) -> bool:
    try:
        get_template(f"{PLACE}/{name}")
    except TemplateDoesNotExist:
        return False
    return True


def _has_page() -> bool:
    """Return True for a project with sessions, or with a page of its own."""
    if any(path.endswith(SESSIONS) for path in settings.MIDDLEWARE):
        return True
    try:
        reverse(PAGES[0], kwargs={"uidb64": "a", "token": "a"})
    except NoReverseMatch:
        return False
    return True
