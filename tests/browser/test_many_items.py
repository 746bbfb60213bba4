"""An administrator deletes more items than a form has fields, and watches how far it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from playwright.sync_api import Page

from drupal_jwt_auth.admin.portions import PORTION
from drupal_jwt_auth.models import Node
from tests.browser.conftest import PASSWORD, Chromium, Visit
from tests.content.visitors import make_type

COUNT = 4000

NOTE_BARS = """addEventListener("submit", () => {
    const bar = document.querySelector("progress");
    if (bar) { sessionStorage.bars = `${sessionStorage.bars || ""} ${bar.value}/${bar.max}`; }
})"""
"""What the bar says is kept as each page asks for the next one."""


@pytest.fixture
def boss(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """A superuser."""
    User.objects.create_superuser("boss", password=PASSWORD)
    return Visit(browser, live_server.url, "boss")


def test_all_are_deleted_after_one_question(boss: Visit) -> None:
    page_type = make_type("page")
    Node.objects.bulk_create(
        [Node(type=page_type, title=f"Page {number}") for number in range(COUNT)], batch_size=500
    )

    def steps(page: Page) -> tuple[str, str]:
        page.add_init_script(NOTE_BARS)
        page.check("#action-toggle")
        page.click(".question a")
        page.select_option("[name=action]", "delete_selected")
        page.click("[name=index]")
        page.click("#portions [type=submit]")
        page.get_by_text(f"Successfully deleted {COUNT}").wait_for(timeout=120_000)
        return page.locator(".messagelist").inner_text(), page.evaluate("sessionStorage.bars")

    told, bars = boss.do("drupal_jwt_auth/node/", steps)
    assert told == f"Successfully deleted {COUNT} content."
    assert bars.split() == [f"{done}/{COUNT}" for done in range(PORTION, COUNT, PORTION)]
    assert not Node.objects.exists()
    assert LogEntry.objects.filter(action_flag=DELETION).count() == COUNT
