"""Reads a text as Drupal's HTML parser reads it, and drives a tree builder with what it finds.

The rules are those of the tokenizer of masterminds/html5 2.10 (MIT licence), which leaves the HTML
standard in ways every reader of a Drupal site sees: a ``<`` that opens no tag is dropped, a
character reference counts only with its semicolon, a repeated attribute takes the last value, and
an unfinished tag at the end of the text is a tag. One pass from left to right: each step looks for
its end at most twice and goes on from there, so the time is linear in the length of the text.
"""

import re
from unicodedata import category

from drupal_jwt_auth.text.markup.elements import NAMESPACES, RAW, RCDATA
from drupal_jwt_auth.text.markup.references import decode
from drupal_jwt_auth.text.markup.tree import TreeBuilder
from drupal_jwt_auth.text.php import ascii_lower

# A tag as it is nearly always written; all others are read step by step.
_PLAIN_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]*)"
    r'((?:[ \n\t\f]+[a-zA-Z_][a-zA-Z0-9_-]*="[^"&\f]*")*)'
    r"[ \n\t\f]*(/?)>"
)
_PLAIN_ATTRIBUTE = re.compile(r'([a-zA-Z_][a-zA-Z0-9_-]*)="([^"]*)"')

_SPACES = re.compile(r"[ \n\t\f]*")
_LETTERS = re.compile(r"[a-zA-Z]*")
_TAG_NAME = re.compile(r"[a-zA-Z0-9:_-]*")
_END_TAG_NAME = re.compile(r"[^\n\f \t>]*")
_ATTRIBUTE_NAME = re.compile(r"[^/>=\n\f\t ]*")
_UNQUOTED = re.compile(r"[^\n\f \t>]*")
_QUOTED = {'"': re.compile(r'[^"\f]*'), "'": re.compile(r"[^'\f]*")}
_COMMENT_END = re.compile(r"--!?>")
_DOCTYPE_NAME = re.compile(r"[^ \n\f>]*")
_NOT_A_NAME = re.compile(r"[\x01-\x2c/\x3b-\x40\x5b-\x5e`\x7b-\x7f]|\A[0-9.-]")
_LOCAL_NAME = re.compile(r"[^\W\d][^:]*\Z")


