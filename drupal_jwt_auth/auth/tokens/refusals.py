"""Refusals of tokens: the log says why; the answer does not, so that it helps nobody who tries."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from drupal_jwt_auth.errors import AuthenticationError, Error

logger = logging.getLogger(__name__)


def refusal(
    error: Error,
    reason: str,
    *values: Any,
    issuer: str | None = None,
    user: AbstractBaseUser | None = None,
    kind: str = "token",
) -> AuthenticationError:
    """Log why a token is refused, and return the exception to raise, which has the reason too.

    ``reason`` and ``values`` are the message and arguments of a logger; what a client has chosen
    belongs into ``%r``. ``issuer`` is the trusted issuer of the token, and ``user`` its user, where
    these are certain.
    """
    whose = kind if issuer is None else f"{kind} of {issuer!r}"
    logger.info(f"A %s is refused: {reason}.", whose, *values)
    return AuthenticationError(error, user=user, reason=reason % values)
