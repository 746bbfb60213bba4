"""Chromium, which people's steps are done in, before a server of the site.

Playwright runs an event loop in the thread that it is used in, and there Django's models cannot be
asked. So a thread of its own has the browser, and tests hand it what is to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from pytest_django import Settings

from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests import chromium
from tests.admin.test_uploads import MEMORY
from tests.drupal.replay import DATA

T = TypeVar("T")
Steps = Callable[[Page], T]
TIMEOUT = 15_000
PASSWORD = "secret"


class Chromium:
    """A browser with a thread of its own."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.thread.submit(self._start).result()

    def _start(self) -> None:
        self.playwright = sync_playwright().start()
        found = chromium.find()
        self.browser: Browser = self.playwright.chromium.launch(
            executable_path=found, args=[*chromium.FLAGS]
        )

    def run(self, steps: Steps[T], width: int, **options: Any) -> T:
        """Do steps in a window of its own; raise what a script of the page has failed with."""
        return self.thread.submit(self._run, steps, width, options).result()

    def _run(self, steps: Steps[T], width: int, options: dict[str, Any]) -> T:
        errors: list[Any] = []
        viewport: Any = {"width": width, "height": 900}
        context = self.browser.new_context(viewport=viewport, **options)
        context.set_default_timeout(TIMEOUT)
        try:
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108  it takes no built-in
            result = steps(page)
        finally:
            context.close()
        assert not errors
        return result

    def stop(self) -> None:
        """End the browser."""
        self.thread.submit(self.browser.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()


def enter(editor: Locator) -> None:
    """Go into an editor of rich text, and wait until keys that move the caret there are heeded.

    20 ms after it was entered ProseMirror puts the caret where it knows it to be. No person presses
    a key before that, but a test does, and on a busy machine ProseMirror may not have heard of it.
    """
    editor.focus()
    editor.evaluate("() => new Promise((waited) => setTimeout(waited, 50))")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """A browser for the tests of a module."""
    started = Chromium()
    yield started
    started.stop()


@pytest.fixture
def imported(transactional_db: None, settings: Settings) -> None:
    """The larger site as it was in Drupal; its files are in memory."""
    settings.STORAGES = {**settings.STORAGES, "default": MEMORY, "private": MEMORY}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    SiteImporter().load(read_site(DATA / "site-full.json"))


class Visit:
    """Somebody who is logged in to the admin of a site, with windows of some width."""

    def __init__(self, browser: Chromium, address: str, name: str) -> None:
        self.browser, self.address, self.name = browser, address, name

    def do(self, path: str, steps: Steps[T], *, width: int = 1280, **options: Any) -> T:
        """Log in, open a page of the admin, and do steps there; return what they do."""

        def logged_in(page: Page) -> T:
            page.goto(f"{self.address}/admin/login/?next=/admin/{path}")
            page.fill("#id_username", self.name)
            page.fill("#id_password", PASSWORD)
            page.click("[type=submit]")
            page.wait_for_url(f"{self.address}/admin/{path}")
            return steps(page)

        return self.browser.run(logged_in, width, **options)
