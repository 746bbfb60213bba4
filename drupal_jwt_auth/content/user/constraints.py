"""What an account has to be: its name, its address, and who may change these.

Source: Drupal core 10.6, the constraints for names, addresses and protected fields of users.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.content.entity.constraints import Proposal
from drupal_jwt_auth.content.entity.storage import sent_text
from drupal_jwt_auth.content.user.access import ADMINISTER, is_own
from drupal_jwt_auth.content.user.columns import email_column, username_column
from drupal_jwt_auth.content.user.field_types import existing_password, new_password
from drupal_jwt_auth.content.user.passwords import (
    MAX_LENGTH,
    UnusablePasswordError,
    hash_of,
    is_password,
)
from drupal_jwt_auth.fields.primitives import is_true
from drupal_jwt_auth.http.exceptions import Violation
from drupal_jwt_auth.user_uuids import can_be_foreseen

NAME_MAX_LENGTH = 60

_ILLEGAL = re.compile(
    # Of ASCII there may be letters, digits and these.
    r"[^\x80-\U0010ffff A-Za-z0-9@+_.'-]"
    # Control characters, spaces and hyphens that are not seen as such, marks for directions and
    # joints, letters of another width, and what stands for no character.
    r"|[\x80-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff\uff01-\uff60\ufff9-\ufffd]"
)


def name_is_right(proposal: Proposal) -> Iterator[Violation]:
    """Refuse a name that none may have, or that somebody has."""
    if not (proposal.is_new or "name" in proposal.raw):
        return
    name = sent_text(proposal.raw, "name")
    for text in name_faults(name):
        yield Violation("name", text)
    is_sent = any(item.get("value") is not None for item in proposal.raw.get("name", ()))
    if is_sent and (name == "" or _is_taken(username_column(), name, proposal)):
        yield Violation("name", f"The username {name} is already taken.")
    if _is_one_column() and _must_know_password(proposal, "name"):
        yield _unknown_password("name", "Name")


def name_faults(name: str) -> Iterator[str]:
    """Yield what is wrong with a name by itself."""
    if not is_true(name):
        yield "You must enter a username."
        return
    if name.startswith(" "):
        yield "The username cannot begin with a space."
    if name.endswith(" "):
        yield "The username cannot end with a space."
    if "  " in name:
        yield "The username cannot contain multiple spaces in a row."
    if _ILLEGAL.search(name):
        yield "The username contains an illegal character."
    if len(name) > NAME_MAX_LENGTH:
        yield f"The username {name} is too long: it must be {NAME_MAX_LENGTH} characters or less."


@sensitive_variables()
def password_is_right(proposal: Proposal) -> Iterator[Violation]:
    """Refuse a password that the project does, and any from who does not know the old one."""
    items = proposal.raw.get("pass", ())
    password = new_password(items[0]) if items else None
    if password is None:
        return
    if _must_know_password(proposal, "pass"):
        yield _unknown_password("pass", "Password")
        return
    if len(password) > MAX_LENGTH:
        return  # Which the field tells.
    try:
        validate_password(password, _as_proposed(proposal))
        hash_of(password)
    except ValidationError as error:
        for text in error.messages:
            yield Violation("pass", text)
    except UnusablePasswordError:
        yield Violation("pass", "This password cannot be kept.")


def address_is_right(proposal: Proposal) -> Iterator[Violation]:
    """Refuse an address that is somebody else's, or none, and one from who knows no password."""
    column = email_column()
    if column is None or not (proposal.is_new or "mail" in proposal.raw):
        return
    mail = sent_text(proposal.raw, "mail")
    if mail and _is_taken(column, mail, proposal):
        yield Violation("mail", f"The email address {mail} is already taken.")
    if not mail and _needs_address(proposal, column):
        yield Violation("mail", "Email field is required.")
    if _must_know_password(proposal, "mail"):
        yield _unknown_password("mail", "Email")
    both = _is_one_column() and {"name", "mail"} <= proposal.raw.keys()
    if both and mail != sent_text(proposal.raw, "name"):
        yield Violation("mail", "Users are known by their email address: it is the name, too.")


def uuid_is_free(proposal: Proposal) -> Iterator[Violation]:
    """Refuse the UUID of another user, or of one to come: whoever had it would be taken for that.

    UUIDs of users are made from their keys, which may be known before they are given.
    """
    if not proposal.is_new or "uuid" not in proposal.raw:
        return
    uuid = sent_text(proposal.raw, "uuid")
    if can_be_foreseen(uuid) or proposal.site.key_of("user", uuid) is not None:
        yield Violation("uuid.0.value", "Another user has this value.")


CONSTRAINTS = (uuid_is_free, name_is_right, password_is_right, address_is_right)


def _is_one_column() -> bool:
    """Tell whether users are known by their address: whoever changes one changes both."""
    return username_column() == email_column()


def _is_taken(column: str, value: str, proposal: Proposal) -> bool:
    """Tell whether another user has a value, in upper case or lower."""
    if "\0" in value:
        return False  # No database would take it for one.
    users = get_user_model()._default_manager.filter(**{f"{column}__iexact": value})
    others = users if proposal.is_new else users.exclude(pk=proposal.entity.pk)
    return others.exists()


def _needs_address(proposal: Proposal, column: str) -> bool:
    """Tell whether an account needs an address: not one without, of which others take care."""
    has_one = not proposal.is_new and bool(getattr(proposal.entity, column))
    return has_one or not proposal.site.has_permission(ADMINISTER)


@sensitive_variables()
def _must_know_password(proposal: Proposal, name: str) -> bool:
    """Tell whether somebody changes their own account, and does not know its password."""
    own = not proposal.is_new and is_own(proposal.site.account, proposal.entity)
    if not own or name not in proposal.raw:
        return False
    items = proposal.raw.get("pass", ())
    existing = existing_password(items[0]) if items else None
    return existing is None or not is_password(existing, proposal.entity)


def _unknown_password(name: str, label: str) -> Violation:
    return Violation(
        name,
        f"Your current password is missing or incorrect; it's required to change the {label}.",
    )


def _as_proposed(proposal: Proposal) -> Any:
    """Return the user as it would be, for validators that compare a password with the rest."""
    user = copy.copy(proposal.entity)
    for name, column in (("name", username_column()), ("mail", email_column())):
        if name in proposal.raw and column is not None:
            setattr(user, column, sent_text(proposal.raw, name))
    return user
