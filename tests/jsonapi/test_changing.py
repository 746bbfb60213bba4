"""Resources that are changed and deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.models import ConfigObject, File, Node, NodeType, Revision
from drupal_jwt_auth.models.revision import now
from tests.content.visitors import add_field, make_type, make_user
from tests.jsonapi.clients import PAGES, Client, error, refusal

NOBODY = "00000000-0000-4000-8000-000000000000"


def path_of(node: Node) -> str:
    return f"{PAGES}/{node.uuid}"


@pytest.fixture
def editor(pages: list[Node]) -> Client:
    """May change any page, and delete none."""
    return Client(make_user("editor", "edit any page content", "create url aliases"))


def test_it_is_answered_as_it_is_read(editor: Client, pages: list[Node]) -> None:
    path = f"{path_of(pages[0])}?fields[node--page]=title,body,field_tags"
    body = {"value": "Text", "format": "plain_text"}
    changed = editor.alter(path, attributes={"title": "Us", "body": body})
    assert changed["attributes"]["title"] == "Us"
    assert changed["attributes"]["body"]["processed"] == "<p>Text</p>\n"
    document = editor.ask(path)
    assert document["data"] == changed
    assert len(changed["relationships"]["field_tags"]["data"]) == 2


class TestRevisions:
    """Each change is one, whatever it changes, if the content type says so."""

    def test_the_one_before_keeps_what_the_node_was(
        self, editor: Client, pages: list[Node]
    ) -> None:
        page = pages[0]
        page.save_log("As it began")
        old, node = page.vid, editor.alter(path_of(page), attributes={"title": "Us"})
        assert editor.user is not None
        assert old is not None
        attributes, by = node["attributes"], node["relationships"]["revision_uid"]["data"]
        assert attributes["drupal_internal__vid"] > old
        assert by["meta"]["drupal_internal__target_id"] == editor.user.pk
        assert (attributes["revision_log"], attributes["revision_translation_affected"]) == (
            "As it began",
            True,
        )
        before = Revision.objects.get(pk=old)
        assert before.snapshot is not None
        assert before.snapshot["title"] == [{"value": "About"}]
        assert before.current_for is None
        assert Node.objects.get(pk=page.pk).vid == attributes["drupal_internal__vid"]

    @pytest.mark.parametrize(
        "attributes",
        [
            {},
            {"title": "About"},
            {"revision_log": "Nothing new"},
            {"path": {"alias": "/about"}},
            {"drupal_internal__vid": 10**6},
        ],
    )
    def test_one_in_which_the_node_has_not_changed_says_so(
        self, editor: Client, pages: list[Node], attributes: Any
    ) -> None:
        page, before = pages[0], now() - timedelta(days=1)
        Node.objects.filter(pk=page.pk).update(changed=before)
        editor.alter(path_of(page), attributes=attributes)
        after = Node.objects.get(pk=page.pk)
        assert page.vid is not None
        assert after.vid == page.vid + 3
        assert (after.changed, after.revision_translation_affected) == (before, None)
        editor.change(page.pk, {"type": "page", "title": ["Changed by REST"]})
        after.refresh_from_db()
        assert after.vid == page.vid + 3
        assert after.revision_translation_affected
        assert after.changed > before

    def test_a_type_may_do_without(self, editor: Client, pages: list[Node]) -> None:
        NodeType.objects.update(new_revision=False)
        changed = editor.alter(path_of(pages[0]), attributes={"title": "Us"})
        assert changed["attributes"]["drupal_internal__vid"] == pages[0].vid
        assert changed["attributes"]["revision_translation_affected"]

    def test_there_is_none_where_the_change_is_refused(
        self, editor: Client, pages: list[Node]
    ) -> None:
        assert editor.amend(path_of(pages[0]), attributes={"title": ""}).status_code == 422
        assert Revision.objects.count() == 3

    def test_a_node_without_one_gets_its_first(self, editor: Client, pages: list[Node]) -> None:
        Revision.objects.filter(node=pages[0]).delete()
        changed = editor.alter(path_of(pages[0]), attributes={"title": "Us"})
        assert (
            Revision.objects.get(node=pages[0]).pk == changed["attributes"]["drupal_internal__vid"]
        )


@pytest.mark.parametrize("members", [{"id": None}, {"id": NOBODY}])
def test_it_has_to_be_about_the_resource_of_the_path(
    editor: Client, pages: list[Node], members: Any
) -> None:
    answer = editor.amend(path_of(pages[0]), attributes={"title": "x"}, **members)
    status, told = refusal(answer)
    assert status == 400
    assert told == (
        f"The selected entity ({pages[0].uuid}) does not match the ID in the payload "
        f"({members['id'] or ''})."
    )
    assert Node.objects.get(pk=pages[0].pk).title == "About"


def test_the_path_may_name_another_bundle_whose_fields_it_has_as_well(
    editor: Client, pages: list[Node]
) -> None:
    make_type("article")
    add_field("article", "field_mail", "email")
    path = f"/jsonapi/node/article/{pages[0].uuid}"
    changed = editor.alter(path, attributes={"title": "Us"})
    assert changed["type"] == "node--page"
    answer = editor.amend(path, attributes={"field_mail": "a@example.com"})
    text = "The attribute field_mail does not exist on the node--page resource type."
    assert refusal(answer) == (422, text)


@pytest.mark.parametrize(
    ("members", "name", "reason"),
    [
        ({"attributes": {"status": False}}, "status", "'administer nodes' permission is required."),
        ({"attributes": {"drupal_internal__nid": 7}}, "nid", "entity ID cannot be changed."),
        ({"relationships": {"uid": {}}}, "uid", "'administer nodes' permission is required."),
    ],
)
def test_who_may_not_set_a_field_is_told_its_name_inside(
    editor: Client, pages: list[Node], members: Any, name: str, reason: str
) -> None:
    told = error(editor.amend(path_of(pages[0]), **members))
    assert told["source"] == {"pointer": f"/data/attributes/{name}"}
    text = f"The current user is not allowed to PATCH the selected field ({name}). The {reason}"
    assert (told["status"], told["detail"]) == ("403", text)


def test_a_field_that_is_as_it_was_may_be_sent(editor: Client, pages: list[Node]) -> None:
    attributes = editor.ask(path_of(pages[0]))["data"]["attributes"]
    sent = {name: attributes[name] for name in ("status", "created", "promote", "body")}
    editor.alter(path_of(pages[0]), attributes={**sent, "uuid": pages[0].uuid})


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_an_unknown_id_is_not_found(admin: Client, pages: list[Node], method: str) -> None:
    for path in (f"{PAGES}/{NOBODY}", f"{PAGES}/1", f"{PAGES}/x%00"):
        text = (
            'The "entity" parameter was not converted for the path "/jsonapi/node/page/{entity}" '
            f'(route name: "jsonapi.node--page.individual.{method.lower()}")'
        )
        assert refusal(admin.send(method, path, "{}", content_type=MEDIA_TYPE)) == (404, text)


def test_who_may_not_is_told_before_the_document_is_read(
    reader: Client, anonymous: Client, pages: list[Node]
) -> None:
    for method, operation in (("PATCH", "edit"), ("DELETE", "delete")):
        answer = reader.send(method, path_of(pages[0]), "{", content_type=MEDIA_TYPE)
        text = f"The '{operation} any page content' permission is required."
        assert refusal(answer) == (403, text)
        assert "source" not in error(answer)
        answer = anonymous.send(method, path_of(pages[0]), "{", content_type=MEDIA_TYPE)
        assert (answer.status_code, answer.json()["error"]) == (401, "MISSING_AUTHORIZATION_HEADER")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_nobody_writes_to_a_version(admin: Client, pages: list[Node], method: str) -> None:
    def told(path: str) -> tuple[int, str]:
        query = "resourceVersion=rel:latest-version"
        return refusal(admin.send(method, f"{path}?{query}", "{}", content_type=MEDIA_TYPE))

    text = f"{method} requests with a `resourceVersion` query parameter are not supported."
    assert told(path_of(pages[0])) == (400, text)
    file = File.objects.create(uri="public://one.png", filename="one.png")
    text = "Resource versioning is not yet supported for this resource type."
    assert told(f"/jsonapi/file/file/{file.uuid}") == (501, text)


def test_deleting_takes_what_belongs_to_it_along(admin: Client, pages: list[Node]) -> None:
    make_type("article")
    answer = admin.send("DELETE", f"/jsonapi/node/article/{pages[0].uuid}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert Node.objects.count() == 2
    assert not Revision.objects.filter(node=pages[0].pk).exists()
    assert admin.send("GET", path_of(pages[0])).status_code == 404


def test_other_kinds_are_changed_as_they_are_by_rest(admin: Client, pages: list[Node]) -> None:
    """Rules and hooks are those of the kind: here of terms, files and users."""
    term = admin.ask("/jsonapi/taxonomy_term/tags")["data"][0]
    path = f"/jsonapi/taxonomy_term/tags/{term['id']}"
    changed = admin.alter(path, attributes={"name": "beta"})
    assert (
        changed["attributes"]["drupal_internal__revision_id"]
        == (term["attributes"]["drupal_internal__revision_id"])
    )
    assert admin.send("DELETE", path).status_code == 204
    file = File.objects.create(uri="public://one.png", filename="one.png")
    path = f"/jsonapi/file/file/{file.uuid}"
    text = "Only the file owner can update the file entity."
    assert refusal(admin.amend(path, attributes={"filename": "x.png"})) == (403, text)
    user = make_user("plain", password="plain-pass")
    plain = Client(user)
    uuid = plain.read(f"/user/{user.pk}")["uuid"][0]["value"]
    path = f"/jsonapi/user/user/{uuid}"
    told = error(plain.amend(path, attributes={"mail": "new@example.com"}))
    assert (told["status"], told["source"]["pointer"]) == ("422", "/data/attributes/mail")
    changed = plain.alter(path, attributes={"display_name": "x", "timezone": "Europe/Berlin"})
    assert (changed["attributes"]["display_name"], changed["attributes"]["timezone"]) == (
        "plain",
        "Europe/Berlin",
    )
    mail = {"mail": "new@example.com", "pass": {"existing": "plain-pass"}}
    assert plain.alter(path, attributes=mail)["attributes"]["mail"] == "new@example.com"


@pytest.mark.parametrize(
    ("method", "there", "owner"),
    [
        (None, True, True),
        ("nope", True, True),
        ("user_cancel_block_unpublish", True, True),
        ("user_cancel_reassign", False, False),
        ("user_cancel_delete", False, None),
    ],
)
def test_an_account_is_cancelled_as_the_site_does_it(
    admin: Client, pages: list[Node], method: Any, there: bool, owner: Any
) -> None:
    """By REST it is deleted with all that the user has written, in any case."""
    if method is not None:
        ConfigObject.objects.create(name="user.settings", data={"cancel_method": method})
    author = pages[0].uid
    assert author is not None
    uuid = admin.read(f"/user/{author.pk}")["uuid"][0]["value"]
    answer = admin.send("DELETE", f"/jsonapi/user/user/{uuid}")
    assert (answer.status_code, answer.content) == (204, b"")
    found = User.objects.filter(pk=author.pk).first()
    assert (found is not None) == there
    assert found is None or not found.is_active
    written = Node.objects.filter(pk=pages[0].pk).first()
    assert (written and written.uid) == (author if owner else None)
    assert (written is not None) == (owner is not None)
    if method == "user_cancel_block_unpublish":
        assert written is not None
        assert not written.status


def test_an_account_that_cannot_be_blocked_is_deleted_and_its_content_is_nobodys(
    admin: Client, pages: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    author = pages[0].uid
    assert author is not None
    uuid = admin.read(f"/user/{author.pk}")["uuid"][0]["value"]
    keys = ENTITY_TYPES.content("user").keys._replace(published=None)
    monkeypatch.setattr(type(ENTITY_TYPES["user"]), "keys", keys)
    assert admin.send("DELETE", f"/jsonapi/user/user/{uuid}").status_code == 204
    assert not User.objects.filter(pk=author.pk).exists()
    assert Node.objects.get(pk=pages[0].pk).uid is None


def test_changing_takes_one_query_more_than_by_rest(editor: Client, pages: list[Node]) -> None:
    """That for the key of the UUID."""
    NodeType.objects.update(new_revision=False)

    def cost(change: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            change()
        return len(captured)

    attributes = {"title": "One"}
    editor.alter(path_of(pages[0]), attributes={"title": "Zero"})
    ours = cost(lambda: editor.alter(path_of(pages[0]), attributes=attributes))
    rest = cost(lambda: editor.change(pages[0].pk, {"type": "page", "title": ["Two"]}))
    assert ours == rest + 1
