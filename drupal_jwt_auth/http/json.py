"""JSON text as PHP reads and writes it, so that answers are equal to the byte.

Source: Drupal core 10.6's JSON encoder, that is PHP's ``json_encode`` with the flags
``JSON_HEX_TAG | JSON_HEX_APOS | JSON_HEX_AMP | JSON_HEX_QUOT``, and ``json_decode`` with its
error messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.exceptions import ContentTooLarge

MAX_DEPTH = 512
"""PHP's limit: one more than the levels of arrays and objects, as the value inside counts."""

MAX_VALUES = 100_000
"""How many values a document may have, arrays and objects included, as each takes memory.

The eight megabytes that Drupal reads could have four million.
"""

NO_CONTENT = "No entity content received."
SYNTAX_ERROR = "Syntax error"
CONTROL_CHARACTER = "Control character error, possibly incorrectly encoded"
STATE_MISMATCH = "State mismatch (invalid or malformed JSON)"

_WHITESPACE = " \t\r\n"
_MAY_BE_FLOAT = re.compile(r"(?:\A|[:,\[])-?[0-9]+[.e]")
_FLOAT = re.compile(r"[0-9][.e][0-9+-]")
_NUMBER = re.compile(r"-?[0-9][0-9.e+-]*")
_MAX_ZEROS, _MAX_DIGITS = 3, 17
_UNESCAPED_STRING = re.compile(r'"[^"]*"?')
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML_SAFE = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027", "/": "\\/"}


def encode(value: Any) -> str:
    r"""Return the JSON text that PHP would write: no spaces, ``\/``, ``\u003C``, ``\u00e9``."""
    text = json.dumps(value, separators=(",", ":"))
    for character, escape in _HTML_SAFE.items():
        text = text.replace(character, escape)
    # PHP writes a quote as a number, and leaves the DEL character as it is. Between backslashes
    # that are escaped themselves each one left is the first character of an escape.
    text = r"\\".join(
        part.replace('\\"', r"\u0022").replace(r"\u007f", "\x7f") for part in text.split(r"\\")
    )
    # Every second part is a string, for there is no quote in one any more.
    parts = text.split('"')
    if not _MAY_BE_FLOAT.search('"'.join(parts[::2])):
        return text
    parts[::2] = [_NUMBER.sub(_write_number, part) for part in parts[::2]]
    return '"'.join(parts)


def _write_number(found: re.Match[str]) -> str:
    """Return a number as PHP writes it: a float in its shortest form, an integer as it is."""
    text = found[0]
    if not _FLOAT.search(text):
        return text
    number = Decimal(text).normalize()
    sign, digits, exponent = number.as_tuple()
    power = len(digits) + int(exponent)
    if -_MAX_ZEROS <= power <= _MAX_DIGITS:
        return f"{number:f}"
    first, *others = map(str, digits)
    return f"{'-' * sign}{first}.{''.join(others) or '0'}e{power - 1:+d}"


def decode(document: bytes) -> Any:
    """Return the value of a JSON document.

    Raise ParseError (400) with PHP's error message, and ContentTooLarge (413) for a document with
    more than `MAX_VALUES` values.
    """
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("Malformed UTF-8 characters, possibly incorrectly encoded") from None
    _check_size(text)
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_int=_parse_int)
    except json.JSONDecodeError as error:
        raise ParseError(_explain(error)) from None
    except ValueError:
        raise ParseError(SYNTAX_ERROR) from None
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise ParseError("Single unpaired UTF-16 surrogate in unicode escape")
    return value


def _explain(error: json.JSONDecodeError) -> str:
    """Return PHP's error message for a fault that Python has found."""
    before, rest = error.doc[: error.pos], error.doc[error.pos :]
    if error.msg.startswith("Unterminated string"):
        # PHP meets the NUL at the end of the text; a backslash makes an escape of it.
        backslashes = len(rest) - len(rest.rstrip("\\"))
        return SYNTAX_ERROR if backslashes % 2 else CONTROL_CHARACTER
    if error.msg.startswith("Invalid \\"):
        return SYNTAX_ERROR
    if rest.startswith(("]", "}")):
        may_close = error.msg.startswith("Expecting ',' delimiter")
        is_empty = before.rstrip(_WHITESPACE).endswith(("[", "{"))
        return STATE_MISMATCH if may_close or is_empty else SYNTAX_ERROR
    return CONTROL_CHARACTER if "" < rest[:1] < " " else SYNTAX_ERROR


def _refuse_constant(name: str) -> NoReturn:
    """Raise ValueError for ``NaN`` and ``Infinity``, which Python accepts and JSON does not."""
    raise ValueError(name)


def _parse_int(digits: str) -> int | float:
    """Return an integer, or as PHP does a float if 64 bits cannot hold it."""
    if len(digits) > len(str(-(2**63))):
        return float(digits)
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(number)


def _check_size(text: str) -> None:
    """Raise ParseError for a document that is nested too deeply, as PHP does.

    Raise ContentTooLarge for one with more than `MAX_VALUES` values. This comes before parsing,
    which would take the memory.
    """
    if text.count("[") + text.count("{") < MAX_DEPTH and text.count(",") < MAX_VALUES - MAX_DEPTH:
        return
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    if unescaped.count('"') > 4 * MAX_VALUES:
        # Each value has two strings at most, its name and itself.
        raise ContentTooLarge(MAX_VALUES, "values")
    structure = _UNESCAPED_STRING.sub("", unescaped)
    depth = 0
    for bracket in islice(_BRACKET.finditer(structure), 2 * MAX_VALUES):
        depth += 1 if bracket[0] in "[{" else -1
        if depth >= MAX_DEPTH:
            raise ParseError("Maximum stack depth exceeded")
    # All but the first of an array or object have a comma before them.
    if structure.count(",") + structure.count("[") + structure.count("{") >= MAX_VALUES:
        raise ContentTooLarge(MAX_VALUES, "values")


class DrupalJSONParser(BaseParser):
    """Parse a request body as Drupal does."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document's value; raise ParseError (400) or ContentTooLarge (413).

        The text 0 is no content, as to PHP it is false.
        """
        limit = app_settings.MAX_CONTENT_LENGTH
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise ContentTooLarge(limit)
        if body == b"0":
            raise ParseError(NO_CONTENT)
        return decode(body)


class DrupalJSONRenderer(BaseRenderer):
    """Render an answer as Drupal does: ``Content-Type: application/json``, no charset."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the JSON text as bytes, or an empty body if there is no data."""
        return b"" if data is None else encode(data).encode("ascii")
