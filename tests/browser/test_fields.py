"""The fields of a content type as somebody makes them who uses a mouse, a keyboard, or a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from drupal_jwt_auth.models import FieldConfig, NodeType, Vocabulary
from tests.browser.conftest import PASSWORD, Chromium, Visit
from tests.content.visitors import make_type, permission

PAGE = "drupal_jwt_auth/fieldconfig/of/node/event/"
TYPES = (
    *("Text (plain)", "Text (plain, long)", "Text (formatted, long)", "Number (integer)"),
    *("List (text)", "Date", "Reference", "Image", "Link", "Boolean"),
)
NAMES = [f"field_label_{number}" for number in range(1, len(TYPES) + 1)]


@pytest.fixture
def boss(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """Somebody who administers content types and their fields, of a site with tags."""
    Vocabulary.objects.create(vid="tags", name="Tags")
    user = User.objects.create_user("boss", password=PASSWORD)
    for name in ("administer content types", "administer node fields"):
        user.user_permissions.add(permission(name))
    return Visit(browser, live_server.url, user.username)


@pytest.fixture
def abc(boss: Visit) -> None:
    """Events with three fields."""
    make_type("event", "Event")
    for weight, name in enumerate("abc"):
        FieldConfig.objects.create_field(
            "node", "event", f"field_{name}", "string", label=name.upper(), weight=weight
        )


def stored() -> list[str]:
    """The names of the fields in the order of forms."""
    found = FieldConfig.objects.of("node", "event").order_by("weight")
    return [each.name for each in found if each.name != "body"]


def shown(page: Page) -> list[str | None]:
    rows = page.locator("#fields-order tbody tr")
    return [rows.nth(number).get_attribute("data-label") for number in range(rows.count())]


def told(page: Page) -> str:
    return page.locator("#fields-order output").inner_text()


def add(page: Page, label: str) -> None:
    """Go from the fields to the form of a new one."""
    page.get_by_role("link", name="Add field", exact=True).click()
    page.get_by_role("link", name=label, exact=True).click()


def save_order(page: Page) -> None:
    page.get_by_role("button", name="Save order").click()
    page.locator(".messagelist").wait_for()


def test_a_content_type_with_ten_fields_is_made_with_the_mouse(boss: Visit) -> None:
    def steps(page: Page) -> None:
        page.get_by_role("textbox", name="Name:", exact=True).fill("Event")
        page.locator("#id_type").fill("event")
        page.locator("#id_body").uncheck()
        page.get_by_role("button", name="Save", exact=True).click()
        for number, label in enumerate(TYPES, start=1):
            add(page, label)
            page.get_by_role("textbox", name="Label:").fill(f"Label {number}")
            if label == "List (text)":
                page.get_by_role("textbox", name="Allowed values:").fill("r|Red\nb|Blue")
            if label == "Reference":
                page.locator("#id_setting_target_type").select_option("taxonomy_term")
                page.get_by_role("checkbox", name="Tags").check()
            page.get_by_role("button", name="Save", exact=True).click()
        handle = page.locator(".drupal-handle").nth(len(TYPES) - 1)
        handle.scroll_into_view_if_needed()
        first = page.locator("#fields-order tbody tr").first.bounding_box()
        assert first
        handle.hover()
        page.mouse.down()
        page.mouse.move(first["x"] + 20, first["y"] + 4, steps=20)
        page.mouse.up()
        assert told(page) == "Label 10 is number 1 of 10. The order is not saved yet."
        save_order(page)

    boss.do("drupal_jwt_auth/nodetype/add/", steps)
    assert NodeType.objects.get().name == "Event"
    assert stored() == [NAMES[9], *NAMES[:9]]
    by_name = {each.name: each for each in FieldConfig.objects.of("node", "event")}
    assert by_name[NAMES[4]].settings["allowed_values"][0] == {"value": "r", "label": "Red"}
    reference = by_name[NAMES[6]].settings
    assert reference["target_type"] == "taxonomy_term"
    assert reference["handler_settings"]["target_bundles"] == {"tags": "tags"}


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator until something has the focus."""
    page.keyboard.press("Tab")
    while not page.evaluate("selector => document.activeElement.matches(selector)", selector):
        page.keyboard.press("Tab")


