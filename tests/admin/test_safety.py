"""Nothing that somebody has written runs in the admin, and nothing broken locks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.fields import FIELD_TYPES, Field, Item
from drupal_jwt_auth.fields.base import Context, Faults
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.models import (
    FieldConfig,
    FieldStorage,
    Node,
    NodeType,
    PathAlias,
    Revision,
    Term,
    Vocabulary,
)
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def hostile(site: None, make_node: MakeNode, add_field: MakeField) -> Node:
    """An event that holds hostile text wherever text can be."""
    NodeType.objects.filter(type="event").update(name=EVIL, description=EVIL)
    User.objects.filter(username="plain").update(username=EVIL[:100])
    author = User.objects.get(username=EVIL[:100])
    tags = Vocabulary.objects.create(vid="tags", name=EVIL)
    term = Term.objects.create(vid=tags, name=EVIL)
    reference = {"target_type": "taxonomy_term"}
    add_field("entity_reference", name="field_r", label=EVIL, settings=reference)
    add_field("list_string", name="field_l", label=EVIL, settings={"allowed_values": {EVIL: EVIL}})
    add_field("text_with_summary", name="field_t", label=EVIL)
    add_field("link", name="field_k", label=EVIL, cardinality=-1)
    node = make_node(
        type_id="event",
        title=EVIL,
        uid=author,
        fields={
            "field_r": [{"target_id": term.pk}],
            "field_l": [{"value": EVIL}],
            "field_t": [{"value": EVIL, "format": EVIL, "summary": EVIL}],
            "field_k": [{"uri": "javascript:alert(1)", "title": EVIL, "options": [EVIL]}],
            "lost": [{"value": EVIL}],
        },
    )
    PathAlias.objects.create(path=f"/node/{node.pk}", alias=f"/{EVIL}", langcode="en")
    node.title = EVIL + EVIL
    save_revision(node, author, EVIL)
    return node


def test_hostile_text_is_shown_and_never_run(browser: Client, hostile: Node, staff: Staff) -> None:
    new, old = Revision.objects.all()
    pages = [
        "node/",
        "node/add/",
        "node/add/?type=event",
        f"node/{hostile.pk}/change/",
        f"node/{hostile.pk}/delete/",
        f"node/{hostile.pk}/history/",
        f"node/{hostile.pk}/revisions/",
        f"node/{hostile.pk}/revisions/{old.vid}/",
        f"node/{hostile.pk}/revisions/{old.vid}/revert/",
        f"node/{hostile.pk}/revisions/compare/?old={old.vid}&new={new.vid}",
        "nodetype/",
        "nodetype/event/change/",
        "nodetype/event/delete/",
        "term/",
        "vocabulary/tags/change/",
        "pathalias/",
    ]
    viewer = staff("access content overview", "view all revisions")
    answers = [browser.get(ADMIN + page) for page in pages]
    answers += [viewer.get(ADMIN + page) for page in pages[6:8] + pages[3:4]]
    for answer in answers:
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert 'href="javascript:' not in html
        assert "alert(1)" in html


def test_hostile_text_in_an_error_is_only_shown(browser: Client, hostile: Node) -> None:
    path = f"node/{hostile.pk}/change/"
    values = {"field_k-0-uri": EVIL, "field_r-0-target_id": EVIL, "path-0-alias": EVIL}
    html = submit(browser, path, **values).content.decode()
    assert "&lt;img src=x" in html
    assert "<img src=x" not in html


def test_hostile_text_in_a_message_is_only_shown(browser: Client, hostile: Node) -> None:
    old = Revision.objects.get(snapshot__isnull=False)
    path = f"{ADMIN}node/{hostile.pk}/revisions/{old.vid}/revert/"
    html = browser.post(path, follow=True).content.decode()
    assert "has been reverted" in html
    assert "<img src=x" not in html


# What another program has broken


BROKEN: list[Any] = ["text", 5, {"a": 1}, [None], ["text"], None, True]


@pytest.mark.parametrize("items", BROKEN)
def test_a_field_whose_value_is_broken_is_shown_as_it_is_and_stays(
    browser: Client, make_node: MakeNode, staff: Staff, items: Any
) -> None:
    node = make_node(fields={"body": items})
    path = f"node/{node.pk}/change/"
    assert "What is stored is no list of items" in get(browser, path).text
    get(staff("access content overview"), path)
    assert submit(browser, path, title="Other").status_code == 302
    node.refresh_from_db()
    assert (node.title, node.fields) == ("Other", {"body": items})


def test_a_broken_value_can_be_mended(browser: Client, make_node: MakeNode) -> None:
    node = make_node(fields={"body": "text"})
    path = f"node/{node.pk}/change/"
    assert read(submit(browser, path, body='"text2"')).errors == ["Use a JSON list of objects."]
    submit(browser, path, body='[{"value": "text"}]')
    node.refresh_from_db()
    assert node.fields["body"] == [{"value": "text", "format": None, "summary": None}]


@pytest.mark.parametrize("fields", [[], "text", 5, None])
def test_a_node_whose_fields_are_all_broken_can_be_edited(
    browser: Client, make_node: MakeNode, fields: Any
) -> None:
    node = make_node()
    if fields is not None:
        Node.objects.filter(pk=node.pk).update(fields=fields)
    path = f"node/{node.pk}/change/"
    assert submit(browser, path, **{"body-0-value": "New"}).status_code == 302
    node.refresh_from_db()
    assert node.fields["body"][0]["value"] == "New"


PROPERTIES = {
    "string": ["value"],
    "text_with_summary": ["value", "format", "summary"],
    "integer": ["value"],
    "boolean": ["value"],
    "list_string": ["value"],
    "datetime": ["value"],
    "timestamp": ["value"],
    "daterange": ["value", "end_value"],
    "link": ["uri", "title"],
    "entity_reference": ["target_id"],
    "comment": ["status"],
}


@pytest.mark.parametrize("field_type", PROPERTIES)
def test_properties_of_the_wrong_type_do_not_lock_the_pages(
    browser: Client, make_node: MakeNode, add_field: MakeField, field_type: str
) -> None:
    settings = {"target_type": "node", "allowed_values": {"a": "A"}}
    add_field(field_type, settings=settings, cardinality=-1)
    values: list[Any] = [{"a": 1}, [1], None, True, "\u20ac", -1.5]
    items = [dict.fromkeys(PROPERTIES[field_type], value) for value in values]
    node = make_node(type_id="event", fields={"field_x": items})
    save_revision(node, None)
    old = Revision.objects.get(snapshot__isnull=False)
    get(browser, f"node/{node.pk}/change/")
    get(browser, f"node/{node.pk}/revisions/{old.vid}/")
    assert submit(browser, f"node/{node.pk}/change/", title="Other").status_code == 302
    node.refresh_from_db()
    assert (node.title, node.fields) == ("Other", {"field_x": items})


# What does not fit


def test_a_field_whose_settings_do_not_fit_is_edited_as_json(
    browser: Client, add_field: MakeField, caplog: pytest.LogCaptureFixture
) -> None:
    add_field("list_string", settings={"allowed_values": 5})
    page = get(browser, "node/add/", type="event")
    assert "The settings of this field do not fit its type." in page.text
    assert page.values["field_x"] == "[]"
    assert "field_x" in caplog.text
    page = read(submit(browser, "node/add/?type=event", title="New", field_x='[{"value": "a"}]'))
    assert page.errors == [
        "Select a valid choice. That choice is not one of the available choices."
    ]


class NarrowType(StringType):
    """A type of a project's own that takes its setting for a number."""

    id = "narrow"

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        if len(item["value"]) > field.settings["width"]:
            yield "value", "too wide"


