r"""Text formats: the HTML that Drupal makes of a text that somebody has written.

A text field has a value, which is stored as it was written, and a format, whose filters make HTML
of it. ``TextFormat.process()`` returns the same bytes as a Drupal 10.6 site::

    >>> from drupal_jwt_auth.text import PLAIN_TEXT
    >>> PLAIN_TEXT.process("a & b")
    '<p>a &amp; b</p>\n'

Formats and filters are open: a project registers a callable under an id of its own in ``FILTERS``,
with `promises` where it adds markup or need not run again, and names the id in a format.
"""

from drupal_jwt_auth.text.cache import TextCache
from drupal_jwt_auth.text.exceptions import TextFormatError, UnknownFilterError
from drupal_jwt_auth.text.filters.images import SecureImages
from drupal_jwt_auth.text.filters.promises import promises
from drupal_jwt_auth.text.formats import PLAIN_TEXT, TextFormat
from drupal_jwt_auth.text.options import filter_faults, filter_options
from drupal_jwt_auth.text.registry import FILTERS, Filter

__all__ = [
    "FILTERS",
    "PLAIN_TEXT",
    "Filter",
    "SecureImages",
    "TextCache",
    "TextFormat",
    "TextFormatError",
    "UnknownFilterError",
    "filter_faults",
    "filter_options",
    "promises",
]
