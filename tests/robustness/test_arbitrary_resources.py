"""Whatever a client sends by JSON:API, it is answered, and nothing is half saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.jsonapi.resource_type import RESERVED
from drupal_jwt_auth.models import Node, Revision, Term
from tests.robustness import requests
from tests.robustness.conftest import FIELDS, Site
from tests.robustness.requests import PROFILE, SHORT_PROFILE

THINGS = "/jsonapi/node/thing"
TO = ("field_entity_reference", "field_file", "field_image", "to_node", "to_user", "to_node_type")
"""The relationships of a thing, besides those that every node has."""

TARGETS = ("taxonomy_term--tags", "node--thing", "user--user", "file--file", "nope--nope", "node")
fields = requests.documents(
    {name: properties for name, properties in FIELDS.items() if name not in RESERVED}, "thing"
)
identifiers = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.sampled_from(TARGETS), requests.scalars),
        "id": st.one_of(st.sampled_from(["@term", "@thing", "virtual"]), requests.scalars),
        "meta": st.one_of(
            requests.values, st.fixed_dictionaries({"arity": st.sampled_from([0, 1, -1, 2**64])})
        ),
    },
)
linkage = st.one_of(
    requests.values, identifiers, st.lists(st.one_of(identifiers, requests.values), max_size=4)
)
relationships = st.dictionaries(
    st.one_of(st.sampled_from([*TO, "uid", "node_type", "title", "nope"]), st.text(max_size=3)),
    st.one_of(requests.values, st.fixed_dictionaries({"data": linkage})),
    max_size=3,
)
resources = st.one_of(
    requests.values,
    st.fixed_dictionaries(
        {"type": st.one_of(st.just("node--thing"), requests.scalars)},
        optional={
            "id": st.one_of(st.just("@thing"), requests.scalars),
            "attributes": st.one_of(fields, requests.values),
            "relationships": st.one_of(relationships, requests.values),
        },
    ),
)


def uuid(site: Site) -> str:
    """The id of the first thing."""
    return Node.objects.get(pk=site.nid).uuid


def written(site: Site, document: Any) -> str:
    """Return a document as JSON, with the ids of what there is."""
    text = requests.write(document).replace("@thing", uuid(site))
    return text.replace("@term", Term.objects.get().uuid)


def send(site: Site, method: str, path: str, document: Any) -> Any:
    body = written(site, document)
    return site.answer(site.visitor, method, path, body, **{"Content-Type": MEDIA_TYPE})


def check_saved(site: Site, answer: Any) -> None:
    """What was saved is read, and can be sent back."""
    saved = answer.json()["data"]
    path = f"{THINGS}/{saved['id']}"
    read = site.answer(site.visitor, "GET", path).json()["data"]
    assert list(read["attributes"]) == list(saved["attributes"])
    again = send(site, "PATCH", path, {"data": {**read, "attributes": {}, "relationships": {}}})
    assert again.status_code == 200
    assert again.json()["data"]["relationships"].keys() == read["relationships"].keys()


@PROFILE
@given(resource=resources, method=st.sampled_from(["POST", "PATCH"]))
def test_any_resource_can_be_written(robust_site: Site, resource: Any, method: str) -> None:
    path = THINGS if method == "POST" else f"{THINGS}/{uuid(robust_site)}"
    answer = send(robust_site, method, path, {"data": resource})
    if answer.status_code < 300:
        check_saved(robust_site, answer)
    robust_site.rewind()


@PROFILE
@given(document=requests.values, method=st.sampled_from(["POST", "PATCH"]))
def test_any_document_can_be_sent(robust_site: Site, document: Any, method: str) -> None:
    path = THINGS if method == "POST" else f"{THINGS}/{uuid(robust_site)}"
    assert send(robust_site, method, path, document).status_code in (400, 422)


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in (*RESERVED, *TO)])
def test_any_value_can_be_sent_for_each_attribute(robust_site: Site, name: str) -> None:
    @SHORT_PROFILE
    @given(value=requests.field_values(FIELDS[name]))
    def send_it(value: Any) -> None:
        resource = {"type": "node--thing", "attributes": {"title": "A thing", name: value}}
        answer = send(robust_site, "POST", THINGS, {"data": resource})
        if answer.status_code == 201:
            check_saved(robust_site, answer)
        path = f"{THINGS}/{uuid(robust_site)}"
        send(robust_site, "PATCH", path, {"data": {**resource, "id": "@thing"}})
        robust_site.rewind()

    send_it()


@PROFILE
@given(
    name=st.sampled_from([*TO, "uid", "revision_uid", "node_type", "title"]),
    data=linkage,
    method=st.sampled_from(["POST", "PATCH", "DELETE"]),
)
def test_any_linkage_can_be_sent(robust_site: Site, name: str, data: Any, method: str) -> None:
    path = f"{THINGS}/{uuid(robust_site)}/relationships/{name}"
    answer = send(robust_site, method, path, {"data": data})
    if answer.status_code == 200:
        assert robust_site.answer(robust_site.visitor, "GET", path).json() == answer.json()
    assert Revision.objects.filter(node=robust_site.nid).count() == 1
