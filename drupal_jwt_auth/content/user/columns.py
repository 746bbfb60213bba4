"""Which columns of the project's user model hold what Drupal knows of an account."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.validators import ASCIIUsernameValidator, UnicodeUsernameValidator
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import EmailValidator

DJANGOS_OWN = (ASCIIUsernameValidator, UnicodeUsernameValidator)
"""What Django's own user model has against names: Drupal's rules take its place."""


def username_column() -> str:
    """Return the attribute that users are known by."""
    return str(column_of(get_user_model().USERNAME_FIELD).attname)


def email_column() -> str | None:
    """Return the attribute of the e-mail address, None where users have none."""
    found = column_of(get_user_model().get_email_field_name())
    return None if found is None else str(found.attname)


def column_of(name: str) -> Any:
    """Return a column of the user model, None where there is no such column."""
    try:
        found: Any = get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if found.concrete and not found.many_to_many else None


def has_roles() -> bool:
    """Tell whether users are of groups, and may be superusers (``PermissionsMixin``)."""
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    return {"groups", "is_superuser"} <= fields


def users_can(*, wait: bool, get_mail: bool) -> bool:
    """Tell whether users can wait for an approval, and be sent a mail, if they have to."""
    can_wait = column_of("is_active") is not None
    can_get_mail = email_column() is not None
    return (can_wait or not wait) and (can_get_mail or not get_mail)


def with_own_validators(column: Any) -> Any:
    """Return a column with what a project has against its values.

    What Django itself has against names and addresses is left out: Drupal's rules take its place.
    """
    replaced: tuple[type[Any], ...] = ()
    if column.attname == username_column():
        replaced = DJANGOS_OWN
    elif column.attname == email_column():
        replaced = (EmailValidator,)
    own = copy(column)
    vars(own)["validators"] = [each for each in column.validators if type(each) not in replaced]
    return own
