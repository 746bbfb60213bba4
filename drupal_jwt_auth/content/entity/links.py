"""Links into the site: which of them lead where an account may not go.

Source: Drupal core 10.6, the constraint that links have to be accessible.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.path_alias import alias_key, stored_alias

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account

ANY_PAGE = "link to any page"

_PATH = re.compile(r"internal:(/[^?#]*)", re.IGNORECASE)
_ENTITY = re.compile(r"entity:([^/?#]*)/([^/?#]*)", re.IGNORECASE)


class Goal(NamedTuple):
    """The entity that a link leads to; ``must_be_there`` where the link names nothing else."""

    entity_type: ContentEntityType | None
    key: Any
    must_be_there: bool = False


def inaccessible_links(uris: Iterable[str], account: Account) -> set[str]:
    """Return those of some URIs that lead to entities which the account may not see.

    ``entity:node/1`` needs such a node. What is at a path that no entity has is not known here, and
    nothing is said against it. There is a query for aliases, and one for each type.
    """
    if account.has_permission(ANY_PAGE):
        return set()
    goals = _goals(set(uris))
    wanted: dict[ContentEntityType, set[Any]] = defaultdict(set)
    for goal in goals.values():
        if goal.entity_type is not None and goal.key is not None:
            wanted[goal.entity_type].add(goal.key)
    visible: dict[tuple[ContentEntityType | None, Any], bool] = {
        (entity_type, entity.pk): entity_type.access.view(account, entity).allowed
        for entity_type, keys in wanted.items()
        for batch in batches(keys)
        for entity in entity_type.model._default_manager.filter(pk__in=batch).order_by()
    }
    return {
        uri
        for uri, (entity_type, key, must_be_there) in goals.items()
        if not visible.get((entity_type, key), not must_be_there)
    }


def _goals(uris: set[str]) -> dict[str, Goal]:
    """Return what those of the URIs lead to that lead to an entity, or should."""
    goals = {}
    for uri in uris:
        if found := _ENTITY.match(uri):
            named = ENTITY_TYPES.get(found[1])
            if isinstance(named, ContentEntityType) and named.canonical is not None:
                goals[uri] = Goal(named, named.read_key(found[2]), must_be_there=True)
            else:
                goals[uri] = Goal(None, None, must_be_there=True)
    for uri, path in _paths(uris).items():
        at = ENTITY_TYPES.at(path)
        if at is not None:
            goals[uri] = Goal(*at)
    return goals


def _paths(uris: set[str]) -> Mapping[str, str]:
    """Return the paths that URIs name, in place of an alias the path that has it."""
    paths = {uri: unquote(found[1]) for uri in uris if (found := _PATH.match(uri))}
    keys = {path: alias_key(stored_alias(path)) for path in paths.values()}
    path_of: dict[str, str] = {}
    for batch in batches(keys.values()):
        # Of several with a key, the first one counts.
        for key, path in PathAlias.objects.with_any_key(batch).values_list("key", "path"):
            path_of.setdefault(key, path)
    return {uri: path_of.get(keys[path], path) for uri, path in paths.items()}
