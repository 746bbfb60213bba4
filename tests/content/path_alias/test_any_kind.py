"""Aliases lead to whatever has a path of its own, and are shown for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.content.path_alias.following import delete_aliases
from drupal_jwt_auth.content.path_alias.source import NewestAlias
from drupal_jwt_auth.entities import BaseField, ContentEntityType, Keys, register
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.models import ContentModel, Node, PathAlias, Term, Vocabulary
from tests.content.visitors import (
    JSON,
    Visitor,
    add_field,
    make_term,
    make_user,
    message,
    nid_of,
    page,
)

pytestmark = pytest.mark.django_db


def lead(alias: str, path: str, **values: Any) -> PathAlias:
    """Make an alias lead to a path."""
    return PathAlias.objects.create(path=path, alias=alias, **{"langcode": "en", **values})


@pytest.fixture
def node(pages: None) -> Node:
    return Node.objects.create(type_id="page", title="About")


class TestWhichOneCounts:
    """Of several for a path that is shown, of several with one text that leads somewhere."""

    def alias_of(self, reader: Visitor, node: Node) -> Any:
        return reader.read(node.nid)["path"][0]["alias"]

    def test_the_newest(self, reader: Visitor, node: Node) -> None:
        path = f"/node/{node.nid}"
        for alias in ("/old", "/new"):
            lead(alias, path)
        assert self.alias_of(reader, node) == "/new"
        assert [reader.get(alias).status_code for alias in ("/old", "/new")] == [200, 200]

    def test_one_in_a_language_before_one_in_none(self, reader: Visitor, node: Node) -> None:
        path = f"/node/{node.nid}"
        lead("/in-none", path, langcode="und")
        assert self.alias_of(reader, node) == "/in-none"
        lead("/in-english", path)
        lead("/in-none-too", path, langcode="und")
        assert self.alias_of(reader, node) == "/in-english"
        assert reader.read("/in-none-too")["path"][0]["alias"] == "/in-english"

    def test_where_it_leads_is_decided_so_too(self, reader: Visitor, node: Node) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        lead("/about", f"/node/{node.nid}")
        lead("/about", f"/node/{other.nid}", langcode="und")
        assert nid_of(reader.read("/about")) == node.nid
        lead("/ABOUT", f"/node/{other.nid}")
        assert nid_of(reader.read("/about")) == other.nid

    def test_none_that_is_switched_off(self, reader: Visitor, node: Node) -> None:
        path = f"/node/{node.nid}"
        lead("/on", path)
        lead("/off", path, status=False)
        assert self.alias_of(reader, node) == "/on"
        assert message(reader.get("/off")) == (
            404,
            'No route found for "GET http://testserver/off"',
        )

    def test_a_node_in_no_language_has_its_older_one_in_a_language(
        self, admin: Visitor, node: Node
    ) -> None:
        Node.objects.update(langcode="und")
        lead("/older", f"/node/{node.nid}")
        admin.change(node.nid, page(path=["/newer"]))
        assert self.alias_of(admin, node) == "/older"


class TestPathsThatAreAliases:
    """An alias wins where it is the path of something else."""

    def test_it_leads_to_another_of_the_kind(self, reader: Visitor, node: Node) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        lead(f"/node/{node.nid}", f"/node/{other.nid}")
        assert nid_of(reader.read(node.nid)) == other.nid

    @pytest.mark.parametrize("segment", ["999", "first"])
    def test_also_where_nothing_has_the_path(
        self, reader: Visitor, node: Node, segment: str
    ) -> None:
        lead(f"/node/{segment}", f"/node/{node.nid}")
        assert nid_of(reader.read(f"/node/{segment}")) == node.nid

    @pytest.mark.parametrize("path", ["/user/1", "/search", "/node/x"])
    def test_but_not_to_another_kind(self, reader: Visitor, node: Node, path: str) -> None:
        lead(f"/node/{node.nid}", path)
        assert nid_of(reader.read(node.nid)) == node.nid

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_what_is_written_is_what_is_read(self, admin: Visitor, node: Node, method: str) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        lead(f"/node/{node.nid}", f"/node/{other.nid}")
        body = json.dumps(page(title=["New"])) if method == "PATCH" else ""
        assert admin.send(method, f"/node/{node.nid}?{JSON}", body).status_code in (200, 204)
        node.refresh_from_db()
        assert node.title == "About"
        assert not Node.objects.filter(title="Other").exists()


class TestUrlsOfReferences:
    def test_they_are_the_aliases_of_what_is_referred_to(
        self, pages: None, admin: Visitor, node: Node
    ) -> None:
        user, term = make_user("other"), make_term("alpha")
        paths = {
            "node": f"/node/{node.nid}",
            "user": f"/user/{user.pk}",
            "taxonomy_term": f"/taxonomy/term/{term.pk}",
        }
        keys = {"node": node.nid, "user": user.pk, "taxonomy_term": term.pk}
        for kind, path in paths.items():
            add_field("page", f"to_{kind}", "entity_reference", settings={"target_type": kind})
            lead(f"/{kind} ü", path)
            lead(f"/{kind}-off", path, status=False)
        references = {f"to_{kind}": [{"target_id": key}] for kind, key in keys.items()}
        created = admin.create(page(**references))

        with CaptureQueriesContext(connection) as captured:
            read = admin.read(nid_of(created))

        for kind in paths:
            shown = [document[f"to_{kind}"][0]["url"] for document in (created, read)]
            assert shown == [f"/{kind}%20%C3%BC"] * 2
        # Who asks, what they may do, the node, and one for each kind.
        assert len(captured) == 3 + len(paths)

    def test_so_are_those_of_authors(self, editor: Visitor, reader: Visitor) -> None:
        assert editor.user
        lead("/people/editor", f"/user/{editor.user.pk}")
        created = editor.create(page())
        reader.be_seen()
        with CaptureQueriesContext(connection) as captured:
            read = reader.read(nid_of(created))
        for document in (created, read):
            for name in ("uid", "revision_uid"):
                assert document[name][0]["url"] == "/people/editor"
        assert len(captured) == 3


class TestUsers:
    """They are served at their aliases."""

    @pytest.fixture
    def user(self) -> User:
        user = make_user("editor")
        lead("/people/editor", f"/user/{user.pk}")
        return user

    def test_strangers_are_refused(self, user: User, anonymous: Visitor, reader: Visitor) -> None:
        assert anonymous.get("/people/editor").status_code == 401
        needed = "The 'access user profiles' permission is required."
        assert message(reader.get("/people/editor")) == (403, needed)

    def test_who_is_not_active_is_seen_by_administrators(
        self, user: User, visitor_with: Any
    ) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert message(visitor_with("access user profiles").get("/people/editor")) == (
            403,
            "The 'access user profiles' permission is required and the user must be active.",
        )
        assert visitor_with("administer users").get("/people/editor").status_code == 200

    def test_others_see_them(self, user: User, visitor_with: Any) -> None:
        for visitor in (visitor_with("access user profiles"), Visitor(user)):
            assert visitor.get("/people/editor").json()["name"] == [{"value": "editor"}]

    def test_they_are_changed_and_deleted_there(self, user: User, admin: Visitor) -> None:
        for method, body, status in (("PATCH", "{}", 200), ("DELETE", "", 204)):
            assert admin.send(method, f"/people/editor?{JSON}", body).status_code == status
        assert not User.objects.filter(pk=user.pk).exists()
        assert not PathAlias.objects.exists()


class TestWhatIsOnlyReferredTo:
    """It is not served: that is said to those alone who may see it."""

    @pytest.fixture(autouse=True)
    def shelf(self, db: None) -> Iterator[None]:
        @register
        class Shelf(ContentEntityType):
            id = "shelf"
            label = "shelf"
            model = Vocabulary
            keys = Keys(uuid=None)
            canonical = "/shelf/{shelf}"

        Vocabulary.objects.create(vid="books", name="Books")
        lead("/all-books", "/shelf/books")
        yield
        ENTITY_TYPES.unregister(Shelf.id)

    def test_strangers_are_refused(self, anonymous: Visitor, reader: Visitor) -> None:
        assert anonymous.get("/all-books").status_code == 401
        needed = "The 'drupal_jwt_auth.view_vocabulary' permission is required."
        assert message(reader.get("/all-books")) == (403, needed)

    def test_for_others_there_is_nothing(self, admin: Visitor) -> None:
        nothing = (404, 'No route found for "GET http://testserver/all-books"')
        assert message(admin.get("/all-books")) == nothing

    def test_nothing_can_be_done_there(self, admin: Visitor) -> None:
        for method, body in (("PATCH", "{}"), ("DELETE", "")):
            assert admin.send(method, f"/all-books?{JSON}", body).status_code == 405
        assert Vocabulary.objects.filter(vid="books").exists()


class TestWhatIsDeleted:
    def test_many_nodes_take_their_aliases_along(self, pages: None) -> None:
        for number in range(3):
            node = Node.objects.create(type_id="page", title=f"{number}")
            lead(f"/page-{number}", f"/node/{node.nid}")
            lead(f"/off-{number}", f"/node/{node.nid}", status=False)
        lead("/kept", f"/node/{node.nid}0")
        Node.objects.all().delete()
        assert [alias.alias for alias in PathAlias.objects.all()] == ["/kept"]

    def test_so_do_users(self) -> None:
        user = make_user("other")
        lead("/people/other", f"/user/{user.pk}")
        user.delete()
        assert not PathAlias.objects.exists()

    def test_what_has_no_path_deletes_none(self) -> None:
        alias = lead("/about", "/entity/path_alias/1")
        lead("/us", f"/entity/path_alias/{alias.pk}")
        alias.delete()
        delete_aliases(ENTITY_TYPES.content("path_alias"), alias)
        assert [alias.alias for alias in PathAlias.objects.all()] == ["/us"]


class TestKindsOfAProject:
    """Vocabularies stand for a model of a project's own, with texts as keys."""

    @pytest.fixture(autouse=True)
    def kind(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ContentEntityType]]:

        @register
        class Shelf(ContentEntityType):
            id = "shelf"
            label = "shelf"
            model = Vocabulary
            keys = Keys(id="vid", uuid=None, label="name")
            canonical = "/shelf/{shelf}"
            base_fields = (
                BaseField(name="name", label="Name", type=StringType(), source=Attribute("name")),
                BaseField(name="path", label="Alias", type=PathType(), source=NewestAlias("shelf")),
            )

            def read_key(self, segment: str) -> str:
                return segment

            def reference_key(self, value: Any) -> str:
                return str(value)

        yield Shelf
        ENTITY_TYPES.unregister("shelf")

    @pytest.fixture
    def shelf(self, db: None) -> Vocabulary:
        ContentModel.touch()  # The process may know what there was before.
        return Vocabulary.objects.create(vid="books", name="Books")

    def test_they_have_aliases(self, admin: Visitor, shelf: Vocabulary) -> None:
        lead("/all-books", "/shelf/books")
        answer = admin.get("/ALL-books")
        item = {"alias": "/all-books", "pid": PathAlias.objects.get().pid, "langcode": "en"}
        assert answer.json() == {"name": [{"value": "Books"}], "path": [item]}
        assert answer.headers["Link"] == '<http://testserver/all-books>; rel="canonical"'

    def test_they_get_and_lose_them(self, admin: Visitor, shelf: Vocabulary) -> None:
        lead("/old", "/shelf/books")
        body = json.dumps({"path": ["/new"], "name": ["Novels"]})
        answer = admin.send("PATCH", f"/old?{JSON}", body)
        assert answer.status_code == 200, answer.content
        item = admin.get("/new").json()["path"][0]
        assert (item["alias"], item["langcode"]) == ("/new", "en")
        body = json.dumps({"path": [{**item, "alias": ""}]})
        assert admin.send("PATCH", f"/new?{JSON}", body).status_code == 200
        assert admin.get("/old").json()["path"][0]["alias"] == "/old"
        assert admin.get("/new").status_code == 404

    def test_deleted_there_they_take_all_along(self, admin: Visitor, shelf: Vocabulary) -> None:
        for alias in ("/one", "/two"):
            lead(alias, "/shelf/books")
        assert admin.send("DELETE", f"/one?{JSON}").status_code == 204
        assert not PathAlias.objects.exists()
        assert not Vocabulary.objects.exists()
        assert Term.objects.count() == 0

    def test_references_show_them(self, admin: Visitor, shelf: Vocabulary, pages: None) -> None:
        add_field("page", "shelf", "entity_reference", settings={"target_type": "shelf"})
        lead("/all-books", "/shelf/books")
        node = Node.objects.create(
            type_id="page", title="A", fields={"shelf": [{"target_id": "books"}]}
        )
        shown = {"target_id": "books", "target_type": "shelf", "target_uuid": None}
        assert admin.read(node.nid)["shelf"] == [{**shown, "url": "/all-books"}]
