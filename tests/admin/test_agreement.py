"""On a whole site of Drupal's, the admin and the API agree for each user and each node."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, RequestFactory
from pytest_django import Settings

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.admin.browser import ADMIN, Page
from tests.content.visitors import Visitor
from tests.drupal.replay import DATA

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
ALL_NODES = 71


class May(NamedTuple):
    """What somebody may do with a node."""

    view: bool
    update: bool
    delete: bool


NOTHING = May(view=False, update=False, delete=False)


@pytest.fixture
def _site(db: None, settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": MEMORY, "private": MEMORY}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private", "AUDIT_LOG": []}
    SiteImporter().load(read_site(DATA / "site-full.json"))


def by_api(visitor: Visitor, node: Node) -> May:
    """What the API lets somebody do, of which nothing stays done."""
    with transaction.atomic():
        statuses = [
            visitor.get(node.pk).status_code,
            visitor.patch(node.pk, {"type": node.type_id}).status_code,
            visitor.delete(node.pk).status_code,
        ]
        transaction.set_rollback(True)
    assert set(statuses) <= {200, 204, 403}
    return May(*(status != 403 for status in statuses))


def by_admin(request: Any, node: Node) -> May:
    """What the admin says that somebody may do who has entered it."""
    pages = admin.site.get_model_admin(Node)
    asked = (
        pages.has_view_permission,
        pages.has_change_permission,
        pages.has_delete_permission,
    )
    return May(*(may(request, node) for may in asked))


def by_pages(browser: Client, node: Node) -> May:
    """What the pages of the admin let somebody do."""
    changing = browser.get(f"{ADMIN}node/{node.pk}/change/")
    inputs = Page(changing.content.decode()).inputs if changing.status_code == 200 else {}
    deleting = browser.get(f"{ADMIN}node/{node.pk}/delete/")
    return May(changing.status_code == 200, "title" in inputs, deleting.status_code == 200)


def listed(browser: Client) -> set[int] | None:
    """The numbers of the nodes in the list, None for whoever does not see it."""
    answer = browser.get(f"{ADMIN}node/")
    if answer.status_code != 200:
        return None
    found = re.findall(r"/node/([0-9]+)/change/", answer.content.decode())
    return set(map(int, found))


@pytest.mark.usefixtures("_site")
def test_each_user_may_do_the_same_at_both() -> None:
    nodes, entered, listing = list(Node.objects.all()), set(), set()
    assert len(nodes) == ALL_NODES
    for user in User.objects.filter(is_active=True):
        visitor, browser = Visitor(user), Client()
        browser.force_login(user)
        request: Any = RequestFactory().get("/")
        request.user = user
        may = {node: by_api(visitor, node) for node in nodes}

        assert {node: by_admin(request, node) for node in nodes} == may

        enters = browser.get("/admin/").status_code == 200
        # One of each kind, as whoever asks sees it.
        kinds = {(may[node], node.type_id, node.status): node for node in nodes}
        for node in kinds.values():
            expected = may[node]._replace(view=may[node].view or may[node].update)
            assert by_pages(browser, node) == (expected if enters else NOTHING), (user, node.pk)

        seen = {node.pk for node in nodes if may[node].view}
        in_list = listed(browser)
        assert in_list in (seen, None)
        entered |= {user.username} if enters else set()
        listing |= {user.username} if in_list else set()

    assert listing == {"admin", "siteadmin", "editor", "editor2", "colon"}
    assert entered == listing | {
        *("nadmin", "uadmin", "pageonly", "bypasser", "cadmin", "tadmin", "fuser", "taxadmin"),
        "fadmin",
    }
