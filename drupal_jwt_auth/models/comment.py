"""Comments: what people say about an entity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.comment_type import CommentType
from drupal_jwt_auth.models.exact_columns import ExactAnyCharField, ExactCharField, OrderedCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, readable

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Item

HOST_KEY_LENGTH = 255
SUBJECT_MAX_LENGTH = 64
NAME_MAX_LENGTH = 60
MAIL_MAX_LENGTH = 254
HOMEPAGE_MAX_LENGTH = 255
HOSTNAME_MAX_LENGTH = 128
THREAD_MAX_LENGTH = 255


class Comment(StoredModel):
    """A comment, its fields under Drupal's names.

    It is on the entity of type ``entity_type`` whose key is ``entity_id`` as text, as a part of
    what its field ``field_name`` has. ``thread`` is its place there, which it gets when it is first
    saved. ``fields`` holds the values of the configurable fields, as those of a node.
    ``name``, ``mail`` and ``homepage`` are what a guest said of themselves.
    """

    cid = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    default_langcode = models.BooleanField(default=True, editable=False)
    comment_type = models.ForeignKey(
        CommentType, on_delete=models.PROTECT, db_column="comment_type", verbose_name=_("type")
    )
    status = models.BooleanField(_("published"), default=True)
    uid = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_column="uid",
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody is a guest."),
    )
    pid = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        db_column="pid",
        related_name="replies",
        verbose_name=_("reply to"),
    )
    entity_type = ExactCharField(
        _("entity type"), max_length=MACHINE_NAME_LENGTH, editable=False, default="node"
    )
    entity_id = ExactCharField(_("entity"), max_length=HOST_KEY_LENGTH, editable=False)
    field_name = ExactCharField(
        _("field"), max_length=MACHINE_NAME_LENGTH, editable=False, default="comment"
    )
    subject: models.CharField[str | None, str | None] = AnyCharField(
        _("subject"), max_length=SUBJECT_MAX_LENGTH, null=True, blank=True
    )
    name: models.CharField[str | None, str | None] = AnyCharField(
        _("name of the guest"), max_length=NAME_MAX_LENGTH, null=True, blank=True
    )
    mail = models.EmailField(
        _("e-mail address of the guest"), max_length=MAIL_MAX_LENGTH, null=True, blank=True
    )
    homepage: models.CharField[str | None, str | None] = AnyCharField(
        _("homepage"), max_length=HOMEPAGE_MAX_LENGTH, null=True, blank=True
    )
    hostname = models.CharField(
        _("client address"), max_length=HOSTNAME_MAX_LENGTH, null=True, editable=False
    )
    thread = OrderedCharField(_("place"), max_length=THREAD_MAX_LENGTH, editable=False)
    created = models.DateTimeField(_("written on"), default=now)
    changed = models.DateTimeField(_("updated"), default=now, editable=False)
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    if TYPE_CHECKING:
        host: Any

    class Meta(StoredModel.Meta):
        ordering = ("-created", "-cid")
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [
            ("access comments", "View comments"),
            ("post comments", "Post comments"),
            ("skip comment approval", "Skip comment approval"),
            ("edit own comments", "Edit own comments"),
            ("administer comments", "Administer comments and comment settings"),
        ]
        indexes = [
            # Two comments at one place do occur in Drupal, which makes them without a lock: so that
            # its sites can be imported this is not unique, though none is made here.
            models.Index(
                fields=("entity_type", "entity_id", "field_name", "thread"),
                name="drupal_jwt_auth_thread",
            ),
            models.Index(
                fields=("entity_type", "entity_id", "field_name", "status", "created"),
                name="drupal_jwt_auth_last_comment",
            ),
            # The list of the admin, as that of nodes.
            models.Index(
                fields=(
                    *("created", "cid", "status", "comment_type", "langcode", "uid"),
                    *("subject", "name", "mail"),
                ),
                name="drupal_jwt_auth_comment_list",
            ),
        ]

    def __str__(self) -> str:
        return readable(self.subject or f"#{self.pk}")

    def save(
        self,
        *,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Save the comment in one transaction with all that this entails.

        Whoever has an account is known by that: name and address are those of guests alone.
        """
        using = using or router.db_for_write(Comment, instance=self)
        if self.uid_id is not None:
            self.name = self.mail = None
            if update_fields is not None:
                update_fields = {*update_fields, "name", "mail"}
        with transaction.atomic(using=using, savepoint=False):
            super().save(using=using, update_fields=update_fields, **kwargs)
