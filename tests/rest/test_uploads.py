"""Uploads: what is taken, what is refused and in which words, and that nothing is left of that."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError
from django.test.client import FakePayload
from django.utils import timezone
from pytest_django import Settings

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import SITE
from drupal_jwt_auth.fields import FIELD_TYPES, Field
from drupal_jwt_auth.files.incoming import IncomingFile
from drupal_jwt_auth.models import ConfigObject, FieldConfig, File, FileUsage, NodeType, UploadName
from drupal_jwt_auth.models.revision import now
from tests.content.visitors import Visitor, message
from tests.rest.uploaders import PIXEL, upload, uploaded

FAILED = "Unprocessable Entity: file validation failed.\n"
EXTENSIONS = "Only files with the following extensions are allowed: txt html svg."
NO_NAME = (
    'No filename found in "Content-Disposition" header. '
    'A file name in the format "filename=FILENAME" must be provided.'
)


def kept(folder: Path) -> dict[str, bytes]:
    """The files in a folder, with their bytes."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def is_nothing_left(folder: Path) -> bool:
    return not (kept(folder) or File.objects.exists() or UploadName.objects.exists())


# What is taken


def test_a_file_is_stored_and_temporary(editor: Visitor, folders: Path) -> None:
    file = uploaded(editor, "ä b.txt", "hellö".encode())
    month = f"{now():%Y-%m}"
    assert file["uri"] == f"public://{month}/ä b.txt"
    assert (file["filename"], file["filemime"], file["filesize"]) == ("ä b.txt", "text/plain", 6)
    assert file["status"] is False
    assert kept(folders) == {f"media/{month}/ä b.txt": "hellö".encode()}
    stored = File.objects.get(pk=file["fid"])
    assert stored.uid == editor.user
    assert not UploadName.objects.exists()


def test_a_picture_is_measured(editor: Visitor) -> None:
    file = uploaded(editor, "a.gif", PIXEL, field="node/page/field_image")
    stored = File.objects.get(pk=file["fid"])
    assert (stored.width, stored.height) == (3, 2)


def test_an_upload_may_be_empty(editor: Visitor, folders: Path) -> None:
    assert uploaded(editor, content=b"")["filesize"] == 0
    assert list(kept(folders).values()) == [b""]


def test_no_file_takes_the_place_of_another(editor: Visitor, folders: Path) -> None:
    names = [uploaded(editor)["filename"] for _ in "abc"]
    assert names == ["a.txt", "a_0.txt", "a_1.txt"]
    assert len(kept(folders)) == 3


def test_a_back_slash_is_shown_and_the_storage_does_not_get_it(
    editor: Visitor, folders: Path
) -> None:
    file = uploaded(editor, r"..\..\evil.txt")
    assert file["filename"] == r"\..\evil.txt"
    month = f"{now():%Y-%m}"
    assert kept(folders) == {f"media/{month}/_.._evil.txt": b"hello"}
    with File.objects.get().uri.open() as content:
        assert content.read() == b"hello"
    assert uploaded(editor, "_.._evil.txt")["filename"] == "_.._evil_0.txt"
    answer = upload(editor, r"a\b!*'().txt")
    assert answer.json()["uri"][0]["url"].endswith("/a/b%21%2A%27%28%29.txt")


def test_a_name_that_is_no_utf8_is_latin_1(editor: Visitor) -> None:
    header = 'file; filename="gr\xfcn.txt"'
    answer = upload(editor, Content_Disposition=header)
    assert answer.json()["filename"] == [{"value": "grün.txt"}]


