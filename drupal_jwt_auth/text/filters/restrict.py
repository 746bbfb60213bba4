"""``filter_html``: only the listed tags and attributes, and nothing that runs."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.config_schema import read_flag, read_text, setting
from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.filters.allowed import allowed_html
from drupal_jwt_auth.text.filters.kses import strip_tags
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.markup import load, serialize

_SETTINGS = {"allowed_html": read_text, "filter_html_nofollow": read_flag}


def _listed(settings: Mapping[str, Any]) -> str:
    listed: str = setting(settings, "allowed_html", read_text, default="")
    return listed


@promises(
    leaves=_listed,
    adds="<* rel='nofollow'>",
    repeatable=True,
    reads_html=True,
    settings=_SETTINGS,
)
def restrict_html(text: str, settings: Mapping[str, Any]) -> str:
    """Remove what ``allowed_html`` does not list, and correct the rest (FilterHtml).

    The bytes are Drupal's: tags are taken out of the text, the rest is parsed and written anew.
    """
    check_tags(text.count("<"))
    allowed = allowed_html(_listed(settings))
    nofollow = setting(settings, "filter_html_nofollow", read_flag)
    body = load(strip_tags(text, allowed))
    for element in body.elements():
        if element.attributes:
            rules = allowed.get(element.name)
            element.attributes = rules.filter(element.attributes) if rules else {}
        if element.name == "a" and nofollow:
            element.attributes["rel"] = "nofollow"
    return serialize(body.children).strip(php.TRIMMED)
