"""Verifying tokens: from text to claims that can be trusted, without a query."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.utils import base64url_decode

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models.refresh_token import SESSION_LENGTH
from drupal_jwt_auth.tokens.issuers import Issuer, IssuerConfigurationError, trusted_issuer
from drupal_jwt_auth.tokens.key_errors import KeyConfigurationError
from drupal_jwt_auth.tokens.keys import ALGORITHMS, Key, get_keys

MAX_LENGTH = 8192
"""A longer text is refused unread: it comes from no header that a server lets through."""

TYPES = ("jwt", "at+jwt", "application/jwt", "application/at+jwt")
"""What another issuer may call a token in ``typ``, if it does: RFC 7519, 5.1; RFC 9068, 2.1.

One that has another name is for another purpose, such as for logging out (RFC 8725, 3.11).
"""

_RSA = ("RS", "PS")
_SESSION = re.compile(rf"[0-9a-f]{{{SESSION_LENGTH}}}")
_LAST_TIME = 253_402_300_799  # 9999-12-31T23:59:59Z, where Python's dates end
_jws = jwt.PyJWS(algorithms=ALGORITHMS)
logger = logging.getLogger("drupal_jwt_auth")

Period = tuple[float, float]
"""From when and until when a token is valid."""


@dataclass(frozen=True)
class VerifiedToken:
    """What a token says, its signature and its claims verified. Times are Unix times.

    ``subject`` is the user's key as text and ``issuer`` None for a token of this site's own. For
    that of another issuer, ``subject`` is what its claim calls the user.
    """

    subject: str
    jti: str
    issued_at: int
    expires_at: int
    claims: dict[str, Any]
    issuer: str | None = None

    @property
    def session(self) -> str | None:
        """Return the name of the login that the token comes from, if it has one of ours."""
        session = self.claims.get("sid")
        is_ours = self.issuer is None and isinstance(session, str) and _SESSION.fullmatch(session)
        return session if is_ours else None


def verify(text: str, *, at_any_time: bool = False) -> VerifiedToken:
    """Return what the token says.

    Raise AuthenticationError: SEGMENT_FAULT for what is no JWT or lacks a claim, INVALID_SIGNATURE
    for one that none of the keys signed with its own algorithm, TOKEN_EXPIRED outside the time it
    is valid for (not ``at_any_time``), USER_INFORMATION_NOT_FOUND for one that names no user.
    """
    header = _read_header(text)
    issuer = _find_issuer(text) if app_settings.ISSUERS else None
    if issuer is None:
        claims = _verify_signature(text, header, _own_keys(header))
        token, period = _verify_claims(claims)
    else:
        claims = _verify_signature(text, header, _keys_of(issuer, header))
        token, period = _verify_external_claims(claims, issuer, text)
    if not at_any_time:
        _verify_time(*period)
    return token


def _read_header(text: str) -> dict[str, Any]:
    # RFC 7515, 2: without padding. PyJWT reads some of it, and a token has one text only.
    if len(text) > MAX_LENGTH or "=" in text:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    try:
        header = _jws.get_unverified_header(text)
        _read_object(base64url_decode(text.partition(".")[0]))
    except (jwt.InvalidTokenError, ValueError):
        raise AuthenticationError(Error.SEGMENT_FAULT) from None
    return header


def _read_object(text: bytes) -> dict[str, Any]:
    """Return a JSON object; raise ValueError for anything else, RecursionError for a deep one.

    Two readers may choose differently among names that stand there twice: RFC 8725, 2.4.
    """
    value = json.loads(text, object_pairs_hook=_unique)
    if not isinstance(value, dict):
        raise ValueError("This is no object.")  # noqa: TRY004  its text is wrong, not its type
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name stands there twice.")
    return found


def _own_keys(header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys of this site that a token with this header may have been signed with."""
    kid = header.get("kid")
    return [key for key in get_keys() if kid is None or kid == key.kid]


def _find_issuer(text: str) -> Issuer | None:
    """Return the trusted issuer that a token says it is of, which only chooses the keys."""
    try:
        claims = _read_object(base64url_decode(text.split(".")[1]))
    except (ValueError, RecursionError):
        return None
    try:
        return trusted_issuer(claims.get("iss"))
    except (IssuerConfigurationError, KeyConfigurationError) as fault:
        logger.error("%s", fault)  # noqa: TRY400  the settings are to blame, not the code
        raise AuthenticationError(Error.INVALID_SIGNATURE) from None


