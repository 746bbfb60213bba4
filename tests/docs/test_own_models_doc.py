"""``docs/own-models.md`` shows projects that work, as they are printed: from nothing, over HTTP."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from drupal_jwt_auth.content.entity.columns import TYPES
from example_project.bootstrap import ROOT
from tests.docs.test_docs import blocks, sections, table

PAGE = "docs/own-models.md"
SERVE = "python3 manage.py runserver\n"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# Not every machine has curl.
CURL = """#!{python}
import argparse, base64, sys, urllib.error, urllib.request

parser = argparse.ArgumentParser()
for name in ("user", "request", "data"):
    parser.add_argument("--" + name)
parser.add_argument("--header", action="append", default=[])
parser.add_argument("--silent", action="store_true")
parser.add_argument("url")
words = parser.parse_args()
headers = dict(header.split(": ", 1) for header in words.header)
if words.user:
    headers["Authorization"] = "Basic " + base64.b64encode(words.user.encode()).decode()
body = None if words.data is None else words.data.encode()
request = urllib.request.Request(words.url, body, headers, method=words.request)
try:
    print(urllib.request.urlopen(request).read().decode())
except urllib.error.HTTPError as refusal:
    print(refusal.read().decode())
"""
VARYING = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "UUID",
    r"\d{4}-\d\d-\d\dT[\d:]+\+00:00": "TIME",
}
"""What is another value each time."""


class Project:
    """A project in a directory, made as the page says, by commands of a shell."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.setting = ""
        tools = directory / "tools"
        tools.mkdir()
        manage = '#!/bin/sh\nexec {} -W error {}"$@"\n'
        scripts = {
            "curl": CURL.format(python=sys.executable),
            "python3": manage.format(sys.executable, ""),
            "django-admin": manage.format(sys.executable, "-m django "),
        }
        for name, text in scripts.items():
            (tools / name).write_text(text)
            (tools / name).chmod(stat.S_IRWXU)
        self.environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(self, script: str) -> str:
        """Run commands; the variable with the token stays."""
        script = script.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        if script.startswith("TOKEN="):
            self.setting = script
        before = self.setting if "$TOKEN" in script else ""
        result = subprocess.run(
            ["bash", "-e", "-c", f"{before}\n{script}"],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def write(self, name: str, text: str) -> None:
        """Write a module; what is to stand at the end of one, follows what is there."""
        path = self.directory / name
        before = path.read_text() if name.endswith("settings.py") else ""
        path.write_text(f"{before}\n{text}")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Let the development server run, as the page says."""
        command = [sys.executable, "-W", "error", "manage.py", "runserver", "--noreload"]
        with subprocess.Popen(
            [*command, str(self.port)],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                wait_for(self.port)
                yield
            finally:
                server.terminate()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server does not answer.")


def without_varying(text: str) -> Any:
    for pattern, word in VARYING.items():
        text = re.sub(pattern, word, text)
    return json.loads(text)


def follow(project: Project, *texts: str) -> str:
    """Do what texts say: write the modules that they name, run the commands, compare answers.

    Return the last answer. The server runs from where it is started on.
    """
    answer, end, text = "", 0, "\n".join(texts)
    with ExitStack() as stack:
        for block in BLOCK.finditer(text):
            language, content = block[1], block[2]
            before, end = text[end : block.start()], block.end()
            if language == "python":
                (name,) = re.findall(r"`(\w+/\w+\.py)`", before)
                project.write(name, content)
            elif language == "json":
                assert without_varying(answer) == without_varying(content)
            else:
                commands, runs_server, _ = content.partition(SERVE)
                answer = project.run(commands)
                if runs_server:
                    check = project.run("python3 manage.py check --fail-level WARNING")
                    assert "no issues" in check
                    stack.enter_context(project.served())
    return answer


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_shop_is_made_and_answers_as_printed(project: Project) -> None:
    found = sections(PAGE)
    last = follow(project, found["A shop"], found["Requests"])
    assert json.loads(last)[0]["url"] == "/product/1"


def test_the_type_of_the_shop_takes_some_thirty_lines() -> None:
    (entities,) = (
        block for block in blocks(sections(PAGE)["A shop"], "python") if "@register" in block
    )
    lines = [line for line in entities.splitlines() if line]
    assert len(lines) <= 36


def test_a_project_with_tokens_alone_has_nothing_of_content(project: Project) -> None:
    assert json.loads(follow(project, sections(PAGE)["Tokens alone"])) == {"hello": "someone"}
    found = project.run(f"python3 manage.py shell -v 0 -c '{USED}'").split()
    assert found == ["auditentry", "contentmodel"]


USED = """
from django.apps import apps

models = apps.get_app_config("drupal_jwt_auth").get_models()
print(*sorted(model._meta.model_name for model in models if model.objects.exists()))
"""


def test_the_table_of_columns_is_that_of_the_code() -> None:
    rows = table(PAGE, "Column")
    told = {
        name: kind.split("`")[0]
        for names, kind, _ in rows
        for name in re.findall(r"\w+Field", names)
        if not name.startswith(("Foreign", "OneToOne", "ManyToMany"))
    }
    found = {column.__name__: kind.id for column, (kind, _) in TYPES.items()}
    assert {**found, "SlugField": "string"} == told
