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
from typing import Any, NamedTuple

import jwt
from jwt.utils import base64url_decode

from drupal_jwt_auth.auth.tokens.issuers import Issuer, IssuerConfigurationError, trusted_issuer
from drupal_jwt_auth.auth.tokens.key_errors import KeyConfigurationError
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, Key, get_keys
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models.refresh_token import SESSION_LENGTH

MAX_LENGTH = 8192
"""A longer text is refused unread, and no longer token is made: most servers let no such header
through.
"""
TYPES = ("jwt", "at+jwt", "application/jwt", "application/at+jwt")
"""What another issuer may call a token in ``typ``, if it does: RFC 7519, 5.1; RFC 9068, 2.1.

One that has another name is for another purpose, such as for logging out (RFC 8725, 3.11).
"""

_RSA = ("RS", "PS")
_SESSION = re.compile(rf"[0-9a-f]{{{SESSION_LENGTH}}}")
_LAST_TIME = 253_402_300_799  # 9999-12-31T23:59:59Z, where Python's dates end
_jws = jwt.PyJWS(algorithms=ALGORITHMS)
logger = logging.getLogger(__name__)


class Period(NamedTuple):
    """When a token is valid: not before two of its claims, which may be the same, nor after one."""

    issued_at: float
    not_before: float
    expires_at: float


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
        claims = _verify_signature(text, header, _own_keys(header), None)
        token, period = _verify_claims(claims)
    else:
        claims = _verify_signature(text, header, _keys_of(issuer, header), issuer)
        token, period = _verify_external_claims(claims, issuer, text)
    if not at_any_time:
        _verify_time(period, token.issuer)
    return token


def _read_header(text: str) -> dict[str, Any]:
    if len(text) > MAX_LENGTH:
        reason = "it has %d characters, and may have %d"
        raise refusal(Error.SEGMENT_FAULT, reason, len(text), MAX_LENGTH)
    # RFC 7515, 2: without padding. PyJWT reads some of it, and a token has one text only.
    if "=" in text:
        raise refusal(Error.SEGMENT_FAULT, "there is a = in it")
    try:
        header = _jws.get_unverified_header(text)
        _read_object(base64url_decode(text.partition(".")[0]))
    except (jwt.InvalidTokenError, ValueError) as fault:
        raise refusal(Error.SEGMENT_FAULT, "it is no JWT (%r)", str(fault)) from None
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
        return trusted_issuer(_claimed_issuer(text))
    except (IssuerConfigurationError, KeyConfigurationError) as fault:
        logger.error("%s", fault)  # noqa: TRY400  the settings are to blame, not the code
        raise AuthenticationError(Error.INVALID_SIGNATURE) from None


def _claimed_issuer(text: str) -> Any:
    """Return the ``iss`` of a token that nothing is verified of, None where it has none."""
    try:
        return _read_object(base64url_decode(text.split(".")[1])).get("iss")
    except (ValueError, RecursionError):
        return None


