"""Vocabularies and terms in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.models import Term, Vocabulary


@admin.register(Vocabulary)
class VocabularyAdmin(LockingAdmin):
    """Vocabularies."""

    list_display = ("name", "vid")
    search_fields = ("name", "vid")

    def get_fields(self, request: HttpRequest, obj: Vocabulary | None = None) -> Any:
        """Show the UUID of one that there is."""
        return ("name", "vid", "uuid") if obj else ("name", "vid")

    def get_readonly_fields(self, request: HttpRequest, obj: Vocabulary | None = None) -> Any:
        """Keep the machine name as it is: terms and fields carry it."""
        return ("vid", "uuid") if obj else ()


@admin.register(Term)
class TermAdmin(LockingAdmin):
    """Terms of vocabularies."""

    list_display = ("name", "vid", "status")
    list_filter = ("vid", "status")
    list_select_related = ("vid",)
    search_fields = ("name",)
    readonly_fields = ("uuid",)

    def get_fields(self, request: HttpRequest, obj: Term | None = None) -> Any:
        """Show the UUID of one that there is."""
        names = ("name", "vid", "status")
        return (*names, "uuid") if obj else names
