"""Generate keys: secrets as text, private keys as PEM."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from drupal_jwt_auth.auth.tokens.key_errors import CRYPTO_MISSING, UnsupportedAlgorithmError
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, KINDS, SECRET_ALGORITHMS


class Sizes(NamedTuple):
    """The sizes of the keys of an algorithm, in bits."""

    smallest: int
    default: int
    largest: int


SIZES = {
    "HS256": Sizes(256, 512, 4096),
    "HS384": Sizes(384, 512, 4096),
    "HS512": Sizes(512, 512, 4096),
    # 3072 bits are as strong as P-256 and a secret of 128 bits (NIST SP 800-57, part 1, table 2).
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256"), Sizes(2048, 3072, 8192)),
}
"""The algorithms whose keys may have several sizes; others have the size of their curve."""

_PUBLIC_EXPONENT = 65537


class KeySizeError(ValueError):
    """The algorithm has no keys of this size."""


def generate_key(algorithm: str, size: int | None = None) -> bytes:
    """Return a new key of one of `drupal_jwt_auth.auth.tokens.keys.ALGORITHMS`.

    A secret is text, as random as ``size`` bits; a private key is a PEM (PKCS #8). Raise
    KeySizeError, or UnsupportedAlgorithmError where a package is missing.
    """
    if algorithm not in ALGORITHMS:
        raise UnsupportedAlgorithmError(f"There are {', '.join(ALGORITHMS)}; not {algorithm!r}.")
    bits = _checked_size(algorithm, size)
    if algorithm in SECRET_ALGORITHMS:
        return secrets.token_urlsafe(bits // 8).encode()
    return _generate_pem(algorithm, bits)


def _checked_size(algorithm: str, size: int | None) -> int:
    if algorithm not in SIZES:
        if size is not None:
            raise KeySizeError(f"{algorithm} needs {KINDS[algorithm]}, which has no other size.")
        return 0
    smallest, default, largest = SIZES[algorithm]
    bits = default if size is None else size
    if not smallest <= bits <= largest or bits % 8:
        raise KeySizeError(
            f"A key for {algorithm} has {smallest} to {largest} bits, a multiple of 8; "
            f"{default} are a good choice."
        )
    return bits


def _generate_pem(algorithm: str, bits: int) -> bytes:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  it is optional
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415  it is optional
    except ModuleNotFoundError:
        raise UnsupportedAlgorithmError(f"For {algorithm} {CRYPTO_MISSING}") from None
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    if algorithm in SIZES:
        key = rsa.generate_private_key(_PUBLIC_EXPONENT, bits)
    elif algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
