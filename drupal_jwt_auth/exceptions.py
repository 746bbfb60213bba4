"""Errors as Drupal answers them, for the views of a project."""

from drupal_jwt_auth.auth.exception_handler import DrupalErrorsMixin, exception_handler

__all__ = [
    "DrupalErrorsMixin",
    "exception_handler",
]
