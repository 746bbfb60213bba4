"""Where comments are found, what they are on, and what a new one begins with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import Model

from drupal_jwt_auth.content.comment.host import (
    commented_entity,
    fetch_hosts,
    host_key,
    host_type,
    lock_hosts,
    rows_of_hosts,
)
from drupal_jwt_auth.content.entity.storage import EntityStorage, RawValues, sent_text
from drupal_jwt_auth.fields import Reference, Target
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.http.client_address import client_address
from drupal_jwt_auth.models import Comment
from drupal_jwt_auth.transactions import locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle

SKIP_APPROVAL = "skip comment approval"


class CommentStorage(EntityStorage):
    """Comments; whoever writes one has locked what it is on before."""

    is_own = False

    def locked_before(self, key: Any, using: str) -> Mapping[type[Model], Collection[Any]]:
        """Return what a comment is on."""
        comments = Comment.objects.using(using).only("entity_type", "entity_id").order_by()
        return rows_of_hosts(comments.filter(pk=key))

    @contextmanager
    def to_create(self, read: Callable[[], tuple[Bundle, RawValues]]) -> Iterator[None]:
        """Open the transaction in which a comment is made, with what it will be on locked."""
        comment = Comment()
        _put(comment, *read())
        with locked(Comment):
            lock_hosts([comment], router.db_for_write(Comment))
            yield

    def complete(self, entities: Sequence[Comment]) -> None:
        """Fetch what comments are on, which decides who sees them."""
        fetch_hosts(entities)
        super().complete(entities)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the comments that replies point to; on what is hidden, they are hidden too."""
        comments = list(self.referenced(keys))
        hosts = {comment.pk: _reference_to_host(comment) for comment in comments}
        site.look_up(hosts.values())
        found = {}
        for comment in comments:
            target, host = self.target_of(comment, site.root), site.target(hosts[comment.pk])
            is_seen = comment.status and host is not None and host.published
            found[comment.pk] = target._replace(published=is_seen)
        return found

    def known_targets(self, entity: Comment, root: str) -> Iterator[tuple[Reference, Target]]:
        """Yield what the comment is on, which whoever may see it was asked for."""
        found, host = host_type(entity), vars(entity).get("host")
        if found is not None and host is not None:
            yield _reference_to_host(entity), found.storage.target_of(host, root)

    def new(self, bundle: Bundle, account: Account) -> Comment:
        """Return a new comment of the account's, which waits for approval unless that is spared."""
        comment: Comment = super().new(bundle, account)
        comment.status = account.has_permission(SKIP_APPROVAL)
        return comment

    def draft(self, bundle: Bundle, raw: RawValues, site: SiteContext) -> Comment:
        """Return the new comment that a document is about, on what it says, of a client's."""
        comment = self.new(bundle, site.account)
        _put(comment, bundle, raw)
        if site.request is not None:
            address = client_address(site.request)
            comment.hostname = None if address is None else str(address)
        commented_entity(comment, router.db_for_write(Comment))
        for reference, target in self.known_targets(comment, site.root):
            site.learn(reference, target)
        return comment


def _put(comment: Comment, bundle: Bundle, raw: RawValues) -> None:
    """Put a new comment on what was sent, as far as that is valid."""
    comment.entity_type = bundle.config.target_entity_type_id
    comment.field_name = sent_text(raw, "field_name")
    field = bundle.fields["entity_id"]
    reference = next(field.references(raw.get(field.name, ())), None)
    comment.entity_id = "" if reference is None else str(reference.key)


def _reference_to_host(comment: Comment) -> Reference:
    return Reference(comment.entity_type, wire_key(host_key(comment)))
