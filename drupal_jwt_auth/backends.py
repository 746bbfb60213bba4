"""Backends for Django's ``AUTHENTICATION_BACKENDS``."""

from drupal_jwt_auth.auth.backends import GuardedModelBackend, LoginGuard

__all__ = [
    "GuardedModelBackend",
    "LoginGuard",
]
