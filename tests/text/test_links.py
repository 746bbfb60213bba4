"""Addresses in a text become links (filter_url)."""

import pytest

from drupal_jwt_auth.text import FILTERS


def link(text: str, length: int = 72) -> str:
    return FILTERS["filter_url"](text, {"filter_url_length": length})


def a(href: str, shown: str | None = None) -> str:
    return f'<a href="{href}">{shown or href}</a>'


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com/",
        "http://example.com/a/b.html?c=d&amp;e=f#g",
        "http://localhost:8000/x",
        "http://1.2.3.4",
        "http://1.2.3.4:80/a",
        "http://a-b.c_d.example.museum",
        "http://user:secret@example.com/a",
        "http://user@1.2.3.4",
        "http://@example.com",
        "http:example.com",
        "mailto:me@example.com",
        "tel:abc",
        "news:alt.test",
        "http://www.example.com",
        "http://example.com/Primer_(film)",
        "http://example.com/(a)(b)c",
        "http://example.com/(a)",
        "http://example.com/@me/",
        "http://日本.jp/é?a=b",
        "http://cafe\u0301.com/e\u0301²",
        "http://example.com?a",
    ],
)
def test_an_address_with_a_protocol_becomes_a_link(url: str) -> None:
    assert link(url) == a(url)
    assert link(f"a {url} b") == f"a {a(url)} b"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("http://a.com.", f"{a('http://a.com')}."),
        ("http://a.com, b", f"{a('http://a.com')}, b"),
        ("(http://a.com)", f"({a('http://a.com')})"),
        ("(http://a.com/b)", f"({a('http://a.com/b')})"),
        ("http://a.com/b(c", f"{a('http://a.com/b')}(c"),
        ("http://a.com/()", f"{a('http://a.com/')}()"),
        ("http://a.com/!(b)", f"{a('http://a.com/')}!(b)"),
        ("http://a.com/b!", f"{a('http://a.com/b')}!"),
        ("http://a.com/?b.", f"{a('http://a.com/?b')}."),
        ("http://a.com/?!", f"{a('http://a.com/')}?!"),
        ("http://a.com/b c", f"{a('http://a.com/b')} c"),
        ("http://a.com http://b.com", f"{a('http://a.com')} {a('http://b.com')}"),
        ("xhttp://a.com", f"x{a('http://a.com')}"),
        ("http:http://a.com", a("http:http://a.com")),
        ("http://a@b@c.com", f"http://a@{a('mailto:b@c.com', 'b@c.com')}"),
        ("http:///@a.com", a("http:///@a.com")),
    ],
)
def test_a_link_ends_with_a_word(text: str, html: str) -> None:
    assert link(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "HTTP://a.com",
        "http://",
        "http://.",
        "http://é",
        "http://-",
        "http:// a.com",
        "http://1.2.3",
        "http://a_b",
        "http://x1.2y",
        "//a.com",
        "a.com",
        "a@b",
        "a@.com",
        "@a.com",
        "a@b.c",
        "a@b.c1",
        "a@1.2.3.4",
        "www.",
        "www.1",
        "WWW.a.com",
        "www-a.com",
        "a",
        "",
    ],
)
def test_what_is_no_address_stays_text(text: str) -> None:
    assert link(text) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("me@example.com", a("mailto:me@example.com", "me@example.com")),
        (
            "a.b+c_d-e@f-g.example.co",
            a("mailto:a.b+c_d-e@f-g.example.co", "a.b+c_d-e@f-g.example.co"),
        ),
        ("me@a.com.", f"{a('mailto:me@a.com', 'me@a.com')}."),
        ("a@b.com@c.com", f"{a('mailto:a@b.com', 'a@b.com')}@c.com"),
        ("@a@b.com", f"@{a('mailto:a@b.com', 'a@b.com')}"),
        ("é@ü.com", a("mailto:é@ü.com", "é@ü.com")),
    ],
)
def test_an_email_address_becomes_a_link(text: str, html: str) -> None:
    assert link(text) == html


def test_the_part_before_the_at_sign_has_at_most_254_characters() -> None:
    assert link("x" * 300 + "@a.com", 400) == "x" * 46 + a(
        "mailto:" + "x" * 254 + "@a.com", "x" * 254 + "@a.com"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("www.example.com", a("http://www.example.com", "www.example.com")),
        ("www.a.com/b?c=d.", f"{a('http://www.a.com/b?c=d', 'www.a.com/b?c=d')}."),
        ("www.example", a("http://www.example", "www.example")),
        ("www.1.www.de", f"{a('http://www.1.www.de', 'www.1.www.de')}"),
        ("www.1www.de", a("http://www.1www.de", "www.1www.de")),
        ("www.- www.de", f"www.- {a('http://www.de', 'www.de')}"),
    ],
)
def test_a_host_that_begins_with_www_becomes_a_link(text: str, html: str) -> None:
    assert link(text) == html


@pytest.mark.parametrize(
    "kept",
    [
        '<a href="http://a.com">http://a.com</a>',
        "<A\nhref=x>www.a.com</A>",
        "<code>http://a.com</code>",
        "<pre>me@a.com</pre>",
        "<script>http://a.com</script>",
        "<style>http://a.com</style>",
        "<!-- http://a.com > -->",
        '<img src="http://a.com">',
        "<code><a>http://a.com</a>http://a.com</code>",
        "<>http://a.com>",
    ],
)
def test_tags_comments_and_what_is_code_or_a_link_are_left_alone(kept: str) -> None:
    assert link(f"{kept} http://b.com") == f"{kept} {a('http://b.com')}"


def test_a_code_that_does_not_end_is_code_to_the_end() -> None:
    assert link("<code>http://a.com") == "<code>http://a.com"


def test_a_comment_that_does_not_end_is_text() -> None:
    assert link("<!-- http://a.com") == f"<!-- {a('http://a.com')}"


def test_a_link_is_not_linked_again() -> None:
    assert link("http://me@www.a.com") == a("http://me@www.a.com")


def test_a_long_address_is_shown_shortened() -> None:
    url = "http://example.com/long"
    assert link(url, len(url)) == a(url)
    assert link(url, 20) == a(url, "http://example.com/…")
    assert link(url, 0) == a(url, "…")


def test_an_address_is_shortened_to_72_characters_if_nothing_else_is_said() -> None:
    url = "http://example.com/" + "x" * 80
    assert FILTERS["filter_url"](url, {}) == a(url, url[:71] + "…")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("http://a.com/&quot;b", a("http://a.com/&quot;b")),
        ("http://a.com/&nbsp;b", a("http://a.com/\xa0b")),
        ("http://a.com/&nope;b", a("http://a.com/&amp;nope;b")),
        ("http://a.com/&#x41;&#66;b", a("http://a.com/ABb")),
        (
            "http://a.com/&#1;&#x110000;&#99999999;b",
            a("http://a.com/&amp;#1;&amp;#x110000;&amp;#99999999;b"),
        ),
        ("http://a.com/&#039;b&#039;", f"{a('http://a.com/&#039;b&amp;#039')};"),
    ],
)
def test_an_escaped_address_is_decoded_and_escaped_again(text: str, html: str) -> None:
    assert link(text) == html
