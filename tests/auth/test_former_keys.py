"""Tokens of the Drupal site that was here before: good for its users, and for a while."""

from __future__ import annotations

import functools
import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue, revoke_all
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from tests.headers import bearer

pytestmark = [pytest.mark.urls("tests.project"), pytest.mark.django_db]

SECRET = "yKq2vUe8s0mZr4hWb7xTg1nJc5dLf9Qa"
TOMORROW = datetime.now(timezone.utc) + timedelta(days=1)
REFUSED = (401, "INVALID_SIGNATURE")
NOT_FOUND = (401, "USER_INFORMATION_NOT_FOUND")


@functools.cache
def rsa_key() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def trust(settings: Settings, **more: Any) -> None:
    entry = {"algorithm": "HS256", "key": SECRET, "until": TOMORROW, **more}
    settings.DRUPAL_JWT_AUTH = {"FORMER_KEYS": [entry]}


def old_token(uid: Any, key: Any = SECRET, algorithm: str = "HS256", **more: Any) -> str:
    """A token as Drupal's module jwt makes it."""
    now = int(time.time())
    claims = {"iat": now, "exp": now + 60, "drupal": {"uid": uid}, **more}
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm)


def outcome(token: str) -> tuple[int, str | None]:
    response = APIClient().get("/whoami", headers=bearer(token))
    return response.status_code, response.json().get("error")


@pytest.fixture
def anna(db: None) -> User:
    """Somebody who came from the site."""
    user = User.objects.create_user("anna")
    UserProfile.objects.update_or_create(user=user, defaults={"uuid": "of-the-site"})
    return user


@pytest.mark.parametrize("as_kind", [int, str])
def test_a_token_of_the_old_site_is_its_users(
    as_kind: type, anna: User, settings: Settings
) -> None:
    assert outcome(old_token(anna.pk)) == REFUSED
    trust(settings)
    response = APIClient().get("/whoami", headers=bearer(old_token(as_kind(anna.pk))))
    assert response.status_code == 200
    assert response.json()["user"] == "anna"


def test_one_that_an_rsa_key_has_signed_is_too(anna: User, settings: Settings) -> None:
    pem = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    trust(settings, algorithm="RS256", key=pem.decode())
    assert outcome(old_token(anna.pk, rsa_key(), "RS256")) == (200, None)
    # Whoever knows the public key could sign with it as a secret.
    forged = jwt.PyJWS().encode(b"{}", "x" * 32, "HS256").rpartition(".")[0]
    assert outcome(f"{forged}.{'A' * 43}")[0] == 401
    assert outcome(old_token(anna.pk)) == REFUSED


def test_up_to_its_time_and_no_longer(anna: User, settings: Settings) -> None:
    trust(settings, until=datetime.now(timezone.utc) - timedelta(seconds=1))
    assert outcome(old_token(anna.pk)) == REFUSED


def test_it_expires_by_itself(anna: User, settings: Settings) -> None:
    trust(settings)
    assert outcome(old_token(anna.pk, exp=int(time.time()) - 1)) == (401, "TOKEN_EXPIRED")
    assert outcome(old_token(anna.pk, exp=None)) == (401, "SEGMENT_FAULT")


def test_the_numbers_of_accounts_that_never_were_there_are_nobodys(
    anna: User, settings: Settings
) -> None:
    trust(settings)
    root = User.objects.create_superuser("root")
    assert outcome(old_token(root.pk)) == NOT_FOUND
    UserProfile.objects.update_or_create(user=root, defaults={"uuid": user_uuid(root.pk)})
    assert outcome(old_token(root.pk)) == NOT_FOUND
    for uid in (0, 99999, "x", None, [anna.pk]):
        assert outcome(old_token(uid)) == NOT_FOUND


def test_a_key_of_the_old_site_is_good_for_nothing_else(anna: User, settings: Settings) -> None:
    trust(settings)
    now: dict[str, Any] = {"iat": int(time.time()), "jti": "x", "sub": str(anna.pk)}
    assert outcome(old_token(anna.pk, **now)) == REFUSED
    assert outcome(old_token(anna.pk, iss="somebody")) == REFUSED
    assert outcome(old_token(anna.pk, iss="drupal_jwt_auth.former_site")) == REFUSED
    claims = json.dumps({"exp": int(time.time()) + 60}).encode()
    assert outcome(jwt.PyJWS().encode(claims, SECRET, "HS256")) == REFUSED
    assert outcome(old_token(anna.pk, "another secret, of the same length")) == REFUSED


def test_the_sites_own_tokens_are_good_beside_them(anna: User, settings: Settings) -> None:
    trust(settings)
    assert outcome(issue(anna).text) == (200, None)


def test_all_end_with_the_users_other_tokens(anna: User, settings: Settings) -> None:
    trust(settings)
    token = old_token(anna.pk, iat=int(time.time()) - 5)
    assert outcome(token) == (200, None)
    revoke_all(anna)
    assert outcome(token)[0] == 401


def test_who_was_blocked_is(anna: User, settings: Settings) -> None:
    trust(settings)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert outcome(old_token(anna.pk)) == (403, "USER_BLOCKED")


def test_an_entry_that_cannot_be_used_lets_nobody_in(anna: User, settings: Settings) -> None:
    trust(settings, until="tomorrow")
    assert outcome(old_token(anna.pk)) == REFUSED


def test_one_between_verifying_and_loading_is_refused(
    anna: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(settings)
    monkeypatch.setattr("drupal_jwt_auth.auth.tokens.external_users.former_site", lambda: None)
    assert outcome(old_token(anna.pk)) == NOT_FOUND
