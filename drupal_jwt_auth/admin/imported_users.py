"""What users bring from Drupal stays as it is on the page of a user in the admin."""

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


class ImportedUserForm(ModelForm):
    """A form for a user whose name and address stay as they are, unless others are written.

    Drupal's names may have spaces and apostrophes, and letters that Unicode has other forms of; its
    addresses need no top-level domain. The user model may refuse these, or change them (NFKC): only
    new ones.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._kept:
            self.fields[name].validators = []

    def _get_validation_exclusions(self) -> set[str]:
        form: Any = super()  # Whose stubs do not have it.
        excluded: set[str] = form._get_validation_exclusions()
        return excluded | self._kept

    def _post_clean(self) -> None:
        form: Any = super()  # Whose stubs do not have it.
        form._post_clean()
        for name in self._kept:
            setattr(self.instance, name, self.initial[name])

    @property
    def _kept(self) -> set[str]:
        """Return the fields of name and address that were sent as they were shown."""
        user_model = get_user_model()
        names = {user_model.USERNAME_FIELD, user_model.get_email_field_name()}
        return {
            name
            for name in names & self.fields.keys() & self.initial.keys()
            if self.data.get(self.add_prefix(name)) == self.initial[name]
        }


class ImportedUsersMixin(ModelAdmin):
    """A page of users that takes names and addresses as they are, however they came there.

    Django's own page of users gets this by itself; a page of the project's own names it first:
    ``class MyUserAdmin(ImportedUsersMixin, UserAdmin)``.
    """

    def get_form(  # type: ignore[override]  # Django's own page takes ``change`` by name only
        self, request: HttpRequest, obj: Any | None = None, **kwargs: Any
    ) -> Any:
        """Return the form: for a user who is there, one that keeps what was imported."""
        form = super().get_form(request, obj, **kwargs)
        return form if obj is None else type(form.__name__, (ImportedUserForm, form), {})
