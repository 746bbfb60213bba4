"""What the pages of this app that write have in common: what is written is locked first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin import options
from django.contrib.admin.utils import unquote
from django.db.models import FileField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from drupal_jwt_auth.admin.form_bounds import form_guard
from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.transactions import lock, locked, own_transactions

if TYPE_CHECKING:
    BaseModelAdmin = options.BaseModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    BaseModelAdmin, ModelForm = object, forms.ModelForm


class SentAsSeen(BaseModelAdmin):
    """Forms that send what they showed, too.

    So changed is what was changed in the form, also where somebody else has saved another value
    since: that one stays.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; an input for files has a way of its own to say that none came."""
        if not isinstance(db_field, FileField):
            kwargs["show_hidden_initial"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def changed_columns(form: ModelForm) -> set[str]:
    """Return the fields of a row that were changed in its form."""
    names = {field.name for field in form.instance._meta.concrete_fields}
    return names.intersection(form.changed_data)


class LockingAdmin(SentAsSeen, CheckedParameters):
    """Pages that decide on what they write, and write what was changed alone.

    What a browser sends is dealt with in one transaction, which begins with a lock: whoever comes
    second, here or at the API, goes on from what the first has made of it. What is gone by then is
    said to be.
    """

    @property
    def media(self) -> forms.Media:
        """Return styles and scripts, with what keeps a form that is too large from being lost."""
        guard: Any = form_guard()
        return super().media + forms.Media(js=[guard])

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, which ``ATOMIC_REQUESTS`` leaves alone."""
        pages = super().get_urls()
        for page in pages:
            own_transactions(page.callback)
        return pages

    @contextmanager
    def writing(self, request: HttpRequest, object_id: str | None = None) -> Iterator[None]:
        """Open the transaction of what a browser has sent, the rows that it is about locked."""
        if request.method != "POST":
            yield
            return
        # Nobody waits for a browser: all that it sends is here before the lock. So is what is to be
        # locked, as the transaction has to begin with that.
        _ = request.POST
        found = None if object_id is None else self.get_object(request, unquote(object_id))
        rows = self.rows_to_lock(request, found)
        with locked(self.model):
            for row in rows:
                lock(type(row), row.pk)
            yield

    def rows_to_lock(self, request: HttpRequest, found: Any) -> Sequence[Model]:
        """Return what the page of a row relies on, in the order in which all lock it."""
        return [] if found is None else [found]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save a form."""
        with self.writing(request, object_id):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask whether to delete a row, or delete it."""
        with self.writing(request, object_id):
            return super().delete_view(request, object_id, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or do to the chosen rows what an action says."""
        with self.writing(request):
            return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a new row, or what was changed of one that there is."""
        obj.save(update_fields=changed_columns(form) if change else None)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the chosen rows, with what was added to them until now."""
        lock(self.model, *queryset.values_list("pk", flat=True))
        super().delete_queryset(request, queryset)
