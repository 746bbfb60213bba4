"""What users bring from Drupal stays as it is on the page of a user in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.content.user.columns import column_of, with_own_validators
from drupal_jwt_auth.content.user.constraints import name_faults

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin, ModelForm = admin.ModelAdmin, forms.ModelForm


class NamesForm(ModelForm):
    """A form that takes the names that Drupal does: Django's own rule has no spaces in names.

    What the project's model has against them else is left to it.
    """

    def clean(self) -> Any:
        """Refuse a name that somebody has, where the model is not asked about it."""
        cleaned = super().clean()
        column = get_user_model().USERNAME_FIELD
        name = self.cleaned_data.get(column)
        if self._is_asked_here and _is_taken(column, name, self.instance):
            self.add_error(column, _("A user with that username already exists."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        form: Any = super()  # Whose stubs do not have it.
        excluded: set[str] = form._get_validation_exclusions()
        return excluded | ({get_user_model().USERNAME_FIELD} if self._is_asked_here else set())

    @property
    def _is_asked_here(self) -> bool:
        """Tell whether the name is one that nothing but Django's own rule is against."""
        column = column_of(get_user_model().USERNAME_FIELD)
        name = self.cleaned_data.get(column.name)
        if not isinstance(name, str) or any(name_faults(name)):
            return False
        own = with_own_validators(column)
        return _takes(own, name, self.instance) and not _takes(column, name, self.instance)


def _takes(column: Any, name: str, user: Any) -> bool:
    try:
        column.clean(name, user)
    except ValidationError:
        return False
    return True


def _is_taken(column: str, name: Any, user: Any) -> bool:
    users = get_user_model()._default_manager.filter(**{f"{column}__iexact": name})
    return users.exclude(pk=user.pk).exists()


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
        mixins = (NamesForm,) if obj is None else (ImportedUserForm, NamesForm)
        return type(form.__name__, (*mixins, form), {})
