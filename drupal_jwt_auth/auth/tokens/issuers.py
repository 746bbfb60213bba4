"""Other issuers whose tokens are accepted: ``DRUPAL_JWT_AUTH["ISSUERS"]``."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import jwt

from drupal_jwt_auth.auth.tokens.key_entries import SOURCES, KeyEntry, read_entry
from drupal_jwt_auth.auth.tokens.key_errors import (
    CRYPTO_MISSING,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, SECRET_ALGORITHMS, Key, load_key
from drupal_jwt_auth.auth.tokens.remote_keys import remote_keys
from drupal_jwt_auth.auth.tokens.user_lookups import LOOKUPS, UserLookup
from drupal_jwt_auth.conf import app_settings

DEFAULT_ALGORITHMS = ("RS256",)
"""The algorithms of an entry without ``algorithms`` (OpenID Connect Core 1.0, 15.1)."""

KEY_SOURCES = ("jwks_uri", *SOURCES, "certificate")

_FLAGS = {"create_users": False, "require_verified_email": True}
ENTRIES = {
    *("issuer", "audience", "algorithms", "claim", "user", "ca_file", "encoding"),
    *_FLAGS,
    *KEY_SOURCES,
}
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class IssuerConfigurationError(ValueError):
    """An entry of ``ISSUERS`` cannot be used."""


class IssuerSourceError(IssuerConfigurationError):
    """There is no source of keys, or more than one."""


class IssuerAddressError(IssuerConfigurationError):
    """Keys cannot be fetched safely from the address."""


class IssuerAudienceError(IssuerConfigurationError):
    """There is no audience that tokens must have (RFC 8725, 3.9)."""


class IssuerAlgorithmError(IssuerConfigurationError):
    """The algorithms are unknown, or do not go together."""


class IssuerUsersError(IssuerConfigurationError):
    """Users cannot be found, or created, by the claim."""


@dataclass(frozen=True)
class Issuer:
    """One entry of ``ISSUERS``: the issuer, its keys, and how its tokens name users.

    Either ``jwks_uri`` is set or ``key``. ``user_claim`` is the path to the claim that names the
    user, and ``user_lookup`` finds the user by it.
    """

    name: str
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...] = DEFAULT_ALGORITHMS
    jwks_uri: str | None = None
    ca_file: str | None = None
    key: KeyEntry | None = field(default=None, repr=False)
    user_claim: tuple[str, ...] = ("sub",)
    user_lookup: UserLookup = LOOKUPS["username"]
    create_users: bool = False
    require_verified_email: bool = True

    def keys(self, kid: str | None) -> Sequence[Key]:
        """Return the keys that may have signed a token with this ``kid``.

        A key that was configured has no ``kid`` and is tried for each. Raise KeyConfigurationError.
        """
        if self.key is not None:
            return fixed_keys(self.name, self.key, self.algorithms).keys
        return remote_keys(self.jwks_uri or "", self.ca_file, self.algorithms).find(kid)


def trusted_issuer(name: Any) -> Issuer | None:
    """Return the issuer of this name, or None; raise IssuerConfigurationError.

    Names are compared as they are, to the last slash (OpenID Connect Core 1.0, 3.1.3.7).
    """
    for entry in app_settings.ISSUERS:
        if entry.get("issuer") == name:
            return read_issuer(entry)
    return None


def read_issuer(entry: Mapping[str, Any]) -> Issuer:
    """Return the issuer of an entry, without reading a file or fetching anything.

    Raise IssuerConfigurationError, or KeyConfigurationError for a key that `read_entry` refuses.
    """
    name = entry.get("issuer")
    if not _is_text(name):
        raise IssuerConfigurationError("Each issuer needs its name, the iss of its tokens.")
    if not entry.keys() <= ENTRIES:
        unknown = min(str(each) for each in entry if each not in ENTRIES)
        raise IssuerConfigurationError(f"Issuer {name!r} has an unknown entry {unknown!r}.")
    sources = [source for source in KEY_SOURCES if source in entry]
    if len(sources) != 1:
        found = " and ".join(sources) if sources else "none of them"
        raise IssuerSourceError(
            f"Issuer {name!r} needs one of {', '.join(KEY_SOURCES[:-1])} and {KEY_SOURCES[-1]}; "
            f"it has {found}."
        )
    [source] = sources
    audiences = _texts(entry.get("audience"))
    if audiences is None:
        raise IssuerAudienceError(f"Issuer {name!r} needs an audience, the aud of tokens for you.")
    is_remote = source == "jwks_uri"
    return Issuer(
        name,
        audiences,
        _algorithms(name, entry, is_public=source in {"jwks_uri", "certificate"}),
        jwks_uri=_address(name, entry["jwks_uri"]) if is_remote else None,
        ca_file=_ca_file(name, entry, is_remote=is_remote),
        key=None if is_remote else _key_entry(name, entry, source),
        **_user_entries(name, entry),
    )


def _algorithms(name: str, entry: Mapping[str, Any], *, is_public: bool) -> tuple[str, ...]:
    algorithms = _texts(entry.get("algorithms", DEFAULT_ALGORITHMS))
    if algorithms is None or not set(algorithms) <= set(ALGORITHMS):
        raise IssuerAlgorithmError(
            f"The algorithms of issuer {name!r} must be a list of some of {', '.join(ALGORITHMS)}."
        )
    secret = [each in SECRET_ALGORITHMS for each in algorithms]
    if any(secret) and (is_public or not all(secret)):
        # RFC 8725, 2.1 and 3.1: whoever knows the public key could sign with it as a secret.
        raise IssuerAlgorithmError(
            f"Issuer {name!r} has public keys, and an algorithm for secrets besides: "
            f"{', '.join(algorithms)}."
        )
    for each in algorithms:
        try:
            jwt.get_algorithm_by_name(each)
        except NotImplementedError:
            raise UnsupportedAlgorithmError(
                f"Issuer {name!r} has algorithm {each!r}, for which {CRYPTO_MISSING}"
            ) from None
    return algorithms


def _address(name: str, uri: Any) -> str:
    try:
        parts = urlsplit(uri) if _is_text(uri) else urlsplit("")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise IssuerAddressError(f"The jwks_uri of issuer {name!r} must be an https address.")
    return str(uri)


def _ca_file(name: str, entry: Mapping[str, Any], *, is_remote: bool) -> str | None:
    value = entry.get("ca_file")
    if value is None:
        return None
    if not is_remote:
        raise IssuerConfigurationError(f"Issuer {name!r} has a ca_file, but no jwks_uri.")
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not _is_text(value):
        raise IssuerConfigurationError(
            f"The ca_file of issuer {name!r} must be the path of a file."
        )
    return value


def _key_entry(name: str, entry: Mapping[str, Any], source: str) -> KeyEntry:
    given = {"kid": name, "key" if source == "certificate" else source: entry[source]}
    if "encoding" in entry:
        given["encoding"] = entry["encoding"]
    return read_entry(given)


def _user_entries(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `Issuer` on how tokens name users."""
    claim = _texts(entry.get("claim", "sub"))
    if claim is None:
        raise IssuerConfigurationError(
            f"The claim of issuer {name!r} must be the name of a claim, or a list of names."
        )
    user = entry.get("user", "username")
    lookup = LOOKUPS.get(user) if isinstance(user, str) else None
    if lookup is None:
        raise IssuerConfigurationError(
            f"The user of issuer {name!r} must be one of {', '.join(LOOKUPS)}; it is {user!r}."
        )
    flags = {flag: entry.get(flag, default) for flag, default in _FLAGS.items()}
    for flag, value in flags.items():
        if not isinstance(value, bool):
            raise IssuerConfigurationError(f"The {flag} of issuer {name!r} must be True or False.")
    if flags["create_users"] and not lookup.can_create:
        raise IssuerUsersError(f"Issuer {name!r} cannot create users by their {user}.")
    return {"user_claim": claim, "user_lookup": lookup, **flags}


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


