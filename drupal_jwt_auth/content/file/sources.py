"""What a file has in columns of a kind of their own."""

from __future__ import annotations

from typing import Any

from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.files.storage import name_of, uri_of


class StoredName(Attribute):
    """The name of a file in the storage, which items hold as Drupal's URI."""

    def read(self, value: Any) -> Any:
        """Return the URI."""
        return uri_of(str(value))

    def write(self, value: Any) -> Any:
        """Return the name in the storage."""
        return name_of(str(value))
