"""Text formats: which filters make HTML of a text, and in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drupal_jwt_auth.text.exceptions import UnknownFilterError
from drupal_jwt_auth.text.registry import FILTERS, Filter

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


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
        """Return the HTML that is shown of a text: the ``processed`` of a text field.

        The filters run by ascending weight, those of the same weight by id, over the text with
        plain newlines (``ProcessedText::preRenderText()``). An empty text stays empty.

        Raises:
            UnknownFilterError: a filter of this format is not registered.
            MissingLibraryError: a filter needs the ``html`` extra.

        """
        filters = [
            (self._filter(filter_id), self.filters[filter_id].get("settings") or {})
            for filter_id in sorted(self.filters, key=self._order)
        ]
        # Half a character, which PHP's JSON never lets in.
        text = _LONE_SURROGATE.sub("�", text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text == "":
            return ""
        for apply, settings in filters:
            text = apply(text, settings)
        return text

    def _order(self, filter_id: str) -> tuple[int, str]:
        return self.filters[filter_id].get("weight", 0), filter_id

    def _filter(self, filter_id: str) -> Filter:
        try:
            return FILTERS[filter_id]
        except KeyError:
            raise UnknownFilterError(self.format, filter_id) from None


#: What a text without a format is shown in; every site has it and everybody may use it.
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
