"""``filter_html_escape``: show any HTML as plain text."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.filters.promises import promises


@promises(leaves=lambda settings: "", repeatable=True)
def escape_html(text: str, settings: Mapping[str, Any]) -> str:
    """Escape the special characters and trim both ends (FilterHtmlEscape)."""
    return php.escape(text).strip(php.TRIMMED)
