"""The public keys as a JWK Set (RFC 7517), from which other services verify this site's tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jwt

from drupal_jwt_auth.auth.tokens.keys import SECRET_ALGORITHMS, Key

MAX_AGE = 300
"""For how many seconds those who verify may keep the answer.

So long a new key has to be listed before it signs, and so long a key that was taken away is still
trusted elsewhere. Five minutes are short for both, and long enough that verifying does not mean
asking; PyJWT's ``PyJWKClient`` keeps what it got as long by itself.
"""

PUBLIC_MEMBERS = {
    "RSA": ("n", "e"),
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
}
"""What a public key consists of (RFC 7518, 6.2.1 and 6.3.1; RFC 8037, 2). No other is published."""


def public_jwk_set(keys: Iterable[Key]) -> dict[str, list[dict[str, str]]]:
    """Return the JWK Set of the public keys among ``keys``; a secret has no public half."""
    return {"keys": [_public_jwk(key) for key in keys if key.algorithm not in SECRET_ALGORITHMS]}


def _public_jwk(key: Key) -> dict[str, str]:
    """Return a key with ``use``, so without ``key_ops``: RFC 7517, 4.3 wants one of them."""
    members: dict[str, Any] = jwt.get_algorithm_by_name(key.algorithm).to_jwk(
        key.verifying, as_dict=True
    )
    kind = members["kty"]
    public = {name: members[name] for name in PUBLIC_MEMBERS[kind]}
    return {"kty": kind, "use": "sig", "alg": key.algorithm, "kid": key.kid, **public}
