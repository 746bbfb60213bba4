"""Files in the admin: here is where they are uploaded."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from drupal_jwt_auth.admin.content_pages import ContentPages
from drupal_jwt_auth.admin.filters import AuthorFilter, PermanenceFilter
from drupal_jwt_auth.admin.permitted import account_of
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import configured_field, get_structure
from drupal_jwt_auth.content.file.access import DELETE_ANY
from drupal_jwt_auth.content.file.storage import INSECURE
from drupal_jwt_auth.content.search.names import names_of
from drupal_jwt_auth.fields import FIELD_TYPES, Field
from drupal_jwt_auth.fields.file import FileReferenceType, only_with_extensions
from drupal_jwt_auth.files.names import extension_of, is_insecure, safe_name
from drupal_jwt_auth.models import FieldConfig, File
from drupal_jwt_auth.wording import in_form

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[File]
else:
    ModelForm = forms.ModelForm


class FileField(NamedTuple):
    """A field that takes files, with its type, which ``field`` knows as one of any kind."""

    field: Field
    type: FileReferenceType

    @property
    def extensions(self) -> list[str]:
        """Return the extensions of the files that the field takes; none where it takes any."""
        return self.type.extensions(self.field)

    @property
    def limit(self) -> float:
        """Return how many bytes a file may have."""
        return self.type.setting(self.field, "max_filesize") or math.inf

    def takes_name(self, name: str) -> bool:
        """Tell whether the field takes files of this name."""
        return self.type.takes_name(self.field, name)

    def faults(self, upload: Any) -> list[str]:
        """Return what keeps the field from taking an upload."""
        return list(self.type.upload_faults(self.field, upload.name, upload))


def file_fields() -> list[FileField]:
    """Return the fields that say which files they take; where none does, new ones of each type."""
    types = {
        name: each for name, each in FIELD_TYPES.items() if isinstance(each, FileReferenceType)
    }
    configs = FieldConfig.objects.filter(storage__field_type__in=types)
    found = [FileField(configured_field(each), types[each.field_type]) for each in configs]
    new = [FileField(Field(name=name, label="", type=each), each) for name, each in types.items()]
    return [each for each in found if each.extensions] or new


class FileForm(ModelForm):
    """A file; what no field takes is refused, such as pages that would run scripts.

    A field that takes any file does not widen what may be uploaded.
    """

    class Meta:
        model = File
        fields = ("uri", "uid", "status")

    def clean_uri(self) -> Any:
        """Give an upload a safe name; refuse one that no field takes."""
        uri = self.cleaned_data["uri"]
        if "uri" not in self.changed_data:
            return uri
        fields = file_fields()
        allowed = sorted({extension for each in fields for extension in each.extensions})
        uri.name = safe_name(uri.name, allowed)
        fitting = [each for each in fields if each.takes_name(uri.name)]
        if not fitting:
            raise forms.ValidationError(in_form(only_with_extensions(allowed)))
        if is_insecure(extension_of(uri.name)):
            raise forms.ValidationError(in_form(INSECURE))
        # Of those that find as much wrong, the one that lets the most pass has the word.
        fitting.sort(key=attrgetter("limit"), reverse=True)
        faults = min((each.faults(uri) for each in fitting), key=len)
        if faults:
            raise forms.ValidationError(list(map(in_form, faults)))
        return uri


@admin.register(File)
class FileAdmin(ContentPages):
    """Files; one that is added belongs to whoever uploads it.

    Whoever sees the list sees all that there are; what is told of a private one is for those who
    may have its bytes. New content for a file that there is, and whether it is permanent, are for
    superusers alone, as the API takes neither from anybody.
    """

    entity_type_id = "file"
    overview = ("access files overview",)
    entered_for = ()
    form = FileForm
    list_display = ("filename", "filemime", "filesize", "uid", "status", "changed", "view_link")
    list_filter = (PermanenceFilter, AuthorFilter)
    list_select_related = ("uid",)
    search_fields = names_of(File)
    raw_id_fields = ("uid",)
    readonly_fields = ("filemime", "filesize", "width", "height", "uuid", "created", "changed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[File]:
        """Return all files."""
        return admin.ModelAdmin.get_queryset(self, request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may see the list, or delete what others have uploaded."""
        return super().has_module_permission(request) or self.may(request, DELETE_ANY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may upload files for some field, as over REST."""
        account = account_of(request)
        return account.is_superuser or may_upload(account)

    def has_change_permission(self, request: HttpRequest, obj: File | None = None) -> bool:
        """Tell whether somebody may change a file: its owner, and a superuser."""
        may_change = super().has_change_permission(request, obj)
        return may_change or account_of(request).is_superuser

    def get_fields(self, request: HttpRequest, obj: File | None = None) -> Any:
        """Show what is known of a file that there is."""
        if obj is not None:
            return ("uri", "uid", "status", *self.readonly_fields)
        return ("uri", "status") if account_of(request).is_superuser else ("uri",)

    def get_readonly_fields(self, request: HttpRequest, obj: File | None = None) -> Any:
        """Keep what only superusers set."""
        kept = () if obj is None or account_of(request).is_superuser else ("uri", "status")
        return (*kept, *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: File, form: Any, change: bool) -> None:
        """Save the file, a new one with its owner: temporary, unless a superuser says otherwise."""
        if not change:
            obj.uid_id = request.user.pk
            obj.status = form.cleaned_data.get("status", False)
        super().save_model(request, obj, form, change)


def may_upload(account: Account) -> bool:
    """Tell whether an account may upload a file for a field of something that it may create."""
    structure = get_structure(account.stamp)
    return any(
        isinstance(field.type, FileReferenceType)
        and entity_type.access.edit_field(account, field, bundle, None).allowed
        for entity_type in ENTITY_TYPES.all_content()
        for bundle in structure.bundles_of(entity_type).values()
        if entity_type.access.create(account, bundle).allowed
        for field in bundle.fields.values()
    )
