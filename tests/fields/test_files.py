"""``image`` and ``file``: references to files of the project's storage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.models import File, Term
from tests.content.visitors import Visitor, add_field, faults, make_user, nid_of
from tests.fields.things import LONG_AGO, Things

PROPERTIES = {
    "image": {"alt": None, "title": None, "width": None, "height": None},
    "file": {"display": None, "description": None},
}
WRONG = "This value should be of the correct primitive type."


MakeFile = Callable[..., File]


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> None:
    """Files are served by another host, so that URLs are the same whoever asks."""
    settings.MEDIA_ROOT, settings.MEDIA_URL = tmp_path, "https://files.example.com/"


@pytest.fixture
def make_file(db: None) -> MakeFile:
    """A file without content, 640 by 480."""

    def make_file(**values: Any) -> File:
        values = {"filename": "a.png", "uri": "2026-11/a b.png", "width": 640, **values}
        return File.objects.create(height=480, **values)

    return make_file


@pytest.fixture(params=["image", "file"])
def files(things: Things, request: pytest.FixtureRequest) -> Things:
    settings = {"target_type": "file", "handler_settings": [], "file_extensions": "png"}
    things.have(request.param, settings=settings)
    return things


def test_the_texts_of_an_image_may_be_long(things: Things, make_file: MakeFile) -> None:
    things.have("image")
    long = dict.fromkeys(("alt", "title"), "x" * 5000)
    (shown,) = things.shown([{"target_id": make_file().pk, **long}])
    assert {name: shown[name] for name in long} == long


@pytest.mark.parametrize("value", [[], None, [None], [{}], [{"alt": "x", "description": "x"}]])
def test_nothing_is_no_item(files: Things, value: Any) -> None:
    assert files.shown(value) == []


def test_a_file_that_there_is_not_is_refused(files: Things) -> None:
    assert files.faults([{"target_id": 1, "alt": "x"}]) == [
        "0.target_id: The referenced entity (file: 1) does not exist."
    ]
    assert files.refusal([{"target_uuid": "abc"}]) == (
        'No "" entity found with UUID "abc" for field "0".'
    )


@pytest.mark.parametrize("field_type", ["image", "file"])
def test_a_reference_to_nothing_keeps_its_properties(things: Things, field_type: str) -> None:
    things.have(field_type, settings={"target_type": "file"})
    (item,) = things.shown([{"target_id": 0}])
    assert list(item.items()) == [("target_id", 0), *PROPERTIES[field_type].items()]


def test_properties_are_cast(things: Things) -> None:
    things.have("image", settings={"target_type": "file"})
    sent = {"target_id": 0, "alt": 5, "title": "x", "width": "10", "height": 20}
    assert things.shown([sent]) == [
        {"target_id": 0, "alt": "5", "title": "x", "width": 10, "height": 20}
    ]
    assert things.faults([{**sent, "alt": [], "width": "wide"}]) == [
        f"0.alt: {WRONG}",
        f"0.width: {WRONG}",
    ]


def test_display_is_true_or_false(things: Things) -> None:
    things.have("file", settings={"target_type": "file"})
    assert things.shown([{"target_id": 0, "display": "0", "description": "x"}]) == [
        {"target_id": 0, "display": False, "description": "x"}
    ]


# What is shown


def test_an_image_is_shown_with_what_was_sent_of_it_and_its_file(
    things: Things, make_file: MakeFile
) -> None:
    things.have("image")
    file = make_file()
    (item,) = things.shown([{"target_id": file.pk, "alt": "A", "title": "T"}])
    assert list(item.items()) == [
        *(("target_id", file.pk), ("alt", "A"), ("title", "T"), ("width", 640), ("height", 480)),
        *(("target_type", "file"), ("target_uuid", file.uuid)),
        ("url", "https://files.example.com/2026-11/a%20b.png"),
    ]


def test_a_file_is_shown_with_what_was_sent_of_it_and_where_it_is(
    things: Things, make_file: MakeFile
) -> None:
    things.have("file", settings={"file_extensions": "png"})
    file = make_file()
    (item,) = things.shown([{"target_id": file.pk, "display": True, "description": "D"}])
    assert list(item.items()) == [
        *(("target_id", file.pk), ("display", True), ("description", "D")),
        *(("target_type", "file"), ("target_uuid", file.uuid)),
        ("url", "https://files.example.com/2026-11/a%20b.png"),
    ]


def test_what_was_not_sent_of_it_is_null(files: Things, make_file: MakeFile) -> None:
    (item,) = files.shown([make_file(width=None).pk])
    assert [item.get(name) for name in ("alt", "title", "display", "description")] == [None] * 4


def test_any_reference_may_be_to_a_file(things: Things, make_file: MakeFile) -> None:
    things.have("entity_reference", settings={"target_type": "file"})
    file = make_file()
    assert things.shown([file.pk]) == [
        {
            "target_id": file.pk,
            "target_type": "file",
            "target_uuid": file.uuid,
            "url": "https://files.example.com/2026-11/a%20b.png",
        }
    ]


def test_a_file_that_is_gone_leaves_what_was_sent_of_it(
    things: Things, make_file: MakeFile
) -> None:
    things.have("image")
    nid = nid_of(things.visitor.create(things.document([{"target_id": make_file().pk}])))
    pk = File.objects.get().pk
    File.objects.all().delete()
    assert things.visitor.read(nid)["field_it"] == [
        {"target_id": pk, "alt": None, "title": None, "width": None, "height": None}
    ]


def test_urls_are_absolute(make_file: MakeFile, settings: Settings) -> None:
    settings.MEDIA_URL = "media/"
    file = make_file()
    request = RequestFactory().get("/node/1", headers={"host": "testserver:8000"})

    def url(*request: Any) -> Any:
        site = SiteContext(Account(None), get_structure(None), *request)
        target = site.target(Reference("file", file.pk))
        return target and target.url

    assert url(request) == "http://testserver:8000/media/2026-11/a%20b.png"
    assert url() == "/media/2026-11/a%20b.png"


def test_all_files_are_looked_up_together(
    make_file: MakeFile, articles: None, admin: Visitor
) -> None:
    """Reading a node takes one query for each kind that it references, however many there are."""
    add_field("article", "field_image", "image", cardinality=-1)
    images = [make_file().pk for _ in range(3)]
    tags = [term.pk for term in Term.objects.filter(status=True)]
    document = {"type": "article", "title": ["A"], "field_tags": tags, "field_image": images}
    nid = nid_of(admin.create(document))
    assert len(admin.read(nid)["field_image"]) == 3
    with CaptureQueriesContext(connection) as captured:
        admin.read(nid)
    assert len(captured) == 3 + 2


# The size of an image


def test_a_size_that_was_sent_is_shown(things: Things, make_file: MakeFile) -> None:
    things.have("image")
    sent = {"target_id": make_file().pk, "width": 10, "height": 20}
    (item,) = things.shown([sent])
    assert (item["width"], item["height"]) == (10, 20)


def test_a_size_that_nobody_knows_is_null(things: Things, make_file: MakeFile) -> None:
    things.have("image")
    file = make_file(width=None)
    File.objects.update(height=None)
    (item,) = things.shown([file.pk])
    assert (item["width"], item["height"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ({}, False),
        ({"width": 640, "height": 480}, False),
        ({"alt": "B"}, True),
    ],
)
def test_a_size_that_was_never_sent_may_be_sent_back(
    things: Things, make_file: MakeFile, change: dict[str, Any], changes: bool
) -> None:
    things.have("image")
    item = {"target_id": make_file().pk, "alt": "A"}
    assert things.changes([item], [{**item, **change}]) is changes


def test_another_size_than_the_one_that_was_sent_is_a_change(
    things: Things, make_file: MakeFile
) -> None:
    things.have("image")
    item = {"target_id": make_file().pk, "width": 10, "height": 20}
    assert things.changes([item], [{**item, "height": 21}])
    assert not things.changes([item], [item])


# Which may be referenced


def test_a_file_is_referenced_by_its_uuid(files: Things, make_file: MakeFile) -> None:
    file = make_file()
    (item,) = files.shown([{"target_uuid": file.uuid, "target_type": "file"}])
    assert item["target_id"] == file.pk


def test_a_temporary_file_is_its_owners_alone(files: Things, make_file: MakeFile) -> None:
    """Not even those who may do everything may refer to it, as in Drupal."""
    owner = files.visitor.user
    own, other = make_file(status=False, uid=owner), make_file(status=False)
    assert [item["target_id"] for item in files.shown([own.pk])] == [own.pk]
    assert files.faults([other.pk]) == [
        f"0.target_id: This entity (file: {other.pk}) cannot be referenced."
    ]


def test_of_a_private_one_it_is_said_that_nobody_else_may_see_it(
    files: Things, make_file: MakeFile
) -> None:
    private = {"status": False, "uri": "private://a.png"}
    own, other = make_file(**private, uid=files.visitor.user), make_file(**private)
    assert [item["url"] for item in files.shown([own.pk])] == [
        "http://testserver/system/files/a.png"
    ]
    assert files.faults([other.pk]) == [
        f"0.target_id: This entity (file: {other.pk}) cannot be referenced.",
        f"0: You do not have access to the referenced entity (file: {other.pk}).",
    ]


def test_a_temporary_file_is_permanent_once_it_is_in_use(
    files: Things, make_file: MakeFile
) -> None:
    """And stays so when nothing refers to it any more."""
    own = {"status": False, "uid": files.visitor.user, "changed": LONG_AGO}
    first, second, unused = make_file(**own), make_file(**own), make_file(**own)
    nid = nid_of(files.visitor.create(files.document([first.pk])))
    assert list(File.objects.filter(status=True)) == [first]
    files.visitor.change(nid, {"type": "thing", "field_it": [second.pk]})
    files.visitor.change(nid, {"type": "thing", "field_it": []})
    assert set(File.objects.filter(status=True)) == {first, second}
    assert list(File.objects.filter(changed=LONG_AGO)) == [unused]


def test_a_file_of_a_node_that_is_refused_is_still_temporary(
    files: Things, make_file: MakeFile
) -> None:
    file = make_file(status=False, uid=files.visitor.user)
    assert files.faults([file.pk, 99])
    assert not File.objects.filter(status=True).exists()


@pytest.mark.parametrize("uri", ["2026-11/a.png", "private://a.png"])
def test_a_temporary_file_that_is_referenced_may_stay(
    files: Things, make_file: MakeFile, uri: str
) -> None:
    file = make_file(uri=uri, uid=files.visitor.user)
    nid = nid_of(files.visitor.create(files.document([file.pk])))
    File.objects.update(status=False, uid=make_user("other"))
    description = {"type": "thing", "field_it": [{"target_id": file.pk, "alt": "A", "display": 1}]}
    (item,) = files.visitor.change(nid, description)["field_it"]
    assert item["target_id"] == file.pk


def test_urls_of_files_are_absolute_in_answers(
    files: Things, make_file: MakeFile, settings: Settings
) -> None:
    settings.MEDIA_URL = "media/"
    (item,) = files.shown([make_file().pk])
    assert item["url"] == "http://testserver/media/2026-11/a%20b.png"


# Which a field takes


def only(extensions: str) -> str:
    return f"0: Only files with the following extensions are allowed: {extensions}."


@pytest.mark.parametrize(
    ("field_type", "extensions", "names"),
    [
        ("file", "txt pdf csv", "a.pdf a.png"),
        ("image", "png", "A.PNG png"),
        ("file", "pdf tar.gz", "a.tar.gz a.gz"),
        ("file", "txt", "a.html.txt a.txt.html"),
    ],
)
def test_a_file_with_another_extension_is_refused(
    things: Things, make_file: MakeFile, field_type: str, extensions: str, names: str
) -> None:
    taken, refused = names.split()
    things.have(field_type, settings={"file_extensions": extensions})
    fid = make_file(filename=taken).pk
    assert [item["target_id"] for item in things.shown([fid])] == [fid]
    assert things.faults([make_file(filename=refused).pk]) == [only(extensions)]


@pytest.mark.parametrize(
    ("field_type", "extensions"), [("file", "txt"), ("image", "png gif jpg jpeg webp")]
)
def test_a_field_that_does_not_say_has_the_extensions_of_its_type(
    things: Things, make_file: MakeFile, field_type: str, extensions: str
) -> None:
    things.have(field_type)
    assert things.faults([make_file(filename="a.doc").pk]) == [only(extensions)]


def test_extensions_are_read_as_people_write_them(things: Things, make_file: MakeFile) -> None:
    things.have("file", settings={"file_extensions": " PDF,.tar.gz .Txt"})
    assert things.faults([make_file().pk]) == [only("pdf tar.gz txt")]


@pytest.mark.parametrize("extensions", ["", None])
def test_a_field_without_extensions_takes_any_file(
    things: Things, make_file: MakeFile, extensions: str | None
) -> None:
    things.have("file", settings={"file_extensions": extensions})
    assert things.shown([make_file(filename="a.exe").pk])


def test_any_reference_to_a_file_takes_any_file(things: Things, make_file: MakeFile) -> None:
    things.have("entity_reference", settings={"target_type": "file", "file_extensions": "png"})
    assert things.shown([make_file(filename="a.exe").pk])


@pytest.mark.parametrize(
    ("limit", "size", "told"),
    [
        ("1 KB", 1025, ("1 KB", "1 KB")),
        ("1KB", 1152, ("1.13 KB", "1 KB")),
        ("1 KB", 2000, ("1.95 KB", "1 KB")),
        ("2 kb", 1024**2, ("1 MB", "2 KB")),
        ("1.5 MB", 5 * 1024**3, ("5 GB", "1.5 MB")),
        ("1 MB", 1024**2 + 5243, ("1.01 MB", "1 MB")),
        ("1 MB", 1024**2 + 5242, ("1 MB", "1 MB")),
        ("1 MiB", 1024**2 * 100, ("100 MB", "1 MB")),
        ("512", 513, ("513 bytes", "512 bytes")),
        ("512 bytes", 1023, ("1023 bytes", "512 bytes")),
        (1, 2, ("2 bytes", "1 byte")),
        ("1023.9 KB", 1024**2 - 1, ("1 MB", "1023.9 KB")),
    ],
)
def test_a_file_that_is_too_large_is_refused(
    things: Things, make_file: MakeFile, limit: Any, size: int, told: tuple[str, str]
) -> None:
    things.have("image", settings={"max_filesize": limit})
    is_, most = told
    assert things.faults([make_file(filesize=size).pk]) == [
        f"0: The file is {is_} exceeding the maximum file size of {most}."
    ]


@pytest.mark.parametrize(
    ("limit", "size"), [("1 KB", 1024), ("", 10**9), (None, 10**9), ("0", 5), ("large", 10**9)]
)
def test_a_file_within_the_limit_is_taken(
    things: Things, make_file: MakeFile, limit: Any, size: int
) -> None:
    things.have("image", settings={"max_filesize": limit})
    assert things.shown([make_file(filesize=size).pk])


def test_all_that_is_wrong_is_told_in_the_order_of_drupal(
    things: Things, make_file: MakeFile
) -> None:
    things.have("image", settings={"file_extensions": "png", "max_filesize": "1 KB"}, cardinality=2)
    other = make_file(filename="a.txt", filesize=2048, status=False)
    assert things.faults([make_file().pk, {"target_id": other.pk, "alt": []}]) == [
        f"1.target_id: This entity (file: {other.pk}) cannot be referenced.",
        "1: The file is 2 KB exceeding the maximum file size of 1 KB.",
        only("png").replace("0", "1", 1),
        f"1.alt: {WRONG}",
    ]


def test_neither_texts_nor_pixels_are_asked_for(things: Things, make_file: MakeFile) -> None:
    settings = {"alt_field_required": True, "min_resolution": "9x9", "max_resolution": "10x10"}
    things.have("image", settings=settings)
    assert things.shown([make_file().pk])


def test_a_file_is_looked_at_again_where_the_field_changes(
    things: Things, make_file: MakeFile
) -> None:
    """As in Drupal: what was taken before another setting stays until the field is sent anew."""
    things.have("image", cardinality=-1)
    file = make_file()
    nid = nid_of(things.visitor.create(things.document([file.pk])))
    File.objects.update(filename="a.exe")
    things.visitor.change(nid, {"type": "thing", "title": ["New"], "field_it": [file.pk]})
    answer = things.visitor.patch(nid, {"type": "thing", "field_it": [file.pk, file.pk]})
    told = only("png gif jpg jpeg webp").removeprefix("0: ")
    assert faults(answer) == [f"field_it.{number}: {told}" for number in range(2)]
