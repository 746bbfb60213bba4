"""An administrator deletes more items than a form has fields, and watches how far it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from drupal_jwt_auth.models import PathAlias
from tests.browser.conftest import PASSWORD, Chromium, Visit

COUNT = 1201


@pytest.fixture
def boss(transactional_db: None, live_server: Any, browser: Chromium) -> Visit:
    """A superuser."""
    User.objects.create_superuser("boss", password=PASSWORD)
    return Visit(browser, live_server.url, "boss")


def test_all_are_deleted_after_one_question(boss: Visit) -> None:
    PathAlias.objects.bulk_create(
        PathAlias(path=f"/node/{number}", alias=f"/a{number}", key=f"/a{number}", langcode="en")
        for number in range(COUNT)
    )

    def steps(page: Page) -> str:
        page.check("#action-toggle")
        page.click(".question a")
        page.select_option("[name=action]", "delete_selected")
        page.click("[name=index]")
        page.click("#portions [type=submit]")
        page.get_by_text(f"Successfully deleted {COUNT}").wait_for()
        return page.locator(".messagelist").inner_text()

    told = boss.do("drupal_jwt_auth/pathalias/", steps)
    assert told == f"Successfully deleted {COUNT} URL aliases."
    assert not PathAlias.objects.exists()
