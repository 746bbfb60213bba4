"""The last word: only tags that can be read in one way, and all of them allowed."""

from collections.abc import Mapping
from typing import Any

import pytest

from drupal_jwt_auth.text import FILTERS, TextFormat, promises
from drupal_jwt_auth.text.filters.allowed import allowed_html
from drupal_jwt_auth.text.guard import is_safe

ALLOWED = allowed_html(
    "<a href title target='x y'> <p class> <br> <table> <tr> <td> <img src data-*> "
    "<image src href> <svg> <style> <b> <meta content>",
    "<* rel='nofollow'>",
)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "a &lt; b",
        "a < b <3 <= <\n<",
        "<",
        '<p class="a" lang="b" dir="ltr">c</p>',
        '<P CLASS="a">c</P >',
        '<a href="http://a.com" title="javascript:b">c</a>',
        '<a href="/a">b</a><a href>c</a><a href="">d</a>',
        '<a href="mailto:a@b.c" rel="nofollow" target="y x">d</a>',
        '<a\n\thref="a"\n>b</a>',
        "<br><br/><br />",
        '<img src="a" data-b="javascript:c" />',
        '<image src="a">',
        "<table><tr><td>a</td></tr></table>",
        '<svg><style><b lang="a"></b></style></svg>',
        '<p lang="a\f\x01=`\'b">c</p>',
    ],
)
def test_what_is_on_the_list_is_safe(html: str) -> None:
    assert is_safe(html, ALLOWED)


@pytest.mark.parametrize(
    "html",
    [
        "<script>a</script>",
        "<em>a</em>",
        "a</em>",
        '<p id="a">b</p>',
        '<p onclick="a">b</p>',
        '<p style="a">b</p>',
        '<p srcdoc="a">b</p>',
        '<p dir="auto">b</p>',
        '<p CLASS="a" OnClick="b">c</p>',
        '<a rel="a">b</a>',
        '<a target="x z">b</a>',
        '<body onload="a">',
        '<html class="a">',
        '<image href="a">',
        '<a href="javascript:a">b</a>',
        '<a href=" \x01java\nscript:a">b</a>',
        '<a href="java&#115;cript&colon;a">b</a>',
        '<a href="a" HREF="javascript:a">b</a>',
        '<img src="data:a">',
        '<meta content="javascript:a">',
        '<svg><style><b onclick="a"></b></style></svg>',
    ],
)
def test_what_is_not_on_the_list_is_not(html: str) -> None:
    assert not is_safe(html, ALLOWED)


@pytest.mark.parametrize(
    "html",
    [
        "<p><!-- a --></p>",
        "<!doctype a>",
        "<![CDATA[a]]>",
        "<?php a ?>",
        "</ p>",
        "</>",
        "</",
        "<p",
        '<p class="a',
        "<p class=a>",
        "<p class='a'>",
        '<p class = "a">',
        '<p class="a"lang="b">',
        '<p class="<">',
        '<p class=">">',
        '<p "a">',
        "<p\fclass>",
        "<p/class>",
        "<p class\0>",
        '</p class="a">',
        "<p<b>",
        '<style><b title="</style><script>a</script>">',
        '<table><td class="a\nb<br />">',
    ],
)
def test_what_could_be_read_in_two_ways_is_not(html: str) -> None:
    assert not is_safe(html, ALLOWED)


def made_of(allowed: str, *later: str) -> TextFormat:
    """A format that runs other filters behind `filter_html`."""
    return TextFormat(
        format="mine",
        name="Mine",
        weight=0,
        filters={
            "filter_html": {"weight": 0, "settings": {"allowed_html": allowed}},
            **{name: {"weight": 1} for name in later},
        },
    )


def test_what_is_not_safe_is_shown_as_it_is_written() -> None:
    # What stands in an <iframe> is text to the parser that filters, wherever a browser takes it.
    text = " <iframe><b class=a>"
    assert made_of("<iframe> <b class>").process(text) == '<iframe><b class="a"></iframe>'
    assert made_of("<iframe> <b>").process(text) == "&lt;iframe&gt;&lt;b class=a&gt;"


def mark(text: str, settings: Mapping[str, Any]) -> str:
    return text.replace("a", '<mark class="x">a</mark>')


@pytest.mark.parametrize(
    ("adds", "shown"),
    [
        ("<mark class>", '<b><mark class="x">a</mark></b>'),
        ("<mark class='x y'>", '<b><mark class="x">a</mark></b>'),
        ("<mark class='y'>", "&lt;b&gt;a"),
        ("<mark>", "&lt;b&gt;a"),
        ("<* class='x'>", "&lt;b&gt;a"),
        ("<mark> <* class='x'>", '<b><mark class="x">a</mark></b>'),
        ("", "&lt;b&gt;a"),
    ],
)
def test_a_later_filter_may_add_what_it_promises(
    adds: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILTERS, "mark", promises(adds=adds)(mark))
    assert made_of("<b>", "mark").process("<b>a") == shown


def test_a_later_filter_that_promises_nothing_adds_no_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(FILTERS, "mark", lambda text, settings: text.replace("a", "<i>a</i>"))
    monkeypatch.setitem(FILTERS, "shout", lambda text, settings: text.upper())
    assert made_of("<b>", "mark").process("<b>a") == "&lt;b&gt;a"
    assert made_of("<b>", "shout").process("<b>a") == "<B>A</B>"


def test_what_is_added_before_is_taken_out_unless_it_is_allowed() -> None:
    filters: dict[str, dict[str, Any]] = {
        "filter_autop": {"weight": 0},
        "filter_url": {"weight": 1},
        "filter_html": {"weight": 2, "settings": {"allowed_html": "<a>"}},
    }
    text_format = TextFormat(format="mine", name="Mine", weight=0, filters=filters)
    assert text_format.process("www.a.bc") == "<a>www.a.bc</a>"


def test_in_the_list_of_a_format_a_star_is_no_element() -> None:
    assert made_of("<b> <* class>").process('<b class="a">b</b>') == "<b>b</b>"


def test_without_a_filter_that_takes_markup_out_there_is_no_last_word() -> None:
    text_format = TextFormat(format="mine", name="Mine", weight=0, filters={"filter_align": {}})
    assert text_format.process("<script>a</script>") == "<script>a</script>"
