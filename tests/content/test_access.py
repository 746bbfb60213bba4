"""Who may see, create, change and delete nodes, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.models import Node, NodeType
from tests.content.visitors import (
    JSON,
    Visitor,
    make_type,
    make_user,
    message,
    nid_of,
    page,
    permission,
)

Make = Callable[..., Visitor]
NO_CONTENT_ACCESS = (403, "The 'access content' permission is required.")
CHANGE = {"type": "page", "title": ["New"]}


@pytest.fixture
def nid(admin: Visitor, pages: None) -> int:
    """A published page of somebody else's."""
    return nid_of(admin.create(page()))


@pytest.fixture
def draft(admin: Visitor, pages: None) -> int:
    """An unpublished page of somebody else's."""
    return nid_of(admin.create(page(status=[False])))


def own(visitor: Visitor, nid: int) -> int:
    """Make the visitor the author of a node."""
    Node.objects.filter(nid=nid).update(uid=visitor.user)
    return nid


# Viewing


def test_everybody_sees_what_is_published(reader: Visitor, nid: int) -> None:
    assert reader.get(nid).status_code == 200


def test_nothing_is_seen_without_access_to_content(
    closed_site: None, nid: int, draft: int, visitor_with: Make
) -> None:
    visitor = visitor_with("view own unpublished content", "edit any page content")
    assert message(visitor.get(nid)) == NO_CONTENT_ACCESS
    assert message(visitor.get(own(visitor, draft))) == NO_CONTENT_ACCESS
    assert message(visitor.patch(nid, CHANGE)) == NO_CONTENT_ACCESS
    assert message(visitor.delete(nid)) == NO_CONTENT_ACCESS
    assert message(visitor.post(page())) == NO_CONTENT_ACCESS
    assert visitor_with("access content").get(nid).status_code == 200


@pytest.mark.parametrize(
    "permissions",
    [(), ("view own unpublished content",), ("administer nodes",), ("edit any page content",)],
)
def test_a_draft_of_anothers_is_hidden(
    draft: int, visitor_with: Make, permissions: tuple[str, ...]
) -> None:
    assert message(visitor_with(*permissions).get(draft)) == (403, "")


def test_a_draft_is_its_authors(draft: int, visitor_with: Make) -> None:
    author, other = visitor_with("view own unpublished content"), visitor_with()
    assert author.get(own(author, draft)).status_code == 200
    assert message(other.get(own(other, draft))) == (403, "")


