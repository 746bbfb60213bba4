"""A cache of processed texts, bounded by its size in bytes.

A text is read far more often than it is written, and filtering it takes longer than all other work
to show it.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from drupal_jwt_auth.text.asking import Answers, noting
from drupal_jwt_auth.text.bounds import MAX_LENGTH
from drupal_jwt_auth.text.filters.promises import promises_of
from drupal_jwt_auth.text.formats import TextFormat
from drupal_jwt_auth.text.registry import Filter

_ENTRY = 640
_QUESTION = 320
"""Upper bounds of the bytes of an entry besides its HTML, and of a question besides its subject."""


@dataclass(frozen=True, slots=True)
class _Entry:
    html: bytes  # in UTF-8, for one emoji in a text makes each character of it take four bytes
    filters: tuple[Filter, ...]
    answers: Answers

    @property
    def size(self) -> int:
        """Return an upper bound of its size in bytes."""
        asked = (_QUESTION + sys.getsizeof(about) for about in self.answers.subjects())
        return _ENTRY + len(self.html) + sum(asked)


class TextCache:
    """Processes texts and keeps the results that were used last, up to a size in bytes.

    The key of a result is made of its text and of the format's filters and their settings. A result
    is valid as long as the same filters are registered and the site gives the same answers to their
    questions, which are asked again. Formats with a filter that does not promise to be repeatable
    are not cached. Threads may share a cache.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._lock = Lock()
        #: The size of all entries in bytes, an upper bound.
        self.size = 0

    def process(self, text_format: TextFormat, text: str, max_size: int) -> str:
        """Return the HTML of a text, and keep it if it fits into ``max_size`` bytes.

        Raises:
            UnknownFilterError: a filter of the format is not registered.

        """
        filters = tuple(step.apply for step in text_format.steps())
        repeatable = all(promises_of(each).repeatable for each in filters)
        # A text beyond the bounds is only escaped, which takes no time.
        if not repeatable or max_size <= 0 or len(text) > MAX_LENGTH:
            return text_format.process(text)
        key = _key(text_format, text)
        entry = self._get(key)
        if entry is None or not _is_current(entry, filters):
            with noting() as answers:
                html = text_format.process(text)
            entry = _Entry(html.encode("utf-8", "surrogatepass"), filters, answers)
            self._keep(key, entry, max_size)
            return html
        return entry.html.decode("utf-8", "surrogatepass")

    def _get(self, key: bytes) -> _Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def _keep(self, key: bytes, entry: _Entry, max_size: int) -> None:
        with self._lock:
            replaced = self._entries.pop(key, None)
            self.size -= replaced.size if replaced else 0
            if entry.size <= max_size:
                self._entries[key] = entry
                self.size += entry.size
            while self.size > max_size:
                _, oldest = self._entries.popitem(last=False)
                self.size -= oldest.size


def _key(text_format: TextFormat, text: str) -> bytes:
    digest = blake2b(text_format.fingerprint, digest_size=32)
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def _is_current(entry: _Entry, filters: tuple[Filter, ...]) -> bool:
    same = all(kept is now for kept, now in zip(entry.filters, filters, strict=True))
    return same and entry.answers.still_hold()
