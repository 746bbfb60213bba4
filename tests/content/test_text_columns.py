"""Any text that JSON can carry is kept, on databases that refuse some characters too."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.text_columns import escape, unescape
from tests.conftest import Client

TEXTS = ["", "plain", "a\0b", "\0", "\0" * 3, "\ufdd0", "\ufdd00", "\ufdd01\0", "\0\ufdd0\0"]


@pytest.fixture
def editor(client_of: Client, site: None) -> APIClient:
    return client_of("admin")


def create(client: APIClient, **fields: Any) -> Any:
    answer = client.post("/node?_format=json", {"type": "page", **fields}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_no_stored_text_has_a_nul(text: str) -> None:
    assert "\0" not in escape(text)


@pytest.mark.parametrize("text", TEXTS[2:])
def test_a_title_and_a_body_are_read_as_they_were_sent(editor: APIClient, text: str) -> None:
    made = create(editor, title=[text], body=[{"value": text, "summary": text}])
    read = editor.get(f"/node/{made['nid'][0]['value']}?_format=json").json()
    assert read["title"] == [{"value": text}]
    assert (read["body"][0]["value"], read["body"][0]["summary"]) == (text, text)


def test_a_title_of_the_greatest_length_may_be_nothing_but_nuls(editor: APIClient) -> None:
    made = create(editor, title=["\0" * 255])
    assert made["title"] == [{"value": "\0" * 255}]


def test_a_node_is_found_by_a_title_with_a_nul(editor: APIClient) -> None:
    made = create(editor, title=["a\0b"])
    assert Node.objects.get(title="a\0b").nid == made["nid"][0]["value"]


def test_an_alias_and_a_log_message_may_have_a_nul(editor: APIClient) -> None:
    made = create(editor, title=["A page"], path=[{"alias": "/a\0b"}], revision_log=["c\0d"])
    read = editor.get(f"/node/{made['nid'][0]['value']}?_format=json").json()
    assert read["path"][0]["alias"] == "/a\0b"
    assert read["revision_log"] == [{"value": "c\0d"}]
