"""Why a token is refused: the log says it, and the answer does not, so that it helps nobody."""

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
    """Return the refusal of a token, whose reason is logged.

    ``values`` are those of the reason, as in a call of a logger; ``issuer`` is the trusted issuer
    whose token it is, ``user`` whose token it certainly is.
    """
    log_reason(reason, *values, issuer=issuer, kind=kind)
    return AuthenticationError(error, user=user)


def log_reason(reason: str, *values: Any, issuer: str | None = None, kind: str = "token") -> None:
    """Log why a token is refused. What a client has chosen is to be written with ``%r``."""
    of, names = ("", ()) if issuer is None else (" of %r", (issuer,))
    logger.info(f"A {kind}{of} is refused: {reason}.", *names, *values)
