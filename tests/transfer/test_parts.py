"""A description may have more than there is a place for here: it is told, and not refused."""

from __future__ import annotations

import pytest

from tests.transfer.site import Load, described, stored


def test_what_there_is_no_place_for_is_told(load: Load) -> None:
    site = {**described(), "url_prefixes": [{}, {}], "languages": {"de": {}}}
    told = "There is no place for these parts of the site: url_prefixes (2), languages (1).\n"
    assert told in load(site)


def test_an_empty_part_is_none(load: Load) -> None:
    site = {**described(), "comments": [], "languages": {}, "node": [], "note": None}
    assert "no place" not in load(site)


def test_what_an_export_tells_of_itself_is_no_part_of_a_site(load: Load) -> None:
    words = {"drupal": "10.6", "langcode": "en", "site_name": "A", "timezone": "UTC"}
    assert "no place" not in load({**described(), **words})


def test_a_word_that_nobody_knows_is_told(load: Load) -> None:
    assert "no place for these parts of the site: note.\n" in load({**described(), "note": "x"})


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("users", "access", 1500000000),
        ("files", "usage", {"file": {"node": {"40": "1"}}}),
        ("nodes", "comment_count", 1),
    ],
)
def test_what_an_entry_tells_besides_is_left_out(
    load: Load, place: str, name: str, value: object
) -> None:
    site = described()
    load(site)
    before = stored()
    site[place][0][name] = value
    load(site)
    assert stored() == before
