"""Terms of vocabularies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactAnyCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, AnyTextField, readable
from drupal_jwt_auth.models.vocabulary import Vocabulary

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from drupal_jwt_auth.fields.base import Item
    from drupal_jwt_auth.models.term_parent import TermParent

NAME_MAX_LENGTH = 255

TERM_PATH = "/taxonomy/term/"
"""What the path of a term begins with, before its number."""


class Term(StoredModel):
    """A term of a vocabulary, its fields under Drupal's names.

    ``revision_id`` is None where it is the term's own number. The terms that it is below are in
    rows of their own (`TermParent`). ``fields`` holds the values of the vocabulary's configurable
    fields, as `Node.fields` does those of a content type's.
    """

    tid = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    revision_id = models.BigIntegerField(_("revision ID"), null=True, unique=True, editable=False)
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    vid = models.ForeignKey(
        Vocabulary,
        on_delete=models.CASCADE,
        db_column="vid",
        related_name="terms",
        verbose_name=_("vocabulary"),
    )
    revision_created = models.DateTimeField(_("revision made on"), default=now, editable=False)
    revision_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_column="revision_user",
        related_name="+",
        verbose_name=_("revision made by"),
    )
    revision_log_message: models.TextField[str | None, str | None] = AnyTextField(
        _("revision log message"), null=True, blank=True
    )
    status = models.BooleanField(_("published"), default=True)
    name: models.CharField[str, str] = AnyCharField(_("name"), max_length=NAME_MAX_LENGTH)
    description: models.TextField[str | None, str | None] = AnyTextField(
        _("description"), null=True, blank=True
    )
    description_format: models.CharField[str | None, str | None] = AnyCharField(
        _("text format"), max_length=255, null=True, blank=True
    )
    weight = models.BigIntegerField(
        _("weight"), default=0, help_text=_("Among terms with the same parent, the lightest first.")
    )
    changed = models.DateTimeField(_("updated"), default=now, editable=False)
    default_langcode = models.BooleanField(default=True, editable=False)
    revision_translation_affected = models.BooleanField(null=True, default=True, editable=False)
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    if TYPE_CHECKING:
        parent_rows: RelatedManager[TermParent]
        child_rows: RelatedManager[TermParent]
        # What the query of a storage brings along.
        newest_alias: Any

    class Meta(StoredModel.Meta):
        ordering = ("vid", "weight", "name")
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        permissions = [
            ("administer taxonomy", "Administer vocabularies and terms"),
            ("access taxonomy overview", "Access the taxonomy vocabulary overview page"),
            ("view all taxonomy revisions", "View all term revisions"),
        ]

    def __str__(self) -> str:
        return readable(self.name)

    @cached_property
    def parents(self) -> list[int | None]:
        """Return the numbers of the terms that it is below, None for the root; read once."""
        if not self.pk:
            return [None]
        rows = self.parent_rows.using(self._state.db)
        return list(rows.values_list("parent", flat=True)) or [None]
