"""What keeps a Drupal database from being read."""

from __future__ import annotations

from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError


class DrupalDatabaseError(SiteDescriptionError):
    """A database cannot be read, or is none of a Drupal site that can move in."""


class SerializedValueError(ValueError):
    """A value is none that PHP has serialized, or one that is not read here."""
