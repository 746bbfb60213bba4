"""Uploads: ``POST /jsonapi/node/article/field_image``, or ``.../{uuid}/field_image``.

Source: Drupal core 10.6, the uploads of JSON:API.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.jsonapi.documents import document_of
from drupal_jwt_auth.jsonapi.objects import EntityObject
from drupal_jwt_auth.jsonapi.related import RelatedView
from drupal_jwt_auth.jsonapi.views import IndividualView, JSONAPIResource
from drupal_jwt_auth.resources.uploads import UploadResource

NOT_PERMITTED = "The current user is not permitted to upload a file for this field."


class FileUpload(UploadResource, JSONAPIResource):
    """What uploads share, whether there is a resource already that the file is for."""

    no_field = 'Field "{name}" does not exist.'

    def field_called(self, name: str) -> Field:
        """Return a field that files go into; raise NotFound (404), PermissionDenied (403)."""
        return self.file_field(self.resource_type.fields.get(name), name)

    def permission(self, bundle: Bundle, entity: Any | None) -> AccessResult:
        """Return whether the account may upload a file for the field of an entity."""
        access = self.upload_access(bundle, entity)
        return access._replace(reason=f"{NOT_PERMITTED} {access.reason}")


class NewFileView(FileUpload):
    """A file for a resource that is not there yet: nothing uses it until then."""

    methods_of_options: ClassVar[tuple[str, ...]] = ("POST",)

    @property
    def methods(self) -> tuple[str, ...]:  # type: ignore[override]  # others know theirs
        """Return the method: at this path there is a resource, where there are no such fields."""
        return ("POST",) if self.resource_type.takes_files else IndividualView.methods

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the field, the name of which is where that of a resource would be."""
        self.check_resource(request)
        self.field = self.field_called(self.kwargs["uuid"])

    def get_access(self) -> AccessResult:
        """Return whether the account may make such an entity, and set the field."""
        return self.permission(self.resource_type.bundle, None)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store what is sent, and answer 201 with the file: nothing is included, as in Drupal."""
        shown = EntityObject(self.receive(request), self.target_type, self.site)
        (data,) = self.presenter.present([shown])
        links = {"self": {"href": self.presenter.address(shown)}}
        return Response(document_of(data=data, links=links), status=201)


class FieldFileView(FileUpload, RelatedView):
    """A file that a field of a resource leads to from now on: in place of another, or one more."""

    operations = {"POST": "update"}

    def check_relationship(self, request: Request) -> None:
        """Find the field; raise NotFound (404) for none, PermissionDenied (403)."""
        self.field = self.field_called(self.kwargs["field"])

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the entity: nobody waits for it while the file is sent."""
        self.check_resource(request)
        self.use(self.find())

    def not_there(self) -> NotFound:
        """Return the error (404) for a UUID that no entity has."""
        route = "file_upload.existing_resource"
        return self.resource_type.not_found("/{file_field_name}", route)

    def get_access(self) -> AccessResult:
        """Return whether the account may change the entity, and set the field."""
        return self.permission(self.shown.resource_type.bundle, self.entity)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store what is sent, and answer with all that the field leads to."""
        # Before the file's transaction: one that reads before it locks may see no change since.
        changing = self.changing(request)
        file = self.receive(request)
        # What was decided is decided again, on what there is now that nobody else changes it.
        self.use(self.in_transaction(changing))
        self.check_permissions(request)
        self.save({self.field.name: self.items_with(file)})
        return self.get(request)

    def items_with(self, file: Any) -> list[Item]:
        """Return the items of the field with one for a file.

        In place of another one it has what was said of that, as in Drupal.
        """
        before, new = self.field.get(self.entity), {"target_id": file.pk}
        if self.field.cardinality == 1:
            return [{**item, **new} for item in before or [{}]]
        return [*before, new]
