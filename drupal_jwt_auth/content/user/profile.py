"""What is kept of a user beside the row of the project's own user model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid

PROFILE = "drupal_profile"
"""What leads from a user to the profile."""


def profile_of(user: Any) -> UserProfile:
    """Return the profile of a user: the row, or a new one with the defaults."""
    try:
        profile: UserProfile = getattr(user, PROFILE)
    except ObjectDoesNotExist:
        profile = UserProfile(user=user)
    if not profile.uuid and user.pk is not None:
        profile.uuid = user_uuid(user.pk)
    return profile


@dataclass(frozen=True, kw_only=True)
class ProfileField(Field):
    """A configurable field of users: its items are in their profiles."""

    @property
    def columns(self) -> frozenset[str]:
        """Return no attribute: none of the user's own columns holds the items."""
        return frozenset()

    def get(self, entity: Any) -> list[Item]:
        """Return the stored items."""
        profile: Any = profile_of(entity)
        return super().get(profile)

    def store(self, entity: Any, items: Sequence[Item]) -> None:
        """Store items as they are."""
        profile: Any = profile_of(entity)
        super().store(profile, items)
        profile.written.add("fields")
