"""URL aliases in the admin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.content_pages import ContentPages
from drupal_jwt_auth.admin.filters import LanguageFilter
from drupal_jwt_auth.admin.languages import language_choices
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.path_alias.access import ADMINISTER
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.path_alias import NO_LANGUAGE, alias_key, stored_alias
from drupal_jwt_auth.transactions import lock

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[PathAlias]
else:
    ModelForm = forms.ModelForm


def check_alias(alias: str, langcode: str | None, path: str | None) -> None:
    """Raise ValidationError for an alias that Drupal's form refuses; the API takes any text.

    ``path`` is what it shall lead to, None where that is not known yet.
    """
    stored = stored_alias(alias)
    if not stored.startswith("/"):
        raise forms.ValidationError(_("The alias path has to start with a slash."))
    others = PathAlias.objects.filter(key=alias_key(stored), langcode=langcode)
    if path is not None:
        others = others.exclude(path=path)
    if others.exists():
        text = _("The alias %(alias)s is already in use in this language.")
        raise forms.ValidationError(text, params={"alias": stored})


class PathAliasForm(ModelForm):
    """An alias, checked as on the form for a node."""

    class Meta:
        model = PathAlias
        fields = ("path", "alias", "langcode", "status")
        widgets = dict.fromkeys(("path", "alias"), forms.TextInput(attrs={"class": "vTextField"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = (*app_settings.LANGCODES, NO_LANGUAGE, self.instance.langcode)
        self.fields["langcode"] = forms.ChoiceField(
            label=_("Language"),
            choices=language_choices(codes),
            initial=app_settings.LANGCODES[0],
            show_hidden_initial=True,
        )

    def clean_path(self) -> str:
        """Return the path; refuse a new one that nothing is at."""
        path: str = self.cleaned_data["path"]
        entity_type, key = ENTITY_TYPES.at(path) or (None, None)
        if "path" in self.changed_data and not (
            entity_type and entity_type.storage.rows.filter(pk=key).exists()
        ):
            raise forms.ValidationError(_("There is nothing at this path."))
        return path

    def clean(self) -> dict[str, Any] | None:
        """Refuse an alias that no path can be, or that another path has."""
        cleaned = super().clean()
        if "alias" in self.cleaned_data and "alias" in self.changed_data:
            path, langcode = map(self.cleaned_data.get, ("path", "langcode"))
            try:
                check_alias(self.cleaned_data["alias"], langcode, path)
            except forms.ValidationError as error:
                self.add_error("alias", error)
        return cleaned


@admin.register(PathAlias)
class PathAliasAdmin(ContentPages):
    """URL aliases; whoever writes one has what it leads to locked first."""

    entity_type_id = "path_alias"
    overview = (ADMINISTER,)

    form = PathAliasForm
    list_display = ("alias", "path", "langcode", "status", "view_link")
    list_filter = ("status", LanguageFilter)
    search_fields = ("alias", "path")

    def rows_to_lock(self, request: HttpRequest, found: PathAlias | None) -> Sequence[Model]:
        """Return what the alias leads to and shall lead to, and the alias."""
        paths = {found.path if found else "", request.POST.get("path", "")}
        return [*entities_at(paths), *super().rows_to_lock(request, found)]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PathAlias]) -> None:
        """Delete the chosen aliases."""
        for entity in entities_at(queryset.values_list("path", flat=True)):
            lock(type(entity), entity.pk)
        super().delete_queryset(request, queryset)


def entities_at(paths: Iterable[str]) -> list[Model]:
    """Return the entities that may be at some paths, in the order in which all lock them."""
    found = sorted(set(filter(None, map(ENTITY_TYPES.at, paths))), key=lambda at: (at[0].id, at[1]))
    return [entity_type.model(pk=key) for entity_type, key in found]
