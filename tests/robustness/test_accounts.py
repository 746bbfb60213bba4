"""Whatever is sent about accounts is answered, and changes nobody's account that it may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from drupal_jwt_auth.content.user.entity import UserEntityType
from tests.content.visitors import JSON, Visitor, make_user
from tests.robustness import requests
from tests.robustness.conftest import Site, properties
from tests.robustness.requests import PROFILE, SHORT_PROFILE

PASSWORD = "present-pass"
FIELDS = {field.name: properties(field.type) for field in UserEntityType.base_fields}
PLACES = ["/user/login", "/user/register", "/user/password", "/entity/user", "/user/{member}"]
LONG = 10_000_000
"""Longer than any body that is let in."""

documents = requests.documents({**FIELDS, "no_such_field": ("value",)}, "user")


class Accounts(Site):
    """A site where people register, log in and have accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.member = make_user("member", email="member@example.com", password=PASSWORD)
        self.own = Visitor(self.member)
        anonymous, _made = Group.objects.get_or_create(name="anonymous")
        anonymous.permissions.add(Permission.objects.get(codename="restful post user_registration"))

    def rows(self) -> list[Any]:
        """All that is stored, but when somebody was here."""
        names = ("pk", "username", "email", "password", "is_active", "is_superuser", "groups")
        return [*super().rows(), sorted(User.objects.values_list(*names), key=repr)]

    def rewind(self) -> None:
        """Forget who was made, and what has become of the member."""
        kept = ("admin", "editor", "reader", "member")
        User.objects.exclude(username__in=kept).exclude(pk=self.member.pk).delete()
        self.member.save()

    def send(self, visitor: Visitor, path: str, body: str | bytes) -> Any:
        """Send a document to one of the places."""
        method = "PATCH" if "{" in path else "POST"
        own = path.format(member=self.member.pk)
        return self.answer(visitor, method, f"{own}?{JSON}", body)


@pytest.fixture
def accounts(db: None, settings: Settings) -> Accounts:
    settings.DRUPAL_JWT_AUTH = {
        "AUTHENTICATION_METHODS": ["jwt", "cookie"],
        "REGISTER": "visitors",
        **dict.fromkeys(("FLOOD_PER_USER", "FLOOD_PER_ADDRESS", "FLOOD_REGISTRATIONS")),
    }
    return Accounts()


@pytest.mark.parametrize("path", PLACES)
def test_any_value_can_be_sent_to_each_place(accounts: Accounts, path: str) -> None:
    properties = st.sampled_from(["name", "pass", "mail"])
    telling = st.dictionaries(properties, requests.telling, min_size=1)

    @PROFILE
    @given(
        body=st.one_of(
            requests.broken_json,
            st.one_of(telling, documents, requests.values).map(requests.write).map(str.encode),
        )
    )
    def send(body: bytes) -> None:
        for visitor in (Visitor(), accounts.own, accounts.visitor):
            accounts.send(visitor, path, body)
        accounts.rewind()

    send()


@pytest.mark.parametrize("path", PLACES)
def test_nobody_sends_too_much(accounts: Accounts, path: str) -> None:
    text = "x" * LONG
    for document in (text, {"name": text, "pass": text}, {"name": [{"value": text}]}):
        visitor = accounts.visitor if "entity" in path or "{" in path else Visitor()
        assert accounts.send(visitor, path, json.dumps(document)).status_code == 413


@pytest.mark.parametrize("name", FIELDS)
def test_any_value_can_be_sent_for_each_field(accounts: Accounts, name: str) -> None:
    usual = {"name": [{"value": "another"}], "mail": [{"value": "another@example.com"}]}

    @SHORT_PROFILE
    @given(value=requests.field_values(FIELDS[name]))
    def send(value: Any) -> None:
        body = requests.write({**usual, name: value})
        made = accounts.send(accounts.visitor, "/entity/user", body)
        if made.status_code == 201:
            key = made.json()["uid"][0]["value"]
            read = accounts.answer(accounts.visitor, "GET", f"/user/{key}?{JSON}").json()
            # As in Drupal what was sent is shown first, and what it has come to later.
            read |= {name: items for name, items in made.json().items() if not items}
            assert read == {**made.json(), "roles": read["roles"]}
        for visitor in (Visitor(), accounts.own):
            accounts.send(visitor, "/user/register", body)
        own = {name: value}
        if name in ("mail", "name"):
            own["pass"] = [{"existing": PASSWORD}]
        for visitor in (accounts.own, accounts.visitor):
            accounts.send(visitor, "/user/{member}", requests.write(own))
        accounts.rewind()

    send()


@PROFILE
@given(name=requests.telling, password=requests.telling, path=st.sampled_from(PLACES[:3]))
def test_no_value_logs_anybody_in(accounts: Accounts, name: Any, password: Any, path: str) -> None:
    body = requests.write({"name": name, "pass": password, "mail": name})
    answer = accounts.send(Visitor(), path, body)
    assert "sessionid" not in answer.cookies
    accounts.rewind()


@pytest.mark.parametrize(
    "key",
    ["0", "-1", "9" * 30, "1e3", "1.5", "%00", "1%00", "a", "\ud800", "%ED%A0%80", "x" * 3000],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_key_that_is_nobodys_is_not_found(accounts: Accounts, key: str, method: str) -> None:
    path = f"/user/{key.encode('utf-8', 'surrogatepass').decode('latin-1')}?{JSON}"
    body = '{"timezone":[]}' if method == "PATCH" else ""
    status = accounts.answer(accounts.visitor, method, path, body).status_code
    assert status == (403 if key == "0" else 404)
