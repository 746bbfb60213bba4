"""Names and addresses: which are right, and that no two accounts have the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from drupal_jwt_auth.models import UserProfile
from tests.content.user.accounts import PASSWORD, change, existing, look, make
from tests.content.visitors import Visitor, faults, make_user

ILLEGAL = "The username contains an illegal character."


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "O'Neil", "a-b_c.d", "a+b", "me@example.com", "Zoë", "漢字", "a😀", 5],
)
def test_a_right_name(clerk: Visitor, name: Any) -> None:
    assert make(clerk, name=[name]).json()["name"] == [{"value": str(name)}]
    assert User.objects.filter(username=name).exists()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (" a", ["The username cannot begin with a space."]),
        ("a ", ["The username cannot end with a space."]),
        ("a  b", ["The username cannot contain multiple spaces in a row."]),
        *((f"a{sign}b", [ILLEGAL]) for sign in "<>/:&\t\x01\x7f\xa0\xad\u200b\u202e\ufeff\uff21"),
        ("a" * 61, [f"The username {'a' * 61} is too long: it must be 60 characters or less."]),
        ("CLERK", ["The username CLERK is already taken."]),
        ("a\0b", [ILLEGAL]),
        (
            "",
            [
                "You must enter a username.",
                "The username  is already taken.",
                "This value should not be null.",
            ],
        ),
        (None, ["You must enter a username.", "This value should not be null."]),
    ],
)
def test_a_wrong_name(clerk: Visitor, name: Any, texts: list[str]) -> None:
    assert faults(make(clerk, name=[name])) == [f"name: {text}" for text in texts]


def test_a_name_is_needed(clerk: Visitor) -> None:
    texts = ["name: You must enter a username.", "name: This value should not be null."]
    assert faults(make(clerk, mail=["a@example.com"])) == texts


def test_ones_own_name_in_another_case_is_free(clerk: Visitor) -> None:
    assert clerk.user
    assert change(clerk, clerk.user, name=["Clerk"]).status_code == 200


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("bad", "mail.0.value: This value is not a valid email address."),
        ("a@localhost", "mail.0.value: This value is not a valid email address."),
        ("MEMBER@example.com", "mail: The email address MEMBER@example.com is already taken."),
        ("a\0@example.com", "mail.0.value: This value is not a valid email address."),
    ],
)
def test_a_wrong_address(member: User, clerk: Visitor, mail: str, text: str) -> None:
    assert faults(make(clerk, name=["new"], mail=[mail])) == [text]


def test_who_has_an_address_keeps_one(member: User, own: Visitor, clerk: Visitor) -> None:
    for visitor, more in ((own, {"pass_": existing()}), (clerk, {})):
        for items in ([], [""]):
            answer = change(visitor, member, mail=items, **more)
            assert faults(answer) == ["mail: Email field is required."]


def test_who_has_none_may_go_on_without(clerk: Visitor, db: None) -> None:
    user = make_user("poor", password=PASSWORD)
    assert change(clerk, user, mail=[], timezone=["UTC"]).status_code == 200
    needed = change(Visitor(user), user, mail=[""], pass_=existing())
    assert needed.status_code == 422


def test_what_the_model_makes_of_an_address_is_shown(member: User, clerk: Visitor) -> None:
    answer = change(clerk, member, mail=["Ada@EXAMPLE.com"])
    assert answer.json()["mail"] == [{"value": "Ada@example.com"}]


@pytest.mark.parametrize("zone", ["Nope", "europe/zurich", "US/Eastern", "Etc/UTC", 5])
def test_a_time_zone_is_a_place(member: User, own: Visitor, zone: Any) -> None:
    text = "timezone.0.value: The value you selected is not a valid choice."
    assert faults(change(own, member, timezone=[zone])) == [text]
    assert look(own, member).json()["timezone"] == [{"value": "UTC"}]


def test_a_time_zone_is_a_text(member: User, own: Visitor) -> None:
    text = "timezone.0.value: This value should be of the correct primitive type."
    assert faults(change(own, member, timezone=[{"value": ["UTC"]}])) == [text]


def test_languages_are_those_of_the_site(member: User, own: Visitor) -> None:
    text = "preferred_langcode.0{}: The value you selected is not a valid choice."
    answer = change(own, member, preferred_langcode=["xx"])
    assert faults(answer) == [text.format(".value"), text.format("")]
    assert change(own, member, preferred_langcode=[]).json()["preferred_langcode"] == []
    assert UserProfile.objects.get(user=member).preferred_langcode is None


def test_a_name_that_is_taken_in_between_is_said_to_be(
    clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(User, "save", taken)
    assert make(clerk, name=["new"]).status_code == 422
