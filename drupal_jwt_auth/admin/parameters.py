"""What a page of the admin is asked for, as far as Django hands it to the database as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest

from drupal_jwt_auth.content.content_log import Way, acting

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

MAX_SEARCH_LENGTH = 128
MAX_KEY = 2**63 - 1


class CheckedParameters(ModelAdmin):
    """Refuse what a database would fail on: numbers beyond it, NUL, endless searches.

    Name it before other base classes. A wrong filter or search leads to the list without any, as
    Django's own do; a wrong key is that of nothing.
    """

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list; raise IncorrectLookupParameters."""
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what a search finds; raise IncorrectLookupParameters for a very long one."""
        if len(search_term) > MAX_SEARCH_LENGTH:
            raise IncorrectLookupParameters
        return super().get_search_results(request, queryset, search_term)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Tell whether the query may filter in this way: not by regular expressions."""
        return "regex" not in lookup and super().lookup_allowed(lookup, value, request)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return what a key in the URL is that of, or None."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Run an action on what was chosen; raise SuspiciousOperation (400) for what is no key."""
        if not all(map(self.may_be_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise SuspiciousOperation("Something was chosen that can have no key.")
        with acting(lambda: request.user, Way.ACTION):
            return super().response_action(request, *args, **kwargs)

    def may_be_key(self, text: str) -> bool:
        """Tell whether a text may be the key of a row."""
        try:
            key = self.opts.pk.to_python(text)
        except (ValidationError, ValueError):
            return False
        return "\0" not in text and not (isinstance(key, int) and abs(key) > MAX_KEY)
