"""Any text comes back, for work and memory that grow as the text does, up to a bound."""

from __future__ import annotations

import random
import sys
import tracemalloc
from typing import Any

import pytest

from drupal_jwt_auth.text.bounds import MAX_DEPTH, MAX_LENGTH, MAX_TAGS
from drupal_jwt_auth.text.php import escape
from tests.text.site import FORMATS, process

SIZE = 2_000
WITH_HTML = [format_id for format_id in FORMATS if format_id != "plain_text"]

REPEATED = [
    "<",
    "< ",
    ">",
    "&",
    "&#x0",
    "&{",
    "&amp;",
    "&copy;",
    "&#x41;",
    '"',
    "\0",
    "\n",
    "\n ",
    " ",
    "<!--",
    "<!-- ->",
    "<![CDATA[",
    "<?x ",
    "<!doctype ",
    "</ ",
    "<a b='",
    "<a b='x'",
    "<a /",
    "<a =",
    "<a b='&amp;' c d=e ",
    "<li>x",
    "<em>x</em>",
    "<p",
    "<p><li",
    "<p><blockquote",
    "<pre",
    "<br />",
    "<br />\n",
    "a\n",
    "a \n",
    "a\n\n",
    "<p><a>",
    "<b><p>",
    "<script>",
    "<style>x",
    "<title>",
    "<b data-caption=x>",
    "<a data-caption=x></a>",
    "<i data-align=left>",
    "<img width=1 height=1>",
    "<i xlink:href=x>",
    "<a href='a:",
    "http:",
    "http:-",
    "http://a(",
    "http://a.b!!",
    "a@",
    "a@1.1.",
    "www.",
    "www.1",
    "www.a.bc ",
    "a.",
    "(",
    "é",
    "\u0301",
    "\ud800",
]


def calls(format_id: str, text: str) -> int:
    """How many functions are called and left for a text, those written in C too."""
    count = 0

    def note(*event: Any) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        process(format_id, text)
    finally:
        sys.setprofile(None)
    return count


def memory(format_id: str, text: str) -> int:
    """How many bytes a text needs at once."""
    tracemalloc.start()
    try:
        process(format_id, text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("repeated", REPEATED, ids=ascii)
def test_twice_the_text_takes_twice_the_work_and_memory(format_id: str, repeated: str) -> None:
    once = repeated * (SIZE // len(repeated))
    html = process(format_id, once)  # What is made once for all texts is made by now.
    assert len(html) <= 80 * len(once)
    assert calls(format_id, once * 2) <= 2.1 * calls(format_id, once)
    needed = memory(format_id, once * 2)
    assert needed <= 2.5 * memory(format_id, once) + 20_000
    assert needed <= 300 * len(once * 2)


@pytest.mark.parametrize("format_id", FORMATS)
def test_elements_that_browsers_would_open_again_for_each_item_cost_no_more(format_id: str) -> None:
    # A parser that follows the HTML standard makes a million elements of this.
    elements = [f"<em lang={number}>" for number in range(480)]
    text = "<ul><li>" + "".join(elements) + "<li>x" * 2_000
    usual = "<ul><li>" + "</em>".join(elements) + "<li>x" * 2_000
    assert process(format_id, text).count("<li>") == process(format_id, usual).count("<li>")
    assert calls(format_id, text) <= 1.5 * calls(format_id, usual)
    assert memory(format_id, text) <= 1.5 * memory(format_id, usual)


def is_shown_as_written(format_id: str, text: str) -> bool:
    return process(format_id, text) == escape(text)


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_text_that_is_too_long_is_shown_as_it_is_written(format_id: str) -> None:
    assert not is_shown_as_written(format_id, "a" * (MAX_LENGTH - 30) + "<em>")
    assert is_shown_as_written(format_id, "a" * (MAX_LENGTH - 3) + "<em>")


@pytest.mark.parametrize("format_id", WITH_HTML)
def test_so_is_one_with_too_many_tags(format_id: str) -> None:
    most = MAX_TAGS // 2 - 2
    assert process(format_id, "<em>x</em>" * most).count("<em>") == most
    assert is_shown_as_written(format_id, "<em>x</em>" * (most + 3))


@pytest.mark.parametrize("format_id", WITH_HTML)
def test_so_is_one_with_tags_nested_deeper_than_browsers_go(format_id: str) -> None:
    most = MAX_DEPTH - 2
    assert process(format_id, "<em>" * most).count("</em>") == most
    assert is_shown_as_written(format_id, "<em>" * (most + 1))


@pytest.mark.parametrize(
    ("format_id", "repeated"),
    [
        ("plain_text", "www.a.bc "),
        ("plain_text", "a\n"),
        ("full_html", "<i data-caption=x></i>"),
    ],
)
def test_so_is_one_that_gets_too_many_tags(format_id: str, repeated: str) -> None:
    assert is_shown_as_written(format_id, repeated * MAX_TAGS + "b")


@pytest.mark.parametrize(
    ("format_id", "repeated", "count"),
    [("basic_html", "<img>", MAX_TAGS), ("plain_text", '"', MAX_LENGTH // 5)],
)
def test_so_is_one_that_gets_too_long(format_id: str, repeated: str, count: int) -> None:
    assert is_shown_as_written(format_id, repeated * count)


def test_nearly_a_megabyte_of_angle_brackets_comes_back() -> None:
    assert process("plain_text", "<" * 900_000) == f"<p>{'&lt;' * 900_000}</p>\n"
    assert process("full_html", "<" * MAX_TAGS) == ""
    assert process("basic_html", "<" * MAX_TAGS) == "&lt;" * MAX_TAGS


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("seed", range(5))
def test_no_text_is_refused(format_id: str, seed: int) -> None:
    dice = random.Random(seed)
    pieces = [*REPEATED, *"<>/!?-=\"'& \n\tabp;x0[]é\x01\x7f\u2028\ufeff\U0001f600\udc00"]
    for _ in range(200):
        text = "".join(dice.choices(pieces, k=dice.randint(1, 20)))
        process(format_id, text).encode()
