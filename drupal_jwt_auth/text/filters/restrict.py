"""``filter_html``: only the listed tags and attributes, and nothing that runs."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.filters.allowed import allowed_html
from drupal_jwt_auth.text.filters.kses import strip_tags
from drupal_jwt_auth.text.guard import is_safe
from drupal_jwt_auth.text.markup import parse, serialize

#: Browsers nest no deeper than this; no author does, either.
MAX_DEPTH = 512


def restrict_html(text: str, settings: Mapping[str, Any]) -> str:
    """Remove what ``allowed_html`` does not list, and correct the rest (FilterHtml).

    The bytes are Drupal's: tags are taken out of the text, the rest is parsed and written anew.
    The last word has the parser of the ``html`` extra, which reads the result as a browser will:
    if it sees anything that is not allowed, or if elements are nested beyond all reason, the text
    is shown as plain text.
    """
    allowed = allowed_html(settings.get("allowed_html", ""))
    tree = parse(strip_tags(text, allowed))
    for element in tree.body.elements():
        if element.attributes and element.name in allowed:
            element.attributes = allowed[element.name].filter(element.attributes)
        if element.name == "a" and settings.get("filter_html_nofollow"):
            element.attributes["rel"] = "nofollow"
    html = serialize(tree.body.children).strip(php.TRIMMED)
    if tree.depth > MAX_DEPTH or not is_safe(html, allowed):
        return php.escape(text).strip(php.TRIMMED)
    return html
