"""Arbitrary requests: documents with and without sense, headers, paths and queries."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# The same examples each time where it must not depend on luck whether the tests pass.
PROFILE = settings(
    derandomize="CI" in os.environ,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "12")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# For what is repeated for each of many fields.
SHORT_PROFILE = settings(PROFILE, max_examples=max(PROFILE.max_examples // 10, 1))

# Numbers that Python's own encoder does not write; they stand as texts until the end.
RAW_NUMBERS = (
    "1e999",
    "-1e999",
    "1E400",
    "-0",
    "0.0",
    "1e-999",
    "9" * 400,
    "-" + "9" * 25,
    "1.5e3",
)
_RAW = re.compile(r'"@raw (\S+)@"')

PROPERTIES = (
    *("value", "format", "processed", "summary", "end_value", "lang"),
    *("target_id", "target_uuid", "target_type", "entity", "url", "alt", "width", "display"),
    *("alias", "pid", "langcode", "status", "cid", "last_comment_name", "comment_count"),
    *("uri", "title", "options"),
)

TEXTS = (
    *("", " ", "0", "1", "-1", "1.0", "1e3", "1e999", "abc", "true", "9" * 30, "\0", "a\0b"),
    *("." * 3000, "Y" * 129, "9" * 101, "https://" + "x" * 2048, "/" + "x" * 600),
    *("x" * 129, "x" * 256, "y" * 5000, "\ud800", "\udc00x", "😀", "<script>", "é\u2028"),
    *("en", "und", "page", "thing", "node", "user", "taxonomy_term", "plain_text", "basic_html"),
    *("a@b.com", "https://example.com/", "internal:/a", "javascript:x", "//", "https://[", "[::1"),
    *("2020-01-02T03:04:05Z", "2020-01-02", "0001-01-01T00:00:00+14:00", "U", "Y-m-d", "!d", "\\"),
    *(
        "9999-12-31T23:59:59-23:59",
        "9223372036854775808",
        "99999999999999999999",
        "/alias",
        "/node/1",
        "//evil",
        "/\0",
    ),
    *("00000000-0000-4000-8000-000000000000", "red", "2"),
)
NUMBERS = (
    0,
    1,
    2,
    3,
    -1,
    255,
    2**31 - 1,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63),
    10**40,
    1.5,
    1e308,
)

raw_numbers = st.sampled_from(RAW_NUMBERS).map(lambda number: f"@raw {number}@")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    raw_numbers,
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.one_of(st.sampled_from(PROPERTIES), st.text(max_size=5))
    return st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4))


def nested(depth: int) -> Any:
    """Arrays and objects in each other."""
    value: Any = None
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    return value


values = st.recursive(scalars, _nested, max_leaves=8)
TELLING: list[Any] = [
    *TEXTS,
    *NUMBERS,
    *(f"@raw {number}@" for number in RAW_NUMBERS),
    *(nested(64), nested(65), nested(400), list(range(700)), {str(n): n for n in range(700)}),
    *(None, True, False, [], {}, ["a"], {"a": "b"}, {"a": ["@raw 1e999@"]}, [[1]], [0.5], [None]),
]
"""Values at the edges of what a property may be."""

telling = st.sampled_from(TELLING)


def field_values(properties: Sequence[str]) -> st.SearchStrategy[Any]:
    """Values of a field: mostly items with some of the properties that they have, or bare ones."""
    some = st.dictionaries(st.sampled_from(properties), telling, min_size=1, max_size=3)
    alone = st.tuples(st.sampled_from(properties), telling).map(lambda pair: dict([pair]))
    sensible = st.one_of(alone, alone, some, telling)
    return st.one_of(
        *[sensible.map(lambda item: [item])] * 4,
        st.lists(sensible, min_size=1, max_size=3),
        values,
    )


def documents(fields: Mapping[str, Sequence[str]], bundle: str) -> st.SearchStrategy[Any]:
    """Documents that mostly have a type and a title, and some fields of any value."""

    def some(names: list[str]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries({name: field_values(fields[name]) for name in names})

    usual = {"type": bundle, "title": [{"value": "A title"}]}
    chosen = st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True).flatmap(some)
    complete = chosen.map(lambda given: {**usual, **given})
    return st.one_of(*[complete] * 4, chosen, values)


def write(document: Any) -> str:
    """Return a document as JSON text, with the numbers that Python would not write."""
    return _RAW.sub(lambda found: found[1], json.dumps(document))


broken_json = st.one_of(
    st.binary(max_size=60),
    st.text(alphabet='{}[]",:\\u01ftrnaeE+-. \t\n\0é', max_size=40).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
    st.integers(1, 3000).map(lambda depth: b"[" * depth + b"]" * depth),
    st.integers(500, 3000).map(lambda depth: b'{"a":' * depth),
    values.map(lambda value: write(value).encode()[:-1]),
    st.sampled_from(RAW_NUMBERS).map(str.encode),
)

CHARSETS = ("x", "utf-8", "utf-16", "latin-1", "zlib", "hex", "idna", "undefined", "cp500", '"')
lengths = st.one_of(
    st.sampled_from(["", "-1", "abc", "2,2", "0", "1_0", "9" * 5000, str(2**63), " 2 "]),
    st.integers(0, 2**40).map(str),
)

_header_text = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30
)
_schemes = st.sampled_from(["Bearer", "bearer", "Basic", "BASIC", "Digest", "", "Bearer Bearer"])
_tokens = st.one_of(
    _header_text,
    st.lists(st.text("abcdefghijkABCDEFG0123456789-_=", max_size=20), max_size=4).map(".".join),
)
authorizations = st.tuples(_schemes, _tokens).map(" ".join)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.one_of(
            _header_text,
            st.sampled_from(
                [
                    "application/json",
                    *(f"application/json;charset={name}" for name in CHARSETS),
                    "text/plain",
                    "multipart/form-data",
                ]
            ),
        ),
        "Content-Length": lengths,
        "Accept": _header_text,
        "Accept-Encoding": _header_text,
        "Authorisation": authorizations,
        "Referer": _header_text,
        "X-Forwarded-For": _header_text,
        "If-None-Match": _header_text,
        "Origin": _header_text,
    },
)

_segments = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "1",
            "01",
            "+1",
            " 1",
            "1.0",
            "1e0",
            "1e9999",
            "0x1",
            "-1",
            "9" * 25,
            "1\0",
            "%",
            "..",
            ".",
            "nan",
        ]
    ),
)
_encoded = _segments.map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe="/%"))
paths = st.one_of(
    _encoded.map("/node/{}".format),
    st.lists(_encoded, max_size=4).map(lambda parts: "/" + "/".join(parts)),
    st.sampled_from(
        ["/node", "/node/", "/NODE/1/", "/rest_api/id_token", "/node//1", "//node", "/"]
    ),
)
queries = st.one_of(
    st.sampled_from(
        [
            *("_format=json", "", "_format=xml", "_format[]=json", "_format=json&_format=", "&&="),
            *("&" * 1001, "_format=json" + "&a=b" * 1000, "a=" + "b" * 9999),
        ]
    ),
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=3).map(
        lambda pairs: urlencode(pairs, errors="replace")
    ),
)
methods = st.sampled_from(
    ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT", "TRACE", "X"]
)
