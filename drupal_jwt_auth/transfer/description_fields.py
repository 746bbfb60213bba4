"""What the descriptions of all kinds are made of: names, numbers, times."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH

MAX_ID = 2**31 - 1


class MachineNameField(serializers.RegexField):
    """A machine name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[a-z][a-z0-9_]*\Z", max_length=MACHINE_NAME_LENGTH, **kwargs)


class IdField(serializers.IntegerField):
    """The number of an entity."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class UnixTimeField(serializers.IntegerField):
    """Seconds since 1970."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**33, **kwargs)


class ObjectField(serializers.DictField):
    """An object; PHP writes an empty one as a list."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the object."""
        return super().to_internal_value({} if data == [] else data)


def user_field(**kwargs: Any) -> serializers.IntegerField:
    """Return a field for the number of a user, 0 being the anonymous one."""
    return serializers.IntegerField(min_value=0, max_value=MAX_ID, **kwargs)


def uuid_field(**kwargs: Any) -> serializers.CharField:
    """Return a field for a UUID."""
    return serializers.CharField(max_length=UUID_LENGTH, **kwargs)
