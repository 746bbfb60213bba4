"""The configurable fields of content types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.fields.registry import FIELD_TYPES
from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, validate_machine_name
from drupal_jwt_auth.models.node_type import NodeType
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import NOT_STORABLE


def validate_field_type(value: str) -> None:
    """Refuse a type that is not registered."""
    if value not in FIELD_TYPES:
        raise ValidationError(_("There is no field type %(value)s."), params={"value": value})


def validate_cardinality(value: int) -> None:
    """Refuse what is neither a number of items nor -1."""
    if value == 0 or value < -1:
        raise ValidationError(_("Use a number of items, or -1 for any number."))


class FieldConfigManager(models.Manager["FieldConfig"]):
    """Fields, found by their names."""

    def get_by_natural_key(self, node_type: str, name: str) -> FieldConfig:
        """Return the field that a fixture names."""
        return self.get(node_type=node_type, name=name)

    def add_body(self, node_type: NodeType) -> FieldConfig:
        """Return the body of a content type, the field that Drupal gives each new one.

        It is made where there is none.
        """
        body, _made = self.get_or_create(
            node_type=node_type,
            name="body",
            defaults={"label": "Body", "field_type": "text_with_summary"},
        )
        return body


class FieldConfig(StoredModel):
    """One field of one content type; its values are in the ``fields`` of the nodes."""

    node_type = models.ForeignKey(
        NodeType, on_delete=models.CASCADE, related_name="field_configs", verbose_name=_("type")
    )
    name = ExactCharField(
        _("machine name"),
        max_length=MACHINE_NAME_LENGTH,
        validators=[validate_machine_name],
    )
    label = models.CharField(_("label"), max_length=255)
    field_type = models.CharField(_("field type"), max_length=64, validators=[validate_field_type])
    required = models.BooleanField(_("required"), default=False)
    cardinality = models.IntegerField(
        _("number of values"),
        default=1,
        validators=[validate_cardinality],
        help_text=_("-1 for any number."),
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    default_value = models.JSONField(_("default value"), default=list, blank=True)

    objects = FieldConfigManager()

    class Meta:
        ordering = ("node_type", "name")
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [
            models.UniqueConstraint(
                fields=("node_type", "name"), name="drupal_jwt_auth_field_of_type"
            )
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the field, choices as a list: databases do not keep the order of an object."""
        settings: Any = self.settings
        choices = settings.get("allowed_values") if isinstance(settings, dict) else None
        if isinstance(choices, dict):
            listed = [{"value": value, "label": label} for value, label in choices.items()]
            self.settings = {**settings, "allowed_values": listed}
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, str]:
        """Return what the field is known by on any site."""
        return self.node_type_id, self.name

    def clean(self) -> None:
        """Refuse settings and defaults of the wrong shape."""
        faults: dict[str, Any] = {}
        if not isinstance(self.settings, dict):
            faults["settings"] = _("Use a JSON object.")
        if not isinstance(self.default_value, list):
            faults["default_value"] = _("Use a JSON list of items.")
        for name in ("settings", "default_value"):
            if not is_storable(getattr(self, name)):
                faults[name] = NOT_STORABLE
        if faults:
            raise ValidationError(faults)
