"""Nodes: the content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.db import models, router, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.models.exact_columns import ExactAnyCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import new_uuid
from drupal_jwt_auth.models.node_type import NodeType
from drupal_jwt_auth.models.path_alias import PathAlias, alias_key, stored_alias
from drupal_jwt_auth.models.revision import Revision, now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, AnyJSONObject, readable
from drupal_jwt_auth.models.user_uuid import UserUUID
from drupal_jwt_auth.prepared import Parameter, Prepared

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models.fields.related_descriptors import RelatedManager

    from drupal_jwt_auth.fields.base import Item

TITLE_MAX_LENGTH = 255
UUID_MAX_LENGTH = 128

ALIAS_ITEM = ("alias", "pid", "langcode")
"""What is shown of an alias."""


def node_path(node: Node, root: str) -> str:
    """Return the path of a node: its alias, percent-encoded, or that with its number.

    ``root`` is what all paths begin with (`site_root`). An alias that was saved without a slash
    before it has none here either; of several slashes one is left, so that no alias is the address
    of another site.
    """
    alias = node.path["alias"]
    if alias is None:
        return f"{root}node/{node.pk}"
    path = quote(alias)
    return root + path.lstrip("/") if path.startswith("/") else root.removesuffix("/") + path


class NodeQuerySet(models.QuerySet["Node"]):
    """Nodes, to be filtered."""

    viewable: ClassVar[Callable[[Any], models.Q]]
    """The condition for what a user may see; who knows it stands above, and sets it."""

    def visible_to(self, user: Any) -> NodeQuerySet:
        """Return the nodes that a user may see, None being the anonymous one, as the API decides.

        What the user may do is asked now, with one query; an `Account` that knows it is taken too.
        """
        return self.filter(type(self).viewable(user))

    def with_alias(self) -> NodeQuerySet:
        """Fetch the newest alias with each node, in the same query."""
        newest = PathAlias.objects.filter(node=OuterRef("pk")).order_by("-pid")
        item = AnyJSONObject(**{name: name for name in ALIAS_ITEM})
        return self._fetch(newest_alias=newest.values(item=item)[:1])

    def complete(self) -> NodeQuerySet:
        """Fetch all that is shown of each node in the same query: revision, alias, UUIDs."""
        uuids = UserUUID.objects.values("uuid")
        return (
            self.with_alias()
            .select_related("revision")
            ._fetch(
                author_uuid=uuids.filter(user=OuterRef("uid")),
                revision_author_uuid=uuids.filter(user=OuterRef("revision__revision_uid")),
            )
        )

    def _fetch(self, **queries: models.QuerySet[Any, Any]) -> NodeQuerySet:
        """Set what subqueries find as attributes of each node."""
        return self.annotate(**{name: Subquery(query) for name, query in queries.items()})

    def at(self, path: str, nid: int | None) -> Node | None:
        """Return the node that has a path as its alias, or else the one with a number, complete."""
        return self._find(_COMPLETE_AT, path, nid)

    def locked_at(self, path: str, nid: int | None) -> Node | None:
        """Return the same, its own row alone, as it is once it is locked; in a transaction.

        What else belongs to it cannot be told in the same query: where that has to wait for the
        lock, databases answer with what there was before.
        """
        return self._find(_LOCKED_AT, path, nid)

    def _find(self, query: Prepared, path: str, nid: int | None) -> Node | None:
        return next(query.run(self.db, key=alias_key(stored_alias(path)), nid=nid), None)


def complete_all(nodes: Iterable[Node]) -> None:
    """Fetch together what `NodeQuerySet.complete` would have brought along with each node.

    UUIDs are left out: whoever refers to users looks them up.
    """
    alone = (node for node in nodes if node.pk and not hasattr(node, "newest_alias"))
    for batch in batches(alone):
        models.prefetch_related_objects(batch, "revision")
        aliases = PathAlias.objects.filter(node__in=batch).order_by("pid")
        newest = {item.pop("node"): item for item in aliases.values("node", *ALIAS_ITEM)}
        for node in batch:
            node.newest_alias = newest.get(node.pk)


def _at(nodes: NodeQuerySet) -> NodeQuerySet:
    key = Parameter("key", PathAlias._meta.get_field("key"))
    by_alias = PathAlias.objects.with_key(key).values("node")[:1]
    number = Parameter("nid", models.BigIntegerField())
    return nodes.order_by().filter(pk=Coalesce(Subquery(by_alias), number))


_COMPLETE_AT = Prepared(lambda: _at(Node.objects.complete()))
_LOCKED_AT = Prepared(lambda: _at(Node.objects.select_for_update()))


class Node(StoredModel):
    """A piece of content, its fields under Drupal's names.

    ``fields`` holds the values of the type's configurable fields: a list of items by name, such
    as ``{"body": [{"value": "...", "format": None, "summary": None}]}``; a property that an item
    leaves out is None. What belongs to the current revision (``vid``, ``revision_timestamp``,
    ``revision_uid``, ``revision_log``) is kept by `Revision` and read through the node.
    """

    nid = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_MAX_LENGTH, unique=True, default=new_uuid, editable=False
    )
    type = models.ForeignKey(
        NodeType, on_delete=models.PROTECT, db_column="type", verbose_name=_("content type")
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
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody is the anonymous user."),
    )
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
        aliases: RelatedManager[PathAlias]
        # What `NodeQuerySet.complete` brings along.
        newest_alias: Any
        author_uuid: str | None
        revision_author_uuid: str | None

    class Meta:
        ordering = ("-sticky", "-created", "-nid")
        verbose_name = _("content item")
        verbose_name_plural = _("content")
        permissions = [
            ("access content", "View published content"),
            ("view own unpublished content", "View own unpublished content"),
            ("administer nodes", "Administer content"),
            ("bypass node access", "Bypass content access control"),
            ("access content overview", "Access the content overview"),
            ("view all revisions", "View all revisions"),
            ("revert all revisions", "Revert all revisions"),
            ("delete all revisions", "Delete all revisions"),
            ("create url aliases", "Create and edit URL aliases"),
            ("administer url aliases", "Administer URL aliases"),
            ("access comments", "View comments"),
            ("post comments", "Post comments"),
            ("administer comments", "Administer comments and comment settings"),
            ("access user profiles", "View user information"),
            ("administer users", "Administer users"),
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
        return node_path(self, site_root())

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
        """Return the newest alias, its id and its language."""
        if not hasattr(self, "newest_alias"):
            found = self.aliases.values(*ALIAS_ITEM).first() if self.pk else None
            self.newest_alias = found
        return self.newest_alias or {"alias": None, "pid": None, "langcode": self.langcode}

    def save_path(self, item: Item) -> Item:
        """Save an item of the path field: an alias, new or changed, or that there is none.

        As in Drupal, an alias without its id becomes another one of the node, and one that is
        empty is removed only with its id. Return the item with the id of the alias.
        """
        alias, pid = item["alias"], item["pid"]
        aliases = self.aliases.using(router.db_for_write(PathAlias, instance=self))
        own = aliases.filter(pid=pid).first() if pid is not None else None
        self.__dict__.pop("newest_alias", None)
        if alias and own is None:
            own = self.aliases.create(alias=alias, langcode=self.langcode)
            self.newest_alias = {"alias": own.alias, "pid": own.pid, "langcode": own.langcode}
        elif alias and own:
            own.change(alias)
        elif own:
            own.delete()
        return {**item, "pid": own.pid if own and alias else pid}
