"""Line breaks become paragraphs and ``<br />`` (filter_autop)."""

import pytest

from drupal_jwt_auth.text import FILTERS


def add_paragraphs(text: str) -> str:
    return FILTERS["filter_autop"](text, {})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a", "<p>a</p>\n"),
        ("a\nb", "<p>a<br />\nb</p>\n"),
        ("a  \n  b", "<p>a<br />\n  b</p>\n"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("a\n \n\t\nb", "<p>a</p>\n<p>b</p>\n"),
        ("a\n\n  b", "<p>a</p>\n<p>  b</p>\n"),
        ("\na", "<p>a</p>\n"),
        ("\n\n\na\n\n\n", "<p>\na</p>\n"),
        ("", ""),
        ("\n\n", ""),
        (" ", ""),
    ],
)
def test_a_blank_line_ends_a_paragraph_and_a_newline_a_line(text: str, html: str) -> None:
    assert add_paragraphs(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<br />b", "<p>a<br />b</p>\n"),
        ("a<br />\nb", "<p>a<br />\nb</p>\n"),
        ("a<br />\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("a<br /> \nb", "<p>a<br /> <br />\nb</p>\n"),
        ("a<br /> <br />b", "<p>a</p>\n<p>b</p>\n"),
        ("a\n<br /><br />b", "<p>a</p>\n<p>b</p>\n"),
    ],
)
def test_a_break_that_is_there_counts(text: str, html: str) -> None:
    assert add_paragraphs(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<div>b</div>c", "<p>a\n<div>b</div>\n<p>c</p>\n"),
        ("<h2>a</h2>\nb", "<h2>a</h2>\n<p>b</p>\n"),
        ("<p>a</p>\n<p>b</p>", "<p>a</p>\n<p>b</p>\n"),
        ("<p><p><div>a</div>", "<p>\n<div>a</div>\n"),
        ("<ul><li>a</li></ul>", "<ul>\n<li>a</li>\n</ul>\n"),
        ("<div>\na\n</div>", "<div>\na\n</div>\n"),
        ("<hr>\n<br />\n</li>", "<hr>\n\n</li>\n"),
        ("a<br /></div>", "<p>a</div>\n"),
        ("<li", "<li</p>\n"),
        ("<li>a\n<li>b</p>", "<li>a\n<li>b</p>\n"),
    ],
)
def test_blocks_stand_on_their_own(text: str, html: str) -> None:
    assert add_paragraphs(text) == html


def test_a_quotation_has_paragraphs_in_it() -> None:
    assert add_paragraphs('<blockquote cite="x">a\n\nb</blockquote>') == (
        '<blockquote cite="x"><p>a</p>\n<p>b</p></blockquote>\n'
    )


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>a\n\nb</pre>",
        "<PRE>a\n\nb</PRE>",
        "<script>a\n\nb</script>",
        "<style>a\n\nb</style>",
        "<object>a\n\nb</object>",
        "<iframe>a\n\nb</iframe>",
        "<svg>a\n\nb</svg>",
        "<drupal-media>a\n\nb</drupal-media>",
        "<pre class='x'>a\n<script>b\n</script>\nc</pre>",
        "<!-- a > b -->",
        "<!-- a\n\nb -->",
    ],
)
def test_what_has_lines_of_its_own_is_left_alone(kept: str) -> None:
    assert add_paragraphs(f"{kept}x\ny") == f"{kept}<p>x<br />\ny</p>\n"


def test_only_the_tag_that_began_it_ends_what_is_left_alone() -> None:
    assert add_paragraphs("<pre>a\nb</PRE>c\nd") == "<pre>a\nb</PRE>c\nd"
    assert add_paragraphs("</pre>a\nb") == "</pre><p>a<br />\nb</p>\n"


def test_a_comment_of_several_lines_ends_at_its_first_angle_bracket() -> None:
    assert add_paragraphs("<!-- a\n> b\n-->") == "<!-- a\n><p> b<br />\n--></p>\n"
    assert add_paragraphs("<!-- a\n>b<!-- > -->") == "<!-- a\n><p>b</p>\n<!-- > -->"


def test_a_tag_that_does_not_end_is_text() -> None:
    assert add_paragraphs("a\n<pre") == "<p>a<br />\n<pre</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("&lt;", "<p>&lt;</p>\n"),
        ("&#60;", "<p>&#60;</p>\n"),
        ("a & b", "<p>a &amp; b</p>\n"),
        ("&é;", "<p>&amp;é;</p>\n"),
        ("&éabc;", "<p>&amp;éabc;</p>\n"),
        ("&a;", "<p>&amp;a;</p>\n"),
        ("&&lt;", "<p>&&lt;</p>\n"),
        ("&CounterClockwise;", "<p>&amp;CounterClockwise;</p>\n"),
    ],
)
def test_an_ampersand_that_begins_no_character_reference_is_escaped(text: str, html: str) -> None:
    assert add_paragraphs(text) == html
