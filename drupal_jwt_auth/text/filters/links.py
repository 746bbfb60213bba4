"""``filter_url``: addresses in a text become links.

Drupal (FilterUrl) describes a link by three patterns, tried one after the other over the text
between tags: an address with a protocol, an e-mail address, a host that begins with ``www.``. They
are restated here as steps from left to right, because as patterns they can take exponential time.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from drupal_jwt_auth.config_schema import setting, whole_number
from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.bounds import check_tags
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.filters.protocols import PROTOCOLS

_DEFAULT_LENGTH = 72
_LONGEST_LOCAL_PART = 254

# Of a character outside ASCII only the kind matters: one of each kind stands for all of them.
_LETTER, _MARK, _NUMBER, _OTHER = "é", "\u0301", "²", "…"
_KINDS = {"L": _LETTER, "M": _MARK, "N": _NUMBER}

_WORD = f"A-Za-z0-9{_LETTER}{_MARK}{_NUMBER}"
_PROTOCOL = re.compile(rf"(?:{'|'.join(PROTOCOLS)}):")
_USER = re.compile(rf"[{_WORD}:%_+*~#?&=.,/;-]*")
_HOST = re.compile(rf"[{_WORD}._+-]*")
_TOP_LEVEL = re.compile(rf"[A-Za-z{_LETTER}{_MARK}]{{2,64}}\b")
_IP = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_PATH = re.compile(rf"[{_WORD}!*';:=+,.$/%#\[\]\-_~@&]*")
_NOT_LAST_IN_PATH = "!*';,.$%[]-@&"
_QUERY = re.compile(r"[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*")
_NOT_LAST_IN_QUERY = "!?*'@();:+$%[]-.,~|"

_LEFT_ALONE = re.compile(r"<(a|script|style|code|pre)[\s>]", re.IGNORECASE | re.ASCII)


_read_length = whole_number(least=0)


@promises(adds="<a href>", repeatable=True, settings={"filter_url_length": _read_length})
def link_addresses(text: str, settings: Mapping[str, Any]) -> str:
    """Make links of addresses, with no more than ``filter_url_length`` characters shown."""
    check_tags(text.count("<"))
    length = setting(settings, "filter_url_length", _read_length, _DEFAULT_LENGTH)
    # A link that one pattern has made is left alone by the next, as any link is.
    if ":" in text:
        text = _link(text, _Absolute, "", length)
    if "@" in text:
        text = _link(text, _Email, "mailto:", length)
    if "www." in text:
        text = _link(text, _Www, "http://", length)
    return text


def _link(text: str, finder: "type[_Finder]", prefix: str, length: int) -> str:
    parts = []
    left_alone: re.Pattern[str] | None = None
    for chunk, masked, is_tag in _chunks(text):
        if not is_tag and left_alone is None:
            parts.append(_linked(chunk, finder, prefix, length))
            continue
        parts.append(chunk)
        if not is_tag:
            continue
        if left_alone is None:
            begins = _LEFT_ALONE.search(masked)
            if begins:
                left_alone = re.compile(f"</{begins[1]}>", re.IGNORECASE)
        elif left_alone.search(masked):
            left_alone = None
    return "".join(parts)


def _chunks(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the parts of a text: as they are, with comments blanked, and True for a tag."""
    masked = _mask_comments(text) if "<!--" in text else text
    at = 0
    while (begin := masked.find("<", at)) != -1:
        # Something stands between the brackets, if need be a bracket.
        end = masked.find(">", begin + 2) + 1
        if end == 0:
            break
        yield text[at:begin], masked[at:begin], False
        yield text[begin:end], masked[begin:end], True
        at = end
    yield text[at:], masked[at:], False


def _mask_comments(text: str) -> str:
    parts, at = [], 0
    while (begin := text.find("<!--", at)) != -1:
        end = text.find("-->", begin + 4)
        if end == -1:
            break
        parts += [text[at : begin + 4], " " * (end - begin - 4)]
        at = end
    return "".join([*parts, text[at:]])


def _linked(text: str, finder: "type[_Finder]", prefix: str, length: int) -> str:
    parts, done = [], 0
    for number, (begin, end) in enumerate(finder(_kinds(text)).find()):
        check_tags(2 * number)
        url = php.decode_entities(text[begin:end])
        shown = php.escape(php.truncate(url, length))
        parts += [text[done:begin], f'<a href="{prefix}{php.escape(url)}">{shown}</a>']
        done = end
    return "".join([*parts, text[done:]])


def _kinds(text: str) -> str:
    if text.isascii():
        return text
    others = {c for c in set(text) if not c.isascii()}
    return text.translate({ord(c): _KINDS.get(unicodedata.category(c)[0], _OTHER) for c in others})


