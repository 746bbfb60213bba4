"""JSON is written and read as PHP does it, to the byte and to the word."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from rest_framework.exceptions import ErrorDetail, ParseError

from drupal_jwt_auth.http.json import (
    MAX_DEPTH,
    DrupalJSONParser,
    DrupalJSONRenderer,
    decode,
    encode,
)

SYNTAX = "Syntax error"
CONTROL = "Control character error, possibly incorrectly encoded"
MISMATCH = "State mismatch (invalid or malformed JSON)"
UTF8 = "Malformed UTF-8 characters, possibly incorrectly encoded"
UTF16 = "Single unpaired UTF-16 surrogate in unicode escape"
DEPTH = "Maximum stack depth exceeded"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (2**63 - 1, "9223372036854775807"),
        ("", '""'),
        ("a b", '"a b"'),
        ([], "[]"),
        ({}, "{}"),
        ({"b": [1, {"a": None}], "a": "x"}, '{"b":[1,{"a":null}],"a":"x"}'),
    ],
)
def test_values_are_written_without_spaces_in_their_own_order(value: Any, text: str) -> None:
    assert encode(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a/b", r"a\/b"),
        ("<b>", r"\u003Cb\u003E"),
        ("&amp;", r"\u0026amp;"),
        ("it's", r"it\u0027s"),
        ('"x"', r"\u0022x\u0022"),
        ("\\", r"\\"),
        ('\\"', r"\\\u0022"),
        ('\\\\"', r"\\\\\u0022"),
        ("\\/", r"\\\/"),
        ("\b\f\n\r\t", r"\b\f\n\r\t"),
        ("\0\x01\x1f", r"\u0000\u0001\u001f"),
        ("\x7f", "\x7f"),
        (r"\u007f", r"\\u007f"),
        ("\\\x7f", "\\\\\x7f"),
        (r"\u003C", r"\\u003C"),
        ("é", r"\u00e9"),
        ("€", r"\u20ac"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\U0001f600", r"\ud83d\ude00"),
        ("1.5 and 2e+10, 0.1", "1.5 and 2e+10, 0.1"),
    ],
)
def test_texts_are_escaped_as_phps_flags_say(value: str, text: str) -> None:
    assert encode(value) == f'"{text}"'
    assert encode({value: [1.5, value]}) == f'{{"{text}":[1.5,"{text}"]}}'


def test_every_character_can_be_read_again() -> None:
    characters = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000), 0x10000, 0x10FFFF]))
    assert json.loads(encode(characters)) == characters
    assert encode(characters).isascii()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (3.0, "3"),
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (100000.0, "100000"),
        (123456789.125, "123456789.125"),
        (1e15, "1000000000000000"),
        (1e17, "1.0e+17"),
        (1e25, "1.0e+25"),
        (-1.25e100, "-1.25e+100"),
        (0.001, "0.001"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (0.00001, "1.0e-5"),
        (-1.5e-10, "-1.5e-10"),
    ],
)
def test_floats_are_written_with_as_many_digits_as_they_need(value: float, text: str) -> None:
    assert encode(value) == text
    assert encode({"1.5": [value, "0.10", 7, value]}) == f'{{"1.5":[{text},"0.10",7,{text}]}}'
    assert json.loads(text) == value


@pytest.mark.parametrize("repeated", ["a", "\\", '"', "&", "\x7f", ",1.5 ", "\n"])
def test_a_long_text_takes_little_more_memory_than_it_has_characters(repeated: str) -> None:
    value = {"text": repeated * (100_000 // len(repeated)), "number": 1.5}
    tracemalloc.start()
    try:
        written = encode(value)
        assert tracemalloc.get_traced_memory()[1] <= 16 * len(written)
    finally:
        tracemalloc.stop()


def test_a_subclass_of_text_is_text() -> None:
    assert encode(ErrorDetail("a<b", "code")) == r'"a\u003Cb"'


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b" \t\r\n[1, 2]\n ", [1, 2]),
        (b'{"a": {"b": [1.5, "x"]}}', {"a": {"b": [1.5, "x"]}}),
        (b"{}", {}),
        (b'""', ""),
        ('"é\u2028\U0001f600"'.encode(), "é\u2028\U0001f600"),
        (rb'"\u00e9\ud83d\ude00\n\/\"\\"', 'é\U0001f600\n/"\\'),
        (rb'"\\ud800"', r"\ud800"),
        (b'"\\u0000"', "\0"),
        (b'"\x7f"', "\x7f"),
        (b'{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}),
        (b"-1e3", -1000.0),
    ],
)
def test_a_document_is_read(document: bytes, value: Any) -> None:
    assert decode(document) == value


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", 2.0**63),
        ("-9223372036854775809", -(2.0**63)),
        ("12345678901234567890", 12345678901234567890.0),
        ("1" + "0" * 300, 1e300),
        ("1" + "0" * 5000, float("inf")),
    ],
)
def test_a_whole_number_that_64_bits_cannot_hold_is_a_float(digits: str, value: float) -> None:
    read = decode(f"[{digits}]".encode())
    assert read == [value]
    assert type(read[0]) is type(value)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"", SYNTAX),
        (b"  \n", SYNTAX),
        (b"x", SYNTAX),
        (b"{", SYNTAX),
        (b'{"a"', SYNTAX),
        (b'{"a":', SYNTAX),
        (b'{"a":1,', SYNTAX),
        (b"[1", SYNTAX),
        (b"[1,]", SYNTAX),
        (b'{"a":1,}', SYNTAX),
        (b"[1 2]", SYNTAX),
        (b"{} x", SYNTAX),
        (b"{}{}", SYNTAX),
        (b"{'a': 1}", SYNTAX),
        (b"{a: 1}", SYNTAX),
        (b"01", SYNTAX),
        (b"1.", SYNTAX),
        (b".5", SYNTAX),
        (b"+1", SYNTAX),
        (b"-", SYNTAX),
        (b"0x1", SYNTAX),
        (b"NaN", SYNTAX),
        (b"[Infinity]", SYNTAX),
        (b'{"a": -Infinity}', SYNTAX),
        (b"True", SYNTAX),
        (b"// comment", SYNTAX),
        (b"\xef\xbb\xbf{}", SYNTAX),
        (b"\xc2\xa0{}", SYNTAX),
        (rb'"\x41"', SYNTAX),
        (rb'"\u12"', SYNTAX),
        (rb'"\uzzzz"', SYNTAX),
        (b'"\\\x01"', SYNTAX),
        (b'"\\u\x01"', SYNTAX),
        (b'["abc\\', SYNTAX),
        (b'["abc\\\\\\', SYNTAX),
        (b"]", SYNTAX),
        (b"}", SYNTAX),
        (b"[1,}", SYNTAX),
        (b'{"a":]', SYNTAX),
        (b'{"a"]', SYNTAX),
        (b'{"a":1,]', SYNTAX),
        (b"[}", MISMATCH),
        (b"{ ]", MISMATCH),
        (b"[1}", MISMATCH),
        (b'{"a":1]', MISMATCH),
        (b'{"a":[{"b":1]}', MISMATCH),
        (b'"a\tb"', CONTROL),
        (b'"a\nb"', CONTROL),
        (b'"\0"', CONTROL),
        (b'["abc', CONTROL),
        (b'["abc\\\\', CONTROL),
        (b'{"abc', CONTROL),
        (b"\0", CONTROL),
        (b"[\x01]", CONTROL),
        (b"[1\x0b]", CONTROL),
        (b"{}\0", CONTROL),
        (b"{\x1f}", CONTROL),
        (b'"\xff"', UTF8),
        (b'"caf\xe9"', UTF8),
        (b'"\xed\xa0\x80"', UTF8),
        (b'"\xc0\x80"', UTF8),
        (b"\xff\xfe{\x00}\x00", UTF8),
        (rb'"\ud800"', UTF16),
        (rb'"\udc00"', UTF16),
        (rb'"\ud800\ud800"', UTF16),
        (rb'{"a\udfffb": 1}', UTF16),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, DEPTH),
        (b'{"a":' * 600 + b"1" + b"}" * 600, DEPTH),
        (b"[" * 100000, DEPTH),
        (b"{" * 600 + b'"' + rb"\"" * 1000, DEPTH),
        (b'["' + rb"[{\"" * 1000, CONTROL),
        (b'["' + rb"[{\"" * 1000 + b"\\", SYNTAX),
        (b"]" * 600 + b"[" * 600, SYNTAX),
    ],
)
def test_what_cannot_be_read_is_refused_in_phps_words(document: bytes, message: str) -> None:
    with pytest.raises(ParseError) as error:
        decode(document)
    assert str(error.value) == message
    assert error.value.status_code == 400


def test_a_document_is_read_down_to_the_depth_that_php_reads() -> None:
    deepest = b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1)
    value = decode(deepest)
    for _ in range(MAX_DEPTH - 1):
        [value] = value
    assert value == 1


@pytest.mark.parametrize(
    "document", [b"[" + b"[]," * 600 + b"1]", b'["' + b"[{" * 600 + rb"\"[" + b'"]']
)
def test_a_wide_document_is_not_a_deep_one(document: bytes) -> None:
    assert decode(document) == json.loads(document)


def test_the_parser_takes_a_zero_for_no_content() -> None:
    with pytest.raises(ParseError, match=r"^No entity content received\.$"):
        DrupalJSONParser().parse(BytesIO(b"0"))


def test_the_parser_reads_a_stream_and_the_renderer_writes_bytes() -> None:
    assert DrupalJSONParser().parse(BytesIO(b'{"a": 1}')) == {"a": 1}
    assert DrupalJSONRenderer().render({"a": "<"}) == rb'{"a":"\u003C"}'
    assert DrupalJSONRenderer().render([]) == b"[]"
    assert DrupalJSONRenderer().render(None) == b""
