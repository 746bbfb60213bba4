"""A body is read once, by whom may send it, and no further than it may be long."""

from __future__ import annotations

import json
from io import BytesIO, IOBase
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.test import Client
from pytest_django import Settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from drupal_jwt_auth.auth.exception_handler import exception_handler
from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.body import read_body
from drupal_jwt_auth.http.exceptions import ContentTooLarge
from drupal_jwt_auth.http.json import MAX_VALUES, DrupalJSONParser, decode
from drupal_jwt_auth.http.parameters import MAX_BODY
from drupal_jwt_auth.models import AuditEntry, Node, RevokedToken
from tests.headers import bearer

MEGABYTE = 2**20
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
JSON = "application/json"
NODE = "/node?_format=json"
TOKEN_PATHS = ["/rest_api/revoke", "/rest_api/refresh"]


class Body(IOBase):
    """A body that a server hands on: it counts how much of it is read, and may have no end."""

    def __init__(self, content: bytes = b"", length: int | None = None) -> None:
        self.content = content
        self.left = len(content) if length is None else length
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        size = self.left if size < 0 else min(size, self.left)
        start, self.count, self.left = self.count, self.count + size, self.left - size
        return self.content[start : start + size].ljust(size, b" ")


class BrokenOff(Body):
    """A client that goes away, or makes no sense: a server fails as it likes."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, size: int = -1) -> bytes:
        """Fail."""
        raise self.error


def send(
    method: str,
    path: str,
    body: Body,
    *,
    length: str | None = None,
    content_type: str = JSON,
    token: str = "",
    **environ: Any,
) -> Any:
    """Send a request as a server hands it on, with this ``Content-Length`` or none."""
    given = {"wsgi.input": body, "CONTENT_TYPE": content_type, "REQUEST_METHOD": method}
    if length is not None:
        given["CONTENT_LENGTH"] = length
    if token:
        given["HTTP_AUTHORIZATION"] = bearer(token)["Authorization"]
    path, _, query = path.partition("?")
    return Client().request(**{**given, "PATH_INFO": path, "QUERY_STRING": query, **environ})


def too_large(limit: int, unit: str = "bytes") -> dict[str, str]:
    return {"message": f"The body of the request has more than {limit} {unit}."}


@pytest.fixture
def admin(site: None) -> str:
    """A token of somebody who may do everything."""
    return issue(User.objects.get(username="admin")).text


@pytest.fixture
def nid(site: None) -> int:
    """A page."""
    return Node.objects.create(type_id="page", title="Old").pk


def page(size: int = 0, **fields: Any) -> bytes:
    """A document for a page, of at least so many bytes."""
    document = json.dumps({"type": "page", "title": ["New"], **fields}).encode()
    return document.ljust(size)


# How much is read


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", [JSON, FORM, MULTIPART])
@pytest.mark.parametrize("path", TOKEN_PATHS)
def test_a_token_endpoint_reads_nothing_of_what_is_said_to_be_too_long(
    settings: Settings, path: str, content_type: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {"REFRESH_TOKEN_LIFETIME": app_settings.TOKEN_LIFETIME}
    for length in (MAX_BODY + 1, 300 * MEGABYTE):
        body = Body(length=length)
        response = send("POST", path, body, length=str(length), content_type=content_type)
        assert (response.status_code, response.json()) == (413, too_large(MAX_BODY))
        assert body.count == 0


@pytest.mark.parametrize("content_type", [JSON, FORM])
def test_a_token_endpoint_reads_what_is_as_long_as_it_may_be(user: User, content_type: str) -> None:
    token = issue(user).text
    content = f"token={token}&x=" if content_type == FORM else f'{{"token":"{token}"}}'
    body = Body(content.encode(), MAX_BODY)
    response = send(
        "POST", "/rest_api/revoke", body, length=str(MAX_BODY), content_type=content_type
    )
    assert response.status_code == 200
    assert RevokedToken.objects.count() == 1


def test_a_token_of_the_greatest_length_fits_in_however_it_is_encoded() -> None:
    longest = 8192
    assert max(6 * longest, 3 * longest) + 1000 < MAX_BODY


@pytest.mark.parametrize("method", ["POST", "PATCH", "GET", "HEAD", "DELETE"])
def test_a_node_reads_nothing_of_a_document_that_is_said_to_be_too_long(
    admin: str, nid: int, method: str
) -> None:
    path = NODE if method == "POST" else f"/node/{nid}?_format=json"
    limit = 8 * MEGABYTE
    body = Body(page(), limit + 1)
    response = send(method, path, body, length=str(limit + 1), token=admin)
    assert response.status_code == 413
    assert method == "HEAD" or response.json() == too_large(limit)
    assert body.count == 0
    assert [node.title for node in Node.objects.all()] == ["Old"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "GET", "DELETE"])
def test_the_setting_says_how_long_a_document_may_be(
    admin: str, nid: int, settings: Settings, method: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 100}
    path = NODE if method == "POST" else f"/node/{nid}?_format=json"
    refused = send(method, path, Body(page(101)), length="101", token=admin)
    assert (refused.status_code, refused.json()) == (413, too_large(100))
    assert Node.objects.get().title == "Old"
    taken = send(method, path, Body(page(100)), length="100", token=admin)
    assert taken.status_code in (200, 201, 204)


@pytest.mark.parametrize("token", [False, True])
def test_who_may_not_write_makes_nothing_be_read(nid: int, user: User, token: bool) -> None:
    body = Body(page())
    own = issue(user).text if token else ""
    for method, path in [("POST", NODE), *((m, f"/node/{nid}") for m in ("PATCH", "DELETE"))]:
        response = send(method, path, body, length=str(300 * MEGABYTE), token=own)
        assert response.status_code == (403 if token else 401)
    assert body.count == 0


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/rest_api/id_token", "/rest_api/jwks", "/rest_api/userinfo"])
def test_what_needs_no_body_reads_none(path: str) -> None:
    body = Body(length=300 * MEGABYTE)
    method = "POST" if path.endswith("id_token") else "GET"
    response = send(method, path, body, length=str(body.left))
    assert response.status_code in (200, 401)
    assert body.count == 0


# What is said of its length


@pytest.mark.parametrize("length", ["", "abc", "-1", "2,2", "9" * 5000, "0"])
def test_a_length_that_is_none_is_that_of_no_body(admin: str, length: str) -> None:
    response = send("POST", NODE, Body(page()), length=length, token=admin)
    assert (response.status_code, response.json()) == (
        400,
        {"message": "No entity content received."},
    )


def test_no_more_is_read_than_the_length_says(admin: str) -> None:
    document = page()
    body = Body(document, 300 * MEGABYTE)
    assert send("POST", NODE, body, length=str(len(document)), token=admin).status_code == 201
    assert body.count == len(document)


def test_a_body_may_be_shorter_than_its_length(admin: str) -> None:
    document = page()
    body = Body(document)
    response = send("POST", NODE, body, length=str(len(document) + 1000), token=admin)
    assert response.status_code == 201


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_server_may_name_the_length_otherwise(admin: str, nid: int, method: str) -> None:
    path = NODE if method == "POST" else f"/node/{nid}?_format=json"
    response = send(method, path, Body(page()), token=admin, HTTP_CONTENT_LENGTH="99")
    assert response.status_code == {"GET": 200, "DELETE": 204}.get(method, 400)


CHUNKED: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def test_a_body_in_chunks_is_read_where_the_server_ends_it(admin: str, user: User) -> None:
    assert send("POST", NODE, Body(page()), token=admin, **CHUNKED).status_code == 201
    body = Body(f"token={issue(user).text}".encode())
    response = send("POST", "/rest_api/revoke", body, content_type=FORM, **CHUNKED)
    assert response.status_code == 200
    assert RevokedToken.objects.exists()


def test_of_a_body_in_chunks_one_byte_too_many_is_read(admin: str) -> None:
    for path, limit in [(NODE, app_settings.MAX_CONTENT_LENGTH), (TOKEN_PATHS[0], MAX_BODY)]:
        body = Body(page(), 300 * MEGABYTE)
        response = send("POST", path, body, token=admin, **CHUNKED)
        assert (response.status_code, response.json()) == (413, too_large(limit))
        assert body.count == limit + 1


def test_a_body_in_chunks_is_none_where_the_server_does_not_end_it(admin: str) -> None:
    body = Body(page(), 300 * MEGABYTE)
    response = send("POST", NODE, body, token=admin, HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 400
    assert body.count == 0


@pytest.mark.parametrize("error", [ConnectionResetError(), Exception("Invalid chunk size")])
@pytest.mark.parametrize("said", [CHUNKED, {"length": "50"}])
def test_a_body_that_breaks_off_is_refused(
    admin: str, said: dict[str, Any], error: Exception
) -> None:
    for path in (NODE, TOKEN_PATHS[0]):
        response = send("POST", path, BrokenOff(error), token=admin, **said)
        assert response.status_code == 400
        assert response.json() == {"message": "The body of the request broke off."}


def asgi_request(content: bytes, content_type: str = JSON) -> Request:
    """A request as an ASGI server hands it on, which need not know a length."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    request = ASGIRequest(
        {**scope, "headers": [(b"content-type", content_type.encode())]}, BytesIO(content)
    )
    return Request(request, parsers=[DrupalJSONParser(), FormParser(), MultiPartParser()])