@pytest.mark.parametrize(
    ("directory", "folder"),
    [
        ("", ""),
        ("/a/b/", "a/b/"),
        ("../a/./..//b\\..\\c", "a/b/c/"),
        ("[date:custom:Y]/[current-date:custom:m]/[site:name]", f"{now():%Y/%m}/[site:name]/"),
        (None, ""),
    ],
)
def test_the_folder_is_that_of_the_field(editor: Visitor, directory: Any, folder: str) -> None:
    config = FieldConfig.objects.get(storage__name="field_file")
    config.own_settings = {**config.own_settings, "file_directory": directory}
    config.save()
    assert uploaded(editor)["uri"] == f"public://{folder}a.txt"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_date_is_that_of_the_time_zone_of_the_site(
    editor: Visitor, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"timezone": {"default": zone}}
    ConfigObject.objects.create(name="system.date", data=data)
    config = FieldConfig.objects.get(storage__name="field_file")
    config.own_settings = {**config.own_settings, "file_directory": "[date:custom:U e\\Y j]"}
    config.save()
    moment = timezone.now()
    monkeypatch.setattr("drupal_jwt_auth.content.file.directories.now", lambda: moment)
    local = moment.astimezone(ZoneInfo(zone))
    expected = f"{int(moment.timestamp())} eY {local.day}"
    assert uploaded(editor)["uri"] == f"public://{expected}/a.txt"


def test_who_is_asked_for_nothing_may_leave_the_format_out(editor: Visitor) -> None:
    answer = editor.client.generic(
        "POST",
        "/file/upload/node/page/field_file",
        b"x",
        content_type="application/octet-stream; charset=binary",
        headers={**editor.headers, "Content-Disposition": 'file; filename="a.txt"'},
    )
    assert answer.status_code == 201


def test_queries_are_as_many_whatever_is_sent(
    editor: Visitor, django_assert_num_queries: Any
) -> None:
    uploaded(editor)
    for content in (b"", b"x" * 1000):
        with django_assert_num_queries(15, exact=False):
            uploaded(editor, f"{len(content)}.txt", content)


# What is refused


def refused(answer: Any, folders: Path) -> tuple[int, str]:
    assert is_nothing_left(folders)
    return message(answer)


@pytest.mark.parametrize(
    ("field", "status", "text"),
    [
        ("node/page/field_nope", 404, 'Field "field_nope" does not exist'),
        ("node/nope/field_file", 404, 'Field "field_file" does not exist'),
        ("nope/page/field_file", 404, 'Field "field_file" does not exist'),
        ("node_type/page/field_file", 404, 'Field "field_file" does not exist'),
        ("node/page/field_text", 403, '"field_text" is not a file field'),
        ("node/page/title", 403, '"title" is not a file field'),
    ],
)
def test_a_field_that_takes_no_files(
    editor: Visitor, folders: Path, field: str, status: int, text: str
) -> None:
    assert refused(upload(editor, field=field, name=None), folders) == (status, text)


def test_strangers_are_told_of_a_missing_field_before_they_are_asked_who_they_are(
    anonymous: Visitor, settings: Settings, folders: Path
) -> None:
    assert upload(anonymous, field="node/page/nope").status_code == 404
    for public in (["GET"], ["POST"]):
        settings.DRUPAL_JWT_AUTH["PUBLIC_METHODS"] = public
        answer = upload(anonymous)
        assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
    assert is_nothing_left(folders)


def test_strangers_are_asked_who_they_are_as_at_any_refusal(
    anonymous: Visitor, settings: Settings, folders: Path
) -> None:
    settings.DRUPAL_JWT_AUTH["PUBLIC_METHODS"] = ["POST"]
    answer = upload(anonymous, field="node/page/field_text")
    assert (answer.status_code, answer.json()["error"]) == (401, "MISSING_AUTHORIZATION_HEADER")
    anonymous.headers = {"Authorization": "Bearer nonsense"}
    assert upload(anonymous, field="node/page/field_text").status_code == 401
    assert is_nothing_left(folders)


