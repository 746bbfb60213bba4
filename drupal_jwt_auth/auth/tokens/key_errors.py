"""What can be wrong with a configured key: one root, and a class for each kind of fault.

No message ever shows a key. Nor does it show the path or the variable that an entry names: whoever
takes one entry for another has written the key itself there.
"""

from __future__ import annotations

CRYPTO_MISSING = 'the package cryptography is needed: pip install "drupal-jwt-auth[crypto]".'
"""Quoted, as some shells take brackets for a pattern."""


class KeyConfigurationError(ValueError):
    """A configured key cannot be used."""


class KeySourceError(KeyConfigurationError):
    """There is no key where it should come from: a variable is not set, a file not readable."""


class KeyEncodingError(KeyConfigurationError):
    """What was found there is not encoded as the entry says."""


class UnsupportedAlgorithmError(KeyConfigurationError):
    """There is no such algorithm, or the package that it needs is missing."""


class ShortKeyError(KeyConfigurationError):
    """The key is shorter than its algorithm wants (RFC 7518, 3.2 and 3.3)."""


class PublishedSecretError(KeyConfigurationError):
    """The secret is a public key, a certificate or the like: others know it (RFC 8725, 2.1)."""


class WrongKindError(KeyConfigurationError):
    """The key is of another kind than its algorithm needs, or no key at all."""
