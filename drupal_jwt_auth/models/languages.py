"""The languages that content is in."""

from __future__ import annotations

from drupal_jwt_auth.conf import app_settings

LANGCODE_MAX_LENGTH = 12


def site_langcode() -> str:
    """Return the site's language."""
    return app_settings.LANGCODES[0]
