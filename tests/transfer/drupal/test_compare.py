"""Both sites are asked for the same, and what differs is printed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from drupal_jwt_auth.models import Node, Term, Vocabulary
from drupal_jwt_auth.transfer.comparison import Answer, Difference, differences

pytestmark = pytest.mark.usefixtures("site")
Answers = dict[str, tuple[int, Any]]
Serve = Callable[[Answers], tuple[str, list[dict[str, str]]]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a site that gives these answers; its address, and the headers that it was sent."""
    servers = []

    def serve(answers: Answers) -> tuple[str, list[dict[str, str]]]:
        asked: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(dict(self.headers))
                status, body = answers[self.path]
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", asked

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def paths(site: None) -> list[str]:
    for number in range(3):
        Node.objects.create(type_id="page", title=f"Page {number}")
    keys = Node.objects.order_by("pk").values_list("pk", flat=True)
    return [f"/node/{key}?_format=json" for key in keys]


def compare(old: str, new: str, *options: str) -> str:
    output = StringIO()
    call_command("compare_drupal", "--old", old, "--new", new, *options, stdout=output)
    return output.getvalue()


def test_equal_answers_are_counted(
    serve: Serve, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_AUTHORIZATION", "Basic b2xk")
    answers: Answers = {path: (200, {"nid": [{"value": path}]}) for path in paths}
    (old, asked_old), (new, asked_new) = serve(answers), serve(answers)
    assert compare(old, new) == "All 3 answers are the same.\n"
    assert [each.get("Authorization") for each in asked_old] == ["Basic b2xk"] * 3
    assert [each.get("Authorization") for each in asked_new] == [None] * 3
    # As whom clients know it: addresses in bodies are those of the old site.
    assert {each["Host"] for each in asked_new} == {old.removeprefix("http://")}


def test_what_differs_is_printed_with_the_id(serve: Serve, paths: list[str]) -> None:
    first, second, third = paths
    same = (200, {"title": [{"value": "x"}]})
    old, _ = serve({first: same, second: (403, {"message": "No"}), third: (301, b"Moved")})
    new, _ = serve(
        {
            first: (200, {"title": [{"value": "y" * 300}], "uid": []}),
            second: (403, {"message": "No"}),
            third: (200, {}),
        }
    )
    output = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("compare_drupal", "--old", old, "--new", new, stdout=output)
    assert str(caught.value) == ("2 of 3 answers differ: title in 1, uid in 1, HTTP status in 1.")
    printed = output.getvalue()
    assert f'{first} title\n  old: [{{"value": "x"}}]\n  new: [{{"value": "yyy' in printed
    assert f"{first} uid\n  old: null\n  new: []\n" in printed
    # Of a refusal, what it says: not each field that it lacks.
    assert printed.endswith(f'{third} HTTP status\n  old: "301 Moved"\n  new: "200"\n')
    assert second not in printed


def test_a_sample_is_the_same_each_time(serve: Serve, paths: list[str]) -> None:
    answers: Answers = {path: (200, {}) for path in paths}
    old, asked = serve(answers)
    for seed in ("1", "1", "2"):
        assert compare(old, old, "--sample", "2", "--seed", seed).startswith("All 2 answers")
    assert len(asked) == 12


def test_other_types_are_asked_for_if_they_have_paths(serve: Serve) -> None:
    tags = Vocabulary.objects.create(vid="tags", name="Tags")
    key = Term.objects.create(vid=tags, name="Fruit").pk
    old, _ = serve({f"/taxonomy/term/{key}?_format=json": (200, {})})
    assert compare(old, old, "--type", "taxonomy_term") == "All 1 answers are the same.\n"
    for name in ("node_type", "nothing"):
        with pytest.raises(CommandError, match=f"Nothing of the type {name} has a path"):
            compare(old, old, "--type", name)


@pytest.mark.parametrize("sample", ["0", "-4"])
def test_nothing_is_no_proof(sample: str, serve: Serve, paths: list[str]) -> None:
    with pytest.raises(CommandError, match=r"There is nothing to ask for\."):
        compare("http://127.0.0.1:1", "http://127.0.0.1:1", "--sample", sample)
    Node.objects.all().delete()
    with pytest.raises(CommandError, match=r"There is nothing to ask for\."):
        compare("http://127.0.0.1:1", "http://127.0.0.1:1")


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://127.0.0.1", "https://"])
def test_an_address_is_that_of_a_site(address: str, paths: list[str]) -> None:
    told = address.rstrip("/")
    with pytest.raises(CommandError, match=f"{told} is no address of a site"):
        compare(address, "http://127.0.0.1:1")


def test_who_is_not_known_is_told_once(
    serve: Serve, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = {"status": "error", "error_description": "Incorrect JWT Format."}
    old, _ = serve(dict.fromkeys(paths, (200, {})))
    new, asked = serve(dict.fromkeys(paths, (401, refusal)))
    monkeypatch.setenv("NEW_AUTHORIZATION", "Bearer wrong")
    with pytest.raises(CommandError) as caught:
        compare(old, new)
    assert str(caught.value) == (
        f"{new} does not take what it is sent as Authorization: 401 Incorrect JWT Format."
    )
    assert len(asked) == 1
    # A visitor may be refused: then the other site has to refuse, too.
    monkeypatch.delenv("NEW_AUTHORIZATION")
    with pytest.raises(CommandError, match="3 of 3 answers differ: HTTP status in 3"):
        compare(old, new)


@pytest.mark.parametrize("value", ["Basic c2Vj\ncmV0", "Basic sécret"])
def test_what_can_be_no_header_is_refused_and_not_told(
    value: str, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_AUTHORIZATION", value)
    with pytest.raises(CommandError, match="as Authorization is no header: it has a") as caught:
        compare("http://127.0.0.1:1", "http://127.0.0.1:1")
    assert value[6:10] not in str(caught.value)


def test_what_is_no_answer_of_http_is_told(paths: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"SSH-2.0\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(CommandError, match=f"{address} does not answer: SSH-2.0"):
            compare(address, address)
        thread.join()


def test_a_site_that_does_not_answer_is_named(serve: Serve, paths: list[str]) -> None:
    with pytest.raises(CommandError, match=r"http://127.0.0.1:1 does not answer: "):
        compare("http://127.0.0.1:1/", "http://127.0.0.1:1")


def test_the_scheme_of_addresses_of_the_site_is_no_difference() -> None:
    old = Answer(200, {"url": ["https://www.example.com/a.png", 1]})
    new = Answer(200, {"url": ["http://www.example.com/a.png", 1]})
    other = Answer(200, {"url": ["http://other.example.com/a.png", 1]})
    assert not list(differences(old, new, base="https://www.example.com"))
    assert [each.field for each in differences(old, other, base="https://www.example.com")] == [
        "url"
    ]
    assert list(differences(Answer(200, []), Answer(200, {}), base="https://x")) == [
        Difference("body", [], {})
    ]
