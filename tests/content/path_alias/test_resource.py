"""``/entity/path_alias``: aliases as entities, for whoever administers them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.models import Node, PathAlias
from tests.content.test_queries import LOCK, TRANSACTION
from tests.content.visitors import JSON, Answer, Visitor, faults, make_user, message

COLLECTION = f"/entity/path_alias?{JSON}"
REFUSED = "The 'administer url aliases' permission is required."


@pytest.fixture
def editor(pages: None) -> Visitor:
    """Administers aliases."""
    return Visitor(make_user("aliases", "administer url aliases"))


@pytest.fixture
def node(pages: None) -> Node:
    return Node.objects.create(type_id="page", title="About")


@pytest.fixture
def alias(node: Node) -> PathAlias:
    return PathAlias.objects.create(path=f"/node/{node.nid}", alias="/about", langcode="en")


def one(alias: PathAlias | int) -> str:
    pid = alias if isinstance(alias, int) else alias.pid
    return f"/entity/path_alias/{pid}?{JSON}"


def create(visitor: Visitor, path: Any, alias: Any, /, **fields: Any) -> Answer:
    document = {"path": [path], "alias": [alias], "langcode": ["en"], **fields}
    return visitor.send("POST", COLLECTION, json.dumps(document))


def change(visitor: Visitor, alias: PathAlias, /, **fields: Any) -> Answer:
    return visitor.send("PATCH", one(alias), json.dumps(fields))


def values(answer: Answer) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.content
    return {name: items[0]["value"] for name, items in answer.json().items()}


class TestReading:
    def test_all_fields_are_shown_in_drupals_order(self, editor: Visitor, alias: PathAlias) -> None:
        assert list(values(editor.send("GET", one(alias))).items()) == [
            *(("id", alias.pid), ("uuid", alias.uuid), ("revision_id", alias.pid)),
            *(("langcode", "en"), ("path", alias.path), ("alias", "/about"), ("status", True)),
        ]

    def test_a_revision_from_another_site_keeps_its_number(
        self, editor: Visitor, alias: PathAlias
    ) -> None:
        PathAlias.objects.update(revision_id=77)
        assert values(editor.send("GET", one(alias)))["revision_id"] == 77

    def test_it_has_no_page_and_so_no_links(self, editor: Visitor, alias: PathAlias) -> None:
        assert "Link" not in editor.send("GET", one(alias)).headers

    def test_options_name_the_methods(self, editor: Visitor, alias: PathAlias) -> None:
        assert editor.send("OPTIONS", one(alias)).headers["Allow"] == "GET, DELETE, PATCH"

    @pytest.mark.parametrize("segment", ["999", "abc", "0", "9" * 30, "1 or 1"])
    def test_what_there_is_not_is_not_found(self, editor: Visitor, segment: str) -> None:
        assert message(editor.send("GET", f"/entity/path_alias/{segment}?{JSON}")) == (
            404,
            (
                'The "path_alias" parameter was not converted for the path '
                '"/entity/path_alias/{path_alias}" (route name: "rest.entity.path_alias.GET")'
            ),
        )


class TestCreating:
    def test_it_leads_to_its_path_from_then_on(self, editor: Visitor, node: Node) -> None:
        answer = create(editor, f"/node/{node.nid}", "/us")
        assert values(answer)["alias"] == "/us"
        assert "Location" not in answer.headers
        assert editor.read("/US/")["path"][0]["alias"] == "/us"

    def test_it_is_shown_as_it_is_stored(self, editor: Visitor, node: Node) -> None:
        answer = create(editor, f"/node/{node.nid}", " /with space/ ")
        assert faults(answer) == ["alias.0.value: The alias path has to start with a slash."]
        assert values(create(editor, f"/node/{node.nid}", "/with space/"))["alias"] == "/with space"

    def test_without_a_language_it_is_in_none(self, editor: Visitor, node: Node) -> None:
        document = {"path": f"/node/{node.nid}", "alias": ["/us"]}
        answer = editor.send(
            "POST", COLLECTION, json.dumps({**document, "path": [document["path"]]})
        )
        assert values(answer)["langcode"] == "und"

    @pytest.mark.parametrize(
        "alias",
        ["/user/login", "/node", "/q?a=b", "/größe", "/a\0b", "/\ufdd0", "/" + "\U0001f600" * 254],
    )
    def test_any_path_may_be_one(self, editor: Visitor, node: Node, alias: str) -> None:
        assert values(create(editor, f"/node/{node.nid}", alias))["alias"] == alias

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"alias": ["about"]}, "alias.0.value: The alias path has to start with a slash."),
            ({"alias": [""]}, "alias: This value should not be null."),
            ({"alias": []}, "alias: This value should not be null."),
            ({"alias": [["/x"]]}, "alias: This value should not be null."),
            (
                {"alias": [{"value": ["/x"]}]},
                "alias.0.value: This value should be of the correct primitive type.",
            ),
            (
                {"alias": ["/" + "x" * 255]},
                "alias.0.value: URL alias: may not be longer than 255 characters.",
            ),
            ({"path": []}, "path: This value should not be null."),
            (
                {"path": [{"value": {"a": 1}}]},
                "path.0.value: This value should be of the correct primitive type.",
            ),
            (
                {"path": ["https://example.com"]},
                "path.0.value: The source path has to start with a slash.",
            ),
            (
                {"path": ["/" + "x" * 255]},
                "path.0.value: System path: may not be longer than 255 characters.",
            ),
            (
                {"langcode": ["xx"]},
                "langcode.0: The value you selected is not a valid choice.",
            ),
            ({"langcode": []}, "langcode: This value should not be null."),
            ({"status": []}, "status: This value should not be null."),
        ],
    )
    def test_what_is_wrong_is_told(
        self, editor: Visitor, node: Node, fields: dict[str, Any], fault: str
    ) -> None:
        document = {"path": [f"/node/{node.nid}"], "alias": ["/us"], **fields}
        assert faults(editor.send("POST", COLLECTION, json.dumps(document))) == [fault]
        assert not PathAlias.objects.exists()

    @pytest.mark.parametrize(
        "path",
        [
            *(
                "/node/999",
                "/no/such/route",
                "/node/",
                "/node/x",
                "/node/1\0",
                "/",
                "//example.com",
            ),
            *("/node/" + "9" * 200, "/user/0", "/entity/path_alias/1"),
        ],
    )
    def test_the_path_has_to_be_there(self, editor: Visitor, path: str) -> None:
        (fault,) = faults(create(editor, path, "/us"))
        assert fault.startswith("path.0.value: Either the path '/")
        assert fault.endswith("' is invalid or you do not have access to it.")

    def test_without_a_slash_it_has_to_be_there_as_well(self, editor: Visitor, node: Node) -> None:
        no_slash = "path.0.value: The source path has to start with a slash."
        assert faults(create(editor, f"node/{node.nid}", "/us")) == [no_slash]
        assert faults(create(editor, "nope", "/us")) == [
            no_slash,
            "path.0.value: Either the path 'nope' is invalid or you do not have access to it.",
        ]

    def test_the_path_has_to_be_visible_to_the_account(
        self, editor: Visitor, visitor_with: Callable[..., Visitor]
    ) -> None:
        draft = Node.objects.create(type_id="page", title="Draft", status=False)
        path = f"/node/{draft.nid}"
        assert faults(create(editor, path, "/draft")) == [
            f"path.0.value: Either the path '{path}' is invalid or you do not have access to it."
        ]
        other = visitor_with("administer url aliases", "bypass node access")
        assert create(other, path, "/draft").status_code == 201

    def test_of_users_it_takes_a_permission_to_see_them(
        self, editor: Visitor, visitor_with: Callable[..., Visitor]
    ) -> None:
        active, blocked = make_user("active"), make_user("blocked", is_active=False)

        def allowed(visitor: Visitor, user: Any) -> bool:
            status: int = create(visitor, f"/user/{user.pk}", f"/{user.pk}").status_code
            return status == 201

        assert [allowed(editor, user) for user in (active, blocked)] == [False, False]
        assert allowed(editor, editor.user)
        viewer = visitor_with("administer url aliases", "access user profiles")
        assert [allowed(viewer, user) for user in (active, blocked)] == [True, False]
        administrator = visitor_with("administer url aliases", "administer users")
        assert [allowed(administrator, user) for user in (active, blocked)] == [True, True]

    @pytest.mark.parametrize("status", [True, False])
    def test_another_path_may_not_have_it_in_the_language(
        self, editor: Visitor, alias: PathAlias, status: bool
    ) -> None:
        PathAlias.objects.update(status=status)
        other = f"/node/{Node.objects.create(type_id='page', title='Other').nid}"
        taken = ": The alias /about is already in use in this language."
        assert faults(create(editor, other, "/about")) == [taken]
        (in_other_case,) = faults(create(editor, other, "/ABOUT"))
        assert in_other_case == (
            ": The alias /ABOUT could not be added because it is already in use in this language "
            "with different capitalization: /about."
        )
        assert faults(create(editor, "/nope", "/about")) == [
            taken,
            "path.0.value: Either the path '/nope' is invalid or you do not have access to it.",
        ]
        assert create(editor, other, "/about", langcode=["und"]).status_code == 201
        assert create(editor, alias.path, "/about").status_code == 201

    def test_a_uuid_may_be_chosen_that_nothing_has(
        self, editor: Visitor, node: Node, alias: PathAlias
    ) -> None:
        path = f"/node/{node.nid}"
        assert values(create(editor, path, "/us", uuid=["a\0b"]))["uuid"] == "a\0b"
        assert faults(create(editor, path, "/them", uuid=[alias.uuid])) == [
            "uuid.0.value: Another URL alias has this value."
        ]
        assert PathAlias.objects.count() == 2

    @pytest.mark.parametrize("name", ["id", "revision_id"])
    def test_numbers_are_given(self, editor: Visitor, node: Node, name: str) -> None:
        assert message(create(editor, f"/node/{node.nid}", "/us", **{name: [7]})) == (
            403,
            f"Access denied on creating field '{name}'.",
        )

    def test_what_is_deleted_meanwhile_gets_none(
        self, editor: Visitor, node: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Seen by who locks it: the alias would be left behind."""
        monkeypatch.setattr("drupal_jwt_auth.content.path_alias.storage.lock", lambda *_: False)
        (fault,) = faults(create(editor, f"/node/{node.nid}", "/us"))
        assert fault.startswith("path.0.value: Either the path")
        assert not PathAlias.objects.exists()


