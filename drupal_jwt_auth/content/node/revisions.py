"""The revisions of nodes: new ones, what each was, and the way back to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import router, transaction
from django.utils.translation import gettext

from drupal_jwt_auth.content.entity.revisionable import snapshot_of
from drupal_jwt_auth.content.node.entity import NODE_BASE_FIELDS
from drupal_jwt_auth.fields import FIELD_TYPES, Item
from drupal_jwt_auth.fields.forms.site import UNREADABLE
from drupal_jwt_auth.models import FieldConfig, Node, Revision
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.transactions import lock

REVISIONED = {field.name: field for field in NODE_BASE_FIELDS if field.revisionable}
"""The base fields that each revision has values of its own for."""


def save_revision(
    node: Node, author: Any, log: str | None = None, update_fields: Iterable[str] | None = None
) -> None:
    """Save a node as a new revision; the one before keeps what the node was until now."""
    using = router.db_for_write(Node, instance=node)
    with transaction.atomic(using=using):
        lock(Node, node.pk, using=using)
        before = Node.objects.using(using).get(pk=node.pk)
        if hasattr(before, "revision"):
            before.revision.retire(snapshot(before))
        node.revision = Revision(node=node, current_for=node, revision_log=log)
        node.revision.revision_uid_id = None if author is None else author.pk
        node.save(using=using, update_fields=update_fields)
        node.revision.make(using)


def snapshot(node: Node) -> dict[str, Any]:
    """Return the stored items of all fields that revisions differ in, by the fields' names."""
    return snapshot_of(node, NODE_BASE_FIELDS)


def fields_at(node: Node, kept: Mapping[str, Any]) -> dict[str, list[Item]]:
    """Return the configurable fields as they would be after a revert to a snapshot.

    What is no part of a revision, as the statistics of comments, is as it is now.
    """
    configs = FieldConfig.objects.of("node", node.type_id)
    types = dict(configs.values_list("storage__name", "storage__field_type"))
    stored: Any = node.fields
    before = stored if isinstance(stored, dict) else {}
    fields = {}
    for name, items in kept.items():
        if name in REVISIONED:
            continue
        try:
            fill = FIELD_TYPES[types[name]].fill
            fields[name] = [fill(item, node, before.get(name, [])) for item in items]
        except UNREADABLE:
            # The field is gone, or another program has written what no type reads.
            fields[name] = items
    return fields


def revert(node: Node, revision: Revision, author: Any) -> None:
    """Make a new revision that is a copy of an older one, and the node what it was then.

    Raise ValueError for a revision of which is not known what the node was.
    """
    if revision.snapshot is None:
        raise ValueError(f"Revision {revision.pk} keeps nothing of the node.")
    columns = {"fields", "uid", "changed"}
    for name, field in REVISIONED.items():
        if name in revision.snapshot:
            field.set(node, revision.snapshot[name])
            columns |= field.columns
    node.fields = fields_at(node, revision.snapshot)
    user_model = get_user_model()
    users = user_model._default_manager.using(router.db_for_write(user_model))
    if node.uid_id is not None and not users.filter(pk=node.uid_id).exists():
        node.uid = None
    node.changed = now()
    log = gettext("Copy of the revision from %(date)s.") % {"date": revision.made_on}
    save_revision(node, author, log, columns)
