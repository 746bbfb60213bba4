"""Aliases as URLs."""

from __future__ import annotations

from drupal_jwt_auth.models import PathAlias


class AliasConverter:
    """A URL converter that matches the alias of a node, and nothing else: one query tells."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        """Return the path; raise ValueError, that is no match, where it is no alias."""
        path = f"/{value}"
        if not PathAlias.objects.at(path).exists():
            raise ValueError(path)
        return path

    def to_url(self, value: str) -> str:
        """Return the path in a URL."""
        return value.removeprefix("/")
