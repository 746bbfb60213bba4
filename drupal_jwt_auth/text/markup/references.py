"""Character references as Drupal's HTML parser decodes them.

The rules are those of masterminds/html5 2.10 (MIT licence): a reference counts only with its
semicolon, and a NUL, which can only come from a reference, ends the text.
"""

import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]*)|([0-9]*))|([a-zA-Z0-9]*))(;?)")
_FREQUENT = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": "\xa0"}
_LAST_DECODED = 0x2FFFF
_SURROGATES = range(0xD800, 0xE000)
_MAX_DIGITS = 18


def _entities() -> dict[str, str]:
    """Return the characters by the names of references, without the semicolon that must follow.

    The parser's table was made by cutting the last letter off every name, also off those that
    HTML knows without a semicolon: "&nbs;" is a space there, and "&sup;" a superscript three.
    """
    entities = {name[:-1]: value for name, value in html5.items() if name.endswith(";")}
    for name in sorted(html5):
        if not name.endswith(";"):
            entities[name[:-1]] = html5[name]
    return entities


_ENTITIES = _entities()


def decode(text: str) -> str:
    """Return a text, or the value of an attribute, with its character references decoded."""
    if "&" not in text:
        return text
    # The most frequent references first, as replacing these is quick.
    for reference, character in _FREQUENT.items():
        text = text.replace(reference, character)
    parts = text.split("&amp;")
    decoded = (_REFERENCE.sub(_characters, part) if "&" in part else part for part in parts)
    return "&".join(decoded).partition("\0")[0]


def _characters(reference: re.Match[str]) -> str:
    """Return the characters of a reference; anything else stays as it is written."""
    hexadecimal, decimal, name, semicolon = reference.groups()
    if name is not None:
        return _ENTITIES.get(name, reference[0]) if semicolon else reference[0]
    if hexadecimal is None:
        return _character(decimal, reference[0]) if semicolon else reference[0]
    if hexadecimal == "0":
        # The parser steps back two characters, whatever it has read, and loses the "#".
        return "&" + reference[0][2:]
    if semicolon and 0 < len(hexadecimal) <= _MAX_DIGITS:
        return _character(str(int(hexadecimal, 16)), f"&#{int(hexadecimal, 16)};")
    return reference[0]


def _character(digits: str, otherwise: str) -> str:
    """Return the character of a decimal number, or ``otherwise`` beyond the parser's range."""
    if digits and len(digits) <= _MAX_DIGITS and int(digits) <= _LAST_DECODED:
        code = int(digits)
        return "�" if code in _SURROGATES else chr(code)
    return otherwise