def test_who_may_not_create_pages_uploads_nothing_for_one(reader: Visitor, folders: Path) -> None:
    assert refused(upload(reader, None), folders) == (403, "")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "file; filename=a.txt",
        "file; filename='a.txt'",
        'FILE; FILENAME="a.txt"',
        'file; filename = "a.txt"',
        'file; filename=""',
        "file; filename*=UTF-8''a.txt",
        'file; xfilename="a.txt"',
    ],
)
def test_a_name_has_one_form(editor: Visitor, folders: Path, header: str) -> None:
    answer = upload(editor, Content_Disposition=header)
    assert refused(answer, folders) == (400, NO_NAME)


def test_a_name_is_needed(editor: Visitor, folders: Path) -> None:
    needed = '"Content-Disposition" header is required. A file name in the format'
    assert refused(upload(editor, None), folders) == (
        400,
        f'{needed} "filename=FILENAME" must be provided.',
    )
    status, text = refused(upload(editor, Content_Disposition='filename*="a.txt"'), folders)
    assert (status, text.startswith('The extended "filename*" format')) == (400, True)


@pytest.mark.parametrize(
    ("name", "size", "faults"),
    [
        ("a.png", 1, [EXTENSIONS]),
        ("a.txt.php", 1, [EXTENSIONS]),
        (".htaccess", 1, [EXTENSIONS]),
        ("/", 1, [EXTENSIONS]),
        ("a.txt", 1025, ["The file is 1 KB exceeding the maximum file size of 1 KB."]),
        (
            "a" * 238 + ".png",
            2000,
            [
                "The file's name exceeds the 240 characters limit. Rename the file and try again.",
                "The file is 1.95 KB exceeding the maximum file size of 1 KB.",
                EXTENSIONS,
            ],
        ),
        (
            "ü" * 10_000 + ".txt",
            1,
            ["The file's name exceeds the 240 characters limit. Rename the file and try again."],
        ),
    ],
)
def test_what_the_field_does_not_take(
    editor: Visitor, folders: Path, name: str, size: int, faults: list[str]
) -> None:
    answer = upload(editor, name, b"x" * size)
    assert refused(answer, folders) == (422, FAILED + "\n".join(faults))


def test_what_can_be_run_is_refused_where_anything_else_is_taken(
    editor: Visitor, folders: Path
) -> None:
    config = FieldConfig.objects.get(storage__name="field_any")
    config.own_settings = {"file_extensions": "php png"}
    config.save()
    answer = upload(editor, "a.php", field="node/page/field_any")
    text = "For security reasons, your upload has been rejected."
    assert refused(answer, folders) == (422, FAILED + text)
    config.own_settings = {"file_extensions": ""}
    config.save()
    assert uploaded(editor, "a.php", field="node/page/field_any")["filename"] == "a.php_.txt"


