"""Lists over HTTP: who may read them, what they tell, and what a client may ask for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.lists import ContextualFilter, EntityList, Filter, Pager, Shown, SortBy
from drupal_jwt_auth.lists import register as register_list
from drupal_jwt_auth.models import AuditEntry, ConfigObject, Node, Term, UserProfile
from tests.content.visitors import JSON, Visitor, add_field, make_term, make_user, permission

pytestmark = pytest.mark.django_db

Declare = Callable[..., type[EntityList]]

BY_NUMBER = [SortBy("nid")]
TITLES = [Shown("title")]


@pytest.fixture(autouse=True)
def public(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS}


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Declare a list for the length of a test."""
    declared: list[type[EntityList]] = []

    def declare(**values: Any) -> type[EntityList]:
        values = {"path": "/api/list", "entity_type": "node", "sorts": BY_NUMBER, **values}
        declared.append(register_list(type("Declared", (EntityList,), values)))
        return declared[-1]

    yield declare
    for each in declared:
        LISTS.unregister(each)


@pytest.fixture
def guest(articles: None) -> Visitor:
    """Somebody without a token, who may see content."""
    Group.objects.get(name="anonymous").permissions.add(permission("access content"))
    return Visitor()


@pytest.fixture
def reader(guest: Visitor) -> Visitor:
    return Visitor(make_user("reader", "access content"))


def keys() -> list[int]:
    """The keys of the terms by number, from 1: the third one is not published."""
    return [0, *Term.objects.order_by("pk").values_list("pk", flat=True)]


def article(title: str, *tags: int, **values: Any) -> Node:
    """An article with tags by number."""
    fields = {"field_tags": [{"target_id": keys()[tag]} for tag in tags]}
    return Node.objects.create(type_id="article", title=title, fields=fields, **values)


def titles(visitor: Visitor, url: str = "/api/list") -> list[str]:
    answer = visitor.send("GET", url)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()]


def test_a_list_shows_what_may_be_seen(declare: Declare, guest: Visitor, admin: Visitor) -> None:
    declare(fields=TITLES)
    article("One")
    article("Hidden", status=False)
    assert titles(guest) == ["One"]
    assert titles(admin) == ["One", "Hidden"]


def test_what_is_not_published_is_shown_where_a_list_asks_for_it(
    declare: Declare, guest: Visitor, reader: Visitor
) -> None:
    """Who may see the list is its maker's decision, as in Drupal."""
    article("One")
    article("Hidden", status=False)
    declare(fields=TITLES, filters=[Filter("status", "=", ["0"])], permission="x")
    assert guest.send("GET", "/api/list").status_code == 401
    assert reader.send("GET", "/api/list").json() == {"message": "The 'x' permission is required."}
    assert titles(Visitor(make_user("x", "x"))) == ["Hidden"]
    declare(path="/api/exposed", fields=TITLES, filters=[Filter("status", exposed_as="status")])
    assert titles(guest, "/api/exposed?status=0") == []


def test_rows_are_entities_where_no_fields_are_named(declare: Declare, guest: Visitor) -> None:
    node = article("One")
    declare()
    alone = guest.send("GET", f"/node/{node.nid}?{JSON}").json()
    assert guest.send("GET", "/api/list").json() == [alone]


def test_roles_are_asked_for_instead_of_the_permission(
    declare: Declare, guest: Visitor, admin: Visitor
) -> None:
    article("One")
    declare(fields=TITLES, roles=["writer"], permission=None)
    assert guest.send("GET", "/api/list").status_code == 401
    assert admin.send("GET", "/api/list").json() == {"message": ""}
    writer = make_user("writer", "access content")
    writer.groups.add(Group.objects.create(name="writer"))
    assert titles(Visitor(writer)) == ["One"]
    declare(path="/api/guests", fields=TITLES, roles=["anonymous"])
    assert titles(guest, "/api/guests") == ["One"]


