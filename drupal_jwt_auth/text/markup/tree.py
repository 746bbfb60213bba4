"""Builds the same tree of a text as Drupal.

Drupal parses with masterminds/html5, whose tree builder is not the one of the HTML standard: an
end tag closes the nearest open element of its name and everything in it, or is ignored; no element
is ever moved, reopened or invented. The rules are restated here after version 2.10 (MIT licence),
with a count of open elements, so that no tag climbs the tree in vain.
"""

from drupal_jwt_auth.text.bounds import check_depth
from drupal_jwt_auth.text.markup.elements import (
    BLOCK,
    CLOSES_P,
    FLAGS,
    HTML,
    MATHML_ATTRIBUTES,
    OPTIONAL_END,
    SIBLINGS,
    SVG_ATTRIBUTES,
    SVG_ELEMENTS,
    VOID,
)
from drupal_jwt_auth.text.markup.nodes import CData, Comment, Element, ProcessingInstruction

# The insertion modes that make a difference inside a body, in the order they are compared by.
_BEFORE_HEAD, _IN_HEAD, _IN_NOSCRIPT, _AFTER_HEAD, _IN_BODY, _AFTER_BODY, _SVG, _MATHML = range(8)


class TreeBuilder:
    """Builds a tree from tags and text in the order of the source.

    Unless it is ``unbounded``, it raises OutOfBoundsError for elements that are nested too deep.
    """

    def __init__(self, *, unbounded: bool = False) -> None:
        self.body = Element("body")
        self._unbounded = unbounded
        document = Element("html")
        document.append(self.body)
        self._stack = [document, self.body]
        self._open = {"html": 1, "body": 1}
        self._mode = _IN_BODY
        self._in_paragraph = False

    def start(self, name: str, attributes: dict[str, str], *, self_closing: bool) -> int:
        """Take a start tag; return the flags of the element, by which its text is read."""
        if self._mode == _IN_BODY and name not in _SPECIAL:
            return self._insert(name, name, attributes, self_closing=self_closing)
        return self._start_special(name, attributes, self_closing=self_closing)

    def end(self, name: str) -> None:
        """Take an end tag."""
        if FLAGS.get(name, 0) & VOID:
            # "</br>" is the one end tag that opens an element.
            if name == "br":
                self.start(name, {}, self_closing=False)
            return
        if self._mode == _SVG:
            name = SVG_ELEMENTS.get(name, name)
        if name != "html":
            self._close(name)
            self._mode = _MODE_AFTER_END.get(name, self._mode)

    def text(self, data: str) -> None:
        """Take text, which is lost between an ``<html>`` tag and the next element."""
        if self._mode != _BEFORE_HEAD:
            self._stack[-1].append(data)

    def comment(self, data: str) -> None:
        """Take a comment."""
        self._stack[-1].append(Comment(data))

    def cdata(self, data: str) -> None:
        """Take a CDATA section."""
        self._stack[-1].append(CData(data))

    def processing_instruction(self, target: str, data: str) -> None:
        """Take a processing instruction."""
        self._stack[-1].append(ProcessingInstruction(target, data))

    def _start_special(self, name: str, attributes: dict[str, str], *, self_closing: bool) -> int:
        """Start an element that changes the insertion mode, or one in another mode than usual."""
        closes_p = self._mode >= _IN_BODY
        if name == "head":
            self._mode = _IN_HEAD if self._mode == _BEFORE_HEAD else self._mode
        elif name == "noscript":
            self._mode = _IN_NOSCRIPT if self._mode == _IN_HEAD else self._mode
        else:
            self._mode = _MODE_AFTER_START.get(name, self._mode)
        tag_name = name
        if self._mode == _SVG:
            tag_name = SVG_ELEMENTS.get(name, name)
            attributes = {SVG_ATTRIBUTES.get(k, k): v for k, v in attributes.items()}
        elif self._mode == _MATHML:
            attributes = {MATHML_ATTRIBUTES.get(k, k): v for k, v in attributes.items()}
        elif name == "image":
            # It keeps its name, but is treated as the <img> that was meant.
            name = "img"
        flags = self._insert(
            name, tag_name, attributes, self_closing=self_closing, closes_p=closes_p
        )
        if self._mode == _BEFORE_HEAD and name != "html":
            self._mode = _IN_BODY
        return flags

    def _insert(
        self,
        name: str,
        tag_name: str,
        attributes: dict[str, str],
        *,
        self_closing: bool,
        closes_p: bool = True,
    ) -> int:
        flags = FLAGS.get(name, 0)
        stack = self._stack
        if flags & CLOSES_P and closes_p:
            self._close("p")
        if self._in_paragraph and FLAGS.get(tag_name, 0) & BLOCK:
            self._close("p")
            self._in_paragraph = False
        if tag_name == "p":
            self._in_paragraph = True
        if tag_name in OPTIONAL_END:
            for parent in OPTIONAL_END[tag_name]:
                if stack[-1].name == parent:
                    self._close(parent)
        if name in SIBLINGS and stack[-1].name in SIBLINGS[name]:
            self._close(stack[-1].name)
        element = Element(tag_name, attributes)
        stack[-1].append(element)
        if not flags & VOID:
            stack.append(element)
            self._open[tag_name] = self._open.get(tag_name, 0) + 1
            if not self._unbounded:
                check_depth(len(stack))
        if self_closing and (name in SIBLINGS or not flags & HTML):
            self.end(name)
        return flags

    def _close(self, name: str) -> None:
        """Close the nearest open element of this name, if any, and all it contains."""
        closing = bool(self._open.get(name))
        while closing:
            element = self._stack.pop()
            self._open[element.name] -= 1
            closing = element.name != name


_MODE_AFTER_START = {"html": _BEFORE_HEAD, "body": _IN_BODY, "svg": _SVG, "math": _MATHML}
# Not "math": the parser waits for an end tag of "mathml", so attributes stay in MathML's case.
_MODE_AFTER_END = {"head": _AFTER_HEAD, "body": _AFTER_BODY, "svg": _IN_BODY, "mathml": _IN_BODY}
_SPECIAL = frozenset({"head", "image", "noscript", *_MODE_AFTER_START})
