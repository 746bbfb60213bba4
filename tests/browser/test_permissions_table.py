"""The table of permissions as somebody has it who uses a mouse, a keyboard, or a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page

from drupal_jwt_auth.models import Role
from tests.browser.conftest import PASSWORD, Chromium, Visit
from tests.content.visitors import make_type, permission

PAGE = "drupal_jwt_auth/role/permissions/"
CREATE = "Basic page: Create new content"
EDIT = "Basic page: Edit own content"


@pytest.fixture
def boss(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """Somebody who administers permissions, of a site with pages and writers."""
    make_type("page", "Basic page")
    writers = Group.objects.create(name="writer")
    Role.objects.create(group=writers, label="Writers")
    user = User.objects.create_user("boss", password=PASSWORD)
    user.user_permissions.add(permission("administer permissions"))
    return Visit(browser, live_server.url, user.username)


def names() -> set[str]:
    """What writers may do."""
    return set(Group.objects.get(name="writer").permissions.values_list("codename", flat=True))


def box(page: Page, label: str, role: str = "Writers") -> Any:
    return page.get_by_role("checkbox", name=f"{label} {role}")


def named(label: str, codename: str) -> str:
    """What a row is called: its label, and its name."""
    return f"{label} {codename}"


CREATING = named(CREATE, "create page content")
EDITING = named(EDIT, "edit own page content")


def test_boxes_are_checked_counted_and_saved_together(boss: Visit) -> None:
    def steps(page: Page) -> tuple[str, str]:
        box(page, CREATING).check()
        box(page, EDITING).check()
        told = page.locator("output").inner_text()
        page.get_by_role("button", name="Save permissions").click()
        return told, page.locator(".messagelist").inner_text()

    assert boss.do(PAGE, steps) == ("Not saved: 2", "2 permissions have been changed.")
    assert names() == {"create page content", "edit own page content"}


def test_more_boxes_than_django_takes_values_are_saved(boss: Visit) -> None:
    for number in range(20):
        make_type(f"type_{number}")
        Group.objects.create(name=f"role_{number}")

    def steps(page: Page) -> int:
        count = page.locator("input[type=checkbox]").count()
        box(page, CREATING).check()
        page.get_by_role("button", name="Save permissions").click()
        page.locator(".messagelist").wait_for()
        return count

    assert boss.do(PAGE, steps) > 4000
    assert names() == {"create page content"}


def test_arrow_keys_lead_from_box_to_box(boss: Visit) -> None:
    def steps(page: Page) -> None:
        page.fill("#permissions-query", "basic page own")
        box(page, EDITING).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.get_by_role("button", name="Save permissions").press("Enter")
        page.locator(".messagelist").wait_for()

    boss.do(PAGE, steps)
    assert names() == {"delete own page content"}


def test_the_filter_shows_what_has_its_words(boss: Visit) -> None:
    def steps(page: Page) -> tuple[list[str], bool]:
        page.fill("#permissions-query", "OWN basic")
        page.keyboard.press("Enter")
        rows = page.locator(".permission:visible .codename").all_inner_texts()
        page.fill("#permissions-query", "zebra")
        return rows, page.get_by_text("No permission has these words.").is_visible()

    assert boss.do(PAGE, steps) == (["edit own page content", "delete own page content"], True)


def test_what_everybody_may_do_is_pale_for_the_others(boss: Visit) -> None:
    def steps(page: Page) -> list[str]:
        cell = page.locator("td.implied", has=box(page, CREATING))
        before = cell.count()
        box(page, CREATING, "Authenticated user").check()
        return [str(before), str(cell.count())]

    assert boss.do(PAGE, steps) == ["0", "1"]


def test_one_role_is_shown_alone_and_on_a_phone_nothing_is_wider_than_it(boss: Visit) -> None:
    def steps(page: Page) -> tuple[list[str], list[str], bool]:
        heads = page.locator(".permissions-table thead th:visible")
        first = heads.all_inner_texts()
        page.select_option("#permissions-role", label="Writers")
        width = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return first, heads.all_inner_texts(), width

    assert boss.do(PAGE, steps, width=390) == (
        ["Permission", "Authenticated user"],
        ["Permission", "Writers"],
        True,
    )


def test_a_role_by_its_address_leads_to_all(boss: Visit) -> None:
    def steps(page: Page) -> tuple[int, int]:
        one = page.locator(".permissions-table thead th").count()
        page.select_option("#permissions-role", label="All roles")
        page.wait_for_url(f"**/{PAGE}")
        return one, page.locator(".permissions-table thead th").count()

    one, others = boss.do(f"{PAGE}?role=writer", steps)
    assert (one, others) == (2, 4)


def test_without_scripts_a_role_is_saved_as_well(boss: Visit) -> None:
    def steps(page: Page) -> None:
        box(page, CREATING).check()
        page.get_by_role("button", name="Save permissions").click()
        page.locator(".messagelist").wait_for()

    boss.do(f"{PAGE}?role=writer", steps, java_script_enabled=False)
    assert names() == {"create page content"}


def test_it_can_be_read_in_the_dark(boss: Visit) -> None:
    def steps(page: Page) -> list[str]:
        style = "each => getComputedStyle(each).backgroundColor"
        return [page.locator(each).first.evaluate(style) for each in (".permission th", "body")]

    head, body = boss.do(PAGE, steps, color_scheme="dark")
    assert head == body == "rgb(18, 18, 18)"