def test_under_asgi_a_body_needs_no_length() -> None:
    request = asgi_request(b'{"a": 1}')
    assert read_body(request, 8) == b'{"a": 1}'
    assert request.data == {"a": 1}
    with pytest.raises(ContentTooLarge):
        read_body(asgi_request(b'{"a": 12}'), 8)


# Others who read it


@pytest.mark.parametrize("size", [10, 2**30, None])
def test_djangos_setting_for_forms_changes_nothing(
    admin: str, user: User, settings: Settings, size: int | None
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = size
    settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 3 * MEGABYTE}
    document = page(3 * MEGABYTE)
    good = send("POST", NODE, Body(document), length=str(len(document)), token=admin)
    assert good.status_code == 201
    too_long = send("POST", NODE, Body(document + b" "), length=str(len(document) + 1), token=admin)
    assert too_long.status_code == 413
    content = f"token={issue(user).text}".encode()
    revoked = send(
        "POST", TOKEN_PATHS[0], Body(content), length=str(len(content)), content_type=FORM
    )
    assert revoked.status_code == 200


class Reading:
    """A middleware that looks at bodies before any view."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data":
            assert request.POST is not None
        else:
            assert request.body is not None
        response: HttpResponse = self.get_response(request)
        return response


class Swallowing(Reading):
    """A middleware that leaves nothing of them."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.read()
        response: HttpResponse = self.get_response(request)
        return response


