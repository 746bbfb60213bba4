"""The lists that there are, on a page for those who administer views, and which are served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.permitted import ConfigurationPages, account_of
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.lists.declaration import EntityList
from drupal_jwt_auth.content.lists.known import VIEW, KnownList, KnownLists, known_lists
from drupal_jwt_auth.models import ConfigObject
from drupal_jwt_auth.rest.list_paths import reasons

ADMINISTER_VIEWS = "administer views"


class ListRow(NamedTuple):
    """What the page tells of a list; ``config`` is the object that it was imported as."""

    known: KnownList
    filters: list[str]
    reasons: list[str]
    config: str | None


class ServedListPages(ConfigurationPages):
    """The pages of configuration objects with the one of lists.

    Who administers views and nothing else of the site may look at the objects of these.
    """

    see = (ADMINISTER_VIEWS,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the objects that somebody may see."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if self.may(request, *self.administer):
            return rows
        return rows.filter(name__startswith=f"{_prefix()}.")

    def get_urls(self) -> list[URLPattern]:
        """Return the page before those of Django, whose last one takes any path."""
        return [self.page("lists/", self.lists_view, "lists"), *super().get_urls()]

    def entries(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the entry of the page in the index."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_lists"
        return [(_("Lists"), name)] if self.may(request, ADMINISTER_VIEWS) else []

    def lists_view(self, request: HttpRequest) -> HttpResponse:
        """Show all lists, and why one is not served."""
        if not self.may(request, ADMINISTER_VIEWS):
            raise PermissionDenied
        lists = known_lists(get_structure(account_of(request).stamp))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Lists"),
            "opts": self.opts,
            "rows": [*_rows(lists)],
        }
        template = "admin/drupal_jwt_auth/configobject/lists.html"
        return TemplateResponse(request, template, context)


def _prefix() -> str:
    return str(ENTITY_TYPES.config(VIEW).prefix)


def _rows(lists: KnownLists) -> Iterator[ListRow]:
    stored = set(
        ConfigObject.objects.filter(name__startswith=f"{_prefix()}.").values_list("pk", flat=True)
    )
    for known in sorted(lists.lists, key=lambda each: (each.declared.path, each.name)):
        config = f"{_prefix()}.{known.view}"
        yield ListRow(
            known,
            [*_filters(known.declared)],
            reasons(known, lists),
            config if config in stored else None,
        )


def _filters(declared: EntityList) -> Iterator[str]:
    """Yield what a list filters by, as a text for each filter."""
    for each in declared.filters:
        values = ", ".join(map(str, each.values))
        asked = f"?{each.exposed_as}=" if each.exposed_as else values
        yield f"{each.field} {each.operator} {asked}".strip()
    for argument in declared.contextual_filters:
        yield f"{argument.field} {argument.operator} {{…}}"
