"""What a comment has to be: by whom it says it is, and on what has such comments.

Source: Drupal core 10.6, the constraint for the names of comments, and their base fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.content.comment.host import commented_entity, host_in
from drupal_jwt_auth.content.entity.constraints import Proposal
from drupal_jwt_auth.content.entity.storage import sent_text
from drupal_jwt_auth.fields.base import NOT_A_CHOICE
from drupal_jwt_auth.fields.comment import MUST_CONTACT
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key
from drupal_jwt_auth.http.exceptions import Violation
from drupal_jwt_auth.models.comment import HOST_KEY_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


def author_is_free(proposal: Proposal) -> Iterator[Violation]:
    """Refuse a name that is somebody else's, or none where there must be one."""
    if not (proposal.is_new or "name" in proposal.raw):
        return
    name, key = sent_text(proposal.raw, "name"), _author(proposal)
    if key == ANONYMOUS_KEY:
        if name and _is_taken(name):
            text = f"The name you used ({name}) belongs to a registered user."
            yield Violation("name", text)
        elif not name and _must_leave_a_name(proposal):
            yield Violation("name", "You have to specify a valid author.")
    elif name and name != _username(key, proposal.site):
        yield Violation("name", "The specified author name does not match the comment author.")


def host_has_such_comments(proposal: Proposal) -> Iterator[Violation]:
    """Refuse a comment on what has no comments of its type in the field."""
    if not proposal.is_new:
        return
    comment, bundle = proposal.entity, proposal.bundle
    named = sent_text(proposal.raw, "entity_type")
    if named and named != bundle.config.target_entity_type_id:
        yield Violation("entity_type.0.value", NOT_A_CHOICE)
    elif len(comment.entity_id) > HOST_KEY_LENGTH:
        yield Violation("entity_id.0.target_id", NOT_A_CHOICE)
    elif comment.field_name and commented_entity(comment) is not None:
        host = host_in(proposal.site.structure, comment)
        if host is None or host.comment_type not in (None, bundle.id):
            yield Violation("field_name.0.value", NOT_A_CHOICE)


def _must_leave_a_name(proposal: Proposal) -> bool:
    host = host_in(proposal.site.structure, proposal.entity)
    return host is not None and host.contact == MUST_CONTACT


def _author(proposal: Proposal) -> Any:
    """Return the key of the user whose comment it will be."""
    if "uid" not in proposal.raw:
        return proposal.entity.uid_id or ANONYMOUS_KEY
    reference = next(proposal.bundle.fields["uid"].references(proposal.raw["uid"]), None)
    return ANONYMOUS_KEY if reference is None else read_key(reference.key)


def _is_taken(name: str) -> bool:
    """Tell whether a user has a name, in upper case or lower."""
    if "\0" in name:
        # No database would take it for one.
        return False
    user_model = get_user_model()
    by_name = {f"{user_model.USERNAME_FIELD}__iexact": name}
    return user_model._default_manager.filter(**by_name).exists()


def _username(key: Any, site: SiteContext) -> str | None:
    user_model: Any = get_user_model()
    if site.account.user is not None and key == site.account.key:
        return str(site.account.user.get_username())
    names = user_model._default_manager.filter(pk=key)
    found: str | None = names.values_list(user_model.USERNAME_FIELD, flat=True).first()
    return found
