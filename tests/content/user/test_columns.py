"""The project's user model may have other columns, or fewer, than Django's own.

What whole projects of that sort answer is in tests/host.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.user.columns import email_column
from drupal_jwt_auth.content.user.entity import UserEntityType, user_fields
from drupal_jwt_auth.models import UserProfile
from tests.content.user.accounts import PASSWORD, change, existing, make
from tests.content.visitors import Visitor, faults, make_user

UNKNOWN = "Your current password is missing or incorrect; it's required to change the {}."


class TestUsersWithoutAnAddress:
    @pytest.fixture(autouse=True)
    def without(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(User, "EMAIL_FIELD", "address")

    def test_nobody_has_one_and_nobody_sets_one(self) -> None:
        assert email_column() is None
        mail = next(field for field in user_fields() if field.name == "mail")
        assert mail.never_set is not None
        assert mail.get(User(email="a@example.com")) == []

    def test_it_is_not_asked_for(self, clerk: Visitor) -> None:
        assert make(clerk, name=["new"]).status_code == 201


class TestUsersWhoAreKnownByTheirAddress:
    @pytest.fixture(autouse=True)
    def known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(User, "USERNAME_FIELD", "email")

    @pytest.fixture
    def namer(self, db: None) -> Visitor:
        return Visitor(
            make_user("n", "change own username", email="n@example.com", password=PASSWORD)
        )

    def test_another_name_needs_the_password_too(self, namer: Visitor) -> None:
        assert namer.user
        told = faults(change(namer, namer.user, name=["new@example.com"]))
        assert told == [f"name: {UNKNOWN.format('Name')}"]

    def test_name_and_address_are_one(self, namer: Visitor) -> None:
        assert namer.user
        fields = {"name": ["new@example.com"], "mail": ["other@example.com"]}
        told = faults(change(namer, namer.user, pass_=existing(), **fields))
        assert told == ["mail: Users are known by their email address: it is the name, too."]


def test_where_nobody_can_be_blocked_all_are_seen(
    viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserEntityType, "keys", UserEntityType.keys._replace(published=None))
    visible = ENTITY_TYPES.content("user").access.visible_to
    make_user("blocked", is_active=False)
    assert User.objects.filter(visible(Account(viewer.user))).count() == User.objects.count()
    assert not User.objects.filter(visible(Account(AnonymousUser()))).exists()


def test_what_is_in_the_profile_is_no_column_of_the_users() -> None:
    sources: Any = {field.name: field.source for field in UserEntityType.base_fields}
    names = {column.name for column in UserProfile._meta.concrete_fields} - {"created", "fields"}
    for name in names & sources.keys():
        assert (sources[name].path, sources[name].columns) == (
            f"drupal_profile__{name}",
            frozenset(),
        )
    assert sources["name"].path == "username"
