"""``manage.py demo``, run as a user runs it: a process of its own, and a database of its own."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from drupal_jwt_auth.checks import database as database_checks
from example_project.bootstrap import ROOT
from tests.docs.test_docs import blocks, read

SETTINGS = """
from example_project.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""

# A site whose answer to the first request is somebody else's.
BROKEN_SITE = """
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from example_project.urls import urlpatterns

broken = csrf_exempt(lambda request: {answer})
urlpatterns = [path("rest_api/id_token", broken), *urlpatterns]
"""

# Not every machine has curl.
CURL = f"""#!{sys.executable}
import argparse
import urllib.request
from http.cookiejar import MozillaCookieJar

parser = argparse.ArgumentParser()
parser.add_argument("url")
for name in ("--location", "--silent"):
    parser.add_argument(name, action="store_true")
for name in ("--request", "--data-raw", "--cookie", "--cookie-jar"):
    parser.add_argument(name)
parser.add_argument("--header", action="append", default=[])
sent = parser.parse_args()

jar = MozillaCookieJar()
if sent.cookie:
    jar.load(sent.cookie)
body = None if sent.data_raw is None else sent.data_raw.encode()
headers = dict(value.split(": ", 1) for value in sent.header)
request = urllib.request.Request(sent.url, body, headers, method=sent.request)
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
print(opener.open(request).read().decode())
if sent.cookie_jar:
    jar.save(sent.cookie_jar)
"""