class TestChanging:
    def test_what_is_sent_is_changed(self, editor: Visitor, alias: PathAlias) -> None:
        assert values(change(editor, alias, alias=["/us"]))["alias"] == "/us"
        assert editor.get("/about").status_code == 404
        assert editor.read("/us")["title"] == [{"value": "About"}]

    def test_it_may_lead_elsewhere(self, editor: Visitor, alias: PathAlias) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        assert values(change(editor, alias, path=[f"/node/{other.nid}"]))["id"] == alias.pid
        assert editor.read("/about")["title"] == [{"value": "Other"}]

    def test_it_may_be_switched_off(self, editor: Visitor, node: Node, alias: PathAlias) -> None:
        assert values(change(editor, alias, status=[False]))["status"] is False
        assert editor.get("/about").status_code == 404
        assert editor.read(node.nid)["path"] == [{"alias": None, "pid": None, "langcode": "en"}]

    def test_nothing_may_be_changed(self, editor: Visitor, alias: PathAlias) -> None:
        assert values(change(editor, alias))["alias"] == "/about"
        same = {"id": [alias.pid], "uuid": [alias.uuid], "alias": ["/about"], "path": [alias.path]}
        assert values(change(editor, alias, **same))["alias"] == "/about"

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("id", " The entity ID cannot be changed."),
            ("uuid", " The entity UUID cannot be changed."),
            ("revision_id", ""),
        ],
    )
    def test_what_names_it_stays(
        self, editor: Visitor, alias: PathAlias, name: str, reason: str
    ) -> None:
        assert message(change(editor, alias, **{name: [99]})) == (
            403,
            f"Access denied on updating field '{name}'.{reason}",
        )

    def test_what_is_wrong_is_told_and_nothing_changed(
        self, editor: Visitor, alias: PathAlias
    ) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        PathAlias.objects.create(path=f"/node/{other.nid}", alias="/taken", langcode="en")
        for fields, fault in (
            ({"alias": [""]}, "alias: This value should not be null."),
            ({"alias": ["x"]}, "alias.0.value: The alias path has to start with a slash."),
            ({"alias": ["/taken"]}, ": The alias /taken is already in use in this language."),
            (
                {"path": ["/nope"]},
                "path.0.value: Either the path '/nope' is invalid or you do not have access to it.",
            ),
        ):
            assert faults(change(editor, alias, status=[False], **fields)) == [fault]
        alias.refresh_from_db()
        assert (alias.alias, alias.status) == ("/about", True)

    def test_a_path_that_is_there_no_more_does_not_matter(
        self, editor: Visitor, alias: PathAlias
    ) -> None:
        """Only what is changed is checked."""
        PathAlias.objects.update(path="/gone")
        assert values(change(editor, alias, alias=["/us"]))["path"] == "/gone"


