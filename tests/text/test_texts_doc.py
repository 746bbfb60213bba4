"""docs/texts.md: its table names the filters, its numbers are the bounds, its example works."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from drupal_jwt_auth.text import FILTERS, TextFormat
from drupal_jwt_auth.text.bounds import MAX_DEPTH, MAX_LENGTH, MAX_TAGS
from tests.docs.test_docs import blocks, read, sections, table
from tests.text import judge

DOCUMENT = "docs/texts.md"


@pytest.fixture
def mark_notes() -> Iterator[str]:
    """The example's filter."""
    (example,) = blocks(read(DOCUMENT), "python")
    exec(example, {})
    yield "mark_notes"
    del FILTERS["mark_notes"]


def test_the_table_has_each_filter_with_what_it_adds() -> None:
    rows = dict(table(DOCUMENT, "Filter"))

    assert list(rows) == sorted(FILTERS)
    assert rows.keys() == judge.ADDED.keys()
    for name, words in rows.items():
        assert (words == "Nothing") is (judge.ADDED[name] == ""), name
        tags = re.findall(r"<(\w+)", words)
        assert set(tags) == set(re.findall(r"<(\w+)", judge.ADDED[name])), name


def test_the_bounds_are_those_of_the_code() -> None:
    text = sections(DOCUMENT)["How much there may be"]

    # A body and the document around it are elements too.
    assert re.findall(r"[\d,]{3,}", text) == [
        f"{MAX_LENGTH:,}",
        f"{MAX_TAGS:,}",
        f"{MAX_DEPTH - 2}",
    ]


def test_the_example_marks_notes_behind_a_list(mark_notes: str) -> None:
    filters = {"filter_html": {"weight": 0}, mark_notes: {"weight": 1}}
    text_format = TextFormat(format="mine", name="Mine", weight=0, filters=filters)

    assert text_format.process("a ==b== c") == 'a <mark class="note">b</mark> c'
