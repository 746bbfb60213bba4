"""Verify tokens: from text to claims that can be trusted, without a query."""

from __future__ import annotations

import base64
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

from drupal_jwt_auth.auth.tokens.former_keys import former_site, is_former
from drupal_jwt_auth.auth.tokens.issuers import Issuer, IssuerConfigurationError, trusted_issuer
from drupal_jwt_auth.auth.tokens.key_errors import KeyConfigurationError
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, Key, get_keys
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models.refresh_token import SESSION_LENGTH

MAX_LENGTH = 8192
"""How many characters a token may have: most servers reject a header with more."""

TYPES = ("jwt", "at+jwt", "application/jwt", "application/at+jwt")
"""The values of ``typ`` that tokens of other issuers may have: RFC 7519, 5.1; RFC 9068, 2.1.

A token with another one is for another purpose, such as for logging out (RFC 8725, 3.11).
"""

_RSA = ("RS", "PS")
_SESSION = re.compile(rf"[0-9a-f]{{{SESSION_LENGTH}}}")
_LAST_TIME = 253_402_300_799  # 9999-12-31T23:59:59Z, where Python's dates end
_jws = jwt.PyJWS(algorithms=ALGORITHMS)
logger = logging.getLogger(__name__)


class Period(NamedTuple):
    """The claims ``iat``, ``nbf`` and ``exp`` of a token, as Unix times, perhaps with fractions.

    The token is valid from the later of the first two on, and before the last.
    """

    issued_at: float
    not_before: float
    expires_at: float


@dataclass(frozen=True)
class VerifiedToken:
    """A token whose signature and claims are verified.

    ``subject`` is the user's key as text and ``issuer`` None for a token of this site's own. For a
    token of another issuer, ``subject`` is the value of the claim that names the user there, and
    ``issuer`` the issuer's name. ``claims`` are all claims of the token as they are.
    """

    subject: str
    jti: str
    period: Period
    claims: dict[str, Any]
    issuer: str | None = None

    @property
    def issued_at(self) -> int:
        """Return when the token was issued, as Unix time, without a fraction of a second."""
        return math.floor(self.period.issued_at)

    @property
    def expires_at(self) -> int:
        """Return when the token expires, as Unix time, with a fraction of a second rounded up."""
        return math.ceil(self.period.expires_at)

    @property
    def session(self) -> str | None:
        """Return the id of the login that a token of this site belongs to, or None."""
        session = self.claims.get("sid")
        is_ours = self.issuer is None and isinstance(session, str) and _SESSION.fullmatch(session)
        return session if is_ours else None


def verify(text: str, *, at_any_time: bool = False) -> VerifiedToken:
    """Verify a token, and return its claims.

    Raise AuthenticationError: SEGMENT_FAULT for a text that is not a JWT or lacks a claim,
    INVALID_SIGNATURE for a token that none of the keys signed with its own algorithm,
    TOKEN_EXPIRED outside the time that it is valid for (not with ``at_any_time``), and
    USER_INFORMATION_NOT_FOUND for one that names no user.
    """
    header = _read_header(text)
    has_others = app_settings.ISSUERS or app_settings.FORMER_KEYS
    issuer = _find_issuer(text) if has_others else None
    if issuer is None:
        claims = _verify_signature(text, header, _own_keys(header), None)
        token = _verify_claims(claims)
    else:
        claims = _verify_signature(text, header, _keys_of(issuer, header), issuer)
        token = _verify_external_claims(claims, issuer, text)
    if not at_any_time:
        _verify_time(token)
    return token


def _read_header(text: str) -> dict[str, Any]:
    """Return the header of a token, nothing of which is verified yet."""
    if len(text) > MAX_LENGTH:
        reason = "it has %d characters, and may have %d"
        raise refusal(Error.SEGMENT_FAULT, reason, len(text), MAX_LENGTH)
    # RFC 7515, 2: no padding. PyJWT accepts some, but then one token would have several texts.
    if "=" in text:
        raise refusal(Error.SEGMENT_FAULT, "there is a = in it")
    try:
        header = _jws.get_unverified_header(text)
        _read_object(_decode(text.partition(".")[0]))
    except (jwt.InvalidTokenError, ValueError) as fault:
        raise refusal(Error.SEGMENT_FAULT, "it is not a JWT (%r)", str(fault)) from None
    return header


def _decode(segment: str) -> bytes:
    """Return the bytes of a segment of a token: URL-safe base64 without padding (RFC 7515, 2)."""
    encoded = segment.encode()
    return base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))


