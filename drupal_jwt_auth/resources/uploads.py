"""Uploads: a body of bytes that becomes an entity, for a field that files go into.

Source: Drupal core 10.6, how its resources for uploads read a request.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.request import Request

from drupal_jwt_auth.content.entity.access import AccessResult
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


class UploadResource(WritingResource):
    """What takes uploads. The body goes to the storage part by part, while nothing is locked."""

    content_types: ClassVar[frozenset[str]] = frozenset({"application/octet-stream"})
    no_field: ClassVar[str] = 'Field "{name}" does not exist'
    field: Field

    def file_field(self, field: Field | None, name: str) -> Field:
        """Return the field of a name, which files go into.

        Raise NotFound (404) where there is none, PermissionDenied (403) for one of another kind.
        """
        if field is None:
            raise NotFound(self.no_field.format(name=name))
        if not isinstance(field.type, FileReferenceType):
            raise PermissionDenied(f'"{name}" is not a file field')
        return field

    def upload_access(self, bundle: Bundle, entity: Any | None) -> AccessResult:
        """Return whether the account may set the field, and change the entity that it is of.

        Without an entity it is one that the account is going to make.
        """
        rules = bundle.entity_type.access
        if entity is None:
            access = rules.create(self.account, bundle)
        else:
            access = rules.update(self.account, entity)
        return (
            rules.edit_field(self.account, self.field, bundle, entity) if access.allowed else access
        )

    def read_body(self, request: Request) -> bytes:
        """Leave the body for the storage to read."""
        return b""

    @property
    def target_type(self) -> ContentEntityType:
        """Return the type of what the upload becomes."""
        field_type: Any = self.field.type
        return ENTITY_TYPES.content(field_type.target_type(self.field))

    def receive(self, request: Request) -> Any:
        """Store what is sent, and return the entity that it has become, in a transaction.

        Raise ParseError (400) for what has no name or breaks off, UnprocessableEntity (422) for
        what the field does not take.
        """
        storage = self.target_type.storage
        site = SiteContext(self.account, get_structure(self.account.stamp), request)
        content = self.content(request)
        if not isinstance(storage, ReceivingStorage):
            raise PermissionDenied(f'"{self.field.name}" is not a file field')
        faults = storage.faults(self.field, content, site)
        if faults:
            raise refusal(faults)
        try:
            return self.in_transaction(storage.receive(self.field, content, site))
        except TooLargeError as error:
            raise refusal(storage.faults(self.field, content, site)) from error
        except BrokenOffError as error:
            raise ParseError(BROKEN_OFF) from error

    def content(self, request: Request) -> IncomingFile:
        """Return the body under the name that it gets; raise ParseError (400)."""
        field_type: Any = self.field.type
        name = sent_name(request.headers.get("Content-Disposition"))
        stream, length = open_body(request)
        return IncomingFile(stream, clean_name(name, field_type.extensions(self.field)), length)
