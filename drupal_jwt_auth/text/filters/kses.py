"""Removes tags from a text, character by character, as Drupal's ``Xss::filter()`` does.

It comes before any parsing and works on the text alone: a tag ends at its first ``>``, even inside
a quoted value. The result is parsed and checked against the list of allowed tags once more.
"""

import re
from collections.abc import Container

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.filters.protocols import filter_bad_protocol

_SCRIPT_ENTITY = re.compile(r"&\s*\{[^}]*(?:\}\s*;?|\Z)", re.ASCII)
_BARE_AMPERSAND = re.compile(r"&(?!#[0-9]+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_HEXADECIMAL = re.compile(r"&#[xX]([0-9A-Fa-f]+);")
_TAG = re.compile(r"<(/\s*)?([a-zA-Z0-9-]+)\s*([^>]*)", re.ASCII)

_NAME = re.compile(r"[-a-zA-Z][-a-zA-Z0-9]*")
_EQUALS = re.compile(r"\s*=\s*", re.ASCII)
_SPACES = re.compile(r"\s+", re.ASCII)
_VALUE = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?:\s+|\Z)""", re.ASCII)
_MALFORMED = re.compile(r"""[^\s"']+|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)""", re.ASCII)

_MAX_NAME = 96
_NEVER = frozenset({"style", "srcdoc"})
_NOT_A_URL = frozenset({"title", "alt", "rel", "property", "class", "datetime"})


def strip_tags(text: str, allowed: Container[str]) -> str:
    """Remove all tags but the allowed ones, and attributes of these that could run script."""
    text = text.replace("\0", "")
    if "&" in text:
        # "&{...};" was script once, in Netscape 4.
        text = _BARE_AMPERSAND.sub("&amp;", _SCRIPT_ENTITY.sub("", text))
        text = _HEXADECIMAL.sub(_written_plainly, text)
    return _Stripper(text, allowed).run()


class _Stripper:
    def __init__(self, text: str, allowed: Container[str]) -> None:
        self._text = text
        self._allowed = allowed
        self._next: dict[str, int] = {}

    def run(self) -> str:
        text, parts, at = self._text, [], 0
        while (begin := text.find("<", at)) != -1:
            parts.append(text[at:begin].replace(">", "&gt;"))
            if _opens_tag(text[begin + 1 : begin + 2]):
                at = self._end_of_tag(begin)
                parts.append(self._tag(text[begin:at]))
            else:
                at = begin + 1
                parts.append("&lt;")
        parts.append(text[at:].replace(">", "&gt;"))
        return "".join(parts)

    def _end_of_tag(self, begin: int) -> int:
        """Return the end of the tag or comment at ``begin``."""
        if self._text.startswith("<!--", begin):
            end = self._find("-->", begin + 4)
            if end < self._find("\n", begin + 4):
                return end + 3
        end = self._text.find(">", begin)
        return len(self._text) if end == -1 else end + 1

    def _find(self, wanted: str, at: int) -> int:
        """Return the place of a string from ``at`` on; no part of the text is searched twice."""
        if self._next.get(wanted, -1) < at:
            found = self._text.find(wanted, at)
            self._next[wanted] = len(self._text) if found == -1 else found
        return self._next[wanted]

    def _tag(self, tag: str) -> str:
        match = _TAG.match(tag)
        if match is None:
            return ""
        slash, name, attributes = match.groups()
        if name.lower() not in self._allowed:
            return ""
        if slash:
            return f"</{name}>"
        stripped = attributes.rstrip(php.SPACE)
        closing = ""
        if stripped.endswith("/"):
            attributes, closing = stripped[:-1], " /"
        kept = "".join(f" {attribute}" for attribute in _attributes(attributes))
        return f"<{name}{kept.replace('<', '')}{closing}>"


def _opens_tag(following: str) -> bool:
    return following in {"!", "/"} or (following.isascii() and following.isalpha())


def _written_plainly(reference: re.Match[str]) -> str:
    """Write a hexadecimal reference with an even number of digits, or escape it."""
    digits = reference[1].lstrip("0")
    missing = max(2 - len(digits), len(digits) % 2)
    if len(reference[1]) - len(digits) >= missing:
        return f"&#x{'0' * missing}{digits};"
    return "&amp;" + reference[0][1:]


def _attributes(text: str) -> list[str]:
    """Return the attributes of a tag that may stay, each as it is written."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        name = _NAME.match(text, at)
        if name is None:
            at = _skip_malformed(text, at)
            continue
        at = name.end()
        attribute = php.ascii_lower(name[0])
        equals = _EQUALS.match(text, at)
        if equals:
            value = _VALUE.match(text, equals.end())
            at = value.end() if value else equals.end()
            if value and _may_stay(attribute):
                kept.append(_written(attribute, value))
            continue
        spaces = _SPACES.match(text, at)
        if spaces or at == len(text):
            if _may_stay(attribute):
                kept.append(attribute)
            at = spaces.end() if spaces else at
        else:
            at = _skip_malformed(text, at)
    return kept


def _written(name: str, value: re.Match[str]) -> str:
    double, single, bare = value.groups()
    if single is not None:
        return f"{name}='{_filtered(name, single)}'"
    return f'{name}="{_filtered(name, bare if double is None else double)}"'


def _filtered(name: str, value: str) -> str:
    if name in _NOT_A_URL or name.startswith("data-"):
        return value
    return filter_bad_protocol(value)


def _may_stay(name: str) -> bool:
    return name not in _NEVER and not name.startswith(("on", "-")) and len(name) <= _MAX_NAME


def _skip_malformed(text: str, at: int) -> int:
    while found := _MALFORMED.match(text, at):
        at = found.end()
    spaces = _SPACES.match(text, at)
    return spaces.end() if spaces else at
