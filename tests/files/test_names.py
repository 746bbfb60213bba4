"""The names of uploaded files, as Drupal gives them, and safe on other systems too."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drupal_jwt_auth.files.names import MAX_BYTES, extension_of, is_insecure, names_like, safe_name
from tests.docs.test_docs import sections

IMAGES = ("png", "gif", "jpg", "jpeg", "webp")
TEXTS = ("txt", "pdf", "csv")

# Recorded of Drupal 10.6.5: sent, and stored.
AS_IN_DRUPAL = [
    ("test.png", "test.png"),
    ("with some spaces.png", "with some spaces.png"),
    ("../../evil.png", "evil.png"),
    ("/etc/passwd.png", "passwd.png"),
    ("dir/sub/in.png", "in.png"),
    (".hidden.png", "hidden.png"),
    ("a..b.png", "a..b.png"),
    ("a.b.c.png", "a.b.c.png"),
    ("trail.png.", "trail.png"),
    ("UPPER.PNG", "UPPER.PNG"),
    ("a.php.png", "a.php_.png"),
    ("100%25.png", "100%25.png"),
    ("a?b#c.png", "a?b#c.png"),
    ("a&b=c.png", "a&b=c.png"),
    ("a+b.png", "a+b.png"),
    ("a;b.png", "a;b.png"),
    ("grün.png", "grün.png"),
    ("😀.png", "😀.png"),
    ("~a.png", "~a.png"),
    (" lead.png", " lead.png"),
    ("<b>.png", "<b>.png"),
    ("a:b.png", "a:b.png"),
    ("a*b|c.png", "a*b|c.png"),
    ('one.png"; filename="two.png', 'one.png"; filename="two.png'),
    (r"C:\\temp\\win.png", r"C:\\temp\\win.png"),
    (r"a\"b.png", r"a\"b.png"),
    ("a\tb.png", "a\tb.png"),
]


@pytest.mark.parametrize(("sent", "stored"), AS_IN_DRUPAL)
def test_it_is_that_of_drupal(sent: str, stored: str) -> None:
    assert safe_name(sent, IMAGES) == stored


def test_it_is_that_of_the_docs() -> None:
    code = r"`[^`]+`"
    documented = sections("docs/files.md")["Names"]
    rows = re.findall(rf"^\| ({code}(?:, {code})*) \| ({code}) \|", documented, re.MULTILINE)
    assert len(rows) == 8
    for sent, kept in rows:
        for name in sent.split(", "):
            assert safe_name(name.strip("`"), IMAGES) == kept.strip("`")


# Inner extensions


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a.js.txt", "a.js_.txt"),
        ("a.PHP.txt", "a.PHP_.txt"),
        ("a.html.txt", "a.html_.txt"),
        ("a.svg.csv", "a.svg_.csv"),
        ("a.tar.pdf", "a.tar_.pdf"),
        ("a.mp3.txt", "a.mp3_.txt"),
        ("a.pdf.txt", "a.pdf.txt"),
        ("a.Pdf.TXT", "a.Pdf.TXT"),
        ("v1.2.txt", "v1.2.txt"),
        ("a.x.longer.mp33.txt", "a.x.longer.mp33.txt"),
        ("a.pdf.php.b.txt", "a.pdf_.php_.b_.txt"),
        ("a.php .txt", "a.php_ .txt"),
    ],
)
def test_what_could_be_taken_for_an_extension_gets_an_underscore(sent: str, stored: str) -> None:
    assert safe_name(sent, TEXTS) == stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a.php.txt", "a.php_.txt"),
        ("a.php", "a.php_.txt"),
        ("a.js", "a.js_.txt"),
        ("a.b.php5", "a.b_.php5_.txt"),
        ("a.html.txt", "a.html.txt"),
        ("a.html", "a.html"),
        ("a", "a"),
    ],
)
def test_where_anything_may_be_uploaded_only_what_could_be_run_is_renamed(
    sent: str, stored: str
) -> None:
    assert safe_name(sent) == stored


def test_what_could_be_run_becomes_text_where_text_may_be_uploaded() -> None:
    assert safe_name("a.js", ["js", "txt"]) == "a.js_.txt"
    assert safe_name("a.html.js", ["js", "txt"]) == "a.html_.js_.txt"
    assert safe_name("a.js", ["js", "pdf"]) == "a.js"


@pytest.mark.parametrize("sent", ["a.php", "a.png.php", "a.phtml", "a.doc", "a.html.doc", "a"])
def test_what_will_be_refused_is_not_renamed_to_pass(sent: str) -> None:
    assert safe_name(sent, TEXTS) == sent


@pytest.mark.parametrize(
    "extension",
    [
        *("phar", "php", "pl", "py", "cgi", "asp", "js", "htaccess", "phtml"),
        *("PHP", "php3", "php5", "php7", "pht", "phps", "aspx", "jsp", "mjs", "shtml", "php "),
        *("php::$DATA", "asp;", " php"),
    ],
)
def test_what_a_server_or_a_browser_may_run_is_insecure(extension: str) -> None:
    assert is_insecure(extension)


@pytest.mark.parametrize("extension", ["", "txt", "png", "php_", "html", "svg", "json", "apply"])
def test_anything_else_is_not(extension: str) -> None:
    assert not is_insecure(extension)


# What other systems would stumble over


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (".htaccess", "htaccess"),
        ("...a.txt", "a.txt"),
        ("a.txt. . \t", "a.txt"),
        ("a.php. ", "a.php_.txt"),
        (r"..\..\b.txt", r"\..\b.txt"),
        ("a/b/", "file"),
        ("", "file"),
        ("...", "file"),
        (" ", "file"),
        ("/", "file"),
        ("a\0b\n\x7f\x85.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\ud800\ufeff\u200b.txt", "a.txt"),
        ("a.ph\0p.txt", "a.php_.txt"),
        ("a.php\0.txt", "a.php_.txt"),
        ("u\u0308ber.txt", "über.txt"),
        ("CON.txt", "CON_.txt"),
        ("COM¹.txt", "COM¹_.txt"),
        ("con", "con_"),
        ("Lpt1 .a.txt", "Lpt1 _.a.txt"),
        ("console.txt", "console.txt"),
    ],
)
def test_a_name_means_nothing_to_a_file_system(sent: str, stored: str) -> None:
    assert safe_name(sent) == stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a" * 236 + ".txt", "a" * 236 + ".txt"),
        ("a" * 237 + ".txt", "a" * 236 + ".txt"),
        ("ü" * 200 + ".txt", "ü" * 118 + ".txt"),
        ("😀" * 80, "😀" * 60),
        ("a." + "b" * 300, "a_" + "b" * 238),
        ("a b" * 80 + " " * 9 + "c", "a b" * 80),
        ("a" + ".js" * 100 + ".png", ("a" + "_js_" * 100)[:236] + ".png"),
    ],
)
def test_a_long_name_is_cut_and_keeps_its_extension(sent: str, stored: str) -> None:
    assert safe_name(sent) == stored


names = st.lists(
    st.sampled_from([".", "php", "js", "txt", "html", "/", "\\", " ", "\0", "CON", "ü", "\u0301"])
    | st.text(max_size=3)
    | st.sampled_from(["x" * 119, "😀" * 59, "b." * 60]),
    max_size=12,
).map("".join)


@given(names, st.sampled_from([(), IMAGES, TEXTS, ("js",), ("js", "txt")]))
def test_whatever_is_sent_the_name_is_safe(sent: str, allowed: tuple[str, ...]) -> None:
    name = safe_name(sent, allowed)
    assert 0 < len(name.encode()) <= MAX_BYTES
    assert not re.search(r"/|^\.|[. ]$", name)
    assert name.replace("\t", "").isprintable()
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name, allowed) == name
    inner = name.split(".")[1:-1]
    assert extension_of(name) not in allowed or not any(map(is_insecure, inner))


@given(names)
@example("php.php:")
@example("a.php .x")
def test_no_part_of_a_name_can_be_run_where_anything_may_be_uploaded(sent: str) -> None:
    assert not any(map(is_insecure, safe_name(sent).split(".")[1:]))


# Names that are taken


def test_a_name_that_is_taken_gets_a_number() -> None:
    def first(path: str) -> list[str]:
        return list(islice(names_like(path), 3))

    assert first("2026-11/a.txt") == ["2026-11/a.txt", "2026-11/a_0.txt", "2026-11/a_1.txt"]
    assert first("2026-11/a.tar.gz")[1:] == ["2026-11/a.tar_0.gz", "2026-11/a.tar_1.gz"]
    assert first("v1.2/read me")[1:] == ["v1.2/read me_0", "v1.2/read me_1"]
