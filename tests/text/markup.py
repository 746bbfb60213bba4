"""Arbitrary markup: tags that are nearly well-formed, made of what parsers disagree about."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

ATTRIBUTES = {
    "img": ("alt", "src", "class", "data-caption", "data-align", "data-entity-type", "width"),
    "em": ("lang", "dir", "title"),
    "a": ("href", "hreflang", "data-caption", "class"),
    "p": ("class", "lang", "data-align"),
    "h2": ("id", "lang"),
    "blockquote": ("cite", "data-caption"),
    **dict.fromkeys(("br", "code", "pre", "ul", "li", "table", "td", "div", "figure"), ("lang",)),
    **dict.fromkeys(("svg", "math", "style", "title", "textarea", "iframe"), ("src", "onload")),
    **dict.fromkeys(("noscript", "template", "select", "xmp", "script", "object"), ("lang",)),
}
TAGS = (*ATTRIBUTES, *("img", "em", "a") * 8)
ENDS = ("\f", "&#12;", "&#xC;", "\n", "&#10;", "\r", "&#13;", '"', "'", "&quot;", "&#34;", ">", "<")
SCRIPTS = (
    *("onclick=alert(1)//", " onerror=alert(1)//", "www.x.yz/onclick=alert(1)//", "style=x"),
    *("javascript:alert(1)", "java\nscript:alert(1)", "&#1;javascript&colon;x"),
    "<script>x</script>",
)
ORDINARY = (
    *("", "x", "x y", "1", "ltr", "left", "file", "/core/misc/x.png", "<em>x</em>", "&lt;b&gt;"),
    *("http://a.bc/?d=e&f", "a@b.cd", "www.x.yz", "(", ")", "é", "😀", "&copy;", "&amp;", ". "),
)
ODD = (
    *(
        "\t",
        "\v",
        "\0",
        "\x01",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\u0301",
        "\u017f",
        "\u212a",
        "\ud83d",
    ),
    *("&", "&amp;quot;", "&amp;#12;", "&#x", "&{", "};", ";", "=", "/", "`", " ", "\n\n", "<br />"),
    *("<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?x ", "?>", "</", "</em>", "</p>", "</a>"),
    *("<em", "<a href="),
    *("</script>", "</style", "</title>", "</noscript>", "</iframe>", "</textarea>", "</svg>"),
)


def texts(seed: str, count: int) -> Iterator[str]:
    """Yield as many texts; of one seed always the same ones."""
    dice = Random(seed)
    for _ in range(count):
        yield "".join(
            _tag(dice) if dice.random() < 0.6 else _pieces(dice) for _ in range(dice.randint(1, 4))
        )


def _tag(dice: Random) -> str:
    name = dice.choice(TAGS)
    attributes = ""
    for attribute in dice.choices(ATTRIBUTES[name], k=dice.randint(0, 3)):
        space = dice.choice([" ", " ", " ", "\n", "\f", "/", ""])
        quote = dice.choice(['"', '"', "'", ""])
        attributes += f"{space}{attribute}={quote}{_pieces(dice)}{quote}"
    end = dice.choice(["", f"</{name}>"])
    return f"<{name}{attributes}>{_pieces(dice)}{end}"


def _pieces(dice: Random) -> str:
    kinds = dice.choices([ENDS, SCRIPTS, ORDINARY, ODD], k=dice.randint(0, 4))
    return "".join(map(dice.choice, kinds))
