"""Filters that parse a text and write it anew."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.markup import normalize


@promises(repeatable=True, reads_html=True)
def correct_html(text: str, settings: Mapping[str, Any]) -> str:
    """``filter_htmlcorrector``: close every tag, quote every value (FilterHtmlCorrector)."""
    return normalize(text)


@promises(repeatable=True, reads_html=True)
def refer_to_files(text: str, settings: Mapping[str, Any]) -> str:
    """``editor_file_reference``: give uploaded images their current address.

    Uploads are not tracked here, so a text that refers to one is only parsed and written anew, as
    in Drupal for a file that it does not know (EditorFileReference).
    """
    return normalize(text) if 'data-entity-type="file"' in text.lower() else text
