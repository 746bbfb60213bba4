"""Where else something is to be found about an entity: the header ``Link``."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType


def entity_links(entity_type: ContentEntityType, entity: Any, site: str, root: str) -> str:
    """Return all links, with commas between them: several headers in one (RFC 9110, 5.3).

    ``site`` is scheme and host, ``root`` what all paths begin with. The forms are pages of a
    Drupal site: a project may have them or not. What has no page has no links.
    """
    own = entity_type.storage.path_of(entity, root)
    if own is None:
        return ""
    key = {entity_type.id: quote(str(entity.pk), safe="")}
    paths = {
        relation: own if path is None else root + path.format(**key)
        for relation, path in entity_type.links.items()
    }
    return ", ".join(f'<{site}{path}>; rel="{relation}"' for relation, path in paths.items())
