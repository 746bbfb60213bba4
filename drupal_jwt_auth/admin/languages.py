"""Languages as people call them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

WITHOUT_LANGUAGE = {"und": _("Not specified"), "zxx": _("Not applicable")}
"""What Drupal calls the codes that are of no language."""


def language_choices(codes: Iterable[str]) -> list[tuple[str, Any]]:
    """Return each code once, with what it is called; one that Django does not know is its own."""
    return [(code, language_name(code)) for code in dict.fromkeys(codes)]


def language_name(code: str) -> Any:
    """Return what a language is called in the language of whoever is logged in."""
    if code in WITHOUT_LANGUAGE:
        return WITHOUT_LANGUAGE[code]
    try:
        return get_language_info(code.lower())["name_translated"]
    except KeyError:
        return code
