"""The nodes of a parsed text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Element:
    """An element: its name, attributes in order, children and parent."""

    __slots__ = ("attributes", "children", "name", "parent")

    def __init__(self, name: str, attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.attributes = {} if attributes is None else attributes
        self.children: list[Node] = []
        self.parent: Element | None = None

    def append(self, node: Node) -> None:
        """Add a node as the last child."""
        if isinstance(node, Element):
            node.parent = self
        self.children.append(node)

    def elements(self) -> Iterator[Element]:
        """Every element below this one, in document order."""
        pending = [child for child in reversed(self.children) if isinstance(child, Element)]
        while pending:
            element = pending.pop()
            yield element
            pending += [child for child in reversed(element.children) if isinstance(child, Element)]

    def replace(self, replacements: Mapping[Element, list[Node]]) -> None:
        """Put other nodes in the place of some of the children."""
        children: list[Node] = []
        for child in self.children:
            if isinstance(child, Element) and child in replacements:
                children += replacements[child]
            else:
                children.append(child)
        self.children = children


class Comment:
    """A comment, without its delimiters."""

    __slots__ = ("data",)

    def __init__(self, data: str) -> None:
        self.data = data


class CData:
    """A CDATA section, without its delimiters."""

    __slots__ = ("data",)

    def __init__(self, data: str) -> None:
        self.data = data


class ProcessingInstruction:
    """A processing instruction such as ``<?php ... ?>``."""

    __slots__ = ("data", "target")

    def __init__(self, target: str, data: str) -> None:
        self.target = target
        self.data = data


#: What has no children; a string is a text node.
Leaf: TypeAlias = Comment | CData | ProcessingInstruction | str
Node: TypeAlias = Element | Leaf
