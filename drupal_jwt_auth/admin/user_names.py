"""Names that users bring from Drupal, on the page of a user in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin, ModelForm = admin.ModelAdmin, forms.ModelForm


class KeptName(ModelForm):
    """A form for a user whose name stays as it is, unless another one is written.

    Drupal's names may have spaces and apostrophes, and letters that Unicode has other forms of.
    The user model may refuse the former, and change the latter (NFKC): only of a new name.
    """

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {get_user_model().USERNAME_FIELD} if self._name_stays else excluded

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self._name_stays:
            field = get_user_model().USERNAME_FIELD
            setattr(self.instance, field, self.initial[field])

    @property
    def _name_stays(self) -> bool:
        """Tell whether what was sent is what was shown."""
        field = get_user_model().USERNAME_FIELD
        shown = self.initial.get(field) if field in self.fields else None
        return shown is not None and self.data.get(self.add_prefix(field)) == shown


class KeptNamesMixin(ModelAdmin):
    """A page of users that takes a name as it is, however it came there.

    Django's own page of users gets this by itself; a page of the project's own names it first:
    ``class MyUserAdmin(KeptNamesMixin, UserAdmin)``.
    """

    def get_form(  # type: ignore[override]  # Django's own page takes ``change`` by name only
        self, request: HttpRequest, obj: Any | None = None, **kwargs: Any
    ) -> Any:
        """Return the form, that for a user who is there with the name kept."""
        form = super().get_form(request, obj, **kwargs)
        return form if obj is None else type(form.__name__, (KeptName, form), {})