def _read_object(text: bytes) -> dict[str, Any]:
    """Return a JSON object; raise ValueError for anything else, RecursionError for a deep one.

    A name may be there only once: two readers might choose different values (RFC 8725, 2.4).
    """
    value = json.loads(text, object_pairs_hook=_unique)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004  its text is wrong, not its type
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _own_keys(header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys of this site that may have signed a token with this header."""
    kid = header.get("kid")
    return [key for key in get_keys() if kid is None or kid == key.kid]


def _find_issuer(text: str) -> Issuer | None:
    """Return the trusted issuer in the ``iss`` of a token, or None.

    It is not verified yet, and decides only whose keys are tried: a token that is as those of the
    site that was here before, is tried with that one's.
    """
    claims = _claimed(text)
    try:
        return former_site() if is_former(claims) else trusted_issuer(claims.get("iss"))
    except (IssuerConfigurationError, KeyConfigurationError) as fault:
        raise _unusable(fault) from None


def _claimed(text: str) -> dict[str, Any]:
    """Return the claims of a token that is not verified yet, none where they cannot be read."""
    try:
        return _read_object(_decode(text.split(".")[1]))
    except (ValueError, RecursionError):
        return {}


def _keys_of(issuer: Issuer, header: dict[str, Any]) -> Sequence[Key]:
    """Return the keys of an issuer that may have signed a token with this header.

    The header's own ``jku``, ``jwk``, ``x5u`` and ``x5c`` are ignored (RFC 8725, 3.10).
    """
    algorithm, kind, kid = header.get("alg"), header.get("typ", "JWT"), header.get("kid")
    if algorithm not in issuer.algorithms:
        raise _bad_signature(issuer, "it is signed with %r", algorithm)
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise _bad_signature(issuer, "it is of type %r", kind)
    try:
        return issuer.keys(kid)
    except KeyConfigurationError as fault:
        raise _unusable(fault) from None


def _unusable(fault: Exception) -> AuthenticationError:
    """Log what is wrong with the settings of an issuer, and return the refusal of its token."""
    logger.error("%s", fault)
    return AuthenticationError(Error.INVALID_SIGNATURE, reason=str(fault))


def _verify_signature(
    text: str, header: dict[str, Any], keys: Sequence[Key], issuer: Issuer | None
) -> dict[str, Any]:
    """Return the claims of a token that one of the keys has signed.

    RFC 8725, 3.1: each key is for one algorithm; the token cannot choose another.
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
        more, names = _about_stranger(_claimed(text).get("iss"))
        raise _bad_signature(None, reason + more, value, *names)
    raise _bad_signature(issuer, reason, value)


def _about_stranger(name: Any) -> tuple[str, tuple[Any, ...]]:
    """Return a hint for the log, with its arguments, on the ``iss`` of a token with unknown keys.

    The most frequent mistake is a slash too many or too few at the end of the name in ISSUERS.
    """
    if name is None or name == app_settings.ISSUER:
        return "", ()
    trusted = [entry.get("issuer") for entry in app_settings.ISSUERS]
    almost = [each for each in trusted if str(each).rstrip("/") == str(name).rstrip("/")]
    if almost:
        return "; its issuer %r is not in ISSUERS, except for the slash at its end", (name,)
    return "; its issuer %r is not in ISSUERS", (name,)


def _bad_signature(issuer: Issuer | None, reason: str, *values: Any) -> AuthenticationError:
    return refusal(Error.INVALID_SIGNATURE, reason, *values, issuer=_name(issuer))


def _is_whole(signature: bytes, key: Key) -> bool:
    """Return True unless an RSA signature is shorter than its key (RFC 8017, 8.1.2 and 8.2.2).

    OpenSSL accepts one whose first byte is zero without that byte: a second text of one token.
    """
    return not key.algorithm.startswith(_RSA) or len(signature) * 8 >= key.verifying.key_size


def _read_claims(payload: bytes, issuer: Issuer | None) -> dict[str, Any]:
    try:
        return _read_object(payload)
    except (ValueError, RecursionError) as fault:
        raise _malformed(issuer, "it has no claims (%r)", str(fault)) from None


def _verify_claims(claims: dict[str, Any]) -> VerifiedToken:
    """Return a token of this site's own, whose signature was verified; raise AuthenticationError.

    Its time is not looked at yet.
    """
    subject = claims.get("sub")
    # PostgreSQL raises an error for a NUL in a query.
    if not isinstance(subject, str) or not subject or "\0" in subject:
        raise refusal(Error.USER_INFORMATION_NOT_FOUND, "its sub names no user: %r", subject)
    jti = _identifier(claims.get("jti"))
    issued_at, expires_at = _time(claims, "iat"), _time(claims, "exp")
    not_before = _time(claims, "nbf") if "nbf" in claims else issued_at
    if app_settings.ISSUER and claims.get("iss") != app_settings.ISSUER:
        reason = "its iss is %r, expected %r"
        raise _bad_signature(None, reason, claims.get("iss"), app_settings.ISSUER)
    if app_settings.AUDIENCE not in _audiences(claims):
        raise _wrong_audience(claims, app_settings.AUDIENCE)
    return VerifiedToken(subject, jti, Period(issued_at, not_before, expires_at), claims)


def _verify_external_claims(claims: dict[str, Any], issuer: Issuer, text: str) -> VerifiedToken:
    """Return a token of another issuer, whose signature was verified; raise AuthenticationError.

    ``iat``, ``nbf`` and ``jti`` are optional (RFC 7519, 4.1). Its time is not looked at yet.
    """
    subject = _name_of_user(claims, issuer)
    # Only the signed part: one token may have several valid encodings of its signature.
    signed = text.rpartition(".")[0]
    jti = _identifier(claims.get("jti", hashlib.sha256(signed.encode()).hexdigest()), issuer)
    issued_at = _optional_date(claims, "iat", issuer)
    not_before = _optional_date(claims, "nbf", issuer)
    period = Period(issued_at, not_before, _numeric_date(claims, "exp", issuer))
    audiences = _audiences(claims)
    # Who was here before has named none.
    if issuer.audiences and not any(audience in audiences for audience in issuer.audiences):
        raise _wrong_audience(claims, *issuer.audiences, issuer=issuer)
    return VerifiedToken(subject, jti, period, claims, issuer=issuer.name)


def _name_of_user(claims: dict[str, Any], issuer: Issuer) -> str:
    """Return the value of the issuer's claim that names the user, as text for a query."""
    found: Any = claims
    for name in issuer.user_claim:
        found = found.get(name) if isinstance(found, dict) else None
    if issuer.user_lookup.accepts_numbers and type(found) is int:
        found = str(found)
    if not isinstance(found, str) or not found or not _is_storable(found):
        claim = ".".join(issuer.user_claim)
        error = Error.USER_INFORMATION_NOT_FOUND
        raise refusal(error, "its claim %r names no user", claim, issuer=issuer.name)
    return found


def _is_storable(text: str) -> bool:
    """Return True if databases accept a text: no NUL, and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _identifier(jti: Any, issuer: Issuer | None = None) -> str:
    """Return the ``jti`` of a token; raise AuthenticationError unless it is text."""
    if not isinstance(jti, str) or not jti:
        raise _malformed(issuer, "its jti is not text: %r", jti)
    return jti


def _time(claims: dict[str, Any], name: str) -> int:
    """Return a claim that is Unix time in whole seconds, neither a bool, a float nor text."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= _LAST_TIME:
        raise _not_a_time(claims, name)
    return value


def _optional_date(claims: dict[str, Any], name: str, issuer: Issuer) -> float:
    """Return a claim that is a time, or 0 if the token does not have it."""
    return _numeric_date(claims, name, issuer) if name in claims else 0


def _numeric_date(claims: dict[str, Any], name: str, issuer: Issuer) -> float:
    """Return a claim that is Unix time, perhaps with a fraction (RFC 7519, 2: NumericDate)."""
    value: Any = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _LAST_TIME:
        raise _not_a_time(claims, name, issuer)
    return float(value)


def _not_a_time(
    claims: dict[str, Any], name: str, issuer: Issuer | None = None
) -> AuthenticationError:
    if name not in claims:
        return _malformed(issuer, "it has no %s", name)
    return _malformed(issuer, "its %s is not a time in seconds since 1970: %r", name, claims[name])


def _malformed(issuer: Issuer | None, reason: str, *values: Any) -> AuthenticationError:
    return refusal(Error.SEGMENT_FAULT, reason, *values, issuer=_name(issuer))


def _name(issuer: Issuer | None) -> str | None:
    return None if issuer is None else issuer.name


def _verify_time(token: VerifiedToken) -> None:
    """Raise AuthenticationError, TOKEN_EXPIRED, outside the time that a token is valid for."""
    period, issuer = token.period, token.issuer
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

    Without ``aud`` that is None, as is ``AUDIENCE`` of a site that has not set it.
    """
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _wrong_audience(
    claims: dict[str, Any], *expected: str | None, issuer: Issuer | None = None
) -> AuthenticationError:
    wanted = " or ".join(map(repr, expected))
    return _bad_signature(issuer, "its aud is %r, expected %s", claims.get("aud"), wanted)
