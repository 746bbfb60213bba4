"""URL aliases in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import Node, PathAlias
from drupal_jwt_auth.models.path_alias import stored_alias

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[PathAlias]
    ModelAdmin = admin.ModelAdmin[PathAlias]
else:
    ModelForm = forms.ModelForm
    ModelAdmin = admin.ModelAdmin


def check_alias(alias: str, langcode: str | None, node: Node | None) -> None:
    """Raise ValidationError for an alias that Drupal's form refuses; the API takes any text."""
    path = stored_alias(alias)
    if not path.startswith("/"):
        raise forms.ValidationError(_("The alias path has to start with a slash."))
    others = PathAlias.objects.at(path).filter(langcode=langcode)
    if node is not None and node.pk is not None:
        others = others.exclude(node=node)
    if others.exists():
        text = _("The alias %(alias)s is already in use in this language.")
        raise forms.ValidationError(text, params={"alias": path})


class PathAliasForm(ModelForm):
    """An alias, checked as on the form for a node."""

    class Meta:
        model = PathAlias
        fields = ("node", "alias", "langcode")
        widgets = {"alias": forms.TextInput(attrs={"class": "vTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = dict.fromkeys((*app_settings.LANGCODES, self.instance.langcode or ""))
        choices = [(code, code) for code in codes if code]
        self.fields["langcode"] = forms.ChoiceField(label=_("Language"), choices=choices)

    def clean(self) -> dict[str, Any] | None:
        """Refuse an alias that no path can be, or that another node has."""
        cleaned = super().clean()
        if "alias" in self.cleaned_data and "alias" in self.changed_data:
            node = self.cleaned_data.get("node")
            try:
                check_alias(self.cleaned_data["alias"], self.cleaned_data.get("langcode"), node)
            except forms.ValidationError as error:
                self.add_error("alias", error)
        return cleaned


@admin.register(PathAlias)
class PathAliasAdmin(CheckedParameters, ModelAdmin):
    """URL aliases."""

    form = PathAliasForm
    list_display = ("alias", "node", "langcode")
    list_select_related = ("node",)
    list_filter = ("langcode",)
    search_fields = ("alias", "node__title")
    raw_id_fields = ("node",)
