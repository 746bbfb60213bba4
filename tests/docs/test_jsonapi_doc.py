"""docs/jsonapi.md: its requests, sent one after the other, are answered as it says."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from pytest_django import Settings

from drupal_jwt_auth.models import Node, PathAlias, Term
from tests.content.visitors import Visitor, add_field, make_term, make_type, make_user
from tests.docs.test_docs import read

DOCUMENT = read("docs/jsonapi.md")
HOST = "http://127.0.0.1:8000"
PICTURE = b"GIF89a\x03\x00\x02\x00"
EXAMPLES = re.findall(
    r"^```shell\n(curl .*?)\n```$(?:\n\n^```json\n(.*?)\n```$)?", DOCUMENT, re.DOTALL | re.MULTILINE
)
TERMS = re.findall(r'"taxonomy_term--tags","id":"([^"]+)"', DOCUMENT)


class Request(NamedTuple):
    """What a command line of curl sends."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def request_of(command: str) -> Request:
    """Read a command line as curl does, as far as the page makes use of it."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, url, body, query, headers = "", "", b"", "", {}
    for word in words:
        if word.startswith("http"):
            url = word
        elif word in {"-H", "--header"}:
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--request":
            method = next(words)
        elif word == "--data":
            method, body = method or "POST", next(words).encode()
        elif word == "--data-binary":
            assert next(words) == "@one.gif"
            body = PICTURE
        elif word == "--data-urlencode":
            name, _, value = next(words).partition("=")
            query = f"?{name}={quote(value, safe='')}"
        else:
            assert word in {"-g", "--globoff", "--silent", "--get"}
    return Request(method or "GET", url.removeprefix(HOST) + query, headers, body)


def alike(text: str) -> Any:
    """Return a document without the numbers that a database counts on with."""
    text = re.sub(r"id%3A\d+", "id%3A1", text)
    text = re.sub(r'("drupal_internal__target_id":)\d+', r"\g<1>1", text)
    return json.loads(re.sub(r'("bundle":"page","id":)"\d+"', r'\g<1>"1"', text))


@pytest.fixture
def editor(db: None, settings: Settings, tmp_path: Any) -> Visitor:
    settings.MEDIA_ROOT, settings.ALLOWED_HOSTS = tmp_path, ["127.0.0.1"]
    make_type("page", "Basic page")
    add_field("page", "body", "text_with_summary")
    tags: dict[str, Any] = {"target_type": "taxonomy_term"}
    add_field("page", "field_tags", "entity_reference", settings=tags, cardinality=-1)
    add_field("page", "field_image", "image")
    for name, uuid in zip(("one", "two"), TERMS, strict=True):
        make_term(name, uuid=uuid)
    names = ("create page content", "edit any page content", "view page revisions")
    more = ("access content", "administer nodes", "administer url aliases", "issue subrequests")
    return Visitor(make_user("editor", *names, *more))


def between(command: str) -> None:
    """Do what the page has done before a command."""
    if "/relationships/field_tags" in command:
        node = Node.objects.get()
        node.fields["field_tags"] = [{"target_id": Term.objects.get(uuid=TERMS[0]).pk}]
        node.save()
        PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about")


def test_the_requests_are_answered_as_it_is_shown(editor: Visitor) -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```shell\ncurl ")
    statuses = []
    for command, shown in EXAMPLES:
        between(command)
        method, path, headers, body = request_of(command)
        answer = editor.client.generic(
            method,
            path,
            body,
            headers={**headers, **editor.headers, "Host": HOST.removeprefix("http://")},
            CONTENT_TYPE=headers.pop("Content-Type", ""),
        )
        statuses.append(answer.status_code)
        if shown:
            assert alike(answer.content.decode()) == alike(shown)
    assert statuses == [200, 201, 200, 422, 200, 200, 200, 207]