def test_a_draft_of_nobodys_is_not_every_anonymous_clients(
    draft: int, anonymous: Visitor, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    Group.objects.get(name="anonymous").permissions.add(permission("view own unpublished content"))
    Node.objects.update(uid=None)
    assert anonymous.get(draft).status_code == 401


PERMISSIONS = ("access content", "view own unpublished content", "bypass node access")


@pytest.mark.parametrize("count", range(2 ** len(PERMISSIONS)))
def test_a_list_has_what_each_account_may_see(
    closed_site: None, pages: None, visitor_with: Make, count: int
) -> None:
    granted = [name for bit, name in enumerate(PERMISSIONS) if count >> bit & 1]
    visitor = visitor_with(*granted)
    for status in (True, False):
        for author in (visitor.user, make_user(f"other{status}"), None):
            Node.objects.create(type_id="page", title="A page", status=status, uid=author)
    listed = set(Node.objects.visible_to(visitor.user))
    assert listed == {node for node in Node.objects.all() if visitor.get(node.pk).status_code < 300}
    assert listed == set(Node.objects.visible_to(Account(visitor.user)))


def test_a_list_for_the_anonymous_user_has_no_drafts(nid: int, draft: int) -> None:
    Group.objects.get(name="anonymous").permissions.add(permission("view own unpublished content"))
    Node.objects.update(uid=None)
    for nobody in (None, AnonymousUser()):
        assert [node.pk for node in Node.objects.visible_to(nobody)] == [nid]


@pytest.mark.parametrize("values", [{"is_superuser": True}, {}])
def test_a_user_who_is_not_active_is_the_anonymous_one(
    nid: int, draft: int, values: dict[str, bool]
) -> None:
    user = make_user("gone", "bypass node access", "create page content", is_active=False, **values)
    account = Account(user)
    assert [node.pk for node in Node.objects.visible_to(user)] == [nid]
    assert account.user is None
    assert not account.is_superuser
    assert not account.has_permission("create page content")
    assert account.has_permission("access content")
    Group.objects.get(name="anonymous").permissions.clear()
    assert list(Node.objects.visible_to(user)) == []


def test_a_list_for_a_superuser_has_all(nid: int, draft: int, admin: Visitor) -> None:
    assert {node.pk for node in Node.objects.visible_to(admin.user)} == {nid, draft}


def test_a_list_takes_a_query_more_than_the_nodes_and_can_be_filtered_on(
    nid: int, draft: int, reader: Visitor, django_assert_num_queries: Callable[[int], Any]
) -> None:
    list(Node.objects.complete())  # What the database can do is known.
    with django_assert_num_queries(2):
        nodes = Node.objects.filter(type="page").visible_to(reader.user).complete()
        assert [node.pk for node in nodes.order_by("-nid")[:1]] == [nid]


def test_nobody_asks_the_database_for_what_may_not_be_seen(
    closed_site: None, nid: int, reader: Visitor, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        assert list(Node.objects.visible_to(reader.user)) == []


# Changing and deleting


@pytest.mark.parametrize(("method", "operation"), [("PATCH", "edit"), ("DELETE", "delete")])
def test_a_node_of_anothers_needs_the_right_to_any(
    nid: int, visitor_with: Make, method: str, operation: str
) -> None:
    body = '{"type":"page","title":["New"]}' if method == "PATCH" else ""
    path = f"/node/{nid}?{JSON}"
    needed = f"{operation} any page content"
    refused = (403, f"The '{needed}' permission is required.")
    author = visitor_with(f"{operation} own page content")
    for visitor in (
        author,
        visitor_with("administer nodes"),
        visitor_with(f"{operation} any article content"),
    ):
        assert message(visitor.send(method, path, body)) == refused
    assert visitor_with(needed).send(method, path, body).status_code in (200, 204)


@pytest.mark.parametrize(("method", "operation"), [("PATCH", "edit"), ("DELETE", "delete")])
def test_ones_own_node_needs_the_right_to_ones_own(
    nid: int, visitor_with: Make, method: str, operation: str
) -> None:
    body = '{"type":"page","title":["New"]}' if method == "PATCH" else ""
    path = f"/node/{nid}?{JSON}"
    reader, author = visitor_with(), visitor_with(f"{operation} own page content")
    own(reader, nid)
    refused = f"The '{operation} any page content' permission is required."
    assert message(reader.send(method, path, body)) == (403, refused)
    own(author, nid)
    assert author.send(method, path, body).status_code in (200, 204)


def test_a_draft_can_be_changed_without_being_seen(draft: int, visitor_with: Make) -> None:
    assert visitor_with("edit any page content").patch(draft, CHANGE).status_code == 200


def test_nobodys_node_is_every_anonymous_clients(
    nid: int, anonymous: Visitor, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET", "PATCH"]}
    Group.objects.get(name="anonymous").permissions.add(permission("edit own page content"))
    assert anonymous.patch(nid, CHANGE).status_code == 401
    Node.objects.update(uid=None)
    assert anonymous.patch(nid, CHANGE).status_code == 200


# Creating


def test_who_may_create_nothing_is_told_nothing(reader: Visitor, pages: None) -> None:
    for body in ("{", "{}", '{"type":"nope"}', '{"type":"page","title":["x"],"foo":1}'):
        assert message(reader.send("POST", f"/node?{JSON}", body)) == (403, "")


def test_who_may_create_nodes_of_another_type_only_is_told_so(
    pages: None, visitor_with: Make
) -> None:
    make_type("article")
    visitor = visitor_with("create page content")
    article = {"type": "article", "title": ["A"], "sticky": [True]}
    assert message(visitor.post(article)) == (
        403,
        "You are not authorized to create this node entity of bundle article.",
    )
    assert visitor.post(page()).status_code == 201


def test_the_right_to_a_type_that_is_gone_creates_nothing(pages: None, visitor_with: Make) -> None:
    visitor = visitor_with("create page content")
    NodeType.objects.get().delete()
    assert message(visitor.post(page())) == (403, "")


@pytest.mark.parametrize(
    "field",
    ["status", "created", "promote", "sticky", "uid"],
)
def test_fields_of_administrators_are_refused_even_with_their_default(
    editor: Visitor, field: str
) -> None:
    value: Any = {"created": [{"value": 5}], "uid": [0]}.get(field, [True])
    assert message(editor.post(page(**{field: value}))) == (
        403,
        f"Access denied on creating field '{field}'.",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nid", [5]),
        ("changed", [{"value": 5}]),
        ("revision_timestamp", [{"value": 5}]),
        ("revision_uid", [0]),
    ],
)
def test_some_fields_are_nobodys(admin: Visitor, pages: None, field: str, value: Any) -> None:
    refused = (403, f"Access denied on creating field '{field}'.")
    assert message(admin.post(page(**{field: value}))) == refused


def test_the_first_refused_field_of_the_document_is_told(editor: Visitor) -> None:
    document = page(title=[""], sticky=[True], uid=[3])
    assert message(editor.post(document))[1] == "Access denied on creating field 'sticky'."


# What the two great permissions give


def test_who_administers_nodes_may_set_their_fields_but_not_get_at_them(
    nid: int, visitor_with: Make
) -> None:
    visitor = visitor_with("administer nodes")
    assert message(visitor.patch(nid, CHANGE))[0] == 403
    assert message(visitor.post(page())) == (403, "")
    writer = visitor_with("administer nodes", "create page content")
    created = writer.create(page(status=[False], sticky=[True], uid=[0]))
    assert (created["status"], created["sticky"]) == ([{"value": False}], [{"value": True}])


def test_who_bypasses_access_gets_at_nodes_but_may_not_set_all_fields(
    closed_site: None, nid: int, draft: int, visitor_with: Make
) -> None:
    visitor = visitor_with("bypass node access")
    assert visitor.get(draft).status_code == 200
    assert visitor.patch(nid, CHANGE).status_code == 200
    assert visitor.post(page()).status_code == 201
    assert message(visitor.patch(nid, {"type": "page", "sticky": [True]})) == (
        403,
        "Access denied on updating field 'sticky'. The 'administer nodes' permission is required.",
    )
    assert visitor.delete(draft).status_code == 204


def test_a_superuser_may_do_everything(closed_site: None, admin: Visitor, draft: int) -> None:
    assert admin.patch(draft, {"type": "page", "status": [True]}).status_code == 200
    assert admin.delete(draft).status_code == 204


# The note of a revision


@pytest.mark.parametrize(
    ("permissions", "seen"),
    [
        ((), False),
        (("edit own page content",), False),
        (("delete any page content",), False),
        (("view article revisions",), False),
        (("edit any page content",), True),
        (("view all revisions",), True),
        (("view page revisions",), True),
        (("administer nodes",), True),
        (("bypass node access",), True),
    ],
)
def test_the_note_of_a_revision_is_seen_by_those_who_see_revisions_or_edit(
    nid: int, visitor_with: Make, permissions: tuple[str, ...], seen: bool
) -> None:
    assert ("revision_log" in visitor_with(*permissions).read(nid)) is seen


def test_the_note_of_a_revision_needs_access_to_content(
    closed_site: None, nid: int, visitor_with: Make
) -> None:
    assert "revision_log" not in visitor_with("bypass node access").read(nid)


def test_a_note_can_be_made_where_the_type_makes_revisions(pages: None, visitor_with: Make) -> None:
    visitor = visitor_with("create page content", "edit own page content")
    nid = nid_of(visitor.create(page(revision_log=["Note"])))
    NodeType.objects.update(new_revision=False)
    NodeType.objects.get().save()
    assert message(visitor.post(page(revision_log=["Note"]))) == (
        403,
        "Access denied on creating field 'revision_log'.",
    )
    other = {"type": "page", "revision_log": ["Other"]}
    assert message(visitor.patch(nid, other)) == (
        403,
        "Access denied on updating field 'revision_log'.",
    )
    administrator = visitor_with("edit any page content", "administer nodes")
    assert administrator.patch(nid, other).status_code == 200


def test_a_note_that_is_not_seen_never_counts_as_equal(
    closed_site: None, nid: int, visitor_with: Make
) -> None:
    """Else a guess would be told to be right."""
    NodeType.objects.get().save()
    NodeType.objects.update(new_revision=False)
    NodeType.objects.get().save()
    visitor = visitor_with("bypass node access")
    assert visitor.patch(nid, {"type": "page", "revision_log": []}).status_code == 403


# The order of the checks


def test_the_checks_come_in_their_order(
    nid: int, visitor_with: Make, reader: Visitor, anonymous: Visitor
) -> None:
    """Each request has every fault from one on, and is told that one."""
    path, missing = f"/node/{nid}?{JSON}", f"/node/99999?{JSON}"
    bad = Visitor()
    bad.headers = {"Authorization": "Bearer a.b.c"}
    editor = visitor_with("edit any page content")
    steps: list[tuple[Visitor, str, str, str, str, int]] = [
        (bad, "PUT", "/node/99999?_format=xml", "{", "text/plain", 405),
        (bad, "PATCH", "/node/99999?_format=xml", "{", "text/plain", 415),
        (bad, "PATCH", "/node/99999?_format=xml", "{", "application/json", 406),
        (bad, "PATCH", missing, "{", "application/json", 401),
        (anonymous, "PATCH", missing, "{", "application/json", 404),
        (anonymous, "PATCH", path, "{", "application/json", 401),
        (reader, "PATCH", path, "{", "application/json", 403),
        (editor, "PATCH", path, "{", "application/json", 400),
        (editor, "PATCH", path, '{"foo":1,"type":"page"}', "application/json", 422),
        (editor, "PATCH", path, '{"type":"page","sticky":[1],"title":[]}', "application/json", 403),
        (editor, "PATCH", path, '{"type":"page","title":[]}', "application/json", 422),
        (editor, "PATCH", path, '{"type":"page","title":["x"]}', "application/json", 200),
    ]
    for visitor, method, url, body, content_type, status in steps:
        answer = visitor.send(method, url, body, content_type=content_type)
        assert answer.status_code == status, (method, url, body, answer.content)


def test_without_a_token_the_documented_error_is_told(anonymous: Visitor, nid: int) -> None:
    for method, path in (("GET", f"/node/{nid}"), ("DELETE", f"/node/{nid}"), ("POST", "/node")):
        answer = anonymous.send(method, f"{path}?{JSON}", "{}")
        assert answer.status_code == 401
        assert answer.json() == {
            "status": "error",
            "error": "MISSING_AUTHORIZATION_HEADER",
            "error_description": "Authorization header not received.",
        }


def test_reads_may_be_public(anonymous: Visitor, nid: int, draft: int, settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    assert anonymous.get(nid).status_code == 200
    assert anonymous.get(draft).status_code == 401
    assert anonymous.delete(nid).status_code == 401


# Where permissions come from


def test_roles_are_groups(nid: int) -> None:
    user = make_user("member")
    role = Group.objects.create(name="page editors")
    role.permissions.add(permission("edit any page content"))
    visitor = Visitor(user)
    assert visitor.patch(nid, CHANGE).status_code == 403
    user.groups.add(role)
    assert visitor.patch(nid, CHANGE).status_code == 200


def test_every_user_has_the_authenticated_role(nid: int, reader: Visitor) -> None:
    Group.objects.get(name="authenticated").permissions.add(permission("edit any page content"))
    assert reader.patch(nid, CHANGE).status_code == 200


def test_the_two_roles_may_have_other_names(nid: int, reader: Visitor, settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATED_ROLE": "members"}
    assert message(reader.get(nid)) == NO_CONTENT_ACCESS
    Group.objects.create(name="members").permissions.add(permission("access content"))
    assert reader.get(nid).status_code == 200


class Grants:
    """A backend of the project's that grants permissions of its own."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def get_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        return {"drupal_jwt_auth.edit any page content", "auth.add_user"}


def test_other_backends_may_grant_permissions(nid: int, reader: Visitor, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "django.contrib.auth.backends.AllowAllUsersModelBackend",
        f"{__name__}.Grants",
    ]
    assert reader.patch(nid, CHANGE).status_code == 200
    assert message(reader.delete(nid))[0] == 403


def test_other_backends_are_not_asked_about_a_superuser(
    nid: int, admin: Visitor, settings: Any
) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.Grants"]
    assert admin.patch(nid, CHANGE).status_code == 200
