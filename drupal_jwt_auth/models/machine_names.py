"""Names that programs use, and UUIDs as Drupal has them."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

MACHINE_NAME_LENGTH = 32
UUID_LENGTH = 128

validate_machine_name = RegexValidator(
    r"\A[a-z][a-z0-9_]*\Z", _("Use lower-case letters, digits and underscores.")
)


def new_uuid() -> str:
    """Return a random UUID as text: Drupal takes any text for one."""
    return str(uuid.uuid4())
