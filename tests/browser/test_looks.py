"""All pages fit the window, and axe finds nothing that keeps people out, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from playwright.sync_api import Page

from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.models import AuditEntry, Comment, File, Node, Term
from tests.browser.conftest import PASSWORD, Chromium, Visit

MIDDLE = 768
WIDTHS = (390, MIDDLE, 1280)
SCHEMES = ("light", "dark")
APP = "drupal_jwt_auth/"

DJANGOS_OWN: list[list[str]] = [
    ["#changelist-search"],
    [".help-tooltip"],
    [".datetime"],
    ["#id_uri"],
]
"""What Django's templates have without a label, or with one that is not allowed there."""


@pytest.fixture
def site(imported: None) -> None:
    """The larger site with a long entry in its audit log; administrator and editor may log in."""
    for user in User.objects.filter(username__in=("admin", "editor")):
        user.set_password(PASSWORD)
        user.is_superuser = user.username == "admin"
        user.save()
    AuditEntry.objects.create(
        timestamp=timezone.now(),
        username="x" * 150,
        address="2001:db8:85a3:8d3:1319:8a2e:370:7348",
        method="OPTIONS",
        path=f"/{'a' * 300}?_format=json",
        status=401,
        error="INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE",
        authentication="refresh_token",
    )


def pages_of_an_administrator() -> Iterator[str]:
    """Yield the addresses of one page of each kind."""
    node = Node.objects.filter(type="event")[0]
    save_revision(node, User.objects.get(username="admin"), "As it is", set())
    user = User.objects.exclude(username="admin")[0].pk
    yield ""
    for model in ("node", "term", "comment", "file", "pathalias", "role", "nodetype", "auditentry"):
        yield f"{APP}{model}/"
    yield from (f"{APP}node/add/", f"{APP}node/add/?type=article", f"{APP}role/permissions/")
    for page in ("change", "delete", "revisions", "history"):
        yield f"{APP}node/{node.pk}/{page}/"
    yield f"{APP}term/{Term.objects.all()[0].pk}/change/"
    yield f"{APP}comment/{Comment.objects.all()[0].pk}/change/"
    yield f"{APP}file/{File.objects.all()[0].pk}/change/"
    yield f"{APP}nodetype/event/change/"
    yield from (f"auth/user/{user}/{page}/" for page in ("change", "cancel", "revoke-tokens"))


def pages_of_an_editor() -> Iterator[str]:
    """Yield the addresses of what an editor sees of content."""
    own, others = (
        Node.objects.filter(uid__username=name, status=True)[0].pk for name in ("editor", "admin")
    )
    yield from ("", f"{APP}node/", f"{APP}node/add/?type=article")
    yield from (f"{APP}node/{own}/change/", f"{APP}node/{others}/change/")


def looked_at(visit: Visit, scheme: str, pages: list[str]) -> list[str]:
    """Return what is wrong on pages in a colour scheme, in each width."""
    axe = Axe()

    def steps(page: Page) -> list[str]:
        wrong = []
        for path in pages:
            answer = page.goto(f"{visit.address}/admin/{path}")
            assert answer is not None
            assert answer.status == 200, path
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{path} at {width}: {wide} pixels wide")
                if width == MIDDLE:
                    continue  # There axe has nothing that it has not seen in the others.
                content: Any = {"include": [["#content"]], "exclude": DJANGOS_OWN}
                for found in axe.run(page, context=content).response["violations"]:
                    where = found["nodes"][0]["html"]
                    wrong.append(f"{path} at {width}: {found['id']}, {where}")
        return wrong

    return visit.do("", steps, color_scheme=scheme)


def test_the_audit_log_needs_no_scrolling_on_a_desk(
    site: None, browser: Chromium, live_server: Any
) -> None:
    def steps(page: Page) -> Any:
        return page.locator(".results").evaluate("each => each.scrollWidth - each.clientWidth")

    assert Visit(browser, live_server.url, "admin").do(f"{APP}auditentry/", steps) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["", "user/reset/a/b"])
def test_the_pages_for_visitors(
    transactional_db: None, browser: Chromium, live_server: Any, scheme: str, path: str
) -> None:
    def steps(page: Page) -> Any:
        page.goto(f"{live_server.url}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
        return Axe().run(page).response["violations"]

    assert browser.run(steps, WIDTHS[0], color_scheme=scheme) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_of_an_administrator(
    site: None, browser: Chromium, live_server: Any, scheme: str
) -> None:
    visit = Visit(browser, live_server.url, "admin")
    assert looked_at(visit, scheme, list(pages_of_an_administrator())) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_of_an_editor(
    site: None, browser: Chromium, live_server: Any, scheme: str
) -> None:
    assert not Permission.objects.filter(user__username="editor").exists()
    visit = Visit(browser, live_server.url, "editor")
    assert looked_at(visit, scheme, list(pages_of_an_editor())) == []
