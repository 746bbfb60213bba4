"""Uploads by JSON:API: for a resource that is not there yet, and to a field of one that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.jsonapi.uploads import FieldFileView
from drupal_jwt_auth.models import FieldConfig, File, Node
from tests.content.visitors import Answer, add_field, make_type, make_user
from tests.jsonapi.clients import PAGES, Client, error, refusal

BYTES = "application/octet-stream"
NOBODY = "00000000-0000-4000-8000-000000000000"
NOT_PERMITTED = "The current user is not permitted to upload a file for this field. "


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """The folder that files are in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def page(pages: list[Node]) -> Node:
    """Has fields for a file, and for two."""
    files = {"target_type": "file", "file_extensions": "txt", "file_directory": ""}
    add_field("page", "field_file", "file", settings=files)
    add_field("page", "field_files", "file", settings=files, cardinality=2)
    return pages[0]


@pytest.fixture
def editor(page: Node) -> Client:
    """Makes and changes pages."""
    return Client(make_user("editor", "create page content", "edit any page content"))


def upload(client: Client, path: str, content_type: str = BYTES, **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    own = {"Content-Disposition": 'file; filename="a.txt"', **client.headers, **given}
    return client.client.generic("POST", path, b"hello", content_type, headers=own)


def kept(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in paths}


class TestNew:
    def test_it_is_answered_as_the_file_is_read(self, editor: Client, media: Path) -> None:
        answer = upload(editor, f"{PAGES}/field_file?include=uid")
        assert (answer.status_code, answer.headers["Content-Type"]) == (201, MEDIA_TYPE)
        document = answer.json()
        file = document["data"]
        path = f"/jsonapi/file/file/{file['id']}"
        assert document["links"] == {"self": {"href": f"http://testserver{path}"}}
        assert "included" not in document
        assert editor.ask(path)["data"] == file
        assert (file["attributes"]["filename"], file["attributes"]["status"]) == ("a.txt", False)
        assert kept(media) == {"a.txt": b"hello"}

    def test_it_is_used_once_something_refers_to_it(self, editor: Client) -> None:
        file = upload(editor, f"{PAGES}/field_file").json()["data"]
        relationships = {"field_file": {"data": {"type": "file--file", "id": file["id"]}}}
        editor.make(PAGES, attributes={"title": "New"}, relationships=relationships)
        assert editor.ask(f"/jsonapi/file/file/{file['id']}")["data"]["attributes"]["status"]

    def test_who_may_not_make_such_a_resource_may_not_send_one(
        self, reader: Client, anonymous: Client, page: Node, media: Path
    ) -> None:
        assert refusal(upload(reader, f"{PAGES}/field_file")) == (403, NOT_PERMITTED)
        assert "source" not in error(upload(reader, f"{PAGES}/field_file"))
        assert upload(anonymous, f"{PAGES}/field_file").status_code == 401
        assert not kept(media)

    @pytest.mark.parametrize(
        ("field", "told"),
        [
            ("nope", (404, 'Field "nope" does not exist.')),
            ("title", (403, '"title" is not a file field')),
        ],
    )
    def test_a_field_that_takes_no_files(
        self, editor: Client, media: Path, field: str, told: Any
    ) -> None:
        assert refusal(upload(editor, f"{PAGES}/{field}")) == told
        assert not kept(media)

    def test_where_no_field_takes_any_there_is_a_resource_at_the_path(self, admin: Client) -> None:
        make_type("article")
        answer = upload(admin, "/jsonapi/node/article/field_file")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, DELETE, PATCH"

    def test_what_is_no_upload(self, editor: Client, media: Path) -> None:
        path = f"{PAGES}/field_file"
        answer = upload(editor, path, content_type=MEDIA_TYPE)
        assert refusal(answer) == (
            415,
            f'No route found that matches "Content-Type: {MEDIA_TYPE}"',
        )
        answer = upload(editor, path, Content_Disposition="file")
        assert answer.status_code == 400
        answer = upload(editor, path, Content_Disposition='file; filename="a.png"')
        failed = "Unprocessable Entity: file validation failed.\n"
        text = "Only files with the following extensions are allowed: txt."
        assert refusal(answer) == (422, failed + text)
        assert not kept(media)

    def test_a_method_that_is_none_is_no_upload(self, editor: Client, page: Node) -> None:
        """Nor is a POST that means another method."""
        path = f"{PAGES}/{page.uuid}"
        answer = upload(editor, path, X_HTTP_Method_Override="no method")
        assert refusal(answer) == (400, "Invalid HTTP method override.")
        answer = editor.send("POST", path, X_HTTP_Method_Override="DELETE")
        assert answer.status_code == 403
        answer = upload(editor, path, X_HTTP_Method_Override="PATCH")
        assert answer.status_code == 415


class TestToAField:
    def test_it_takes_the_place_of_the_one_that_was_there(self, editor: Client, page: Node) -> None:
        path = f"{PAGES}/{page.uuid}/field_file"
        first = upload(editor, path)
        assert first.status_code == 200
        assert first.json() == editor.ask(path)
        node = Node.objects.get(pk=page.pk)
        (item,) = node.fields["field_file"]
        node.fields["field_file"] = [{**item, "description": "Mine"}]
        node.save()
        second = upload(editor, path).json()["data"]
        assert second["id"] != first.json()["data"]["id"]
        assert second["attributes"]["status"]
        (item,) = Node.objects.get(pk=page.pk).fields["field_file"]
        assert item["description"] == "Mine"
        assert Node.objects.get(pk=page.pk).vid == page.vid

    def test_it_is_one_more_of_several_as_far_as_there_is_room(
        self, editor: Client, page: Node, media: Path
    ) -> None:
        path = f"{PAGES}/{page.uuid}/field_files"
        for number in (1, 2):
            assert len(upload(editor, path).json()["data"]) == number
        told = error(upload(editor, path))
        assert told["detail"] == "field_files: Files: this field cannot hold more than 2 values."
        assert told["source"] == {"pointer": "/data/attributes/field_files"}
        assert File.objects.count() == len(kept(media)) == 2

    def test_who_may_not_change_the_resource(
        self, reader: Client, anonymous: Client, page: Node, media: Path
    ) -> None:
        path = f"{PAGES}/{page.uuid}/field_file"
        reason = "The 'edit any page content' permission is required."
        assert refusal(upload(reader, path)) == (403, NOT_PERMITTED + reason)
        assert upload(anonymous, path).status_code == 401
        assert not kept(media)

    def test_what_is_decided_before_the_file_is_sent_is_decided_again(
        self, editor: Client, page: Node, media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Meanwhile nothing is locked."""
        receive = FieldFileView.receive

        def lose(self: Any, request: Any) -> Any:
            file = receive(self, request)
            assert editor.user is not None
            editor.user.user_permissions.clear()
            del self.account
            return file

        monkeypatch.setattr(FieldFileView, "receive", lose)
        assert upload(editor, f"{PAGES}/{page.uuid}/field_file").status_code == 403
        assert not kept(media)
        assert not File.objects.exists()

    def test_what_is_not_there(self, editor: Client, page: Node, media: Path) -> None:
        told = (
            'The "entity" parameter was not converted for the path '
            '"/jsonapi/node/page/{entity}/{file_field_name}" '
            '(route name: "jsonapi.node--page.file_upload.existing_resource")'
        )
        assert refusal(upload(editor, f"{PAGES}/{NOBODY}/field_file")) == (404, told)
        answer = upload(editor, f"{PAGES}/{page.uuid}/nope")
        assert refusal(answer) == (404, 'Field "nope" does not exist.')
        assert not kept(media)

    def test_own_pictures_of_accounts(self, db: None) -> None:
        """Whose passwords are looked for in documents, and there is none."""
        settings = {"target_type": "file", "file_directory": ""}
        FieldConfig.objects.create_field(
            "user", "user", "user_picture", "image", label="Picture", settings=settings
        )
        user = make_user("plain")
        plain = Client(user)
        uuid = plain.read(f"/user/{user.pk}")["uuid"][0]["value"]
        path = f"/jsonapi/user/user/{uuid}/user_picture"
        answer = upload(plain, path, Content_Disposition='file; filename="me.png"')
        assert answer.status_code == 200
