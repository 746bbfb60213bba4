"""The start page of the example project says what there is, to people."""

from __future__ import annotations

import pytest
from django.test import Client


def test_it_names_the_api_the_admin_and_the_documentation(client: Client) -> None:
    page = client.get("/").text
    addresses = (
        "POST /rest_api/id_token",
        "POST /node?_format=json",
        "GET /node/1?_format=json",
        "GET /jsonapi",
        'href="/admin/"',
        "docs/tokens.md",
    )
    assert [each for each in addresses if each not in page] == []


@pytest.mark.django_db
def test_clients_find_nothing_there_as_before(client: Client) -> None:
    assert client.get("/?_format=json").status_code == 404
    assert client.post("/").status_code == 404