def test_everybody_may_see_a_list_that_asks_for_nothing(declare: Declare, guest: Visitor) -> None:
    article("One")
    declare(fields=TITLES, permission=None)
    assert titles(guest) == ["One"]
    Group.objects.get(name="anonymous").permissions.clear()
    assert titles(guest) == []


def test_the_guard_is_before_it(declare: Declare, guest: Visitor, settings: Settings) -> None:
    declare(fields=TITLES)
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": ["refusals"]}
    answer = guest.send("GET", "/api/list")
    assert (answer.status_code, answer.json()["error"]) == (401, "MISSING_AUTHORIZATION_HEADER")
    assert AuditEntry.objects.get().path == "/api/list"


def test_methods_are_those_for_reading(declare: Declare, admin: Visitor) -> None:
    declare(fields=TITLES)
    assert admin.send("HEAD", "/api/list").content == b""
    answer = admin.send("OPTIONS", f"/api/list?{JSON}")
    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET")
    answer = admin.send("POST", "/api/list", "{}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_path_is_found_however_it_is_written(declare: Declare, guest: Visitor) -> None:
    article("One")
    declare(fields=TITLES)
    for url in ("/API/List", "/api/list/", "/index.php/api/list", f"/api/list?{JSON}"):
        assert titles(guest, url) == ["One"]
    for url in ("/api", "/api/list/more", "/api/lists"):
        assert guest.send("GET", f"{url}?{JSON}").status_code == 404


def test_filters_hold_together_or_by_groups(declare: Declare, guest: Visitor) -> None:
    for title in ("ab", "ac", "bc"):
        article(title)
    a, b, c = (Filter("title", "CONTAINS", [each], group=n) for n, each in enumerate("abc", 1))
    both = Filter("title", "CONTAINS", ["b"], group=1)
    declare(fields=TITLES, filters=[a, both])
    assert titles(guest) == ["ab"]
    declare(path="/api/any", fields=TITLES, filters=[a, both], any_groups=[1])
    assert titles(guest, "/api/any") == ["ab", "ac", "bc"]
    declare(path="/api/groups", fields=TITLES, filters=[a, both, c], is_any=True)
    assert titles(guest, "/api/groups") == ["ab", "ac", "bc"]
    assert b.group == 2


def test_a_moment_may_be_told_from_now(declare: Declare, guest: Visitor) -> None:
    now = datetime.now(timezone.utc)
    article("Old", created=now - timedelta(days=3))
    article("New", created=now - timedelta(days=1))
    declare(fields=TITLES, filters=[Filter("created", ">=", [timedelta(days=-2)])])
    assert titles(guest) == ["New"]


def test_dates_are_written_in_some_ways_and_others_are_no_filter(
    declare: Declare, guest: Visitor
) -> None:
    add_field("article", "field_at", "datetime")
    add_field("article", "field_day", "datetime", settings={"datetime_type": "date"})
    for day in (1, 2, 3):
        fields = {
            "field_at": [{"value": f"2026-03-0{day}T12:00:00"}],
            "field_day": [{"value": f"2026-03-0{day}"}],
        }
        Node.objects.create(
            type_id="article",
            title=str(day),
            fields=fields,
            created=datetime(2026, 3, day, 12, tzinfo=timezone.utc),
        )
    names = {"created": "created", "field_at": "at", "field_day": "day"}
    filters = [Filter(name, ">", exposed_as=parameter) for name, parameter in names.items()]
    declare(fields=TITLES, filters=filters)
    for name in names.values():
        assert titles(guest, f"/api/list?{name}=2026-03-02T13:00:00") == ["3"]
        assert titles(guest, f"/api/list?{name}=2026-03-02T14:00:00%2B01:00") == ["3"]
        assert titles(guest, f"/api/list?{name}=03/02/2026%2023:00") == ["3"]
        for other in ("tomorrow", "20260302", "2026-W10-1", "2026-13-01", "1772323200", ""):
            assert titles(guest, f"/api/list?{name}={other}") == ["1", "2", "3"]
        assert titles(guest, f"/api/list?{name}=9999-12-31T23:59:59-01:00") == []
        assert titles(guest, f"/api/list?{name}[]=2026-03-02") == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["1", "2", "3"]),
        ("flag=1", ["1"]),
        ("flag=All", ["1", "2", "3"]),
        ("flag=2", []),
        ("flag[]=1", []),
        ("kind=b", ["2"]),
        ("kind=c", []),
        ("tag[]={1}&tag[]={2}", ["1", "2"]),
        ("tag[]={1}&tag[]={3}", []),
        ("tag[]=9999", []),
        ("tag[]=x", []),
        ("tag={1}", ["1", "2", "3"]),
        ("type=article", ["1", "2", "3"]),
        ("type=page", []),
        ("author=x", []),
        ("style=thumb", ["1"]),
        ("style=gone", []),
        ("topic={1}", ["1"]),
        ("topic={4}", []),
    ],
)
def test_what_has_options_takes_no_other_value(
    declare: Declare, guest: Visitor, query: str, found: list[str]
) -> None:
    make_term("other", "topics")
    add_field("article", "field_flag", "boolean")
    choices = {"allowed_values": {"a": "A", "b": "B"}}
    add_field("article", "field_kind", "list_string", settings=choices)
    styles = {"target_type": "image_style"}
    add_field("article", "field_style", "entity_reference", settings=styles)
    ConfigObject.objects.create(name="image.style.thumb", data={"name": "thumb"})
    for number, kind in ((1, "a"), (2, "b"), (3, "a")):
        fields: dict[str, Any] = {
            "field_flag": [{"value": number == 1}],
            "field_kind": [{"value": kind}],
            "field_tags": [{"target_id": keys()[number]}],
            "field_style": [{"target_id": "thumb"}] if number == 1 else [],
        }
        Node.objects.create(type_id="article", title=str(number), fields=fields)
    filters = [
        Filter("field_flag", exposed_as="flag"),
        Filter("field_kind", exposed_as="kind"),
        Filter("field_tags", "IN", exposed_as="tag", is_multiple=True),
        Filter("field_tags", exposed_as="topic", bundles=["tags"]),
        Filter("type", exposed_as="type"),
        Filter("uid", exposed_as="author"),
        Filter("field_style", exposed_as="style"),
    ]
    declare(fields=TITLES, filters=filters)
    assert titles(guest, f"/api/list?{query.format(*keys())}") == found


