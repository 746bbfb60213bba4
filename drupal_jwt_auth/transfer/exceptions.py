"""What is wrong with the description of a site."""

from __future__ import annotations


class SiteDescriptionError(ValueError):
    """A description cannot be used; the message tells where and why."""


class SiteConflictError(SiteDescriptionError):
    """What is in the database already is in the way of a site."""
