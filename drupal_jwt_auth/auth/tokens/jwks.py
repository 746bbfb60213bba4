"""The public keys as a JWK Set (RFC 7517), from which other services verify this site's tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jwt

from drupal_jwt_auth.auth.tokens.keys import SECRET_ALGORITHMS, Key

MAX_AGE = 300
"""How many seconds the services that verify tokens may cache the answer.

As long must a new key be listed before it signs, and as long is a removed key still trusted
elsewhere. Five minutes are short for both, and make requests for keys rare; PyJWT's
``PyJWKClient`` caches them as long by default.
"""

PUBLIC_MEMBERS = {
    "RSA": ("n", "e"),
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
}
"""The members of public keys (RFC 7518, 6.2.1 and 6.3.1; RFC 8037, 2); no others are published."""


def public_jwk_set(keys: Iterable[Key]) -> dict[str, list[dict[str, str]]]:
    """Return the JWK Set of the public keys among ``keys``; a secret has no public half."""
    return {"keys": [_public_jwk(key) for key in keys if key.algorithm not in SECRET_ALGORITHMS]}


def _public_jwk(key: Key) -> dict[str, str]:
    """Return the JWK of a key, with ``use`` and not ``key_ops``: RFC 7517, 4.3 wants only one."""
    members: dict[str, Any] = jwt.get_algorithm_by_name(key.algorithm).to_jwk(
        key.verifying, as_dict=True
    )
    kind = members["kty"]
    public = {name: members[name] for name in PUBLIC_MEMBERS[kind]}
    return {"kty": kind, "use": "sig", "alg": key.algorithm, "kid": key.kid, **public}
