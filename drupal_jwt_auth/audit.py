"""The audit log: who asked what, when, from where, and how it was answered."""

from drupal_jwt_auth.auth.audit import Audited

__all__ = [
    "Audited",
]
