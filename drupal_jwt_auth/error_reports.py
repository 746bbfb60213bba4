"""The filter that hides secrets in error reports, for reports that a project makes itself."""

from drupal_jwt_auth.auth.error_reports import SecretFilter

__all__ = [
    "SecretFilter",
]
