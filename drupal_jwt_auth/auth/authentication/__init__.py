"""DRF authentication: from the headers of a request to its user, one module a method.

Imports point downwards: methods stands on jwt, basic, api_key and cookie, these on base and
refusals.
"""

from drupal_jwt_auth.auth.authentication.api_key import ApiKeyAuthentication
from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.authentication.basic import DrupalBasicAuthentication
from drupal_jwt_auth.auth.authentication.cookie import CookieAuthentication
from drupal_jwt_auth.auth.authentication.jwt import JWTAuthentication
from drupal_jwt_auth.auth.authentication.methods import AcceptedMethods

__all__ = [
    "AcceptedMethods",
    "ApiKeyAuthentication",
    "CallerAuthentication",
    "CookieAuthentication",
    "DrupalBasicAuthentication",
    "JWTAuthentication",
]
