"""The final check of HTML: only tags that every parser reads in the same way, all of them allowed.

Drupal's filters use parsers that differ from a browser's. Where two parsers disagree about the end
of a value or a tag, script may slip through. So the result of a format is checked once more, in a
way that leaves nothing to disagree about: wherever a browser could see the beginning of a tag, the
tag must be written so plainly that each parser, in any state, reads exactly this tag or plain text.
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

# A start tag or an end tag; the last alternative, without a group, is anything else that a browser
# does not take for text.
_TAG = re.compile(rf"<(?:({_NAME})((?:{_ATTRIBUTE})*)[ \n\t]*/?>|/({_NAME})[ \n\t]*>|[a-zA-Z/!?])")

# Outside of SVG, browsers take the first name for the second.
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

# Browsers remove these from an address before they read its protocol.
_IGNORED = re.compile(r"\A[\x00-\x20]+|[\t\n\r]")
_PROTOCOL = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def is_safe(html: str, allowed: Mapping[str, Attributes]) -> bool:
    """Return True if a browser finds only allowed elements, attributes, values and protocols."""
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
