"""The last word on what is safe: a text read as a browser reads it.

Drupal filters with a parser that is not a browser's. Where two parsers disagree, script slips
through, so the result is read once more with a parser that follows the HTML standard (selectolax,
of the ``html`` extra) and every element, attribute and address in it is held against the list.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from drupal_jwt_auth.text.exceptions import MissingLibraryError
from drupal_jwt_auth.text.filters.protocols import PROTOCOLS

if TYPE_CHECKING:
    from drupal_jwt_auth.text.filters.allowed import Attributes

# A parser puts these around and into what was written.
_IMPLIED = frozenset({"html", "head", "body", "tbody", "colgroup"})
_NEVER = frozenset({"style", "srcdoc"})
_ADDED = frozenset({"rel"})  # by filter_html_nofollow
_URLS = frozenset(
    {
        "action",
        "background",
        "cite",
        "classid",
        "code",
        "codebase",
        "data",
        "formaction",
        "href",
        "longdesc",
        "manifest",
        "ping",
        "poster",
        "profile",
        "src",
        "srcset",
        "usemap",
        "xlink:href",
    }
)

# A browser leaves these out of an address before it looks for the protocol.
_IGNORED = re.compile(r"\A[\x00-\x20]+|[\t\n\r]")
_PROTOCOL = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def is_safe(html: str, allowed: "Mapping[str, Attributes]") -> bool:
    """Tell whether a browser finds only allowed elements, attributes and protocols in a text."""
    try:
        from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415  the library is optional
    except ImportError as error:
        raise MissingLibraryError("filter_html") from error
    if "<" not in html:
        return True
    root = LexborHTMLParser(html).root
    return root is not None and all(
        _is_allowed(node.tag or "", node.attributes, allowed) for node in root.traverse()
    )


def _is_allowed(
    tag: str, attributes: Mapping[str, str | None], allowed: "Mapping[str, Attributes]"
) -> bool:
    rules = allowed.get(tag)
    if rules is None:
        return tag in _IMPLIED and not attributes
    return all(
        name not in _NEVER
        and not name.startswith("on")
        and (name in _ADDED or rules.values(name)[0])
        and (name not in _URLS or _is_harmless(value or ""))
        for name, value in attributes.items()
    )


def _is_harmless(url: str) -> bool:
    protocol = _PROTOCOL.match(_IGNORED.sub("", url))
    return protocol is None or protocol[1].lower() in PROTOCOLS
