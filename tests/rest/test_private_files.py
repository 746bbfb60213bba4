"""Private files: who may have their bytes, and what of them, in which form."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils.http import http_date
from pytest_django import Settings

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.file.usage import users_of
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.files.downloads import Part, PartResponse
from drupal_jwt_auth.models import FieldConfig, File, FileUsage, Node, Revision, UserProfile
from tests.content.visitors import Visitor, faults, make_type, make_user, message
from tests.rest.uploaders import upload, uploaded

SECRET = "node/page/field_secret"


@pytest.fixture
def file(editor: Visitor) -> File:
    """A private file of the editor's, which nothing uses."""
    return File.objects.get(pk=uploaded(editor, field=SECRET)["fid"])


def fetch(visitor: Visitor, path: str, **headers: str) -> Any:
    """Ask for what is at a path, and read it: it is in ``body``."""
    answer = visitor.send("GET", path, **headers)
    answer.body = answer.getvalue()
    return answer


def get(visitor: Visitor, file: File, **headers: str) -> Any:
    return fetch(visitor, file.uri.url, **headers)


def read(answer: Any) -> tuple[int, bytes]:
    return answer.status_code, answer.body


def statuses(file: File, *visitors: Visitor) -> list[int]:
    """What each is answered who asks for the bytes, and the same for what is told of the file."""
    found = []
    for visitor in visitors:
        answer = get(visitor, file)
        found.append(answer.status_code)
        told = visitor.send("GET", f"/entity/file/{file.pk}?_format=json")
        assert (told.status_code == 200) == (answer.status_code == 200)
    return found


def page(file: File, **fields: Any) -> dict[str, Any]:
    return {
        "type": [{"target_id": "page"}],
        "title": [{"value": "A page"}],
        "field_secret": [{"target_id": file.pk}],
        **fields,
    }


# Who may


def test_while_nothing_uses_it_it_is_its_owners_alone(
    file: File, editor: Visitor, other: Visitor, anonymous: Visitor
) -> None:
    admin = Visitor(make_user("admin", is_superuser=True))
    assert statuses(file, editor, other, anonymous, admin) == [200, 403, 403, 403]
    File.objects.update(uid=None)
    assert statuses(file, editor, anonymous) == [403, 403]


def test_whoever_may_see_what_uses_it_may_have_it(
    file: File, editor: Visitor, other: Visitor, anonymous: Visitor
) -> None:
    node = editor.create(page(file))
    assert statuses(file, editor, other, anonymous) == [200, 200, 200]
    editor.change(node["nid"][0]["value"], page(file, field_secret=[]))
    assert statuses(file, editor, other) == [200, 403]


def test_what_is_hidden_hides_it(
    file: File, editor: Visitor, other: Visitor, anonymous: Visitor
) -> None:
    editor.create(page(file))
    Node.objects.update(status=False)
    assert statuses(file, editor, other, anonymous) == [200, 403, 403]
    # It is used: whoever owns it, is not asked any more.
    Node.objects.update(uid=other.user)
    assert statuses(file, editor, other) == [403, 200]
    FieldConfig.objects.all().delete()
    assert statuses(file, other) == [403]


def test_of_several_that_use_it_one_is_enough(
    file: File, editor: Visitor, anonymous: Visitor
) -> None:
    for _ in "abc":
        editor.create(page(file))
    Node.objects.filter(pk__lt=Node.objects.latest("pk").pk).update(status=False)
    assert statuses(file, anonymous) == [200]
    Node.objects.all().delete()
    assert not FileUsage.objects.exists()


def test_what_an_older_revision_uses_is_for_who_may_see_revisions(
    file: File, editor: Visitor, other: Visitor, anonymous: Visitor
) -> None:
    editor.create(page(file))
    node = Node.objects.get()
    snapshot = {"field_secret": node.fields["field_secret"]}
    Revision.objects.create(node=node, snapshot=snapshot)
    Node.objects.update(fields={})
    historian = Visitor(make_user("historian", "view all revisions"))
    assert statuses(file, historian, other, anonymous) == [200, 403, 403]


