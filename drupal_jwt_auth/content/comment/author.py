"""Who a comment says it is by: somebody with an account, or a guest, who has no one else's name.

Source: Drupal core 10.6, the constraint for the names of comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.content.comment.host import Host
from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.fields.comment import MUST_CONTACT
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key
from drupal_jwt_auth.http.exceptions import Violation

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle
    from drupal_jwt_auth.models import Comment


def author_faults(
    comment: Comment, bundle: Bundle, raw: RawValues, site: SiteContext, host: Host | None
) -> Iterator[Violation]:
    """Yield what is wrong with the name of a comment, where one is sent or must be."""
    if not (site.creating or "name" in raw):
        return
    name, key = _name(raw), _author(comment, bundle, raw)
    if key == ANONYMOUS_KEY:
        if name and _is_taken(name):
            text = f"The name you used ({name}) belongs to a registered user."
            yield Violation("name", text)
        elif not name and host is not None and host.contact == MUST_CONTACT:
            yield Violation("name", "You have to specify a valid author.")
    elif name and name != _username(key, site):
        yield Violation("name", "The specified author name does not match the comment author.")


def _name(raw: RawValues) -> str:
    value = next((item.get("value") for item in raw.get("name", ())), None)
    return to_text(value) if is_scalar(value) else ""


def _author(comment: Comment, bundle: Bundle, raw: RawValues) -> Any:
    """Return the key of the user whose comment it will be."""
    if "uid" not in raw:
        return comment.uid_id or ANONYMOUS_KEY
    reference = next(bundle.fields["uid"].references(raw["uid"]), None)
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
