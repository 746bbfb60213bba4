"""What becomes of the views of a site that was imported: the lists that are not served, and why."""

from __future__ import annotations

from collections.abc import Iterator

from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.lists.known import known_lists
from drupal_jwt_auth.rest.list_paths import reasons


def unserved_lists() -> Iterator[str]:
    """Yield a sentence for each view whose display is not served, by their names."""
    lists = known_lists(get_structure(None))
    for known in lists.lists:
        if known.view is not None and (why := reasons(known, lists)):
            yield f"{known.name} at {known.declared.path}: {'; '.join(why)}"
