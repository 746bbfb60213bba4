"""New resources: what a document may say, and how it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import PermissionDenied, ValidationError

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.jsonapi.resource_type import ResourceType
from drupal_jwt_auth.jsonapi.serializers import ResourceSerializer
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, File, Node, Term
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.test_queries import TRANSACTION
from tests.content.visitors import Answer, Document, add_field, make_type, make_user
from tests.jsonapi.clients import PAGES, Client, error, refusal

UUID = "6f1b2c3d-0001-4000-8000-000000000001"
NOBODY = "00000000-0000-4000-8000-000000000000"
TITLE = {"title": "New"}


def relation(entity_type: str, uuid: str, **members: Any) -> Document:
    return {"data": {"type": entity_type, "id": uuid, **members}}


def test_it_is_answered_as_it_is_read(editor: Client) -> None:
    body = {"value": "Text", "format": "plain_text"}
    answer = editor.offer(PAGES, {"type": "node--page", "attributes": {**TITLE, "body": body}})
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, MEDIA_TYPE)
    document = answer.json()
    assert document["links"] == {"self": {"href": f"http://testserver{PAGES}"}}
    resource = document["data"]
    assert answer.headers["Location"] == resource["links"]["self"]["href"]
    path = f"{PAGES}/{resource['id']}"
    assert answer.headers["Location"].startswith(f"http://testserver{path}?resourceVersion=id%3A")
    assert editor.ask(path)["data"] == resource
    assert resource["attributes"]["body"]["processed"] == "<p>Text</p>\n"


def test_who_may_not_see_it_gets_no_links_of_its_relationships(pages: list[Node]) -> None:
    writer = Client(make_user("writer", "create page content", "administer nodes"))
    resource = writer.make(PAGES, attributes={**TITLE, "status": False})
    assert {tuple(each) for each in resource["relationships"].values()} == {("data",)}


def test_an_id_may_be_chosen_once(editor: Client) -> None:
    assert editor.make(PAGES, id=UUID, attributes=TITLE)["id"] == UUID
    answer = editor.offer(PAGES, {"type": "node--page", "id": UUID, "attributes": TITLE})
    assert refusal(answer) == (409, "Conflict: Entity already exists.")
    assert Node.objects.filter(title="New").count() == 1
    assert editor.make(PAGES, id=None, attributes=TITLE)["id"] != UUID
    other = UUID.replace("1", "2")
    assert editor.make(PAGES, attributes={**TITLE, "uuid": other})["id"] == other


@pytest.mark.parametrize("uuid", ["abc", 5, UUID.upper().replace("6F", "AF"), [], f"{UUID}\n"])
def test_an_id_that_is_no_uuid_is_refused(editor: Client, uuid: Any) -> None:
    text = "IDs should be properly generated and formatted UUIDs as described in RFC 4122."
    for members in ({"id": uuid, "attributes": TITLE}, {"attributes": {**TITLE, "uuid": uuid}}):
        answer = editor.offer(PAGES, {"type": "node--page", **members})
        assert refusal(answer) == (422, text)
    assert "info" not in error(answer)["links"]


class TestRelationships:
    @pytest.fixture
    def tag(self, pages: list[Node]) -> Term:
        return Term.objects.get()

    def test_they_are_set_by_uuid(self, editor: Client, tag: Term, pages: list[Node]) -> None:
        to_tag = {"type": "taxonomy_term--tags", "id": tag.uuid}
        to_type = relation("node_type--node_type", pages[0].type.uuid)
        resource = editor.make(
            PAGES,
            attributes=TITLE,
            relationships={"field_tags": {"data": [to_tag]}, "node_type": to_type},
        )
        (data,) = resource["relationships"]["field_tags"]["data"]
        assert data == {**to_tag, "meta": {"drupal_internal__target_id": tag.pk}}

    def test_a_lone_one_is_one_of_many(self, editor: Client, tag: Term) -> None:
        relationships = {"field_tags": relation("taxonomy_term--tags", tag.uuid)}
        resource = editor.make(PAGES, attributes=TITLE, relationships=relationships)
        assert len(resource["relationships"]["field_tags"]["data"]) == 1

    @pytest.mark.parametrize("meta", [{"target_uuid": NOBODY}, {"target_id": 0, "x": 1}, "x"])
    def test_nothing_beside_the_id_says_where_it_leads(
        self, editor: Client, tag: Term, meta: Any
    ) -> None:
        relationships = {"field_tags": relation("taxonomy_term--tags", tag.uuid, meta=meta)}
        resource = editor.make(PAGES, attributes=TITLE, relationships=relationships)
        (data,) = resource["relationships"]["field_tags"]["data"]
        assert data["id"] == tag.uuid

    def test_what_is_said_of_one_is_kept(self, editor: Client, tag: Term) -> None:
        settings = {"target_type": "file"}
        add_field("page", "field_image", "image", settings=settings)
        file = File.objects.create(uri="public://one.png", filename="one.png")
        relationships = {"field_image": relation("file--file", file.uuid, meta={"alt": "One"})}
        resource = editor.make(PAGES, attributes=TITLE, relationships=relationships)
        meta = resource["relationships"]["field_image"]["data"]["meta"]
        assert (meta["alt"], meta["drupal_internal__target_id"]) == ("One", file.pk)

    @pytest.mark.parametrize(
        "value", [{"data": None}, {"data": []}, {}, "x", relation("taxonomy_term--tags", "virtual")]
    )
    def test_one_to_nothing_is_empty(self, editor: Client, value: Any) -> None:
        resource = editor.make(PAGES, attributes=TITLE, relationships={"field_tags": value})
        assert resource["relationships"]["field_tags"]["data"] == []

    @pytest.mark.parametrize(
        ("data", "status", "told"),
        [
            ([{"id": UUID}], 400, "No type specified for related resource"),
            ("x", 400, "No ID specified for related resource"),
            ({"type": "taxonomy_term--tags"}, 400, "No ID specified for related resource"),
            *(
                (
                    {"type": name, "id": UUID},
                    400,
                    f"Invalid type specified for related resource: '{name}'",
                )
                for name in ("nope--nope", "node--nope", "node", "node_type--page")
            ),
            (
                {"type": "taxonomy_term--tags", "id": NOBODY},
                404,
                (
                    f"The resource identified by `taxonomy_term--tags:{NOBODY}` (given as a "
                    "relationship item) could not be found."
                ),
            ),
        ],
    )
    def test_one_that_leads_nowhere_is_refused(
        self, editor: Client, data: Any, status: int, told: str
    ) -> None:
        relationships = {"field_tags": {"data": data}}
        answer = editor.offer(
            PAGES, {"type": "x", "attributes": TITLE, "relationships": relationships}
        )
        assert refusal(answer) == (status, told)

    def test_the_path_says_of_which_bundle_a_resource_is(self, editor: Client) -> None:
        other = make_type("article")
        relationships = {"node_type": relation("node_type--node_type", str(other.uuid))}
        resource = editor.make(
            PAGES, attributes={**TITLE, "type": "article"}, relationships=relationships
        )
        assert resource["type"] == "node--page"

    def test_the_first_one_says_of_what_type_all_are(self, editor: Client, tag: Term) -> None:
        """As in Drupal its key is what counts, whatever it is the key of."""
        page = Node.objects.create(pk=tag.pk + 100, title="Page", type_id="page")
        data = [{"type": "node--page", "id": uuid} for uuid in (page.uuid, tag.uuid)]
        relationships = {"field_tags": {"data": data}}
        resource = {"type": "x", "attributes": TITLE, "relationships": relationships}
        status, told = refusal(editor.offer(PAGES, resource))
        assert status == 404
        assert f"`node--page:{tag.uuid}`" in told
        del data[1]
        status, told = (
            422,
            f"field_tags.0.target_id: The referenced entity (taxonomy_term: {page.pk})",
        )
        assert error(editor.offer(PAGES, resource))["detail"] == f"{told} does not exist."

    def test_who_may_not_set_one_is_told_where_it_is(self, editor: Client) -> None:
        assert editor.user is not None
        relationships = {"uid": relation("user--user", user_uuid(editor.user.pk))}
        answer = editor.offer(
            PAGES, {"type": "x", "attributes": TITLE, "relationships": relationships}
        )
        told = error(answer)
        assert told["status"] == "403"
        assert told["detail"] == (
            "The current user is not allowed to POST the selected field (uid). "
            "The 'administer nodes' permission is required."
        )
        assert told["source"] == {"pointer": "/data/relationships/uid"}


def test_who_may_not_set_a_field_is_told_where_it_is(editor: Client) -> None:
    attributes = {**TITLE, "drupal_internal__nid": 7}
    told = error(editor.offer(PAGES, {"type": "x", "attributes": attributes}))
    assert (told["status"], told["source"]["pointer"]) == (
        "403",
        "/data/attributes/drupal_internal__nid",
    )


@pytest.mark.parametrize(
    ("document", "status", "told"),
    [
        (b"", 400, "Empty request body."),
        (b"{", 400, "Syntax error"),
        *((text, 400, "The document must be a JSON object.") for text in (b"5", b"null", b'"x"')),
        (
            b'{"data": {"type": "x"}, "relationships": {"uid": {}}}',
            400,
            (
                'Found "relationships" within the document\'s top level. '
                'The "relationships" key must be within resource object.'
            ),
        ),
        *(
            (text, 400, 'Resource object must include a "type".')
            for text in (b"[]", b"{}", b'{"data": []}', b'{"data": {"type": null}}')
        ),
        (
            b'{"data": {"type": "x", "attributes": "x"}}',
            422,
            "The member attributes must be an object.",
        ),
        *(
            (
                document,
                422,
                f"The attribute {name} does not exist on the node--page resource type.",
            )
            for document, name in (
                (b'{"data": {"type": "x", "attributes": {"nope": 1}}}', "nope"),
                (b'{"data": {"type": "x", "attributes": ["title"]}}', "0"),
                (b'{"data": {"type": 1, "relationships": [{}]}}', "0"),
            )
        ),
        (
            b'{"data": {"type": "x", "relationships": {"title": {}}}}',
            422,
            "The attribute title does not exist on the node--page resource type.",
        ),
        (
            b'{"data": {"type": "x", "attributes": {"field_tags": [1]}}}',
            422,
            "The following relationship fields were provided as attributes: [ field_tags ]",
        ),
    ],
)
def test_a_document_that_is_no_resource_is_refused(
    editor: Client, document: bytes, status: int, told: str
) -> None:
    headers = {**editor.headers, "Content-Type": MEDIA_TYPE}
    answer = editor.client.generic("POST", PAGES, document, MEDIA_TYPE, headers=headers)
    assert refusal(answer) == (status, told)


@pytest.mark.parametrize("content_type", ["application/json", "Application/Vnd.Api+Json"])
def test_another_media_type_is_refused(editor: Client, content_type: str) -> None:
    answer = editor.offer(PAGES, {"type": "x", "attributes": TITLE}, content_type)
    text = f'No route found that matches "Content-Type: {content_type}"'
    assert refusal(answer) == (415, text)
    charset = f"{MEDIA_TYPE}; charset=utf-8"
    assert editor.offer(PAGES, {"type": "x", "attributes": TITLE}, charset).status_code == 201


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        (
            {"body": {"value": "x", "nope": 1}},
            (
                "The property 'nope' does not exist on the 'body' field of type "
                "'text_with_summary'. Writable properties are: 'value', 'format', 'summary'."
            ),
        ),
        (
            {"title": [{"value": "x", "a": 1, "b": 2}]},
            (
                "The properties 'a', 'b' do not exist on the 'title' field of type 'string'. "
                "Writable properties are: 'value'."
            ),
        ),
    ],
)
def test_a_property_that_a_field_does_not_have_is_refused(
    editor: Client, attributes: Any, told: str
) -> None:
    assert refusal(editor.offer(PAGES, {"type": "x", "attributes": attributes})) == (422, told)


class TestFaults:
    """Each has an error of its own, which points to it."""

    def faults(self, answer: Answer) -> list[tuple[str, str]]:
        assert answer.status_code == 422
        errors = answer.json()["errors"]
        assert {tuple(each) for each in errors} == {("title", "status", "detail", "source")}
        assert {each["title"] for each in errors} == {"Unprocessable Content"}
        return [(each["source"]["pointer"], each["detail"]) for each in errors]

    def test_of_a_field_with_one_value(self, editor: Client) -> None:
        title = {"title": "x" * 300, "body": {"value": "x", "format": "nope"}}
        found = self.faults(editor.offer(PAGES, {"type": "x", "attributes": title}))
        assert [pointer for pointer, _ in found] == [
            "/data/attributes/title/value",
            "/data/attributes/body/format",
        ]
        assert found[0][1].startswith("title.0.value: ")

    def test_of_one_with_many(self, editor: Client) -> None:
        add_field("page", "field_mail", "email", cardinality=2)
        attributes = {**TITLE, "field_mail": ["a@example.com", "nope"]}
        ((pointer, _),) = self.faults(editor.offer(PAGES, {"type": "x", "attributes": attributes}))
        assert pointer == "/data/attributes/field_mail/1/value"

    def test_of_one_whose_items_have_numbers(self, editor: Client) -> None:
        """To PHP that is a list."""
        add_field("page", "field_mail", "email", cardinality=2)
        attributes = {**TITLE, "field_mail": {"0": "a@example.com", "1": "nope"}}
        ((pointer, _),) = self.faults(editor.offer(PAGES, {"type": "x", "attributes": attributes}))
        assert pointer == "/data/attributes/field_mail/1/value"

    def test_of_one_that_is_not_there(self, editor: Client) -> None:
        found = self.faults(editor.offer(PAGES, {"type": "x"}))
        assert found == [("/data/attributes/title", "title: This value should not be null.")]

    def test_of_the_whole(self, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(self: Any, attrs: Any) -> Any:
            raise ValidationError("Not today.")

        monkeypatch.setattr(ResourceSerializer, "validate", refuse)
        found = self.faults(editor.offer(PAGES, {"type": "x", "attributes": TITLE}))
        assert found == [("/data", "Not today.")]
        assert not Node.objects.filter(title="New").exists()


def test_who_may_not_create_any_is_told_before_the_document_is_read(
    reader: Client, anonymous: Client, pages: list[Node]
) -> None:
    for body in ("{", json.dumps({"data": {"type": "x", "attributes": TITLE}})):
        answer = reader.send("POST", PAGES, body, content_type=MEDIA_TYPE)
        assert refusal(answer) == (403, "")
        answer = anonymous.send("POST", PAGES, body, content_type=MEDIA_TYPE)
        assert (answer.status_code, answer.json()["status"]) == (401, "error")
    assert Node.objects.count() == 3


def test_a_number_that_another_has_is_no_conflict_of_ids(
    low_vids: None, admin: Client, pages: list[Node]
) -> None:
    attributes = {**TITLE, "drupal_internal__vid": pages[0].vid}
    told = error(admin.offer(PAGES, {"type": "x", "attributes": attributes}))
    assert told["detail"] == "vid.0.value: Another node has this value."
    assert told["source"] == {"pointer": "/data/attributes/drupal_internal__vid/value"}


class TestComments:
    """A kind whose entities are a part of others."""

    @pytest.fixture
    def discussed(self, pages: list[Node]) -> Node:
        FieldConfig.objects.add_comment_body(CommentType.objects.create(id="comment"))
        default = [{"status": 2}]
        settings = {"comment_type": "comment"}
        add_field("page", "comment", "comment", settings=settings, default_value=default)
        return pages[0]

    def remark(self, node: Node, **members: Any) -> Document:
        attributes = {
            "entity_type": "node",
            "field_name": "comment",
            "subject": "Hear",
            "comment_body": {"value": "Text", "format": "plain_text"},
        }
        relationships = {"entity_id": relation("node--page", node.uuid)}
        return {"type": "x", "attributes": attributes, "relationships": relationships, **members}

    def test_they_are_made(self, discussed: Node) -> None:
        member = Client(make_user("member", "post comments"))
        answer = member.offer("/jsonapi/comment/comment", self.remark(discussed))
        assert answer.status_code == 201, answer.content
        resource = answer.json()["data"]
        assert resource["relationships"]["entity_id"]["data"]["id"] == discussed.uuid
        assert "working-copy" not in resource["links"]
        assert answer.headers["Location"].endswith(resource["id"])
        assert Comment.objects.get().entity_id == str(discussed.pk)

    def test_what_is_closed_has_no_more(self, discussed: Node) -> None:
        discussed.fields["comment"] = [{"status": 1}]
        discussed.save()
        member = Client(make_user("member", "post comments"))
        remark = self.remark(discussed, id=UUID)
        told = error(member.offer("/jsonapi/comment/comment", remark))
        text = "The current user is not allowed to POST the selected field (id)."
        assert (told["detail"], told["source"]) == (text, {"pointer": "/data/id"})


def test_what_fails_within_is_no_document(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, attrs: Any) -> Any:
        raise RuntimeError("Out of order")

    monkeypatch.setattr(ResourceSerializer, "validate", fail)
    with pytest.raises(RuntimeError, match="Out of order"):
        editor.offer(PAGES, {"type": "x", "attributes": TITLE})
    assert not Node.objects.filter(title="New").exists()


def test_creating_takes_as_many_queries_as_it_does_by_rest(editor: Client) -> None:
    editor.make(PAGES, attributes=TITLE)
    editor.create({"type": "page", "title": ["By REST"]})

    def cost(path: str, document: Document, content_type: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = editor.send("POST", path, json.dumps(document), content_type=content_type)
        assert answer.status_code == 201
        return sum(not each["sql"].startswith(TRANSACTION) for each in captured)

    by_rest = cost("/node?_format=json", {"type": "page", "title": ["By REST"]}, "application/json")
    document = {"data": {"type": "node--page", "attributes": TITLE}}
    assert cost(PAGES, document, MEDIA_TYPE) == by_rest


def test_the_serializer_alone_refuses_who_may_not_create_any(pages: list[Node]) -> None:
    account = Account(make_user("other"))
    bundle = get_structure(account.stamp).bundles_of("node")["page"]
    context = {
        "account": account,
        "entity_type": bundle.entity_type,
        "fields": {},
        "resource_type": ResourceType(bundle),
    }
    document = {"data": {"type": "node--page", "attributes": TITLE}}
    with pytest.raises(PermissionDenied):
        ResourceSerializer(data=document, context=context).is_valid()
