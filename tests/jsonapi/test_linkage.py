"""Resource linkage: which identifiers stand for which items."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from drupal_jwt_auth.jsonapi.linkage import (
    DUPLICATES,
    INVALID,
    Identifier,
    Linkage,
    numbered,
    read_linkage,
)

NO_IDENTIFIERS: list[Any] = [None, "x", [], {"id": "a"}, {"type": "t"}, {"type": "", "id": "a"}]
NO_IDS: list[Any] = [None, "", 0, [], {}, False]
A: dict[str, Any] = {"type": "taxonomy_term--tags", "id": "a"}
FIRST, SECOND = {**A, "meta": {"arity": 0}}, {**A, "meta": {"arity": 1}}


@pytest.mark.parametrize(
    ("document", "to_many"),
    [
        (None, True),
        ([], True),
        ({}, True),
        ({}, False),
        ({"data": None}, True),
        ({"data": A}, True),
        ({"data": []}, False),
        ({"data": [A]}, False),
        *(({"data": [each]}, True) for each in NO_IDENTIFIERS),
        *(({"data": [{**A, "id": each}]}, True) for each in NO_IDS),
        ({"data": {**A, "type": 1}}, False),
    ],
)
def test_what_is_no_linkage_is_refused(document: Any, to_many: bool) -> None:
    with pytest.raises(ParseError, match=INVALID):
        read_linkage(document, to_many=to_many)


def test_one_to_one_may_lead_nowhere() -> None:
    assert list(read_linkage({"data": None}, to_many=False)) == []
    (found,) = read_linkage({"data": {**A, "id": 5, "meta": {"alt": "x"}}}, to_many=False)
    assert (found.type, found.id, found.arity, found.meta) == (A["type"], "5", None, {"alt": "x"})


@pytest.mark.parametrize("meta", [None, [], "x", {"arity": "0"}, {"arity": True}])
def test_what_is_no_arity_is_none(meta: Any) -> None:
    (found,) = read_linkage({"data": [{**A, "meta": meta}]}, to_many=True)
    assert found.arity is None


@pytest.mark.parametrize("data", [[A, A], [FIRST, A], [A, FIRST], [SECOND, SECOND]])
def test_no_two_may_stand_for_the_same_item(data: Any) -> None:
    with pytest.raises(ParseError) as refused:
        read_linkage({"data": data}, to_many=True)
    assert str(refused.value.detail) == DUPLICATES


def test_arities_tell_items_of_the_same_resource_apart() -> None:
    sent = read_linkage({"data": [FIRST, SECOND]}, to_many=True)
    stored = numbered([("taxonomy_term--tags", "a"), ("taxonomy_term--tags", "b")] * 3)
    assert [each.arity for each in stored] == [0, 0, 1, 1, 2, 2]
    assert [each in sent for each in stored] == [True, False, True, False, False, False]
    any_of_them = Linkage([Identifier("taxonomy_term--tags", "a")])
    assert [each in any_of_them for each in stored] == [True, False] * 3
