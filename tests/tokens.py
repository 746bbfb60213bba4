"""Tokens made by hand: of any header and any claims, whoever signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from drupal_jwt_auth.auth.tokens.keys import get_signing_key

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def dump(value: Any) -> bytes:
    """The JSON text of a value; bytes are JSON text, or none, already."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def good_header() -> dict[str, Any]:
    key = get_signing_key()
    return {"typ": "JWT", "alg": key.algorithm, "kid": key.kid}


def good_claims() -> dict[str, Any]:
    now = int(time.time())
    return {"sub": "1", "iat": now, "exp": now + 60, "jti": "x"}


def hmac_token(header: Any, claims: Any, secret: bytes, algorithm: str = "HS256") -> str:
    """A token of this header and these claims, whatever they are, with an HMAC of this secret."""
    signed = f"{b64(dump(header))}.{b64(dump(claims))}"
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), HASHES[algorithm]))}"


def own_token(header: Any = None, claims: Any = None) -> str:
    """A token that the site's own key signed."""
    secret: bytes = get_signing_key().signing
    return hmac_token(
        good_header() if header is None else header,
        good_claims() if claims is None else claims,
        secret,
    )
