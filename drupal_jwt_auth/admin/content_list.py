"""Lists of content of any length: what a page costs does not grow with the table.

Rows are counted up to a number only, and found by their keys alone, which an index has together
with all that lists are filtered, searched and sorted by; what is shown of them is read for those of
the page.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.content.search.index import search_terms
from drupal_jwt_auth.content.search.names import keys_by_names

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    RowPaginator = Paginator[Any]
else:
    ModelAdmin, RowPaginator = admin.ModelAdmin, Paginator

COUNTED = 10_000
"""How many rows are counted: that there are more is enough to know."""

FEW = 1000
"""How many rows are looked for in any order, which no index has to give, before they are sorted."""

AHEAD = 5
"""How many pages are counted, at least, after the one that is shown."""

MAX_DIGITS = 9
"""How many the number of a page, or of rows, may have."""


class BoundedPaginator(RowPaginator):
    """Pages of rows that are counted up to a bound; ``page`` is the one that is asked for.

    Where a filter or a search finds little, the database looks through all rows once, in the order
    that is the fastest.
    """

    def __init__(self, rows: Any, per_page: int, *args: Any, page: int, **kwargs: Any) -> None:
        super().__init__(rows, per_page, *args, **kwargs)
        self.bound = max(COUNTED, (page + AHEAD) * per_page)

    @cached_property
    def few(self) -> list[Any] | None:
        """Return the keys of all rows, in their order; None if there are more than a few."""
        rows: Any = self.object_list
        found = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(found) > FEW:
            return None
        return list(rows.filter(pk__in=found).values_list("pk", flat=True))

    @cached_property
    def counted(self) -> int:
        """Return how many rows there are, and one above the bound for any number of more."""
        if self.few is not None:
            return len(self.few)
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.bound + 1].count()
        return found

    @cached_property
    def count(self) -> int:
        """Return how many rows the pages have that are known of."""
        return min(self.counted, self.bound)

    def keys(self, rows: Any) -> list[Any]:
        """Return the keys of the rows on the page, which are a part of all rows, or all of them."""
        if self.few is None:
            return list(rows.values_list("pk", flat=True))
        return self.few[rows.query.low_mark : rows.query.high_mark]

    @property
    def has_more(self) -> bool:
        """Tell whether there are rows that were not counted."""
        return self.counted > self.bound


class ContentList(ChangeList):
    """A page of a list, its rows read by their keys."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch what the page shows."""
        super().get_results(request)
        keys = self.paginator.keys(self.result_list)
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=keys))
        found = {row.pk: row for row in rows}
        pages: Any = self.model_admin
        shown: Any = self
        shown.result_list = [found[key] for key in keys if key in found]
        pages.complete(request, shown.result_list)


class ListPages(ModelAdmin):
    """Pages whose list may be of any length."""

    show_full_result_count = False
    # These count all rows for each choice of each filter.
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list, which may be one of the project's own."""
        own: type[ChangeList] = super().get_changelist(request, **kwargs)
        return ContentList if own is ChangeList else own

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any
    ) -> Any:
        """Return the pages, counted at least until some after the one that is asked for."""
        number = request.GET.get(PAGE_VAR, "")
        page = int(number) if number.isdecimal() and len(number) <= MAX_DIGITS else 1
        return BoundedPaginator(queryset, per_page, *args, page=page, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what a search finds; an index of names says where, if there is one.

        A search that a project has made its own may find more than names.
        """
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not self._searches_as_django():
            return found, may_repeat
        names = self.get_search_fields(request)
        keys = keys_by_names(queryset.model, names, search_terms(search_term), queryset.db)
        return found if keys is None else found.filter(pk__in=keys), may_repeat

    def _searches_as_django(self) -> bool:
        """Tell whether no class after this one has a search of its own."""
        mro = type(self).__mro__
        after = mro[mro.index(ListPages) + 1 :]
        searching = [each for each in after if "get_search_results" in vars(each)]
        return {*searching} <= {CheckedParameters, admin.ModelAdmin}

    def complete(self, request: HttpRequest, rows: list[Any]) -> None:
        """Fetch at once what the list shows of its rows besides."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; of rows that were not counted it says that there are more."""
        answer = super().changelist_view(request, extra_context)
        context: Any = getattr(answer, "context_data", None) or {}
        if "cl" in context and context["cl"].paginator.has_more:
            text = _("All of more than %(count)d selected")
            context["selection_note_all"] = text % {"count": context["cl"].result_count}
        return answer
