"""Text formats: lists of filters that make HTML of a text, one after the other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

from drupal_jwt_auth.text import php
from drupal_jwt_auth.text.bounds import OutOfBoundsError, check_length
from drupal_jwt_auth.text.exceptions import UnknownFilterError
from drupal_jwt_auth.text.filters.allowed import Attributes, allowed_html
from drupal_jwt_auth.text.filters.promises import promises_of
from drupal_jwt_auth.text.guard import is_safe
from drupal_jwt_auth.text.options import filter_options
from drupal_jwt_auth.text.registry import FILTERS, Filter

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Step(NamedTuple):
    """A filter, with the settings that a format has for it."""

    apply: Filter
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class TextFormat:
    """A text format, as Drupal's configuration holds it.

    ``filters`` maps the id of each filter to ``{"weight": int, "settings": {...}}``.
    """

    format: str
    name: str
    weight: int
    filters: Mapping[str, Mapping[str, Any]]

    def process(self, text: str) -> str:
        """Return the HTML of a text: the property ``processed`` of a text field.

        The filters run in their order, on a text with plain newlines
        (``ProcessedText::preRenderText()``). An empty text stays empty. If one of the filters takes
        markup out, the result is checked: it may only have the markup that this filter leaves or
        that later ones promise to add. A text that fails this check, or is beyond the bounds, is
        shown as it is written, escaped.

        Raises:
            UnknownFilterError: a filter of this format is not registered.

        """
        steps = self.steps()
        # Half a character, which PHP's JSON does not accept.
        text = _LONE_SURROGATE.sub("�", text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text == "":
            return ""
        try:
            html = _apply(steps, text)
        except OutOfBoundsError:
            return _as_written(text)
        allowed = _allowed(steps)
        return html if allowed is None or is_safe(html, allowed) else _as_written(text)

    def steps(self) -> Sequence[Step]:
        """Return the filters by ascending weight, those of the same weight by id.

        Raises:
            UnknownFilterError: a filter of this format is not registered.

        """
        return [
            Step(self._filter(filter_id), filter_options(self.filters[filter_id]).settings)
            for filter_id in sorted(self.filters, key=self._order)
        ]

    def restrictions(self) -> list[Mapping[str, Attributes]] | None:
        """Return what each filter leaves of the HTML that a text is, None where it is no HTML.

        It is none where a filter takes line breaks or addresses for markup, or markup for text, and
        where nobody knows what a filter does.
        """
        try:
            steps = self.steps()
        except UnknownFilterError:
            return None
        given = [(promises_of(step.apply), step.settings) for step in steps]
        if not all(promised.reads_html for promised, _settings in given):
            return None
        return [
            allowed_html(promised.leaves(settings))
            for promised, settings in given
            if promised.leaves is not None
        ]

    @cached_property
    def fingerprint(self) -> bytes:
        """Return a hash of the filters and their settings, for keys of a cache."""
        return blake2b(repr(sorted(self.filters.items())).encode("utf-8", "surrogatepass")).digest()

    def _order(self, filter_id: str) -> tuple[int, str]:
        return filter_options(self.filters[filter_id]).weight, filter_id

    def _filter(self, filter_id: str) -> Filter:
        try:
            return FILTERS[filter_id]
        except KeyError:
            raise UnknownFilterError(self.format, filter_id) from None


def _apply(steps: Sequence[Step], text: str) -> str:
    check_length(len(text))
    for step in steps:
        text = step.apply(text, step.settings)
        check_length(len(text))
    return text


def _allowed(steps: Sequence[Step]) -> Mapping[str, Attributes] | None:
    """Return the markup that may be in the result, or None if no filter takes markup out."""
    added = ""
    for step in reversed(steps):
        promised = promises_of(step.apply)
        added += promised.adds
        if promised.leaves is not None:
            return allowed_html(promised.leaves(step.settings), added)
    return None


def _as_written(text: str) -> str:
    return php.escape(text).strip(php.TRIMMED)


#: The format of texts without one; each site has it, and everybody may use it.
PLAIN_TEXT = TextFormat(
    format="plain_text",
    name="Plain text",
    weight=10,
    filters={
        "filter_html_escape": {"weight": -10, "settings": {}},
        "filter_autop": {"weight": 0, "settings": {}},
        "filter_url": {"weight": 0, "settings": {"filter_url_length": 72}},
    },
)
