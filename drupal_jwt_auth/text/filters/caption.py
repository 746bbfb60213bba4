"""``filter_caption``: turn ``data-caption`` into a figure."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.filters.restrict import restrict_html
from drupal_jwt_auth.text.markup import Element, Node, escape_attribute, load, serialize
from drupal_jwt_auth.text.markup.canonical import canonicalize

_TAGS_OF_FIGURE = 4
_ALLOWED = "<a href hreflang target rel> <em> <strong> <cite> <code> <br>"


@promises(
    adds=f"<figure role='group' class> <figcaption> {_ALLOWED}", repeatable=True, reads_html=True
)
def caption(text: str, settings: Mapping[str, Any]) -> str:
    """Put an element with ``data-caption``, or the link around it, into a figure (FilterCaption).

    The element is copied into the figure as canonical XML, with its attributes sorted; its class
    moves to the figure, before the one that the setting ``class`` names. Captions of elements
    within it stay as they are written.
    """
    if "data-caption" not in text.lower():
        return text
    body = load(text)
    figures: dict[Element, list[Node]] = {}
    copied: set[Element] = set()
    captioned = [
        (parent, element)
        for parent, element in body.elements_with_parents()
        if "data-caption" in element.attributes
    ]
    check_tags(len(captioned) * _TAGS_OF_FIGURE)
    for parent, element in captioned:
        if element in copied:
            continue
        caption, classes = _take_caption(element)
        if caption is None:
            continue
        target = parent if parent.name == "a" else element
        figures[target] = _figure(target, caption, classes, settings.get("class"))
        copied.update(target.elements())
    for element in [body, *body.elements()]:
        element.replace(figures)
    return serialize(body.children)


def _take_caption(element: Element) -> tuple[str | None, str]:
    """Take the caption, if there is one, and the classes off an element."""
    raw = php.decode_entities(php.escape(element.attributes.pop("data-caption")))
    filtered = restrict_html(raw, {"allowed_html": _ALLOWED})
    if not filtered and raw != " ":
        return None, ""
    return filtered, element.attributes.pop("class", "")


def _figure(element: Element, filtered: str, classes: str, added: str | None) -> list[Node]:
    # To PHP, and so to the template, "0" is false.
    shown = " ".join(each for each in (classes, added) if each and each != "0")
    attribute = f' class="{escape_attribute(shown)}"' if shown else ""
    return load(
        f'<figure role="group"{attribute}>\n{canonicalize(element)}\n'
        f"<figcaption>{filtered}</figcaption>\n</figure>\n"
    ).children
