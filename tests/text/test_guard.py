"""The last word has a browser's parser."""

import pytest

from drupal_jwt_auth.text import FILTERS
from drupal_jwt_auth.text.filters.allowed import allowed_html
from drupal_jwt_auth.text.guard import is_safe

ALLOWED = allowed_html("<a href title> <p class> <table> <tr> <td> <img src> <svg> <style> <b>")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "a &lt; b",
        '<p class="a" lang="b" dir="ltr">c</p>',
        '<a href="http://a.com" title="javascript:b">c</a>',
        '<a href="/a">b</a><a href>c</a>',
        '<a href="mailto:a@b.c" rel="nofollow">d</a>',
        "<table><tr><td>a</td></tr></table>",
    ],
)
def test_what_is_on_the_list_is_safe(html: str) -> None:
    assert is_safe(html, ALLOWED)


@pytest.mark.parametrize(
    "html",
    [
        "<script>a</script>",
        "<em>a</em>",
        "<p><!-- a --></p>",
        '<p id="a">b</p>',
        '<p onclick="a">b</p>',
        '<p style="a">b</p>',
        '<p srcdoc="a">b</p>',
        '<body onload="a">',
        '<html class="a">',
        '<a href="javascript:a">b</a>',
        '<a href=" \x01java\nscript:a">b</a>',
        '<img src="data:a">',
        '<svg><style><b onclick="a"></b></style></svg>',
        '<style><b title="</style><script>a</script>">',
    ],
)
def test_anything_else_is_not(html: str) -> None:
    assert not is_safe(html, ALLOWED)


def test_what_is_not_safe_is_shown_as_plain_text() -> None:
    settings = {"allowed_html": "<svg> <style> <b>"}
    text = "<svg><style><img src=x></style><b>a</b></svg>"
    assert FILTERS["filter_html"](text, settings) == "<svg><style></style><b>a</b></svg>"
    settings = {"allowed_html": "<svg> <style> <b class> <i>"}
    text = ' <svg><style><i class="a">'
    assert FILTERS["filter_html"](text, settings) == (
        "&lt;svg&gt;&lt;style&gt;&lt;i class=&quot;a&quot;&gt;"
    )
