"""Vocabularies and terms in the admin."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.bundle_pages import BundlePages
from drupal_jwt_auth.admin.entity import EntityAdmin
from drupal_jwt_auth.admin.fields import configurable_fields
from drupal_jwt_auth.admin.filters import LanguageFilter, StatusFilter
from drupal_jwt_auth.admin.term_form import TermForm, parent_input
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.content.search.names import names_of
from drupal_jwt_auth.content.taxonomy.access import ADMINISTER
from drupal_jwt_auth.content.taxonomy.hierarchy import Placed, find_below, walk
from drupal_jwt_auth.models import Term, Vocabulary
from drupal_jwt_auth.transactions import lock

OVERVIEW = "access taxonomy overview"

MAX_SHOWN = 500
"""How many terms the page of a vocabulary shows; a larger one has the list."""


@admin.register(Vocabulary)
class VocabularyAdmin(BundlePages):
    """Vocabularies, each with its terms as a tree."""

    entity_type_id = "taxonomy_term"
    administer = (ADMINISTER,)
    see = (OVERVIEW,)

    list_display = ("name", "vid", "weight")
    search_fields = ("name", "vid")

    def get_fieldsets(self, request: HttpRequest, obj: Vocabulary | None = None) -> Any:
        """Show the UUID and the terms of one that there is."""
        own: tuple[str, ...] = () if obj is None else ("uuid",)
        fieldsets: Any = ((None, {"fields": ("name", "vid", "description", "weight", *own)}),)
        return fieldsets if obj is None else (*fieldsets, (_("Terms"), {"fields": ("tree",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: Vocabulary | None = None) -> Any:
        """Keep the machine name as it is: terms and fields carry it."""
        kept = ("vid", "uuid", "tree") if obj else ()
        return (*kept, *super().get_readonly_fields(request, obj))

    @admin.display(description=_("Terms"))
    def tree(self, vocabulary: Vocabulary) -> str:
        """Return the terms, each below its parents, with links to their pages."""
        count = vocabulary.terms.count()
        placed = walk(vocabulary.vid) if count <= MAX_SHOWN else iter(())
        rows = format_html_join("", "<tr>{}{}{}</tr>", map(self._cells, islice(placed, MAX_SHOWN)))
        heads = format_html_join(
            "",
            '<th scope="col">{}</th>',
            [(gettext("Name"),), (gettext("Weight"),), (gettext("Status"),)],
        )
        table = format_html("<table><tr>{}</tr>{}</table>", heads, rows)
        told = ngettext("%(count)d term", "%(count)d terms", count) % {"count": count}
        return format_html("{}<p>{} {}</p>", table if rows else "", told, self._links(vocabulary))

    def _cells(self, placed: Placed) -> tuple[str, str, str]:
        """Return the cells of a row of the tree."""
        term, depth = placed
        url = self._url("change", term.pk)
        name = str(term) if url is None else format_html('<a href="{}">{}</a>', url, term)
        indented = format_html("<td>{}{}</td>", "\u2003" * depth, name)
        status = gettext("Published") if term.status else gettext("Unpublished")
        return indented, format_html("<td>{}</td>", term.weight), format_html("<td>{}</td>", status)

    def _links(self, vocabulary: Vocabulary) -> str:
        """Return links to add a term, and to the list of all."""
        adding, listing = self._url("add"), self._url("changelist")
        links = [
            (f"{adding}?{urlencode({'vid': vocabulary.vid})}", gettext("Add term")),
            (f"{listing}?{urlencode({'vid__vid__exact': vocabulary.vid})}", gettext("List terms")),
        ]
        known = links if adding else []
        return format_html_join(" ", '<a href="{}">{}</a>', known)

    def _url(self, page: str, *args: Any) -> str | None:
        """Return the URL of a page of terms, None where the admin has none."""
        if not self.admin_site.is_registered(Term):
            return None
        return reverse(f"{self.admin_site.name}:drupal_jwt_auth_term_{page}", args=args)


@admin.register(Term)
class TermAdmin(EntityAdmin):
    """Terms of vocabularies; what has no other parent is deleted with a term."""

    entity_type_id = "taxonomy_term"
    overview = (ADMINISTER, OVERVIEW)
    add_title = _("Add a term to %(type)s")
    edit_title = _("Edit a term of %(type)s")
    view_title = _("View a term of %(type)s")
    choose_title = _("Add term")
    no_bundles = _("There are no vocabularies yet.")
    add_bundle = _("Add a vocabulary")
    form = TermForm
    # The form has an input for its items, which are no text.
    exclude = ("description",)
    list_display = ("name", "vid", "weight", "status", "view_link")
    list_filter = ("vid", StatusFilter, LanguageFilter)
    list_select_related = ("vid",)
    search_fields = names_of(Term)

    def inputs(self, bundle: Bundle, obj: Term | None) -> dict[str, forms.Field]:
        """Return the form fields of what a vocabulary has, and for the parents among its terms."""
        return {**super().inputs(bundle, obj), "parent": parent_input(bundle, obj)}

    def get_fieldsets(self, request: HttpRequest, obj: Term | None = None) -> Any:
        """Show what the term is about first, then where it is."""
        bundle = self.bundle(request, obj)
        content = [field.name for field in configurable_fields(bundle)]
        own = ("uuid", "changed") if obj else ()
        groups = {
            None: ("name", "description", *content),
            _("Relations"): ("parent", "weight"),
            _("Publishing"): ("status", "path"),
            _("Details"): ("langcode", *own),
        }
        placed = {label: self.placed(request, obj, *names) for label, names in groups.items()}
        if obj is not None and self.has_change_permission(request, obj):
            placed[None].append("_changed")
        return self.fieldsets_of(bundle, placed)

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        """Save the term, its place and its alias."""
        obj.save(update_fields=form.changed_columns if change else None)
        form.save_rows()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may make terms, or a vocabulary for them where there is none."""
        return super().has_add_permission(request) or self.may(request, ADMINISTER)

    # Deletion

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what is deleted with terms: those below them that have no other parent."""
        using = router.db_for_write(Term)
        orphans = find_below([each.pk for each in objs], using).orphans
        return super().get_deleted_objects(
            [*objs, *Term.objects.using(using).filter(pk__in=orphans)], request
        )

    def delete_model(self, request: HttpRequest, obj: Term) -> None:
        """Delete a term as the API does."""
        self.entity_type.storage.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Term]) -> None:
        """Delete the chosen terms, of which some may be below others."""
        lock(Term, *queryset.values_list("pk", flat=True))
        for term in queryset.using(router.db_for_write(Term)):
            self.entity_type.storage.delete(term)
