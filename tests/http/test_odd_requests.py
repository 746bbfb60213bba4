"""What Django would fail on before any view, or in the page for unknown URLs, is answered."""

from __future__ import annotations

import encodings.aliases
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.http.content_type import MAX_MEDIA_TYPE_LENGTH, keep_readable

pytestmark = pytest.mark.django_db

COMMON = "django.middleware.common.CommonMiddleware"
PATHS = [
    *("/node", "/node/1", "/nothing", "/favicon.ico", "/a/b/c"),
    *("/rest_api/id_token", "/rest_api/revoke", "/rest_api/jwks", "/rest_api/userinfo"),
]
NO_CHARSETS = ["zlib", "hex", "rot13", "base64", "bz2", "uu", "quopri", "undefined", "idna"]
MANY = "&".join(f"a{number}=1" for number in range(1001))


def ask(path: str, method: str = "GET", **environ: Any) -> Any:
    """Send a request as a server hands it on."""
    path, _, query = path.partition("?")
    given = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
    client = Client(raise_request_exception=False)
    return client.request(**{**given, "wsgi.input": BytesIO(), **environ})


@pytest.fixture(params=[True, False], ids=["with CommonMiddleware", "without"])
def _middleware(request: Any, settings: Settings) -> None:
    if not request.param:
        settings.MIDDLEWARE = [name for name in django_settings.MIDDLEWARE if name != COMMON]


# Hosts


@pytest.mark.usefixtures("_middleware")
@pytest.mark.parametrize("host", ["evil.example", "[::1", "a b", "", "x" * 5000, "localhost:x"])
@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_host_is_refused(path: str, host: str) -> None:
    for query in ("", "?_format=json"):
        response = ask(path + query, HTTP_HOST=host)
        # A page that says nothing of the host need not look at it.
        assert response.status_code in (400, 401, 404, 405)
        if "nothing" in path and query:
            assert response.status_code == 400


def test_a_refusal_on_an_unknown_url_is_djangos_and_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MIDDLEWARE = [name for name in django_settings.MIDDLEWARE if name != COMMON]
    response = ask("/nothing?_format=json", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert b"evil" not in response.content
    assert "django.security.DisallowedHost" in {record.name for record in caplog.records}


# Queries


@pytest.mark.usefixtures("_middleware")
@pytest.mark.parametrize("content_type", ["", "application/json; charset=utf-8"])
@pytest.mark.parametrize("path", PATHS)
def test_too_many_parameters_are_refused(path: str, content_type: str) -> None:
    response = ask(f"{path}?{MANY}", CONTENT_TYPE=content_type)
    assert 400 <= response.status_code < 500
    if path.startswith("/node/"):
        assert response.json() == {"message": "The request has too many parameters."}


@pytest.mark.parametrize("query", ["a=" + "x" * 100_000, "&" * 5000, "_format=" + "x" * 9999])
def test_a_query_may_be_long(query: str) -> None:
    for path in PATHS:
        assert ask(f"{path}?{query}").status_code < 500


# Content types


@pytest.mark.parametrize("charset", NO_CHARSETS)
@pytest.mark.parametrize("path", PATHS)
def test_a_charset_that_is_none_for_text_is_ignored(path: str, charset: str) -> None:
    plain = ask(f"{path}?_format=json", CONTENT_TYPE="application/json")
    for name in ("charset", "CHARSET"):
        odd = ask(f"{path}?_format=json", CONTENT_TYPE=f"application/json; {name}={charset}")
        assert (odd.status_code, odd.content) == (plain.status_code, plain.content)


@pytest.mark.parametrize("charset", sorted({*encodings.aliases.aliases.values()}))
def test_any_charset_of_pythons_is_answered(charset: str) -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = ask(
            "/rest_api/revoke?a=%ff",
            "POST",
            CONTENT_TYPE=f"{content_type}; charset={charset}",
            CONTENT_LENGTH="9",
            **{"wsgi.input": BytesIO(b"token=%ff")},
        )
        assert response.status_code in (200, 400)


@pytest.mark.parametrize("header", ["x" * 20_000, "a/b; " + "c=d; " * 5000, "," * 11_000])
def test_a_very_long_content_type_is_one_that_is_not_served(header: str) -> None:
    response = ask("/node?_format=json", "POST", CONTENT_TYPE=header)
    assert response.status_code == 415
    assert len(response.json()["message"]) < MAX_MEDIA_TYPE_LENGTH + 100


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("text/html; charset=latin-1", "text/html; charset=latin-1"),
        ("application/json; charset=nothing", "application/json; charset=nothing"),
        ("application/json; charset=zlib", "application/json"),
        ("multipart/form-data; boundary=x; charset=hex", "multipart/form-data"),
        ("x" * 300, "x" * 300),
        ("x" * 30_000, "x" * MAX_MEDIA_TYPE_LENGTH),
    ],
)
def test_what_django_can_read_is_left_as_it_is(header: str, kept: str) -> None:
    environ: dict[str, Any] = {"CONTENT_TYPE": header, "REQUEST_METHOD": "GET"}
    environ |= {"wsgi.input": BytesIO(), "PATH_INFO": "/", "QUERY_STRING": "a=b"}
    keep_readable(environ=environ)
    assert environ["CONTENT_TYPE"] == kept


def test_under_asgi_there_is_nothing_to_do() -> None:
    keep_readable(scope={"type": "http"})


# Headers


@pytest.mark.parametrize(
    "header",
    [
        *("HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ACCEPT"),
        *("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "HTTP_JWT_AUTHORIZATION"),
    ],
)
@pytest.mark.parametrize(
    "value",
    ["x" * 100_000, "," * 100_000, "\0", "\xff" * 999, "Basic " + "=" * 9999, "Bearer " + "." * 99],
)
def test_a_header_may_be_anything(header: str, value: str) -> None:
    for path in PATHS:
        method = "POST" if path.startswith("/rest_api/") else "GET"
        assert ask(path, method, **{header: value}).status_code < 500
