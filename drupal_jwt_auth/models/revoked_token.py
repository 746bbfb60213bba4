"""Tokens that were revoked before they expired."""

from __future__ import annotations

from django.db import models

from drupal_jwt_auth.models.stored_model import StoredModel

SHA256_HEX_LENGTH = 64


class RevokedToken(StoredModel):
    """A token, or a login with all its tokens, that was revoked before its time.

    ``key`` is a hash of its name, see `drupal_jwt_auth.tokens.revoking`. After ``expires_at`` the
    row is of no use any more.
    """

    key = models.CharField(max_length=SHA256_HEX_LENGTH, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