class TestDeleting:
    def test_it_leads_nowhere_then(self, editor: Visitor, node: Node, alias: PathAlias) -> None:
        answer = editor.send("DELETE", one(alias))
        assert (answer.status_code, answer.content) == (204, b"")
        assert editor.get("/about").status_code == 404
        assert editor.read(node.nid)["path"][0]["alias"] is None
        assert editor.send("DELETE", one(alias)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
def test_all_of_it_takes_the_permission(
    editor: Visitor, alias: PathAlias, method: str, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET", "PATCH", "DELETE", "POST"]}
    url = COLLECTION if method == "POST" else one(alias)
    body = "{" if method in ("POST", "PATCH") else ""
    others = Visitor(make_user("other", "create url aliases", "bypass node access"))
    assert message(others.send(method, url, body)) == (403, REFUSED)
    answer = Visitor().send(method, url, body)
    assert answer.status_code == 401
    assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
    assert PathAlias.objects.get() == alias


@pytest.mark.parametrize(
    ("method", "count"), [("GET", 3), ("POST", 5 + LOCK), ("PATCH", 5 + LOCK), ("DELETE", 4 + LOCK)]
)
def test_it_takes_as_many_queries_as_nodes_do(
    editor: Visitor, node: Node, alias: PathAlias, method: str, count: int
) -> None:
    """Who asks, what they may do, the alias, its path; whether another has it; what is written."""
    editor.read(node.nid)
    url = COLLECTION if method == "POST" else one(alias)
    document = {"path": [f"/node/{node.nid}"], "alias": ["/us"]}
    body = json.dumps(document) if method in ("POST", "PATCH") else ""
    with CaptureQueriesContext(connection) as captured:
        assert editor.send(method, url, body).status_code in (200, 201, 204)
    statements = [each["sql"] for each in captured]
    assert sum(not each.startswith(TRANSACTION) for each in statements) == count, statements
