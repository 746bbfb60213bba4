"""Resources as they are read: their documents, and who gets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.test.utils import override_script_prefix

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import Node, PathAlias, UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import make_type, permission
from tests.jsonapi.clients import PAGES, Client, error, refusal

HOST = "http://testserver"
MISSING = "https://www.drupal.org/docs/8/modules/json-api/core-concepts#missing"


def path_of(node: Node) -> str:
    return f"{PAGES}/{node.uuid}"


def test_a_resource_has_its_links_attributes_and_relationships(
    reader: Client, pages: list[Node], author: User
) -> None:
    about = pages[0]
    document = reader.ask(path_of(about))
    assert list(document) == ["jsonapi", "data", "links"]
    assert document["jsonapi"]["version"] == "1.0"
    assert document["links"] == {"self": {"href": HOST + path_of(about)}}
    resource = document["data"]
    assert list(resource) == ["type", "id", "links", "attributes", "relationships"]
    assert (resource["type"], resource["id"]) == ("node--page", about.uuid)
    version = f"?resourceVersion=id%3A{about.vid}"
    assert resource["links"] == {
        "self": {"href": HOST + path_of(about) + version},
        "working-copy": {"href": HOST + path_of(about) + "?resourceVersion=rel%3Aworking-copy"},
    }
    attributes = resource["attributes"]
    assert list(attributes) == [
        *("drupal_internal__nid", "drupal_internal__vid", "langcode", "revision_timestamp"),
        *("status", "title", "created", "changed", "promote", "sticky", "default_langcode"),
        *("revision_translation_affected", "path", "body"),
    ]
    assert (attributes["drupal_internal__nid"], attributes["title"]) == (about.pk, "About")
    assert (attributes["status"], attributes["body"]) == (True, None)
    related = {
        "related": {"href": f"{HOST}{path_of(about)}/uid{version}"},
        "self": {"href": f"{HOST}{path_of(about)}/relationships/uid{version}"},
    }
    relationships = resource["relationships"]
    assert list(relationships) == ["node_type", "revision_uid", "uid", "field_tags"]
    meta = {"drupal_internal__target_id": author.pk}
    data = {"type": "user--user", "id": user_uuid(author.pk), "meta": meta}
    assert relationships["uid"] == {"data": data, "links": related}
    assert relationships["node_type"]["data"]["meta"] == {"drupal_internal__target_id": "page"}


def test_what_is_referred_to_and_gone_is_missing(reader: Client, pages: list[Node]) -> None:
    there, gone = reader.ask(path_of(pages[0]))["data"]["relationships"]["field_tags"]["data"]
    assert there["type"] == "taxonomy_term--tags"
    assert (gone["type"], gone["id"]) == ("unknown", "missing")
    assert gone["meta"]["links"]["help"]["href"] == MISSING


def test_a_kind_without_bundles_is_its_own(admin: Client) -> None:
    alias = PathAlias.objects.create(path="/node/1", alias="/about", langcode="en")
    resource = admin.ask(f"/jsonapi/path_alias/path_alias/{alias.uuid}")["data"]
    assert resource["type"] == "path_alias--path_alias"
    assert resource["attributes"]["alias"] == "/about"
    assert "relationships" not in resource
    listed = admin.ask("/jsonapi/path_alias/path_alias")["data"]
    assert listed == [resource]


def test_terms_are_resources_as_well(reader: Client, pages: list[Node]) -> None:
    (term,) = reader.ask("/jsonapi/taxonomy_term/tags")["data"]
    assert (term["type"], term["attributes"]["name"]) == ("taxonomy_term--tags", "alpha")
    assert [each["id"] for each in term["relationships"]["parent"]["data"]] == ["missing"]
    assert reader.ask(f"/jsonapi/taxonomy_term/tags/{term['id']}")["data"] == term


def test_the_id_may_be_in_upper_case_and_the_bundle_another(
    reader: Client, pages: list[Node]
) -> None:
    make_type("article")
    resource = reader.ask(path_of(pages[0]))["data"]
    other = f"/jsonapi/node/article/{pages[0].uuid.upper()}"
    assert reader.ask(other)["data"] == resource


@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "1", "x%00", "x" * 300])
def test_an_unknown_id_is_not_found(reader: Client, pages: list[Node], name: str) -> None:
    text = (
        'The "entity" parameter was not converted for the path "/jsonapi/node/page/{entity}" '
        '(route name: "jsonapi.node--page.individual")'
    )
    assert refusal(reader.send("GET", f"{PAGES}/{name}")) == (404, text)


def test_an_unknown_bundle_is_not_found(reader: Client) -> None:
    for path in ("/jsonapi/node/nope", "/jsonapi/node/nope/1"):
        text = f'No route found for "GET {HOST}{path}"'
        assert refusal(reader.send("GET", path)) == (404, text)


@pytest.mark.parametrize("kind", ["nope", "node_type"])
def test_what_is_no_resource_is_the_projects_own(reader: Client, kind: str) -> None:
    answer = reader.send("GET", f"/jsonapi/{kind}/{kind}")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")


def test_a_draft_is_refused_with_the_place_in_the_document(
    reader: Client, pages: list[Node]
) -> None:
    told = error(reader.send("GET", path_of(pages[2])))
    assert told == {
        "title": "Forbidden",
        "status": "403",
        "detail": "The current user is not allowed to GET the selected resource.",
        "links": {
            "via": {"href": HOST + path_of(pages[2])},
            "info": {"href": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.4"},
        },
        "source": {"pointer": "/data"},
    }


def test_the_reason_is_told(reader: Client, pages: list[Node]) -> None:
    for role in Group.objects.all():
        role.permissions.clear()
    text = (
        "The current user is not allowed to GET the selected resource. "
        "The 'access content' permission is required."
    )
    assert refusal(reader.send("GET", path_of(pages[0]))) == (403, text)
    assert reader.ask(PAGES)["data"] == []


def test_refusals_to_do_with_tokens_are_the_documented_ones(
    anonymous: Client, pages: list[Node]
) -> None:
    answer = anonymous.send("GET", path_of(pages[2]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
    assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
    answer = anonymous.send("GET", path_of(pages[0]), Authorization="Bearer a.b.c")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")


@override_settings(DRUPAL_JWT_AUTH={})
def test_a_token_is_needed_unless_methods_are_public(
    anonymous: Client, reader: Client, pages: list[Node]
) -> None:
    assert anonymous.send("GET", PAGES).status_code == 401
    assert reader.send("GET", PAGES).status_code == 200


def test_the_current_version_may_be_asked_for(reader: Client, pages: list[Node]) -> None:
    plain = reader.ask(path_of(pages[0]))["data"]
    for version in (f"id:{pages[0].vid}", "rel:latest-version", "rel:working-copy"):
        assert reader.ask(f"{path_of(pages[0])}?resourceVersion={version}")["data"] == plain
    answer = reader.send("GET", f"{path_of(pages[0])}?resourceVersion=id:999")
    assert refusal(answer)[0] == 400


def test_fields_are_shown_as_they_are_asked_for(reader: Client, pages: list[Node]) -> None:
    def shown(names: str) -> Any:
        return reader.ask(f"{path_of(pages[0])}?fields[node--page]={names}")["data"]

    assert shown("title,nope")["attributes"] == {"title": "About"}
    assert list(shown("uid")["relationships"]) == ["uid"]
    assert list(shown("")) == ["type", "id", "links"]
    assert "body" in reader.ask(f"{path_of(pages[0])}?fields[node--x]=title")["data"]["attributes"]


def test_a_field_that_somebody_may_not_see_is_left_out(reader: Client, pages: list[Node]) -> None:
    path = f"{path_of(pages[0])}?fields[node--page]=revision_log,title"
    assert list(reader.ask(path)["data"]["attributes"]) == ["title"]
    assert reader.user is not None
    reader.user.user_permissions.add(permission("view all revisions"))
    assert "revision_log" in reader.ask(path)["data"]["attributes"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_other_methods_are_refused(admin: Client, pages: list[Node], method: str) -> None:
    answer = admin.send(method, path_of(pages[0]))
    assert answer.headers["Allow"] == "GET, HEAD"
    told = error(answer)
    assert (told["status"], told["title"]) == ("405", "Method Not Allowed")
    if method != "POST":
        assert admin.send(method, PAGES).headers["Allow"] == "GET, HEAD, POST"


def test_options_and_head_have_no_body(reader: Client, pages: list[Node]) -> None:
    for method in ("OPTIONS", "HEAD"):
        for path in (PAGES, path_of(pages[0])):
            answer = reader.send(method, path)
            assert (answer.status_code, answer.content) == (200, b"")


def test_below_a_prefix_links_begin_with_it(reader: Client, pages: list[Node]) -> None:
    with override_script_prefix("/app/"):
        answer = reader.client.get(PAGES, headers=reader.headers, SCRIPT_NAME="/app")
    resource = answer.json()["data"][0]
    start = f"{HOST}/app{PAGES}"
    assert answer.json()["links"]["self"]["href"] == start
    assert resource["links"]["self"]["href"].startswith(f"{start}/{pages[0].uuid}?")
    related = resource["relationships"]["uid"]["links"]["related"]["href"]
    assert related.startswith(f"{start}/{pages[0].uuid}/uid?")


def test_guests_are_known_by_their_role(anonymous: Client, pages: list[Node]) -> None:
    assert anonymous.ask(path_of(pages[0]))["data"]["id"] == pages[0].uuid
    Group.objects.get(name=app_settings.ANONYMOUS_ROLE).permissions.clear()
    assert anonymous.ask(PAGES)["data"] == []


def test_a_user_is_found_by_the_uuid_that_is_shown(admin: Client, author: User) -> None:
    def status(uuid: str) -> int:
        status: int = admin.send("GET", f"/jsonapi/user/user/{uuid}").status_code
        return status

    made, kept = user_uuid(author.pk), "6f1b2c3d-1111-4000-8000-00000000000a"
    path = f"/jsonapi/user/user/{made}"
    assert admin.ask(path)["data"]["attributes"]["name"] == "author"
    assert {status(each) for each in (made.upper(), made)} == {200}
    assert {status(each) for each in (kept, f"urn:uuid:{made}", "%00", "x" * 999)} == {404}
    UserProfile.objects.create(user=author, uuid=kept)
    assert [status(each) for each in (kept, kept.upper(), made)] == [200, 200, 404]
