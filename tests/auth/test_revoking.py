"""``POST /rest_api/revoke``: who has a token may end it, at once and for good."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test.utils import isolate_apps
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.signals import token_revoked
from drupal_jwt_auth.auth.tokens import issue, revoke_all, start_session
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.models import RefreshToken, RevokedToken, TokenCutoff, token_cutoff
from tests.headers import bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project")]

FORM = "application/x-www-form-urlencoded"
REVOKED = b'{"status":"success","message":"Token revoked successfully"}'
Send = Callable[..., Any]


def post(body: Any = None, content_type: str = FORM, **headers: str) -> Any:
    content = body if isinstance(body, str) else json.dumps(body)
    return APIClient().generic("POST", "/rest_api/revoke", content, content_type, headers=headers)


def revoke(token: str) -> None:
    assert post(f"token={token}").status_code == 200


def get(token: str) -> tuple[int, str | None]:
    """The answer to a request with this token: status and error."""
    response = APIClient().get("/whoami", headers=bearer(token))
    return response.status_code, response.json().get("error")


GOOD = (200, None)
EXPIRED = (401, "TOKEN_EXPIRED")


def test_a_revoked_token_is_refused_from_then_on(user: User) -> None:
    token = issue(user).text
    assert get(token) == GOOD
    response = post(f"token={token}")
    assert (response.status_code, response.content) == (200, REVOKED)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert get(token) == EXPIRED


def test_other_tokens_of_the_user_stay_good(user: User) -> None:
    token, other = issue(user).text, issue(user).text
    revoke(token)
    assert get(other) == GOOD


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", ""])
def test_the_hint_may_say_anything(user: User, hint: str) -> None:
    token = issue(user).text
    assert post(f"token={token}&token_type_hint={hint}").content == REVOKED
    assert get(token) == EXPIRED


@pytest.mark.parametrize(
    "send",
    [
        lambda token: post(f"token={token}"),
        lambda token: post({"token": token}, "application/json"),
        lambda token: post({"token": token, "token_type_hint": None}, "application/json"),
        lambda token: APIClient().post("/rest_api/revoke", {"token": token}, format="multipart"),
        lambda token: APIClient().post("/REST_API/Revoke/", {"token": token}, format="json"),
    ],
)
def test_the_parameters_come_as_a_form_or_as_json(user: User, send: Send) -> None:
    token = issue(user).text
    assert send(token).content == REVOKED
    assert get(token) == EXPIRED


@pytest.mark.parametrize(
    ("body", "content_type", "status", "message"),
    [
        ("", FORM, 400, 'The parameter "token" is missing.'),
        ("token=", FORM, 400, 'The parameter "token" is missing.'),
        ("token=a&token=b", FORM, 400, 'The parameter "token" was sent more than once.'),
        ("{}", "application/json", 400, 'The parameter "token" is missing.'),
        ("[]", "application/json", 400, 'The parameter "token" is missing.'),
        ('"token"', "application/json", 400, 'The parameter "token" is missing.'),
        ('{"token": null}', "application/json", 400, 'The parameter "token" is missing.'),
        ('{"token": ["a"]}', "application/json", 400, 'The parameter "token" is not a text.'),
        ('{"token": 1}', "application/json", 400, 'The parameter "token" is not a text.'),
        ("{", "application/json", 400, "Syntax error"),
        ("token=a", "text/plain", 415, 'Unsupported media type "text/plain" in request.'),
    ],
)
def test_a_request_without_a_token_is_told_what_is_wrong(
    body: str, content_type: str, status: int, message: str
) -> None:
    response = post(body, content_type)
    assert (response.status_code, response.json()) == (status, {"message": message})


def test_a_token_in_the_url_is_not_taken(user: User) -> None:
    token = issue(user).text
    assert APIClient().post(f"/rest_api/revoke?token={token}").status_code == 400
    assert get(token) == GOOD


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_refused(user: User, method: str) -> None:
    response = APIClient().generic(method, "/rest_api/revoke", f"token={issue(user).text}", FORM)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert not RevokedToken.objects.exists()


def sign(claims: dict[str, Any], secret: Any = None) -> str:
    key = get_signing_key()
    return jwt.encode(claims, secret or key.signing, key.algorithm, headers={"kid": key.kid})


def claims_of(user: User, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"sub": str(user.pk), "iat": now, "exp": now + 60, "jti": "x", **changed}


@pytest.mark.parametrize("text", ["unknown", "a.b.c", ".", "\0", "é", "x" * 100_000])
def test_the_answer_to_what_is_no_token_is_the_same(text: str) -> None:
    assert post({"token": text}, "application/json").content == REVOKED
    assert not RevokedToken.objects.exists()


def test_the_answer_to_a_forged_token_is_the_same(user: User) -> None:
    forged = sign(claims_of(user), "another secret which is long enough for HS256")
    assert post(f"token={forged}").content == REVOKED
    assert not RevokedToken.objects.exists()


def test_an_expired_token_still_ends_its_login(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": timedelta(days=14)}
    token = start_session(user)
    expired = sign({**token.claims, "exp": int(time.time()) - 1})
    assert get(expired) == EXPIRED
    assert post(f"token={expired}").content == REVOKED
    assert get(token.text) == EXPIRED


def test_a_forged_token_cannot_end_a_good_one(user: User) -> None:
    good = sign(claims_of(user))
    revoke(sign(claims_of(user), "another secret which is long enough for HS256"))
    assert get(good) == GOOD


def test_revoking_twice_is_no_error(user: User) -> None:
    token = issue(user).text
    revoke(token)
    revoke(token)
    assert RevokedToken.objects.count() == 1


@pytest.mark.parametrize("lifetimes", [(60, 9_000_000), (9_000_000, 60)])
def test_of_two_tokens_with_one_name_the_longer_stays_revoked(
    user: User, lifetimes: tuple[int, int]
) -> None:
    now = int(time.time())
    tokens = [sign(claims_of(user, iat=now - 100, exp=now + each)) for each in lifetimes]
    for token in tokens:
        revoke(token)
    assert RevokedToken.objects.filter(expires_at__gt=timezone.now() + timedelta(days=100)).exists()


def test_a_login_is_one_of_this_site_by_the_form_of_its_name(user: User) -> None:
    """Another program that has the key may have names of its own, of any length."""
    for name in ("session", "x" * 99, "A" * 32, "\0" * 32, 5, None):
        token, other = (sign(claims_of(user, sid=name, jti=jti)) for jti in "ab")
        revoke(token)
        assert (get(token), get(other)) == (EXPIRED, GOOD)
    login = "0123456789abcdef" * 2
    token, other = (sign(claims_of(user, sid=login, jti=jti)) for jti in "cd")
    revoke(token)
    assert (get(token), get(other)) == (EXPIRED, EXPIRED)


def test_tokens_are_revoked_without_time_zones_too(user: User, settings: Settings) -> None:
    settings.USE_TZ = False
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": timedelta(days=14)}
    for token in (issue(user), start_session(user)):
        revoke(token.text)
        assert get(token.text) == EXPIRED


def test_a_token_of_an_inactive_user_can_be_revoked(user: User) -> None:
    token = issue(user).text
    User.objects.update(is_active=False)
    revoke(token)
    User.objects.update(is_active=True)
    assert get(token) == EXPIRED


def test_no_other_text_of_a_revoked_token_is_good(user: User) -> None:
    token = issue(user).text
    revoke(token)
    header, payload, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    variants = [
        f"{token}=",
        f"{token}==",
        f"{header}=.{payload}=.{signature}=",
        f" {token} ",
        f"{token}\t",
        *(f"{header}.{payload}.{signature[:-1]}{character}" for character in last),
    ]
    assert {get(variant)[0] for variant in variants} == {401}


def test_a_token_is_known_by_its_jti_whatever_its_text(user: User) -> None:
    claims = claims_of(user)
    revoke(sign(claims))
    resigned = sign(dict(reversed(claims.items())))
    assert get(resigned) == EXPIRED


@pytest.mark.usefixtures("no_audit_log")
def test_revoking_needs_one_query_more_than_finding_the_token(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = issue(user).text
    with django_assert_num_queries(2):
        revoke(token)


def test_authentication_is_one_query_revoked_or_not(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = issue(user).text
    for expected in (GOOD, EXPIRED):
        with django_assert_num_queries(1):
            assert get(token) == expected
        revoke(token)


def test_what_a_clock_that_is_ahead_has_ended_stays_so(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped, unstamped = issue(user).text, sign(claims_of(user, iat=int(time.time()) - 1000))
    revoke_all(user)
    first = TokenCutoff.objects.get().at
    later = issue(user).text

    class ClockOfAnotherMachine:
        @staticmethod
        def time_ns() -> int:
            return time.time_ns() - 3600 * 10**9

    monkeypatch.setattr(token_cutoff, "time", ClockOfAnotherMachine)
    revoke_all(user)
    assert TokenCutoff.objects.get().at > first
    assert [get(token) for token in (stamped, unstamped, later)] == [EXPIRED] * 3


@pytest.fixture
def other() -> User:
    return User.objects.create_user("other", password="secret")


def change_password(user: User) -> None:
    user.set_password("new")
    user.save()


def change_password_by_update(user: User) -> None:
    user.set_password("new")
    User.objects.filter(pk=user.pk).update(password=user.password)


def set_another_hash(user: User) -> None:
    user.password = make_password("new")
    user.save()


def deactivate_for_a_while(user: User) -> None:
    user.is_active = False
    user.save()
    user.is_active = True
    user.save()


def deactivate_by_one_field(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    User.objects.filter(pk=user.pk).update(is_active=True)


def make_password_unusable(user: User) -> None:
    user.set_unusable_password()
    user.save(update_fields=["password"])


@isolate_apps("django.contrib.auth")
def change_password_of_proxy(user: User) -> None:
    class Member(User):
        class Meta:
            app_label = "auth"
            proxy = True

    change_password(Member.objects.get(pk=user.pk))


@isolate_apps("django.contrib.auth")
def deactivate_proxy_for_a_while(user: User) -> None:
    class Member(User):
        class Meta:
            app_label = "auth"
            proxy = True

    deactivate_for_a_while(Member.objects.get(pk=user.pk))


SAVED_CHANGES = [
    revoke_all,
    change_password,
    set_another_hash,
    make_password_unusable,
    deactivate_for_a_while,
    deactivate_by_one_field,
    change_password_of_proxy,
    deactivate_proxy_for_a_while,
]


@pytest.mark.parametrize("end", [*SAVED_CHANGES, change_password_by_update])
def test_all_tokens_of_a_user_end_together(
    user: User, other: User, settings: Settings, end: Callable[[User], None]
) -> None:
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": timedelta(days=14)}
    tokens = [issue(user).text, issue(user).text]
    refresh_token = start_session(user).refresh_token
    others = issue(other).text
    end(user)
    assert [get(token) for token in tokens] == [EXPIRED, EXPIRED]
    body = {"refresh_token": refresh_token}
    response = APIClient().post("/rest_api/refresh", body, format="json")
    assert (response.status_code, response.json()["error"]) == EXPIRED
    assert get(others) == GOOD
    assert get(issue(User.objects.get(pk=user.pk)).text) == GOOD


@pytest.mark.parametrize("end", SAVED_CHANGES)
def test_tokens_without_a_stamp_end_with_them(
    user: User, other: User, settings: Settings, end: Callable[[User], None]
) -> None:
    """Another program has made them with the site's key: their time is all there is to go by."""
    token, others = sign(claims_of(user)), sign(claims_of(other))
    assert get(token) == GOOD
    end(user)
    assert (get(token), get(others)) == (EXPIRED, GOOD)
    TokenCutoff.objects.update(at=F("at") - 2 * 10**6)
    assert get(sign(claims_of(user, jti="y"))) == GOOD