def test_what_has_no_revisions_uses_only_what_it_has_now(file: File, editor: Visitor) -> None:
    settings = {"file_extensions": "txt", "uri_scheme": "private"}
    FieldConfig.objects.create_field(
        "user", "user", "field_secret", "file", label="Secret", settings=settings
    )
    viewer = Visitor(make_user("viewer", "access user profiles"))
    items = [{"target_id": file.pk}]
    assert editor.user
    FileUsage.objects.create(file=file, entity_type="user", entity_id=str(editor.user.pk))
    profile, _ = UserProfile.objects.update_or_create(
        user=editor.user, defaults={"fields": {"field_secret": items}}
    )
    assert statuses(file, editor, viewer) == [200, 200]
    UserProfile.objects.filter(pk=profile.pk).update(fields={})
    assert statuses(file, editor, viewer) == [200, 403]
    rules = ENTITY_TYPES.content("user").access
    assert not rules.view_revisions(Account(editor.user), editor.user)


def test_nobody_gets_it_by_referring_to_it(file: File, editor: Visitor, other: Visitor) -> None:
    """Whoever could refer to it would have something of their own that shows it."""
    refused = f"field_secret.0: You do not have access to the referenced entity (file: {file.pk})."
    nid = editor.create(page(file))["nid"][0]["value"]
    own = other.create(page(file, field_secret=[]))["nid"][0]["value"]
    Node.objects.filter(pk=nid).update(status=False)
    for answer in (other.post(page(file)), other.patch(own, page(file))):
        assert faults(answer) == [refused]
    twice = page(file, field_secret=2 * [{"target_id": file.pk}])
    assert faults(other.post(twice))[1:] == [refused, refused.replace(".0:", ".1:")]
    assert statuses(file, editor, other) == [200, 403]
    Node.objects.update(status=True)
    # Who may see it may show it to others, and what refers to it already may go on to do so.
    other.change(own, page(file))
    Node.objects.filter(pk=nid).update(status=False)
    other.change(own, page(file, title=[{"value": "Another title"}]))
    assert statuses(file, editor, other) == [200, 200]


def test_what_uses_it_may_be_of_a_kind_that_there_is_not(file: File, editor: Visitor) -> None:
    for kind, key in (("gone", "1"), ("node_type", "page"), ("node", "x"), ("node", "99")):
        FileUsage.objects.create(file=file, entity_type=kind, entity_id=key)
    assert statuses(file, editor) == [200]


def test_what_uses_it_may_be_of_a_bundle_that_was_made_just_now(file: File) -> None:
    """Whoever asks goes on to see the content model as it was when they came."""
    account = Account(None)
    get_structure(account.stamp)
    story = Node.objects.create(type=make_type("story"), title="A story")
    FileUsage.objects.create(file=file, entity_type="node", entity_id=str(story.pk))
    assert list(users_of(file, account)) == []


def test_bytes_for_everybody_need_no_permission(editor: Visitor) -> None:
    public = File.objects.get(pk=uploaded(editor)["fid"])
    rules: Any = ENTITY_TYPES.content("file").access
    assert rules.download(Account(None), public).allowed


