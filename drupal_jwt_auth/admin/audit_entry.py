"""The audit log in the admin: to be read, searched and exported, never written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.errors import Error
from drupal_jwt_auth.models import AuditEntry
from drupal_jwt_auth.models.audit_entry import REFUSALS

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[AuditEntry]
else:
    ModelAdmin = admin.ModelAdmin

COLUMNS = (
    "timestamp",
    "user_id",
    "username",
    "address",
    "method",
    "path",
    "authentication",
    "status",
    "error",
    "user_agent",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a text for a formula by."""

ROWS_AT_ONCE = 1000
SHORT = 60

OUTCOMES = {
    "success": Q(status__lt=400),
    "refused": Q(status__in=REFUSALS),
    "failed": Q(status__gte=400) & ~Q(status__in=REFUSALS),
}


class OutcomeFilter(admin.SimpleListFilter):
    """How a request ended."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the outcomes there are."""
        return [
            ("success", _("Success")),
            ("refused", _("Refused (401, 403, 429)")),
            ("failed", _("Failed otherwise")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the requests with this outcome."""
        return queryset.filter(OUTCOMES.get(self.value() or "", Q()))


class KnownValuesFilter(admin.SimpleListFilter):
    """One of the values that this app writes: to ask for those there are would read all rows."""

    values: Sequence[Any] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the values."""
        return [(value, value) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the requests with this value."""
        known = {str(value): value for value in self.values}
        if self.value() not in known:
            return queryset
        return queryset.filter(**{self.parameter_name or "": known[self.value() or ""]})


class StatusFilter(KnownValuesFilter):
    """The HTTP status."""

    title = _("status")
    parameter_name = "status"
    values = (200, 201, 204, 400, 401, 403, 404, 405, 406, 413, 415, 422, 429, 500)


class ErrorFilter(KnownValuesFilter):
    """What the error is called: the documented ones first."""

    title = _("error")
    parameter_name = "error"
    values = (*Error.__members__, "ip_blocked", "access_denied", "permission_denied", "throttled")


class AuthenticationFilter(KnownValuesFilter):
    """How the client said who it is."""

    title = _("authentication")
    parameter_name = "authentication"
    values = ("basic", "bearer", "refresh_token", "password")


class MethodFilter(KnownValuesFilter):
    """The HTTP method."""

    title = _("method")
    parameter_name = "method"
    values = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")


@admin.register(AuditEntry)
class AuditEntryAdmin(ConfigurationPages, CheckedParameters):
    """The audit log: read only, but for deleting."""

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}

    administer = ("access site reports",)

    list_display = (
        "time",
        "status",
        "error",
        "username",
        "address",
        "request",
    )
    list_filter = (
        "timestamp",
        OutcomeFilter,
        StatusFilter,
        MethodFilter,
        AuthenticationFilter,
        ErrorFilter,
    )
    search_fields = ("username", "address", "path", "user_agent")
    search_help_text = _("User name, IP address, path or user agent")
    date_hierarchy = "timestamp"
    list_per_page = 50
    # Counting all rows takes long where there are many.
    show_full_result_count = False

    @admin.display(description=_("time"), ordering="timestamp")
    def time(self, entry: AuditEntry) -> str:
        """Return when it was, to the second."""
        moment = entry.timestamp
        local = moment if timezone.is_naive(moment) else timezone.localtime(moment)
        return f"{local:%Y-%m-%d %H:%M:%S}"

    @admin.display(description=_("request"), ordering="path")
    def request(self, entry: AuditEntry) -> str:
        """Return the method and the path, or its beginning: a client may ask for a long one."""
        return Truncator(f"{entry.method} {entry.path}").chars(SHORT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell that nobody may write into the log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell that nobody may change what is in it."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the export before Django's pages, whose last one takes any path."""
        return [self.page("export/", self.export_view, "export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the entries that the list shows with the same query, on all its pages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            entries = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{name}"))
        day = timezone.now().date().isoformat()
        return StreamingHttpResponse(
            csv_lines(entries.values_list(*COLUMNS).iterator(chunk_size=ROWS_AT_ONCE)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="audit-log-{day}.csv"'},
        )


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180) with a line of headings."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for timestamp, *others in rows:
        yield writer.writerow([timestamp.isoformat(), *map(cell, others)])


def cell(value: Any) -> Any:
    """Return a value as a cell: an apostrophe keeps a text from being run as a formula."""
    return f"'{value}" if str(value).startswith(FORMULA) else value
