"""Drupal's password hashes as Django hashers."""

from drupal_jwt_auth.auth.hashers import (
    DrupalArgon2PasswordHasher,
    DrupalBCryptPasswordHasher,
    DrupalPhpassPasswordHasher,
)

__all__ = [
    "DrupalArgon2PasswordHasher",
    "DrupalBCryptPasswordHasher",
    "DrupalPhpassPasswordHasher",
]
