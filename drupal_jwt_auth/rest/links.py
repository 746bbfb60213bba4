"""Where else something is to be found about a node: the header ``Link``."""

from __future__ import annotations

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import node_path

DRUPAL = "https://drupal.org/link-relations"

RELATIONS = {
    "canonical": None,
    f"{DRUPAL}/delete-form": "node/{nid}/delete",
    f"{DRUPAL}/delete-multiple-form": "admin/content/node/delete?node={nid}",
    "edit-form": "node/{nid}/edit",
    "version-history": "node/{nid}/revisions",
    f"{DRUPAL}/revision": None,
    f"{DRUPAL}/create": "node?node={nid}",
}
"""Relations and paths, None for that of the node itself, in Drupal's order.

Source: Drupal core 10.6, the link templates of nodes. The current revision is the node.
"""


def node_links(node: Node, site: str, root: str) -> str:
    """Return all links, with commas between them: several headers in one (RFC 9110, 5.3).

    ``site`` is scheme and host, ``root`` what all paths begin with. The forms are pages of a
    Drupal site: a project may have them or not.
    """
    own = node_path(node, root)
    return ", ".join(
        f'<{site}{own if path is None else root + path.format(nid=node.pk)}>; rel="{relation}"'
        for relation, path in RELATIONS.items()
    )