class _Run:
    """Finds the end of a run of characters; no part of a text is walked through twice."""

    def __init__(self, text: str, characters: re.Pattern[str]) -> None:
        self._text = text
        self._characters = characters
        self._begin = self._end = -1

    def end(self, at: int) -> int:
        """Return the end of the run that ``at`` is in."""
        if not self._begin <= at <= self._end:
            match = self._characters.match(self._text, at)
            self._begin, self._end = at, match.end() if match else at
            self._walked()
        return self._end

    def _walked(self) -> None:
        """Examine a run that was not known before; a hook for subclasses."""


class _Hosts(_Run):
    """Finds host names: labels with dots between them, of which the last is made of letters."""

    def __init__(self, text: str) -> None:
        super().__init__(text, _HOST)
        self._name_end = self._dot = -1

    def dotted(self, at: int) -> int:
        """Return the end of the name with a dot in it that begins at ``at``, or -1."""
        self.end(at)
        return self._name_end if self._dot > at else -1

    def name(self, at: int) -> int:
        """Return the end of the name that begins at ``at``, or -1."""
        end = self.dotted(at)
        if end == -1:
            label = _TOP_LEVEL.match(self._text, at)
            end = label.end() if label else -1
        return end

    def _walked(self) -> None:
        self._dot = self._end
        while (dot := self._text.rfind(".", self._begin, self._dot)) != -1:
            self._dot = dot
            label = _TOP_LEVEL.match(self._text, dot + 1)
            if label:
                self._name_end = label.end()
                return
        self._dot = -1


class _Finder(ABC):
    """Finds addresses of one kind in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._hosts = _Hosts(text)

    @abstractmethod
    def find(self) -> Iterator[tuple[int, int]]:
        """Yield the beginning and the end of each address."""

    def _end_of_path(self, at: int) -> int:
        """Return the end of the address whose host ends at ``at``."""
        text = self._text
        at += text.startswith("/", at)
        end = self._end_of_words(at)
        while (after := self._after_parentheses(end)) != -1:
            end = after
        if text.startswith("?", end):
            begin = end + 1
            query = _span(_QUERY, text, begin).rstrip(_NOT_LAST_IN_QUERY)
            end = begin + len(query) if query else end
        return end

    def _end_of_words(self, at: int) -> int:
        """Return the end of the last word of a path that is not in parentheses."""
        end = at
        while at != -1:
            span = _span(_PATH, self._text, at)
            words = span.rstrip(_NOT_LAST_IN_PATH)
            if words:
                end = at + len(words)
            at = self._after_parentheses(at + len(span))
        return end

    def _after_parentheses(self, at: int) -> int:
        if self._text.startswith("(", at):
            span = _span(_PATH, self._text, at + 1)
            end = at + 1 + len(span)
            if span and self._text.startswith(")", end):
                return end + 1
        return -1


class _Absolute(_Finder):
    """``http://user@example.com/path?query`` and its like; the slashes may be missing."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._users = _Run(text, _USER)
        self._hosts_of_users = _Hosts(text)

    def find(self) -> Iterator[tuple[int, int]]:
        at = 0
        while protocol := _PROTOCOL.search(self._text, at):
            begin = protocol.start()
            end = self._end(protocol.end())
            if end == -1:
                at = begin + 1
            else:
                yield begin, end
                at = end

    def _end(self, at: int) -> int:
        end = -1
        if self._text.startswith("//", at):
            end = self._end_of_host(at + 2)
        if end == -1:
            end = self._end_of_host(at)
        return end if end == -1 else self._end_of_path(end)

    def _end_of_host(self, at: int) -> int:
        user = self._users.end(at)
        if user > at and self._text.startswith("@", user):
            end = self._name_or_ip(self._hosts_of_users, user + 1)
            if end != -1:
                return end
        return self._name_or_ip(self._hosts, at)

    def _name_or_ip(self, hosts: _Hosts, at: int) -> int:
        end = hosts.name(at)
        if end == -1:
            ip = _IP.match(self._text, at)
            end = ip.end() if ip else -1
        return end


class _Email(_Finder):
    """``somebody@example.com``."""

    def find(self) -> Iterator[tuple[int, int]]:
        done = at = 0
        while (at_sign := self._text.find("@", at)) != -1:
            end = self._hosts.dotted(at_sign + 1)
            at = at_sign + 1
            if end == -1:
                continue
            before = self._text[max(done, at_sign - _LONGEST_LOCAL_PART) : at_sign]
            local_part = _span(_HOST, before[::-1], 0)
            if local_part:
                yield at_sign - len(local_part), end
                done = at = end


class _Www(_Finder):
    """``www.example.com/path``."""

    def find(self) -> Iterator[tuple[int, int]]:
        at = 0
        while (begin := self._text.find("www.", at)) != -1:
            end = self._hosts.name(begin + len("www."))
            at = begin + 1
            if end != -1:
                at = self._end_of_path(end)
                yield begin, at


def _span(characters: re.Pattern[str], text: str, at: int) -> str:
    match = characters.match(text, at)
    return match[0] if match else ""
