"""The authentication methods of this app's own views, as ``AUTHENTICATION_METHODS`` lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drupal_jwt_auth.auth.authentication.api_key import ApiKeyAuthentication
from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.authentication.basic import DrupalBasicAuthentication
from drupal_jwt_auth.auth.authentication.cookie import CookieAuthentication
from drupal_jwt_auth.auth.authentication.jwt import JWTAuthentication
from drupal_jwt_auth.conf import app_settings

METHODS: Mapping[str, type[CallerAuthentication]] = {
    "jwt": JWTAuthentication,
    "basic": DrupalBasicAuthentication,
    "api_key": ApiKeyAuthentication,
    "cookie": CookieAuthentication,
}


class AcceptedMethods(Sequence[type[CallerAuthentication]]):
    """The authentication classes of ``AUTHENTICATION_METHODS``, in its order, read at each access.

    For a view: ``authentication_classes = AcceptedMethods()``.
    """

    def __len__(self) -> int:
        return len(app_settings.AUTHENTICATION_METHODS)

    def __getitem__(self, index: Any) -> Any:
        return [METHODS[name] for name in app_settings.AUTHENTICATION_METHODS][index]
