"""What the API answers for an entity is shown in the admin, to whoever would get it there."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client

from drupal_jwt_auth.models import Comment, File, PathAlias, Term, Vocabulary
from tests.admin.browser import ADMIN, get
from tests.admin.conftest import MakeNode, Staff


def document(browser: Client, path: str, root: str = ADMIN) -> Any:
    """Return the document that a page shows."""
    html = browser.get(root + path).content.decode()
    shown = html.partition('<pre class="drupal-document" tabindex="0">')[2].partition("</pre>")[0]
    return json.loads(unescape(shown))


@pytest.fixture
def stocked(admin: User, make_node: MakeNode) -> dict[str, Any]:
    """One of each kind, by the names of their models, with a text that pages have to escape."""
    node = make_node(title="</pre><b>Ünïque</b>")
    file = File(uid=admin, status=True, uri=ContentFile(b"x", name="cat.txt"))
    file.save()
    return {
        "node": node,
        "term": Term.objects.create(vid=Vocabulary.objects.create(vid="t", name="T"), name="a"),
        "file": file,
        "comment": Comment.objects.create(
            comment_type_id="comment", entity_id=str(node.pk), subject="Me", uid=admin
        ),
        "pathalias": PathAlias.objects.create(path=f"/node/{node.pk}", alias="/a", langcode="en"),
    }


@pytest.mark.parametrize("name", ["node", "term", "file", "comment", "pathalias"])
def test_it_is_what_the_api_answers(
    browser: Client, client_of: Any, stocked: dict[str, Any], name: str
) -> None:
    key = stocked[name].pk
    page = get(browser, f"{name}/{key}/api/")
    address = page.text.partition("GET ")[2].split()[0]
    answer = client_of("admin").get(address).json()
    assert answer["uuid"] == [{"value": stocked[name].uuid}]
    assert document(browser, f"{name}/{key}/api/") == answer


def test_lists_and_forms_link_to_it(browser: Client, make_node: MakeNode) -> None:
    path = f"{ADMIN}node/{make_node().pk}/api/"
    assert get(browser, "node/").links["View"] == path
    assert get(browser, path.removeprefix(ADMIN)[:-4] + "change/").links["View on site"] == path


def test_it_has_what_whoever_asks_may_see(staff: Staff, make_node: MakeNode) -> None:
    node = make_node()
    browser = staff("access content", "access content overview")
    assert "title" in document(browser, f"node/{node.pk}/api/")
    assert "revision_log" not in document(browser, f"node/{node.pk}/api/")
    hidden = make_node(status=False)
    assert browser.get(f"{ADMIN}node/{hidden.pk}/api/").status_code == 403
    assert browser.get(f"{ADMIN}node/{hidden.pk + 1}/api/").status_code == 404
