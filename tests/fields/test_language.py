"""``language``: one of the site's languages, or one of the two codes that stand for none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.content.visitors import Visitor, faults, nid_of, page

NO_CHOICE = "langcode.0: The value you selected is not a valid choice."


def test_a_node_is_in_the_sites_language(editor: Visitor) -> None:
    assert editor.create(page())["langcode"] == [{"value": "en"}]


@pytest.mark.parametrize("code", ["en", "und", "zxx"])
def test_a_node_may_be_in_a_language_of_the_site_or_in_none(editor: Visitor, code: str) -> None:
    created = editor.create(page(langcode=[code]))
    assert created["langcode"] == [{"value": code}]
    assert created["path"] == [{"alias": None, "pid": None, "langcode": code}]


def test_a_project_may_have_several(editor: Visitor, settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"LANGCODES": ["de", "fr"]}
    created = editor.create(page())
    assert created["langcode"] == [{"value": "de"}]
    assert editor.get(nid_of(created)).headers["Content-language"] == "de"
    assert editor.create(page(langcode=["fr"]))["langcode"] == [{"value": "fr"}]
    assert faults(editor.post(page(langcode=["en"]))) == [NO_CHOICE]


@pytest.mark.parametrize("code", ["fr", "EN", "", 5, True])
def test_another_language_is_refused(editor: Visitor, code: Any) -> None:
    assert faults(editor.post(page(langcode=[code]))) == [NO_CHOICE]


def test_a_code_has_a_length(editor: Visitor) -> None:
    assert faults(editor.post(page(langcode=["x" * 13]))) == [
        "langcode.0.value: This value is too long. It should have 12 characters or less.",
        NO_CHOICE,
    ]


def test_what_is_no_text_is_refused(editor: Visitor) -> None:
    wrong = "langcode.0.value: This value should be of the correct primitive type."
    assert faults(editor.post(page(langcode=[{"value": ["en"]}]))) == [wrong, NO_CHOICE]


@pytest.mark.parametrize("value", [[], None, "", [None], [{}]])
def test_a_new_node_cannot_be_without(editor: Visitor, value: Any) -> None:
    assert faults(editor.post(page(langcode=value))) == ["langcode: This value should not be null."]


@pytest.mark.parametrize("value", [[], None, [None], [{"value": None}]])
def test_a_change_without_a_code_keeps_it(editor: Visitor, value: Any) -> None:
    nid = nid_of(editor.create(page(langcode=["und"])))
    assert editor.change(nid, {"type": "page", "langcode": value})["langcode"] == [{"value": "und"}]


def test_the_language_can_be_changed(editor: Visitor) -> None:
    nid = nid_of(editor.create(page()))
    assert editor.change(nid, {"type": "page", "langcode": ["zxx"]})["langcode"] == [
        {"value": "zxx"}
    ]
