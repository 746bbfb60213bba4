"""Parsing and writing HTML as Drupal does it.

Drupal normalises every text that is not plain with masterminds/html5, a parser of its own kind:
what a client sees of ``<b><i>x</b>y</i>``, ``1 < 2`` or ``&copy 2026`` follows from its rules and
not from the HTML standard. This package restates those rules. It decides what a text looks like;
what is safe is decided by a browser's own rules, in :mod:`drupal_jwt_auth.text.guard`.
"""

from drupal_jwt_auth.text.markup.nodes import Element, Node
from drupal_jwt_auth.text.markup.serializer import serialize
from drupal_jwt_auth.text.markup.tokenizer import Tokenizer
from drupal_jwt_auth.text.markup.tree import TreeBuilder

__all__ = ["Element", "Node", "load", "normalize", "parse", "serialize"]


def parse(text: str, *, text_modes: bool = True) -> TreeBuilder:
    """Parse a text as the content of a body and return the builder that holds the tree."""
    builder = TreeBuilder()
    Tokenizer(text, builder, text_modes=text_modes).run()
    return builder


def load(text: str) -> Element:
    """Return the body that holds the parsed text, as ``Html::load()`` does."""
    return parse(text).body


def normalize(text: str) -> str:
    """Parse and write, as ``Html::normalize()`` does: every tag closed, every value quoted."""
    return serialize(load(text).children)
