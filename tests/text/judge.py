"""What a browser may find in a text that a format has made, and what it finds.

Nothing of the package is used here: the lists are read, and the additions of the filters written
down, once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser

Element: TypeAlias = tuple[str, Mapping[str, str]]
"""A tag and the attributes, as a browser has them."""

Allowed: TypeAlias = Mapping[str, Mapping[str, set[str] | None]]
"""Tag -> attribute -> its values, or None where it may have any."""

IN_CAPTIONS = "<a href hreflang target rel> <em> <strong> <cite> <code> <br>"
ADDED = {
    "editor_file_reference": "",
    "filter_align": "<* class='align-left align-center align-right'>",
    "filter_autop": "<p> <br>",
    "filter_caption": f"<figure role='group' class> <figcaption> {IN_CAPTIONS}",
    "filter_html": "<* rel='nofollow'>",
    "filter_html_escape": "",
    "filter_html_image_secure": "<img src alt title height='16' width='16'"
    " class='filter-image-invalid'>",
    "filter_htmlcorrector": "",
    "filter_image_lazy_load": "<img loading='lazy'>",
    "filter_url": "<a href>",
}
"""What each filter adds to what `filter_html` has left."""

IMPLIED = {"html", "head", "body", "tbody", "tr", "colgroup"}
"""What a parser puts around and into what is written, without attributes."""

PROTOCOLS = {
    *("http", "https", "ftp", "news", "nntp", "tel", "telnet"),
    *("mailto", "irc", "ssh", "sftp", "webcal", "rtsp"),
}
TEXTS = {"alt", "class", "datetime", "property", "rel", "title"}
"""Attributes that are no addresses; others might be."""


def read(notation: str) -> Allowed:
    """Return what a list such as ``<a href> <p class='x y'>`` allows; ``<*>`` is any tag in it."""
    allowed: dict[str, dict[str, set[str] | None]] = {}
    tags = re.findall(r"<([\w*]+)([^>]*)>", notation)
    for tag, _ in tags:
        allowed[tag] = {"lang": None, "dir": {"ltr", "rtl"}}
    for tag, attributes in tags:
        for name, values in re.findall(r"([\w-]+)(?:='([^']*)')?", attributes):
            for rules in allowed.values() if tag == "*" else [allowed[tag]]:
                known = rules.get(name, set())
                rules[name] = known | set(values.split()) if values and known is not None else None
    return allowed


def faults(elements: Iterable[Element], allowed: Allowed) -> Iterator[str]:
    """Yield what is there, and should not be."""
    for tag, attributes in elements:
        rules = allowed.get(tag)
        if rules is None and (tag not in IMPLIED or attributes):
            yield f"<{tag}>"
        for name, value in attributes.items():
            if name.startswith("on") or name in {"style", "srcdoc"} or name not in (rules or {}):
                yield f"<{tag} {name}>"
                continue
            values = (rules or {})[name]
            if values is not None and not set(value.split()) <= values:
                yield f"<{tag} {name}={value!r}>"
            if not (name in TEXTS or name.startswith("data-")) and not is_harmless(value):
                yield f"<{tag} {name}={value!r}>"


def is_harmless(address: str) -> bool:
    """Tell whether a browser finds a known protocol in an address, or none."""
    plain = re.sub(r"[\t\n\r]", "", address.lstrip("".join(map(chr, range(0x21)))))
    protocol = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", plain)
    return protocol is None or protocol[1].lower() in PROTOCOLS


def parse(html: str) -> Iterator[Element]:
    """Yield the elements, and the comments, that a parser finds which follows the HTML standard."""
    root = LexborHTMLParser(html).root
    assert root is not None
    for node in root.traverse():
        yield node.tag or "", {name: value or "" for name, value in node.attributes.items()}