def test_a_middleware_may_have_read_it(admin: str, user: User, settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Reading"]
    settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 100}
    for size, status in [(100, 201), (101, 413)]:
        response = send("POST", NODE, Body(page(size)), length=str(size), token=admin)
        assert response.status_code == status
    part = f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{issue(user).text}\r\n--x--'
    body = Body(f"{part}\r\n".encode())
    revoked = send("POST", TOKEN_PATHS[0], body, length=str(body.left), content_type=MULTIPART)
    assert revoked.status_code == 200
    assert RevokedToken.objects.exists()


def test_a_middleware_may_have_left_nothing(admin: str, nid: int, settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Swallowing"]
    for method, path, status in [("POST", NODE, 400), ("GET", f"/node/{nid}", 200)]:
        response = send(method, path, Body(page()), length=str(len(page())), token=admin)
        assert response.status_code == status


def test_who_asks_afterwards_gets_all_of_it() -> None:
    factory = APIRequestFactory()
    request = Request(
        factory.post("/", b'{"a": 1}', content_type=JSON), parsers=[DrupalJSONParser()]
    )
    assert read_body(request, 100) == b'{"a": 1}'
    assert request.body == b'{"a": 1}'
    assert request._request.read() == b'{"a": 1}'
    assert request.data == {"a": 1}
    assert read_body(request, 100) == b'{"a": 1}'


def test_the_parser_reads_no_more_by_itself(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 10}
    assert DrupalJSONParser().parse(BytesIO(b"[1, 2, 34]")) == [1, 2, 34]
    body = Body(length=300 * MEGABYTE)
    stream: Any = body
    with pytest.raises(ContentTooLarge):
        DrupalJSONParser().parse(stream)
    assert body.count == 11


# What is in it


def test_values_are_counted_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def loads(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("It was parsed.")

    monkeypatch.setattr("drupal_jwt_auth.http.json.json.loads", loads)
    many = MAX_VALUES + 10
    for document in (
        b"[" + b"[]," * many + b"[]]",
        b"[" + b"1," * many + b"1]",
        b"[" + b'"",' * many + b'""]',
        b"[" + b"{}," * many + b"{}]",
        b"{" + b'"a":1,' * many + b'"b":1}',
        b'[{"a":"' + b'"},{"a":"' * many + b'"}]',
        b"[" + b'"\\"",' * many + b"1]",
        b"[" + b'"\\\\",' * many + b"1]",
        b"[" + b'"" "",' * many + b"1]",
        b"," * many,
    ):
        with pytest.raises(ContentTooLarge, match=f"more than {MAX_VALUES} values"):
            decode(document)


def test_as_many_values_as_may_be_are_read() -> None:
    document = b"[" + b"1," * (MAX_VALUES - 2) + b"1]"
    assert len(decode(document)) == MAX_VALUES - 1
    with pytest.raises(ContentTooLarge):
        decode(document.replace(b"[", b"[1,"))


@pytest.mark.parametrize("text", ["a, b, ", "[{", '\\"[,', "\\\\,[", "\\u002c,"])
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    document = f'["{text * MAX_VALUES}", "\\\\", [1, "{text}"]]'
    assert decode(document.encode()) == json.loads(document)


def test_deep_documents_are_refused_as_such_however_many_values_follow() -> None:
    with pytest.raises(ParseError, match="Maximum stack depth exceeded"):
        decode(b"[" * 600 + b"[]," * MAX_VALUES)


def test_a_document_with_too_many_values_changes_nothing(admin: str) -> None:
    content = page(field_x=[[]] * MAX_VALUES)
    response = send("POST", NODE, Body(content), length=str(len(content)), token=admin)
    assert (response.status_code, response.json()) == (413, too_large(MAX_VALUES, "values"))
    assert not Node.objects.exists()


def part(number: int, *, file: bool) -> str:
    name = f'name="a{number}"' + ('; filename="f"' if file else "")
    return f"--x\r\nContent-Disposition: form-data; {name}\r\n\r\n1\r\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        (FORM, "&".join(f"a{number}=1" for number in range(1001))),
        (MULTIPART, "".join(part(number, file=False) for number in range(1003)) + "--x--\r\n"),
        (MULTIPART, "".join(part(number, file=True) for number in range(101)) + "--x--\r\n"),
    ],
)
def test_a_form_has_so_many_parameters_and_files(content_type: str, content: str) -> None:
    body = Body(content.encode())
    response = send("POST", TOKEN_PATHS[0], body, length=str(body.left), content_type=content_type)
    assert (response.status_code, response.json()) == (
        400,
        {"message": "The request has too many parameters."},
    )


