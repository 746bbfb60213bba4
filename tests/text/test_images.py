"""Images are aligned, replaced if they are not of this site, and loaded late."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import SuspiciousFileOperation

from drupal_jwt_auth.text import FILTERS, SecureImages
from drupal_jwt_auth.text.filters.images import is_site_image

REMOVED = (
    'src="/core/misc/icons/e32700/error.svg" alt="Image removed." title="This image has been '
    "removed. For security reasons, only images from the local domain are allowed."
    '" height="16" width="16" class="{}filter-image-invalid"'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('<img src="a" data-align="left">', '<img src="a" class="align-left">'),
        ("<p DATA-ALIGN=center>a", '<p class="align-center">a</p>'),
        ('<p class=" a b" data-align="right">c', '<p class=" a b align-right">c</p>'),
        ('<p data-align="left b">a', "<p>a</p>"),
        ('<p class="a" data-align>b', '<p class="a">b</p>'),
        (
            "<b data-align=left><i data-align=right>a",
            '<b class="align-left"><i class="align-right">a</i></b>',
        ),
        ("data-align<b>a", "data-align<b>a</b>"),
        ("<b>a", "<b>a"),
    ],
)
def test_an_alignment_becomes_a_class(text: str, html: str) -> None:
    assert FILTERS["filter_align"](text, {}) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<img width=1 height=2>", '<img width="1" height="2" loading="lazy">'),
        ("<img width height loading=b>", '<img width height loading="lazy">'),
        ("<img width=1 height=2 loading=eager>", '<img width="1" height="2" loading="eager">'),
        ("<img width=1>", '<img width="1">'),
        ("<IMG height=1><b>a", '<img height="1"><b>a</b>'),
        ("<b width=1 height=1><img src=a>", '<b width="1" height="1"><img src="a"></b>'),
        ('<b data-entity-type="file">a', '<b data-entity-type="file">a</b>'),
        ("<b>a", "<b>a"),
        ("<img\nwidth=1 height=1>", "<img\nwidth=1 height=1>"),
    ],
)
def test_an_image_of_known_size_is_loaded_late(text: str, html: str) -> None:
    assert FILTERS["filter_image_lazy_load"](text, {}) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('<b data-entity-type="file">a', '<b data-entity-type="file">a</b>'),
        ("<b data-entity-type=file>a", "<b data-entity-type=file>a"),
    ],
)
def test_a_text_with_an_upload_is_written_anew(text: str, html: str) -> None:
    assert FILTERS["editor_file_reference"](text, {}) == html


@pytest.mark.parametrize(
    ("source", "classes", "kept_classes"),
    [
        ("http://evil.example/a.png", "", ""),
        ("//evil.example/a.png", "", ""),
        ("/nowhere/a.png", "", ""),
        ("a.png", "", ""),
        ("", "", ""),
        ("/a.png", ' class=" b c "', "b c "),
        ("/a.png", ' class="0"', ""),
    ],
)
def test_an_image_of_another_place_is_replaced(
    source: str, classes: str, kept_classes: str
) -> None:
    text = f'<img src="{source}"{classes}>'
    expected = f"<img {REMOVED.format(kept_classes)}>"
    if classes:
        before, _, after = expected.partition(" alt=")
        expected = (
            before
            + f' class="{kept_classes}filter-image-invalid"'
            + " alt="
            + (after.rpartition(" class=")[0] + ">")
        )
    assert FILTERS["filter_html_image_secure"](text, {}) == expected


def test_an_image_without_an_address_is_replaced() -> None:
    assert FILTERS["filter_html_image_secure"]("<img>", {}) == f"<img {REMOVED.format('')}>"


def test_only_images_are_replaced() -> None:
    text = '<video src="http://a.com/b.png"></video>'
    assert FILTERS["filter_html_image_secure"](text, {}) == text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://a.example/b.png", "/b.png"),
        ("https://a.example", "/"),
        ("https://a.example.com/b.png", None),
        ("/b.png", "/b.png"),
    ],
)
def test_an_image_at_an_address_of_the_site_is_shown_by_its_path(
    source: str, shown: str | None
) -> None:
    secure = SecureImages(is_local=lambda path: True, site_urls=("https://a.example/",))
    expected = f'src="{shown}"' if shown else REMOVED.format("")
    assert secure(f'<img src="{source}">', {}) == f"<img {expected}>"


class Storage:
    """Holds one file, and is asked for names that lead out of it."""

    def exists(self, name: str) -> bool:
        if ".." in name:
            raise SuspiciousFileOperation(name)
        return name == "a b.png"


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.files.storage.default_storage", Storage())
    monkeypatch.setattr("django.conf.settings", SimpleNamespace(configured=True, MEDIA_URL="/m/"))


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/m/a%20b.png", True),
        ("/m/a b.png", True),
        ("/m/other.png", False),
        ("/m/../a b.png", False),
        ("/m/%2E./a b.png", False),
        ("/x/a b.png", False),
        ("/m/a b.html", False),
        ("/core/misc/feed.png", True),
        ("/core/themes/claro/a/b.JPG", True),
        ("/core/misc/feed.svg", False),
        ("/core/feed.png", False),
        ("/core/misc/../../a.png", False),
        ("/sites/core/misc/a.png", False),
    ],
)
@pytest.mark.usefixtures("uploads")
def test_a_picture_is_here_if_it_was_uploaded_or_comes_with_drupal(path: str, here: bool) -> None:
    assert is_site_image(path) is here


def test_without_a_configured_site_there_are_no_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings", SimpleNamespace(configured=False))
    assert not is_site_image("/m/a.png")