def _keys_of(issuer: Issuer, header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys of an issuer that a token with this header may have been signed with.

    ``jku``, ``jwk``, ``x5u`` and ``x5c`` are not looked at (RFC 8725, 3.10).
    """
    algorithm, kind, kid = header.get("alg"), header.get("typ", "JWT"), header.get("kid")
    if algorithm not in issuer.algorithms:
        raise _bad_signature(issuer, "it is signed with %r", algorithm)
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise _bad_signature(issuer, "it is of type %r", kind)
    try:
        return issuer.keys(kid)
    except KeyConfigurationError as fault:
        logger.error("%s", fault)  # noqa: TRY400  the settings are to blame, not the code
        raise AuthenticationError(Error.INVALID_SIGNATURE) from None


def _verify_signature(
    text: str, header: dict[str, Any], keys: Sequence[Key], issuer: Issuer | None
) -> dict[str, Any]:
    """Return the claims of a text that one of the keys signed.

    RFC 8725, 3.1: the algorithm is the key's, never the token's to choose.
    """
    algorithm = header.get("alg")
    fitting = [key for key in keys if key.algorithm == algorithm]
    for key in fitting:
        try:
            found = _jws.decode_complete(text, key.verifying, algorithms=[key.algorithm])
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError) as fault:
            raise _bad_signature(issuer, "it cannot be verified (%r)", str(fault)) from None
        if _is_whole(found["signature"], key):
            return _read_claims(found["payload"], issuer)
    if not keys:
        reason, value = "no key %r is known", header.get("kid")
    elif not fitting:
        reason, value = "it is signed with %r", algorithm
    else:
        reason, value = "no key that is known has signed it with %r", algorithm
    if issuer is None:
        more, names = _about_stranger(_claimed_issuer(text))
        raise _bad_signature(None, reason + more, value, *names)
    raise _bad_signature(issuer, reason, value)


def _about_stranger(name: Any) -> tuple[str, tuple[Any, ...]]:
    """Return what there is to say of the ``iss`` of a token that the site's own keys did not sign.

    A slash at the end is all that many a name lacks, or has too many.
    """
    if name is None or name == app_settings.ISSUER:
        return "", ()
    trusted = [entry.get("issuer") for entry in app_settings.ISSUERS]
    almost = [each for each in trusted if str(each).rstrip("/") == str(name).rstrip("/")]
    if almost:
        return "; its issuer %r is none of ISSUERS, but for the slash at its end", (name,)
    return "; its issuer %r is none of ISSUERS", (name,)


def _bad_signature(issuer: Issuer | None, reason: str, *values: Any) -> AuthenticationError:
    return refusal(Error.INVALID_SIGNATURE, reason, *values, issuer=_name(issuer))


def _is_whole(signature: bytes, key: Key) -> bool:
    """Tell whether an RSA signature has the length of its key (RFC 8017, 8.1.2 and 8.2.2).

    OpenSSL takes one whose first byte is zero without that byte.
    """
    return not key.algorithm.startswith(_RSA) or len(signature) * 8 >= key.verifying.key_size


def _read_claims(payload: bytes, issuer: Issuer | None) -> dict[str, Any]:
    try:
        return _read_object(payload)
    except (ValueError, RecursionError) as fault:
        raise _malformed(issuer, "it has no claims (%r)", str(fault)) from None


def _verify_claims(claims: dict[str, Any]) -> tuple[VerifiedToken, Period]:
    """Return a token of this site's own, and when it is valid."""
    subject = claims.get("sub")
    # PostgreSQL refuses to be asked for a NUL.
    if not isinstance(subject, str) or not subject or "\0" in subject:
        raise refusal(Error.USER_INFORMATION_NOT_FOUND, "its sub names nobody: %r", subject)
    jti = _identifier(claims)
    issued_at, expires_at = _time(claims, "iat"), _time(claims, "exp")
    not_before = _time(claims, "nbf") if "nbf" in claims else issued_at
    if app_settings.ISSUER and claims.get("iss") != app_settings.ISSUER:
        reason = "its issuer is %r, and ISSUER %r"
        raise _bad_signature(None, reason, claims.get("iss"), app_settings.ISSUER)
    if app_settings.AUDIENCE not in _audiences(claims):
        raise _bad_signature(None, "it is for %r", claims.get("aud"))
    token = VerifiedToken(subject, jti, issued_at, expires_at, claims)
    return token, Period(issued_at, not_before, expires_at)


def _verify_external_claims(
    claims: dict[str, Any], issuer: Issuer, text: str
) -> tuple[VerifiedToken, Period]:
    """Return a token of another issuer, and when it is valid.

    The issuer need not give ``iat`` and ``jti`` (RFC 7519, 4.1).
    """
    subject = _name_of_user(claims, issuer)
    # What is signed has one text, and the signature need not.
    signed = text.rpartition(".")[0]
    jti = _identifier({"jti": hashlib.sha256(signed.encode()).hexdigest(), **claims}, issuer)
    issued_at, not_before = (
        _numeric_date({name: 0, **claims}, name, issuer) for name in ("iat", "nbf")
    )
    expires_at = _numeric_date(claims, "exp", issuer)
    audiences = _audiences(claims)
    if not any(audience in audiences for audience in issuer.audiences):
        raise _bad_signature(issuer, "it is for %r", claims.get("aud"))
    times = math.floor(issued_at), math.ceil(expires_at)
    token = VerifiedToken(subject, jti, *times, claims, issuer=issuer.name)
    return token, Period(issued_at, not_before, expires_at)


def _name_of_user(claims: dict[str, Any], issuer: Issuer) -> str:
    """Return what the issuer's claim calls the user, as text that a database can be asked for."""
    found: Any = claims
    for name in issuer.claim:
        found = found.get(name) if isinstance(found, dict) else None
    if issuer.user == "id" and type(found) is int:
        found = str(found)
    if not isinstance(found, str) or not found or not _is_storable(found):
        claim = ".".join(issuer.claim)
        error = Error.USER_INFORMATION_NOT_FOUND
        raise refusal(error, "%r names nobody", claim, issuer=issuer.name)
    return found


def _is_storable(text: str) -> bool:
    """Tell whether databases take a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _identifier(claims: dict[str, Any], issuer: Issuer | None = None) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise _malformed(issuer, "its jti is no text: %r", jti)
    return jti


def _time(claims: dict[str, Any], name: str) -> int:
    """Return a claim that is a time; a bool, a float or a text is none."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= _LAST_TIME:
        raise _no_time(claims, name)
    return value


def _numeric_date(claims: dict[str, Any], name: str, issuer: Issuer) -> float:
    """Return a claim that is a time, perhaps with a fraction (RFC 7519, 2: NumericDate)."""
    value: Any = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _LAST_TIME:
        raise _no_time(claims, name, issuer)
    return float(value)


def _no_time(
    claims: dict[str, Any], name: str, issuer: Issuer | None = None
) -> AuthenticationError:
    if name not in claims:
        return _malformed(issuer, "it has no %s", name)
    return _malformed(issuer, "its %s is no time in seconds since 1970: %r", name, claims[name])


def _malformed(issuer: Issuer | None, reason: str, *values: Any) -> AuthenticationError:
    return refusal(Error.SEGMENT_FAULT, reason, *values, issuer=_name(issuer))


def _name(issuer: Issuer | None) -> str | None:
    return None if issuer is None else issuer.name


def _verify_time(period: Period, issuer: str | None) -> None:
    now, leeway = time.time(), app_settings.LEEWAY.total_seconds()
    for name, starts_at in (("iat", period.issued_at), ("nbf", period.not_before)):
        if starts_at - leeway > now:
            ahead = "its %s is %.1f seconds ahead"
            raise refusal(Error.TOKEN_EXPIRED, ahead, name, starts_at - now, issuer=issuer)
    if now >= period.expires_at + leeway:
        over = "it has expired %.1f seconds ago"
        raise refusal(Error.TOKEN_EXPIRED, over, now - period.expires_at, issuer=issuer)


def _audiences(claims: dict[str, Any]) -> Sequence[Any]:
    """Return the audiences of a token: ``aud`` is one or a list (RFC 7519, 4.1.3).

    A token without ``aud`` is for the site that has no ``AUDIENCE``, and one with it is not.
    """
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]
