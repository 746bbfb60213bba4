"""A form that is larger than the site takes stays as it is, with what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import FilePayload, Page
from pytest_django import Settings

from drupal_jwt_auth.models import FieldConfig, Node, Term
from tests.browser.conftest import PASSWORD, Chromium, Visit
from tests.content.visitors import add_field, make_term, make_type

ADDING = "drupal_jwt_auth/node/add/"
BODY = "#id_body-0-value"
NOTE = ".drupal-form-bounds"
LINES = 30_000
LONG = LINES * 100
TYPE = "(input, lines) => { input.value = `ü${'x'.repeat(98)}\\n`.repeat(lines); }"
"""Lines of 100 characters, of 102 bytes as they are sent."""


@pytest.fixture
def boss(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """A superuser of a site with articles that have tags and images."""
    FieldConfig.objects.add_body(make_type("article"))
    settings = {"target_type": "taxonomy_term"}
    add_field("article", "field_tags", "entity_reference", settings=settings, cardinality=-1)
    add_field("article", "field_image", "image", cardinality=-1)
    User.objects.create_superuser("boss", password=PASSWORD)
    return Visit(browser, live_server.url, "boss")


def fill(page: Page) -> None:
    page.fill("#id_title", "News")
    page.locator(BODY).evaluate(TYPE, LINES)


def test_a_long_text_is_not_lost(boss: Visit) -> None:
    def steps(page: Page) -> tuple[str, int]:
        fill(page)
        page.click("[name=_save]")
        note = page.locator(NOTE)
        assert note.evaluate("note => note === document.activeElement")
        return note.inner_text(), len(page.input_value(BODY))

    told, length = boss.do(ADDING, steps)
    assert told.startswith("This form has 3,060,")
    assert "and this site takes 2,621,440 at most. Nothing was sent" in told
    assert length == LONG
    assert not Node.objects.exists()


def test_a_long_text_is_saved_where_the_site_takes_it(boss: Visit, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

    def steps(page: Page) -> None:
        fill(page)
        page.click("[name=_save]")
        page.wait_for_url("**/node/")

    boss.do(ADDING, steps)
    assert len(Node.objects.get().fields["body"][0]["value"]) == LONG


def test_more_inputs_than_the_site_takes_are_not_lost(boss: Visit, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 15

    def steps(page: Page) -> tuple[str, str]:
        page.fill("#id_title", "News")
        page.click("[name=_save]")
        return page.locator(NOTE).inner_text(), page.input_value("#id_title")

    told, title = boss.do(ADDING, steps)
    assert "inputs, and this site takes 15 at most" in told
    assert title == "News"


def test_images_are_counted_without_the_inputs_that_have_none(
    boss: Visit, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 0

    def steps(page: Page) -> str:
        page.fill("#id_title", "News")
        image = FilePayload(name="a.png", mimeType="image/png", buffer=b"x")
        page.locator("[type=file]").first.set_input_files(image)
        page.click("[name=_save]")
        told = page.locator(NOTE).inner_text()
        page.locator("[type=file]").first.set_input_files([])
        page.click("[name=_save]")
        page.wait_for_url("**/node/")
        return told

    assert "This form has 1 files, and this site takes 0 at most." in boss.do(ADDING, steps)
    assert Node.objects.count() == 1


def test_more_than_a_thousand_tags_are_one_input(boss: Visit) -> None:
    terms = [make_term(f"Tag {number}") for number in range(1100)]

    def steps(page: Page) -> None:
        page.fill("#id_title", "News")
        names = ", ".join(f"{term.name} ({term.pk})" for term in terms)
        page.locator("#id_field_tags-0-target_id").evaluate(
            "(input, text) => { input.value = text; }", names
        )
        page.click("[name=_save]")
        page.wait_for_url("**/node/")

    boss.do(ADDING, steps)
    assert len(Node.objects.get().fields["field_tags"]) == Term.objects.count() == 1100
