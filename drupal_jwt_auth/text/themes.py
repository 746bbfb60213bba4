"""What the theme of a site adds to what filters make of a text.

Source: Drupal core 10.6: the theme Olivero gives each figure with a caption a class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CAPTION = "filter_caption"

CAPTION_CLASSES: Mapping[str, str] = {"olivero": "caption"}
"""The class of figures with a caption by the name of the theme; others have none."""


def in_theme(filters: Mapping[str, Any], theme: str) -> Mapping[str, Any]:
    """Return the filters of a format as they are in a theme."""
    added, options = CAPTION_CLASSES.get(theme), filters.get(CAPTION)
    if added is None or not isinstance(options, Mapping):
        return filters
    settings = {**(options.get("settings") or {}), "class": added}
    return {**filters, CAPTION: {**options, "settings": settings}}
