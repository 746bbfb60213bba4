"""The keys that sign and verify tokens.

``DRUPAL_JWT_AUTH["KEYS"]`` lists them: the first signs, all verify. With none configured, an HS256
key is derived from ``SECRET_KEY``, and older ones from ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables
from jwt.algorithms import Algorithm, HMACAlgorithm

from drupal_jwt_auth.conf import app_settings

ALGORITHMS = (
    *("HS256", "HS384", "HS512"),
    *("RS256", "RS384", "RS512", "PS256"),
    *("ES256", "ES384", "EdDSA"),
)
DERIVED_ALGORITHM = "HS256"

_jws = jwt.PyJWS(algorithms=ALGORITHMS)


class KeyConfigurationError(ValueError):
    """A configured key cannot be used; the message never shows the key itself."""


class UnsupportedAlgorithmError(KeyConfigurationError):
    """There is no such algorithm, or the package that it needs is missing."""


class ShortKeyError(KeyConfigurationError):
    """The key is shorter than its algorithm wants (RFC 7518, 3.2 and 3.3)."""


@dataclass(frozen=True)
class Key:
    """One key: ``signing`` is None where only the public half is known."""

    kid: str
    algorithm: str
    signing: Any = field(repr=False)
    verifying: Any = field(repr=False)


@sensitive_variables()
def get_keys() -> Sequence[Key]:
    """Return the keys in order: the first signs, all verify. Raise KeyConfigurationError."""
    configured = app_settings.KEYS
    if configured:
        return [_load_cached(**entry) for entry in configured]
    # An empty fallback, such as from an unset environment variable, is no secret.
    fallbacks = filter(None, settings.SECRET_KEY_FALLBACKS)
    return [_derive(str(secret)) for secret in (settings.SECRET_KEY, *fallbacks)]


def get_signing_key() -> Key:
    """Return the key that signs."""
    key = get_keys()[0]
    if key.signing is None:
        raise KeyConfigurationError(
            f"The first key, {key.kid!r}, must be able to sign: give its private half."
        )
    return key


def load_key(entry: Mapping[str, Any]) -> Key:
    """Return the key of one entry of ``KEYS``: a dict of kid, key and algorithm (HS256).

    ``key`` is text: the secret itself for HS256, HS384 and HS512, a PEM for the others. Raise
    KeyConfigurationError for an entry that cannot be used.
    """
    unknown = set(entry) - {"kid", "algorithm", "key"}
    if unknown:
        raise KeyConfigurationError(f"Unknown entry {min(unknown)!r}.")
    kid, secret = entry.get("kid"), entry.get("key")
    name = entry.get("algorithm", DERIVED_ALGORITHM)
    if not isinstance(kid, str) or not kid:
        raise KeyConfigurationError("Each key needs a kid, a name of its own.")
    if not isinstance(secret, str) or not secret:
        raise KeyConfigurationError(f"Key {kid!r} needs a key, as text.")
    if name not in ALGORITHMS:
        raise UnsupportedAlgorithmError(
            f"Key {kid!r} has algorithm {name!r}, which is none of {', '.join(ALGORITHMS)}."
        )
    return _prepare(kid, name, secret)


@lru_cache(maxsize=64)
def _load_cached(**entry: Any) -> Key:
    """Return a key that is read once: a PEM takes longer to read than a token to verify."""
    return load_key(entry)


def _prepare(kid: str, name: str, secret: str) -> Key:
    try:
        algorithm: Algorithm = _jws.get_algorithm_by_name(name)
    except NotImplementedError:
        raise UnsupportedAlgorithmError(
            f"Key {kid!r} has algorithm {name!r}, for which the package cryptography is needed: "
            "pip install drupal-jwt-auth[crypto]."
        ) from None
    try:
        prepared = algorithm.prepare_key(secret)
        too_short = algorithm.check_key_length(prepared)
    except (jwt.InvalidKeyError, ValueError, TypeError):
        raise KeyConfigurationError(f"Key {kid!r} is no key for {name}.") from None
    if too_short:
        raise ShortKeyError(f"Key {kid!r} is too short for {name}.")
    if isinstance(algorithm, HMACAlgorithm):
        return Key(kid, name, signing=prepared, verifying=prepared)
    if hasattr(prepared, "public_key"):
        return Key(kid, name, signing=prepared, verifying=prepared.public_key())
    return Key(kid, name, signing=None, verifying=prepared)


@lru_cache(maxsize=16)
def _derive(secret: str) -> Key:
    """Return an HS256 key made from a secret, which cannot be found from the key."""
    key = salted_hmac("drupal_jwt_auth.tokens", "HS256", secret=secret, algorithm="sha256").digest()
    kid = hashlib.sha256(b"kid" + key).hexdigest()[:16]
    return Key(kid, DERIVED_ALGORITHM, signing=key, verifying=key)
