"""Passwords of accounts: who has to know the present one, and what becomes of a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, override_settings
from pytest_django import Settings

from drupal_jwt_auth.content.user import passwords
from drupal_jwt_auth.models import FailedLogin
from tests.content.user.accounts import PASSWORD, change, existing, look, make
from tests.content.visitors import Visitor, faults
from tests.headers import basic

UNKNOWN = "Your current password is missing or incorrect; it's required to change the {}."
VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]


def password_is(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


@pytest.mark.parametrize(
    "items",
    [[], [{}], existing(""), existing("wrong"), [{"existing": ["x"]}], [{"existing": None}]],
)
def test_ones_own_address_and_password_need_the_present_one(
    member: User, own: Visitor, items: list[Any]
) -> None:
    mail = faults(change(own, member, mail=["new@example.com"], pass_=items))
    assert mail == [f"mail: {UNKNOWN.format('Email')}"]
    new = [{**(items[0] if items else {}), "value": "new"}]
    assert faults(change(own, member, pass_=new)) == [f"pass: {UNKNOWN.format('Password')}"]
    member.refresh_from_db()
    assert member.email == "member@example.com"
    assert password_is(member, PASSWORD)


def test_administrators_are_asked_for_their_own_too(clerk: Visitor, admin: Visitor) -> None:
    for visitor in (clerk, admin):
        assert visitor.user
        assert faults(change(visitor, visitor.user, pass_=["new"])) == [
            f"pass: {UNKNOWN.format('Password')}"
        ]


def test_those_of_others_need_none(member: User, clerk: Visitor) -> None:
    assert change(clerk, member, pass_=["new"], mail=["new@example.com"]).status_code == 200
    assert password_is(member, "new")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(" a b ", "a b"), ("\n\0x", "x"), ("ä€😀", "ä€😀"), (12345, "12345"), ("\u00a0y", "\u00a0y")],
)
def test_a_new_one_is_kept_without_spaces_around_it(
    member: User, own: Visitor, sent: Any, kept: str
) -> None:
    assert change(own, member, pass_=existing(value=sent)).status_code == 200
    assert password_is(member, kept)


@pytest.mark.parametrize("value", [None, "", " \n", False])
def test_an_empty_one_changes_nothing(member: User, own: Visitor, value: Any) -> None:
    before = look(own, member).json()["changed"]
    answer = change(own, member, pass_=existing(value=value))
    assert (answer.status_code, answer.json()["changed"]) == (200, before)
    assert password_is(member, PASSWORD)


def test_no_item_leaves_nobody_who_can_log_in(member: User, own: Visitor) -> None:
    assert change(own, member, pass_=[]).status_code == 200
    assert not User.objects.get(pk=member.pk).has_usable_password()


def test_a_new_one_ends_all_tokens(member: User, own: Visitor) -> None:
    assert change(own, member, pass_=existing(value="new")).status_code == 200
    assert look(own, member).status_code == 401


class TestGuesses:
    """Who has somebody's token guesses at the password no more often than whoever logs in."""

    @pytest.fixture(autouse=True)
    def limits(self, settings: Settings) -> None:
        limits = {"FLOOD_PER_USER": (3, timedelta(hours=1)), "FLOOD_PER_ADDRESS": None}
        settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, **limits}

    def guess(self, visitor: Visitor, user: User, *words: str, **more: Any) -> list[int]:
        """The statuses of attempts to set another password."""
        return [
            change(visitor, user, pass_=existing(word, value=word), **more).status_code
            for word in words
        ]

    def log_in(self, user: User) -> int:
        headers = basic(user.username, PASSWORD)
        return Client().post("/rest_api/id_token", headers=headers).status_code

    def test_count_as_failed_logins_do(self, member: User, own: Visitor) -> None:
        assert self.guess(own, member, "a", "b", "c", PASSWORD) == [422, 422, 422, 429]
        answer = change(own, member, mail=["a@example.com"], pass_=existing())
        assert answer.json()["error"] == "TOO_MANY_REQUESTS"
        assert 3500 < int(answer.headers["Retry-After"]) <= 3600
        assert self.log_in(member) == 429
        assert password_is(member, PASSWORD)

    def test_are_forgotten_once_one_is_right(self, member: User, own: Visitor) -> None:
        assert self.guess(own, member, "a", "b") == [422, 422]
        assert change(own, member, pass_=existing(), mail=["a@example.com"]).status_code == 200
        assert self.guess(own, member, "a", "b") == [422, 422]
        assert self.log_in(member) == 200

    def test_are_those_that_are_wrong_alone(self, member: User, own: Visitor) -> None:
        for _ in range(4):
            assert change(own, member, pass_=["new"]).status_code == 422
            assert change(own, member, timezone=["Europe/Rome"]).status_code == 200
        assert self.log_in(member) == 200

    def test_are_counted_whatever_else_is_wrong(self, member: User, own: Visitor) -> None:
        wrong = {"mail": ["no address"]}
        assert self.guess(own, member, "a", "b", "c", "d", **wrong) == [422, 422, 422, 429]

    def test_at_others_are_none(self, member: User, clerk: Visitor, viewer: Visitor) -> None:
        assert self.guess(clerk, member, "a", "b", "c", "d") == [200] * 4
        assert self.guess(viewer, member, "a", "b", "c", "d") == [403] * 4
        assert FailedLogin.objects.count() == 0

    def test_made_at_once_are_answered_no_more_often(
        self, member: User, own: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def others_first(*args: Any) -> bool:
            monkeypatch.undo()
            self.guess(own, member, "a", "b", "c")
            return bool(hashers.check_password(*args))

        for word in ("x", PASSWORD):
            FailedLogin.objects.all().delete()
            monkeypatch.setattr(passwords, "check_password", others_first)
            assert self.guess(own, member, word) == [429]
        assert password_is(member, PASSWORD)


@pytest.mark.parametrize("value", [["x"], {"a": 1}])
def test_what_is_no_text_is_refused(member: User, clerk: Visitor, value: Any) -> None:
    text = "pass.0.value: This value should be of the correct primitive type."
    assert faults(change(clerk, member, pass_=[{"value": value}])) == [text]


def test_one_that_is_too_long_is_refused_and_never_hashed(
    member: User, own: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "make_password", hashed.append)
    text = "pass.0.value: Password: may not be longer than 255 characters."
    assert faults(change(own, member, pass_=existing(value="x" * 256))) == [text]
    assert not hashed


@override_settings(AUTH_PASSWORD_VALIDATORS=VALIDATORS)
def test_the_project_has_its_say(member: User, own: Visitor, clerk: Visitor) -> None:
    short = "This password is too short. It must contain at least 8 characters."
    assert faults(change(own, member, pass_=existing(value="new"))) == [f"pass: {short}"]
    like = "pass: The password is too similar to the username."
    assert faults(make(clerk, name=["lovelace1"], pass_=["lovelace1"])) == [like]
    assert password_is(member, PASSWORD)
    assert change(own, member, pass_=existing(value="a good one")).status_code == 200


def test_nothing_is_hashed_while_something_is_locked(
    member: User, own: Visitor, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth = len(connection.savepoint_ids)
    seen: list[int] = []

    def noting(work: Any) -> Any:
        def worker(*args: Any) -> Any:
            seen.append(len(connection.savepoint_ids) - depth)
            return work(*args)

        return worker

    monkeypatch.setattr(passwords, "make_password", noting(hashers.make_password))
    monkeypatch.setattr(passwords, "check_password", noting(hashers.check_password))
    assert change(own, member, pass_=existing(value="new")).status_code == 200
    assert make(clerk, name=["other"], pass_=["x"]).status_code == 201
    assert seen == [0, 0, 0]


def test_whoever_may_not_change_an_account_has_nothing_hashed(
    member: User, viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("make_password", "check_password"):
        monkeypatch.setattr(passwords, name, None)
    answer = change(viewer, member, pass_=existing(value="new"), mail=["a@example.com"])
    assert answer.status_code == 403


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_a_hash_that_cannot_be_checked_is_nobodys(member: User, own: Visitor) -> None:
    User.objects.filter(pk=member.pk).update(password="pbkdf2_sha256$no-number$salt$hash")
    visitor = Visitor(User.objects.get(pk=member.pk))
    assert faults(change(visitor, member, pass_=existing("x", value="new"))) == [
        f"pass: {UNKNOWN.format('Password')}"
    ]


def test_a_password_that_no_hasher_takes_is_refused(
    member: User, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Picky(hashers.MD5PasswordHasher):
        def encode(self, password: str, salt: str) -> str:
            raise ValueError(password)

    monkeypatch.setattr(hashers, "get_hasher", lambda _name="default": Picky())
    assert faults(change(clerk, member, pass_=["new"])) == ["pass: This password cannot be kept."]
    assert faults(make(clerk, name=["other"], pass_=["new"])) == [
        "pass: This password cannot be kept."
    ]


def test_another_fault_is_no_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError

    for name in ("check_password", "make_password"):
        monkeypatch.setattr(passwords, name, broken)
    with pytest.raises(RuntimeError):
        passwords.is_password("x", User(password="y"))
    with pytest.raises(RuntimeError):
        passwords.hash_of("x")
