"""The registry of filters, by their ids in Drupal."""

from collections.abc import Mapping
from typing import Any, Protocol

from drupal_jwt_auth.text.filters.align import align
from drupal_jwt_auth.text.filters.autop import add_paragraphs
from drupal_jwt_auth.text.filters.caption import caption
from drupal_jwt_auth.text.filters.escape import escape_html
from drupal_jwt_auth.text.filters.images import SecureImages, lazy_load
from drupal_jwt_auth.text.filters.links import link_addresses
from drupal_jwt_auth.text.filters.normalize import correct_html, refer_to_files
from drupal_jwt_auth.text.filters.restrict import restrict_html


class Filter(Protocol):
    """A callable that takes a text and the filter's settings, and returns a text.

    `promises` declares what else formats may rely on.
    """

    def __call__(self, text: str, settings: Mapping[str, Any], /) -> str:
        """Apply the filter."""


#: Filter id -> filter. A project adds its own here, or replaces one.
FILTERS: dict[str, Filter] = {
    "editor_file_reference": refer_to_files,
    "filter_align": align,
    "filter_autop": add_paragraphs,
    "filter_caption": caption,
    "filter_html": restrict_html,
    "filter_html_escape": escape_html,
    "filter_html_image_secure": SecureImages(),
    "filter_htmlcorrector": correct_html,
    "filter_image_lazy_load": lazy_load,
    "filter_url": link_addresses,
}
