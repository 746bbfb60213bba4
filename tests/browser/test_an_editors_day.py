"""What an editor of a Drupal site does in the admin after the site was imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from drupal_jwt_auth.models import File, Node, PathAlias, Term
from tests.admin.test_uploads import PNG
from tests.browser.conftest import PASSWORD, Chromium, Visit, enter

CONTENT = "drupal_jwt_auth/node/"


@pytest.fixture
def editor(imported: None, live_server: Any, browser: Chromium, settings: Settings) -> Visit:
    """An editor of the larger site, who is not of Django's staff."""
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "RICH_TEXT": True}
    user = User.objects.get(username="editor")
    assert not user.is_staff
    user.set_password(PASSWORD)
    user.save()
    return Visit(browser, live_server.url, user.username)


def test_an_article_is_written_changed_compared_and_reverted(editor: Visit, tmp_path: Path) -> None:
    image = tmp_path / "dot.png"
    image.write_bytes(PNG)
    others = Node.objects.filter(type="page").exclude(uid__username="editor")[0]

    def open_page(page: Page, path: str) -> None:
        page.goto(f"{editor.address}/admin/{CONTENT}{path}")

    def save(page: Page) -> None:
        page.click("[name=_save]")
        page.wait_for_url(f"**/{CONTENT}")

    def steps(page: Page) -> None:
        page.get_by_role("link", name="Add content item").click()
        page.get_by_role("link", name="Article").click()
        page.fill("#id_title", "Brand new")
        page.locator("[contenteditable=true]").click()
        page.keyboard.press("Control+b")
        page.keyboard.type("First")
        page.fill("[name=field_tags-0-target_id]", "Never seen")
        page.set_input_files("[name=field_image-0-upload]", image)
        page.get_by_label("Alternative text").fill("A dot")
        page.fill("[name=path-0-alias]", "/brand-new")
        expect(page.locator("[name=status]")).to_have_count(0)
        save(page)

        page.get_by_role("link", name="Brand new", exact=True).first.click()
        enter(page.locator("[contenteditable=true]"))
        page.keyboard.press("Control+a")
        page.keyboard.type("Second")
        save(page)

        open_page(page, f"{others.pk}/change/")
        expect(page.get_by_role("heading", name=others.title)).to_be_visible()
        expect(page.locator("#id_title")).to_have_count(0)
        open_page(page, f"{others.pk}/delete/")
        expect(page.get_by_text("403 Forbidden")).to_be_visible()

        open_page(page, "")
        page.get_by_role("link", name="Brand new", exact=True).first.click()
        page.get_by_role("link", name="Revisions").click()
        page.get_by_role("button", name="Compare selected revisions").click()
        expect(page.locator(".field-text .old")).to_have_text("Text: <p><strong>First</strong></p>")
        expect(page.locator(".field-text .new")).to_have_text("Text: <p>Second</p>")
        page.go_back()
        page.get_by_role("link", name="Revert").click()
        page.get_by_role("button", name="Revert").click()
        expect(page.get_by_text("has been reverted")).to_be_visible()

    editor.do(CONTENT, steps)
    node = Node.objects.get(title="Brand new")
    text = {"value": "<p><strong>First</strong></p>", "format": "basic_html", "summary": ""}
    assert node.fields["body"] == [text]
    assert node.revisions.count() == 3
    assert [node.fields["field_tags"][0]["target_id"]] == [Term.objects.get(name="Never seen").pk]
    assert node.fields["field_image"][0]["target_id"] == File.objects.get(filename="dot.png").pk
    assert PathAlias.objects.get(alias="/brand-new").path == f"/node/{node.pk}"
    assert node.uid == User.objects.get(username="editor")
