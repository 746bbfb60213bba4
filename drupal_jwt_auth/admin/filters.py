"""What lists of content are filtered by, without asking for all values that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.languages import language_choices
from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.admin.suggestions import named
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.forms.inputs import id_in
from drupal_jwt_auth.fields.string import LanguageType
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, key_in_text


class StatusFilter(admin.SimpleListFilter):
    """Whether something is published."""

    title = _("status")
    parameter_name = "status__exact"
    labels: ClassVar[tuple[Any, Any]] = (_("Published"), _("Unpublished"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return both."""
        return list(zip(("1", "0"), self.labels, strict=True))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what has this status."""
        value = self.value()
        return queryset.filter(status=value == "1") if value in ("0", "1") else queryset


class PermanenceFilter(StatusFilter):
    """Whether a file stays when nothing uses it."""

    labels = (_("Permanent"), _("Temporary"))


class LanguageFilter(admin.SimpleListFilter):
    """The language that something is in: one of the site, or none."""

    title = _("language")
    parameter_name = "langcode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the languages by name."""
        codes = (*app_settings.LANGCODES, *sorted(LanguageType.without_language))
        return language_choices(codes)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is in the language."""
        code = self.value()
        known = {known for known, _label in self.lookup_choices}
        return queryset.filter(langcode=code) if code in known else queryset


class InputFilter(admin.SimpleListFilter):
    """A filter with a form of its own, which its template has."""

    def has_output(self) -> bool:
        """Tell that there is an input."""
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield what the list is narrowed down by besides, as the input's form sends it, too."""
        for name, value in changelist.params.items():
            if name != self.parameter_name:
                yield {"name": name, "value": value}


class AuthorFilter(InputFilter):
    """Who has written something: an input that suggests names, as there may be many people."""

    title = _("author")
    parameter_name = "author"
    template = "admin/drupal_jwt_auth/entity/author_filter.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.suggestions = model_admin.site(request).suggestions_of("user")

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return nothing: all are found by their names."""
        return ()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is by somebody: told as ``name (id)``, or by name or id alone."""
        text = (self.value() or "").strip()
        if not text:
            return queryset
        own = id_in(text)
        users = {} if own else dict(named(account_of(request), "user", text, whole=True))
        if users:
            return queryset.filter(uid__in=[key_in_text(str(key)) for key in users])
        if (own or text) == str(ANONYMOUS_KEY):
            return queryset.filter(uid=None)
        key = key_in_text(own or text)
        return queryset.none() if key is None else queryset.filter(uid=key)
