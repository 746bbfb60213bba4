"""Writes a tree as Drupal writes it.

These are the output rules of masterminds/html5 2.10 (MIT licence) with Drupal's one addition:
angle brackets are escaped in attribute values too. Our own addition is that a form feed is written
as a reference there, as the parser would take it for the end of the value. An attribute without a
value is written as its name alone, and below ``<svg>`` or ``<math>`` an element without content as
``<path />``.
"""

from collections import Counter
from collections.abc import Iterator

from drupal_jwt_auth.text.markup.elements import (
    FLAGS,
    MATHML_ATTRIBUTES,
    NAMESPACES,
    RAW,
    SVG_ATTRIBUTES,
    UNWRITTEN_NAMESPACES,
    VOID,
)
from drupal_jwt_auth.text.markup.nodes import CData, Comment, Element, Leaf, Node

_CASES: dict[str, dict[str, str]] = {"svg": SVG_ATTRIBUTES, "math": MATHML_ATTRIBUTES}
_NO_CASES: dict[str, str] = {}


def serialize(nodes: list[Node]) -> str:
    """Write the nodes one after the other."""
    writer = _Writer()
    writer.write(nodes)
    return "".join(writer.parts)


class _Writer:
    """Writes a tree with a stack of its own instead of recursion, so that no tree is too deep."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._foreign = ""  # "svg" or "math" within one
        self._namespaces: Counter[str] = Counter()  # declared by the open elements

    def write(self, nodes: list[Node]) -> None:
        parts = self.parts
        open_elements: list[Element] = []
        remaining: list[Iterator[Node]] = [iter(nodes)]
        raw = False
        while remaining:
            for node in remaining[-1]:
                if isinstance(node, Element):
                    self._start(node)
                    open_elements.append(node)
                    remaining.append(iter(node.children))
                    raw = bool(FLAGS.get(node.name, 0) & RAW)
                    break
                parts.append(_raw(node) if raw else _written(node))
            else:
                remaining.pop()
                if open_elements:
                    self._end(open_elements.pop())
                    raw = bool(open_elements and FLAGS.get(open_elements[-1].name, 0) & RAW)

    def _start(self, element: Element) -> None:
        name, parts = element.name, self.parts
        if name in _CASES:
            self._foreign = name
        parts.append(f"<{name}")
        if element.attributes or ":" in name:
            self._attributes(element)
        parts.append(" />" if self._foreign and not element.children else ">")

    def _end(self, element: Element) -> None:
        if element.name in _CASES:
            self._foreign = ""
        if self._namespaces:
            self._namespaces.subtract(_declared(element).keys())
        if FLAGS.get(element.name, 0) & VOID or (self._foreign and not element.children):
            return
        self.parts.append(f"</{element.name}>")

    def _attributes(self, element: Element) -> None:
        cases = _CASES.get(self._foreign, _NO_CASES)
        for name, value in element.attributes.items():
            if name.startswith("xmlns:"):
                continue
            self.parts.append(f" {cases.get(name, name)}")
            if value:
                self.parts.append(f'="{escape_attribute(value)}"')
        if ":" not in element.name and not any(":" in name for name in element.attributes):
            return
        declared = _declared(element)
        for namespace, prefix in reversed(declared.items()):
            if not self._namespaces[namespace] and namespace not in UNWRITTEN_NAMESPACES:
                self.parts.append(f' xmlns:{prefix}="{namespace}"')
        self._namespaces.update(declared.keys())


def _declared(element: Element) -> dict[str, str]:
    """Return the prefixes by the namespaces that an element declares, or uses, as ``xlink:``."""
    declared = {}
    for name in (element.name, *element.attributes):
        prefix, colon, local = name.partition(":")
        if not colon:
            continue
        if prefix == "xmlns" and name in element.attributes:
            declared[element.attributes[name]] = local
        elif prefix in NAMESPACES:
            declared[NAMESPACES[prefix]] = prefix
    return declared


def _written(node: Leaf) -> str:
    if isinstance(node, str):
        return _escape_text(node)
    if isinstance(node, Comment):
        return f"<!--{node.data}-->"
    if isinstance(node, CData):
        return "<![CDATA[" + node.data.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return f"<?{node.target} {node.data}?>"


def _raw(node: Leaf) -> str:
    return node if isinstance(node, str) else ""


def _escape_text(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")


def escape_attribute(value: str) -> str:
    """Write the value of an attribute so that every parser reads the same between quotes."""
    return _escape_text(value).replace('"', "&quot;").replace("\f", "&#12;")