def _texts(value: Any) -> tuple[str, ...] | None:
    """Return a text, or a list of texts, as a tuple; None for anything else."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not values or not all(map(_is_text, values)):
        return None
    return tuple(values)


@dataclass(frozen=True)
class FixedKeys:
    """A configured key, once for each algorithm, and the dates of its certificate, if it is one."""

    keys: tuple[Key, ...]
    valid: tuple[datetime, datetime] | None


@lru_cache(maxsize=64)
def fixed_keys(name: str, entry: KeyEntry, algorithms: tuple[str, ...]) -> FixedKeys:
    """Return the configured key of an issuer, read once in a process.

    The dates of a certificate are not checked: a key is trusted as long as it is configured. Raise
    KeyConfigurationError.
    """
    content, valid = entry.content(), None
    if _CERTIFICATE in content and algorithms[0] not in SECRET_ALGORITHMS:
        content, valid = _open_certificate(name, content)
    text = base64.b64encode(content).decode()
    loaded = [
        load_key({"kid": name, "algorithm": each, "key": text, "encoding": "base64"})
        for each in algorithms
    ]
    return FixedKeys(
        tuple(Key(each.kid, each.algorithm, None, each.verifying) for each in loaded), valid
    )


def _open_certificate(name: str, content: bytes) -> tuple[bytes, tuple[datetime, datetime]]:
    """Return the public key of a certificate as PEM, and its first and last date."""
    from cryptography import x509  # noqa: PLC0415  it is optional
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  it is optional

    try:
        certificate = x509.load_pem_x509_certificate(content)
        key = certificate.public_key()
    except Exception:  # cryptography does not document which ones it raises.
        raise WrongKindError(f"The certificate of issuer {name!r} cannot be parsed.") from None
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
