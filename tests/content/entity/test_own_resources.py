"""The project's models written by JSON:API: their own rules hold, and what they say is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from tests.content.entity.conftest import Shopper
from tests.content.entity.models import Product, Ticket
from tests.content.visitors import Document, make_term
from tests.jsonapi.clients import Client, error, refusal

PRODUCTS, TICKETS = "/jsonapi/product/product", "/jsonapi/ticket/ticket"


@pytest.fixture
def client(boss: Shopper) -> Client:
    """May do everything."""
    return Client(boss.user)


@pytest.fixture
def lamp(client: Client) -> Document:
    return client.make(PRODUCTS, attributes={"sku": "L-1", "name": "Lamp", "price": "9.5"})


def at(resource: Document) -> str:
    return f"/jsonapi/{resource['type'].replace('--', '/')}/{resource['id']}"


def test_one_is_made_changed_and_deleted(client: Client, lamp: Document) -> None:
    assert (lamp["type"], lamp["attributes"]["price"]) == ("product--product", "9.50")
    key = lamp["attributes"]["drupal_internal__id"]
    before = Product.objects.get(pk=key).updated
    changed = client.alter(at(lamp), attributes={"price": 12, "note": "Bright"})
    assert (changed["attributes"]["price"], changed["attributes"]["note"]) == ("12.00", "Bright")
    product = Product.objects.get(pk=key)
    assert product.updated > before
    client.alter(at(lamp), attributes={"note": "Bright"})
    assert Product.objects.get(pk=key).updated == product.updated
    assert client.send("DELETE", at(lamp)).status_code == 204
    assert not Product.objects.exists()


def test_what_the_model_does_not_take_is_told_with_its_place(
    client: Client, lamp: Document
) -> None:
    told = error(client.amend(at(lamp), attributes={"name": "Nameless"}))
    assert (told["status"], told["detail"]) == ("422", "name: This is no name.")
    assert told["source"] == {"pointer": "/data/attributes/name"}
    told = error(client.amend(at(lamp), attributes={"price": -1}))
    assert (told["detail"], told["source"]) == (
        "Nobody is paid for taking it.",
        {"pointer": "/data"},
    )
    other = {"sku": "L-1", "name": "Other", "price": 1}
    told = error(client.offer(PRODUCTS, {"type": "x", "attributes": other}))
    assert (told["status"], told["detail"]) == ("422", "sku: Product with this Sku already exists.")
    assert Product.objects.get().name == "Lamp"


def test_relationships_are_rows_of_their_own(client: Client, lamp: Document) -> None:
    tags = [
        {"type": "taxonomy_term--tags", "id": make_term(name).uuid} for name in ("alpha", "beta")
    ]
    path = f"{at(lamp)}/relationships/tags"

    def write(method: str, data: Any) -> int:
        answer = client.send(method, path, json.dumps({"data": data}), content_type=MEDIA_TYPE)
        status: int = answer.status_code
        return status

    assert write("POST", tags) == 204
    assert write("DELETE", tags[:1]) == 204
    assert [each["id"] for each in client.ask(path)["data"]] == [tags[1]["id"]]
    client.alter(at(lamp), relationships={"tags": {"data": []}})
    assert client.ask(path)["data"] == []


def test_what_something_else_needs_stays(client: Client, lamp: Document) -> None:
    relationships = {"product": {"data": {"type": "product--product", "id": lamp["id"]}}}
    ticket = client.make(TICKETS, relationships=relationships)
    assert ticket["relationships"]["product"]["data"]["id"] == lamp["id"]
    text = "The product cannot be deleted: something else needs it."
    assert refusal(client.send("DELETE", at(lamp))) == (409, text)
    assert client.send("DELETE", at(ticket)).status_code == 204
    assert client.send("DELETE", at(lamp)).status_code == 204
    assert not Ticket.objects.exists()


def test_permissions_of_django_decide(
    shopper_with: Callable[..., Shopper], client: Client, lamp: Document
) -> None:
    reader = Client(shopper_with("view_product").user)
    for method, action in (("PATCH", "change"), ("DELETE", "delete")):
        answer = reader.send(method, at(lamp), "{", content_type=MEDIA_TYPE)
        text = f"The 'entity.{action}_product' permission is required."
        assert refusal(answer) == (403, text)
    text = "The 'entity.add_product' permission is required."
    assert refusal(reader.offer(PRODUCTS, {"type": "x", "attributes": {}})) == (403, text)
    seller = Client(shopper_with("change_product").user)
    text = "The current user is not allowed to PATCH the selected field (published)."
    told = error(seller.amend(at(lamp), attributes={"published": False}))
    assert told["detail"].startswith(text)
    assert told["source"] == {"pointer": "/data/attributes/published"}
