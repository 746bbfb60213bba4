"""Before something is deleted, or a text format disabled, it is told what uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin import uses
from drupal_jwt_auth.models import FieldConfig, File, Node, Term, TextFormat, Vocabulary
from tests.admin.browser import ADMIN, Page, get, read
from tests.admin.conftest import MakeNode, Staff

STILL_USED = "It is still used. What refers to it stays, and leads nowhere then:"


@pytest.fixture
def science(site: None) -> Term:
    """A term, and a field of pages that refers to such."""
    tags = Vocabulary.objects.create(vid="tags", name="Tags")
    settings = {"target_type": "taxonomy_term"}
    FieldConfig.objects.create_field(
        *("node", "page", "field_tags", "entity_reference"),
        label="Tags",
        cardinality=-1,
        settings=settings,
    )
    return Term.objects.create(vid=tags, name="Science")


@pytest.fixture
def tagged(science: Term, make_node: MakeNode) -> Callable[..., Node]:
    """Make a page with a term, beside another one."""

    def tagged(title: str, **values: Any) -> Node:
        items = [{"target_id": 999}, {"target_id": science.pk}]
        return make_node(title=title, fields={"field_tags": items}, **values)

    return tagged


def used(page: Page) -> str:
    """Return what is told below the sentence."""
    assert STILL_USED in page.text
    return " ".join(page.text.partition(STILL_USED)[2].split())


def test_deleting_a_term_tells_what_refers_to_it(
    browser: Client, science: Term, tagged: Callable[..., Node], make_node: MakeNode
) -> None:
    node = tagged("About atoms")
    make_node(title="Other", fields={"field_tags": [{"target_id": 999}]})
    page = get(browser, f"term/{science.pk}/delete/")
    assert used(page).startswith("Content (1): About atoms")
    assert "Other" not in page.text
    assert page.links["About atoms"] == f"{ADMIN}node/{node.pk}/change/"


def test_what_nothing_refers_to_is_deleted_without_that(browser: Client, science: Term) -> None:
    assert "still used" not in get(browser, f"term/{science.pk}/delete/").text


def test_deleting_several_tells_it_of_all_together(
    browser: Client, science: Term, tagged: Callable[..., Node]
) -> None:
    other = Term.objects.create(vid=science.vid, name="Arts")
    tagged("About atoms")
    data = {"action": "delete_selected", "_selected_action": [science.pk, other.pk]}
    page = read(browser.post(f"{ADMIN}term/", data))
    assert used(page).startswith("Content (1): About atoms")
    assert browser.post(f"{ADMIN}term/", {**data, "post": "yes"}).status_code == 302
    assert not Term.objects.exists()


def test_of_many_some_are_named_and_no_more_counted_than_need_be(
    browser: Client,
    science: Term,
    tagged: Callable[..., Node],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uses, "NAMED", 2)
    for number in range(3):
        tagged(f"Page {number}")
    path = f"term/{science.pk}/delete/"
    assert used(get(browser, path)).startswith("Content (3): Page 0 , Page 1 , …")
    monkeypatch.setattr(uses, "COUNTED", 2)
    assert used(get(browser, path)).startswith("Content (more than 2): Page 0 , Page 1 , …")


def test_what_somebody_may_not_see_is_counted_and_not_named(
    staff: Staff, science: Term, tagged: Callable[..., Node]
) -> None:
    tagged("Secret plan", status=False)
    browser = staff("access content", "access taxonomy overview", "delete terms in tags")
    page = get(browser, f"term/{science.pk}/delete/")
    assert used(page).startswith("Content (1): - Restricted access -")
    assert "Secret" not in page.text


def test_the_queries_are_as_many_for_any_number_of_uses(
    browser: Client, science: Term, tagged: Callable[..., Node]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(browser, f"term/{science.pk}/delete/")
        return len(queries)

    tagged("First")
    count()
    few = count()
    for number in range(9):
        tagged(str(number))
    assert count() == few


def test_deleting_a_file_tells_what_refers_to_it(
    browser: Client, admin: User, make_node: MakeNode
) -> None:
    FieldConfig.objects.create_field("node", "page", "field_image", "image", label="Image")
    file = File(uid=admin, status=True, uri=ContentFile(b"x", name="cat.txt"))
    file.save()
    make_node(title="About cats", fields={"field_image": [{"target_id": file.pk}]})
    assert "Content (1): About cats" in used(get(browser, f"file/{file.pk}/delete/"))


def test_cancelling_an_account_tells_what_refers_to_it(
    browser: Client, make_node: MakeNode
) -> None:
    FieldConfig.objects.create_field(
        *("node", "page", "field_contact", "entity_reference"),
        label="Contact",
        settings={"target_type": "user"},
    )
    editor = User.objects.get(username="editor")
    make_node(title="Team", fields={"field_contact": [{"target_id": str(editor.pk)}]})
    page = read(browser.get(f"/admin/auth/user/{editor.pk}/delete/"))
    assert used(page).startswith("Content (1): Team")


# Text formats

SWITCH = "textformat/full_html/switch/"


@pytest.fixture
def written(formats: None, make_node: MakeNode) -> Node:
    """A page whose body is in "Full HTML"."""
    body = [{"value": "<b>Bold</b>", "format": "full_html", "summary": None}]
    return make_node(title="About", fields={"body": body})


def test_text_formats_are_not_deleted(browser: Client, formats: None) -> None:
    assert browser.get(f"{ADMIN}textformat/full_html/delete/").status_code == 403
    assert "delete_selected" not in get(browser, "textformat/").options.get("action", {})
    assert "Delete" not in get(browser, "textformat/full_html/change/").links


def test_disabling_a_format_tells_what_uses_it(browser: Client, written: Node) -> None:
    field = FieldConfig.objects.get(bundle="page", storage__name="body")
    field.own_settings = {"allowed_formats": ["full_html"]}
    field.save()
    link = get(browser, "textformat/full_html/change/").links["Disable"]
    text = " ".join(read(browser.get(link)).text.split())
    assert "There are texts in this format in: Content (1): About" in text
    assert "Basic page: Body" in text
    assert "No text is in this format." in get(browser, "textformat/basic_html/switch/").text


def test_texts_in_a_disabled_format_are_kept_and_not_shown(
    browser: Client, client_of: Any, written: Node
) -> None:
    client = client_of("admin")
    path = f"/node/{written.pk}?_format=json"
    answer = browser.post(ADMIN + SWITCH, get(browser, SWITCH).values, follow=True)
    assert "Full HTML is disabled." in read(answer).text
    assert "Full HTML full_html 1 Disabled" in " ".join(read(answer).text.split())
    body = client.get(path).json()["body"][0]
    assert (body["value"], body["processed"]) == ("<b>Bold</b>", "")
    page = get(browser, f"node/{written.pk}/change/")
    assert page.values["body-0-format"] == "full_html"
    assert "full_html" not in get(browser, "node/add/?type=page").options["body-0-format"]
    document = {"type": "page", "title": ["New"], "body": [{"value": "x", "format": "full_html"}]}
    assert client.post("/node?_format=json", document, format="json").status_code == 422
    browser.post(ADMIN + SWITCH, get(browser, SWITCH).values)
    assert client.get(path).json()["body"][0]["processed"] == "<b>Bold</b>"


def test_switching_a_format_is_in_its_history_once(browser: Client, formats: None) -> None:
    values = get(browser, SWITCH).values
    for _ in range(2):
        assert browser.post(ADMIN + SWITCH, values).status_code == 302
    assert [each.get_change_message() for each in LogEntry.objects.all()] == ["Disabled."]
    assert not TextFormat.objects.get(format="full_html").status


def test_plain_text_cannot_be_disabled(browser: Client, formats: None) -> None:
    TextFormat.objects.create(format="plain_text", name="Plain text")
    assert "Disable" not in get(browser, "textformat/plain_text/change/").links
    for name in ("plain_text", "unknown"):
        assert browser.get(f"{ADMIN}textformat/{name}/switch/").status_code == 404


def test_formats_are_switched_by_whoever_administers_them(staff: Staff, formats: None) -> None:
    assert staff("access content overview").get(ADMIN + SWITCH).status_code == 403
