"""``docs/writing.md`` shows code that works."""

from __future__ import annotations

from drupal_jwt_auth.models import Node
from tests.content.visitors import add_field, make_type
from tests.docs.test_docs import blocks, sections


def test_a_node_is_changed_under_a_lock(db: None) -> None:
    page = make_type("page")
    add_field("page", "field_views", "integer")
    node = Node.objects.create(type=page, title="A page", fields={"body": [{"value": "Text"}]})
    code = blocks(sections("docs/writing.md")["In your own code"], "python")[0]
    exec(compile(code, "docs/writing.md", "exec"), {"nid": node.pk})
    node.refresh_from_db()
    assert node.fields == {"body": [{"value": "Text"}], "field_views": [{"value": 7}]}
