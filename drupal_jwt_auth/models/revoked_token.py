"""Tokens that were revoked before they expired."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from drupal_jwt_auth.models.stored_model import StoredModel

SHA256_HEX_LENGTH = 64


class RevokedTokenManager(models.Manager["RevokedToken"]):
    """Revoked tokens, found by what they are known by."""

    def get_by_natural_key(self, key: str, expires_at: datetime) -> RevokedToken:
        """Return the row that a fixture names."""
        return self.get(key=key, expires_at=expires_at)


class RevokedToken(StoredModel):
    """That a token, or a login with all its tokens, was revoked, and until when that matters.

    ``key`` is the name of the login or a hash of the token's, see
    `drupal_jwt_auth.auth.tokens.revoking.revocation_key`. Rows are added and never changed: who
    revokes the same with a later end adds one more, and nothing has to be read before that.
    """

    key = models.CharField(max_length=SHA256_HEX_LENGTH)
    expires_at = models.DateTimeField(db_index=True)

    objects = RevokedTokenManager()

    class Meta(StoredModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=("key", "expires_at"), name="drupal_jwt_auth_revoked_once"
            )
        ]

    def __str__(self) -> str:
        return self.key

    def natural_key(self) -> tuple[str, datetime]:
        """Return what the row is known by on any site: its number may be another token's there."""
        return self.key, self.expires_at
