"""System checks of the keys that sign and verify tokens: ``KEYS`` and ``SECRET_KEY``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured

from drupal_jwt_auth.auth.tokens.former_keys import former_keys
from drupal_jwt_auth.auth.tokens.guessing import is_guessable
from drupal_jwt_auth.auth.tokens.issuers import IssuerConfigurationError, fixed_keys, read_issuer
from drupal_jwt_auth.auth.tokens.key_errors import (
    KeyConfigurationError,
    KeyEncodingError,
    KeySourceError,
    PublishedSecretError,
    ShortKeyError,
    UnsupportedAlgorithmError,
    WrongKindError,
)
from drupal_jwt_auth.auth.tokens.keys import SECRET_ALGORITHMS, Key, derived_key, load_key
from drupal_jwt_auth.checks.messages import Advice, error_message
from drupal_jwt_auth.conf import SETTING_NAME, app_settings

MAKE_KEY = "manage.py create_jwt_key FILE --algorithm NAME"

KEY_FAULTS: Advice = {
    UnsupportedAlgorithmError: (
        "drupal_jwt_auth.E005",
        "Choose another algorithm, or install what it needs.",
    ),
    ShortKeyError: ("drupal_jwt_auth.E006", f"Make a longer one: {MAKE_KEY}."),
    KeySourceError: (
        "drupal_jwt_auth.E012",
        "Set the variable, or make the file readable for the user that the site runs as.",
    ),
    KeyEncodingError: (
        "drupal_jwt_auth.E013",
        "Correct its encoding, which is text or base64.",
    ),
    PublishedSecretError: ("drupal_jwt_auth.E014", f"Make a secret for it: {MAKE_KEY}."),
    WrongKindError: (
        "drupal_jwt_auth.E015",
        f"Correct its algorithm, or make a key for it: {MAKE_KEY}.",
    ),
    KeyConfigurationError: (
        "drupal_jwt_auth.E004",
        "Give each key kid, algorithm and one of key, environment and file.",
    ),
}
"""Id and hint for each kind of fault in an entry of ``KEYS``."""


def check_keys() -> Iterator[CheckMessage]:
    """Yield the faults of the entries of ``KEYS``."""
    keys: list[Key] = []
    for entry in app_settings.KEYS:
        try:
            keys.append(load_key(entry))
        except KeyConfigurationError as error:
            yield error_message(error, KEY_FAULTS)
    if len({key.kid for key in keys}) < len(keys):
        yield checks.Error(
            "Two keys have the same kid.",
            hint="Give each key a kid of its own.",
            id="drupal_jwt_auth.E007",
        )
    is_first = bool(keys) and keys[0].kid == app_settings.KEYS[0].get("kid")
    if is_first and keys[0].signing is None:
        yield checks.Error(
            f"The first key, {keys[0].kid!r}, signs, but it is a public key.",
            hint="Put a key with its private half first.",
            id="drupal_jwt_auth.E008",
        )


def check_former_keys() -> Iterator[CheckMessage]:
    """Yield the faults of the entries of ``FORMER_KEYS``, and those that are trusted no more."""
    for entry in app_settings.FORMER_KEYS:
        try:
            [(key, until)] = former_keys([entry])
        except KeyConfigurationError as error:
            yield checks.Error(
                str(error),
                hint="Give each key algorithm, until and one of key, environment and file, as "
                "Drupal has it.",
                id="drupal_jwt_auth.E017",
            )
            continue
        if until <= datetime.now(timezone.utc):
            yield checks.Warning(
                f"A key of {SETTING_NAME}['FORMER_KEYS'] was trusted until {until:%Y-%m-%d} only.",
                hint="Take the entry away: nobody has a token of that site any more.",
                id="drupal_jwt_auth.W011",
            )
        elif key.algorithm in SECRET_ALGORITHMS and is_guessable(key.verifying):
            yield checks.Error(
                f"A key of {SETTING_NAME}['FORMER_KEYS'] can be guessed.",
                hint="Take the entry away, and let people log in once more.",
                id="drupal_jwt_auth.E018",
            )


def check_secret_key() -> Iterator[CheckMessage]:
    """Yield an error for an empty ``SECRET_KEY``: keys are made of it, and stamps in any case."""
    try:
        settings.SECRET_KEY  # noqa: B018  to look at it is what raises
    except ImproperlyConfigured:
        yield checks.Error(
            "SECRET_KEY is empty, and no token is issued without it.",
            hint="Set SECRET_KEY to a long random text of your own.",
            id="drupal_jwt_auth.E009",
        )


def check_guessing() -> Iterator[CheckMessage]:
    """Yield an error for each secret that verifies tokens and can be guessed."""
    keys = [*_secrets(app_settings.KEYS)]
    own = {key.verifying for key in keys}
    with suppress(ImproperlyConfigured):  # `check_secret_key` says so.
        for name, values in {
            "SECRET_KEY": [settings.SECRET_KEY],
            "SECRET_KEY_FALLBACKS": filter(None, settings.SECRET_KEY_FALLBACKS),
        }.items():
            used = [
                value
                for value in map(str, values)
                if not app_settings.KEYS or derived_key(value).verifying in own
            ]
            if any(is_guessable(value.encode()) for value in used):
                yield checks.Error(
                    f"{name} can be guessed, and a key made of it verifies tokens.",
                    hint="Set SECRET_KEY to a long random text of your own, with no other one in "
                    f"SECRET_KEY_FALLBACKS, or {SETTING_NAME}['KEYS'].",
                    id="drupal_jwt_auth.E010",
                )
    for key in keys:
        if is_guessable(key.verifying):
            yield checks.Error(
                f"Key {key.kid!r} can be guessed.",
                hint=f"Make one that is random: {MAKE_KEY}.",
                id="drupal_jwt_auth.E016",
            )
    for key in _secrets_of_issuers():
        if is_guessable(key.verifying):
            yield checks.Error(
                f"The secret of issuer {key.kid!r} can be guessed.",
                hint="Agree on another with the issuer, which is random.",
                id="drupal_jwt_auth.E039",
            )


def _secrets(entries: Sequence[Mapping[str, Any]]) -> Iterator[Key]:
    """Yield the keys that are secrets; `check_keys` reports entries that cannot be read."""
    for entry in entries:
        with suppress(KeyConfigurationError):
            key = load_key(entry)
            if key.algorithm in SECRET_ALGORITHMS:
                yield key


def _secrets_of_issuers() -> Iterator[Key]:
    """Yield the secrets shared with other issuers, each with the issuer's name as its ``kid``."""
    for entry in app_settings.ISSUERS:
        with suppress(IssuerConfigurationError, KeyConfigurationError):
            issuer = read_issuer(entry)
            if issuer.key and issuer.algorithms[0] in SECRET_ALGORITHMS:
                yield fixed_keys(issuer.name, issuer.key, issuer.algorithms).keys[0]
