"""The bytes of private files: whole or in part, sent by Django or by the server before it.

Sources: RFC 9110 (13, 14) for conditions and ranges; the manuals of nginx and mod_xsendfile.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.files.names import extension_of, seen
from drupal_jwt_auth.files.serving import file_headers, media_type
from drupal_jwt_auth.files.storage import place_of, site_storage

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


class GoneError(Exception):
    """There are no such bytes in the storage."""


class Download(NamedTuple):
    """Bytes in the storage, and under which name they are saved.

    ``version`` is another text once they are others, ``modified`` when they may have become so.
    """

    name: str
    filename: str
    version: str
    modified: datetime


class PartResponse(FileResponse):
    """A file, or a part of one, that is read as it is sent: under ASGI, too."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield part after part, each read in a thread: Django reads all of them before."""
        parts: Any = iter(self)
        read = sync_to_async(lambda: next(parts, None))
        while (part := await read()) is not None:
            yield part


class Part:
    """The next bytes of a file, up to a number of them."""

    def __init__(self, content: IO[bytes], length: int) -> None:
        self._content = content
        self._left = length
        self.close = content.close

    def read(self, size: int) -> bytes:
        """Return what comes next, no more than this."""
        part = self._content.read(min(size, self._left))
        self._left -= len(part)
        return part


def download(request: HttpRequest, wanted: Download) -> HttpResponseBase:
    """Return the answer to a request for bytes; raise GoneError where there are none.

    It is 304 or 412 if the request says so, 206 or 416 for one range; several are answered with all
    of it. Where ``SENDFILE`` names a header, the server sends what is at the path there.
    """
    headers = _headers(wanted)
    if app_settings.SENDFILE is not None:
        name, root = app_settings.SENDFILE
        return HttpResponse(headers={**headers, name: root + quote(place_of(wanted.name)[1])})
    etag = f'"{wanted.version}"'
    headers |= {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Last-Modified": http_date(to_unix(wanted.modified)),
    }
    try:
        content = site_storage().open(wanted.name)
    except (OSError, ValueError) as error:  # A folder, or a name that no storage takes.
        raise GoneError from error
    answer = _answer(request, content, headers)
    answered = get_conditional_response(request, etag, to_unix(wanted.modified), answer)
    if answered is not answer:
        # To close the answer would be to end the request.
        content.close()
    return answered or answer


def _headers(wanted: Download) -> dict[str, str]:
    """Return the headers that say what the bytes are, and that nothing in them runs."""
    kind = media_type(wanted.name)
    headers = file_headers(wanted.name)
    attached = "Content-Disposition" in headers
    disposition = content_disposition_header(attached, _saved_as(wanted))
    return {
        **headers,
        "Content-Type": f"{kind}; charset=UTF-8" if kind.startswith("text/") else kind,
        **({"Content-Disposition": disposition} if disposition else {}),
    }


def _saved_as(wanted: Download) -> str:
    """Return the name to save bytes under: what they are called now, without what is not seen.

    What is called otherwise than it was let in is saved as that, so that no text becomes a program.
    """
    name = seen(wanted.filename)
    if name and extension_of(name) != extension_of(wanted.name):
        return PurePosixPath(wanted.name).name
    return name


def _answer(request: HttpRequest, content: Any, headers: dict[str, str]) -> Any:
    size = int(content.size)
    part = _range(request, headers, size)
    headers = dict(headers)
    first, last = part or (0, size - 1)
    if part and first >= size:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part:
        content.seek(first)
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    length = last - first + 1
    # Else Django makes up a type itself.
    kind = headers.pop("Content-Type")
    answer = PartResponse(
        Part(content, length), status=206 if part else 200, content_type=kind, headers=headers
    )
    answer.headers["Content-Length"] = str(length)
    return answer


def _range(request: HttpRequest, headers: dict[str, str], size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that a request asks for, None where it asks for all.

    The first one is behind the end where there is no such part.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.method != "GET" or not any(found.groups()):
        return None
    if request.headers.get("If-Range", headers["ETag"]) not in (
        headers["ETag"],
        headers["Last-Modified"],
    ):
        return None
    if not found[1]:
        return max(size - int(found[2]), 0) if int(found[2]) else size, size - 1
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    return None if found[2] and int(found[2]) < first else (first, last)
