"""Functions of PHP and of Drupal's string helpers that the filters are defined by."""

import re
from html.entities import name2codepoint

#: The characters of ``\s`` in a PHP pattern without ``u``: ASCII only.
SPACE = " \t\n\r\f\v"

#: The characters that PHP's ``trim()`` removes: NUL, but not the form feed.
TRIMMED = " \t\n\r\0\v"

_ASCII_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_ENTITY = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*));")
# The characters that may be written as a number in HTML 4.01.
_HTML401 = (
    range(0x20, 0x7F),
    range(0xA0, 0xD800),
    range(0xE000, 0x110000),
    (0x09, 0x0A, 0x0D),
)
_MAX_DIGITS = 7  # of U+10FFFF written in decimal


def ascii_lower(text: str) -> str:
    """Lower-case A to Z alone, as ``strtolower()`` does since PHP 8.2."""
    return text.lower() if text.isascii() else text.translate(_ASCII_UPPER)


def escape(text: str) -> str:
    """Escape the five special characters, as ``Html::escape()`` does."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#039;")
    )


def decode_entities(text: str) -> str:
    """Decode character references once, as ``Html::decodeEntities()`` does.

    That is ``html_entity_decode()`` for HTML 4.01: its 252 names, and numbers of characters
    that may stand in such a document. Every reference must end with a semicolon.
    """
    return _ENTITY.sub(_decoded, text) if "&" in text else text


def truncate(text: str, length: int) -> str:
    """Cut to ``length`` characters, the ellipsis included, as ``Unicode::truncate()`` does."""
    if len(text) <= length:
        return text
    return text[: max(length - 1, 0)] + "…"


def _decoded(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        known = name2codepoint.get(name)
        return match[0] if known is None else chr(known)
    digits = (decimal or hexadecimal).lstrip("0")
    if len(digits) > _MAX_DIGITS:
        return match[0]
    code = int(digits or "0", 10 if decimal else 16)
    return chr(code) if _in_html401(code) else match[0]


def _in_html401(code: int) -> bool:
    return any(code in characters for characters in _HTML401)
