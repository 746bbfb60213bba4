"""No script survives ``filter_html``, however it is dressed up.

The texts are shown in every format that filters, and in one whose list is as generous as an
administrator might make it; the result is read with a browser's parser.
"""

import re
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from drupal_jwt_auth.text import FILTERS
from tests.text.site import FORMATS, process

GENEROUS = (
    "<a href title target rel> <p class style onclick> <em> <strong> <b> <i> <u> <div class> "
    "<span> "
    "<img src alt title data-caption data-align> <ul> <li> <table> <tr> <td> <th> <caption> <form> "
    "<svg> <g> <path d> <desc> <title> <math> <mi> <mtext> <mglyph> <annotation-xml encoding> "
    "<style> <noscript> <template> <textarea> <xmp> <noembed> <noframes> <iframe src> <select> "
    "<option> <details> <video src> <blockquote cite> <font color> <br> <code> <pre>"
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script/x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script",
    "<script\n>alert(1)",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<\u017fcript>alert(1)</\u017fcript>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x` onerror=alert(1)>",
    "<p ONCLICK='alert(1)'>x</p>",
    "<p onclick\n=\nalert(1)>x</p>",
    "<p on\0click=alert(1)>x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p class=x'onclick=alert(1)>y</p>",
    "<p title='\"onclick=alert(1) x=\"'>y</p>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><g onload=alert(1)></g></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<svg><desc><style><img src=x onerror=alert(1)></style></desc></svg>",
    "<svg><title><a title='</title><img src=x onerror=alert(1)>'>",
    "<math><mi><style><img src=x onerror=alert(1)></style></mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<noframes><p title='</noframes><img src=x onerror=alert(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<style><p title='</style><img src=x onerror=alert(1)>'>",
    "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<select><template><style></select><img src=x onerror=alert(1)></style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<!--><script>alert(1)</script>-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<?php ><img src=x onerror=alert(1)>?>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "</ ><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='java\0script:alert(1)'>x</a>",
    "<a href='java&#0;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
    "<a href='&#x6A;&#x61;vascript:alert(1)'>x</a>",
    "<a href='&#0000106avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='javascript&#58;alert(1)'>x</a>",
    "<a href='javascript&#58alert(1)'>x</a>",
    "<a href='java&Tab;script&colon;alert(1)'>x</a>",
    "<a href='java&NewLine;script&colon;alert(1)'>x</a>",
    "<a href='javascript:javascript:alert(1)'>x</a>",
    "<a href='http:javascript:alert(1)'>x</a>",
    "<a href='x:javascript:alert(1)'>y</a>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"javascript:alert('1')\" href='/x'>y</a>",
    "<a href='/x' href='javascript:alert(1)'>y</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='livescript:x'>y</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<img src='javascript:alert(1)'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<video src='javascript:alert(1)'></video>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<table background='javascript:alert(1)'>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<body onload=alert(1)>",
    "<html onclick=alert(1)>",
    "<b/onclick=alert(1)>x",
    "<b><i onclick=alert(1)></b></i onclick=alert(1)>",
    "<img data-caption='<script>alert(1)</script>' src=x>",
    "<img data-caption='&lt;img src=x onerror=alert(1)&gt;' src=x>",
    "<img data-caption='&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;' src=x>",
    "<img data-caption='&lt;a href=&quot;javascript:alert(1)&quot;&gt;x&lt;/a&gt;' src=x>",
    "<img data-align='left\" onclick=\"alert(1)' src=x>",
    "<a title='&lt;/a&gt;&lt;script&gt;alert(1)&lt;/script&gt;' href=x>y</a>",
    "&{alert(1)};",
    'http://a.com/"onclick="alert(1)',
    "http://a.com/'><script>alert(1)</script>",
    "www.a.com/&quot;onclick=&quot;alert(1)",
    "\ud83d<script>alert(1)</script>",
]

# A browser drops these from an address before it looks for the protocol.
IGNORED = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
HARMFUL = re.compile(r"(?:javascript|vbscript|data|livescript|feed):", re.IGNORECASE)


def dangers(html: str) -> Iterator[str]:
    """What would run, or might, if a browser showed this."""
    root = LexborHTMLParser(html).root
    assert root is not None
    for node in root.traverse():
        if node.tag in {"script", "object", "embed", "base", "meta", "link", "isindex"}:
            yield f"<{node.tag}>"
        for name, value in node.attributes.items():
            if name.startswith("on") or name in {"style", "srcdoc"}:
                yield f"<{node.tag} {name}>"
            if name not in {"title", "alt"} and HARMFUL.match(IGNORED.sub("", value or "")):
                yield f"<{node.tag} {name}={value}>"


@pytest.mark.parametrize("format_id", ["basic_html", "restricted_html", "plain_text"])
@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_nothing_runs_in_the_formats_of_a_site(format_id: str, attack: str) -> None:
    assert list(dangers(process(format_id, attack))) == []


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_nothing_runs_under_a_generous_list(attack: str) -> None:
    text = attack.replace("\ud83d", "")
    html = FILTERS["filter_html"](text, {"allowed_html": GENEROUS})
    assert list(dangers(html)) == []
    captioned = FILTERS["filter_caption"](FILTERS["filter_align"](html, {}), {})
    assert list(dangers(FILTERS["filter_html_image_secure"](captioned, {}))) == []


@pytest.mark.parametrize(
    "wrapper", ["<em>{}", "<a href='{}'>x</a>", "<img alt='{}' src=x>", "{0}{0}"]
)
@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_nothing_runs_inside_of_something_else(wrapper: str, attack: str) -> None:
    assert list(dangers(process("basic_html", wrapper.format(attack)))) == []


def test_the_checks_of_this_module_see_what_runs_without_a_filter() -> None:
    assert "full_html" in FORMATS
    assert list(dangers(process("full_html", "<script>a</script>"))) == ["<script>"]
    assert list(dangers(process("full_html", "<b onclick=a>"))) == ["<b onclick>"]
    assert list(dangers(process("full_html", "<a href=' java&#9;script:a'>"))) != []


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("javascript:alert(1)", "alert(1)"),
        ("data:text/html,x", "text/html,x"),
        ("a:b:http://c", "http://c"),
        ("HTTP://a.com", "HTTP://a.com"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("/a:b", "/a:b"),
        ("?a:b", "?a:b"),
        ("#a:b", "#a:b"),
        (":a:b", ":a:b"),
        ("a:", ""),
        ("", ""),
    ],
)
def test_an_address_loses_protocols_that_are_not_known(href: str, shown: str) -> None:
    expected = f'<a href="{shown}">x</a>' if shown else "<a href>x</a>"
    assert process("basic_html", f'<a href="{href}">x</a>') == expected
