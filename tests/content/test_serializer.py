"""`NodeSerializer` on a project's own views, or on none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Manager
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import PermissionDenied, ValidationError

from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.http.exceptions import EntityValidationError, UnprocessableEntity, Violation
from drupal_jwt_auth.models import Node, PathAlias, Revision
from drupal_jwt_auth.resources.serializers import Values
from drupal_jwt_auth.serializers import NodeSerializer
from drupal_jwt_auth.views import NodeResource
from tests.content.visitors import Visitor, make_type, make_user, message, nid_of, page


def serializer(user: Any = None, *args: Any, **kwargs: Any) -> NodeSerializer:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return NodeSerializer(*args, context={"request": request}, **kwargs)


@pytest.fixture
def writer(pages: None) -> User:
    return make_user("writer", "create page content", "edit own page content")


def saved(user: User, **fields: Any) -> Node:
    made = serializer(user, data=page(**fields))
    made.is_valid(raise_exception=True)
    node: Node = made.save()
    return node


def test_it_makes_a_node_for_the_user_of_the_request(writer: User) -> None:
    node = saved(writer, body=["Text"])
    assert (node.title, node.uid, node.fields["body"][0]["value"]) == ("A page", writer, "Text")
    assert Node.objects.get() == node


def test_its_data_is_the_wire_form(writer: User) -> None:
    made = serializer(writer, data=page())
    assert made.is_valid()
    assert made.validated_data == {"title": [{"value": "A page"}]}
    node = made.save()
    assert made.data["nid"] == [{"value": node.nid}]
    assert serializer(writer, Node.objects.get()).data == made.data


def test_it_shows_what_the_user_may_see(writer: User) -> None:
    node = saved(writer)
    assert "revision_log" in serializer(writer, node).data
    assert "revision_log" not in serializer(None, node).data
    assert "revision_log" not in NodeSerializer(node).data


def test_it_shows_many(writer: User) -> None:
    nodes = [saved(writer, title=[title]) for title in "ab"]
    shown = serializer(writer, nodes, many=True).data
    assert [each["title"][0]["value"] for each in shown] == ["a", "b"]


def make_nodes(number: int) -> None:
    """Pages of different people, half of them with an alias."""
    for n in range(number):
        author = make_user(f"author{User.objects.count()}")
        node = Node.objects.create(type_id="page", title=f"{n}", uid=author)
        if n % 2:
            for alias in (f"/older-{n}", f"/page-{n}"):
                PathAlias.objects.create(path=f"/node/{node.pk}", alias=alias, langcode="en")


@pytest.mark.parametrize(
    ("read", "count"),
    [
        # The account, and the nodes with all that is shown of them.
        (Node.objects.complete, 2),
        (lambda: Node.objects.complete()[:100], 2),
        # Revisions, aliases and authors one by one.
        (Node.objects.all, 5),
        (lambda: iter(Node.objects.all()), 5),
        (lambda: Node.objects, 5),
        (lambda: list(Node.objects.select_related("revision")), 4),
    ],
)
def test_a_list_of_any_length_takes_as_many_queries(
    writer: User, read: Callable[[], Any], count: int
) -> None:
    # What a process asks once: the content model, and what the database can do.
    assert serializer(writer, Node.objects.complete(), many=True).data == []
    for more in (2, 10):
        make_nodes(more)
        with CaptureQueriesContext(connection) as captured:
            shown = serializer(writer, read(), many=True).data
        assert (len(shown), len(captured)) == (Node.objects.count(), count)
        alone = [serializer(writer, Node.objects.get(pk=node.pk)).data for node in read_all(read())]
        assert shown == alone


def read_all(nodes: Any) -> list[Node]:
    return list(nodes.all() if isinstance(nodes, Manager) else nodes)


def test_nodes_of_a_type_that_was_just_made_are_listed_with_the_others(writer: User) -> None:
    many: Any = serializer(writer, [], many=True)
    assert many.child.bundles.keys() == {"page"}
    nodes = [Node.objects.create(type=make_type("thing"), title="x") for _ in "a"]
    nodes += [Node.objects.create(type_id="thing", title="y"), saved(writer)]
    with CaptureQueriesContext(connection) as captured:
        shown = many.to_representation(nodes)
    assert [each["title"][0]["value"] for each in shown] == ["x", "y", "A page"]
    reads = [each["sql"] for each in captured if "nodetype" in each["sql"].split("WHERE")[0]]
    assert len(reads) == 1


def test_a_node_without_a_revision_and_one_that_is_not_saved_are_listed(writer: User) -> None:
    node = saved(writer)
    Revision.objects.all().delete()
    nodes = [Node.objects.get(pk=node.pk), Node(type_id="page", title="New")]
    shown = serializer(writer, nodes, many=True).data
    assert [each["title"][0]["value"] for each in shown] == ["A page", "New"]


def test_a_list_takes_no_documents(writer: User) -> None:
    with pytest.raises(TypeError, match="a serializer of its own"):
        serializer(writer, data=[page()], many=True)


def test_it_changes_a_node(writer: User) -> None:
    changing = serializer(writer, saved(writer), data=page(title=["New"]))
    assert changing.is_valid(raise_exception=True)
    changing.save()
    assert Node.objects.get().title == "New"
    assert changing.data["title"] == [{"value": "New"}]


def test_what_is_not_valid_has_errors_by_path(writer: User) -> None:
    made = serializer(writer, data=page(title=[""], body=[1, 2]))
    assert not made.is_valid()
    assert made.errors == {
        "title": ["This value should not be null."],
        "body": ["Body: this field cannot hold more than 1 values."],
    }
    with pytest.raises(EntityValidationError) as caught:
        made.is_valid(raise_exception=True)
    assert caught.value.message.startswith("Unprocessable Entity: validation failed.\ntitle: ")


def test_what_no_node_can_be_made_of_is_raised(writer: User) -> None:
    with pytest.raises(UnprocessableEntity, match="is missing"):
        serializer(writer, data={"title": ["x"]}).is_valid()


def test_what_the_user_may_not_do_is_raised(writer: User) -> None:
    with pytest.raises(PermissionDenied, match="not authorized to create"):
        serializer(data=page()).is_valid()
    with pytest.raises(PermissionDenied, match="creating field 'sticky'"):
        serializer(writer, data=page(sticky=[True])).is_valid()


def test_an_error_that_is_nobodys_choice_is_not_hidden(
    writer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Node, **kwargs: Any) -> None:
        raise IntegrityError("disk")

    monkeypatch.setattr(Node, "save", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(writer)
    with pytest.raises(EntityValidationError):
        saved(writer, uuid=["x"])


def test_a_node_that_was_read_without_its_company_is_shown_all_the_same(
    editor: Visitor, writer: User
) -> None:
    editor.create(page(path=["/about"]))
    node = Node.objects.get()
    assert not hasattr(node, "author_uuid")
    assert serializer(writer, node).data["path"][0]["alias"] == "/about"


# What a project adds


class Ruled(NodeSerializer):
    """Raises what a test wants, from one method or the other."""

    raised: Exception
    early = False

    def validate_fields(self, bundle: Bundle, raw: Values) -> None:
        super().validate_fields(bundle, raw)
        if self.early:
            raise self.raised

    def validate(self, attrs: Values) -> Values:
        raise self.raised


RULES: list[tuple[Exception, list[str]]] = [
    (ValidationError("No."), [": No."]),
    (ValidationError(["No.", "Never."]), [": No.", ": Never."]),
    (ValidationError({"title": "No."}), ["title: No."]),
    (ValidationError({"title": ["No.", "Never."]}), ["title: No.", "title: Never."]),
    (ValidationError({"title": [{"value": ["No."]}, {}]}), ["title.0.value: No."]),
    (ValidationError({"non_field_errors": ["No."]}), [": No."]),
    (DjangoValidationError("No %(what)s.", params={"what": "way"}), [": No way."]),
    (DjangoValidationError({"title": ["No."], "body": ["Never."]}), ["title: No.", "body: Never."]),
    (ValidationError([]), [": Invalid input."]),
    (ValidationError({}), [": Invalid input."]),
    (DjangoValidationError([]), [": Invalid input."]),
    (DjangoValidationError({}), [": Invalid input."]),
    (EntityValidationError([]), [": Invalid input."]),
    (
        EntityValidationError([Violation("b", "1"), Violation("a", "2"), Violation("b", "3")]),
        ["b: 1", "a: 2", "b: 3"],
    ),
]


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize(("raised", "lines"), RULES)
def test_a_rule_of_a_projects_own_keeps_its_text(
    writer: User, raised: Exception, lines: list[str], early: bool
) -> None:
    ruled = Ruled(data=page(), context=serializer(writer).context)
    ruled.raised, ruled.early = raised, early
    assert not ruled.is_valid()
    assert ruled.errors
    with pytest.raises(EntityValidationError) as caught:
        ruled.is_valid(raise_exception=True)
    first, *told, last = caught.value.message.split("\n")
    assert (first, told, last) == ("Unprocessable Entity: validation failed.", lines, "")
    assert caught.value.status_code == 422


@pytest.mark.parametrize("kind", [ValidationError, DjangoValidationError])
@pytest.mark.parametrize(
    "method", ["create", "update", "save", "is_valid", "to_representation", "_save"]
)
def test_a_rule_may_be_asked_in_any_method_while_a_node_is_written(
    admin: Visitor, pages: None, monkeypatch: pytest.MonkeyPatch, method: str, kind: Any
) -> None:
    """What was saved before is not there afterwards."""

    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        getattr(super(ruled, self), method)(*args, **kwargs)
        raise kind({"title": ["No."]})

    nid = nid_of(admin.create(page()))
    ruled: Any = type("Ruled", (NodeSerializer,), {method: refuse})
    monkeypatch.setattr(NodeResource, "serializer_class", ruled)
    told = (422, "Unprocessable Entity: validation failed.\ntitle: No.\n")
    if method != "update":
        assert message(admin.post(page())) == told
    if method != "create":
        assert message(admin.patch(nid, page(title=["New"]))) == told
    assert list(Node.objects.values_list("nid", "title")) == [(nid, "A page")]


def test_an_error_while_a_node_is_only_read_is_no_refusal(
    admin: Visitor, pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(NodeSerializer):
        def to_representation(self, instance: Node) -> Any:
            raise DjangoValidationError("No.")

    nid = nid_of(admin.create(page()))
    monkeypatch.setattr(NodeResource, "serializer_class", Broken)
    with pytest.raises(DjangoValidationError):
        admin.get(nid)


def test_a_rule_is_asked_once_the_fields_are_valid(writer: User) -> None:
    ruled = Ruled(data=page(title=[""]), context=serializer(writer).context)
    assert not ruled.is_valid()
    assert ruled.errors == {"title": ["This value should not be null."]}


def test_a_rule_may_change_what_is_saved(writer: User) -> None:
    class Quiet(NodeSerializer):
        def validate(self, attrs: Values) -> Values:
            return {**attrs, "title": [{"value": attrs["title"][0]["value"].lower()}]}

    quiet = Quiet(data=page(title=["HEAR"]), context=serializer(writer).context)
    quiet.is_valid(raise_exception=True)
    quiet.save()
    assert (Node.objects.get().title, quiet.data["title"]) == ("hear", [{"value": "hear"}])


def test_of_a_node_that_there_is_a_rule_gets_what_changes(writer: User) -> None:
    seen = []

    class Watching(NodeSerializer):
        def validate(self, attrs: Values) -> Values:
            seen.append((self.instance, set(attrs)))
            return attrs

    node = saved(writer, body=["Text"])
    document = page(title=["A page"], body=["New"])
    Watching(node, data=document, context=serializer(writer).context).is_valid()
    assert seen == [(node, {"body"})]