def test_no_upload_is_larger_than_the_site_takes(
    editor: Visitor, folders: Path, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH["MAX_UPLOAD_SIZE"] = 10
    answer = upload(editor, content=b"x" * 11, field="node/page/field_secret")
    text = "The file is 11 bytes exceeding the maximum file size of 10 bytes."
    assert refused(answer, folders) == (422, FAILED + text)


@pytest.mark.parametrize(("of_site", "limit"), [(7, 7), (11, 10), (0, 10), ("many", 10)])
def test_no_upload_is_larger_than_it_was_in_the_imported_site(
    editor: Visitor, folders: Path, settings: Settings, of_site: Any, limit: int
) -> None:
    settings.DRUPAL_JWT_AUTH["MAX_UPLOAD_SIZE"] = 10
    ConfigObject.objects.create(name=SITE, data={"upload_max_bytes": of_site})
    answer = upload(editor, content=b"x" * (limit + 1), field="node/page/field_secret")
    text = f"The file is {limit + 1} bytes exceeding the maximum file size of {limit} bytes."
    assert refused(answer, folders) == (422, FAILED + text)
    assert uploaded(editor, content=b"x" * limit, field="node/page/field_secret")


def test_a_name_and_its_folder_fit_their_column(editor: Visitor, folders: Path) -> None:
    config = FieldConfig.objects.get(storage__name="field_file")
    config.own_settings = {**config.own_settings, "file_directory": "d" * 100}
    config.save()
    status, text = refused(upload(editor, "a" * 200 + ".txt"), folders)
    assert (status, "240 characters limit" in text) == (422, True)


def test_private_files_need_a_storage(editor: Visitor, folders: Path, settings: Settings) -> None:
    del settings.DRUPAL_JWT_AUTH["PRIVATE_STORAGE"]
    answer = upload(editor, field="node/page/field_secret")
    text = "The site has no storage for private files."
    assert refused(answer, folders) == (422, FAILED + text)


def test_a_field_of_files_may_name_another_kind_of_target(editor: Visitor, folders: Path) -> None:
    config = FieldConfig.objects.get(storage__name="field_file")
    config.storage.settings = {"target_type": "node"}
    config.storage.save()
    answer = upload(editor)
    assert refused(answer, folders) == (403, '"field_file" is not a file field')


# What breaks off


class Stream(BytesIO):
    """A body that ends before its end."""

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        if not part:
            raise ConnectionResetError
        return part


def body(editor: Visitor, stream: Any, **more: Any) -> Any:
    """Upload what a stream holds."""
    return editor.client.post(
        "/file/upload/node/page/field_secret?_format=json",
        content_type="application/octet-stream",
        headers={**editor.headers, "Content-Disposition": 'file; filename="a.txt"'},
        **{"wsgi.input": stream, **more},
    )


@pytest.mark.parametrize(
    ("stream", "length"),
    [(FakePayload(b"hello"), "6"), (Stream(b"hello"), "6"), (BytesIO(b"hello"), "60000000")],
)
def test_a_body_that_breaks_off(editor: Visitor, folders: Path, stream: Any, length: str) -> None:
    answer = body(editor, stream, CONTENT_LENGTH=length)
    assert refused(answer, folders) == (400, "The body of the request broke off.")


@pytest.mark.parametrize("length", ["-1", "many", "1e3"])
def test_a_length_that_is_none(editor: Visitor, folders: Path, length: str) -> None:
    answer = body(editor, BytesIO(b"hello"), CONTENT_LENGTH=length)
    text = "The length of the body is not a number of bytes."
    assert refused(answer, folders) == (400, text)


def test_a_body_without_a_length_is_none(editor: Visitor, folders: Path) -> None:
    answer = body(editor, BytesIO(b"hello"), CONTENT_LENGTH="")
    assert answer.json()["filesize"] == [{"value": 0}]


CHUNKED = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


@pytest.mark.parametrize("digits", [22, 40, 4000])
def test_any_length_may_be_said(editor: Visitor, folders: Path, digits: int) -> None:
    status, text = refused(body(editor, BytesIO(b""), CONTENT_LENGTH="9" * digits), folders)
    assert (status, text.endswith(" EB exceeding the maximum file size of 64 MB.")) == (422, True)


def test_a_body_in_chunks_that_the_server_does_not_hand_on(editor: Visitor, folders: Path) -> None:
    answer = body(editor, BytesIO(b""), **{**CHUNKED, "wsgi.input_terminated": False})
    text = "The body of the request needs a Content-Length here."
    assert refused(answer, folders) == (411, text)


def test_a_body_in_chunks(editor: Visitor, folders: Path, settings: Settings) -> None:
    answer = body(editor, BytesIO(b"hello"), **CHUNKED)
    assert answer.json()["filesize"] == [{"value": 5}]
    File.objects.all().delete()
    settings.DRUPAL_JWT_AUTH["MAX_UPLOAD_SIZE"] = 4
    text = "The file is 5 bytes exceeding the maximum file size of 4 bytes."
    answer = body(editor, BytesIO(b"hello"), **CHUNKED)
    assert message(answer) == (422, FAILED + text)
    assert UploadName.objects.count() == 0


class Meanwhile(BytesIO):
    """A body during which something else happens."""

    def __init__(self, happen: Any) -> None:
        super().__init__(b"hello")
        self.happen = happen

    def read(self, size: int | None = -1) -> bytes:
        self.happen()
        return super().read(size)


@pytest.mark.parametrize("model", [FieldConfig, NodeType])
def test_a_field_that_is_deleted_meanwhile_leaves_a_file_that_nothing_uses(
    editor: Visitor, folders: Path, model: Any
) -> None:
    """The upload was allowed as it began; the next one is not."""
    answer = body(editor, Meanwhile(lambda: model.objects.all().delete()), CONTENT_LENGTH="5")
    assert answer.status_code == 201
    file = File.objects.get()
    assert (file.uid, file.status, file.filesize) == (editor.user, False, 5)
    assert FieldConfig.objects.count() == FileUsage.objects.count() == 0
    assert upload(editor, field="node/page/field_secret").status_code == 404
    assert len(kept(folders)) == 1
    assert not UploadName.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_an_account_that_is_deleted_meanwhile_nothing_is_left(
    editor: Visitor, folders: Path
) -> None:
    assert editor.user
    answer = body(editor, Meanwhile(User.objects.all().delete), CONTENT_LENGTH="5")
    assert refused(answer, folders)[0] == 503
    assert upload(editor).status_code == 401


def test_of_a_storage_that_fails_nothing_is_left(
    editor: Visitor, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage: Any = FileSystemStorage
    save = storage._save

    def fail(self: Any, name: str, content: Any) -> str:
        save(self, name, content)
        raise OSError("The disk is full.")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    with pytest.raises(OSError, match="full"):
        upload(editor)
    assert is_nothing_left(folders)


def test_of_a_row_that_cannot_be_saved_nothing_is_left(
    editor: Visitor, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(File, "save", fail)
    with pytest.raises(DatabaseError):
        upload(editor)
    assert is_nothing_left(folders)


def test_of_an_answer_that_cannot_be_made_nothing_is_left(
    editor: Visitor, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("drupal_jwt_auth.http.json.DrupalJSONRenderer.render", fail)
    with pytest.raises(RuntimeError):
        upload(editor)
    assert is_nothing_left(folders)


def test_bytes_that_cannot_be_deleted_are_told_of_in_the_log(
    editor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Any, name: str) -> None:
        raise OSError

    monkeypatch.setattr(FileSystemStorage, "delete", fail)
    answer = body(editor, BytesIO(b"hello"), CONTENT_LENGTH="6")
    assert answer.status_code == 400
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        f"The content of a file could not be deleted: 'private://{now():%Y-%m}/a.txt'"
    ]


# The parts


def test_what_is_sent_comes_once() -> None:
    content = IncomingFile(BytesIO(b"hello"), "a.txt", None)
    assert not content.seekable()
    with pytest.raises(OSError, match="once"):
        content.seek(0)
    assert content.read() == b"hello"
    assert (content.size, content.read()) == (5, b"")


def test_only_fields_of_files_have_limits() -> None:
    storage: Any = ENTITY_TYPES.content("file").storage
    field = Field(name="a", label="A", type=FIELD_TYPES["string"])
    content = IncomingFile(BytesIO(b""), "a.txt", 0)
    with pytest.raises(TypeError):
        storage.faults(field, content, None)


def test_the_guard_stands_before_uploads(
    editor: Visitor, settings: Settings, folders: Path
) -> None:
    settings.DRUPAL_JWT_AUTH["BLOCKED_ADDRESSES"] = ["127.0.0.1"]
    assert upload(editor).status_code == 403
    settings.DRUPAL_JWT_AUTH["BLOCKED_ADDRESSES"] = []
    settings.DRUPAL_JWT_AUTH["ROLE_PATHS"] = {"authenticated": ["/node/*"]}
    assert upload(editor).status_code == 403
    assert is_nothing_left(folders)
