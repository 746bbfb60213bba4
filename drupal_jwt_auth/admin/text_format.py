"""Text formats in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.models import TextFormat


@admin.register(TextFormat)
class TextFormatAdmin(LockingAdmin):
    """Text formats."""

    list_display = ("name", "format", "weight")
    search_fields = ("name", "format")
    fields = ("name", "format", "weight", "filters")

    def get_readonly_fields(self, request: HttpRequest, obj: TextFormat | None = None) -> Any:
        """Keep the machine name as it is: texts and permissions carry it."""
        return ("format",) if obj else ()
