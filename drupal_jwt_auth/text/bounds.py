"""The bounds of texts that are processed, larger than anybody writes.

Work and memory grow with the length of a text, and faster with its tags, each of which is an object
here and in a browser. A text beyond these bounds is shown as it is written, escaped.
"""

#: Characters: "War and Peace" has 3.2 million.
MAX_LENGTH = 4_000_000

#: Tags, end tags included: a table of two thousand rows and twenty columns has 84,000.
MAX_TAGS = 100_000

#: Elements within elements. Browsers nest no deeper.
MAX_DEPTH = 512


class OutOfBoundsError(Exception):
    """A text is too long, has too many tags, or nests them too deep."""


def check_length(length: int) -> None:
    """Raise OutOfBoundsError for too many characters."""
    if length > MAX_LENGTH:
        raise OutOfBoundsError


def check_tags(count: int) -> None:
    """Raise OutOfBoundsError for too many tags."""
    if count > MAX_TAGS:
        raise OutOfBoundsError


def check_depth(depth: int) -> None:
    """Raise OutOfBoundsError for elements that are nested too deep."""
    if depth > MAX_DEPTH:
        raise OutOfBoundsError