# How it is told


def test_the_audit_log_tells_what_was_wrong(site: None) -> None:
    send("POST", TOKEN_PATHS[0], Body(), length=str(MAX_BODY + 1))
    content = "&".join(f"a{number}=1" for number in range(1001)).encode()
    send("POST", TOKEN_PATHS[0], Body(content), length=str(len(content)), content_type=FORM)
    entries = AuditEntry.objects.order_by("pk").values_list("status", "error")
    assert list(entries) == [(413, "content_too_large"), (400, "parse_error")]


class OwnView(APIView):
    """A project's own view, with DRF's parsers and this app's exception handler."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (JSONParser, FormParser)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def post(self, request: Request) -> Response:
        return Response(request.data)


def test_a_projects_own_view_answers_alike(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    factory = APIRequestFactory()
    view = OwnView.as_view()
    long = view(factory.post("/", b" " * 21, content_type=JSON))
    assert (long.status_code, long.data) == (
        413,
        {"message": "The body of the request is too large."},
    )
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    many = view(factory.post("/", "&".join(["a=1"] * 1001), content_type=FORM))
    assert (many.status_code, many.data) == (
        400,
        {"message": "The request has too many parameters."},
    )
    broken = factory.post("/", b" ", content_type=JSON)

    def read(*args: Any) -> bytes:
        raise UnreadablePostError

    vars(broken)["read"] = read
    answer = view(broken)
    assert (answer.status_code, answer.data) == (
        400,
        {"message": "The body of the request broke off."},
    )
