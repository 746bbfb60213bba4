"""``filter_html``: only the listed tags and attributes, and nothing that runs."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.filters.allowed import allowed_html
from drupal_jwt_auth.text.filters.kses import strip_tags
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.markup import load, serialize


def _listed(settings: Mapping[str, Any]) -> str:
    listed: str = settings.get("allowed_html", "")
    return listed


@promises(leaves=_listed, adds="<* rel='nofollow'>", repeatable=True)
def restrict_html(text: str, settings: Mapping[str, Any]) -> str:
    """Remove what ``allowed_html`` does not list, and correct the rest (FilterHtml).

    The bytes are Drupal's: tags are taken out of the text, the rest is parsed and written anew.
    """
    check_tags(text.count("<"))
    allowed = allowed_html(_listed(settings))
    body = load(strip_tags(text, allowed))
    for element in body.elements():
        if element.attributes:
            rules = allowed.get(element.name)
            element.attributes = rules.filter(element.attributes) if rules else {}
        if element.name == "a" and settings.get("filter_html_nofollow"):
            element.attributes["rel"] = "nofollow"
    return serialize(body.children).strip(php.TRIMMED)
