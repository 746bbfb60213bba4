"""How many queries a request for a term costs, however many others it is below or above."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.models import Term
from tests.content.taxonomy.terms import ask, below, create
from tests.content.test_queries import LOCK, Count
from tests.content.visitors import Visitor, make_term


@pytest.fixture(autouse=True)
def _known(keeper: Visitor) -> None:
    """The process knows the content model."""
    ask(keeper, "GET", make_term("known"))


def cost(visitor: Visitor, method: str, term: Term | None, **fields: object) -> int:
    """Return how many statements on tables it takes; one of them is that of the audit log."""
    with CaptureQueriesContext(connection) as captured:
        answer = create(visitor, **fields) if term is None else ask(visitor, method, term, **fields)
    assert answer.status_code in (200, 201, 204), answer.content
    return Count(captured).on_tables


def test_reading_takes_four_and_one_more_for_the_parents(keeper: Visitor) -> None:
    """Who asks, the term, its places, and what they are."""
    one, other = make_term("one"), make_term("other")
    assert cost(keeper, "GET", one) == 4
    assert cost(keeper, "GET", below("leaf", one)) == 5
    assert cost(keeper, "GET", below("both", one, other)) == 5


def test_creating_takes_three_and_two_more_with_parents(keeper: Visitor) -> None:
    one, other = make_term("one"), make_term("other")
    assert cost(keeper, "POST", None) == 3
    assert cost(keeper, "POST", None, parent=[one.pk]) == 5
    assert cost(keeper, "POST", None, parent=[one.pk, other.pk]) == 5


def test_changing_takes_five_and_the_lock(keeper: Visitor) -> None:
    one = make_term("one")
    assert cost(keeper, "PATCH", one, name=["New"]) == 5 + LOCK
    leaf = below("leaf", one)
    assert cost(keeper, "PATCH", leaf, name=["New"]) == 6 + LOCK


def test_moving_takes_two_more(keeper: Visitor) -> None:
    """To take the old places away, and to save the new ones."""
    one, other = make_term("one"), make_term("other")
    leaf = below("leaf", one)
    assert cost(keeper, "PATCH", leaf, parent=[other.pk]) == 8 + LOCK


def test_deleting_costs_the_same_for_one_below_it_as_for_many(keeper: Visitor) -> None:
    costs = []
    for number in (0, 1, 20):
        one, other = make_term("one"), make_term("other")
        for _ in range(number):
            below("both", one, other)
        costs.append(cost(keeper, "DELETE", one))
    none, one_child, many = costs
    assert (none, many) == (9 + LOCK, one_child)
