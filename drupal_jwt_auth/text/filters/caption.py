"""``filter_caption``: turn ``data-caption`` into a figure."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.filters.restrict import restrict_html
from drupal_jwt_auth.text.markup import Element, Node, load, serialize
from drupal_jwt_auth.text.markup.canonical import canonicalize

_IN_CAPTIONS = {"allowed_html": "<a href hreflang target rel> <em> <strong> <cite> <code> <br>"}


def caption(text: str, settings: Mapping[str, Any]) -> str:
    """Put an element with ``data-caption`` into a figure, or the link around it (FilterCaption).

    The element is written in canonical form, so its attributes come out sorted; its class moves to
    the figure.
    """
    if "data-caption" not in text.lower():
        return text
    body = load(text)
    captioned = [e for e in body.elements() if "data-caption" in e.attributes]
    for element in captioned:
        _caption(element)
    return serialize(body.children)


def _caption(element: Element) -> None:
    raw = php.decode_entities(php.escape(element.attributes.pop("data-caption")))
    filtered = restrict_html(raw, _IN_CAPTIONS)
    if not filtered and raw != " ":
        return
    classes = element.attributes.pop("class", "")
    parent = element.parent
    if parent is not None and parent.name == "a":
        element, parent = parent, parent.parent
    if parent is not None:
        parent.replace(element, _figure(element, filtered, classes))


def _figure(element: Element, filtered: str, classes: str) -> list[Node]:
    # PHP, and so the template, takes "0" for nothing.
    attribute = f' class="{php.escape(classes)}"' if classes not in {"", "0"} else ""
    return load(
        f'<figure role="group"{attribute}>\n{canonicalize(element)}\n'
        f"<figcaption>{filtered}</figcaption>\n</figure>\n"
    ).children
