"""Signals about tokens. A receiver that fails is logged, and the request goes on.

Logging in and failing to are Django's own ``user_logged_in`` and ``user_login_failed``.
"""

from __future__ import annotations

from django.dispatch import Signal

token_issued = Signal()
"""Sent with ``user``, ``token`` (`drupal_jwt_auth.tokens.IssuedToken`) and ``request`` or None."""

token_refused = Signal()
"""Sent with ``error`` (a row of `drupal_jwt_auth.errors.Error`), ``reason`` and ``request``.

``reason`` is the text that the log has; what a client has written stands in quotes there.
"""

token_revoked = Signal()
"""Sent with ``subject``, the user's key as text, and ``scope``, which of the tokens were revoked.

``scope`` is "token", "session" (a login with all its tokens) or "user" (all tokens there are). For
a token of another issuer, ``subject`` is what the issuer calls the user.
"""
