"""Forms offer an editor for texts in HTML to projects that ask for it, and say what it may make."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from drupal_jwt_auth.fields.rich_text import EDITOR
from drupal_jwt_auth.models import FieldConfig, TextFormat
from tests.admin.browser import ADMIN, get
from tests.admin.conftest import MakeField, Staff
from tests.content.visitors import make_term

ADD = "node/add/?type=event"
SCRIPT = "drupal_jwt_auth/rich-text.js"
RULES = {"lang": None, "dir": ["ltr", "rtl"]}


def restricting(allowed: str) -> dict[str, Any]:
    """A filter that leaves some tags."""
    return {"settings": {"allowed_html": allowed}}


@pytest.fixture
def text(add_field: MakeField) -> None:
    """Events with a formatted text, and what a site may have of formats."""
    add_field("text_long")
    allowed = "<p class='a b-*' data-*> <br>"
    known: dict[str, dict[str, Any]] = {
        "free": {"filter_align": {}, "filter_caption": {}, "filter_image_lazy_load": {}},
        "strict": {"filter_html": restricting(allowed), "filter_html_image_secure": {}},
        "without_paragraphs": {"filter_html": restricting("<br> <em>")},
        "without_breaks": {"filter_html": restricting("<p>")},
        "lines": {"filter_html": restricting(allowed), "filter_autop": {}},
        "addresses": {"filter_html": restricting(allowed), "filter_url": {}},
        "escaped": {"filter_html_escape": {}},
        "unknown": {"no_such_filter": {}},
        "broken": {"filter_html": 5},
    }
    for weight, (name, filters) in enumerate(known.items()):
        TextFormat.objects.create(format=name, name=name, weight=weight, filters=filters)


@pytest.fixture
def wanted(settings: Settings) -> None:
    """A project that asks for the editor."""
    settings.DRUPAL_JWT_AUTH = {"RICH_TEXT": True}


def editable(browser: Client, path: str = ADD, name: str = "field_x") -> Any:
    """Return what a form says of the formats whose texts can be edited, None where it says none."""
    told = get(browser, path).inputs[f"{name}-0-format"].get("data-rich-text")
    return told if told is None else json.loads(told)


def html(browser: Client) -> str:
    return browser.get(ADMIN + ADD).content.decode()


@pytest.mark.usefixtures("text")
def test_it_is_off_until_somebody_asks_for_it(browser: Client) -> None:
    assert editable(browser) is None
    assert SCRIPT not in html(browser)


@pytest.mark.usefixtures("text", "wanted")
def test_there_is_none_where_it_is_not_installed(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Themes would make a new admin, with nothing in it, if apps were made ready once more.
    monkeypatch.delitem(apps.app_configs, apps.get_app_config(EDITOR).label)
    assert editable(browser) is None
    assert SCRIPT not in html(browser)


@pytest.mark.usefixtures("text", "wanted")
def test_it_is_for_formats_whose_texts_are_html_with_paragraphs(browser: Client) -> None:
    strict = {"p": {"class": ["a", "b-*"], "data-*": None, **RULES}, "br": RULES}
    assert editable(browser) == {"free": [], "strict": [strict]}
    for file in (SCRIPT, "drupal_jwt_auth/rich-text.css", f"{EDITOR}/material-icons.css"):
        assert html(browser).count(file) == 1


@pytest.mark.usefixtures("text", "wanted")
def test_it_is_for_formats_that_one_may_use(staff: Staff) -> None:
    clerk = staff("create event content", "use text format strict")
    assert list(editable(clerk)) == ["strict"]


@pytest.mark.usefixtures("text", "wanted")
def test_the_description_of_a_term_has_it(browser: Client) -> None:
    path = f"term/{make_term('News').pk}/change/"
    assert list(editable(browser, path, "description")) == ["free", "strict"]


@pytest.mark.usefixtures("text", "wanted")
def test_the_default_value_of_a_field_has_it(browser: Client) -> None:
    path = f"fieldconfig/{FieldConfig.objects.get(storage__name='field_x').pk}/change/"
    assert list(editable(browser, path, "default_value")) == ["free", "strict"]
    assert browser.get(ADMIN + path).content.decode().count(SCRIPT) == 1


@pytest.mark.usefixtures("text", "wanted")
def test_its_buttons_are_called_as_people_call_them(browser: Client) -> None:
    assert "Bulleted list" in html(browser)
    with translation.override("de"):
        assert "Aufzählung" in html(browser)
