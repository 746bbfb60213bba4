"""Notices: who is told what, once it is certain.

Source: Drupal core 10.6, the notices of its user module.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import router, transaction
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request

from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.mail.letters import Letter
from drupal_jwt_auth.mail.links import account_link, link_expires, password_link, site_address
from drupal_jwt_auth.mail.sending import hand_over
from drupal_jwt_auth.models import UserProfile

logger = logging.getLogger(__name__)


class Notice(NamedTuple):
    """A kind of notice: what its letters may say, and who gets them besides the user."""

    has_link: bool = False
    """Whether it has a link with which the user sets a password."""

    is_secret: bool = False
    """Whether nobody is to notice that there is somebody who gets it."""

    of_site: str | None = None
    """The notice that those who look after the site get at the same time."""


NOTICES: Mapping[str, Notice] = {
    "register_no_approval_required": Notice(has_link=True),
    "register_pending_approval": Notice(of_site="register_pending_approval_admin"),
    "status_activated": Notice(has_link=True),
    "status_blocked": Notice(),
    "password_reset": Notice(has_link=True, is_secret=True),
}

OF_SITE = frozenset(notice.of_site for notice in NOTICES.values() if notice.of_site)
"""The notices that nobody gets but those who look after the site."""


@sensitive_variables()
def notify(
    notice: str,
    user: Any,
    settings: UserSettings,
    request: HttpRequest | Request | None = None,
) -> None:
    """Tell a user something once the transaction is committed, if the site does and there is how.

    ``request`` says where the site is, unless ``SITE_URL`` does. For None as the user, all is done
    as for somebody, and nothing is sent.
    """
    if not settings.notifies(notice):
        return
    whom = get_user_model()() if user is None else user
    site = site_address(request)
    context = {
        "user": whom,
        "name": whom.get_username(),
        "site_name": settings.site_name or (site or "").partition("://")[2],
        "site_url": site,
    }
    _write_to_user(notice, whom, context, is_sent=user is not None)
    of_site = NOTICES[notice].of_site
    if of_site is not None:
        context["account_url"] = account_link(whom, site)
        to = _addresses_of_site(settings)
        _post(Letter(of_site, to, context, _site_language(), sent=bool(to)), whom)


@sensitive_variables()
def _write_to_user(notice: str, user: Any, context: Mapping[str, Any], *, is_sent: bool) -> None:
    address = getattr(user, user.get_email_field_name(), None) or ""
    more: dict[str, Any] = {}
    if NOTICES[notice].has_link:
        more = {"link": password_link(user, context["site_url"]), "expires": link_expires()}
        if more["link"] is None:
            logger.error(
                "The mail %s was not sent: it is not known where the site is. Set SITE_URL.", notice
            )
            return
    to, is_sent = ((address,), is_sent) if address else ((), False)
    letter = Letter(
        *(notice, to, {**context, **more}, _language_of(user)),
        sent=is_sent,
        secret=NOTICES[notice].is_secret,
    )
    _post(letter, user)


def _post(letter: Letter, user: Any) -> None:
    using = router.db_for_write(type(user), instance=user)
    transaction.on_commit(partial(hand_over, letter), using=using, robust=True)


def _addresses_of_site(settings: UserSettings) -> tuple[str, ...]:
    """Return the address of the site, or those in ``ADMINS``: pairs with a name, before 6.0."""
    if settings.site_mail:
        return (settings.site_mail,)
    return tuple(each if isinstance(each, str) else each[1] for each in django_settings.ADMINS)


def _site_language() -> str:
    return django_settings.LANGUAGE_CODE


def _language_of(user: Any) -> str:
    """Return the language that a user is written to in: the preferred one, if Django has it.

    One query, for a name that nobody has, too.
    """
    name = {f"user__{user.USERNAME_FIELD}": user.get_username()}
    profiles = UserProfile.objects.filter(**name).values_list("preferred_langcode", flat=True)
    preferred = profiles.first()
    known = {code for code, _name in django_settings.LANGUAGES}
    return preferred if preferred in known else _site_language()