def test_a_filter_has_a_value_until_a_client_sends_one(declare: Declare, guest: Visitor) -> None:
    article("One")
    article("Two")
    declare(fields=TITLES, filters=[Filter("title", values=["one"], exposed_as="title")])
    assert titles(guest) == ["One"]
    assert titles(guest, "/api/list?title=TWO") == ["Two"]
    assert titles(guest, "/api/list?title=") == ["One", "Two"]
    needed = Filter("title", exposed_as="title", is_required=True)
    declare(path="/api/needed", fields=TITLES, filters=[needed])
    assert titles(guest, "/api/needed") == []
    assert titles(guest, "/api/needed?title=two") == ["Two"]


def test_what_is_empty_is_asked_for_without_a_value(declare: Declare, guest: Visitor) -> None:
    article("One", 1)
    article("Two")
    declare(fields=TITLES, filters=[Filter("field_tags", "IS NULL")])
    assert titles(guest) == ["Two"]


def test_a_client_chooses_among_exposed_sorts(declare: Declare, guest: Visitor) -> None:
    for title in ("b", "A", "c"):
        article(title)
    sorts = [
        SortBy("title", is_descending=True, exposed_as="title"),
        SortBy("nid", exposed_as="id"),
        SortBy("vid"),
    ]
    declare(fields=TITLES, sorts=sorts)
    assert titles(guest) == ["c", "b", "A"]
    assert titles(guest, "/api/list?sort_order=ASC") == ["A", "b", "c"]
    assert titles(guest, "/api/list?sort_by=id") == ["b", "A", "c"]
    for query in ("sort_by=x", "sort_by=", "sort_order=asc", "sort_by[]=id", "sort_order[]=ASC"):
        assert titles(guest, f"/api/list?{query}") == []
    declare(path="/api/fixed", fields=TITLES, sorts=sorts[:2], order_is_exposed=False)
    assert titles(guest, "/api/fixed?sort_order=ASC") == ["c", "b", "A"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "01"),
        ("page=1", "23"),
        ("page=9", ""),
        ("page=99999999999999999999", ""),
        ("page=0,7", "01"),
        ("items_per_page=3&page=1", "345"),
        ("items_per_page=All", "012345"),
        ("items_per_page=4", ""),
        ("items_per_page[]=3", ""),
        ("offset=4", "45"),
        ("offset=", "01"),
        ("offset=0", "01"),
        ("offset=x", ""),
        ("offset=999999999999999999", ""),
    ],
)
def test_a_client_chooses_among_the_windows_that_are_offered(
    declare: Declare, guest: Visitor, query: str, found: str
) -> None:
    for number in range(6):
        article(str(number))
    pager = Pager(2, sizes=[2, 3], offers_all=True, offset_is_exposed=True)
    declare(fields=TITLES, pager=pager)
    assert titles(guest, f"/api/list?{query}") == [*found]


