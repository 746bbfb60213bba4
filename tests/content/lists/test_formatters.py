"""The fields of rows: an item as HTML, as Drupal's formatters make it, or as it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory, override_settings

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.lists.rows import FieldRows
from drupal_jwt_auth.lists import EntityList, Shown
from drupal_jwt_auth.models import ConfigObject, File, Node
from tests.content.visitors import add_field, make_term, make_type, make_user

pytestmark = pytest.mark.django_db

DATE = "2026-07-01T18:30:00"
TIME = f'<time datetime="{DATE}Z">'


def rows(account: Any, *shown: Shown, entity_type: str = "node", **formats: str) -> Any:
    """The rows of all there is, to somebody."""
    site = SiteContext(Account(account), get_structure(None), RequestFactory().get("/"))
    declared = EntityList(path="/a", entity_type=entity_type, fields=shown)
    entities = list(FieldRows(declared, site, formats).fields.entity_type.storage.query())
    return FieldRows(declared, site, formats).rows(entities)


def shown(
    field_type: str,
    items: list[dict[str, Any]],
    formatter: str | None = None,
    own: dict[str, Any] | None = None,
    **settings: Any,
) -> Any:
    """What a formatter makes of the items of a field with settings of its ``own``."""
    make_type("page")
    add_field("page", "field_x", field_type, cardinality=-1, settings=own or {})
    Node.objects.create(type_id="page", title="One", fields={"field_x": items})
    formats = {"medium": "D, m/d/Y - H:i", "fallback": "Y"}
    account = User.objects.create_superuser("admin")
    (row,) = rows(account, Shown("field_x", formatter=formatter, settings=settings), **formats)
    return row["field_x"]


def value(*values: Any) -> list[dict[str, Any]]:
    return [{"value": each} for each in values]


CHOICES = {"allowed_values": {"a": "First & best", "b": "Second"}}
GROUPED = {"thousand_separator": ".", "decimal_separator": ","}
LINK = [{"uri": "https://example.com/a?b=1&c", "title": "A <b>", "options": []}]


@pytest.mark.parametrize(
    "case",
    [
        ("", "string", [], None, {}, {}),
        ("a &lt;b&gt;<br />\nc, d", "string", value("a <b>\r\nc", "d"), None, {}, {}),
        ("12.345, -1.000", "integer", value(12345, -1000), None, {}, GROUPED),
        ("€1, €2 s", "integer", value(1, 2), None, {"prefix": "€", "suffix": "| s"}, {}),
        ("1", "integer", value(1), None, {"prefix": "€"}, {"prefix_suffix": False}),
        ("12,50, -0,13", "decimal", value("12.5", "-0.125"), None, {}, GROUPED),
        ("13", "decimal", value("12.5"), None, {}, {"scale": 0}),
        ("0.75", "float", value(0.75), None, {}, {"scale": "2"}),
        ("0.7500000000", "float", value(0.75), None, {}, {"scale": 99}),
        ("", "float", value("none"), None, {}, {}),
        ("12.5", "decimal", value("12.5"), "number_unformatted", {}, {}),
        ("On, Off", "boolean", value(True, False), None, {}, {}),
        ("Yes", "boolean", value(True), None, {"on_label": "Yes"}, {}),
        ("True", "boolean", value(True), None, {}, {"format": "true-false"}),
        ("n&amp;", "boolean", value(False), None, {}, {"format": "custom"}
         | {"format_custom_false": "n&"}),
        ("First &amp; best, c", "list_string", value("a", "c"), None, CHOICES, {}),
        ("a, c", "list_string", value("a", "c"), "list_key", CHOICES, {}),
        ("<p>a</p>\n", "text_long", [{"value": "a", "format": None}], None, {}, {}),
        ('<a href="mailto:a@example.com">a@example.com</a>', "email", value("a@example.com"),
         "email_mailto", {}, {}),
        ('<a href="tel:+15550100">+1 555 0100</a>', "telephone", value("+1 555 0100"),
         "telephone_link", {}, {}),
        (f"{TIME}Wed, 07/01/2026 - 18:30</time>\n", "datetime", value(DATE), None, {},
         {"format_type": "medium"}),
        (f"{TIME}2026</time>\n", "datetime", value(DATE), None, {}, {"format_type": "gone"}),
        (f"{TIME}1.7.</time>\n", "datetime", value(DATE), "datetime_custom", {},
         {"date_format": "j.n."}),
        (f"{TIME}20</time>\n", "datetime", value(DATE), "datetime_custom", {},
         {"date_format": "G", "timezone_override": "Europe/Berlin"}),
        (f"{TIME}18</time>\n", "datetime", value(DATE), "datetime_custom", {},
         {"date_format": "G", "timezone_override": "Nowhere/At all"}),
        (DATE, "datetime", value(DATE), "datetime_plain", {}, {}),
        ("2026-07-01", "datetime", value("2026-07-01"), "datetime_plain",
         {"datetime_type": "date"}, {}),
        ('<time datetime="2026-07-01T12:00:00Z">2026</time>\n', "datetime", value("2026-07-01"),
         None, {"datetime_type": "date"}, {}),
        (f"{TIME}2026</time>\n - {TIME.replace('18', '19')}2026</time>\n", "daterange",
         [{"value": DATE, "end_value": DATE.replace("18", "19")}], None, {}, {}),
        (f"{TIME}2026</time>\n", "daterange", [{"value": DATE, "end_value": DATE}], None, {}, {}),
        ('<time datetime="2026-03-01T00:00:00+00:00">2026</time>\n', "timestamp",
         value(1772323200), None, {}, {}),
        ('<time datetime="2026-03-01T01:00:00+01:00">Sun</time>\n', "timestamp",
         value(1772323200), None, {}, {"date_format": "custom", "custom_date_format": "D"}
         | {"timezone": "Europe/Berlin"}),
        ("", "timestamp", value(10**15), None, {}, {}),
        ('<a href="https://example.com/a?b=1&amp;c">A &lt;b&gt;</a>', "link", LINK, None, {}, {}),
        ('<a href="https://example.com/a?b=1&amp;c" rel="nofollow" target="_blank">https…</a>',
         "link", LINK, None, {}, {"url_only": True, "trim_length": 6, "rel": "nofollow"}
         | {"target": "_blank"}),
        ("https://example.com/a?b=1&amp;c", "link", LINK, None, {},
         {"url_only": True, "url_plain": True, "trim_length": 80}),
        ("/node/1, /a, ?b", "link",
         [{"uri": each, "title": None} for each in ("entity:node/1", "base:a", "internal:?b")],
         None, {}, {"url_only": True, "url_plain": True}),
    ],
)  # fmt: skip
def test_items_are_shown_as_the_formatter_says(case: tuple[Any, ...]) -> None:
    expected, *arguments, settings = case
    assert shown(*arguments, **settings) == expected


def test_what_is_referred_to_is_called_by_its_name_and_linked() -> None:
    term = make_term("A & b")
    items = [{"target_id": term.pk}, {"target_id": 99}]
    link = f'<a href="/taxonomy/term/{term.pk}" hreflang="en">A &amp; b</a>'
    assert shown("entity_reference", items, None, {"target_type": "taxonomy_term"}) == link


def test_what_is_of_no_type_that_there_is_has_no_name() -> None:
    settings = {"target_type": "menu_link_content"}
    assert shown("entity_reference", [{"target_id": 1}], None, settings) == ""


def test_or_shown_as_its_key_as_far_as_it_is_seen() -> None:
    term = make_term("A", status=False)
    make_type("page")
    settings = {"target_type": "taxonomy_term"}
    add_field("page", "field_x", "entity_reference", cardinality=-1, settings=settings)
    items: Any = {"field_x": [{"target_id": term.pk}, {"target_id": 99}, {"target_id": None}]}
    Node.objects.create(type_id="page", title="One", fields=items)
    fields = [
        Shown("field_x", formatter="entity_reference_entity_id", empty="none"),
        Shown("field_x", "name", settings={"link": False}),
        Shown("field_x", "raw", is_raw=True),
    ]
    raw = [str(term.pk), "99", None]
    admin, reader = User.objects.create_superuser("admin"), make_user("reader", "access content")
    for account, key, name in ((admin, str(term.pk), "A"), (reader, "none", "")):
        assert rows(account, *fields) == [{"field_x": key, "name": name, "raw": raw}]


def test_configuration_has_names_too_for_those_who_may_know_them() -> None:
    make_type("page", "Basic <page>")
    settings = {"target_type": "image_style"}
    add_field("page", "field_x", "entity_reference", cardinality=-1, settings=settings)
    items = {"field_x": [{"target_id": "thumb"}, {"target_id": "gone"}]}
    Node.objects.create(type_id="page", title="One", fields=items)
    ConfigObject.objects.create(name="image.style.thumb", data={"name": "thumb", "label": "Small"})
    fields = [
        Shown("type"),
        Shown("field_x"),
        Shown("field_x", "key", formatter="entity_reference_entity_id"),
    ]
    admin, reader = User.objects.create_superuser("admin"), make_user("reader")
    for account, name, key in ((admin, "Small", "thumb"), (reader, "", "")):
        found = {"type": "Basic &lt;page&gt;", "field_x": name, "key": key}
        assert rows(account, *fields) == [found]


def test_a_role_is_named_to_those_who_may_know_it() -> None:
    make_user("reader", "access user profiles")
    admin = make_user("admin", "administer users")
    roles = Shown("roles")
    assert all("roles" in row for row in rows(admin, roles, entity_type="user"))
    assert rows(User.objects.get(username="reader"), roles, entity_type="user") == [{}, {}]


def test_an_entity_is_linked_where_it_has_a_page() -> None:
    make_type("page")
    node = Node.objects.create(type_id="page", title="One")
    linked = Shown("title", settings={"link_to_entity": True})
    admin = User.objects.create_superuser("admin")
    link = f'<a href="/node/{node.pk}" hreflang="en">One</a>'
    assert rows(admin, linked) == [{"title": link}]
    File.objects.create(uri="a.txt", filename="a.txt", uid=admin, status=True)
    linked = Shown("filename", settings={"link_to_entity": True})
    assert rows(admin, linked, entity_type="file") == [{"filename": "a.txt"}]


def test_a_file_is_a_path_of_this_site() -> None:
    admin = User.objects.create_superuser("owner")
    file = File.objects.create(uri="a b.txt", filename="a b.txt", uid=admin, status=True)
    items: Any = [{"target_id": file.pk, "display": True, "description": ""}, {"target_id": 99}]
    with override_settings(MEDIA_URL="/sites/default/files/"):
        assert shown("file", items) == "/sites/default/files/a%20b.txt"


def test_a_user_is_a_name_with_a_link_or_without() -> None:
    admin = User.objects.create_superuser("A & b")
    fields = [
        Shown("name", formatter="user_name"),
        Shown("name", "plain", formatter="user_name", settings={"link_to_entity": False}),
    ]
    link = f'<a href="/user/{admin.pk}" hreflang="en">A &amp; b</a>'
    assert rows(admin, *fields, entity_type="user") == [{"name": link, "plain": "A &amp; b"}]


def test_raw_values_are_texts_and_what_is_not_there_is_false() -> None:
    make_type("page")
    make_type("other")
    add_field("page", "field_one", "integer")
    add_field("page", "field_more", "string", cardinality=3)
    Node.objects.create(type_id="page", title="A", fields={"field_one": value(5)}, status=True)
    Node.objects.create(type_id="other", title="B", status=False)
    names = ("title", "status", "field_one", "field_more")
    admin = User.objects.create_superuser("admin")
    found = rows(admin, *(Shown(name, is_raw=True) for name in names))
    assert found == [
        {"title": "A", "status": "1", "field_one": "5", "field_more": []},
        {"title": "B", "status": "0", "field_one": False, "field_more": []},
    ]
    assert [row["field_one"] for row in rows(admin, Shown("field_one"))] == ["5", ""]


def test_a_part_of_an_item_may_be_shown_alone() -> None:
    make_type("page")
    add_field("page", "field_text", "text_long")
    text = {"field_text": [{"value": "a & b", "format": None}]}
    Node.objects.create(type_id="page", title="A", fields=text)
    admin = User.objects.create_superuser("admin")
    parts = [
        Shown("field_text", "processed", property="processed"),
        Shown("field_text", "format", property="format"),
        Shown("field_text", "raw", property="value", is_raw=True),
    ]
    (row,) = rows(admin, *parts)
    assert row == {
        "processed": "&lt;p&gt;a &amp;amp; b&lt;/p&gt;\n",
        "format": "",
        "raw": "a & b",
    }
