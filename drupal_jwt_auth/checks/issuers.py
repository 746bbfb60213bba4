"""System checks of the other issuers that are trusted. Nothing is fetched from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from django.core import checks
from django.core.checks import CheckMessage

from drupal_jwt_auth.auth.tokens.external_users import check_users
from drupal_jwt_auth.auth.tokens.issuers import (
    ENTRIES,
    FixedKeys,
    Issuer,
    IssuerAddressError,
    IssuerAlgorithmError,
    IssuerAudienceError,
    IssuerConfigurationError,
    IssuerSourceError,
    IssuerUsersError,
    fixed_keys,
    read_issuer,
)
from drupal_jwt_auth.auth.tokens.key_errors import KeyConfigurationError, UnsupportedAlgorithmError
from drupal_jwt_auth.auth.tokens.remote_keys import tls_context
from drupal_jwt_auth.checks.messages import Advice, error_message
from drupal_jwt_auth.conf import SETTING_NAME, app_settings

_NAME_ALGORITHMS = (
    "drupal_jwt_auth.E034",
    "Name those that it signs with, or install what they need.",
)

ISSUER_FAULTS: Advice = {
    IssuerSourceError: ("drupal_jwt_auth.E031", "Say in one way where the keys are."),
    IssuerAddressError: (
        "drupal_jwt_auth.E032",
        "Give the whole address, beginning with https://.",
    ),
    IssuerAudienceError: (
        "drupal_jwt_auth.E033",
        "Set it to the aud that its tokens for this site have.",
    ),
    IssuerAlgorithmError: _NAME_ALGORITHMS,
    UnsupportedAlgorithmError: _NAME_ALGORITHMS,
    IssuerUsersError: (
        "drupal_jwt_auth.E035",
        "Set user to something else, or create_users to False.",
    ),
    IssuerConfigurationError: (
        "drupal_jwt_auth.E030",
        f"Correct the entry. It may have: {', '.join(sorted(ENTRIES))}.",
    ),
    KeyConfigurationError: (
        "drupal_jwt_auth.E037",
        "Give a secret, or a public key or certificate as PEM.",
    ),
}
"""Id and hint for each kind of fault in an entry of ``ISSUERS``."""


def check_issuers() -> Iterator[CheckMessage]:
    """Yield the faults of the entries of ``ISSUERS``."""
    names = [app_settings.ISSUER] if app_settings.ISSUER else []
    for entry in app_settings.ISSUERS:
        try:
            issuer = read_issuer(entry)
            check_users(issuer)
            keys = fixed_keys(issuer.name, issuer.key, issuer.algorithms) if issuer.key else None
        except (IssuerConfigurationError, KeyConfigurationError) as error:
            yield error_message(error, ISSUER_FAULTS)
            continue
        yield from _check_certificates(issuer, keys)
        if issuer.name in names:
            yield checks.Error(
                f"There are two issuers with the name {issuer.name!r}.",
                hint=f"Keep one entry for each, and none for {SETTING_NAME}['ISSUER'] itself.",
                id="drupal_jwt_auth.E036",
            )
        names.append(issuer.name)


def _check_certificates(issuer: Issuer, keys: FixedKeys | None) -> Iterator[CheckMessage]:
    """Yield the faults of the certificates that an entry names."""
    if keys and keys.valid and not keys.valid[0] <= datetime.now(timezone.utc) <= keys.valid[1]:
        first, last = (f"{day:%Y-%m-%d}" for day in keys.valid)
        yield checks.Warning(
            f"The certificate of issuer {issuer.name!r} is valid from {first} to {last} only.",
            hint="Ask the issuer for its new one. Until then the key in it goes on to verify.",
            id="drupal_jwt_auth.W005",
        )
    if issuer.ca_file is not None:
        try:
            tls_context(issuer.ca_file)
        except (OSError, ValueError):
            yield checks.Error(
                f"The ca_file of issuer {issuer.name!r} has no certificates that can be read.",
                hint="Set it to the path of a PEM file with the authority that it trusts.",
                id="drupal_jwt_auth.E038",
            )
