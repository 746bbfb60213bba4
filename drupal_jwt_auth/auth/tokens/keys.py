"""The keys that sign and verify tokens.

``DRUPAL_JWT_AUTH["KEYS"]`` lists them: the first signs, all verify. With none configured, an HS256
key is derived from ``SECRET_KEY``, and older ones from ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables
from jwt.algorithms import Algorithm

from drupal_jwt_auth.auth.tokens.key_entries import (
    DEFAULT_ALGORITHM,
    KeyEntry,
    decode_base64,
    read_entry,
)
from drupal_jwt_auth.auth.tokens.key_errors import (
    CRYPTO_MISSING,
    KeyConfigurationError,
    PublishedSecretError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.conf import app_settings

SECRET_ALGORITHMS = ("HS256", "HS384", "HS512")
"""The algorithms with one secret that signs and verifies; others have private and public keys."""

KINDS = {
    "RS256": "an RSA key",
    "RS384": "an RSA key",
    "RS512": "an RSA key",
    "PS256": "an RSA key",
    "ES256": "an elliptic curve key on P-256",
    "ES384": "an elliptic curve key on P-384",
    "EdDSA": "an Ed25519 or Ed448 key",
}
"""The kinds of keys of all other algorithms (RFC 7518, 3.1; RFC 8037, 3.1), as PEM."""

ALGORITHMS = (*SECRET_ALGORITHMS, *KINDS)

_PUBLIC_TEXT = re.compile(rb"-----BEGIN |(?:ssh|ecdsa|sk)-\S+\s+AAAA")
_DER_SEQUENCE, _DER_INTEGER = b"\x30", b"\x02"
_DER_LONG_LENGTH = 0x80


@dataclass(frozen=True)
class Key:
    """A key of one algorithm; ``signing`` is None if only the public half is known."""

    kid: str
    algorithm: str
    signing: Any = field(repr=False)
    verifying: Any = field(repr=False)


@sensitive_variables()
def get_keys() -> Sequence[Key]:
    """Return the keys in order: the first signs, all verify. Raise KeyConfigurationError."""
    configured = app_settings.KEYS
    if configured:
        return [load_once(read_entry(entry)) for entry in configured]
    # An empty fallback, as of an environment variable that is not set, is not a secret.
    fallbacks = filter(None, settings.SECRET_KEY_FALLBACKS)
    return [derived_key(str(secret)) for secret in (settings.SECRET_KEY, *fallbacks)]


def get_signing_key() -> Key:
    """Return the first key; raise KeyConfigurationError if it cannot sign."""
    key = get_keys()[0]
    if key.signing is None:
        raise KeyConfigurationError(
            f"The first key, {key.kid!r}, must be able to sign: give its private half."
        )
    return key


def load_key(entry: Mapping[str, Any]) -> Key:
    """Return the key of one entry of ``KEYS``; raise KeyConfigurationError.

    Its content is the secret itself for HS256, HS384 and HS512, a PEM for the others.
    """
    return _load(read_entry(entry))


def _load(entry: KeyEntry) -> Key:
    if entry.algorithm not in ALGORITHMS:
        raise UnsupportedAlgorithmError(
            f"Key {entry.kid!r} has algorithm {entry.algorithm!r}, "
            f"which is not one of {', '.join(ALGORITHMS)}."
        )
    try:
        algorithm: Algorithm = jwt.get_algorithm_by_name(entry.algorithm)
    except NotImplementedError:
        raise UnsupportedAlgorithmError(
            f"Key {entry.kid!r} has algorithm {entry.algorithm!r}, for which {CRYPTO_MISSING}"
        ) from None
    content = entry.content()
    prepare = _prepare_secret if entry.algorithm in SECRET_ALGORITHMS else _prepare_pem
    key = prepare(entry, algorithm, content)
    if algorithm.check_key_length(key.verifying):
        raise ShortKeyError(f"Key {entry.kid!r} is too short for {entry.algorithm}.")
    return key


load_once = lru_cache(maxsize=64)(_load)
"""`_load`, once in a process for each entry: parsing a PEM takes longer than verifying a token."""


def _prepare_secret(entry: KeyEntry, algorithm: Algorithm, content: bytes) -> Key:
    """Return the key of a secret; raise PublishedSecretError for a public key or certificate.

    With a public key as the secret everybody could sign (RFC 8725, 2.1). It may also be in base64,
    as a PEM without its first and last line is.
    """
    for reading in (content.strip() or content, decode_base64(content) or content):
        try:
            algorithm.prepare_key(reading)
        except jwt.InvalidKeyError:
            is_published = True
        else:
            is_published = bool(_PUBLIC_TEXT.search(reading)) or _is_der(reading)
        if is_published:
            raise PublishedSecretError(
                f"Key {entry.kid!r} is not a secret for {entry.algorithm}: it is a key of another "
                "kind, such as a PEM, a certificate, an SSH key or a JWK."
            )
    return Key(entry.kid, entry.algorithm, signing=content, verifying=content)


def _is_der(content: bytes) -> bool:
    """Return True if this may be a key or a certificate in DER, without a package to parse it.

    That is a SEQUENCE (X.690, 8.9) whose first element is a SEQUENCE or an INTEGER. One random
    secret in eight million looks like that by chance.
    """
    if content[:1] != _DER_SEQUENCE or content.isascii():
        return False
    length, start = content[1], 2
    if length > _DER_LONG_LENGTH:
        start += length - _DER_LONG_LENGTH
        length = int.from_bytes(content[2:start], "big")
    first = content[start : start + 1]
    return start + length == len(content) and first in (_DER_SEQUENCE, _DER_INTEGER)


def _prepare_pem(entry: KeyEntry, algorithm: Algorithm, content: bytes) -> Key:
    """Return the private or public key of a PEM; raise WrongKindError for anything else."""
    try:
        prepared = algorithm.prepare_key(content)
    except Exception:  # cryptography does not document which ones it raises.
        locked = ", and not locked with a passphrase" if b"ENCRYPTED" in content else ""
        raise WrongKindError(
            f"Key {entry.kid!r} is not a key for {entry.algorithm}, which needs "
            f"{KINDS[entry.algorithm]} as PEM{locked}."
        ) from None
    if hasattr(prepared, "public_key"):
        return Key(entry.kid, entry.algorithm, prepared, prepared.public_key())
    return Key(entry.kid, entry.algorithm, signing=None, verifying=prepared)


@lru_cache(maxsize=16)
def derived_key(secret: str) -> Key:
    """Return an HS256 key derived from a secret, from which the secret cannot be computed.

    Without ``KEYS``, that of ``SECRET_KEY`` signs.
    """
    key = salted_hmac("drupal_jwt_auth.tokens", "HS256", secret=secret, algorithm="sha256").digest()
    kid = hashlib.sha256(b"kid" + key).hexdigest()[:16]
    return Key(kid, DEFAULT_ALGORITHM, signing=key, verifying=key)
