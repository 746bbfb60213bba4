"""The content log for code of a project: who writes, and what Django tells nobody of."""

from drupal_jwt_auth.content.content_log import acting, note_update

__all__ = ["acting", "note_update"]
