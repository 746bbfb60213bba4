"""Keys of all kinds, and entries of ``KEYS`` that have them."""

from __future__ import annotations

import base64
import functools
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pytest_django import Settings

from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS

SECRET = "0123456789abcdef" * 4
PUBLIC_KEY_ALGORITHMS = [name for name in ALGORITHMS if not name.startswith("HS")]


@functools.cache
def private_key(algorithm: str) -> Any:
    """A key for the algorithm, made once."""
    if algorithm in {"RS256", "RS384", "RS512", "PS256"}:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())


def private_pem(key: Any, encryption: KeySerializationEncryption | None = None) -> str:
    protection = encryption or NoEncryption()
    content: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    return content.decode()


def public_pem(key: Any) -> str:
    content: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return content.decode()


def entry(algorithm: str, kid: str = "a") -> dict[str, str]:
    """A key that signs and verifies."""
    is_secret = algorithm.startswith("HS")
    key = SECRET if is_secret else private_pem(private_key(algorithm))
    return {"kid": kid, "algorithm": algorithm, "key": key}


def public_entry(algorithm: str, kid: str = "a") -> dict[str, str]:
    """The half of it that only verifies."""
    return {"kid": kid, "algorithm": algorithm, "key": public_pem(private_key(algorithm))}


def use(settings: Settings, *entries: dict[str, Any]) -> None:
    settings.DRUPAL_JWT_AUTH = {"KEYS": list(entries)}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
