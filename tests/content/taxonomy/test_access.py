"""Who may see, create, change and delete terms, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from django.contrib.auth.models import Group

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import Term, Vocabulary
from tests.content.taxonomy.terms import ask, create, shown
from tests.content.visitors import Visitor, make_term, make_user, message

Make = Callable[..., Visitor]
ACCESS = ENTITY_TYPES.content("taxonomy_term").access
HIDDEN = "The 'access content' permission is required and the taxonomy term must be published."


def needs(verb: str, vocabulary: str = "tags") -> tuple[int, str]:
    """The refusal for want of a permission."""
    name = f"'{verb} terms in {vocabulary}'"
    text = f"The following permissions are required: {name} OR 'administer taxonomy'."
    return 403, text


@pytest.fixture(autouse=True)
def _vocabularies(tags: Vocabulary, topics: Vocabulary) -> None:
    """Both, so that there is another one."""


def test_whoever_may_see_content_sees_published_terms(
    closed_site: None, visitor_with: Make
) -> None:
    term = make_term("News")
    assert ask(visitor_with("access content"), "GET", term).status_code == 200
    assert message(ask(visitor_with(), "GET", term)) == (403, HIDDEN)


def test_unpublished_ones_are_for_those_who_administer_them(
    visitor_with: Make, keeper: Visitor, librarian: Visitor
) -> None:
    term = make_term("News", status=False)
    for visitor in (visitor_with(), keeper):
        assert message(ask(visitor, "GET", term)) == (403, HIDDEN)
    assert ask(librarian, "GET", term).status_code == 200


def test_but_editors_create_and_change_them(keeper: Visitor) -> None:
    answer = create(keeper, status=[False])
    assert shown(answer, "status") == [{"value": False}]
    tid = shown(answer, "tid")[0]["value"]
    assert shown(ask(keeper, "PATCH", tid, name=["Old"]), "name") == [{"value": "Old"}]
    assert ask(keeper, "DELETE", tid).status_code == 204


def test_each_vocabulary_has_its_own_editors(keeper: Visitor, librarian: Visitor) -> None:
    term = make_term("News", "topics")
    assert message(create(keeper, vid="topics")) == needs("create", "topics")
    assert message(ask(keeper, "PATCH", term, vid="topics")) == needs("edit", "topics")
    assert message(ask(keeper, "DELETE", term)) == needs("delete", "topics")
    assert create(librarian, vid="topics").status_code == 201
    assert ask(librarian, "PATCH", term, vid="topics").status_code == 200
    assert ask(librarian, "DELETE", term).status_code == 204


def test_whoever_may_create_none_is_told_of_the_first_vocabulary(reader: Visitor) -> None:
    """Before the body is read."""
    for body in ("{", '{"vid": "topics"}'):
        answer = reader.send("POST", "/taxonomy/term?_format=json", body)
        assert message(answer) == needs("create")


def test_without_a_vocabulary_nobody_creates_any(admin: Visitor) -> None:
    Vocabulary.objects.all().delete()
    assert message(create(admin)) == (403, "")


def test_the_log_is_for_those_who_may_change_the_term_or_see_its_revisions(
    visitor_with: Make, keeper: Visitor
) -> None:
    term = make_term("News", revision_log_message="Why")
    for visitor in (
        keeper,
        visitor_with("view term revisions in tags"),
        visitor_with("view all taxonomy revisions"),
    ):
        assert shown(ask(visitor, "GET", term), "revision_log_message") == [{"value": "Why"}]
    for visitor in (visitor_with(), visitor_with("view term revisions in topics")):
        assert "revision_log_message" not in ask(visitor, "GET", term).json()


def test_what_an_account_may_see_as_a_query_is_what_it_may_see_one_by_one(
    closed_site: None,
) -> None:
    for status in (True, False):
        for vocabulary in ("tags", "topics"):
            make_term(f"{vocabulary} {status}", vocabulary, status=status)
    permissions = ("access content", "administer taxonomy", "edit terms in tags")
    accounts = [Account(None), Account(make_user("root", is_superuser=True))]
    for size in range(len(permissions) + 1):
        for some in combinations(permissions, size):
            accounts.append(Account(make_user(" ".join(some) or "nobody", *some)))
    for account in accounts:
        one_by_one = {term for term in Term.objects.all() if ACCESS.view(account, term).allowed}
        assert set(Term.objects.filter(ACCESS.visible_to(account))) == one_by_one
        some_or_other = ACCESS.any(account, "view").allowed
        assert some_or_other or not one_by_one


def test_a_guest_is_told_what_is_missing(anonymous: Visitor, settings: object) -> None:
    Group.objects.get(name="anonymous").permissions.clear()
    term = make_term("News")
    for method in ("GET", "PATCH", "DELETE"):
        assert ask(anonymous, method, term).status_code == 401


def test_a_vocabulary_brings_its_permissions_and_takes_them_along(tags: Vocabulary) -> None:
    user = make_user("somebody", "edit terms in tags", "edit terms in topics")
    labels = {each.codename: each.name for each in user.user_permissions.all()}
    assert labels["edit terms in tags"] == "Tags: Edit terms"
    tags.name = "Labels"
    tags.save()
    assert user.user_permissions.filter(name="Labels: Edit terms").exists()
    tags.delete()
    assert [each.codename for each in user.user_permissions.all()] == ["edit terms in topics"]
