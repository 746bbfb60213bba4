"""A client that sends too much is told so before it has sent it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from drupal_jwt_auth.http.parameters import MAX_BODY
from tests.headers import basic, bearer
from tests.system.servers import TIMEOUT, Database, request, server

LIMIT = 1000
HUGE = 300 * 2**20


@pytest.fixture(scope="module")
def address(database: Database) -> Iterator[str]:
    with server(database, DRUPAL_JWT_AUTH={"MAX_CONTENT_LENGTH": LIMIT}) as url:
        yield url


@pytest.fixture(scope="module")
def token(address: str) -> str:
    answer = request("POST", f"{address}/rest_api/id_token", basic("admin", "admin-pass"))
    text: str = answer.document["jwt_token"]
    return text


def send(address: str, path: str, headers: dict[str, str], beginning: bytes) -> tuple[int, str]:
    """Send the beginning of a body, and no more; return status and message of the answer."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), TIMEOUT) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode() + beginning)
        with client.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            fields = {}
            while line := answer.readline().strip():
                name, _, value = line.decode().partition(":")
                fields[name.lower()] = value.strip()
            document = json.loads(answer.read(int(fields["content-length"])))
    assert fields["content-type"] == "application/json"
    text: str = document["message"]
    return status, text


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_a_token_endpoint_answers_while_the_body_is_still_on_its_way(
    address: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type, "Content-Length": str(HUGE)}
    status, text = send(address, "/rest_api/revoke", headers, b"token=" + b"x" * 1000)
    assert (status, text) == (413, f"The body of the request has more than {MAX_BODY} bytes.")


def test_a_node_is_refused_while_its_document_is_still_on_its_way(address: str, token: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(HUGE), **bearer(token)}
    status, text = send(address, "/node?_format=json", headers, b'{"title": [')
    assert (status, text) == (413, f"The body of the request has more than {LIMIT} bytes.")


def test_a_body_in_chunks_that_the_server_does_not_hand_on_is_none(
    address: str, token: str
) -> None:
    chunk = b"2\r\n{}\r\n0\r\n\r\n"
    headers = {
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
        **bearer(token),
    }
    status, text = send(address, "/node?_format=json", headers, chunk)
    assert (status, text) == (400, "No entity content received.")


def test_the_server_goes_on(address: str, token: str) -> None:
    document = {"type": "page", "title": ["A page"]}
    answer = request("POST", f"{address}/node?_format=json", bearer(token), document)
    assert answer.status == 201
