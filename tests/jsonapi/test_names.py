"""Resource types and fields that a project calls otherwise, or does not serve."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import resolve

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.jsonapi.naming import ResourceName
from drupal_jwt_auth.jsonapi.routes import ResourceConverter
from drupal_jwt_auth.models import Node, Term
from tests.content.visitors import make_type
from tests.jsonapi.clients import Client, error, refusal

CHOSEN = {
    "node--page": {
        "name": "pages",
        "path": "pages",
        "fields": {"title": "headline", "field_tags": "tags", "body": None, "nid": "number"},
    },
    "taxonomy_term--tags": {"name": "tag"},
    "node_type--node_type": {"path": "kinds", "fields": {"name": "label", "description": None}},
    "user--user": None,
}


@pytest.fixture(autouse=True)
def chosen(settings: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS, "JSONAPI_RESOURCES": CHOSEN}


def test_a_resource_has_the_names_and_the_path_that_were_chosen(
    reader: Client, pages: list[Node]
) -> None:
    page, (alpha,) = pages[0], Term.objects.all()
    document = reader.ask(f"/jsonapi/pages/{page.uuid}?include=tags&fields[tag]=name")
    resource = document["data"]
    assert resource["type"] == "pages"
    url = f"http://testserver/jsonapi/pages/{page.uuid}"
    assert resource["links"]["self"]["href"].startswith(f"{url}?")
    attributes, relationships = resource["attributes"], resource["relationships"]
    assert (attributes["headline"], attributes["number"]) == ("About", page.pk)
    assert not {"title", "body", "drupal_internal__nid"} & attributes.keys()
    assert "field_tags" not in relationships
    links = relationships["tags"]["links"]
    assert links["self"]["href"].startswith(f"{url}/relationships/tags?")
    (included,) = document["included"]
    assert (included["type"], included["id"]) == ("tag", alpha.uuid)
    assert reader.ask(f"/jsonapi/pages/{page.uuid}/tags")["data"][0]["type"] == "tag"
    assert reader.ask("/jsonapi/pages?filter[headline]=About")["data"] == [
        reader.ask(f"/jsonapi/pages/{page.uuid}")["data"]
    ]


def test_it_is_written_under_them(editor: Client, admin: Client, pages: list[Node]) -> None:
    """What is not served may be sent, and says nothing, as in Drupal."""
    make_type("other")
    (alpha,) = Term.objects.all()
    tags = {"data": [{"type": "tag", "id": alpha.uuid}]}
    resource = editor.make(
        "/jsonapi/pages",
        attributes={"headline": "New", "body": "Lost"},
        relationships={"tags": tags},
    )
    node = Node.objects.get(uuid=resource["id"])
    assert (node.title, "body" in node.fields) == ("New", False)
    assert node.fields["field_tags"] == [{"target_id": alpha.pk}]
    told = error(editor.offer("/jsonapi/pages", {"type": "pages", "attributes": {}}))
    assert told["source"] == {"pointer": "/data/attributes/headline"}
    path = f"/jsonapi/pages/{resource['id']}/relationships/tags"
    body = json.dumps({"data": []})
    assert admin.send("PATCH", path, body, content_type=MEDIA_TYPE).status_code == 204
    resource = {"type": "pages", "attributes": {"headline": "x"}, "relationships": {"tags": tags}}
    tags["data"][0]["type"] = "taxonomy_term--tags"
    told_by = "Invalid type specified for related resource: 'taxonomy_term--tags'"
    assert refusal(editor.offer("/jsonapi/pages", resource)) == (400, told_by)


@pytest.mark.parametrize(
    "path", ["node/page", "user/user", "node_type/node_type", "node--page", "nope", "kinds/x/y"]
)
def test_there_is_nothing_at_other_paths(admin: Client, pages: list[Node], path: str) -> None:
    answer = admin.send("GET", f"/jsonapi/{path}")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")


def test_configuration_has_other_names_as_well(admin: Client, pages: list[Node]) -> None:
    (kind,) = admin.ask("/jsonapi/kinds")["data"]
    assert kind["type"] == "node_type--node_type"
    assert kind["attributes"]["label"] == "Basic page"
    assert "description" not in kind["attributes"]
    assert admin.ask(f"/jsonapi/kinds/{kind['id']}")["data"] == kind


def test_what_is_not_served_is_referred_to_and_not_shown(admin: Client, pages: list[Node]) -> None:
    path = f"/jsonapi/pages/{pages[0].uuid}"
    author = admin.ask(path)["data"]["relationships"]["uid"]["data"]
    assert author["type"] == "user--user"
    assert admin.ask(f"{path}/uid")["data"] is None
    status, told = refusal(admin.send("GET", f"{path}?include=uid"))
    assert status == 400
    assert told.startswith("`uid` is not a valid relationship field name.")


def test_the_entry_point_has_what_is_served(admin: Client, pages: list[Node]) -> None:
    document = admin.ask("/jsonapi")
    links = document["links"]
    assert links["pages"]["href"] == "http://testserver/jsonapi/pages"
    assert links["node_type--node_type"]["href"] == "http://testserver/jsonapi/kinds"
    assert not {"node--page", "user--user"} & links.keys()
    assert "meta" not in document


def test_a_url_is_told_of_a_type() -> None:
    name = ResourceName("node", "page")
    assert resolve("/jsonapi/pages").kwargs == {"resource": name}
    assert ResourceConverter().to_url(name) == "pages"
    assert ResourceConverter().to_url(ResourceName("node", "other")) == "node/other"
