"""A text format runs its filters in order, and refuses what it does not know."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from drupal_jwt_auth.config_schema import read_text
from drupal_jwt_auth.text import (
    FILTERS,
    PLAIN_TEXT,
    TextFormat,
    TextFormatError,
    UnknownFilterError,
    filter_faults,
    promises,
)
from tests.text.site import FORMATS


def made_of(**filters: Mapping[str, Any]) -> TextFormat:
    return TextFormat(format="mine", name="Mine", weight=0, filters=filters)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, Any]]]:
    """What the filters a, b and c were called with, and in which order."""
    calls: list[tuple[str, Mapping[str, Any]]] = []

    def note(filter_id: str) -> None:
        def apply(text: str, settings: Mapping[str, Any]) -> str:
            calls.append((filter_id, settings))
            return text + filter_id

        monkeypatch.setitem(FILTERS, filter_id, apply)

    for filter_id in "abc":
        note(filter_id)
    return calls


def test_filters_run_by_weight_and_those_of_one_weight_by_id(
    noted: list[tuple[str, Mapping[str, Any]]],
) -> None:
    text_format = made_of(c={"weight": 1}, b={"weight": 1}, a={"weight": 2})
    assert text_format.process("-") == "-bca"


def test_a_filter_gets_its_settings(noted: list[tuple[str, Mapping[str, Any]]]) -> None:
    made_of(a={"weight": 0, "settings": {"x": 1}}).process("-")
    assert noted == [("a", {"x": 1})]


@pytest.mark.parametrize("empty", [{}, {"settings": []}, {"settings": None}])
def test_a_filter_without_settings_gets_none(
    empty: Mapping[str, Any], noted: list[tuple[str, Mapping[str, Any]]]
) -> None:
    made_of(a=empty).process("-")
    assert noted == [("a", {})]


def test_a_project_adds_a_filter_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILTERS, "shout", lambda text, settings: text.upper())
    assert made_of(shout={"weight": 0}).process("x") == "X"


def test_an_unknown_filter_is_refused_by_name_and_not_skipped() -> None:
    text_format = made_of(filter_html_escape={"weight": 0}, shout={"weight": 1})
    with pytest.raises(UnknownFilterError) as refusal:
        text_format.process("x")
    assert (refusal.value.format_id, refusal.value.filter_id) == ("mine", "shout")
    assert str(refusal.value) == (
        'Text format "mine" uses the filter "shout", which is not known. '
        "Register a callable as drupal_jwt_auth.text.FILTERS['shout'] "
        "or take the filter out of the format."
    )


def test_an_unknown_filter_is_refused_for_an_empty_text_too() -> None:
    with pytest.raises(TextFormatError):
        made_of(shout={"weight": 0}).process("")


def test_newlines_of_every_system_are_one(noted: list[tuple[str, Mapping[str, Any]]]) -> None:
    assert made_of(a={}).process("1\r\n2\r3\n4") == "1\n2\n3\n4a"


def test_an_empty_text_stays_empty(noted: list[tuple[str, Mapping[str, Any]]]) -> None:
    assert made_of(a={}).process("") == ""
    assert noted == []


def test_half_a_character_becomes_a_replacement_character() -> None:
    assert PLAIN_TEXT.process("a\ud83db") == "<p>a�b</p>\n"


def test_the_fallback_format_is_the_plain_text_of_a_drupal_site() -> None:
    site = FORMATS["plain_text"]
    assert (PLAIN_TEXT.format, PLAIN_TEXT.name, PLAIN_TEXT.weight) == (
        site.format,
        site.name,
        site.weight,
    )
    assert {key: value["weight"] for key, value in PLAIN_TEXT.filters.items()} == {
        key: value["weight"] for key, value in site.filters.items()
    }
    assert PLAIN_TEXT.filters["filter_url"] == site.filters["filter_url"]


def test_a_text_needs_nothing_that_is_not_in_python() -> None:
    program = (
        "import sys; sys.modules['selectolax'] = sys.modules['django'] = None;"
        "from drupal_jwt_auth.text import FILTERS, PLAIN_TEXT;"
        "print(PLAIN_TEXT.process('a & b'), end='');"
        "print(FILTERS['filter_html']('<b>a<i>b', {'allowed_html': '<b>'}), end='')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "<p>a &amp; b</p>\n<b>ab</b>"


@pytest.mark.parametrize(
    ("filter_id", "options"),
    [
        ("filter_align", {"weight": "first"}),
        ("filter_align", {"weight": None, "settings": [1]}),
        ("filter_align", 5),
        ("filter_html", {"settings": {"allowed_html": 5}}),
        ("filter_html", {"settings": {"allowed_html": None}}),
        ("filter_url", {"settings": {"filter_url_length": "x"}}),
    ],
)
def test_options_that_nobody_has_checked_are_as_if_they_were_not_there(
    filter_id: str, options: Any
) -> None:
    text = '<em data-align="left">a</em> https://example.com/'
    assert made_of(**{filter_id: options}).process(text) == made_of(**{filter_id: {}}).process(text)


def test_weights_and_settings_may_be_texts_of_numbers(
    noted: list[tuple[str, Mapping[str, Any]]],
) -> None:
    made_of(a={"weight": "10"}, b={"weight": "9"}, c={"weight": "-1"}).process("x")
    assert [filter_id for filter_id, _ in noted] == ["c", "b", "a"]
    short = made_of(filter_url={"settings": {"filter_url_length": "10"}})
    assert short.process("https://example.com/") == (
        '<a href="https://example.com/">https://e…</a>'
    )


def test_a_filter_of_a_projects_own_has_its_settings_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @promises(settings={"mark": read_text})
    def mark(text: str, settings: Mapping[str, Any]) -> str:
        return text + str(settings["mark"])

    monkeypatch.setitem(FILTERS, "mark", mark)
    assert list(filter_faults({"mark": {"settings": {"mark": 5}}})) == [
        "Filter mark cannot use mark: 5"
    ]
    assert list(filter_faults({"mark": {"settings": {"mark": "!", "other": 5}}})) == []


def test_a_text_is_html_that_each_filter_leaves_something_of() -> None:
    paragraphs = {"settings": {"allowed_html": "<p class='a b-*' data-*>"}}
    emphasis = {"settings": {"allowed_html": "<em>"}}
    own = promises(leaves=lambda settings: "<em>", reads_html=True)(lambda text, settings: text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FILTERS, "own", own)
        found = made_of(filter_html=paragraphs, filter_align={}, own=emphasis).restrictions()
    anywhere = {"lang": None, "dir": ["ltr", "rtl"]}
    assert [{tag: rules.listed() for tag, rules in each.items()} for each in found or ()] == [
        {"p": {"class": ["a", "b-*"], "data-*": None, **anywhere}},
        {"em": anywhere},
    ]
    assert made_of(filter_align={}).restrictions() == []


@pytest.mark.parametrize(
    "name", ["filter_autop", "filter_url", "filter_html_escape", "shout", "own"]
)
def test_it_is_none_where_a_filter_reads_something_else(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(FILTERS, "own", lambda text, settings: text)
    assert made_of(filter_html={}, **{name: {}}).restrictions() is None
