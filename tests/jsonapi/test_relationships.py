"""Relationships by themselves: what is added, replaced and removed, and how that is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.models import File, Node, Revision, Term
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import Answer, add_field, make_term, make_type, make_user
from tests.jsonapi.clients import PAGES, Client, error, refusal

NOBODY = "00000000-0000-4000-8000-000000000000"
Linkage = Any


@pytest.fixture
def page(pages: list[Node]) -> Node:
    """Has the tag alpha, and may have others."""
    (alpha,) = Term.objects.all()
    page = pages[0]
    page.fields["field_tags"] = [{"target_id": alpha.pk}]
    page.save()
    return page


@pytest.fixture
def editor(pages: list[Node]) -> Client:
    """May change any page."""
    return Client(make_user("editor", "edit any page content"))


def path_of(page: Node, name: str = "field_tags") -> str:
    return f"{PAGES}/{page.uuid}/relationships/{name}"


def tag(name: str, **meta: Any) -> Linkage:
    term = Term.objects.filter(name=name).first() or make_term(name)
    identifier = {"type": "taxonomy_term--tags", "id": term.uuid}
    return {**identifier, "meta": meta} if meta else identifier


def write(client: Client, method: str, path: str, data: Linkage) -> Answer:
    return client.send(method, path, json.dumps({"data": data}), content_type=MEDIA_TYPE)


def tags(page: Node) -> list[str]:
    """Return the names of the tags that a page has now."""
    keys = [item["target_id"] for item in Node.objects.get(pk=page.pk).fields["field_tags"]]
    names = dict(Term.objects.values_list("pk", "name"))
    return [names[key] for key in keys]


class TestToMany:
    @pytest.mark.parametrize(
        ("change", "there", "status"),
        [
            (("POST", ["beta"]), ["alpha", "beta"], 200),
            (("POST", ["alpha"]), ["alpha"], 204),
            (("POST", ["beta", "alpha"]), ["alpha", "beta"], 204),
            (("POST", []), ["alpha"], 200),
            (("PATCH", ["beta", "alpha"]), ["beta", "alpha"], 204),
            (("PATCH", []), [], 204),
            (("DELETE", ["alpha"]), [], 204),
            (("DELETE", ["beta"]), ["alpha"], 204),
            (("DELETE", []), ["alpha"], 204),
        ],
    )
    def test_it_is_as_the_method_says_and_told_if_the_client_cannot_know(
        self,
        editor: Client,
        page: Node,
        change: tuple[str, list[str]],
        there: list[str],
        status: int,
    ) -> None:
        method, sent = change
        answer = write(editor, method, path_of(page), [tag(name) for name in sent])
        assert answer.status_code == status, answer.content
        assert tags(page) == there
        if status == 200:
            assert answer.json() == editor.ask(path_of(page))
            data = answer.json()["data"]
            assert [each["id"] for each in data] == [tag(name)["id"] for name in there]
        else:
            assert answer.content == b""

    def test_items_of_the_same_are_told_apart_by_their_arity(
        self, editor: Client, page: Node
    ) -> None:
        assert write(editor, "POST", path_of(page), [tag("alpha", arity=1)]).status_code == 200
        assert tags(page) == ["alpha", "alpha"]
        assert write(editor, "DELETE", path_of(page), [tag("alpha", arity=0)]).status_code == 204
        assert tags(page) == ["alpha"]
        twice = [tag("alpha", arity=0), tag("alpha", arity=1), tag("beta")]
        assert write(editor, "PATCH", path_of(page), twice).status_code == 204
        assert write(editor, "DELETE", path_of(page), [tag("alpha")]).status_code == 204
        assert tags(page) == ["beta"]

    def test_what_is_gone_can_be_left_behind_and_not_named(
        self, editor: Client, page: Node
    ) -> None:
        page.fields["field_tags"] += [{"target_id": 9999}]
        page.save()
        answer = write(editor, "POST", path_of(page), [tag("alpha")])
        assert answer.status_code == 200
        assert write(editor, "PATCH", path_of(page), [tag("alpha")]).status_code == 204
        assert tags(page) == ["alpha"]

    def test_it_is_no_new_revision(self, editor: Client, page: Node) -> None:
        write(editor, "PATCH", path_of(page), [tag("beta")])
        assert Revision.objects.filter(node=page).count() == 1


class TestToOne:
    @pytest.fixture
    def file(self, page: Node) -> File:
        add_field("page", "field_image", "image", settings={"target_type": "file"})
        return File.objects.create(uri="public://one.png", filename="one.png")

    def test_it_is_replaced(self, editor: Client, page: Node, file: File) -> None:
        path, image = path_of(page, "field_image"), {"type": "file--file", "id": file.uuid}
        meta = {"alt": "One", "target_id": 77, "drupal_internal__target_id": 78}
        assert write(editor, "PATCH", path, {**image, "meta": meta}).status_code == 204
        data = editor.ask(path)["data"]
        assert (data["id"], data["meta"]["alt"]) == (file.uuid, "One")
        file.refresh_from_db()
        assert file.status
        assert write(editor, "PATCH", path, None).status_code == 204
        assert editor.ask(path)["data"] is None

    @pytest.mark.parametrize(("method", "does"), [("POST", "POST to"), ("DELETE", "DELETE from")])
    def test_there_is_nothing_to_add_or_remove(
        self, editor: Client, page: Node, file: File, method: str, does: str
    ) -> None:
        image = {"type": "file--file", "id": file.uuid}
        assert refusal(write(editor, method, path_of(page, "field_image"), image)) == (
            409,
            f"You can only {does} to-many relationships. field_image is a to-one relationship.",
        )

    def test_nobody_is_the_anonymous_user(self, admin: Client, page: Node) -> None:
        path = path_of(page, "uid")
        answer = write(admin, "PATCH", path, None)
        assert answer.status_code == 200
        assert answer.json()["data"]["meta"]["drupal_internal__target_id"] == 0
        assert admin.user is not None
        mine = {"type": "user--user", "id": user_uuid(admin.user.pk)}
        assert write(admin, "PATCH", path, mine).status_code == 204
        page.refresh_from_db()
        assert page.uid == admin.user


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
class TestRefusals:
    def test_of_what_is_no_linkage(self, editor: Client, page: Node, method: str) -> None:
        for data in (None, tag("beta"), ["x"]):
            answer = write(editor, method, path_of(page), data)
            assert refusal(answer) == (400, "Invalid body payload for the relationship.")

    def test_of_an_empty_body(self, editor: Client, page: Node, method: str) -> None:
        headers = {**editor.headers, "Content-Type": MEDIA_TYPE}
        answer = editor.client.generic(method, path_of(page), b"", MEDIA_TYPE, headers=headers)
        told = "Empty request body."
        if method == "DELETE":
            told = (
                "You need to provide a body for DELETE operations on a relationship (field_tags)."
            )
        assert refusal(answer) == (400, told)

    def test_of_another_type(self, editor: Client, page: Node, method: str) -> None:
        make_term("gamma", "topics")
        data = [{"type": "node--page", "id": page.uuid}]
        assert refusal(write(editor, method, path_of(page), data)) == (
            400,
            (
                "The provided type (node--page) does not match the destination resource types "
                "(taxonomy_term--tags, taxonomy_term--topics)."
            ),
        )

    def test_of_what_there_is_not(self, editor: Client, page: Node, method: str) -> None:
        """What is not there need not be removed."""
        answer = write(editor, method, path_of(page), [{**tag("alpha"), "id": NOBODY}])
        if method == "DELETE":
            assert answer.status_code == 204
            return
        text = f"The targeted `taxonomy_term--tags` resource with ID `{NOBODY}` does not exist."
        assert refusal(answer) == (400, text)

    def test_of_who_may_not_before_the_document_is_read(
        self, reader: Client, anonymous: Client, page: Node, method: str
    ) -> None:
        told = "The current user is not allowed to edit this relationship. "
        answer = reader.send(method, path_of(page), "{", content_type=MEDIA_TYPE)
        reason = "The 'edit any page content' permission is required."
        assert refusal(answer) == (403, told + reason)
        assert "source" not in error(answer)
        answer = anonymous.send(method, path_of(page), "{", content_type=MEDIA_TYPE)
        assert answer.status_code == 401

    def test_of_who_may_not_set_the_field(self, editor: Client, page: Node, method: str) -> None:
        told = "The current user is not allowed to edit this relationship. "
        reason = "The 'administer nodes' permission is required."
        assert refusal(write(editor, method, path_of(page, "uid"), None)) == (403, told + reason)

    def test_of_another_bundle(self, admin: Client, page: Node, method: str) -> None:
        other = make_type("article")
        data = {"type": "node_type--node_type", "id": str(other.uuid)}
        answer = write(admin, method, path_of(page, "node_type"), data)
        told = "The current user is not allowed to edit this relationship."
        assert refusal(answer) == (403, told)

    def test_of_an_unknown_resource(self, editor: Client, page: Node, method: str) -> None:
        path = f"{PAGES}/{NOBODY}/relationships/field_tags"
        told = (
            'The "entity" parameter was not converted for the path '
            '"/jsonapi/node/page/{entity}/relationships/field_tags" '
            f'(route name: "jsonapi.node--page.field_tags.relationship.{method.lower()}")'
        )
        assert refusal(write(editor, method, path, [])) == (404, told)

    def test_of_what_is_no_relationship(self, admin: Client, page: Node, method: str) -> None:
        for name in ("title", "nope"):
            assert write(admin, method, path_of(page, name), None).status_code == 404

    def test_of_a_field_of_the_paths_bundle_alone(
        self, admin: Client, page: Node, method: str
    ) -> None:
        make_type("article")
        add_field("article", "field_more", "entity_reference", settings={"target_type": "node"})
        path = f"/jsonapi/node/article/{page.uuid}/relationships/field_more"
        assert write(admin, method, path, None).status_code == 404


def test_what_cannot_be_referenced_is_told_with_its_place(editor: Client, page: Node) -> None:
    make_term("hidden", status=False)
    told = error(write(editor, "POST", path_of(page), [tag("hidden")]))
    assert (told["status"], told["source"]) == (
        "422",
        {"pointer": "/data/attributes/field_tags/1/target_id"},
    )
    assert tags(page) == ["alpha"]
