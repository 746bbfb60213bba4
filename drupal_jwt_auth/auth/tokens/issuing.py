"""Issue tokens: sign them, and send ``token_issued``."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jwt
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router
from django.http import HttpRequest
from django.utils.module_loading import import_string

from drupal_jwt_auth.auth.signals import token_issued
from drupal_jwt_auth.auth.tokens.keys import get_signing_key
from drupal_jwt_auth.auth.tokens.stamps import security_stamp
from drupal_jwt_auth.auth.tokens.verifying import MAX_LENGTH
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.models import TokenCutoff

OWN_CLAIMS = frozenset(
    {"sub", "iat", "exp", "jti", "drupal", "stamp", "sid", "iss", "aud"},
)
"""The claims that the project's hook cannot set, even those that the token does not have."""

_JTI_BYTES = 16


class TokenLengthError(ValueError):
    """The token would be longer than `MAX_LENGTH`, which `verify` does not accept."""


@dataclass(frozen=True)
class IssuedToken:
    """A new token: its encoded text, when it was issued (Unix time), and its lifetime in seconds.

    ``refresh_token`` is the text of the refresh token that goes with it, or None.
    """

    text: str = field(repr=False)
    issued_at: int
    expires_in: int
    claims: dict[str, Any]
    refresh_token: str | None = field(default=None, repr=False)


def issue(
    user: AbstractBaseUser,
    request: HttpRequest | None = None,
    *,
    session: str | None = None,
    stamp: str | None = None,
) -> IssuedToken:
    """Return a signed token for ``user``, and send ``token_issued``."""
    token = sign(user, request, session=session, stamp=stamp)
    announce(user, token, request)
    return token


def sign(
    user: AbstractBaseUser,
    request: HttpRequest | None = None,
    *,
    session: str | None = None,
    stamp: str | None = None,
) -> IssuedToken:
    """Return a signed token for ``user``, without sending ``token_issued``.

    Its claims (RFC 7519): ``sub``, the user's key as text; ``iat`` and ``exp``, Unix time; ``jti``,
    random; ``iss`` and ``aud`` where configured; ``drupal``, ``{"uid": key}`` as Drupal's own jwt
    module writes it; ``stamp``, the user's security stamp; ``sid``, the id of the login, if it has
    refresh tokens; and the claims that the callable of ``DRUPAL_JWT_AUTH["CLAIMS"]`` returns for
    ``(user, request)``, which cannot replace any of these. Raise TokenLengthError if these are too
    long.

    Give the ``stamp`` if the user was authenticated by something else than the password. It is that
    of the moment when this was checked: a revocation since then has changed the current one, and
    ends the new token as well.
    """
    key = get_signing_key()
    now = int(time.time())
    lifetime = int(app_settings.TOKEN_LIFETIME.total_seconds())
    claims = {
        "sub": str(user.pk),
        "iat": now,
        "exp": now + lifetime,
        "jti": secrets.token_urlsafe(_JTI_BYTES),
        "drupal": {"uid": wire_key(user.pk)},
        "stamp": stamp or security_stamp(user, _cutoff(user)),
    }
    if session is not None:
        claims["sid"] = session
    if app_settings.ISSUER:
        claims["iss"] = app_settings.ISSUER
    if app_settings.AUDIENCE:
        claims["aud"] = app_settings.AUDIENCE
    if app_settings.CLAIMS:
        more = import_string(app_settings.CLAIMS)(user, request)
        claims |= {name: value for name, value in more.items() if name not in OWN_CLAIMS}
    text = jwt.encode(claims, key.signing, algorithm=key.algorithm, headers={"kid": key.kid})
    _check_length(text, claims)
    return IssuedToken(text, now, lifetime, claims)


def _check_length(text: str, claims: Mapping[str, Any]) -> None:
    """Raise TokenLengthError for a token that would not be accepted."""
    if len(text) > MAX_LENGTH:
        longest = max(claims, key=lambda name: len(json.dumps(claims[name])))
        raise TokenLengthError(
            f"The token of user {claims['sub']} would have {len(text)} characters, and none of "
            f"more than {MAX_LENGTH} is accepted. Its longest claim is {longest!r}: let the "
            "callable of DRUPAL_JWT_AUTH['CLAIMS'] return less."
        )


def announce(user: AbstractBaseUser, token: IssuedToken, request: HttpRequest | None) -> None:
    """Send ``token_issued``, without the refresh token, which receivers must not get."""
    told = replace(token, refresh_token=None)
    token_issued.send_robust(sender=type(user), user=user, token=told, request=request)


def _cutoff(user: AbstractBaseUser) -> int | None:
    # From the database that it is written to: a replica may lag behind.
    cutoffs = TokenCutoff.objects.using(router.db_for_write(TokenCutoff))
    return cutoffs.filter(user_id=user.pk).values_list("at", flat=True).first()
