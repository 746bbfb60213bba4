"""Files in the admin: here is where they are uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.entity_reference import FileReferenceType
from drupal_jwt_auth.files.names import extension_of, is_insecure, safe_name
from drupal_jwt_auth.models import FieldConfig, File
from drupal_jwt_auth.structure import configured_field

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[File]
else:
    ModelForm = forms.ModelForm


def allowed_extensions() -> list[str]:
    """Return the extensions that fields take; where there is no such field, those of a new one."""
    types = {
        name: each for name, each in FIELD_TYPES.items() if isinstance(each, FileReferenceType)
    }
    configs = FieldConfig.objects.filter(field_type__in=types)
    taken = [types[config.field_type].extensions(configured_field(config)) for config in configs]
    new = [each.default_extensions.split() for each in types.values()]
    return sorted({extension for extensions in taken or new for extension in extensions})


class FileForm(ModelForm):
    """A file; what no field takes is refused, such as pages that would run scripts."""

    class Meta:
        model = File
        fields = ("uri", "uid", "status")

    def clean_uri(self) -> Any:
        """Give an upload a safe name; refuse it where no field allows its extension."""
        uri = self.cleaned_data["uri"]
        if "uri" not in self.changed_data:
            return uri
        allowed = allowed_extensions()
        uri.name = safe_name(uri.name, allowed)
        extension = extension_of(uri.name)
        if extension not in allowed:
            text = _("Only files with the following extensions are allowed: %(extensions)s.")
            raise forms.ValidationError(text, params={"extensions": " ".join(allowed)})
        if is_insecure(extension):
            raise forms.ValidationError(_("For security reasons, your upload has been rejected."))
        return uri


@admin.register(File)
class FileAdmin(LockingAdmin):
    """Files; one that is added belongs to whoever uploads it."""

    form = FileForm
    list_display = ("filename", "filemime", "filesize", "uid", "status", "changed")
    list_filter = ("status",)
    list_select_related = ("uid",)
    search_fields = ("filename",)
    raw_id_fields = ("uid",)
    readonly_fields = ("filemime", "filesize", "width", "height", "uuid", "created", "changed")

    def get_fields(self, request: HttpRequest, obj: File | None = None) -> Any:
        """Show what is known of a file that there is."""
        return ("uri", "uid", "status", *self.readonly_fields) if obj else ("uri", "status")

    def save_model(self, request: HttpRequest, obj: File, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the file, a new one with its owner."""
        if not change:
            obj.uid_id = request.user.pk
        super().save_model(request, obj, form, change)
