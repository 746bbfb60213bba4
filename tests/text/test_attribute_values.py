"""The value of an attribute stays what it is, whichever filter writes it and whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from selectolax.lexbor import LexborHTMLParser

from drupal_jwt_auth.text import FILTERS
from drupal_jwt_auth.text.markup import Element, load, serialize
from tests.robustness.requests import PROFILE

PIECES = (
    *("\f", "\n", "\n\n", "\t", "\v", " ", "\x01", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "é"),
    *('"', "'", "`", "<", ">", "&", ";", "=", "/", "&amp;", "&#12;", "&quot;", "<br />", "</p>"),
    *(
        "<!--",
        "😀",
        "a",
        "x y",
        "www.x.yz/a",
        "http://x.yz",
        "a@b.cd",
        "onclick=b",
        "<pre>",
        "</em>",
        "0",
    ),
)


def values() -> list[str]:
    dice = Random("values")
    count = 20 * PROFILE.max_examples
    return [*PIECES, *("".join(dice.choices(PIECES, k=dice.randint(2, 6))) for _ in range(count))]


def filtered(*names: str) -> Callable[[str], str]:
    def apply(text: str) -> str:
        for name in names:
            text = FILTERS[name](text, {})
        return text

    return apply


def written(tag: str, **attributes: str) -> str:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    element = Element(tag, named)
    element.append("text")
    return serialize([element])


def as_drupal_reads(html: str, tag: str) -> dict[str, str]:
    return next(each.attributes for each in load(html).elements() if each.name == tag)


def as_a_browser_reads(html: str, tag: str) -> dict[str, str]:
    element = LexborHTMLParser(html).css_first(tag)
    assert element is not None
    return {name: value or "" for name, value in element.attributes.items()}


@pytest.mark.parametrize(
    "apply",
    [
        filtered(),
        filtered("filter_htmlcorrector"),
        filtered("filter_htmlcorrector", "filter_htmlcorrector"),
        filtered("filter_autop"),
        filtered("filter_url"),
        filtered("filter_autop", "filter_url"),
        filtered("filter_url", "filter_autop", "filter_htmlcorrector", "filter_autop"),
    ],
    ids=["written", "corrected", "twice", "autop", "url", "autop and url", "all"],
)
def test_a_value_is_read_as_it_was(apply: Callable[[str], str]) -> None:
    for value in values():
        html = apply(written("em", lang=value, title="x"))
        assert as_drupal_reads(html, "em") == {"lang": value, "title": "x"}, html
        assert as_a_browser_reads(html, "em") == {"lang": value, "title": "x"}, html


def test_an_element_with_a_caption_keeps_its_values() -> None:
    for value in values():
        html = filtered("filter_caption")(written("em", data_caption="c", lang=value, title="x"))
        assert as_drupal_reads(html, "em") == {"lang": value, "title": "x"}, html
        assert as_a_browser_reads(html, "em") == {"lang": value, "title": "x"}, html


def test_the_classes_of_an_element_with_a_caption_are_those_of_the_figure() -> None:
    for value in values():
        html = filtered("filter_caption")(written("em", data_caption="c", **{"class": value}))
        expected = {"role": "group"} | ({"class": value} if value != "0" else {})
        assert as_drupal_reads(html, "figure") == expected, html
        assert as_a_browser_reads(html, "figure") == expected, html


def test_an_alignment_is_added_to_the_classes_that_there_are() -> None:
    for value in values():
        html = filtered("filter_align")(written("em", data_align="left", **{"class": value}))
        assert as_a_browser_reads(html, "em") == {"class": f"{value} align-left"}, html


def test_the_classes_of_an_image_that_is_removed_stay() -> None:
    for value in values():
        html = filtered("filter_html_image_secure")(written("img", **{"class": value}))
        classes = as_a_browser_reads(html, "img")["class"]
        assert classes.split() == [*(value.split() if value != "0" else []), "filter-image-invalid"]


def test_a_carriage_return_is_a_newline_to_every_reader() -> None:
    html = filtered("filter_htmlcorrector")("<em lang='a&#13;b'>c")
    assert html == '<em lang="a\rb">c</em>'
    assert as_drupal_reads(html, "em") == as_a_browser_reads(html, "em") == {"lang": "a\nb"}
