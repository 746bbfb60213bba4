"""docs/comments.md: what it shows is how it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node
from tests.content.visitors import JSON, Visitor, add_field, make_type, make_user
from tests.docs.test_docs import blocks, read

DOCUMENT = read("docs/comments.md")
COUNTING, _FIELD = blocks(DOCUMENT, "python")


@pytest.fixture
def _discussed(db: None) -> None:
    make_type("page")
    add_field("page", "comment", "comment", settings={"comment_type": "comment"})
    FieldConfig.objects.add_comment_body(CommentType.objects.create(id="comment", label="C"))


@pytest.mark.usefixtures("_discussed")
def test_the_comment_that_it_sends_is_taken_and_counted_as_it_says() -> None:
    (command,) = blocks(DOCUMENT, "shell")
    found = re.search(r"-d '(.*)'", command, re.DOTALL)
    assert found
    document: dict[str, Any] = json.loads(found[1])
    node = Node.objects.create(pk=1, type_id="page", title="A page", fields={"comment": []})
    visitor = Visitor(make_user("member", "post comments", "skip comment approval"))
    answer = visitor.send("POST", f"/comment?{JSON}", json.dumps(document))
    assert answer.status_code == 201, answer.content

    def number() -> int:
        node.refresh_from_db()
        count: int = node.fields["comment"][0]["comment_count"]
        return count

    assert number() == 1
    exec(COUNTING, {"Comment": Comment})
    assert number() == 0
