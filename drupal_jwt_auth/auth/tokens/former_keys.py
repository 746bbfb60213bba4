"""Keys of the Drupal site that was here before: ``DRUPAL_JWT_AUTH["FORMER_KEYS"]``.

Source: the tokens of Drupal's module jwt: the claims ``iat``, ``exp`` and ``drupal.uid``, neither
``sub`` nor ``jti``, and no name of who has issued them. Each key is trusted up to a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from drupal_jwt_auth.auth.tokens.issuers import Issuer
from drupal_jwt_auth.auth.tokens.key_entries import read_entry
from drupal_jwt_auth.auth.tokens.key_errors import KeyConfigurationError
from drupal_jwt_auth.auth.tokens.keys import Key, load_once
from drupal_jwt_auth.auth.tokens.user_lookups import IdLookup
from drupal_jwt_auth.auth.tokens.users import TokenUser
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid

FORMER_SITE = "drupal_jwt_auth.former_site"
"""What the site is called where other issuers have their names."""

CLAIM = ("drupal", "uid")
OWN_CLAIMS = frozenset({"iss", "jti", "sub"})
"""Claims that tokens of this site, or of an issuer with a name, have, and those of Drupal have not.
"""


class FormerUserLookup(IdLookup):
    """By the number that a user has on both sites: only for those who came from the other one.

    The number of an account of the project's own may be that of somebody else there.
    """

    def candidates(self, value: str, revocation_key: str) -> list[TokenUser]:
        """Return the user with this key, if the account was imported."""
        return [
            found
            for found in super().candidates(value, revocation_key)
            if UserProfile.objects.filter(user=found.user.pk)
            .exclude(uuid=user_uuid(found.user.pk))
            .exists()
        ]


@dataclass(frozen=True)
class FormerSite(Issuer):
    """The site, with the keys that are still trusted."""

    entries: tuple[Key, ...] = ()

    def keys(self, kid: str | None) -> Sequence[Key]:
        """Return all of them: Drupal does not name its key."""
        return self.entries


def former_site() -> FormerSite | None:
    """Return the site, None where no key is trusted; raise KeyConfigurationError."""
    now = datetime.now(timezone.utc)
    keys = tuple(key for key, until in former_keys(app_settings.FORMER_KEYS) if now < until)
    if not keys:
        return None
    return FormerSite(
        FORMER_SITE,
        (),
        tuple(sorted({key.algorithm for key in keys})),
        user_claim=CLAIM,
        user_lookup=FormerUserLookup(),
        entries=keys,
    )


def former_keys(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Key, datetime]]:
    """Yield each key with the moment up to which it is trusted; raise KeyConfigurationError."""
    for number, entry in enumerate(entries, start=1):
        kid = str(entry.get("kid", f"former {number}"))
        until = entry.get("until")
        if not isinstance(until, datetime) or until.tzinfo is None:
            raise KeyConfigurationError(
                f"Key {kid!r} needs until, a datetime with a time zone, up to which it is trusted."
            )
        key = {name: value for name, value in entry.items() if name != "until"}
        yield load_once(read_entry({**key, "kid": kid})), until


def is_former(claims: Mapping[str, Any]) -> bool:
    """Tell whether claims, which nobody has verified yet, are as those of Drupal's tokens."""
    named = claims.get("drupal")
    return not OWN_CLAIMS & claims.keys() and isinstance(named, dict) and "uid" in named