def test_a_content_type_with_ten_fields_is_made_with_the_keyboard(boss: Visit) -> None:
    def steps(page: Page) -> None:
        keys = page.keyboard
        tab_to(page, "#id_name")
        keys.type("Event")
        tab_to(page, "#id_type")
        keys.type("event")
        tab_to(page, "#id_body")
        keys.press("Space")
        keys.press("Enter")
        for number, label in enumerate(TYPES, start=1):
            page.wait_for_url("**/of/node/event/")
            tab_to(page, ".object-tools .addlink")
            keys.press("Enter")
            page.wait_for_url("**/of/node/event/add/")
            address = page.get_by_role("link", name=label, exact=True).get_attribute("href")
            tab_to(page, f'a[href="{address}"]')
            keys.press("Enter")
            page.wait_for_url("**/fieldconfig/add/?**")
            tab_to(page, "#id_label")
            keys.type(f"Label {number}")
            keys.press("Enter")
        page.wait_for_url("**/of/node/event/")
        tab_to(page, '[name="down"]')
        keys.press("Enter")
        assert told(page) == "Label 1 is number 2 of 10. The order is not saved yet."
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        keys.press("ArrowUp")
        assert told(page) == "Label 1 is number 3 of 10. The order is not saved yet."
        assert page.locator("#fields-order output").get_attribute("aria-live") == "polite"
        tab_to(page, "#fields-order [type=submit]")
        keys.press("Enter")
        page.locator(".messagelist").wait_for()

    boss.do("drupal_jwt_auth/nodetype/add/", steps)
    assert stored() == [*NAMES[1:3], NAMES[0], *NAMES[3:]]


def test_rows_are_moved_with_a_finger_on_a_phone(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> float:
        page.locator('[name="down"]').first.tap()
        assert shown(page) == ["B", "A", "C"]
        save_order(page)
        return float(page.evaluate("document.documentElement.scrollWidth"))

    assert boss.do(PAGE, steps, width=375, has_touch=True, is_mobile=True) <= 375
    assert stored() == ["field_b", "field_a", "field_c"]


def test_a_button_moves_a_row_without_a_script(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> None:
        page.get_by_role("button", name="Move C up").click()
        page.locator(".messagelist").wait_for()

    boss.do(PAGE, steps, java_script_enabled=False)
    assert stored() == ["field_a", "field_c", "field_b"]


def test_at_the_ends_there_is_nowhere_to_go(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> tuple[list[str | None], str]:
        page.get_by_role("button", name="Move A up").click()
        page.get_by_role("button", name="Move C down").click()
        return shown(page), told(page)

    assert boss.do(PAGE, steps) == (["A", "B", "C"], "C is number 3 of 3.")


def test_whoever_leaves_an_order_behind_that_is_not_saved_is_asked(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> str:
        page.get_by_role("button", name="Move A down").click()
        asked: list[str] = []

        def answer(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", answer)
        page.get_by_role("link", name="Add field", exact=True).click()
        return asked[0]

    assert boss.do(PAGE, steps) == "beforeunload"
    assert stored() == ["field_a", "field_b", "field_c"]


def test_a_machine_name_follows_the_label_until_it_is_written(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> list[str]:
        add(page, "Text (plain)")
        label, name = page.locator("#id_label"), page.locator("#id_name")
        label.fill("Öffnungs-Zeit (Sommer)")
        names = [name.input_value()]
        name.fill("field_mine")
        label.fill("Other")
        return [*names, name.input_value()]

    assert boss.do(PAGE, steps) == ["field_offnungs_zeit_sommer", "field_mine"]


def test_a_reference_shows_the_kinds_of_what_it_refers_to(boss: Visit, abc: None) -> None:
    def steps(page: Page) -> list[bool]:
        add(page, "Reference")
        seen = []
        for name in ("node", "taxonomy_term", "user"):
            page.locator("#id_setting_target_type").select_option(name)
            for text in ("Event", "Tags", "Create referenced entities"):
                seen.append(page.get_by_role("checkbox", name=text).is_visible())
        return seen

    assert boss.do(PAGE, steps) == [True, False, False, False, True, True, False, False, False]
