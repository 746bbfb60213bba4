"""docs/deployment.md fits what the app takes, and itself."""

from __future__ import annotations

import ast
import re

from drupal_jwt_auth.conf import Settings
from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from tests.docs.test_docs import blocks, read

TEXT = read("docs/deployment.md")
GUNICORN = next(block for block in blocks(TEXT, "shell") if "gunicorn example.wsgi" in block)


def numbers(pattern: str) -> set[int]:
    return set(map(int, re.findall(pattern, TEXT)))


def test_the_settings_are_some_that_there_are() -> None:
    code = "\n".join(blocks(TEXT, "python"))
    (values,) = (
        node.value
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DRUPAL_JWT_AUTH"
    )
    later = re.findall(r'DRUPAL_JWT_AUTH\["(\w+)"\]', code)

    assert {*ast.literal_eval(values), *later} <= Settings.declared().keys()
    assert later == ["FLOOD_CACHE"]


def test_nginx_takes_as_long_bodies_as_the_site() -> None:
    (limit,) = numbers(r"client_max_body_size (\d+)m;")

    for name in ("MAX_CONTENT_LENGTH", "MAX_UPLOAD_SIZE"):
        assert limit * 2**20 > Settings.declared()[name].default


def test_gunicorn_takes_paths_as_long_as_an_alias() -> None:
    (limit,) = numbers(r"--limit-request-line (\d+)")

    longest = len("%F0%9F%98%80") * ALIAS_MAX_LENGTH
    assert f"{ALIAS_MAX_LENGTH} characters](bounds.md) long, which makes {longest} bytes" in TEXT
    assert limit > longest + len("GET /?_format=json HTTP/1.1")


def test_the_service_runs_what_is_shown() -> None:
    (started,) = re.findall(r"^ExecStart=/srv/example/(.+)$", TEXT, re.MULTILINE)

    assert started == GUNICORN
