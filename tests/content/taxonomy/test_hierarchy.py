"""The hierarchy of terms: what goes with a deleted one, and a vocabulary as a tree."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import pytest
from django.utils import timezone

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.taxonomy.hierarchy import descendants, walk
from drupal_jwt_auth.models import Term, TermParent, Vocabulary
from tests.content.taxonomy.terms import ask, below, names, places
from tests.content.visitors import Visitor, make_term

pytestmark = pytest.mark.django_db
HOUR_AGO = timezone.now().replace(microsecond=0) - timedelta(hours=1)


def delete(term: Term) -> None:
    ENTITY_TYPES.content("taxonomy_term").storage.delete(term)


class TestDeleting:
    def test_what_has_no_other_parent_goes_too_and_what_is_below_it(self, keeper: Visitor) -> None:
        one = make_term("one")
        make_term("stays")
        below("leaf", below("branch", one))
        assert ask(keeper, "DELETE", one).status_code == 204
        assert names() == {"stays"}

    def test_what_has_another_parent_loses_one_and_has_changed(self) -> None:
        one, other = make_term("one"), make_term("other")
        both = below("both", one, other, one, changed=HOUR_AGO)
        delete(one)
        assert places() == {"other": [], "both": ["other"]}
        both.refresh_from_db()
        assert both.changed > HOUR_AGO

    def test_the_root_is_a_parent_where_it_stands_beside_others(self) -> None:
        one = make_term("one")
        both = below("both", None, one)
        delete(one)
        assert places() == {"both": [None]}
        assert Term.objects.get(pk=both.pk).parents == [None]

    def test_what_loses_its_last_parent_level_by_level_goes_as_well(self) -> None:
        """Below a term, and below one that is below that."""
        one = make_term("one")
        middle = below("middle", one)
        below("both", one, middle)
        delete(one)
        assert names() == set()

    def test_circles_are_gone_through_once(self) -> None:
        one = make_term("one")
        other = below("other", one)
        TermParent.objects.make(one.pk, [other.pk])
        alone = make_term("alone")
        TermParent.objects.make(alone.pk, [alone.pk])
        delete(one)
        assert names() == {"alone"}
        delete(alone)
        assert names() == set()

    def test_others_stay_where_they_are(self) -> None:
        one, other = make_term("one"), make_term("other")
        below("leaf", other)
        delete(one)
        assert places() == {"other": [], "leaf": ["other"]}

    def test_a_vocabulary_takes_its_terms_along(self) -> None:
        below("leaf", make_term("one"))
        make_term("foreign", "topics")
        Vocabulary.objects.get(pk="tags").delete()
        assert names() == {"foreign"}


class TestTree:
    def tree(self) -> list[tuple[str, int]]:
        return [(placed.term.name, placed.depth) for placed in walk("tags")]

    def test_the_lightest_come_first_each_before_what_is_below_it(self) -> None:
        heavy = make_term("heavy", weight=3)
        make_term("light", weight=-3)
        below("b", heavy)
        below("leaf", below("a", heavy))
        make_term("foreign", "topics")
        assert self.tree() == [("light", 0), ("heavy", 0), ("a", 1), ("leaf", 2), ("b", 1)]

    def test_a_term_is_there_once_for_each_parent(self) -> None:
        one, other = make_term("one"), make_term("other")
        below("both", one, None, other, one)
        assert self.tree() == [("both", 0), ("one", 0), ("both", 1), ("other", 0), ("both", 1)]

    def test_circles_end_where_they_began(self) -> None:
        one = make_term("one")
        other = below("other", one)
        TermParent.objects.make(one.pk, [other.pk])
        make_term("root")
        assert self.tree() == [("root", 0), ("one", 0), ("other", 1)]

    def test_no_more_is_made_than_is_taken(self) -> None:
        """With two parents each, the places double from level to level."""
        level = [make_term("0a"), make_term("0b")]
        for depth in range(1, 40):
            level = [below(f"{depth}{side}", *level) for side in "ab"]
        assert len(list(islice(walk("tags"), 500))) == 500

    def test_what_is_below_a_term_is_all_that_can_be_reached(self) -> None:
        one = make_term("one")
        branch = below("branch", one)
        leaf = below("leaf", branch)
        TermParent.objects.make(one.pk, [leaf.pk])
        make_term("alone")
        assert descendants(one.pk, "default") == {one.pk, branch.pk, leaf.pk}


def test_a_place_says_what_is_where() -> None:
    one = make_term("one")
    leaf = below("leaf", None, one)
    assert list(map(str, TermParent.objects.all())) == [f"{leaf.pk} < 0", f"{leaf.pk} < {one.pk}"]


def test_a_term_that_is_not_saved_is_below_the_root() -> None:
    assert Term(name="new").parents == [None]
