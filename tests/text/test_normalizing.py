"""HTML is understood and written anew as Drupal's parser does it (filter_htmlcorrector)."""

import pytest

from drupal_jwt_auth.text import FILTERS


def normalize(text: str) -> str:
    return FILTERS["filter_htmlcorrector"](text, {})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>a", "<b>a</b>"),
        ("<b>a</i>b", "<b>ab</b>"),
        ("<b><i>a</b>b</i>c", "<b><i>a</i></b>bc"),
        ("</p>a", "a"),
        ("a</br>b", "a<br>b"),
        ("</img>a", "a"),
        ("<b/>a", "<b>a</b>"),
        ("<mine/>a", "<mine></mine>a"),
        ("<li/>a", "<li></li>a"),
        ("<B>a</b>", "<b>a</b>"),
        ("<b\n>a</b\n>", "<b>a</b>"),
        ("<b>a</b x='>'>c", "<b>a</b>'&gt;c"),
        ("<b>a</b/>c", "<b>ac</b>"),
        ("<image src=a>b", '<image src="a"></image>b'),
    ],
)
def test_an_end_tag_closes_the_nearest_element_of_its_name(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c"),
        ("<p>a<table><p>b</table>", "<p>a</p><table><p>b</p></table>"),
        ("<p>a<address>b", "<p>a</p><address>b</address>"),
        ("<p><em>a<ul>b", "<p><em>a</em></p><ul>b</ul>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<ruby>a<rt>b<rp>c", "<ruby>a<rt>b</rt><rp>c</rp></ruby>"),
        (
            "<select><option>a<option>b<optgroup>c",
            "<select><option>a</option><option>b<optgroup>c</optgroup></option></select>",
        ),
        (
            "<table><thead><tr><th>a<tbody><tr><td>b<td>c<tr><td>d<tfoot><tr><td>e",
            (
                "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr>"
                "<tr><td>d</td></tr></tbody><tfoot><tr><td>e</td></tr></tfoot></table>"
            ),
        ),
        ("<table>a<tr><td>b</table>", "<table>a<tr><td>b</td></tr></table>"),
        ("<h2>a<h3>b", "<h2>a<h3>b</h3></h2>"),
    ],
)
def test_an_element_ends_where_the_next_cannot_be_in_it(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1 < 2", "1  2"),
        ("1<2", "12"),
        ("a<", "a"),
        ("a<<b", "a<b></b>"),
        ("a > b", "a &gt; b"),
        ("</", ""),
        ("<b", "<b></b>"),
        ("<a href=x", '<a href="x"></a>'),
        ('<a href="x', '<a href="x"></a>'),
        ("<a/", "<a></a>"),
        ("<a <b>c", "<a><b>c</b></a>"),
        ("</b", ""),
        ("a\0b", "a�b"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_what_is_not_finished_is_taken_for_what_it_begins(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("&amp;&lt;&gt;&quot;&eacute;&hearts;", '&amp;&lt;&gt;"é♥'),
        ("&copy 2026", "&amp;copy 2026"),
        ("&nope; & &; &", "&amp;nope; &amp; &amp;; &amp;"),
        ("&nbsp;\xa0", "&nbsp;&nbsp;"),
        ("&nbs; &sup;", "&nbsp; ³"),
        ("&#65;&#x42;&#X43;", "ABC"),
        ("&#65 &#x42 &#;", "&amp;#65 &amp;#x42 &amp;#;"),
        ("&#", "&amp;#"),
        ("&#x", "&amp;#x"),
        ("&#x0;", "&amp;x0;"),
        ("&#xg;", "&amp;#xg;"),
        ("&#128512;", "😀"),
        ("&#196608; &#x110000;", "&amp;#196608; &amp;#1114112;"),
        ("&#99999999999999999999;", "&amp;#99999999999999999999;"),
        ("a&#0;b<i>c</i>", "a<i>c</i>"),
        (
            "<a title='&amp;&quot;&copy;&copy=1&=2&#39;'>",
            '<a title="&amp;&quot;©&amp;copy=1&amp;=2\'"></a>',
        ),
        ("<a title=&lt;b&gt;>", '<a title="&lt;b&gt;"></a>'),
    ],
)
def test_a_character_reference_needs_its_semicolon(text: str, html: str) -> None:
    assert normalize(text) == html


def test_a_number_of_no_character_is_left_or_replaced() -> None:
    assert normalize("&#55357;") == "�"
    assert normalize("&#xFFFFFFFFFFFFFFFFFFFF;") == "&amp;#xFFFFFFFFFFFFFFFFFFFF;"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<a b='1' c=2 D = \"3\">", '<a b="1" c="2" d="3"></a>'),
        ("<a b=1 b=2 c=3>", '<a b="2" c="3"></a>'),
        ('<img alt="" hidden>', "<img alt hidden>"),
        ("<a b= >", "<a b></a>"),
        ("<a =b>", "<a b></a>"),
        ("<a b=c/d>", '<a b="c/d"></a>'),
        ("<a/b=c>", '<a b="c"></a>'),
        ("<a b='1'c=\"2\">", '<a b="1" c="2"></a>'),
        ("<a b=c\"d'e`=<f>", '<a b="c&quot;d\'e`=&lt;f"></a>'),
        ("<a title='a<b>\xa0'>", '<a title="a&lt;b&gt;&nbsp;"></a>'),
        ('<a b="1\f2">', '<a b="1"></a>'),
        ('<a "b" c>', "<a c></a>"),
        ("<a @b=1 :c=2 v-on:d=3 1e=4 -f=5 g.h=6 _i=7>", '<a :c="2" v-on:d="3" g.h="6" _i="7"></a>'),
        ("<a é=1 a\u0301=2 b²=3 c·=4 …=5 \u0301=6>", '<a é="1" a\u0301="2" c·="4"></a>'),
        ("<a xmlns=x xml:lang=en>", '<a xml:lang="en"></a>'),
        ("<a xlink: xlink:1=2 xml:=3>b", "<a>b</a>"),
    ],
)
def test_attributes_are_quoted_and_the_last_of_a_name_counts(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>a<b>&amp;</SCRIPT>c", "<script>a<b>&amp;</script>c"),
        ("<style>a>b{}", "<style>a>b{}</style>"),
        ("<style></style>", "<style></style>"),
        ("<iframe><b></iframe>", "<iframe><b></iframe>"),
        ("<title>a<b>&amp;&lt;</title>c", "<title>a&lt;b&gt;&amp;&lt;</title>c"),
        ("<textarea><b>", "<textarea>&lt;b&gt;</textarea>"),
        ("<textarea>a</textareas>b", "<textarea>ab</textarea>"),
        ("<xmp>&copy;</xmp>", "<xmp>©</xmp>"),
        ("<script", "<script></script>"),
        ("<noscript><b>", "<noscript><b></b></noscript>"),
        ("<plaintext><b>", "<plaintext><b></b></plaintext>"),
    ],
)
def test_some_elements_have_only_text(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!-- a -->b", "<!-- a -->b"),
        ("<!---->", "<!---->"),
        ("<!-->a", "<!---->a"),
        ("<!-- a --!>b", "<!-- a -->b"),
        ("<!-- a", "<!-- a-->"),
        ("<!a>b", "<!--<!a>-->b"),
        ("<!", "<!--<!-->"),
        ("</ a>b", "<!--</ a>-->b"),
        ("<!DOCTYPE html>a", "a"),
        ('<!doctype html PUBLIC "a" "b">c', "c"),
        ("<!doctype html public a>b", "a&gt;b"),
        ("<!doctype html x>b", "b"),
        ("<!doctype", ""),
        ("<!doc>a", "<!--<!doc>-->a"),
        ("<![CDATA[a<b]]>c", "<![CDATA[a<b]]>c"),
        ("<![CDATA[]]>a]]>", "<![CDATA[]]]]><![CDATA[>a]]>"),
        ("<![CDATA[a", "<!--<![CDATA[a-->"),
        ("<![CDA>a", "<!--<![CDA>-->a"),
        ("<?php echo 1 ?>a", "<?php echo 1 ?>a"),
        ("<?php echo 1", "<?php echo 1?>"),
        ("<?php?>a", "<!--<?pphp?>-->a"),
        ("<? a>", "<!--<? a>-->"),
        ("<?a 0", "<!--<?aa0-->"),
    ],
)
def test_comments_declarations_and_instructions(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('<svg><path d="M0"/></svg>', '<svg><path d="M0" /></svg>'),
        ("<svg></svg>", "<svg /></svg>"),
        ("<svg viewbox=0><clippath/><g>a</g></svg>", '<svg viewBox="0"><clipPath /><g>a</g></svg>'),
        (
            "<svg><lineargradient>a</lineargradient>b",
            "<svg><linearGradient>a</linearGradient>b</svg>",
        ),
        ("<svg><img><br></svg><br>", "<svg><img /><br /></svg><br>"),
        ("<svg><style>a<b</style></svg>", "<svg><style>a<b</style></svg>"),
        ("<svg><image/></svg>", "<svg><image /></svg>"),
        (
            "<math definitionurl=a><mi>b</mi></math><i definitionurl=c>",
            '<math definitionURL="a"><mi>b</mi></math><i definitionURL="c"></i>',
        ),
        ("<svg><style><![CDATA[a]]></style>", "<svg><style><![CDATA[a]]></style></svg>"),
        (
            '<svg><use xlink:href="#a"/></svg>',
            '<svg><use xlink:href="#a" xmlns:xlink="http://www.w3.org/1999/xlink" /></svg>',
        ),
        (
            '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a"/></svg>',
            '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a" /></svg>',
        ),
        (
            '<b xmlns:a="1"><i xmlns:b="1" xmlns:c="2"></i></b><u xmlns:a="1">',
            '<b xmlns:a="1"><i xmlns:c="2"></i></b><u xmlns:a="1"></u>',
        ),
        ("<xlink:a>b", '<xlink:a xmlns:xlink="http://www.w3.org/1999/xlink">b</xlink:a>'),
        ("<a:b>c", "<a:b>c</a:b>"),
    ],
)
def test_foreign_elements_are_written_as_xml(text: str, html: str) -> None:
    assert normalize(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a</body>b", "a"),
        ("<body class=a>b", '<body class="a">b</body>'),
        ("<html>a<p>b", "<html><p>b</p></html>"),
        (
            "<html><head>a<noscript>b</noscript></head>c",
            "<html><head>a<noscript>b</noscript></head>c</html>",
        ),
        ("<html><head><p>a<p>b", "<html><head><p>a</p><p>b</p></head></html>"),
        ("<html><noscript>a", "<html><noscript>a</noscript></html>"),
        ("a</html>b", "ab"),
        ("<head>a</head>b", "<head>a</head>b"),
        ("</svg><noscript>a", "<noscript>a</noscript>"),
    ],
)
def test_the_elements_of_a_page_have_no_special_place(text: str, html: str) -> None:
    assert normalize(text) == html
