"""The size of an image is told by its first bytes, whatever the rest is."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.files.images import HEAD, image_size, size_in

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02"
GIF = b"GIF89a\x03\0\x02\0"
SEGMENT = b"\xff\xe0\0\x04ab"
FRAME = b"\xff\xc0\0\x11\x08\0\x02\0\x03"
JPEG = b"\xff\xd8" + SEGMENT + FRAME
WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    "head",
    [
        PNG,
        GIF,
        b"GIF87a\x03\0\x02\0",
        JPEG,
        b"\xff\xd8\xff\xff" + FRAME,
        b"\xff\xd8\xff\x01\xff\xd0" + FRAME,
        b"\xff\xd8" + FRAME.replace(b"\xc0", b"\xc2"),
        WEBP + b"VP8 " + b"\0" * 7 + b"\x9d\x01\x2a\x03\x40\x02\x80",
        WEBP + b"VP8L\0\0\0\0\x2f\x02\x40\0\0",
        WEBP + b"VP8X" + b"\0" * 8 + b"\x02\0\0\x01\0\0",
    ],
)
def test_the_beginning_of_an_image_tells_its_size(head: bytes) -> None:
    assert size_in(head) == (3, 2)
    content = BytesIO(head + b"pixels")
    assert image_size(content) == (3, 2)
    assert content.tell() == 0


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"text", PNG[:20], GIF[:9], JPEG[:-1], b"\xff\xd8" + SEGMENT + b"pixels\0\0\0\0"),
        *(WEBP + b"VP8 ", b"\xff\xd8\xff\xc4\0\x04ab" + b"\xff" * 20),
        *(PNG[:16] + b"\x80\0\0\0\0\0\0\1", PNG[:16] + b"\0\0\0\1\x80\0\0\0"),
    ],
)
def test_anything_else_has_none(head: bytes) -> None:
    assert size_in(head) == (None, None)


def test_what_comes_later_is_not_read() -> None:
    assert image_size(BytesIO(b"\xff\xd8" + b"\xff" * HEAD + FRAME)) == (None, None)


@given(st.sampled_from([PNG, GIF, JPEG, WEBP, b""]), st.binary(max_size=60))
def test_no_bytes_are_too_odd(head: bytes, more: bytes) -> None:
    size_in(head + more)
