"""Many write terms at the same moment: the hierarchy has no loose ends, and nothing is lost."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.models import Term, TermParent, Vocabulary
from drupal_jwt_auth.rest.resource import EntityView
from drupal_jwt_auth.rest.serializers import EntitySerializer
from tests.content.taxonomy.terms import ask, below, create, names
from tests.content.visitors import Visitor, faults, make_term
from tests.system.meetings import BUSY, Meeting, again, at_once

SAVING = (EntitySerializer, "save")
"""Where a POST or a PATCH has read and decided."""

DELETING = (EntityView, "check_unneeded_document")
"""Where a DELETE has."""

UUID = "6f1b2c3d-2222-4000-8000-000000000001"


@pytest.fixture
def admin(threaded_site: None) -> Visitor:
    Vocabulary.objects.create(vid="tags", name="Tags")
    return Visitor(User.objects.get(username="admin"))


def whole() -> bool:
    """Tell whether each place is one of a term that there is, below one that there is."""
    there = {None, *Term.objects.values_list("pk", flat=True)}
    return all(
        {term, parent} <= there for term, parent in TermParent.objects.values_list("term", "parent")
    )


def test_of_two_with_one_uuid_one_is_made(meet: Meeting, admin: Visitor) -> None:
    post = partial(create, admin, uuid=[UUID])
    answers = meet(post, SAVING, partial(again, post))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201, 422]
    (refused,) = (answer for answer in answers if answer.status_code != 201)
    assert faults(refused) == ["uuid.0.value: Another term has this value."]
    assert Term.objects.get().uuid == UUID


def test_each_changes_a_field_of_their_own(meet: Meeting, admin: Visitor) -> None:
    one, other = make_term("one"), make_term("other")
    leaf = below("leaf", one)
    changes: list[dict[str, Any]] = [
        {"parent": [other.pk]},
        {"description": [{"value": "Text", "format": "plain_text"}]},
        {"name": ["New"]},
    ]
    for first, second in pairwise(changes):
        answers = meet(
            partial(ask, admin, "PATCH", leaf, **first),
            SAVING,
            partial(ask, admin, "PATCH", leaf, **second),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
    leaf = Term.objects.get(pk=leaf.pk)
    assert (leaf.name, leaf.description, leaf.parents) == ("New", "Text", [other.pk])


@pytest.mark.parametrize("first", ["POST", "DELETE"])
def test_a_term_that_is_made_below_a_deleted_one_is_none(
    meet: Meeting, admin: Visitor, first: str
) -> None:
    """Or it was there before, and has gone with it."""
    one = make_term("one")
    make, delete = partial(create, admin, parent=[one.pk]), partial(ask, admin, "DELETE", one)
    if first == "POST":
        made, deleted = meet(make, SAVING, delete)
    else:
        deleted, made = meet(delete, DELETING, make)
    assert deleted.status_code in (204, BUSY)
    assert made.status_code in (201, 422, BUSY)
    assert again(delete).status_code in (204, 404)
    assert names() == set()
    assert whole()


@pytest.mark.parametrize("first", ["PATCH", "DELETE"])
def test_a_term_that_is_moved_away_from_a_deleted_one_stays_or_has_gone(
    meet: Meeting, admin: Visitor, first: str
) -> None:
    one, other = make_term("one"), make_term("other")
    leaf = below("leaf", one)
    move = partial(ask, admin, "PATCH", leaf, parent=[other.pk])
    delete = partial(ask, admin, "DELETE", one)
    if first == "PATCH":
        moved, deleted = meet(move, SAVING, delete)
    else:
        deleted, moved = meet(delete, DELETING, move)
    assert deleted.status_code in (204, BUSY)
    assert moved.status_code in (200, 404, BUSY)
    assert again(delete).status_code in (204, 404)
    stays = moved.status_code == 200
    assert names() == ({"other", "leaf"} if stays else {"other"})
    assert whole()


def test_many_who_make_move_and_delete_leave_no_loose_ends(admin: Visitor) -> None:
    roots = [make_term(f"root {number}") for number in range(3)]

    def work(number: int) -> None:
        root, next_root = roots[number % 3], roots[(number + 1) % 3]
        for _ in range(3):
            answer = again(partial(create, admin, name=["leaf"], parent=[root.pk, next_root.pk]))
            assert answer.status_code in (201, 422), answer.content
            if answer.status_code == 201:
                tid = answer.json()["tid"][0]["value"]
                moved = again(partial(ask, admin, "PATCH", tid, parent=[next_root.pk]))
                assert moved.status_code in (200, 404, 422), moved.content
        if number == 0:
            deleted = again(partial(ask, admin, "DELETE", root))
            assert deleted.status_code == 204, deleted.content

    at_once(*(partial(work, number) for number in range(6)))
    assert whole()
    assert {"root 1", "root 2"} <= names()
    assert "root 0" not in names()
