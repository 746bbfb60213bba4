"""Searching the list of content by the words of bodies, where the database has an index of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.content.node.body_index import are_indexed, bodies_seen, in_bodies

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

MOST = 1000
"""In how many bodies words are looked for; what more of them have is found by its title alone."""


class BodySearchPages(ModelAdmin):
    """Pages of content whose list is searched by words of bodies, too.

    Name it before the pages of content.
    """

    if TYPE_CHECKING:
        entity_type: Any
        site: Any

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list; above it is said what is searched."""
        shown = super().get_changelist_instance(request)
        if are_indexed(shown.root_queryset.db):
            shown.search_help_text = self._told_of_search(request)
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what a search finds, in titles or in bodies that somebody may see."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term and are_indexed(queryset.db):
            keys = self._in_bodies(request, queryset, search_term)
            vars(request)["drupal_in_too_many_bodies"] = len(keys) > MOST
            if 0 < len(keys) <= MOST:
                found |= queryset.filter(pk__in=keys)
        return found, may_repeat

    def _in_bodies(self, request: HttpRequest, rows: QuerySet[Any], search: str) -> list[int]:
        """Return the keys of rows with these words in their bodies, and no more than one too many.

        They are asked for by themselves: as a part of a larger query, databases would look through
        all bodies.
        """
        structure = self.site(request).structure
        seen = bodies_seen(account_of(request), structure, self.entity_type)
        found = in_bodies(rows.filter(seen), search).order_by()
        try:
            return list(found.values_list("pk", flat=True)[: MOST + 1])
        except DatabaseError:
            # Somebody drops the index in this moment, or makes it anew.
            return []

    def _told_of_search(self, request: HttpRequest) -> str:
        if getattr(request, "drupal_in_too_many_bodies", False):
            text = ngettext(
                "More than %(count)d body has these words: only titles were searched.",
                "More than %(count)d bodies have these words: only titles were searched.",
                MOST,
            )
            return text % {"count": MOST}
        return _("Words of the title or the text, the ID, or the whole URL alias such as /about")