def _keys_of(issuer: Issuer, header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys of an issuer that a token with this header may have been signed with.

    ``jku``, ``jwk``, ``x5u`` and ``x5c`` are not looked at (RFC 8725, 3.10).
    """
    algorithm, kind, kid = header.get("alg"), header.get("typ", "JWT"), header.get("kid")
    if algorithm not in issuer.algorithms:
        raise _refusal(issuer, "it is signed with %r", algorithm)
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise _refusal(issuer, "it is of type %r", kind)
    try:
        keys = issuer.keys(kid)
    except KeyConfigurationError as fault:
        logger.error("%s", fault)  # noqa: TRY400  the settings are to blame, not the code
        raise AuthenticationError(Error.INVALID_SIGNATURE) from None
    if not keys:
        raise _refusal(issuer, "no key %r is known", kid)
    return keys


def _verify_signature(text: str, header: dict[str, Any], keys: Sequence[Key]) -> dict[str, Any]:
    """Return the claims of a text that one of the keys signed.

    RFC 8725, 3.1: the algorithm is the key's, never the token's to choose.
    """
    for key in keys:
        if header.get("alg") != key.algorithm:
            continue
        try:
            found = _jws.decode_complete(text, key.verifying, algorithms=[key.algorithm])
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError):
            break
        if _is_whole(found["signature"], key):
            return _read_claims(found["payload"])
    raise AuthenticationError(Error.INVALID_SIGNATURE)


def _is_whole(signature: bytes, key: Key) -> bool:
    """Tell whether an RSA signature has the length of its key (RFC 8017, 8.1.2 and 8.2.2).

    OpenSSL takes one whose first byte is zero without that byte.
    """
    return not key.algorithm.startswith(_RSA) or len(signature) * 8 >= key.verifying.key_size


def _read_claims(payload: bytes) -> dict[str, Any]:
    try:
        return _read_object(payload)
    except (ValueError, RecursionError):
        raise AuthenticationError(Error.SEGMENT_FAULT) from None


def _verify_claims(claims: dict[str, Any]) -> tuple[VerifiedToken, Period]:
    """Return a token of this site's own, and when it is valid."""
    subject = claims.get("sub")
    # PostgreSQL refuses to be asked for a NUL.
    if not isinstance(subject, str) or not subject or "\0" in subject:
        raise AuthenticationError(Error.USER_INFORMATION_NOT_FOUND)
    jti = _identifier(claims)
    issued_at, expires_at = _time(claims, "iat"), _time(claims, "exp")
    starts_at = max(issued_at, _time(claims, "nbf") if "nbf" in claims else issued_at)
    if app_settings.ISSUER and claims.get("iss") != app_settings.ISSUER:
        raise AuthenticationError(Error.INVALID_SIGNATURE)
    if app_settings.AUDIENCE not in _audiences(claims):
        raise AuthenticationError(Error.INVALID_SIGNATURE)
    return VerifiedToken(subject, jti, issued_at, expires_at, claims), (starts_at, expires_at)


def _verify_external_claims(
    claims: dict[str, Any], issuer: Issuer, text: str
) -> tuple[VerifiedToken, Period]:
    """Return a token of another issuer, and when it is valid.

    The issuer need not give ``iat`` and ``jti`` (RFC 7519, 4.1).
    """
    subject = _name_of_user(claims, issuer)
    # What is signed has one text, and the signature need not.
    signed = text.rpartition(".")[0]
    jti = _identifier({"jti": hashlib.sha256(signed.encode()).hexdigest(), **claims})
    issued_at, starts_at = (_numeric_date({name: 0, **claims}, name) for name in ("iat", "nbf"))
    expires_at = _numeric_date(claims, "exp")
    audiences = _audiences(claims)
    if not any(audience in audiences for audience in issuer.audiences):
        raise _refusal(issuer, "it is for %r", claims.get("aud"))
    times = math.floor(issued_at), math.ceil(expires_at)
    token = VerifiedToken(subject, jti, *times, claims, issuer=issuer.name)
    return token, (max(issued_at, starts_at), expires_at)


def _name_of_user(claims: dict[str, Any], issuer: Issuer) -> str:
    """Return what the issuer's claim calls the user, as text that a database can be asked for."""
    found: Any = claims
    for name in issuer.claim:
        found = found.get(name) if isinstance(found, dict) else None
    if issuer.user == "id" and type(found) is int:
        found = str(found)
    if not isinstance(found, str) or not found or not _is_storable(found):
        claim = ".".join(issuer.claim)
        raise _refusal(issuer, "%r names nobody", claim, error=Error.USER_INFORMATION_NOT_FOUND)
    return found


def _is_storable(text: str) -> bool:
    """Tell whether databases take a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _identifier(claims: dict[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    return jti


def _time(claims: dict[str, Any], name: str) -> int:
    """Return a claim that is a time; a bool, a float or a text is none."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= _LAST_TIME:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    return value


def _numeric_date(claims: dict[str, Any], name: str) -> float:
    """Return a claim that is a time, perhaps with a fraction (RFC 7519, 2: NumericDate)."""
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise AuthenticationError(Error.SEGMENT_FAULT)
    if not 0 <= value <= _LAST_TIME:
        raise AuthenticationError(Error.SEGMENT_FAULT)
    return float(value)


def _verify_time(starts_at: float, expires_at: float) -> None:
    now, leeway = time.time(), app_settings.LEEWAY.total_seconds()
    if not starts_at - leeway <= now < expires_at + leeway:
        raise AuthenticationError(Error.TOKEN_EXPIRED)


def _audiences(claims: dict[str, Any]) -> Sequence[Any]:
    """Return the audiences of a token: ``aud`` is one or a list (RFC 7519, 4.1.3).

    A token without ``aud`` is for the site that has no ``AUDIENCE``, and one with it is not.
    """
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _refusal(
    issuer: Issuer, reason: str, *values: Any, error: Error = Error.INVALID_SIGNATURE
) -> AuthenticationError:
    """Return the refusal of an issuer's token, and tell the log what the answer does not say."""
    logger.info(f"A token of %r is refused: {reason}.", issuer.name, *values)
    return AuthenticationError(error)
