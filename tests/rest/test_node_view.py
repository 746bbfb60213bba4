"""What a project's own view of nodes has from the app's."""

from __future__ import annotations

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.views import NodeView


def test_it_knows_the_node_that_the_path_names() -> None:
    view = NodeView()
    view.use(Node(title="A page"))
    assert view.node.title == "A page"