class Run(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    output: str
    errors: str


class Demo:
    """The demo on a database of its own, empty at first, with passwords that cost no time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "quick_settings.py").write_text(SETTINGS)
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{path / 'demo.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "quick_settings",
            "PYTHONPATH": str(path),
        }

    def answer_first_request_with(self, answer: str) -> None:
        """Break the site: ``answer`` is Python for a response."""
        (self.path / "broken_urls.py").write_text(BROKEN_SITE.format(answer=answer))
        with (self.path / "quick_settings.py").open("a") as settings:
            settings.write('ROOT_URLCONF = "broken_urls"\n')

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "demo", *options],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str) -> Run:
        process = self.start(*options)
        output, errors = process.communicate()
        return Run(process.returncode, output, errors)

    @contextmanager
    def serving(self, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        """Serve, and yield what was printed until it served, and the process."""
        process = self.start("--port", "0", *options)
        assert process.stdout
        try:
            yield "".join(iter(process.stdout.readline, "Stop with Ctrl-C.\n")), process
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path)


def test_the_check_passes_on_an_empty_database_and_again_on_the_same(demo: Demo) -> None:
    for nid in (1, 2):
        run = demo.run("--check", "--port", "0")

        assert run.status == 0, run.errors
        assert "POST /rest_api/id_token\n" in run.output
        assert "\n200 OK\n" in run.output
        assert "POST /node?_format=json\n" in run.output
        assert "\n201 Created\n" in run.output
        assert run.output.endswith(f"Node {nid} is in the database. All is well.\n")


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["serving", "checking"])
def test_a_port_in_use_is_a_clear_error(demo: Demo, options: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = demo.run("--port", str(port), *options)

    assert run.status == 1
    assert f"Port {port} of 127.0.0.1 cannot be used (Address already in use)." in run.errors
    assert f"demo --port {port + 1}" in run.errors
    assert "Traceback" not in run.errors
    assert not list(demo.path.glob("*.sqlite3"))


@pytest.mark.parametrize("port", ["65536", "-1", "http", "8000.5"])
def test_what_is_no_port_is_refused(demo: Demo, port: str) -> None:
    run = demo.run(f"--port={port}")

    assert run.status == 2
    assert f"{port} is no port; give a number from 0 to 65535." in run.errors


def test_a_wrong_status_fails_the_check(demo: Demo) -> None:
    demo.answer_first_request_with("HttpResponse('No', status=418)")

    run = demo.run("--check", "--port", "0")

    assert run.status == 1
    assert "The check failed: POST /rest_api/id_token answered 418, not 200." in run.errors
    assert "Traceback" not in run.errors
    assert "\n418 " in run.output


def test_an_answer_that_is_no_json_fails_the_check_and_is_cut(demo: Demo) -> None:
    demo.answer_first_request_with("HttpResponse('<p>No' * 10_000)")

    run = demo.run("--check", "--port", "0")

    assert run.status == 1
    assert "answered text/html; charset=utf-8, not JSON." in run.errors
    assert "Traceback" not in run.errors
    assert "<p>No<p>No" in run.output
    assert len(run.output) < 2000


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ('{"token": 1}', 'there is no jwt_token in {"token": 1}'),
        ("[]", "there is no jwt_token in []"),
        ("null", "there is no jwt_token in null"),
        ('{"jwt_token": ', "Expecting value: line 1 column 15 (char 14)"),
    ],
    ids=["another key", "a list", "null", "cut off"],
)
def test_json_without_a_token_fails_the_check(demo: Demo, document: str, complaint: str) -> None:
    demo.answer_first_request_with(f"HttpResponse({document!r}, content_type='application/json')")

    run = demo.run("--check", "--port", "0")

    assert run.status == 1
    assert run.errors.splitlines()[-1] == f"CommandError: The check failed: {complaint}"
    assert "Traceback" not in run.errors


def test_a_database_that_cannot_be_used_is_a_clear_error(demo: Demo) -> None:
    demo.environment["DATABASE_URL"] = "sqlite:////nowhere/demo.sqlite3"

    run = demo.run("--port", "0")

    assert run.status == 1
    assert "The database cannot be used: unable to open database file" in run.errors
    assert "Traceback" not in run.errors


@pytest.mark.django_db
def test_a_database_that_will_not_do_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_checks, "NOT_STRICT", {connection.vendor: "SELECT ''"})

    with pytest.raises(SystemCheckError, match=r"\(drupal_jwt_auth\.E056\)"):
        call_command("demo", "--port", "0", stdout=StringIO())


def test_the_printed_requests_work_as_they_are(demo: Demo) -> None:
    with demo.serving() as (printed, _):
        answers = [send(command) for command in commands(printed)]

    (token_status, token), (node_status, node) = answers
    assert (token_status, token["token_type"]) == (200, "Bearer")
    assert (node_status, node["title"]) == (201, [{"value": "Drupal Rest API Authentication"}])
    assert node["uid"][0]["url"] == "/user/1"


def test_the_printed_address_shows_what_there_is(demo: Demo) -> None:
    with demo.serving() as (printed, _):
        (base,) = re.findall(r"^The site is at (\S+)$", printed, re.MULTILINE)
        with urllib.request.urlopen(base) as response:
            page = response.read().decode()
        with urllib.request.urlopen(base + re.findall('href="(.+?)"', page)[0]) as response:
            admin = response.read().decode()
        unknown = exchange(urllib.request.Request(f"{base}/?_format=json"))

    assert "<code>POST /rest_api/id_token</code>" in page
    assert "<code>POST /node?_format=json</code>" in page
    assert "Django administration" in admin
    assert unknown == (404, {"message": f'No route found for "GET {base}/"'})


def run_in_a_shell(demo: Demo, script: str) -> list[str]:
    """Run commands as they are shown, and return the lines that they print."""
    (demo.path / "curl").write_text(CURL)
    (demo.path / "curl").chmod(0o755)
    path = os.pathsep.join([str(demo.path), os.environ["PATH"]])
    run = subprocess.run(
        ["sh", "-c", script],
        env={**os.environ, "PATH": path},
        cwd=demo.path,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


def test_the_commands_of_the_readme_work_as_they_are(demo: Demo) -> None:
    shown = blocks(read("README.md"), "shell")
    first, keep, second = (block for block in shown if "curl" in block)

    with demo.serving() as (printed, _):
        (base,) = re.findall(r"^The site is at (\S+)$", printed, re.MULTILINE)
        script = "\n".join((first, keep, second)).replace("http://127.0.0.1:8000", base)
        token, node = run_in_a_shell(demo, script)

    assert json.loads(token)["token_type"] == "Bearer"
    assert json.loads(node)["title"] == [{"value": "Drupal Rest API Authentication"}]


def test_the_commands_for_a_session_work_as_they_are_printed(demo: Demo) -> None:
    with demo.serving("--methods", "cookie,jwt") as (printed, _):
        shown = [part for part in printed.split("\n\n") if part.startswith("curl ")]
        login, node = run_in_a_shell(demo, "\n".join(shown[:2]))

    assert json.loads(login)["current_user"]["name"] == "admin"
    assert json.loads(node)["title"] == [{"value": "Drupal Rest API Authentication"}]


@pytest.mark.parametrize(
    ("methods", "asked", "key"),
    [("jwt,basic", 3, False), ("basic", 1, False), ("api_key,basic", 1, True)],
)
def test_it_serves_with_the_methods_that_are_named(
    demo: Demo, methods: str, asked: int, key: bool
) -> None:
    with demo.serving("--methods", methods) as (printed, _):
        answers = [send(command) for command in commands(printed)]

    assert len(answers) == asked
    status, node = answers[-1]
    assert (status, node["title"]) == (201, [{"value": "Drupal Rest API Authentication"}])
    assert ("Make an API key on the page of a user in the admin" in printed) == key


@pytest.mark.parametrize("methods", ["", "JWT", "jwt,session", "jwt,jwt", "jwt, basic"])
def test_methods_that_there_are_not_are_refused(demo: Demo, methods: str) -> None:
    run = demo.run(f"--methods={methods}")

    assert run.status == 2
    assert (
        f"{methods} is not a list of at least one out of jwt, basic, api_key, cookie" in run.errors
    )


def test_the_check_needs_tokens(demo: Demo) -> None:
    run = demo.run("--check", "--methods", "basic")

    assert run.status == 1
    assert "--check tries a token; name jwt among --methods." in run.errors


def test_the_users_are_printed_with_the_passwords_they_have(demo: Demo) -> None:
    with demo.serving() as (printed, _):
        token_command, _ = commands(printed)
        users = dict(re.findall(r"^  (\w+) +(\S+)$", printed, re.MULTILINE))
        asked = token_command.index(f"Authorization: {basic('admin', users['admin'])}")
        statuses = {}
        for name, password in users.items():
            token_command[asked] = f"Authorization: {basic(name, password)}"
            statuses[name], _ = send(token_command)

    assert statuses == {"admin": 200, "editor": 200, "plain": 200}


SITE = {
    "node_types": [{"type": "page", "uuid": "u1", "name": "Page"}],
    "nodes": [
        {
            **dict.fromkeys(("nid", "vid", "created", "changed", "revision_timestamp"), 7),
            **dict.fromkeys(("uid", "revision_uid"), 0),
            "uuid": "u2",
            "type": "page",
            "title": "From the file",
        }
    ],
}


@pytest.mark.parametrize(
    ("options", "status", "answer"),
    [
        ((), 401, {"error": "MISSING_AUTHORIZATION_HEADER"}),
        (("--public-reads",), 200, {"title": [{"value": "From the file"}]}),
    ],
    ids=["with a token", "public"],
)
def test_a_described_site_is_served_and_read_as_it_is_told(
    demo: Demo, options: tuple[str, ...], status: int, answer: dict[str, Any]
) -> None:
    (demo.path / "site.json").write_text(json.dumps(SITE))

    with demo.serving("--site", str(demo.path / "site.json"), *options) as (printed, _):
        (base,) = re.findall(r"^The site is at (http://127.0.0.1:\d+)$", printed, re.MULTILINE)
        got_status, got = exchange(urllib.request.Request(f"{base}/node/7?_format=json"))

    assert got_status == status
    assert {name: got.get(name) for name in answer} == answer


def test_a_new_database_begins_without_the_files_of_another(demo: Demo) -> None:
    with (demo.path / "quick_settings.py").open("a") as settings:
        settings.write(f"MEDIA_ROOT = {str(demo.path / 'media')!r}\n")
    file = {"fid": 1, "uuid": "u1", "filename": "a.txt", "uri": "public://a.txt", "filesize": 3}

    def content(**described: str) -> bytes:
        (demo.path / "site.json").write_text(json.dumps({"files": [{**file, **described}]}))
        with demo.serving("--site", str(demo.path / "site.json")) as (printed, _):
            (base,) = re.findall(r"^The site is at (\S+)$", printed, re.MULTILINE)
            with urllib.request.urlopen(f"{base}/sites/default/files/a.txt") as answer:
                body: bytes = answer.read()
        return body

    assert content(data="b25l") == b"one"
    assert content() == b"one"
    for path in demo.path.glob("demo.sqlite3*"):
        path.unlink()
    assert content(data="dHdv") == b"two"


VARIANTS = {
    "closed": {"revoke": {"anonymous": ["access content"]}},
    "writable": {"grant": {"anonymous": ["create page content"]}},
}


@pytest.mark.parametrize(
    ("options", "statuses"),
    [
        (("--public",), (200, 401)),
        (("--public", "--variant", "closed"), (401, 401)),
        (("--public", "--variant", "writable"), (200, 201)),
        (("--public-reads", "--variant", "writable"), (200, 401)),
    ],
)
def test_a_variant_of_a_described_site_is_served_to_the_public(
    demo: Demo, options: tuple[str, ...], statuses: tuple[int, int]
) -> None:
    roles = [{"id": "anonymous", "permissions": ["access content"]}]
    (demo.path / "site.json").write_text(json.dumps({**SITE, "roles": roles}))
    (demo.path / "variants.json").write_text(json.dumps(VARIANTS))
    document = json.dumps({"type": [{"target_id": "page"}], "title": [{"value": "By anybody"}]})
    content_type = {"Content-Type": "application/json"}

    with demo.serving("--site", str(demo.path / "site.json"), *options) as (printed, _):
        (base,) = re.findall(r"^The site is at (\S+)$", printed, re.MULTILINE)
        read, _ = exchange(urllib.request.Request(f"{base}/node/7?_format=json"))
        url, body = f"{base}/node?_format=json", document.encode()
        made, _ = exchange(urllib.request.Request(url, body, content_type))

    assert (read, made) == statuses


@pytest.mark.parametrize(
    ("variants", "error"),
    [
        (None, "variants.json cannot be read: No such file or directory."),
        ("{", "variants.json is no JSON: "),
        ("{}", "variants.json has no variant 'open'. There are: none."),
        ('{"a": {}, "b": {}}', "variants.json has no variant 'open'. There are: a, b."),
        ('{"open": 5}', "variants.json: open is no variant: "),
    ],
)
def test_a_variant_must_be_there(demo: Demo, variants: str | None, error: str) -> None:
    (demo.path / "site.json").write_text(json.dumps(SITE))
    if variants is not None:
        (demo.path / "variants.json").write_text(variants)

    site = str(demo.path / "site.json")
    run = demo.run("--port", "0", "--site", site, "--variant", "open")

    assert run.status == 1
    assert error in run.errors
    assert "Traceback" not in run.errors


def test_a_variant_is_one_of_a_described_site(demo: Demo) -> None:
    run = demo.run("--variant", "open")

    assert run.status == 1
    assert "--variant is one of a site; give its file as --site." in run.errors


def test_a_described_site_is_served_beside_the_users_of_the_demo(demo: Demo) -> None:
    site = {"users": [{"uid": 1, "uuid": "u1", "name": "first"}]}
    (demo.path / "site.json").write_text(json.dumps(site))
    with demo.serving():
        pass

    run = demo.run("--port", "0", "--site", str(demo.path / "site.json"))
    assert run.status == 1
    assert "'admin' instead of 'first'. --renumber-users keeps both" in run.errors
    assert run.errors.rstrip().endswith(
        "Give the site another one: DATABASE_URL=sqlite:///site.sqlite3 python3 manage.py demo "
        f"--site {demo.path / 'site.json'}"
    )
    with demo.serving("--site", str(demo.path / "site.json"), "--renumber-users") as (printed, _):
        assert "User 1 of the site has the number 4 here.\n" in printed


def test_a_site_that_is_none_needs_no_other_database(demo: Demo) -> None:
    (demo.path / "site.json").write_text("{")

    run = demo.run("--port", "0", "--site", str(demo.path / "site.json"))

    assert run.status == 1
    assert run.errors.rstrip().endswith("Nothing was changed.")


def test_it_says_how_to_log_in_to_a_described_site(demo: Demo) -> None:
    site = {"users": [{"uid": 1, "uuid": "u1", "name": "first"}]}
    (demo.path / "site.json").write_text(json.dumps(site))

    with demo.serving("--site", str(demo.path / "site.json")) as (printed, _):
        assert "  python3 manage.py changepassword first\n" in printed
        assert "Give that the same DATABASE_URL.\n" in printed


def test_a_described_site_cannot_be_checked(demo: Demo) -> None:
    run = demo.run("--check", "--site", "site.json")

    assert run.status == 1
    assert "--check tries the demo's own site; leave --site out." in run.errors


@pytest.fixture
def _ctrl_c_is_listened_to() -> Iterator[None]:
    """What a shell runs in the background ignores Ctrl-C, and so does all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_is_listened_to")
def test_ctrl_c_ends_it_without_a_traceback(demo: Demo) -> None:
    with demo.serving() as (_, process):
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)

    assert (process.returncode, output.strip(), errors) == (0, "Stopped.", "")


