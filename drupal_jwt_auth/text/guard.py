"""The last word on what is safe: only tags that can be read in one way, and all of them allowed.

Drupal's filters read a text one after the other, with parsers that are not a browser's. Where two
readers disagree about where a value or a tag ends, script slips through. So what a format gives in
the end is held against its list once more, and here there is nothing to disagree about: wherever a
browser could see a tag begin, one has to be written so plainly that every parser, in every state,
either reads just this tag or takes it for text.
"""

import re
from collections.abc import Mapping
from html import unescape

from drupal_jwt_auth.text.filters.allowed import Attributes
from drupal_jwt_auth.text.filters.protocols import PROTOCOLS

_NAME = "[a-zA-Z][a-zA-Z0-9:_-]*"
_ATTRIBUTE_NAME = r'[^\x00-\x20"\'<>/=\x7f]+'
_ATTRIBUTE = rf'[ \n\t]+{_ATTRIBUTE_NAME}(?:="[^"<>]*")?'
_NAME_AND_VALUE = re.compile(rf'({_ATTRIBUTE_NAME})(?:="([^"<>]*)")?')

# A start tag, an end tag, or whatever else is no text to a browser: that has no groups.
_TAG = re.compile(rf"<(?:({_NAME})((?:{_ATTRIBUTE})*)[ \n\t]*/?>|/({_NAME})[ \n\t]*>|[a-zA-Z/!?])")

# Outside of SVG browsers take the first for the second.
_SYNONYMS = {"image": "img"}
_NEVER = frozenset({"style", "srcdoc"})
_URLS = frozenset(
    {
        "action",
        "background",
        "by",
        "cite",
        "classid",
        "code",
        "codebase",
        "content",
        "data",
        "formaction",
        "from",
        "href",
        "longdesc",
        "manifest",
        "ping",
        "poster",
        "profile",
        "src",
        "srcset",
        "to",
        "usemap",
        "values",
        "xlink:href",
    }
)

# A browser leaves these out of an address before it looks for the protocol.
_IGNORED = re.compile(r"\A[\x00-\x20]+|[\t\n\r]")
_PROTOCOL = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def is_safe(html: str, allowed: Mapping[str, Attributes]) -> bool:
    """Tell whether a browser finds only allowed elements, attributes, values and protocols."""
    return all(_is_allowed(tag, allowed) for tag in _TAG.finditer(html))


def _is_allowed(tag: re.Match[str], allowed: Mapping[str, Attributes]) -> bool:
    started, attributes, ended = tag.groups()
    # An end tag counts too: a browser makes an element of a lonely "</p>" or "</br>".
    name = (started or ended or "").lower()
    readings = (name, _SYNONYMS[name]) if name in _SYNONYMS else (name,)
    if not all(reading in allowed for reading in readings):
        return False
    return not attributes or all(
        _may_be_there(found[1].lower(), unescape(found[2] or ""), allowed[reading])
        for found in _NAME_AND_VALUE.finditer(attributes)
        for reading in readings
    )


def _may_be_there(name: str, value: str, rules: Attributes) -> bool:
    return (
        name not in _NEVER
        and not name.startswith("on")
        and rules.accepts(name, value)
        and (name not in _URLS or _is_harmless(value))
    )


def _is_harmless(url: str) -> bool:
    protocol = _PROTOCOL.match(_IGNORED.sub("", url))
    return protocol is None or protocol[1].lower() in PROTOCOLS
