"""Files that are just being sent: read once, from the beginning to the end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.core.files import File

from drupal_jwt_auth.files.images import HEAD

if TYPE_CHECKING:
    Content = File[bytes]
else:
    Content = File

CHUNK = 2**16
"""How much is in memory at a time."""


class TooLargeError(Exception):
    """More was sent than may be: so much at least."""


class BrokenOffError(Exception):
    """Less was sent than was said, or nothing more comes."""


class IncomingFile(Content):
    """The body of a request as a file, of which storages take one part after the other.

    ``length`` is how many bytes were said to come, None where nothing was said. Reading raises
    TooLargeError as soon as there are more than ``limit``, and BrokenOffError for less than was
    said. ``head`` is the beginning of what was read.
    """

    DEFAULT_CHUNK_SIZE = CHUNK

    def __init__(self, stream: Any, name: str, length: int | None) -> None:
        super().__init__(stream, name)
        self._stream = stream
        self.length = length
        self.limit: int | None = None
        self.count = 0
        self.head = b""

    @property
    def size(self) -> int:
        """Return how many bytes were said to come, or have come, whichever is more."""
        return max(self.count, self.length or 0)

    def read(self, size: int = -1) -> bytes:
        """Return what comes next: all that does, or no more than this."""
        if size >= 0:
            return self._next(size)
        return b"".join(iter(lambda: self._next(CHUNK), b""))

    def chunks(self, chunk_size: int | None = None) -> Any:
        """Yield what comes, part by part."""
        return iter(lambda: self._next(chunk_size or CHUNK), b"")

    @property
    def closed(self) -> bool:
        """Tell that it can be read: the stream is the server's to close."""
        return False

    def close(self) -> None:
        """Leave the stream to the server."""

    def seekable(self) -> bool:
        """Tell that nothing comes twice."""
        return False

    def seek(self, *args: Any) -> int:
        """Refuse to go back."""
        raise io.UnsupportedOperation("What is sent comes once.")

    def _next(self, size: int) -> bytes:
        try:
            part: bytes = self._stream.read(size)
        except Exception as error:  # Each server has another one for a client that breaks off.
            raise BrokenOffError from error
        self.count += len(part)
        if self.limit is not None and self.count > self.limit:
            raise TooLargeError
        if size and not part and self.length not in (None, self.count):
            raise BrokenOffError
        if len(self.head) < HEAD:
            self.head += part[: HEAD - len(self.head)]
        return part
