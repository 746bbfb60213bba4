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

# Before anything else, "<" is text to a browser.
_BEGIN = re.compile(r"<[a-zA-Z/!?]")
_NAME = "[a-zA-Z][a-zA-Z0-9:_-]*"
_ATTRIBUTE_NAME = r'[^\x00-\x20"\'<>/=\x7f]+'
_ATTRIBUTE = rf'[ \n\t]+{_ATTRIBUTE_NAME}(?:="[^"<>]*")?'
_TAG = re.compile(rf"<({_NAME})((?:{_ATTRIBUTE})*)[ \n\t]*/?>|</({_NAME})[ \n\t]*>")
_NAME_AND_VALUE = re.compile(rf'({_ATTRIBUTE_NAME})(?:="([^"<>]*)")?')

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
    at = 0
    while begin := _BEGIN.search(html, at):
        tag = _TAG.match(html, begin.start())
        if tag is None or not _is_allowed(tag, allowed):
            return False
        at = tag.end()
    return True


def _is_allowed(tag: re.Match[str], allowed: Mapping[str, Attributes]) -> bool:
    name, attributes, ended = tag.groups()
    # An end tag counts too: a browser makes an element of a lonely "</p>" or "</br>".
    name = (ended or name).lower()
    readings = {name, _SYNONYMS.get(name, name)}
    if not readings <= allowed.keys():
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
