"""Those who comment, over HTTP, and what a node says of its comments."""

from __future__ import annotations

import json
from typing import Any

from drupal_jwt_auth.models import Comment, Node
from tests.content.visitors import JSON, Answer, Document, Visitor


def remark(node: Node | int, **fields: Any) -> Document:
    """A document for a comment on a node; what is None is left out."""
    nid = node if isinstance(node, int) else node.pk
    document = {
        "comment_type": "comment",
        "entity_type": ["node"],
        "entity_id": [{"target_id": nid}],
        "field_name": ["comment"],
        "comment_body": ["Text"],
        **fields,
    }
    return {name: value for name, value in document.items() if value is not None}


class Commenter(Visitor):
    """A visitor who writes, reads and changes comments."""

    def comment(self, document: Any) -> Answer:
        """Send a comment."""
        return self.send("POST", f"/comment?{JSON}", json.dumps(document))

    def say(self, node: Node | int, **fields: Any) -> Document:
        """Comment on a node, and return the comment as it is answered."""
        answer = self.comment(remark(node, **fields))
        assert answer.status_code == 201, answer.content
        created: Document = answer.json()
        return created

    def look_at(self, cid: int) -> Answer:
        """Ask for a comment."""
        return self.send("GET", f"/comment/{cid}?{JSON}")

    def correct(self, cid: int, /, **fields: Any) -> Answer:
        """Change a comment."""
        body = json.dumps({"comment_type": "comment", **fields})
        return self.send("PATCH", f"/comment/{cid}?{JSON}", body)

    def withdraw(self, cid: int) -> Answer:
        """Delete a comment."""
        return self.send("DELETE", f"/comment/{cid}?{JSON}")


def cid_of(document: Document) -> int:
    """Return the number of the comment in an answer."""
    cid: int = document["cid"][0]["value"]
    return cid


def value(document: Document, name: str) -> Any:
    """Return what a field of an answer holds, None where it is empty."""
    items = document[name]
    return next(iter(items[0].values())) if items else None


def statistics(node: Node) -> Document:
    """Return what is stored of the comments on a node."""
    (item,) = Node.objects.get(pk=node.pk).fields["comment"]
    return item


def count(node: Node) -> int:
    """Return how many comments a node says that it has."""
    number: int = statistics(node)["comment_count"]
    return number


def published(node: Node) -> int:
    """Return how many comments there are to see."""
    return Comment.objects.filter(entity_id=str(node.pk), status=True).count()
