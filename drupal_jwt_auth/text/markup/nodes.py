"""The nodes of a parsed text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Element:
    """An element: its name, attributes in order, and children.

    It has no reference to its parent, so that a tree without references to it is freed at once.
    """

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.attributes = {} if attributes is None else attributes
        self.children: list[Node] = []

    def append(self, node: Node) -> None:
        """Add a node as the last child."""
        self.children.append(node)

    def elements(self) -> Iterator[Element]:
        """Yield every element below this one, in document order."""
        return (element for _, element in self.elements_with_parents())

    def elements_with_parents(self) -> Iterator[tuple[Element, Element]]:
        """Yield every element below this one, in document order, as (parent, element)."""
        pending = [(self, child) for child in reversed(self.children) if isinstance(child, Element)]
        while pending:
            parent, element = pending.pop()
            yield parent, element
            pending += [
                (element, child)
                for child in reversed(element.children)
                if isinstance(child, Element)
            ]

    def replace(self, replacements: Mapping[Element, list[Node]]) -> None:
        """Replace some of the children by other nodes."""
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


#: A node without children; a string is a text node.
Leaf: TypeAlias = Comment | CData | ProcessingInstruction | str
Node: TypeAlias = Element | Leaf
