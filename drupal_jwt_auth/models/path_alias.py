"""URL aliases: other paths of what has a path of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models.exact_columns import ExactAnyCharField, ExactCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.source_path import SourcePath
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyJSONObject, AnyTextField, readable
from drupal_jwt_auth.prepared import Parameter, Prepared

PATH_MAX_LENGTH = 255
NO_LANGUAGE = "und"
"""The language of what is in none."""

ITEM = ("alias", "pid", "langcode")
"""What is shown of an alias."""


def stored_alias(alias: str) -> str:
    """Return an alias as it is stored: without space around it and slashes at its end."""
    return alias.strip(" \t\n\r\0\x0b").rstrip("\\/")


def alias_key(path: str) -> str:
    """Return what a path is found by: the same in upper and lower case, of one length."""
    return hashlib.sha256(path.lower().encode("utf-8", "surrogatepass")).hexdigest()


class PathAliasQuerySet(models.QuerySet["PathAlias"]):
    """Aliases, to be filtered."""

    def with_key(self, key: Any) -> PathAliasQuerySet:
        """Return the aliases with a key that lead somewhere, the one that counts first."""
        return self.filter(key=key)._that_count()

    def with_any_key(self, keys: Iterable[str]) -> PathAliasQuerySet:
        """Return the same of several keys."""
        return self.filter(key__in=keys)._that_count()

    def of(self, path: Any) -> PathAliasQuerySet:
        """Return the aliases of a path that are switched on, the one that is shown first."""
        return self.filter(path=path)._that_count()

    def of_any(self, paths: Iterable[str]) -> PathAliasQuerySet:
        """Return the same of several paths."""
        return self.filter(path__in=paths)._that_count()

    def _that_count(self) -> PathAliasQuerySet:
        """Return those that are switched on: one in a language before one in none, the newest."""
        in_none = models.ExpressionWrapper(Q(langcode=NO_LANGUAGE), models.BooleanField())
        return self.filter(status=True).order_by(in_none, "-pid")


class PathAlias(StoredModel):
    """Another path of what is at ``path``, such as ``/node/2``, ``/taxonomy/term/1``, ``/user/2``.

    Several paths may have the same alias, and a path several: the newest counts. An import keeps
    aliases of any path; one that no entity has leads nowhere.
    """

    pid = models.BigAutoField(_("ID"), primary_key=True)
    uuid = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    revision_id = models.BigIntegerField(null=True, editable=False)
    """The number of its revision, as it was on another site; None for the alias's own."""
    path = ExactCharField(
        _("path"),
        max_length=PATH_MAX_LENGTH,
        help_text=_("What it leads to, such as /node/1 or /taxonomy/term/1."),
    )
    alias: models.TextField[str, str] = AnyTextField(_("alias"), max_length=ALIAS_MAX_LENGTH)
    key = models.CharField(max_length=64, editable=False, db_index=True)
    langcode = models.CharField(_("language"), max_length=LANGCODE_MAX_LENGTH, default=NO_LANGUAGE)
    status = models.BooleanField(
        _("active"), default=True, help_text=_("Whether it leads there, and is shown.")
    )

    objects = PathAliasQuerySet.as_manager()

    class Meta(StoredModel.Meta):
        ordering = ("-pid",)
        verbose_name = _("URL alias")
        verbose_name_plural = _("URL aliases")
        permissions = [
            ("create url aliases", "Create and edit URL aliases"),
            ("administer url aliases", "Administer URL aliases"),
        ]
        indexes = [models.Index(fields=["path"], name="drupal_jwt_auth_alias_path")]

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
        """Make it another alias of the same path."""
        if alias != self.alias:
            self.alias = alias
            self.save(update_fields=["alias"])


def newest_item(prefix: str, key: str = "pk") -> Subquery:
    """Return the subquery for what is shown of the alias of each row's entity, NULL for none.

    The path of an entity is ``prefix`` and then its key, which stands in the column ``key``.
    """
    item = AnyJSONObject(**{name: name for name in ITEM})
    return Subquery(_of_each(prefix, key).values(item=item)[:1])


def newest_alias(prefix: str, key: str = "pk") -> Subquery:
    """Return the subquery for the alias alone."""
    return Subquery(_of_each(prefix, key).values("alias")[:1])


def _of_each(prefix: str, key: str) -> PathAliasQuerySet:
    return PathAlias.objects.of(SourcePath(prefix, OuterRef(key)))


def item_of(entity: Any, prefix: str) -> dict[str, Any] | None:
    """Return what is shown of the alias of an entity, None for none; its key ends its path.

    It is asked for once, where the entity's own query has not brought it along (`newest_item`).
    """
    if not hasattr(entity, "newest_alias"):
        aliases = PathAlias.objects.of(f"{prefix}{entity.pk}").values(*ITEM)
        entity.newest_alias = aliases.first() if entity.pk else None
    item: dict[str, Any] | None = entity.newest_alias
    return item


def source_path() -> PathAliasQuerySet:
    """Return the query for the path that an alias leads to; the parameter ``alias`` is its key."""
    key = Parameter("alias", PathAlias._meta.get_field("key"))
    return PathAlias.objects.with_key(key)[:1]


_SOURCE = Prepared(lambda: source_path().values_list("path", flat=True))


def source_of(alias: str, using: str | None = None) -> str | None:
    """Return the path that an alias leads to, None for what is no alias."""
    found: str | None = next(_SOURCE.run(using, alias=alias_key(stored_alias(alias))), None)
    return found