def commands(printed: str) -> list[list[str]]:
    """Return the words of the curl commands, read as a shell does."""
    parts = [part for part in printed.split("\n\n") if part.startswith("curl ")]
    return [shlex.split(part.replace("\\\n", "")) for part in parts]


def send(words: list[str]) -> tuple[int, dict[str, Any]]:
    """Do what a curl command says: status and document of the answer."""
    assert words[:4] == ["curl", "--location", "--request", "POST"]
    url, options = words[4], list(zip(words[5::2], words[6::2], strict=True))
    assert {name for name, _ in options} <= {"--header", "--data-raw"}
    headers = dict(value.split(": ", 1) for name, value in options if name == "--header")
    body = "".join(value for name, value in options if name == "--data-raw")
    return exchange(urllib.request.Request(url, body.encode(), headers, method="POST"))


def exchange(request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
    """Send a request: status and document of the answer."""
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def test_who_fails_to_log_in_five_times_is_told_to_wait(demo: Demo) -> None:
    with demo.serving() as (printed, _):
        token_command, node_command = commands(printed)
        asked = token_command.index(f"Authorization: {basic('admin', 'admin-pass')}")
        token_command[asked] = f"Authorization: {basic('admin', 'wrong')}"
        answers = [send(token_command) for _ in range(6)]
        node_status, _ = send(node_command)

    assert [status for status, _ in answers] == [401] * 5 + [429]
    assert answers[-1][1]["error"] == "TOO_MANY_REQUESTS"
    assert node_status == 201
