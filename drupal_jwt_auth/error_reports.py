"""What Django's error reports do not show, for reports that a project makes itself."""

from drupal_jwt_auth.auth.error_reports import SecretFilter

__all__ = [
    "SecretFilter",
]