def test_several_pagers_share_the_parameter(declare: Declare, guest: Visitor) -> None:
    for number in range(6):
        article(str(number))
    declare(fields=TITLES, pager=Pager(2, number=1))
    assert titles(guest, "/api/list?page=9,1") == ["2", "3"]
    assert titles(guest, "/api/list?page=9") == ["0", "1"]


def test_a_page_is_one_number(declare: Declare, guest: Visitor) -> None:
    declare(fields=TITLES)
    answer = guest.send("GET", "/api/list?page[]=1")
    text = 'Input value "page" contains a non-scalar value.'
    assert (answer.status_code, answer.json()) == (400, {"message": text})


def test_parts_of_the_path_are_filters(declare: Declare, guest: Visitor) -> None:
    article("One", 1)
    article("Two", 2)
    article("Hidden", 3)
    tag = ContextualFilter("field_tags")
    term = ContextualFilter("field_tags", entity_type="taxonomy_term", bundles=["tags"])
    declare(path="/api/tag/{tag}/all", fields=TITLES, contextual_filters=[tag])
    declare(path="/api/term/{tag}", fields=TITLES, contextual_filters=[term])
    first, second, hidden = map(str, keys()[1:])
    assert titles(guest, f"/api/tag/{second}/all") == ["Two"]
    assert titles(guest, "/api/tag/9999/all") == titles(guest, "/api/tag/x/all") == []
    assert titles(guest, "/api/tag/all/all") == ["One", "Two", "Hidden"]
    assert titles(guest, f"/api/term/{first}") == ["One"]
    for key in (hidden, "9999", "x", "%00"):
        answer = guest.send("GET", f"/api/term/{key}")
        assert (answer.status_code, answer.json()) == (404, {"message": ""})
    for url in (f"/api/tag/{first}", "/api/term", "/api/term//"):
        assert guest.send("GET", f"{url}?{JSON}").status_code == 404


def test_the_path_may_end_before_one_that_it_has_no_part_for(
    declare: Declare, guest: Visitor
) -> None:
    article("One", 1)
    article("Two", 2)
    for otherwise in ("ignore", "empty", "not found"):
        term = ContextualFilter("field_tags", entity_type="taxonomy_term", otherwise=otherwise)
        path = f"/api/{otherwise.replace(' ', '-')}"
        declare(path=path, fields=TITLES, contextual_filters=[term])
    assert titles(guest, "/api/ignore") == titles(guest, "/api/ignore/x") == ["One", "Two"]
    assert titles(guest, f"/api/ignore/{keys()[1]}") == ["One"]
    assert titles(guest, "/api/empty") == titles(guest, "/api/empty/x") == []
    assert guest.send("GET", "/api/not-found").status_code == 404


