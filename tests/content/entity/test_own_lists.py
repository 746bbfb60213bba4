"""Lists of a project's models: filtered and sorted by each kind of column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, router
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import configured_field, get_structure
from drupal_jwt_auth.jsonapi.collections import Collection
from drupal_jwt_auth.jsonapi.query import Page
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, types_of
from drupal_jwt_auth.models import FieldConfig, FieldStorage
from tests.content.entity.conftest import Shopper, grant
from tests.content.entity.models import Product, Ticket
from tests.content.visitors import make_term, make_user

MADE = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=timezone.utc)


def listed(shopper: Shopper, kind: str, query: str) -> list[Any]:
    """What a visitor finds of a kind."""
    request = Request(APIRequestFactory().get(f"/?{query}"))
    site = SiteContext(Account(shopper.user), get_structure(None))
    (resource_type,) = types_of(ENTITY_TYPES[kind], site.structure)
    assert isinstance(resource_type, ResourceType)
    return Collection(request, resource_type, site).window(Page(0, 50))


@pytest.fixture
def products(shop: None) -> list[Product]:
    """Three of them, each of which follows the one before."""
    tags = [make_term("light"), make_term("steel"), make_term("hidden", status=False)]
    owner = make_user("owner")
    made: list[Product] = []
    for number, name in enumerate(("Lamp", "lantern", "Table")):
        made.append(
            Product.objects.create(
                sku=str(number),
                name=name,
                price=9 + number,
                note="" if number else "A note",
                due=date(2026, 1, 1 + number) if number else None,
                created=MADE,
                owner=owner if number else None,
                successor=made[-1] if made else None,
            )
        )
        made[-1].tags.set(tags[number:])
    return made


@pytest.fixture
def find(boss: Shopper, products: list[Product]) -> Callable[[str], list[str]]:
    """The names of the products that whoever may do everything finds."""
    return lambda query: [each.name for each in listed(boss, "product", query)]


Find = Callable[[str], list[str]]


def condition(path: str, operator: str, *values: str) -> str:
    """A filter in its long form."""
    start = "filter[a][condition]"
    given = "".join(f"&{start}[value][]={value}" for value in values)
    if len(values) == 1:
        given = f"&{start}[value]={values[0]}"
    return f"{start}[path]={path}&{start}[operator]={operator}{given}"


@pytest.mark.parametrize(
    ("path", "operator", "values", "names"),
    [
        ("name", "=", ("LAMP",), ["Lamp"]),
        ("name", "<>", ("LAMP",), ["lantern", "Table"]),
        ("name", "<", ("lantern",), ["Lamp"]),
        ("name", "CONTAINS", ("LA",), ["Lamp", "lantern"]),
        ("name", "STARTS_WITH", ("lan",), ["lantern"]),
        ("name", "ENDS_WITH", ("E",), ["Table"]),
        ("name", "CONTAINS", ("%25",), []),
        ("name", "=", ("%00",), []),
        ("note", "IS NULL", (), ["lantern", "Table"]),
        ("note", "IS NOT NULL", (), ["Lamp"]),
        ("price", "=", ("9",), ["Lamp"]),
        ("price", ">", ("9.5",), ["lantern", "Table"]),
        ("price", "BETWEEN", ("9.5", "10"), ["lantern"]),
        ("price", "NOT BETWEEN", ("9.5", "10"), ["Lamp", "Table"]),
        ("price", "=", ("nine",), []),
        ("price", "<>", ("nine",), ["Lamp", "lantern", "Table"]),
        ("stock", "<", ("9" * 30,), ["Lamp", "lantern", "Table"]),
        ("stock", "=", ("1e99",), []),
        ("stock", "STARTS_WITH", ("0",), ["Lamp", "lantern", "Table"]),
        ("published", "=", ("1",), ["Lamp", "lantern", "Table"]),
        ("published", "=", ("0",), []),
        ("due", "=", ("2026-01-02",), ["lantern"]),
        ("due", ">", ("2026-01-02",), ["Table"]),
        ("due", "=", ("soon",), []),
        ("due", "=", ("",), []),
        ("due", "CONTAINS", ("2026",), ["lantern", "Table"]),
        ("created", "=", (str(int(MADE.timestamp())),), ["Lamp", "lantern", "Table"]),
        ("created", ">", (str(int(MADE.timestamp())),), []),
        ("created", "<=", (str(int(MADE.timestamp())),), ["Lamp", "lantern", "Table"]),
        ("created", "<", ("9" * 15,), ["Lamp", "lantern", "Table"]),
        ("created", ">=", ("-" + "9" * 15,), ["Lamp", "lantern", "Table"]),
        ("created", "<", ("5.5",), []),
        ("created", "CONTAINS", ("1",), []),
        ("successor.name", "=", ("Lamp",), ["lantern"]),
        ("successor.successor.name", "=", ("lamp",), ["Table"]),
        ("successor.name", "IS NULL", (), ["Lamp"]),
        ("successor", "IS NULL", (), ["Lamp"]),
        ("successor.meta.drupal_internal__target_id", "=", ("0",), []),
        ("tags.name", "=", ("light",), ["Lamp"]),
        ("tags.name", "IN", ("light", "steel"), ["Lamp", "lantern"]),
        ("tags.status", "=", ("0",), ["Lamp", "lantern", "Table"]),
        ("fans", "IS NULL", (), ["Lamp", "lantern", "Table"]),
        ("fans", "IS NOT NULL", (), []),
        ("fans.name", "IS NULL", (), ["Lamp", "lantern", "Table"]),
        ("owner.name", "=", ("Owner",), ["lantern", "Table"]),
        ("owner.meta.drupal_internal__target_id", "=", ("0",), ["Lamp"]),
        ("owner.meta.drupal_internal__target_id", ">", ("0",), ["lantern", "Table"]),
        ("owner", "IS NULL", (), []),
        ("owner", "IS NOT NULL", (), ["Lamp", "lantern", "Table"]),
    ],
)
def test_each_kind_of_column_is_compared_in_its_own_way(
    find: Find, path: str, operator: str, values: tuple[str, ...], names: list[str]
) -> None:
    assert find(condition(path, operator, *values)) == names


def test_ids_are_those_of_resources(find: Find, products: list[Product]) -> None:
    first = products[0]
    assert find(f"filter[id]={first.uuid}") == ["Lamp"]
    assert find(f"filter[uuid]={str(first.uuid).upper()}") == ["Lamp"]
    assert find(f"filter[successor.id]={first.uuid}") == ["lantern"]
    assert find(condition("successor.id", "NOT IN", str(first.uuid), "nope")) == ["Table"]
    assert find(condition("id", "STARTS_WITH", "nope")) == []


def test_conditions_over_many_values_are_about_the_same_one(find: Find) -> None:
    both = "filter[tags.name]=light&filter[b][condition][path]=tags.name"
    assert find(f"{both}&filter[b][condition][value]=steel") == []
    assert find("filter[tags.name]=light&filter[tags.status]=1") == ["Lamp"]
    assert find("filter[tags.name]=light&filter[tags.status]=0") == []


class TestGroups:
    """Those of which any is enough may be about something outside of them, too."""

    ANY = "filter[g][group][conjunction]=OR"

    def of(self, *members: tuple[str, str, str], group: str = "g") -> str:
        return "".join(
            f"&filter[{group}{n}][condition][path]={path}&filter[{group}{n}][condition][operator]="
            f"{operator}&filter[{group}{n}][condition][value]={value}"
            f"&filter[{group}{n}][condition][memberOf]={group}"
            for n, (path, operator, value) in enumerate(members)
        )

    def test_any_of_several(self, find: Find) -> None:
        members = self.of(("tags.name", "=", "light"), ("successor.name", "=", "Lantern"))
        assert find(self.ANY + members) == ["Lamp", "Table"]

    def test_the_item_of_one_in_a_group_is_that_of_one_outside(self, find: Find) -> None:
        members = self.of(("tags.name", "=", "light"), ("name", "=", "Table"))
        assert find(f"{self.ANY}{members}&filter[tags.status]=0") == ["Table"]
        assert find(f"{self.ANY}{members}&filter[tags.status]=1") == ["Lamp"]

    def test_what_is_asked_outside_is_told_however_deep_it_stands(self, find: Find) -> None:
        members = self.of(("successor.tags.name", "=", "light"), ("name", "=", "Table"))
        query = f"{self.ANY}{members}&filter[successor.tags.status]=1"
        assert find(query) == ["lantern", "Table"]

    def test_groups_in_groups(self, find: Find) -> None:
        inner = "&filter[h][group][conjunction]=AND&filter[h][group][memberOf]=g"
        members = self.of(("name", "=", "Table")) + self.of(
            ("name", "CONTAINS", "l"), ("price", "<", "10"), group="h"
        )
        assert find(self.ANY + inner + members) == ["Lamp", "Table"]
        assert find(f"{self.ANY}{inner}") == ["Lamp", "lantern", "Table"]

    def test_a_path_leads_over_many(self, find: Find) -> None:
        path = "tags.parent.parent"
        assert find(condition(f"{path}.name", "=", "root")) == []
        assert find(condition(f"{path}.name", "IS NULL")) == ["Lamp", "lantern", "Table"]
        assert find(f"sort={path}.name,name") == ["Lamp", "Table", "lantern"]

    def test_what_sqlite_reads_no_more_is_refused(self, find: Find) -> None:
        path = "tags" + ".parent" * 6
        query = condition(f"{path}.name", "IS NULL")
        if connection.vendor == "sqlite":
            with pytest.raises(ParseError, match="too complex"):
                find(query)
        else:
            assert len(find(query)) == 3

    def test_no_sort_leads_over_many_many_times(self, find: Find) -> None:
        """Each level asks for what is inside twice."""
        with pytest.raises(ParseError, match="too complex"):
            find("sort=tags.parent.parent.parent.name,name")
        assert len(find("sort=tags.parent.parent.name,name")) == 3

    def test_those_that_hang_together_in_too_many_ways_are_refused(self, find: Find) -> None:
        query = ""
        for number in range(12):
            query += f"&filter[k{number}][group][conjunction]=OR"
            for side in (number, number + 1):
                path = "successor." * (side % 6) + ("tags" if side % 2 else "fans")
                name = f"&filter[k{number}s{side}][condition]"
                query += f"{name}[path]={path}&{name[1:]}[operator]=IS NULL"
                query += f"{name}[memberOf]=k{number}"
        with pytest.raises(ParseError, match="too complex"):
            find(query[1:])


class TestWhatCannotBeAskedFor:
    def test_no_database_is_asked_for_a_field_whose_name_it_would_have_to_quote(
        self, shop: None
    ) -> None:
        storage = FieldStorage(entity_type="product", name='x"y', field_type="string")
        field = configured_field(FieldConfig(storage=storage, bundle="product"))
        assert ENTITY_TYPES.content("product").place(field) is None

    def test_no_row_has_a_place_among_others(self, find: Find) -> None:
        for query in ("filter[tags.0.name]=light", "sort=fans.1.name"):
            with pytest.raises(ParseError, match="cannot be filtered or sorted by"):
                find(query)

    def test_what_a_database_fails_at_is_its_own_error(self, find: Find) -> None:
        def fail(execute: Any, sql: str, *others: Any) -> Any:
            if "LIMIT 51" in sql:
                raise OperationalError("disk I/O error")
            return execute(sql, *others)

        with (
            connection.execute_wrapper(fail),
            pytest.raises(OperationalError, match="disk I/O error"),
        ):
            find("filter[name]=Lamp")

    def test_ids_are_compared_where_keys_are_no_fields(
        self, find: Find, products: list[Product], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(ENTITY_TYPES["product"]), "key_field", None)
        assert find(f"filter[id]={products[1].uuid}") == ["lantern"]
        assert find(f"filter[successor.id]={products[1].uuid}") == ["Table"]
        assert find("filter[id]=nope") == []


class TestSorting:
    def test_character_by_character(self, find: Find) -> None:
        assert find("sort=name") == ["Lamp", "Table", "lantern"]
        assert find("sort=-name") == ["lantern", "Table", "Lamp"]

    def test_nothing_comes_first(self, find: Find) -> None:
        assert find("sort=due") == ["Lamp", "lantern", "Table"]
        assert find("sort=-due") == ["Table", "lantern", "Lamp"]

    def test_by_what_is_referred_to(self, find: Find) -> None:
        assert find("sort=successor.name") == ["Lamp", "lantern", "Table"]
        assert find("sort=-successor.price") == ["Table", "lantern", "Lamp"]

    def test_the_first_of_many_counts(self, find: Find) -> None:
        assert find("sort=tags.name,-price") == ["Table", "lantern", "Lamp"]
        assert find("sort=-tags.name") == ["Lamp", "lantern", "Table"]

    def test_the_second_item_of_one_is_nothing(self, find: Find) -> None:
        assert find("sort=name.1,-price") == ["Table", "lantern", "Lamp"]
        assert find("filter[name.1]=Lamp") == []
        assert find("filter[name.0]=Lamp") == ["Lamp"]


class TestWhatIsHidden:
    @pytest.fixture
    def reader(self, products: list[Product]) -> Shopper:
        """Sees products, and terms and users as anybody."""
        user = make_user("reader")
        grant(user.user_permissions, "view_product")
        return Shopper(user)

    def names(self, reader: Shopper, query: str) -> list[str]:
        return [each.name for each in listed(reader, "product", query)]

    def test_no_condition_tells_of_it(self, reader: Shopper) -> None:
        assert self.names(reader, "filter[tags.name]=steel") == ["Lamp", "lantern"]
        assert self.names(reader, "filter[tags.name]=hidden") == []
        assert self.names(reader, condition("tags.name", "<>", "x")) == ["Lamp", "lantern"]
        assert self.names(reader, condition("tags.name", "IS NULL")) == []
        Product.objects.filter(name="Lamp").update(published=False)
        assert self.names(reader, "filter[successor.name]=Lamp") == []
        assert self.names(reader, "filter[name]=Lamp") == []

    def test_what_refers_to_it_comes_last(self, reader: Shopper, products: list[Product]) -> None:
        for product in products[:2]:
            product.tags.set(make_term(name) for name in (f"z{product.pk}",))
        assert self.names(reader, "sort=tags.name") == ["Lamp", "lantern", "Table"]
        assert self.names(reader, "sort=-tags.name") == ["Table", "lantern", "Lamp"]

    def test_names_of_users_are_told(self, reader: Shopper) -> None:
        assert self.names(reader, "sort=owner.name") == ["Lamp", "lantern", "Table"]
        assert self.names(reader, "sort=-owner.name,-price") == ["Table", "lantern", "Lamp"]
        with pytest.raises(PermissionDenied):
            self.names(reader, "sort=owner.mail")

    def test_ids_are_told_of_all_that_is_referred_to(self, reader: Shopper) -> None:
        Product.objects.filter(name="Lamp").update(published=False)
        assert self.names(reader, "sort=successor.id")[0] == "Lamp"


def test_keys_that_are_no_numbers(boss: Shopper, products: list[Product]) -> None:
    tickets = [Ticket.objects.create(product=each) for each in products]
    first = str(tickets[0].key)

    def found(query: str) -> list[Any]:
        return [each.pk for each in listed(boss, "ticket", query)]

    assert found(f"filter[key]={first}") == [tickets[0].key]
    assert found(f"filter[id]={first}") == [tickets[0].key]
    assert found("filter[product.name]=lamp") == [tickets[0].key]
    assert found("filter[key]=nope") == []
    assert len(found("filter[double]=4&filter[day]=2026-01-01")) == 0
    with pytest.raises(ParseError, match="plain"):
        found("filter[plain.word]=chosen")


def test_what_is_in_another_database_is_refused(
    find: Find, boss: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = {User: "other"}
    monkeypatch.setattr(router, "db_for_read", lambda model: elsewhere.get(model, "default"))
    for query in ("filter[owner.name]=x", "sort=owner.name"):
        with pytest.raises(ParseError, match="cannot be filtered or sorted by `owner`"):
            find(query)
    assert find("filter[name]=Lamp") == ["Lamp"]
