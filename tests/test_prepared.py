"""A prepared query is made once, and finds what the same query would find."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce
from pytest_django import DjangoAssertNumQueries

from drupal_jwt_auth.prepared import Parameter, Prepared

pytestmark = pytest.mark.django_db

NAME = User._meta.get_field("username")


@pytest.fixture(autouse=True)
def users(db: None) -> None:
    for name in ("a", "b", "c"):
        User.objects.create(username=name)


def by_name() -> QuerySet[User]:
    return User.objects.filter(username=Parameter("name", NAME))


def test_each_run_has_values_of_its_own() -> None:
    query = Prepared(by_name)
    for name in ("b", "a", "b"):
        assert list(query.run(name=name)) == [User.objects.get(username=name)]
    assert list(query.run(name="x")) == list(query.run(name=None)) == []


def test_each_run_is_one_query_and_none_makes_it_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made: list[str] = []

    def make() -> QuerySet[User]:
        made.append("made")
        return by_name()

    query = Prepared(make)
    with django_assert_num_queries(3) as queries:
        for name in ("a", "b", "c"):
            next(query.run(name=name))
    assert made == ["made"]
    assert len({query["sql"].replace("'b'", "'a'").replace("'c'", "'a'") for query in queries}) == 1


def test_a_value_is_prepared_as_its_field_does_it() -> None:
    keys = Prepared(lambda: User.objects.filter(pk=Parameter("key", User._meta.pk)))
    user = User.objects.get(username="a")
    assert list(keys.run(key=str(user.pk))) == [user]
    # MySQL does not store this one; asked it may be all the same.
    assert list(keys.run(key=0)) == []
    with pytest.raises(ValueError, match="expected a number"):
        list(keys.run(key="x"))


def test_rows_may_be_tuples_of_several_queries_and_hold_parameters() -> None:
    Group.objects.create(name="g")

    def make() -> QuerySet[Any, Any]:
        text = Coalesce(Parameter("text", CharField()), Value("none"))
        users = by_name().annotate(text=text).values_list("username", "text")
        groups = Group.objects.annotate(text=text).values_list("name", "text")
        return users.union(groups.filter(name="g"), all=True)

    query = Prepared(make)
    assert sorted(query.run(name="a", text="x")) == [("a", "x"), ("g", "x")]
    assert sorted(query.run(name="b", text=None)) == [("b", "none"), ("g", "none")]


def test_rows_bring_what_belongs_to_them(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    code = Permission._meta.get_field("codename")
    permissions = Prepared(
        lambda: Permission.objects.filter(codename=Parameter("code", code)).select_related(
            "content_type"
        )
    )
    with django_assert_num_queries(1):
        (permission,) = permissions.run(code="access content")
        assert permission.content_type.app_label == "drupal_jwt_auth"


def test_runs_that_are_under_way_do_not_get_each_others_values() -> None:
    query = Prepared(by_name)
    first, second = query.run(name="a"), query.run(name="b")
    assert (next(second).username, next(first).username) == ("b", "a")
