"""Whatever is written, a browser finds in it what the format allows, and no more.

``EXAMPLES`` in the environment says how many texts are tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from drupal_jwt_auth.text import TextFormat
from tests.robustness.requests import PROFILE
from tests.text import judge, markup
from tests.text.site import FORMATS

COUNT = 100 * PROFILE.max_examples

LIST = (
    "<a href hreflang> <p class='x y'> <br> <em> <h2 id> <blockquote cite> <ul type> <li> <code> "
    "<pre> <img src alt width height class data-caption data-align data-entity-type> <table> <td>"
)
GENEROUS = (
    f"{LIST} <div> <figure> <svg> <math> <style> <title> <textarea> <iframe src> <noscript> "
    "<template> <select> <xmp> <object>"
)


def filters_of(text_format: TextFormat) -> list[str]:
    return sorted(text_format.filters, key=lambda name: text_format.filters[name]["weight"])


def allowed_by(text_format: TextFormat) -> judge.Allowed:
    """What the last filter leaves that takes markup out, and what that and later ones add."""
    notation = ""
    for name in filters_of(text_format):
        if name == "filter_html":
            notation = text_format.filters[name]["settings"]["allowed_html"]
        elif name == "filter_html_escape":
            notation = ""
        notation += judge.ADDED[name]
    return judge.read(notation)


def find_faults(text_format: TextFormat, text: str) -> list[str]:
    return list(judge.faults(judge.parse(text_format.process(text)), allowed_by(text_format)))


def format_of(order: Iterable[str], allowed_html: str) -> TextFormat:
    """A format whose filters run in this order."""
    return TextFormat(
        format="any",
        name="Any",
        weight=0,
        filters={
            name: {
                "weight": weight,
                "settings": {"allowed_html": allowed_html} if name == "filter_html" else {},
            }
            for weight, name in enumerate(order)
        },
    )


def any_order(dice: Random) -> list[str]:
    """Any filters in any order, `filter_html` among them."""
    names = {"filter_html", *dice.sample(sorted(judge.ADDED), dice.randint(0, len(judge.ADDED)))}
    return dice.sample(sorted(names), len(names))


@pytest.mark.parametrize("format_id", ["basic_html", "plain_text", "restricted_html"])
def test_a_format_of_the_site_gives_only_what_it_allows(format_id: str) -> None:
    for text in markup.texts(format_id, COUNT):
        assert not find_faults(FORMATS[format_id], text), text


@pytest.mark.parametrize("allowed_html", [LIST, GENEROUS], ids=["usual", "generous"])
def test_filters_in_any_order_give_only_what_the_format_allows(allowed_html: str) -> None:
    dice = Random("order")
    for text in markup.texts("any", COUNT):
        order = any_order(dice)
        assert not find_faults(format_of(order, allowed_html), text), (order, text)