class Tokenizer:
    """Reads one text into one tree builder."""

    def __init__(self, text: str, builder: TreeBuilder, *, text_modes: bool = True) -> None:
        self._text = text.replace("\0", "�").replace("\r\n", "\n").replace("\r", "\n")
        self._at = 0
        self._builder = builder
        # False for lists of tags, in which <script> and its like may have children.
        self._text_modes = text_modes

    def run(self) -> None:
        """Read the whole text."""
        text, size, builder = self._text, len(self._text), self._builder
        while self._at < size:
            begin = self._at
            end = text.find("<", begin)
            if end == -1:
                end = size
            if end > begin:
                self._at = end
                builder.text(decode(text[begin:end]))
            if end < size:
                self._markup()

    def _markup(self) -> None:
        """Read the markup that begins with a ``<``."""
        plain = _PLAIN_TAG.match(self._text, self._at)
        if plain:
            ends, name, attributes, slash = plain.groups()
            if not ends:
                self._at = plain.end()
                self._start(
                    name.lower(),
                    {k.lower(): v for k, v in _PLAIN_ATTRIBUTE.findall(attributes)}
                    if attributes
                    else {},
                    self_closing=slash != "",
                )
                return
            if not slash:
                self._at = plain.end()
                self._builder.end(name.lower())
                return
        self._at += 1
        following = self._peek()
        if following == "!":
            self._declaration()
        elif following == "/":
            self._end_tag()
        elif following == "?":
            self._processing_instruction()
        elif _is_letter(following):
            self._start_tag()
        # Else the "<" opens nothing, and is dropped.

    def _start_tag(self) -> None:
        name = ascii_lower(self._take(_TAG_NAME))
        attributes: dict[str, str] = {}
        self_closing = False
        while True:
            self._take(_SPACES)
            following = self._peek()
            if following == "<":
                # A new tag begins before this one has ended: both count.
                break
            if following not in {"/", ">", ""}:
                self._attribute(attributes)
                following = self._peek()
            if following == "/":
                self._at += 1
                self._take(_SPACES)
                following = self._peek()
                self_closing = following == ">"
                if following not in {">", ""}:
                    continue
            if following in {">", ""}:
                self._at += 1
                break
        self._start(name, attributes, self_closing=self_closing)

    def _attribute(self, attributes: dict[str, str]) -> None:
        name = ascii_lower(self._take(_ATTRIBUTE_NAME))
        if name == "":
            # Only a "=" ends an empty name here.
            name = "="
            self._at += 1
        self._take(_SPACES)
        value = self._attribute_value()
        if _is_attribute_name(name):
            attributes[name] = value

    def _attribute_value(self) -> str:
        if self._peek() != "=":
            return ""
        self._at += 1
        self._take(_SPACES)
        quote = self._peek()
        if quote not in _QUOTED:
            return decode(self._take(_UNQUOTED))
        self._at += 1
        value = decode(self._take(_QUOTED[quote]))
        self._at += 1
        return value

    def _start(self, name: str, attributes: dict[str, str], *, self_closing: bool) -> None:
        flags = self._builder.start(name, attributes, self_closing=self_closing)
        if flags & (RAW | RCDATA) and self._text_modes and self._at < len(self._text):
            self._text_until_end_tag(name, decodes=bool(flags & RCDATA))

    def _text_until_end_tag(self, name: str, *, decodes: bool) -> None:
        """Read the content of an element that has only text, up to its end tag."""
        end_tag = re.compile(f"</{name}" if decodes else f"</{name}>", re.IGNORECASE | re.ASCII)
        found = end_tag.search(self._text, self._at)
        end = found.start() if found else len(self._text)
        content = self._text[self._at : end]
        self._builder.text(decode(content) if decodes else content)
        self._at = end

    def _end_tag(self) -> None:
        self._at += 1
        following = self._peek()
        if following == "":
            return
        if not _is_letter(following):
            self._bogus_comment("</")
            return
        name = ascii_lower(self._take(_END_TAG_NAME))
        self._skip_past(">")
        self._builder.end(name)

    def _declaration(self) -> None:
        """Read a comment, a document type or a CDATA section."""
        self._at += 1
        following = self._peek()
        if self._text.startswith("--", self._at):
            self._at += 2
            self._comment()
        elif following in {"D", "d"}:
            self._doctype()
        elif following == "[":
            self._cdata()
        else:
            self._bogus_comment("<!")

    def _comment(self) -> None:
        if self._peek() == ">":
            self._at += 1
            self._builder.comment("")
            return
        found = _COMMENT_END.search(self._text, self._at)
        end = found.start() if found else len(self._text)
        self._builder.comment(self._text[self._at : end])
        self._at = found.end() if found else end

    def _bogus_comment(self, leading: str) -> None:
        """Read a malformed declaration or end tag as a comment, with its delimiters."""
        begin = self._at
        self._skip_past(">")
        self._builder.comment(leading + self._text[begin : self._at])

    def _cdata(self) -> None:
        if not self._text.startswith("[CDATA[", self._at):
            begin = self._at + 1
            self._at = begin
            while self._peek() in {"C", "D", "A", "T"}:
                self._at += 1
            self._bogus_comment("<![" + self._text[begin : self._at])
            return
        begin = self._at + len("[CDATA[")
        # The section has at least one character.
        end = self._text.find("]]>", begin + 1)
        if end == -1:
            self._at = len(self._text)
            self._builder.comment("<![CDATA[" + self._text[begin:])
        else:
            self._at = end + len("]]>")
            self._builder.cdata(self._text[begin:end])

    def _doctype(self) -> None:
        """Read a document type and drop it, as a text does not have one."""
        begin = self._at
        if self._text[begin : begin + 7].upper() != "DOCTYPE":
            while self._peek().upper() in {"D", "O", "C", "T", "Y", "P", "E"}:
                self._at += 1
            self._bogus_comment("<!" + self._text[begin : self._at])
            return
        self._at += len("DOCTYPE")
        self._take(_SPACES)
        self._take(_DOCTYPE_NAME)
        if self._peek() != ">":
            self._take(_SPACES)
            keyword = self._take(_LETTERS).upper()
            spaces = self._take(_SPACES)
            # An identifier that is not quoted ends the document type on the spot.
            if keyword in {"PUBLIC", "SYSTEM"} and spaces and self._peek() not in _QUOTED:
                return
        self._skip_past(">")

    def _processing_instruction(self) -> None:
        self._at += 1
        begin = self._at
        target = self._take(_LETTERS)
        spaces = self._take(_SPACES)
        if not target or not spaces or self._peek() in {"", "0"}:
            self._bogus_comment("<?" + self._text[begin : begin + 1] + target)
            return
        end = self._text.find("?>", self._at)
        if end == -1:
            end = len(self._text)
        self._builder.processing_instruction(target, self._text[self._at : end])
        self._at = end + len("?>")

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, characters: re.Pattern[str]) -> str:
        match = characters.match(self._text, self._at)
        taken = match[0] if match else ""
        self._at += len(taken)
        return taken

    def _skip_past(self, character: str) -> None:
        at = self._text.find(character, self._at)
        self._at = len(self._text) if at == -1 else at + 1


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_attribute_name(name: str) -> bool:
    """Return True for a name that the DOM accepts, except ``xmlns``, which the parser keeps."""
    if name == "xmlns" or _NOT_A_NAME.search(name):
        return False
    prefix, colon, local = name.partition(":")
    if colon and prefix in NAMESPACES and not _LOCAL_NAME.match(local):
        return False
    if name.isascii():
        return True
    begins = name[0].isascii() or name[0].isalpha()
    return begins and all(_may_stand_in_name(c) for c in name if not c.isascii())


def _may_stand_in_name(character: str) -> bool:
    return character == "·" or character.isalpha() or category(character) in {"Nd", "Mn", "Mc"}
