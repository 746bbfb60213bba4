"""docs/sessions.md: what is refused in which words, and requests as they are shown."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.rest import sessions
from tests.docs.test_docs import blocks, read, table

DOCUMENT = "docs/sessions.md"
HOST = "http://127.0.0.1:8000"


def sent(command: str) -> tuple[str, str, dict[str, str], str]:
    """Return method, path, headers and body of a curl command."""
    words = iter(shlex.split(command.replace("\\\n", " ")))
    method, path, headers, body = "", "", {}, ""
    for word in words:
        if word == "--header":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--data":
            body = next(words)
        elif word == "--request":
            method = next(words)
        elif word.startswith(HOST):
            path = word.removeprefix(HOST)
    return method or ("POST" if body else "GET"), path, headers, body


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_requests_work_as_they_are_shown(settings: Settings) -> None:
    (setting,) = re.findall(r"^DRUPAL_JWT_AUTH = (.+)$", read(DOCUMENT), re.MULTILINE)
    settings.DRUPAL_JWT_AUTH = json.loads(setting)
    login, write, logout, *_ = blocks(read(DOCUMENT), "shell")
    (shown,) = blocks(read(DOCUMENT), "json")
    client, known = Client(), dict[str, str]()

    def send(command: str) -> Any:
        for name, value in known.items():
            command = command.replace(name, value)
        method, path, headers, body = sent(command)
        return client.generic(
            method, path, body, headers["Content-Type"] if headers else "", headers=headers
        )

    answer = send(login).json()
    assert list(answer) == list(json.loads(shown))
    assert list(answer["current_user"]) == list(json.loads(shown)["current_user"])
    token, node = write.split("\n", 1)
    known["$LOGOUT_TOKEN"] = answer["logout_token"]
    known["$TOKEN"] = send(re.findall(r"\$\((.+)\)", token)[0]).content.decode()
    assert known["$TOKEN"] == answer["csrf_token"]
    assert send(node).status_code == 201
    assert send(logout).status_code == 204


def test_each_refusal_of_a_login_is_in_its_words() -> None:
    told = " ".join(answer for answer, _ in table(DOCUMENT, "Answer"))
    for text in (
        *(sessions.UNRECOGNIZED, sessions.BLOCKED, sessions.KNOWN, sessions.ELSEWHERE),
        *(sessions.TOO_MANY_FOR_ACCOUNT, sessions.TOO_MANY_FROM_ADDRESS),
    ):
        assert text in told