def test_strangers_need_a_token_where_the_site_says_so(
    file: File, anonymous: Visitor, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH["PUBLIC_METHODS"] = []
    answer = get(anonymous, file)
    assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"


def test_a_refusal_is_drupals(file: File, other: Visitor) -> None:
    assert message(get(other, file)) == (403, "You are not authorized to access this page.")


def test_queries_are_as_many_however_many_use_it(
    file: File, editor: Visitor, other: Visitor, django_assert_num_queries: Any
) -> None:
    editor.create(page(file))
    get(other, file)
    for _ in range(2):
        with django_assert_num_queries(8):
            get(other, file)
        editor.create(page(file))


# Where there is nothing


@pytest.mark.parametrize(
    "path",
    [
        *(
            "nope.txt",
            "..",
            "../media/a.txt",
            "%2e%2e/media/a.txt",
            "..%2fmedia%2fa.txt",
            "/etc/passwd",
        ),
        *(
            "//etc/passwd",
            "%2fetc%2fpasswd",
            "a%00.txt",
            "..%5cmedia%5ca.txt",
            "%EF%BF%BF",
            "a" * 10_000,
        ),
        *(
            "private:%2f%2fa.txt",
            "private://a.txt",
            "public://a.txt",
            "%ed%a0%80",
            "%ff",
            "%F0%9F%98%80",
        ),
    ],
)
def test_a_path_of_no_file(editor: Visitor, folders: Path, path: str) -> None:
    uploaded(editor)
    (folders / "private").mkdir()
    assert editor.send("GET", f"/system/files/{path}?_format=json").status_code == 404


def test_a_row_without_bytes(file: File, editor: Visitor, folders: Path) -> None:
    (folders / "private" / str(file.uri.name).removeprefix("private://")).unlink()
    assert get(editor, file).status_code == 404


def test_a_name_that_only_looks_the_same(file: File, editor: Visitor) -> None:
    assert editor.send("GET", file.uri.url.replace("a.txt", "A.txt")).status_code == 404


# What is sent


def test_the_bytes_are_sent_as_what_they_are(file: File, editor: Visitor) -> None:
    answer = get(editor, file)
    assert read(answer) == (200, b"hello")
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.headers["Content-Length"] == "5"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "must-revalidate, no-cache, private"
    assert answer.headers["Vary"].startswith("Authorization")
    assert answer.headers["Content-Disposition"] == 'inline; filename="a.txt"'


@pytest.mark.parametrize("name", ["a.html", "a.svg"])
def test_what_could_run_is_downloaded(editor: Visitor, name: str) -> None:
    answer = fetch(editor, upload(editor, name, field=SECRET).json()["uri"][0]["url"])
    assert read(answer) == (200, b"hello")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_type_is_that_of_the_stored_name_whatever_it_is_called_later(
    file: File, editor: Visitor
) -> None:
    File.objects.update(filename="a.html")
    answer = get(editor, file)
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    File.objects.update(filename="")
    assert "Content-Disposition" not in get(editor, file).headers


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("b.txt\n", 'inline; filename="b.txt"'),
        ("b.txt\r\nSet-Cookie: a=b.txt", 'inline; filename="b.txtSet-Cookie: a=b.txt"'),
        ("b\0.txt", 'inline; filename="b.txt"'),
        ("b\u202etxt.txt", 'inline; filename="btxt.txt"'),
        ("ü.TXT", "inline; filename*=utf-8''%C3%BC.TXT"),
        ("b.html", 'inline; filename="a.txt"'),
        ("txt.exe", 'inline; filename="a.txt"'),
    ],
)
def test_whatever_it_is_called_it_is_saved_under_a_name_of_its_kind(
    file: File, editor: Visitor, name: str, saved_as: str
) -> None:
    path = f"/entity/file/{file.pk}?_format=json"
    renamed = editor.send("PATCH", path, json.dumps({"filename": [{"value": name}]}))
    assert renamed.json()["filename"] == [{"value": name}]
    answer = get(editor, file)
    assert read(answer) == (200, b"hello")
    assert answer.headers["Content-Disposition"] == saved_as
    assert "Set-Cookie" not in answer.headers


def test_head_has_the_same_headers(file: File, editor: Visitor) -> None:
    headers = dict(get(editor, file).headers)
    answer = editor.send("HEAD", file.uri.url, Range="bytes=1-2")
    assert answer.getvalue() == b""
    assert dict(answer.headers) == headers


