"""Text formats."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import (
    MACHINE_NAME_LENGTH,
    UUID_LENGTH,
    new_uuid,
    validate_machine_name,
)
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import NOT_STORABLE
from drupal_jwt_auth.text import filter_faults


def validate_filters(value: object) -> None:
    """Refuse what is no dict of known filters, each with a weight and settings that it can use."""
    if not isinstance(value, dict):
        raise ValidationError(_("Use a JSON object of filters by id."))
    if not is_storable(value):
        raise ValidationError(NOT_STORABLE)
    faults = list(filter_faults(value))
    if faults:
        raise ValidationError(faults)


class TextFormat(StoredModel):
    """A way to show text that users write: its filters, in the order of their weights.

    Saving one makes the permission to use it; ``plain_text`` is everybody's. One that is switched
    off (``status``) is none to clients, and its texts are not shown; what is stored stays.
    """

    format = ExactCharField(
        _("machine name"),
        max_length=MACHINE_NAME_LENGTH,
        primary_key=True,
        validators=[validate_machine_name],
    )
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    name = models.CharField(_("name"), max_length=255)
    weight = models.IntegerField(_("weight"), default=0)
    status = models.BooleanField(_("enabled"), default=True)
    filters = models.JSONField(
        _("filters"),
        default=dict,
        blank=True,
        validators=[validate_filters],
        help_text=_('Such as {"filter_autop": {"weight": 0, "settings": {}}}.'),
    )

    class Meta(StoredModel.Meta):
        ordering = ("weight", "name")
        verbose_name = _("text format")
        verbose_name_plural = _("text formats")
        permissions = [
            ("administer filters", "Administer text formats and filters"),
        ]

    def __str__(self) -> str:
        return self.name
