"""docs/permissions.md says which permissions there are, and what each is needed for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import RequestFactory

from drupal_jwt_auth.content.permission_groups import GROUPS
from drupal_jwt_auth.content.permissions import models_with_permissions
from drupal_jwt_auth.models import (
    Comment,
    CommentType,
    FieldConfig,
    Node,
    PathAlias,
    Term,
    TextFormat,
    Vocabulary,
)
from tests.content.comment.commenters import remark
from tests.content.visitors import (
    JSON,
    Visitor,
    add_field,
    make_term,
    make_type,
    make_user,
    page,
    path_of,
)
from tests.docs.test_docs import blocks, read, table

DOCUMENT = "docs/permissions.md"
NEEDS = {
    to: [name.strip("`") for name in re.split(", | or ", needs)]
    for to, needs in table(DOCUMENT, "To")
}
"""The permissions of which each is enough, by what they are needed for."""

Attempt = Callable[[Visitor], list[Any]]


def node_of(author: User | None, **values: Any) -> Node:
    return Node.objects.create(type_id="page", title="A page", uid=author, **values)


def creating(**fields: Any) -> Attempt:
    """Create a page for each of the fields."""
    return lambda visitor: [visitor.post(page(**{name: fields[name]})) for name in fields]


def path_of_term(term: Term) -> str:
    return f"/taxonomy/term/{term.pk}?{JSON}"


def each_of_an_alias(visitor: Visitor) -> list[Any]:
    """Create, read, change and delete an alias."""
    path = f"/node/{node_of(None).pk}"
    pid = PathAlias.objects.create(path=path, alias="/about").pk
    one, document = f"/entity/path_alias/{pid}?{JSON}", {"path": [path], "alias": ["/us"]}
    return [
        visitor.send("POST", f"/entity/path_alias?{JSON}", json.dumps(document)),
        visitor.send("GET", one),
        visitor.send("PATCH", one, '{"alias": ["/them"]}'),
        visitor.send("DELETE", one),
    ]


def comment_of(author: User | None) -> Comment:
    """A published comment."""
    return Comment.objects.create(
        comment_type_id="comment", entity_id=str(node_of(None).pk), uid=author
    )


ATTEMPTS: dict[str, Attempt] = {
    "read published content": lambda visitor: [visitor.get(node_of(None).pk)],
    "read unpublished content of one's own": lambda visitor: [
        visitor.get(node_of(visitor.user, status=False).pk)
    ],
    "read unpublished content of others": lambda visitor: [
        visitor.get(node_of(None, status=False).pk)
    ],
    "create a page": lambda visitor: [visitor.post(page())],
    "change a page of one's own": lambda visitor: [
        visitor.patch(node_of(visitor.user).pk, page(title=["New"]))
    ],
    "change a page of somebody else": lambda visitor: [
        visitor.patch(node_of(None).pk, page(title=["New"]))
    ],
    "delete a page of one's own": lambda visitor: [visitor.delete(node_of(visitor.user).pk)],
    "delete a page of somebody else": lambda visitor: [visitor.delete(node_of(None).pk)],
    "set `uid`, `status`, `created`, `promote` or `sticky": creating(
        uid=[{"target_id": 0}],
        status=[False],
        created=[{"value": "2020-01-01T00:00:00+00:00"}],
        promote=[True],
        sticky=[True],
    ),
    "set `path`, the alias": creating(path=[{"alias": "/about"}]),
    "set a field for comments": creating(comment=[{"status": 1}]),
    "read a published term": lambda visitor: [visitor.send("GET", path_of_term(make_term("News")))],
    "read an unpublished term": lambda visitor: [
        visitor.send("GET", path_of_term(make_term("News", status=False)))
    ],
    "create a term of the vocabulary `tags": lambda visitor: [
        visitor.send("POST", f"/taxonomy/term?{JSON}", '{"vid": "tags", "name": ["New"]}')
    ],
    "change such a term, published or not": lambda visitor: [
        visitor.send(
            "PATCH",
            path_of_term(make_term("News", status=status)),
            '{"vid": "tags", "name": ["N"]}',
        )
        for status in (True, False)
    ],
    "delete such a term": lambda visitor: [visitor.send("DELETE", path_of_term(make_term("News")))],
    "create, read, change and delete aliases at `/entity/path_alias": each_of_an_alias,
    "read a published comment": lambda visitor: [
        visitor.send("GET", path_of(f"/comment/{comment_of(None).pk}"))
    ],
    "comment": lambda visitor: [
        visitor.send("POST", path_of("/comment"), json.dumps(remark(node_of(None))))
    ],
    "change a comment of one's own": lambda visitor: [
        visitor.send(
            "PATCH",
            path_of(f"/comment/{comment_of(visitor.user).pk}"),
            json.dumps({"comment_type": "comment", "subject": ["New"]}),
        )
    ],
    "delete a comment": lambda visitor: [
        visitor.send("DELETE", path_of(f"/comment/{comment_of(visitor.user).pk}"))
    ],
    "write a text in the format `full_html": creating(body=[{"value": "A", "format": "full_html"}]),
}


@pytest.fixture
def _site(db: None) -> None:
    make_type("page")
    Vocabulary.objects.create(vid="tags", name="Tags")
    add_field("page", "body", "text_with_summary")
    add_field("page", "comment", "comment", default_value=[{"status": 2}])
    comment_type = CommentType.objects.create(id="comment", label="Comments")
    FieldConfig.objects.add_comment_body(comment_type)
    TextFormat.objects.create(format="full_html", name="Full HTML")


def test_each_permission_is_there_with_its_label() -> None:
    rows = table(DOCUMENT, "Permission")

    known: dict[str, str] = {}
    for kind in chain.from_iterable(GROUPS.values()):
        declared: Any = kind._meta.permissions
        known |= {**dict(declared), **models_with_permissions().get(kind, {})}
    assert [(name, label) for name, label, _ in rows] == list(known.items())


@pytest.mark.usefixtures("_site")
@pytest.mark.parametrize("to", NEEDS)
def test_it_takes_one_of_the_permissions_that_are_named(to: str) -> None:
    attempt, needed = ATTEMPTS[to], NEEDS[to]
    more = ["create page content"] if to.startswith(("set", "write")) else []
    if "access content" in needed:
        Group.objects.get(name="authenticated").permissions.clear()

    refused = attempt(Visitor(make_user("without", *more)))
    assert {answer.status_code for answer in refused} <= {403, 422}

    for permission in needed:
        answers = attempt(Visitor(make_user(permission.replace(" ", "-"), *more, permission)))
        assert {answer.status_code for answer in answers} <= {200, 201, 204}, permission


def test_each_of_them_is_tried() -> None:
    assert list(NEEDS) == list(ATTEMPTS)


@pytest.mark.usefixtures("_site")
def test_the_examples_do_what_they_say(rf: RequestFactory) -> None:
    granting, asking = blocks(read(DOCUMENT), "python")
    values: dict[str, Any] = {}
    exec(granting, values)
    exec(asking, values)
    writer, stranger = make_user("writer"), make_user("stranger")
    writer.groups.add(Group.objects.get(name="writer"))

    may = {}
    for user in (writer, stranger, AnonymousUser()):
        request = rf.get("/")
        request.user = user
        may[user.username] = values["may_create_pages"](request)
    assert may == {"writer": True, "stranger": False, "": False}
    assert User.objects.get(pk=writer.pk).has_perm("drupal_jwt_auth.create page content")
