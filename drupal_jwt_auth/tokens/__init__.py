"""JSON Web Tokens: the keys, issuing and verifying. Nothing here knows of views or of content."""

from drupal_jwt_auth.tokens.issuing import IssuedToken, issue
from drupal_jwt_auth.tokens.verifying import VerifiedToken, verify

__all__ = ["IssuedToken", "VerifiedToken", "issue", "verify"]