def test_keys_are_read_in_the_case_that_they_have(declare: Declare, guest: Visitor) -> None:
    article("Upper")
    argument = ContextualFilter("title", operator="=", lifted_by="ALL")
    declare(path="/api/title/{title}", fields=TITLES, contextual_filters=[argument])
    assert titles(guest, "/API/Title/ALL") == ["Upper"]
    assert titles(guest, "/API/Title/upper/") == ["Upper"]


# What may not be seen


def people(declare: Declare) -> None:
    filters = [Filter("mail", "STARTS_WITH", exposed_as="mail"), Filter("status", "=", ["1"])]
    sorts = [SortBy("mail", exposed_as="mail"), SortBy("uid", exposed_as="uid"), SortBy("uid")]
    fields = [Shown("name", "title"), Shown("mail"), Shown("uid", is_raw=True)]
    declare(
        path="/api/people/{mail}",
        entity_type="user",
        filters=filters,
        sorts=sorts,
        fields=fields,
        contextual_filters=[ContextualFilter("mail")],
        permission="access user profiles",
    )


def test_no_filter_and_no_sort_tells_of_a_field_that_may_not_be_seen(
    declare: Declare, articles: None
) -> None:
    people(declare)
    for name, mail in (("ann", "z@example.com"), ("bob", "a@example.com")):
        make_user(name, email=mail)
    viewer = Visitor(make_user("viewer", "access user profiles", email="m@example.com"))
    keeper = "administer users", "access user profiles"
    admin = Visitor(make_user("keeper", *keeper, email="q@example.com"))
    assert titles(admin, "/api/people/all") == ["bob", "viewer", "keeper", "ann"]
    assert titles(admin, "/api/people/all?mail=a@") == ["bob"]
    assert titles(admin, "/api/people/A@example.com") == ["bob"]
    for url in ("all?mail=a@", "all?mail=nope", "a@example.com", "nope", "all?sort_by=mail"):
        assert titles(viewer, f"/api/people/{url}") == []
    in_order = ["ann", "bob", "viewer", "keeper"]
    for url in ("all", "all?mail=", "all?sort_by=uid"):
        assert titles(viewer, f"/api/people/{url}") == in_order
    row = viewer.send("GET", "/api/people/all").json()[0]
    assert row.keys() == {"title", "uid"}
    assert titles(viewer, "/api/people/all?sort_order=DESC") == in_order[::-1]


def test_a_list_of_all_accounts_leaves_out_the_one_that_is_nobodys(
    declare: Declare, articles: None, admin: Visitor
) -> None:
    declare(entity_type="user", sorts=[], permission=None, fields=[Shown("name", "title")])
    assert titles(admin) == ["admin"]
    assert titles(Visitor()) == []


# How much it costs


def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    declare: Declare, guest: Visitor, settings: Settings
) -> None:
    fields = [*TITLES, Shown("uid"), Shown("field_tags"), Shown("type"), Shown("body")]
    declare(
        path="/api/rows",
        fields=fields,
        pager=Pager(None),
        filters=[Filter("field_tags", "IN", exposed_as="tag", is_multiple=True)],
    )
    declare(path="/api/entities", pager=Pager(None))
    for number in range(2):
        article(f"{number}", 1, 2, uid=make_user(f"u{number}"))
    costs = []
    for _round in range(2):
        for url in (f"/api/rows?tag[]={keys()[1]}", "/api/entities"):
            guest.send("GET", url)
            with CaptureQueriesContext(connection) as captured:
                assert guest.send("GET", url).status_code == 200
            costs.append(len(captured))
        for number in range(20):
            name = f"more {len(costs)} {number}"
            article(name, 1, 2, uid=make_user(name))
    assert costs[:2] == costs[2:]


# Lists that cannot be served


