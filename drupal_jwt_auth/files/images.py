"""Images among files: known by their first bytes, measured where Pillow is installed."""

from __future__ import annotations

import re
from typing import IO

from django.core.files import File as Content
from django.core.files.images import get_image_dimensions

IMAGE_EXTENSIONS = ("png", "jpeg", "jpg", "jpe", "gif", "webp")
"""What the images are called that Drupal can read."""

_BEGINNING = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP", re.DOTALL)
_BEGINNING_LENGTH = 12


def is_image(content: IO[bytes]) -> bool:
    """Tell whether a file begins as PNG, JPEG, GIF and WebP do; what follows is not looked at."""
    content.seek(0)
    beginning = content.read(_BEGINNING_LENGTH)
    content.seek(0)
    return bool(_BEGINNING.match(beginning))


def image_size(content: Content[bytes]) -> tuple[int | None, int | None]:
    """Return width and height of an image; unknown without Pillow, and of what is no image."""
    try:
        return get_image_dimensions(content)
    except Exception:  # Whatever Pillow finds wrong with an image: it is kept as it was sent.
        return None, None
