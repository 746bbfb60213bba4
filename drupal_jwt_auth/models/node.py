"""Nodes: the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, router, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.http.paths import alias_path, site_root
from drupal_jwt_auth.models.exact_columns import ExactAnyCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import new_uuid
from drupal_jwt_auth.models.node_type import NodeType
from drupal_jwt_auth.models.path_alias import item_of, newest_alias, newest_item
from drupal_jwt_auth.models.revision import Revision, now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, readable
from drupal_jwt_auth.models.user_profile import USER_PATH, UserProfile

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models.fields.related_descriptors import RelatedManager

    from drupal_jwt_auth.fields.base import Item

TITLE_MAX_LENGTH = 255
UUID_MAX_LENGTH = 128

NODE_PATH = "/node/"
"""What the path of a node begins with, before its number."""


class NodeQuerySet(models.QuerySet["Node"]):
    """Nodes, to be filtered."""

    viewable: ClassVar[Callable[[Any], models.Q]]
    """The condition for what a user may see; who knows it stands above, and sets it."""

    def visible_to(self, user: Any) -> NodeQuerySet:
        """Return the nodes that a user may see, None being the anonymous one, as the API decides.

        What the user may do is asked now, with one query; an `Account` that knows it is taken too.
        """
        return self.filter(type(self).viewable(user))

    def complete(self) -> NodeQuerySet:
        """Fetch all that is shown of each node in the same query: revision, aliases, UUIDs."""
        uuids = UserProfile.objects.values("uuid")
        by, revision_by = "uid", "revision__revision_uid"
        # By names, as a type checker would have these be attributes that `Node` has not.
        shown = {
            "newest_alias": newest_item(NODE_PATH),
            "author_uuid": Subquery(uuids.filter(user=OuterRef(by))),
            "author_alias": newest_alias(USER_PATH, by),
            "revision_author_uuid": Subquery(uuids.filter(user=OuterRef(revision_by))),
            "revision_author_alias": newest_alias(USER_PATH, revision_by),
        }
        return self.select_related("revision").annotate(**shown)


class Node(StoredModel):
    """A piece of content, its fields under Drupal's names.

    ``missing_uid`` is the number of an author who was not there any more where the node comes from:
    clients see it, and nobody is meant. ``fields`` holds the values of the type's configurable
    fields: a list of items by name, such as
    ``{"body": [{"value": "...", "format": None, "summary": None}]}``; a property that an item
    leaves out is None. What belongs to the current revision (``vid``, ``revision_timestamp``,
    ``revision_uid``, ``revision_log``) is kept by `Revision` and read through the node.
    """

    nid = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_MAX_LENGTH, unique=True, default=new_uuid, editable=False
    )
    type = models.ForeignKey(
        NodeType,
        on_delete=models.PROTECT,
        db_column="type",
        db_index=False,
        verbose_name=_("content type"),
    )
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    title: models.CharField[str, str] = AnyCharField(_("title"), max_length=TITLE_MAX_LENGTH)
    uid = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_column="uid",
        db_index=False,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody is the anonymous user."),
    )
    missing_uid = models.PositiveBigIntegerField(null=True, editable=False)
    status = models.BooleanField(_("published"), default=True)
    created = models.DateTimeField(_("authored on"), default=now)
    changed = models.DateTimeField(_("updated"), default=now, editable=False)
    promote = models.BooleanField(_("promoted to front page"), default=False)
    sticky = models.BooleanField(_("sticky at top of lists"), default=False)
    default_langcode = models.BooleanField(default=True, editable=False)
    revision_translation_affected = models.BooleanField(null=True, default=True, editable=False)
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    objects = NodeQuerySet.as_manager()

    if TYPE_CHECKING:
        revision: models.OneToOneField[Revision, Revision]
        revisions: RelatedManager[Revision]
        # What `NodeQuerySet.complete` brings along.
        newest_alias: Any
        author_uuid: str | None
        author_alias: str | None
        revision_author_uuid: str | None
        revision_author_alias: str | None

    class Meta(StoredModel.Meta):
        ordering = ("-sticky", "-created", "-nid")
        verbose_name = _("content item")
        verbose_name_plural = _("content")
        indexes = [
            # Lists of a type, an author or a language in the orders that these are mostly asked for
            # in, and all that is looked for by a type, an author, a language or a title alone.
            models.Index(fields=["type", "created"], name="drupal_jwt_auth_node_created"),
            models.Index(fields=["uid", "created"], name="drupal_jwt_auth_node_author"),
            models.Index(fields=["langcode", "changed"], name="drupal_jwt_auth_node_language"),
            models.Index(fields=["title", "status"], name="drupal_jwt_auth_node_title"),
            # What the list of the admin is sorted, filtered and searched by, that of a type, too:
            # of a row that it does not show no more is read than this.
            models.Index(
                fields=("changed", "nid", "status", "type", "langcode", "uid", "title"),
                name="drupal_jwt_auth_node_list",
            ),
            models.Index(
                fields=("type", "changed", "nid", "status", "langcode", "uid", "title"),
                name="drupal_jwt_auth_node_changed",
            ),
        ]
        permissions = [
            ("access content", "View published content"),
            ("view own unpublished content", "View own unpublished content"),
            ("administer nodes", "Administer content"),
            ("bypass node access", "Bypass content access control"),
            ("access content overview", "Access the content overview"),
            ("view all revisions", "View all revisions"),
            ("revert all revisions", "Revert all revisions"),
            ("delete all revisions", "Delete all revisions"),
        ]

    def __str__(self) -> str:
        # Django's log of what was done in the admin keeps this.
        return readable(self.title)

    def save(self, *, using: str | None = None, **kwargs: Any) -> None:
        """Save the node, a new one together with its first revision."""
        # Before there is a key to ask the database with.
        revision = self.get_revision() if self._state.adding else None
        using = using or router.db_for_write(Node, instance=self)
        # As Django's own, it needs no savepoint: a failure ends the transaction that it is in.
        with transaction.atomic(using=using, savepoint=False):
            super().save(using=using, **kwargs)
            if revision is not None:
                self._make_current(revision)

    def save_log(self, text: str | None) -> None:
        """Save what its author notes on the current revision."""
        self.revision_log = text
        self.save_revision_columns("revision_log")

    def save_revision_columns(self, *names: str) -> None:
        """Save some attributes of the current revision; a node without one gets it."""
        revision = self.get_revision()
        if revision._state.adding:
            self._make_current(revision)
        else:
            revision.save(update_fields=names)

    def _make_current(self, revision: Revision) -> None:
        """Save a new revision as the current one, made by the author unless somebody else is."""
        if revision.revision_uid_id is None:
            revision.revision_uid_id = self.uid_id
        revision.node = revision.current_for = self
        revision.make(self._state.db)

    def get_absolute_url(self) -> str:
        """Return the path of the node: its alias, if it has one."""
        alias, root = self.path["alias"], site_root()
        return f"{root}node/{self.pk}" if alias is None else alias_path(alias, root)

    def get_revision(self) -> Revision:
        """Return the current revision; a node without gets one, which is saved with it."""
        if not hasattr(self, "revision"):
            self.revision = Revision()
        return self.revision

    @property
    def vid(self) -> int | None:
        """Return the number of the current revision."""
        return self.get_revision().vid

    @vid.setter
    def vid(self, number: int | None) -> None:
        self.get_revision().vid = number

    @property
    def revision_timestamp(self) -> datetime:
        """Return when the current revision was made."""
        return self.get_revision().revision_timestamp

    @property
    def revision_uid(self) -> AbstractBaseUser | None:
        """Return who made the current revision."""
        return self.get_revision().revision_uid

    @property
    def revision_uid_id(self) -> Any:
        """Return the key of who made the current revision."""
        return self.get_revision().revision_uid_id

    @property
    def revision_log(self) -> str | None:
        """Return what its author noted on the current revision."""
        return self.get_revision().revision_log

    @revision_log.setter
    def revision_log(self, text: str | None) -> None:
        self.get_revision().revision_log = text

    @property
    def path(self) -> Item:
        """Return the alias that is shown of the node, its id and its language."""
        found = item_of(self, NODE_PATH)
        return found or {"alias": None, "pid": None, "langcode": self.langcode}
