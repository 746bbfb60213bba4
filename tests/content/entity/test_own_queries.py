"""How many queries a request for a project's model costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.entities import Account
from drupal_jwt_auth.serializers import EntitySerializer
from tests.content.entity.conftest import Shopper, lamp
from tests.content.entity.models import Country, Product
from tests.content.test_queries import LOCK, Count
from tests.content.visitors import make_term, make_user


def cost(shopper: Shopper, method: str, path: str, document: Any = None) -> Count:
    with CaptureQueriesContext(connection) as captured:
        answer = shopper.ask(method, path, document)
    assert answer.status_code in (200, 201, 204), answer.content
    return Count(captured)


@pytest.fixture
def country(boss: Shopper) -> str:
    """The path of a country; the process knows the content model from here on."""
    boss.make("/country", code=["de"], name=["Germany"])
    boss.see("/country/de")
    return "/country/de"


def product_of(shopper: Shopper, tags: int) -> str:
    """The path of a product of somebody else's with so many tags."""
    document = lamp(tags=[make_term(f"tag {number}").pk for number in range(tags)])
    made = shopper.make("/product", **document)
    Product.objects.filter(pk=made["id"][0]["value"]).update(owner=make_user(f"owner{tags}"))
    return f"/product/{made['id'][0]['value']}"


def test_reading_takes_three(boss: Shopper, country: str) -> None:
    """Who asks, what they may do, and the row."""
    assert cost(boss, "GET", country).all == 3


def test_each_many_to_many_field_and_each_kind_of_targets_takes_one_more(
    boss: Shopper, country: str
) -> None:
    for tags in (1, 20):
        assert cost(boss, "GET", product_of(boss, tags)).all == 3 + 2 + 2


def test_creating_takes_three_and_those_of_references(boss: Shopper, country: str) -> None:
    fields = {"code": ["fr"], "name": ["France"]}
    assert cost(boss, "POST", "/country", fields).on_tables == 3
    assert cost(boss, "POST", "/product", lamp()).on_tables == 3 + 2


def test_changing_takes_four(boss: Shopper, country: str) -> None:
    """And the lock."""
    assert cost(boss, "PATCH", country, {"name": ["Deutschland"]}).on_tables == 4 + LOCK


def test_deleting_takes_six(boss: Shopper, country: str) -> None:
    """One of them deletes its aliases, one what it uses of files; nothing else refers to it."""
    assert cost(boss, "DELETE", country).on_tables == 6 + LOCK


def test_a_list_takes_no_more_for_a_hundred_than_for_two(boss: Shopper, country: str) -> None:
    costs = []
    for number in (2, 20):
        for _ in range(number):
            product_of(boss, Product.objects.count())
        context = {"entity_type": ENTITY_TYPES.content("product"), "account": Account(boss.user)}
        with CaptureQueriesContext(connection) as captured:
            shown = EntitySerializer(Product.objects.all(), many=True, context=context).data
        assert len(shown) == Product.objects.count()
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_what_there_is_of_it_does_not_matter(boss: Shopper, country: str) -> None:
    Country.objects.bulk_create(Country(code=str(code), name="x") for code in range(100))
    assert cost(boss, "GET", country).all == 3
