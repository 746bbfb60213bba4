"""The pages say what things are called, as people call them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from drupal_jwt_auth.admin.languages import language_choices
from tests.admin.browser import get
from tests.admin.conftest import MakeNode, Staff
from tests.content.visitors import make_term


def test_a_page_of_content_is_headed_by_its_type(
    browser: Client, staff: Staff, make_node: MakeNode
) -> None:
    path = f"node/{make_node(title='About').pk}/change/"
    page = get(browser, path).text
    assert "Edit Basic page" in page
    assert "About" in page
    assert "View Basic page" in get(staff("access content overview"), path).text
    assert browser.get("/admin/drupal_jwt_auth/node/99/change/").status_code == 302


def test_so_is_a_page_of_a_term(browser: Client, staff: Staff, site: None) -> None:
    path = f"term/{make_term('News').pk}/change/"
    assert "Edit a term of tags" in get(browser, path).text
    assert "View a term of tags" in get(staff("access taxonomy overview"), path).text


@pytest.mark.parametrize(("language", "name"), [("en", "German"), ("fr", "Allemand")])
def test_languages_have_their_names(language: str, name: str) -> None:
    with translation.override(language):
        choices = dict(language_choices(["de", "pt-br", "und", "x-own", "de"]))
        assert list(choices) == ["de", "pt-br", "und", "x-own"]
        assert (choices["de"], choices["x-own"]) == (name, "x-own")
