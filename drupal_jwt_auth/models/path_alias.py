"""URL aliases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyTextField, readable


def stored_alias(alias: str) -> str:
    """Return an alias as it is stored: without space around it and slashes at its end."""
    return alias.strip(" \t\n\r\0\x0b").rstrip("\\/")


def alias_key(path: str) -> str:
    """Return what a path is found by: the same in upper and lower case, of one length."""
    return hashlib.sha256(path.lower().encode("utf-8", "surrogatepass")).hexdigest()


class PathAliasQuerySet(models.QuerySet["PathAlias"]):
    """Aliases, to be filtered."""

    def at(self, path: str) -> PathAliasQuerySet:
        """Return the aliases that a path is, the newest first."""
        return self.with_key(alias_key(stored_alias(path)))

    def with_key(self, key: Any) -> PathAliasQuerySet:
        """Return the aliases with a key, the newest first."""
        return self.filter(key=key).order_by("-pid")


class PathAlias(StoredModel):
    """Another path of a node. Several nodes may have the same one: the newest wins.

    An import keeps aliases of other paths as well, such as ``/taxonomy/term/1``. Nothing is served
    at these, nor at the alias of a node where one of them is newer.
    """

    pid = models.BigAutoField(_("ID"), primary_key=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    node = models.ForeignKey(
        "Node",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name=_("content item"),
    )
    path: models.TextField[str, str] = AnyTextField(
        _("other path"),
        max_length=ALIAS_MAX_LENGTH,
        blank=True,
        default="",
        help_text=_("What it is an alias of, where that is no content. Nothing is served there."),
    )
    alias: models.TextField[str, str] = AnyTextField(_("alias"), max_length=ALIAS_MAX_LENGTH)
    key = models.CharField(max_length=64, editable=False, db_index=True)
    langcode = models.CharField(_("language"), max_length=12)

    objects = PathAliasQuerySet.as_manager()

    class Meta:
        ordering = ("-pid",)
        verbose_name = _("URL alias")
        verbose_name_plural = _("URL aliases")
        constraints = [
            models.CheckConstraint(
                condition=Q(node__isnull=False, path="") | (Q(node__isnull=True) & ~Q(path="")),
                name="drupal_jwt_auth_alias_of_one",
                violation_error_message=_("An alias is of a content item or of another path."),
            )
        ]

    def __str__(self) -> str:
        return readable(self.alias)

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the alias with the key that it is found by."""
        self.alias = stored_alias(self.alias)
        self.key = alias_key(self.alias)
        if update_fields is not None and "alias" in update_fields:
            update_fields = {*update_fields, "key"}
        super().save(update_fields=update_fields, **kwargs)

    def change(self, alias: str) -> None:
        """Make it another alias of the same node."""
        if alias != self.alias:
            self.alias = alias
            self.save(update_fields=["alias"])