def test_settings_that_only_checking_finds_wrong_are_told_of(
    browser: Client, add_field: MakeField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIELD_TYPES, "narrow", NarrowType())
    add_field("narrow", settings={"width": "long"})
    page = read(submit(browser, "node/add/?type=event", title="New", **{"field_x-0-value": "a"}))
    assert page.errors == ["The settings of this field do not fit its type."]


@pytest.mark.parametrize("default", [5, "text", [1], {"a": 1}])
def test_a_default_that_is_broken_does_not_lock_the_form(
    browser: Client, add_field: MakeField, default: Any
) -> None:
    add_field("string", default_value=default)
    assert get(browser, "node/add/", type="event").text
    assert submit(browser, "node/add/?type=event", title="New").status_code == 302


@pytest.fixture
def unknown(site: None, make_node: MakeNode, add_field: MakeField) -> Node:
    """An event with a field of a type that nobody has registered."""
    add_field("string")
    node = make_node(type_id="event", fields={"field_x": [{"value": "x"}]})
    save_revision(node, None)
    FieldStorage.objects.update(field_type="geo")
    NodeType.objects.get(type="event").save()
    return node


def test_a_field_of_a_type_that_is_not_registered_is_named_on_the_form_and_stays(
    browser: Client, unknown: Node
) -> None:
    FieldConfig.objects.of("node", "event").update(label=EVIL)
    NodeType.objects.get(type="event").save()
    for path in ("node/add/?type=event", f"node/{unknown.pk}/change/"):
        page = browser.get(ADMIN + path)
        text = f"The field {EVIL} is of the type geo, which is not registered."
        assert text in read(page).text
        assert EVIL not in page.content.decode()
        assert submit(browser, path, title="Other").status_code == 302
    unknown.refresh_from_db()
    assert (unknown.title, unknown.fields) == ("Other", {"field_x": [{"value": "x"}]})


def test_revisions_show_what_is_stored_in_a_field_of_a_type_that_is_not_registered(
    browser: Client, unknown: Node
) -> None:
    new, old = Revision.objects.all()
    revisions = f"node/{unknown.pk}/revisions/"
    assert '[{"value": "x"}]' in get(browser, f"{revisions}{old.vid}/").text
    for path in (f"{revisions}{old.vid}/revert/", f"{revisions}compare/"):
        assert get(browser, path, old=old.vid, new=new.vid).text
    assert browser.post(f"{ADMIN}{revisions}{old.vid}/revert/").status_code == 302
    assert Node.objects.get().fields == {"field_x": [{"value": "x"}]}


def test_lists_work_with_a_type_that_is_not_registered(browser: Client, unknown: Node) -> None:
    assert "A page" in get(browser, "node/").text
    assert "Revisions for A page" in get(browser, f"node/{unknown.pk}/revisions/").text
