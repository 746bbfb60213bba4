"""Any text comes back, and in good time."""

import random
import time

import pytest

from drupal_jwt_auth.text.filters.restrict import MAX_DEPTH
from tests.text.site import FORMATS, process

SIZE = 30_000
# Quadratic work would take minutes; what is linear takes a second on a slow machine.
SECONDS = 30

REPEATED = [
    "<",
    "< ",
    ">",
    "&",
    "&#x0",
    "&{",
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
    "<p",
    "<p><li",
    "<p><blockquote",
    "<pre",
    "<br />",
    "<br />\n",
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
    "a.",
    "(",
    "é",
    "\u0301",
    "\ud800",
]


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("repeated", REPEATED, ids=ascii)
def test_thirty_thousand_characters_take_no_long_time(format_id: str, repeated: str) -> None:
    text = repeated * (SIZE // len(repeated))
    begin = time.process_time()
    process(format_id, text)
    assert time.process_time() - begin < SECONDS


@pytest.mark.parametrize("tag", ["b", "div"])
@pytest.mark.parametrize("format_id", FORMATS)
def test_tags_may_be_nested_a_hundred_thousand_deep(format_id: str, tag: str) -> None:
    begin = time.process_time()
    process(format_id, f"<{tag}>" * 100_000)
    assert time.process_time() - begin < SECONDS


def test_a_megabyte_of_angle_brackets_comes_back() -> None:
    assert process("plain_text", "<" * 1_000_000) == f"<p>{'&lt;' * 1_000_000}</p>\n"
    assert process("full_html", "<" * 1_000_000) == ""
    assert process("basic_html", "<" * 50_000) == "&lt;" * 50_000


def test_html_nested_deeper_than_browsers_go_is_shown_as_plain_text() -> None:
    tags = MAX_DEPTH - 2
    assert process("basic_html", "<em>" * tags) == "<em>" * tags + "</em>" * tags
    assert process("basic_html", "<em>" * (tags + 1)) == "&lt;em&gt;" * (tags + 1)


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("seed", range(5))
def test_no_text_is_refused(format_id: str, seed: int) -> None:
    dice = random.Random(seed)
    pieces = [*REPEATED, *"<>/!?-=\"'& \n\tabp;x0[]é\x01\x7f\u2028\ufeff\U0001f600\udc00"]
    for _ in range(200):
        text = "".join(dice.choices(pieces, k=dice.randint(1, 20)))
        process(format_id, text).encode()
