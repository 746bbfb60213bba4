"""Uploads: ``POST /file/upload/node/article/field_image``, the bytes as they are.

Source: Drupal core 10.6, the REST resource for uploads.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import ALLOWED, DENIED, AccessResult
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.receiving import ReceivingStorage
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.file import FileReferenceType
from drupal_jwt_auth.files.incoming import BrokenOffError, IncomingFile, TooLargeError
from drupal_jwt_auth.files.names import clean_name
from drupal_jwt_auth.http.body import open_body
from drupal_jwt_auth.http.exceptions import BROKEN_OFF, UnprocessableEntity
from drupal_jwt_auth.resources.access import WritingResource
from drupal_jwt_auth.rest.serializers import EntitySerializer

_FILENAME = re.compile(r'\bfilename(\*?)="(.+)"', re.ASCII)
_FORMAT = 'A file name in the format "filename=FILENAME" must be provided.'


def sent_name(header: str | None) -> str:
    """Return the name in a ``Content-Disposition`` header; raise ParseError (400) for none."""
    if header is None:
        raise ParseError(f'"Content-Disposition" header is required. {_FORMAT}')
    found = _FILENAME.search(_as_text(header))
    if found is None:
        raise ParseError(f'No filename found in "Content-Disposition" header. {_FORMAT}')
    if found[1]:
        raise ParseError(
            'The extended "filename*" format is currently not supported in the '
            '"Content-Disposition" header.'
        )
    return found[2]


def _as_text(header: str) -> str:
    """Return a header, which servers read as Latin-1, as the UTF-8 that it mostly is."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def refusal(faults: list[str]) -> UnprocessableEntity:
    """Return the error (422) that tells what keeps a field from taking a file."""
    return UnprocessableEntity(
        "\n".join(["Unprocessable Entity: file validation failed.", *faults])
    )


class UploadView(WritingResource):
    """``POST /file/upload/{entity type}/{bundle}/{field}``, for any field that files go into.

    The body goes to the storage part by part, while nothing is locked.
    """

    methods = ("POST",)
    methods_of_options = ("POST",)
    content_types: ClassVar[frozenset[str]] = frozenset({"application/octet-stream"})
    bundle: Bundle
    field: Field

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the field; raise NotFound (404) for none, PermissionDenied (403) for a wrong one."""
        structure = get_structure(self.account.stamp)
        name = self.kwargs["field"]
        bundle = structure.bundles_of(self.kwargs["entity_type_id"]).get(self.kwargs["bundle"])
        field = None if bundle is None else bundle.fields.get(name)
        if bundle is None or field is None:
            raise NotFound(f'Field "{name}" does not exist')
        if not isinstance(field.type, FileReferenceType):
            raise PermissionDenied(f'"{name}" is not a file field')
        self.bundle, self.field = bundle, field

    def get_access(self) -> AccessResult:
        """Return whether the account may create entities of the bundle, and set the field.

        Whoever writes a schema of the project asks without a field: it is any one then.
        """
        if not hasattr(self, "field"):
            return ALLOWED if self.account.user is not None else DENIED
        rules = self.bundle.entity_type.access
        creating = rules.create(self.account, self.bundle)
        if not creating.allowed:
            return creating
        return rules.edit_field(self.account, self.field, self.bundle, None)

    def read_body(self, request: Request) -> bytes:
        """Leave the body for the storage to read."""
        return b""

    @property
    def target_type(self) -> ContentEntityType:
        """Return the type of what the upload becomes."""
        field_type: Any = self.field.type
        return ENTITY_TYPES.content(field_type.target_type(self.field))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store what is sent and answer 201 with what is known of it."""
        storage, site = self.target_type.storage, self.site(request)
        content = self.content(request)
        if not isinstance(storage, ReceivingStorage):
            raise PermissionDenied(f'"{self.field.name}" is not a file field')
        faults = storage.faults(self.field, content, site)
        if faults:
            raise refusal(faults)
        try:
            entity = self.in_transaction(storage.receive(self.field, content, site))
        except TooLargeError as error:
            raise refusal(storage.faults(self.field, content, site)) from error
        except BrokenOffError as error:
            raise ParseError(BROKEN_OFF) from error
        context = {"request": request, "account": self.account, "entity_type": self.target_type}
        return Response(EntitySerializer(entity, context=context).data, status=201)

    def site(self, request: Request) -> SiteContext:
        """Return the site as the account sees it."""
        return SiteContext(self.account, get_structure(self.account.stamp), request)

    def content(self, request: Request) -> IncomingFile:
        """Return the body under the name that it gets; raise ParseError (400)."""
        field_type: Any = self.field.type
        name = sent_name(request.headers.get("Content-Disposition"))
        stream, length = open_body(request)
        return IncomingFile(stream, clean_name(name, field_type.extensions(self.field)), length)
