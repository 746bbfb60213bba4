"""Which time zone users have who have none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.models import ConfigObject
from drupal_jwt_auth.models.user_profile import site_timezone


def default_timezone(using: str | None = None) -> str | None:
    """Return the time zone that a user gets, as the site's settings for dates say.

    It is None where users have to choose one, or have none. Source: Drupal core 10.6.
    """
    found = ConfigObject.objects.using(using).filter(name="system.date").values_list("data").first()
    zone: Any = found and found[0].get("timezone")
    if not isinstance(zone, Mapping):
        return site_timezone()
    of_users = zone.get("user")
    chosen = of_users if isinstance(of_users, Mapping) else {}
    if not chosen.get("configurable", True) or chosen.get("default"):
        return None
    return str(zone.get("default") or site_timezone())
