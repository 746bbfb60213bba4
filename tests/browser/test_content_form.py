"""The form for content as an editor has it: names are suggested, and chosen by mouse or keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from drupal_jwt_auth.models import File, Node, Term
from tests.admin.test_uploads import MEMORY, PNG
from tests.browser.conftest import PASSWORD, Chromium, Visit
from tests.content.visitors import add_field, make_term, make_type, permission

ADDING = "drupal_jwt_auth/node/add/"
INPUT = "#id_field_tags-0-target_id"
OPTIONS = "[role=option]"


@pytest.fixture
def editor(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """Somebody who writes articles with tags."""
    make_type("article")
    for name in ("Arts, fine", "Science", "Sciences of old"):
        make_term(name)
    bundles = {"target_bundles": {"tags": "tags"}, "auto_create": True}
    settings = {"target_type": "taxonomy_term", "handler_settings": bundles}
    add_field("article", "field_tags", "entity_reference", settings=settings, cardinality=-1)
    user = User.objects.create_user("editor", password=PASSWORD)
    user.user_permissions.add(permission("create article content"))
    return Visit(browser, live_server.url, user.username)


def save(page: Page) -> None:
    page.fill("#id_title", "News")
    page.click("[name=_save]")
    page.wait_for_url("**/admin/")


def tags() -> list[str]:
    """The names of the tags of the article, in their order."""
    items = Node.objects.get().fields["field_tags"]
    names = dict(Term.objects.values_list("pk", "name"))
    return [names[item["target_id"]] for item in items]


def test_names_are_chosen_by_keyboard_and_new_ones_typed(editor: Visit) -> None:
    def steps(page: Page) -> None:
        field = page.locator(INPUT)
        field.press_sequentially("scien")
        expect(page.locator(OPTIONS)).to_have_count(2)
        assert field.get_attribute("aria-expanded") == "true"
        field.press("ArrowDown")
        field.press("ArrowDown")
        field.press("ArrowUp")
        field.press("Enter")
        expect(page.locator(OPTIONS).first).to_be_hidden()
        field.press_sequentially("arts")
        expect(page.locator(OPTIONS)).to_have_count(1)
        field.press("ArrowDown")
        field.press("Enter")
        field.press_sequentially("Sports")
        save(page)

    editor.do(ADDING, steps)
    assert tags() == ["Science", "Arts, fine", "Sports"]


def test_names_are_chosen_by_mouse_in_the_midst_of_others(editor: Visit) -> None:
    def steps(page: Page) -> str:
        field = page.locator(INPUT)
        field.fill("a, old, z")
        field.evaluate("input => input.setSelectionRange(6, 6)")
        field.press("Backspace")
        page.locator(OPTIONS).click()
        value: str = field.input_value()
        return value

    old = Term.objects.get(name="Sciences of old").pk
    assert editor.do(ADDING, steps, width=390) == f"a, Sciences of old ({old}), z"


def test_an_image_is_uploaded_with_its_text(
    editor: Visit, settings: Settings, tmp_path: Path
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": MEMORY}
    add_field("article", "field_image", "image")
    image = tmp_path / "a dot.png"
    image.write_bytes(PNG)

    def steps(page: Page) -> None:
        page.set_input_files("[name=field_image-0-upload]", image)
        page.fill("#id_title", "News")
        page.click("[name=_save]")
        expect(page.get_by_text("Alternative text field is required.")).to_be_visible()
        expect(page.locator(".drupal-targets img")).to_have_count(1)
        page.get_by_label("Alternative text").fill("A dot")
        save(page)

    editor.do(ADDING, steps)
    item = Node.objects.get().fields["field_image"][0]
    assert (item["target_id"], item["alt"]) == (File.objects.get().pk, "A dot")


def test_escape_closes_the_suggestions_and_leaves_what_was_typed(editor: Visit) -> None:
    def steps(page: Page) -> str:
        field = page.locator(INPUT)
        field.press_sequentially("scien")
        expect(page.locator(OPTIONS)).to_have_count(2)
        field.press("Escape")
        expect(page.locator(OPTIONS).first).to_be_hidden()
        value: str = field.input_value()
        return value

    assert editor.do(ADDING, steps, color_scheme="dark") == "scien"
