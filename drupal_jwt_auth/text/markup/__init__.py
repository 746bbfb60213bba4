"""Parsing and writing HTML as Drupal does it.

Drupal normalises every text that is not plain with masterminds/html5, a parser of its own kind: its
rules, and not the HTML standard, decide what becomes of ``<b><i>x</b>y</i>``, ``1 < 2`` or
``&copy 2026``. This package restates those rules. It is not there for safety, which is up to
:mod:`drupal_jwt_auth.text.guard`.
"""

from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.markup.nodes import Element, Node
from drupal_jwt_auth.text.markup.serializer import escape_attribute, serialize
from drupal_jwt_auth.text.markup.tokenizer import Tokenizer
from drupal_jwt_auth.text.markup.tree import TreeBuilder

__all__ = ["Element", "Node", "escape_attribute", "load", "normalize", "read_list", "serialize"]


def load(text: str) -> Element:
    """Return the body that holds the parsed text, as ``Html::load()`` does.

    Raise OutOfBoundsError for too many tags, or too deep ones.
    """
    check_tags(text.count("<"))
    builder = TreeBuilder()
    Tokenizer(text, builder).run()
    return builder.body


def read_list(text: str) -> list[Element]:
    """Return the elements in a list of tags such as ``<a href> <em>``, without a bound."""
    builder = TreeBuilder(unbounded=True)
    Tokenizer(text, builder, text_modes=False).run()
    return list(builder.body.elements())


def normalize(text: str) -> str:
    """Parse and write, as ``Html::normalize()`` does: every tag closed, every value quoted."""
    return serialize(load(text).children)
