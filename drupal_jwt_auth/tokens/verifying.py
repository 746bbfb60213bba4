"""Verifying tokens: from text to claims that can be trusted, without a query."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.tokens.keys import ALGORITHMS, Key, get_keys

MAX_LENGTH = 8192
"""A longer text is refused unread: it comes from no header that a server lets through."""

_MAX_TIME = 2**53
_jws = jwt.PyJWS(algorithms=ALGORITHMS)


@dataclass(frozen=True)
class VerifiedToken:
    """What a token says, its signature and its claims verified. Times are Unix times.

    ``issuer`` is None for a token of this site's own.
    """

    subject: str
    jti: str
    issued_at: int
    expires_at: int
    claims: dict[str, Any]
    issuer: str | None = None

    @property
    def session(self) -> str | None:
        """Return the name of the login that the token comes from, if it has one."""
        session = self.claims.get("sid")
        return session if isinstance(session, str) and self.issuer is None else None


def verify(text: str) -> VerifiedToken:
    """Return what the token says.

    Raise AuthenticationError: SEGMENT_FAULT for what is no JWT or lacks a claim, INVALID_SIGNATURE
    for one that none of the keys signed with its own algorithm, TOKEN_EXPIRED outside the time it
    is valid for, USER_INFORMATION_NOT_FOUND for one that names no user.
    """
    payload = _verify_signature(text)
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise AuthenticationError(Error.SEGMENT_FAULT) from None
    if not isinstance(claims, dict):
        raise AuthenticationError(Error.SEGMENT_FAULT)
    return _verify_claims(claims)


def _verify_signature(text: str) -> bytes:
    """Return the payload of a text that one of the keys signed.

    RFC 8725, 3.1: the algorithm is the key's, never the token's to choose.
    """
    # RFC 7515, 2: without padding. PyJWT reads some of it, and a token has one text only.
    if len(text) > MAX_LENGTH or "=" in text:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    try:
        header = _jws.get_unverified_header(text)
    except (jwt.InvalidTokenError, ValueError):
        raise AuthenticationError(Error.SEGMENT_FAULT) from None
    for key in _candidates(header):
        try:
            payload: bytes = _jws.decode(text, key.verifying, algorithms=[key.algorithm])
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError):
            break
        return payload
    raise AuthenticationError(Error.INVALID_SIGNATURE)


def _candidates(header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys that a token with this header may have been signed with."""
    kid = header.get("kid")
    return [
        key
        for key in get_keys()
        if header.get("alg") == key.algorithm and (kid is None or kid == key.kid)
    ]


def _verify_claims(claims: dict[str, Any]) -> VerifiedToken:
    subject = claims.get("sub")
    # PostgreSQL refuses to be asked for a NUL.
    if not isinstance(subject, str) or not subject or "\0" in subject:
        raise AuthenticationError(Error.USER_INFORMATION_NOT_FOUND)
    jti = claims.get("jti")
    issued_at, expires_at = _time(claims, "iat"), _time(claims, "exp")
    if not isinstance(jti, str) or not jti:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    now, leeway = time.time(), app_settings.LEEWAY.total_seconds()
    starts_at = max(issued_at, _time(claims, "nbf") if "nbf" in claims else issued_at)
    if not starts_at - leeway <= now < expires_at + leeway:
        raise AuthenticationError(Error.TOKEN_EXPIRED)
    if app_settings.ISSUER and claims.get("iss") != app_settings.ISSUER:
        raise AuthenticationError(Error.INVALID_SIGNATURE)
    if app_settings.AUDIENCE not in _audiences(claims):
        raise AuthenticationError(Error.INVALID_SIGNATURE)
    return VerifiedToken(subject, jti, issued_at, expires_at, claims)


def _time(claims: dict[str, Any], name: str) -> int:
    """Return a claim that is a time; a bool, a float or a text is none."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < _MAX_TIME:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    return value


def _audiences(claims: dict[str, Any]) -> Sequence[Any]:
    """Return the audiences of a token: ``aud`` is one or a list (RFC 7519, 4.1.3).

    A token without ``aud`` is for the site that has no ``AUDIENCE``, and one with it is not.
    """
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]
