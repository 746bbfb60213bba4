"""Refresh tokens, each for one use."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models, router
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.models.revoked_token import SHA256_HEX_LENGTH
from drupal_jwt_auth.models.stored_model import StoredModel

SESSION_LENGTH = 32


class RefreshToken(StoredModel):
    """A refresh token: a hash of it, for the token itself is known to the client alone.

    ``session`` names the login that it comes from, ``stamp`` is the user's security stamp at that
    time. It can be used until ``expires_at``. Used or not, it is kept until the token that came
    with it has expired too (``kept_until``): to notice when it is presented again, and to know how
    long something of its login may be good.
    """

    key = models.CharField(max_length=SHA256_HEX_LENGTH, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=SESSION_LENGTH, db_index=True)
    stamp = models.CharField(max_length=SHA256_HEX_LENGTH)
    expires_at = models.DateTimeField()
    kept_until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.session

    @staticmethod
    @sensitive_variables("text")
    def key_of(text: str) -> str:
        """Return what is stored of a token: it is random and long, so a plain hash is enough."""
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    @sensitive_variables("text")
    def find(cls, text: str) -> RefreshToken | None:
        """Return the refresh token with this text, good or not, or None.

        It is looked for where it was written: a copy of the database may not have it yet.
        """
        written = cls.objects.using(router.db_for_write(cls))
        return written.filter(key=cls.key_of(text)).first()
