"""Which database is for what, as in Django's documentation."""

from __future__ import annotations

from typing import Any

APPS_OF_SITE = {"admin", "auth", "contenttypes", "drupal_jwt_auth"}


class Router:
    """Users and content are written to ``site`` and read from ``copy``, others in ``default``."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "copy" if model._meta.app_label in APPS_OF_SITE else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "site" if model._meta.app_label in APPS_OF_SITE else "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return self.db_for_write(first) == self.db_for_write(second)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "default") != (app_label in APPS_OF_SITE)
