"""Who asks, and what for: users with permissions, content types, and requests over HTTP."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.models import FieldConfig, Node, NodeType, Term, Vocabulary

JSON = "_format=json"
Answer = Any
Document = dict[str, Any]


def permission(name: str) -> Permission:
    """The permission of this name; one that only Drupal's other modules have is made."""
    found = Permission.objects.filter(content_type__app_label="drupal_jwt_auth", codename=name)
    node = ContentType.objects.get_for_model(Node)
    return found.first() or Permission.objects.create(content_type=node, codename=name, name=name)


def make_user(username: str, *permissions: str, **values: Any) -> User:
    """A user with permissions of their own."""
    user = User.objects.create_user(username, **values)
    user.user_permissions.add(*map(permission, permissions))
    return user


def make_type(name: str, label: str = "", **values: Any) -> NodeType:
    """A content type without fields of its own."""
    return NodeType.objects.create(type=name, name=label or name.capitalize(), **values)


def add_field(node_type: str, name: str, field_type: str, **values: Any) -> FieldConfig:
    """A field of a content type, labelled with its name."""
    values.setdefault("label", name.removeprefix("field_").capitalize())
    return FieldConfig.objects.create_field("node", node_type, name, field_type, **values)


def make_term(name: str, vocabulary: str = "tags", **values: Any) -> Term:
    """A term of a vocabulary, which is made with it."""
    Vocabulary.objects.get_or_create(vid=vocabulary, defaults={"name": vocabulary})
    return Term.objects.create(name=name, vid_id=vocabulary, **values)


class Visitor:
    """Sends requests as a user, or as nobody."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self.client = Client()
        self.headers = {} if user is None else {"Authorization": f"Bearer {issue(user).text}"}

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes = b"",
        *,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """Send a request; without a body there is no content type either."""
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            path,
            body,
            content_type=content_type if body else "",
            headers={**self.headers, **own},
        )

    def be_seen(self) -> None:
        """Have been here a moment ago, so that it is not noted again."""
        account = Account(self.user)
        assert account.uuid
        account.note_access()

    def get(self, node: int | str, **headers: str) -> Answer:
        return self.send("GET", path_of(node), **headers)

    def post(self, document: Any, **headers: str) -> Answer:
        return self.send("POST", f"/node?{JSON}", json.dumps(document), **headers)

    def patch(self, node: int | str, document: Any, **headers: str) -> Answer:
        return self.send("PATCH", path_of(node), json.dumps(document), **headers)

    def delete(self, node: int | str, **headers: str) -> Answer:
        return self.send("DELETE", path_of(node), **headers)

    def create(self, document: Document) -> Document:
        """Create a node and return it as it is answered."""
        answer = self.post(document)
        assert answer.status_code == 201, answer.content
        created: Document = answer.json()
        return created

    def read(self, node: int | str) -> Document:
        """Return a node as it is read."""
        answer = self.get(node)
        assert answer.status_code == 200, answer.content
        read: Document = answer.json()
        return read

    def change(self, node: int | str, document: Document) -> Document:
        """Change a node and return it as it is answered."""
        answer = self.patch(node, document)
        assert answer.status_code == 200, answer.content
        changed: Document = answer.json()
        return changed


def path_of(node: int | str) -> str:
    """Return the URL of a node, given its number or a path."""
    path = f"/node/{node}" if isinstance(node, int) else node
    return path if "?" in path else f"{path}?{JSON}"


def nid_of(document: Document) -> int:
    """Return the number of the node in an answer."""
    nid: int = document["nid"][0]["value"]
    return nid


def message(answer: Answer) -> tuple[int, str]:
    """Return status and message of a refusal, whatever format it is told in."""
    text = answer.content.decode()
    if answer.headers["Content-Type"] == "application/json":
        text = json.loads(text)["message"]
    elif answer.headers["Content-Type"] == "text/xml; charset=UTF-8":
        text = ET.fromstring(text).findtext("message") or ""
    return answer.status_code, text


def faults(answer: Answer) -> list[str]:
    """Return the lines of a refusal by validation."""
    status, text = message(answer)
    first, *lines, last = text.split("\n")
    assert (status, first, last) == (422, "Unprocessable Entity: validation failed.", "")
    return lines


def page(**fields: Any) -> Document:
    """A document for a page."""
    return {"type": "page", "title": ["A page"], **fields}
