"""``filter_align``: turn ``data-align`` into a class."""

from collections.abc import Mapping
from typing import Any

from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.markup import load, serialize

_ALIGNMENTS = frozenset({"left", "center", "right"})


@promises(adds="<* class='align-left align-center align-right'>", repeatable=True, reads_html=True)
def align(text: str, settings: Mapping[str, Any]) -> str:
    """Replace ``data-align`` by a class, or drop it if it is not an alignment (FilterAlign)."""
    if "data-align" not in text.lower():
        return text
    body = load(text)
    for element in body.elements():
        alignment = element.attributes.pop("data-align", None)
        if alignment in _ALIGNMENTS:
            classes = element.attributes.get("class", "")
            space = " " if classes else ""
            element.attributes["class"] = f"{classes}{space}align-{alignment}"
    return serialize(body.children)
