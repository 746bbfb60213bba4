"""Images among files: known and measured by their first bytes.

Sources: the PNG specification (5.6), GIF89a (18), ITU-T T.81 (B.2) and RFC 9649 (2.5 to 2.7).
"""

from __future__ import annotations

import re
from typing import IO

IMAGE_EXTENSIONS = ("png", "jpeg", "jpg", "jpe", "gif", "webp")
"""What the images are called that Drupal can read."""

HEAD = 2**18
"""How many bytes at its beginning tell the size of an image: a JPEG has its profile before."""

_LONGEST_SIDE = 2**31 - 1
_PNG = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(.{4})(.{4})", re.DOTALL)
_GIF = re.compile(rb"GIF8[79]a(..)(..)", re.DOTALL)
_WEBP = re.compile(
    rb"RIFF.{4}WEBP"
    rb"(?:VP8 .{7}\x9d\x01\x2a(..)(..)|VP8L.{4}\x2f(.{4})|VP8X.{8}(...)(...))",
    re.DOTALL,
)
_JPEG = b"\xff\xd8"
_MARKER = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG segments that tell the size."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""The markers that no segment follows."""

_BEGINNING = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP", re.DOTALL)
_BEGINNING_LENGTH = 12

Size = tuple[int | None, int | None]
UNKNOWN: Size = (None, None)


def is_image(content: IO[bytes]) -> bool:
    """Tell whether a file begins as PNG, JPEG, GIF and WebP do; what follows is not looked at."""
    content.seek(0)
    beginning = content.read(_BEGINNING_LENGTH)
    content.seek(0)
    return bool(_BEGINNING.match(beginning))


def image_size(content: IO[bytes]) -> Size:
    """Return width and height of an image; unknown where its beginning does not tell."""
    content.seek(0)
    head = content.read(HEAD)
    content.seek(0)
    return size_in(head)


def size_in(head: bytes) -> Size:
    """Return width and height of the image that begins with these bytes."""
    if found := _PNG.match(head):
        width, height = (int.from_bytes(each, "big") for each in found.groups())
        # More is no PNG, and no number that every database can store.
        return (width, height) if max(width, height) <= _LONGEST_SIDE else UNKNOWN
    if found := _GIF.match(head):
        return int.from_bytes(found[1], "little"), int.from_bytes(found[2], "little")
    if found := _WEBP.match(head):
        return _webp_size(*found.groups())
    return _jpeg_size(head) if head.startswith(_JPEG) else UNKNOWN


def _webp_size(*parts: bytes | None) -> Size:
    """Return the size that lossy, lossless or extended WebP has: two times 14 or 24 bits."""
    width, height, both, wide, high = (
        None if part is None else int.from_bytes(part, "little") for part in parts
    )
    if width is not None and height is not None:
        return width & 0x3FFF, height & 0x3FFF
    if both is not None:
        return (both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1
    return (wide or 0) + 1, (high or 0) + 1


def _jpeg_size(head: bytes) -> Size:
    """Return the size in the first frame of a JPEG, from segment to segment."""
    position = len(_JPEG)
    while position + 9 <= len(head) and head[position] == _MARKER:
        marker = head[position + 1]
        if marker in _FRAMES:
            height, width = head[position + 5 : position + 7], head[position + 7 : position + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        if marker == _MARKER:
            position += 1  # Any number of them may come before a marker.
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + int.from_bytes(head[position + 2 : position + 4], "big")
    return UNKNOWN
