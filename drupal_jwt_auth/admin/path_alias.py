"""URL aliases in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.primitives import to_integer
from drupal_jwt_auth.models import Node, PathAlias
from drupal_jwt_auth.models.path_alias import stored_alias
from drupal_jwt_auth.transactions import lock

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[PathAlias]
else:
    ModelForm = forms.ModelForm


def check_alias(alias: str, langcode: str | None, node: Node | None, other_path: str = "") -> None:
    """Raise ValidationError for an alias that Drupal's form refuses; the API takes any text.

    It is for a node, or for another path.
    """
    path = stored_alias(alias)
    if not path.startswith("/"):
        raise forms.ValidationError(_("The alias path has to start with a slash."))
    others = PathAlias.objects.at(path).filter(langcode=langcode)
    if node is None or node.pk is not None:
        others = others.exclude(node=node, path=other_path)
    if others.exists():
        text = _("The alias %(alias)s is already in use in this language.")
        raise forms.ValidationError(text, params={"alias": path})


class PathAliasForm(ModelForm):
    """An alias, checked as on the form for a node."""

    class Meta:
        model = PathAlias
        fields = ("node", "path", "alias", "langcode")
        widgets = dict.fromkeys(("path", "alias"), forms.TextInput(attrs={"class": "vTextField"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = dict.fromkeys((*app_settings.LANGCODES, self.instance.langcode or ""))
        choices = [(code, code) for code in codes if code]
        self.fields["langcode"] = forms.ChoiceField(
            label=_("Language"), choices=choices, show_hidden_initial=True
        )

    def clean(self) -> dict[str, Any] | None:
        """Refuse an alias that no path can be, or that another node has."""
        cleaned = super().clean()
        if "alias" in self.cleaned_data and "alias" in self.changed_data:
            node, other_path = map(self.cleaned_data.get, ("node", "path"))
            langcode = self.cleaned_data.get("langcode")
            try:
                check_alias(self.cleaned_data["alias"], langcode, node, other_path or "")
            except forms.ValidationError as error:
                self.add_error("alias", error)
        return cleaned


@admin.register(PathAlias)
class PathAliasAdmin(LockingAdmin):
    """URL aliases; whoever writes one has its node locked first, as the API has."""

    form = PathAliasForm
    list_display = ("alias", "node", "langcode", "path")
    list_select_related = ("node",)
    list_filter = ("langcode", ("node", admin.EmptyFieldListFilter))
    search_fields = ("alias", "path", "node__title")
    raw_id_fields = ("node",)

    def rows_to_lock(self, request: HttpRequest, found: PathAlias | None) -> Sequence[Model]:
        """Return the nodes that the alias is of and shall be of, and the alias."""
        keys = (found and found.node_id, to_integer(request.POST.get("node")))
        nodes = Node.objects.filter(pk__in=[key for key in keys if key]).order_by("pk").only("pk")
        return [*nodes, *super().rows_to_lock(request, found)]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PathAlias]) -> None:
        """Delete the chosen aliases."""
        lock(Node, *queryset.exclude(node=None).values_list("node", flat=True))
        super().delete_queryset(request, queryset)
