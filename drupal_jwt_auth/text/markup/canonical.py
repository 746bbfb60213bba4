"""Canonical XML: Drupal copies an element into a figure in this form."""

from collections.abc import Iterator

from drupal_jwt_auth.text.markup.nodes import CData, Element, Node, ProcessingInstruction


def canonicalize(element: Element) -> str:
    """Write an element as Canonical XML 1.0: attributes sorted, no empty tags, no comments."""
    parts = [_start(element)]
    open_elements: list[tuple[Element, Iterator[Node]]] = [(element, iter(element.children))]
    while open_elements:
        parent, children = open_elements[-1]
        for node in children:
            if isinstance(node, Element):
                parts.append(_start(node))
                open_elements.append((node, iter(node.children)))
                break
            if isinstance(node, ProcessingInstruction):
                parts.append(f"<?{node.target} {node.data}?>")
            elif isinstance(node, str):
                parts.append(_escape_text(node))
            elif isinstance(node, CData):
                parts.append(_escape_text(node.data))
        else:
            open_elements.pop()
            parts.append(f"</{parent.name}>")
    return "".join(parts)


def _start(element: Element) -> str:
    attributes = "".join(
        f' {name}="{_escape_attribute(value)}"'
        for name, value in sorted(element.attributes.items())
    )
    return f"<{element.name}{attributes}>"


def _escape_text(text: str) -> str:
    return _escape(text).replace(">", "&gt;")


def _escape_attribute(value: str) -> str:
    value = _escape(value).replace('"', "&quot;").replace("\t", "&#x9;").replace("\n", "&#xA;")
    # XML has no form feed; Drupal's parser would take it for the end of the value.
    return value.replace("\f", "&#xC;")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#xD;")
