"""What a site has decided about its accounts: who may make one, and who is told of what.

Source: Drupal core 10.6, the configuration objects ``user.settings`` and ``system.site``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drupal_jwt_auth.conf import REGISTER, app_settings
from drupal_jwt_auth.content.user.cancelling import METHODS

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.structure import Structure

CANCEL_METHOD = "user_cancel_block"
USER_SETTINGS = "user.settings"
SITE = "system.site"


class UserSettings:
    """The settings of accounts: those that a Drupal site has brought, else the project's."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure

    @property
    def register(self) -> str:
        """Return who may make an account: admin_only, visitors or visitors_admin_approval."""
        stored = self._structure.setting(USER_SETTINGS, "register", default=app_settings.REGISTER)
        return stored if stored in REGISTER else "admin_only"

    @property
    def needs_approval(self) -> bool:
        """Tell whether an administrator has to let a new account in."""
        return self.register == "visitors_admin_approval"

    @property
    def verify_mail(self) -> bool:
        """Tell whether whoever registers has no password until a link in a mail was followed."""
        default = app_settings.VERIFY_MAIL
        return self._structure.setting(USER_SETTINGS, "verify_mail", default=default)

    @property
    def cancel_method(self) -> str:
        """Return what becomes of an account that is cancelled: one of `cancelling.METHODS`."""
        stored = self._structure.setting(USER_SETTINGS, "cancel_method", default=CANCEL_METHOD)
        return stored if stored in METHODS else CANCEL_METHOD

    def notifies(self, notice: str) -> bool:
        """Tell whether the site sends this notice."""
        default = notice in app_settings.NOTIFY
        return self._structure.setting(USER_SETTINGS, f"notify.{notice}", default=default)

    @property
    def site_name(self) -> str:
        """Return the name of the site, "" if it has none."""
        return self._structure.setting(SITE, "name", default="")

    @property
    def site_mail(self) -> str:
        """Return the address of those who look after the site, "" if there is none."""
        return self._structure.setting(SITE, "mail", default=app_settings.SITE_MAIL or "")
