"""DRF authentication: from the headers of a request to its user."""

from drupal_jwt_auth.auth.authentication import (
    AcceptedMethods,
    ApiKeyAuthentication,
    CallerAuthentication,
    CookieAuthentication,
    DrupalBasicAuthentication,
    JWTAuthentication,
)

__all__ = [
    "AcceptedMethods",
    "ApiKeyAuthentication",
    "CallerAuthentication",
    "CookieAuthentication",
    "DrupalBasicAuthentication",
    "JWTAuthentication",
]