def test_other_methods_are_refused(file: File, editor: Visitor) -> None:
    answer = editor.send("DELETE", file.uri.url)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("wanted", "part", "place"),
    [
        ("bytes=0-0", b"h", "0-0"),
        ("bytes=1-3", b"ell", "1-3"),
        ("bytes=3-", b"lo", "3-4"),
        ("bytes=0-", b"hello", "0-4"),
        ("bytes=2-99", b"llo", "2-4"),
        ("bytes=-2", b"lo", "3-4"),
        ("bytes=-99", b"hello", "0-4"),
        ("Bytes= 1-1 ", b"e", "1-1"),
    ],
)
def test_a_part(file: File, editor: Visitor, wanted: str, part: bytes, place: str) -> None:
    answer = get(editor, file, Range=wanted)
    assert read(answer) == (206, part)
    assert answer.headers["Content-Range"] == f"bytes {place}/5"
    assert answer.headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize("wanted", ["bytes=5-", "bytes=99-100", "bytes=-0"])
def test_a_part_that_there_is_not(file: File, editor: Visitor, wanted: str) -> None:
    answer = get(editor, file, Range=wanted)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */5")


def test_of_nothing_there_is_no_part(editor: Visitor) -> None:
    url = upload(editor, content=b"", field=SECRET).json()["uri"][0]["url"]
    assert read(fetch(editor, url)) == (200, b"")
    assert fetch(editor, url, Range="bytes=0-").status_code == 416


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,3-4", "bytes=3-1", "bytes=-", "lines=0-1", "bytes=a-b", "", "bytes=--1"]
)
def test_what_is_no_single_part_is_all(file: File, editor: Visitor, wanted: str) -> None:
    assert read(get(editor, file, Range=wanted)) == (200, b"hello")


def test_conditions(file: File, editor: Visitor) -> None:
    etag = get(editor, file).headers["ETag"]
    date = http_date(to_unix(file.changed))
    old = http_date(1)
    for headers, status in (
        ({"If_None_Match": etag}, 304),
        ({"If_None_Match": '"other"'}, 200),
        ({"If_Modified_Since": date}, 304),
        ({"If_Modified_Since": old}, 200),
        ({"If_Match": '"other"'}, 412),
        ({"Range": "bytes=0-1", "If_Range": etag}, 206),
        ({"Range": "bytes=0-1", "If_Range": date}, 206),
        ({"Range": "bytes=0-1", "If_Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If_Range": old}, 200),
    ):
        assert get(editor, file, **headers).status_code == status, headers


def test_under_asgi_no_more_is_read_than_was_sent() -> None:
    content = BytesIO(bytes(range(256)) * 64)
    answer = PartResponse(Part(content, 10_000))

    async def parts() -> list[bytes]:
        found = []
        async for part in answer:
            found.append(part)
            assert content.tell() == sum(map(len, found))
        return found

    found = async_to_sync(parts)()
    assert [len(part) for part in found] == [4096, 4096, 1808]
    assert b"".join(found) == content.getvalue()[:10_000]


@pytest.mark.parametrize(
    ("header", "root"), [("X-Accel-Redirect", "/internal/"), ("X-Sendfile", "/srv/private/")]
)
def test_a_server_sends_them_where_it_is_told_to(
    editor: Visitor, other: Visitor, settings: Settings, header: str, root: str
) -> None:
    told = upload(editor, 'ä"\\b.html', field=SECRET).json()
    settings.DRUPAL_JWT_AUTH["SENDFILE"] = (header, root)
    answer = editor.send("GET", told["uri"][0]["url"].replace("/b.html", "%5Cb.html"))
    file = File.objects.get()
    assert answer.status_code == 200, (file.uri.name, told)
    month = str(file.uri.name).removeprefix("private://").partition("/")[0]
    assert answer.headers[header] == f"{root}{month}/%C3%A4%22_b.html"
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer.content, answer.headers.get("ETag")) == (b"", None)
    assert other.send("GET", file.uri.url).status_code in (403, 404)
