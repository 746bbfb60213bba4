"""``GET /rest_api/jwks``: the public keys, for services that verify this site's tokens."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.tokens.jwks import MAX_AGE, public_jwk_set
from drupal_jwt_auth.auth.tokens.keys import get_keys
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.http.views import ResourceView


class JWKSView(GuardedView, ResourceView):
    """Answer ``GET`` and ``HEAD`` with ``{"keys": [...]}`` (RFC 7517, 5); no token is looked at.

    Each key has ``kty``, ``use``, ``alg``, ``kid`` and the members of its kind. Secrets are not
    listed: a site that has nothing else answers ``{"keys": []}``.
    """

    methods = ("GET", "HEAD")
    methods_of_options = ("GET", "HEAD")
    authentication_classes = ()
    permission_classes = ()

    max_age = MAX_AGE

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the public keys, the same for everybody."""
        # Only here, so that refusals keep the headers of all views: private and not cached.
        self.headers["Cache-Control"] = f"public, max-age={self.max_age}"
        del self.headers["Expires"], self.headers["Vary"]
        return Response(public_jwk_set(get_keys()))