def test_a_change_that_is_not_saved_as_a_user_leaves_tokens_without_a_stamp_good(
    user: User,
) -> None:
    """Nobody is told of it: docs/tokens.md says what to do."""
    token, stamped = sign(claims_of(user)), issue(user).text
    change_password_by_update(user)
    assert (get(token), get(stamped)) == (GOOD, EXPIRED)


def test_a_hash_that_comes_back_brings_no_token_back(user: User) -> None:
    """Somebody saves a user who was read before the password was changed."""
    read_before = User.objects.get(pk=user.pk)
    token = issue(user).text
    change_password(user)
    read_before.save()
    assert User.objects.get(pk=user.pk).check_password("secret")
    assert get(token) == EXPIRED


def test_noticing_another_password_is_one_query_where_it_may_be_one(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        user.save()
    with django_assert_num_queries(1):
        user.save(update_fields=["last_login"])


def save(user: User) -> None:
    user.first_name = "New"
    user.save()


def save_inactive_by_another_field(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["first_name"])


def make_password_unusable_again(user: User) -> None:
    user.set_unusable_password()
    user.save()


def change_groups(user: User) -> None:
    user.groups.add(Group.objects.create(name="new"))


def load_as_fixture(user: User) -> None:
    """As `loaddata` does, which says nothing of what has changed."""
    user.is_active = True
    user.save_base(raw=True)


def save_after_a_change_that_failed(user: User) -> None:
    name = user.username
    vars(user)["username"] = None
    password = user.password
    user.set_password("new")
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()
    user.username, user.password = name, password
    user.save(update_fields=["first_name"])


@pytest.mark.parametrize(
    "change",
    [
        save,
        save_inactive_by_another_field,
        change_groups,
        load_as_fixture,
        save_after_a_change_that_failed,
    ],
)
def test_another_change_of_a_user_ends_nothing(user: User, change: Callable[[User], None]) -> None:
    token, unstamped = issue(user).text, sign(claims_of(user))
    change(user)
    assert get(token) == get(unstamped) == GOOD


def test_one_unusable_password_is_as_good_as_another(user: User) -> None:
    make_password_unusable_again(user)
    TokenCutoff.objects.all().delete()
    token, unstamped = issue(user).text, sign(claims_of(user))
    make_password_unusable_again(user)
    assert get(token) == get(unstamped) == GOOD


def test_the_stamp_survives_a_change_of_the_secret_key(user: User, settings: Settings) -> None:
    token = issue(user).text
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-what-it-is-used-for"
    assert get(token) == GOOD
    change_password(user)
    assert get(token) == EXPIRED


def test_the_stamp_says_nothing_of_the_password(user: User) -> None:
    claims = issue(user).claims
    assert user.password not in json.dumps(claims)
    assert len(claims["stamp"]) == 32


def test_a_token_that_something_else_signed_ends_by_its_time(user: User) -> None:
    before = sign(claims_of(user))
    assert get(before) == GOOD
    revoke_all(user)
    after = sign(claims_of(user, iat=int(time.time()) + 1, jti="y"))
    assert get(before) == EXPIRED
    time.sleep(1.1)
    assert get(after) == GOOD


def test_receivers_learn_what_was_revoked(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": timedelta(days=14)}
    seen: list[tuple[str, str]] = []

    def receive(subject: str, scope: str, **kwargs: Any) -> None:
        seen.append((subject, scope))
        raise RuntimeError("A receiver that fails changes nothing.")

    token_revoked.connect(receive)
    try:
        revoke(issue(user).text)
        revoke(start_session(user).text)
        revoke_all(user)
    finally:
        token_revoked.disconnect(receive)
    key = str(user.pk)
    assert seen == [(key, "token"), (key, "session"), (key, "user")]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (RevokedToken(key="k"), "k"),
        (RefreshToken(session="s"), "s"),
        (TokenCutoff(at=5), "5"),
    ],
)
def test_rows_have_names_that_tell_no_secret(row: Any, name: str) -> None:
    assert str(row) == name
