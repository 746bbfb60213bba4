"""Entries of ``DRUPAL_JWT_AUTH["KEYS"]``, and the content of their keys."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drupal_jwt_auth.auth.tokens.key_errors import (
    KeyConfigurationError,
    KeyEncodingError,
    KeySourceError,
)

DEFAULT_ALGORITHM = "HS256"
ENCODINGS = ("text", "base64")
SOURCES = {
    "key": "the key itself",
    "environment": "the name of an environment variable",
    "file": "the path of a file",
}
"""The entries that give the content of a key, and the meaning of their text."""

_ENTRIES = {"kid", "algorithm", "encoding", *SOURCES}
_SPACE = b" \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True)
class KeyEntry:
    """One entry of ``KEYS``: either ``text`` is set, or ``path``."""

    kid: str
    algorithm: str
    encoding: str
    text: str | None = field(default=None, repr=False)
    path: str | None = field(default=None, repr=False)

    def content(self) -> bytes:
        """Read and decode the key: a secret, or a PEM. Raise KeyConfigurationError."""
        content = self._read()
        if self.encoding == "base64":
            decoded = decode_base64(content)
            if decoded is None:
                raise KeyEncodingError(f"Key {self.kid!r} is not base64, as its entry says it is.")
            content = decoded
        if not content:
            raise KeySourceError(f"Key {self.kid!r} is empty.")
        return content

    def _read(self) -> bytes:
        if self.path is None:
            try:
                return (self.text or "").encode()
            except UnicodeEncodeError:
                # Python decodes bytes of the environment that are not UTF-8 as surrogates.
                raise KeyEncodingError(f"Key {self.kid!r} is not text in UTF-8.") from None
        try:
            return _without_line_end(Path(self.path).read_bytes())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it has no usable name"
            raise KeySourceError(
                f"The file of key {self.kid!r} cannot be read: {reason}."
            ) from None


def read_entry(entry: Mapping[str, Any]) -> KeyEntry:
    """Return the parsed entry, without reading a file; raise KeyConfigurationError.

    An entry has a ``kid``, an ``algorithm`` (HS256), one of ``key``, ``environment`` and ``file``,
    and an ``encoding`` (text).
    """
    if not entry.keys() <= _ENTRIES:
        unknown = min(str(name) for name in entry if name not in _ENTRIES)
        raise KeyConfigurationError(f"Unknown entry {unknown!r}.")
    kid = entry.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeyConfigurationError("Each key needs a kid, a name of its own.")
    encoding = entry.get("encoding", "text")
    if encoding not in ENCODINGS:
        raise KeyConfigurationError(f"The encoding of key {kid!r} must be text or base64.")
    source, value = _source(kid, entry)
    algorithm = str(entry.get("algorithm", DEFAULT_ALGORITHM))
    if source == "file":
        return KeyEntry(kid, algorithm, encoding, path=value)
    if source == "environment":
        value = os.environ.get(value, "")
        if not value:
            raise KeySourceError(f"The environment variable of key {kid!r} is not set.")
    return KeyEntry(kid, algorithm, encoding, text=value)


def _source(kid: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the one source in an entry (``key``, ``environment`` or ``file``), and its value."""
    given = [name for name in SOURCES if name in entry]
    if len(given) != 1:
        found = " and ".join(given) if given else "none of them"
        raise KeyConfigurationError(
            f"Key {kid!r} needs one of key, environment and file; it has {found}."
        )
    [source] = given
    value = entry[source]
    if source == "file" and isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str) or not value:
        raise KeyConfigurationError(
            f"The {source!r} of key {kid!r} must be {SOURCES[source]}, as text."
        )
    return source, value


def _without_line_end(content: bytes) -> bytes:
    """Return a text without a line break at its end, as editors add one; other bytes as is."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return content
    return content.removesuffix(b"\n").removesuffix(b"\r")


def decode_base64(content: bytes) -> bytes | None:
    """Return the decoded bytes, or None. Lines, URL-safe letters and missing padding are fine."""
    unpadded = content.translate(_URL_SAFE, _SPACE).rstrip(b"=")
    try:
        return base64.b64decode(unpadded + b"=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:
        return None
