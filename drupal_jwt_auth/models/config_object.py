"""Configuration as Drupal keeps it: objects by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.ordered_json import OrderedJSONField
from drupal_jwt_auth.models.stored_model import StoredModel

CONFIG_NAME_LENGTH = 250

validate_config_name = RegexValidator(
    r"""\A[^:?*<>"'/\\\s]+\Z""", _("Use no spaces, and none of the characters : ? * < > \" ' / \\.")
)


class ConfigObjectQuerySet(models.QuerySet["ConfigObject"]):
    """Configuration objects."""

    def data_of(self, name: str) -> dict[str, Any] | None:
        """Return what an object holds, None where there is none of this name."""
        return self.filter(pk=name).values_list("data", flat=True).first()

    def beginning_with(self, prefixes: Iterable[str]) -> ConfigObjectQuerySet:
        """Return the objects whose names begin with one of the prefixes and a dot."""
        return self.filter(_beginning_with(prefixes))

    def not_beginning_with(self, prefixes: Iterable[str]) -> ConfigObjectQuerySet:
        """Return the others."""
        return self.exclude(_beginning_with(prefixes))


def _beginning_with(prefixes: Iterable[str]) -> Q:
    condition = Q(pk__in=())
    for prefix in prefixes:
        condition |= Q(name__startswith=f"{prefix}.")
    return condition


class ConfigObject(StoredModel):
    """A configuration object of a Drupal site: a configuration entity, or some settings.

    ``name`` is Drupal's (``core.date_format.short``, ``user.settings``), ``data`` what it holds.
    What this app decides on by rows of its own is not read from here.
    """

    name = ExactCharField(
        _("name"),
        max_length=CONFIG_NAME_LENGTH,
        primary_key=True,
        validators=[validate_config_name],
        help_text=_("Such as user.settings, or core.date_format.short."),
    )
    data = OrderedJSONField(
        _("data"),
        help_text=_(
            "A JSON object. Of roles, text formats, content types and fields, what their own pages "
            "say is shown instead."
        ),
    )

    objects = ConfigObjectQuerySet.as_manager()

    class Meta(StoredModel.Meta):
        ordering = ("name",)
        verbose_name = _("configuration object")
        verbose_name_plural = _("configuration objects")
        permissions = [
            ("link to any page", "Link to any page"),
            ("administer site configuration", "Administer site configuration"),
            ("administer display modes", "Add, edit, and delete custom display modes"),
            ("administer image styles", "Administer image styles"),
            ("administer menu", "Administer menus and menu links"),
            ("administer rest resources", "Administer REST resource configuration"),
            ("administer views", "Administer views"),
            ("issue subrequests", "Issue subrequests"),
        ]

    def __str__(self) -> str:
        return self.name
