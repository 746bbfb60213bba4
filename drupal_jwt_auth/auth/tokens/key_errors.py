"""Exceptions for the faults of configured keys: one root, and a class for each kind of fault.

No message shows a key, nor the path or the variable that an entry names: somebody may have written
the key itself there by mistake.
"""

from __future__ import annotations

CRYPTO_MISSING = 'the package cryptography is needed: pip install "drupal-jwt-auth[crypto]".'
"""The end of a message; quoted, as some shells take brackets for a pattern."""


class KeyConfigurationError(ValueError):
    """A configured key cannot be used."""


class KeySourceError(KeyConfigurationError):
    """The variable of a key is not set, its file cannot be read, or it is empty."""


class KeyEncodingError(KeyConfigurationError):
    """The key is not encoded as its entry says."""


class UnsupportedAlgorithmError(KeyConfigurationError):
    """The algorithm is unknown, or the package that it needs is missing."""


class ShortKeyError(KeyConfigurationError):
    """The key is shorter than its algorithm requires (RFC 7518, 3.2 and 3.3)."""


class PublishedSecretError(KeyConfigurationError):
    """The secret is a public key, a certificate or the like, which others have (RFC 8725, 2.1)."""


class WrongKindError(KeyConfigurationError):
    """The key is of another kind than its algorithm needs, or not a key at all."""