def test_a_list_that_cannot_be_served_is_501_to_everybody(
    declare: Declare, guest: Visitor, admin: Visitor
) -> None:
    declare(fields=[Shown("nope")])
    for visitor in (guest, admin):
        answer = visitor.send("GET", "/api/list")
        text = "The list at this path uses what is not supported here."
        assert (answer.status_code, answer.json()) == (501, {"message": text})


def test_so_is_one_that_asks_for_more_than_a_database_should_be(
    declare: Declare, guest: Visitor
) -> None:
    filters = [Filter("field_tags", values=["1"], group=number) for number in range(200)]
    any_groups = range(200)
    declare(fields=TITLES, filters=filters, any_groups=any_groups, is_any=True)
    assert guest.send("GET", "/api/list").status_code == 501


def test_imported_lists_answer_with_a_format_or_without_as_is_set(
    guest: Visitor, settings: Settings
) -> None:
    article("One")
    options = {"path": "api/imported", "row": {"type": "data_entity"}}
    display = {"display_plugin": "rest_export", "display_options": options}
    view = {"id": "v", "base_table": "node_field_data", "display": {"rest": display}}
    ConfigObject.objects.create(name="views.view.v", data=view)
    assert len(guest.send("GET", f"/api/imported?{JSON}").json()) == 1
    assert guest.send("GET", "/api/imported").status_code == 404
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS, "LISTS_WITHOUT_FORMAT": True}
    assert len(guest.send("GET", "/api/imported").json()) == 1
    assert Client().get("/api/other").status_code == 404
    ConfigObject.objects.get().delete()
    assert guest.send("GET", f"/api/imported?{JSON}").status_code == 404


# Arbitrary requests

NAMES = ("page", "items_per_page", "offset", "sort_by", "sort_order", "title", "tag", "since", "d")
VALUES = (
    *(
        "",
        "0",
        "1",
        "-1",
        "All",
        "all",
        "9" * 40,
        "1e309",
        "%00",
        "%ff",
        "%F0%9F%98%80",
        "%25",
        "x",
    ),
    *("2026-03-01", "0000-00-00", "9999-12-31T23:59:59%2B00:01", "0001-01-01", "99/99/9999"),
    *("'", '"', "\\\\", "(", "ASC", "title", "created", "NaN", "1.5", "%C3%84", "[]", "{}"),
)


@pytest.mark.parametrize("seed", range(8))
def test_no_query_string_is_a_failure(declare: Declare, guest: Visitor, seed: int) -> None:
    add_field("article", "field_d", "datetime")
    article("One", 1)
    filters = [
        Filter("title", "CONTAINS", exposed_as="title"),
        Filter("field_tags", "IN", exposed_as="tag", is_multiple=seed % 2 == 0),
        Filter("created", ">=", exposed_as="since"),
        Filter("field_d", "<", exposed_as="d"),
    ]
    sorts = [SortBy("created", exposed_as="created"), SortBy("title", exposed_as="title")]
    pager = Pager(5, sizes=[5], offset_is_exposed=True)
    arguments = [
        ContextualFilter("field_tags", otherwise="ignore"),
        ContextualFilter("title", otherwise="ignore"),
    ]
    declare(fields=TITLES, filters=filters, sorts=sorts, pager=pager, contextual_filters=arguments)
    chance = random.Random(seed)
    for _round in range(60):
        parameters = [
            f"{chance.choice(NAMES)}{chance.choice(['', '', '[]', '[value]', '['])}"
            f"={chance.choice(VALUES)}"
            for _number in range(chance.randint(1, 5))
        ]
        path = "/".join(
            [
                "/api/list",
                *chance.sample(["1", "%00", "x%27", "%F0%9F%98%80", "all"], chance.randint(0, 2)),
            ]
        )
        url = f"{path}?{'&'.join(parameters)}"
        assert guest.send("GET", url).status_code in (200, 400, 404), url


def test_a_profile_is_noted_as_with_other_resources(declare: Declare, reader: Visitor) -> None:
    declare(fields=TITLES)
    titles(reader)
    assert UserProfile.objects.get(user=reader.user).access is not None
