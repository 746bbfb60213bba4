"""Whatever a client sends, it is answered, and nothing is half saved."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.path_alias.entity import PathAliasEntityType
from drupal_jwt_auth.jsonapi.naming import ResourceName
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.urls import urlpatterns
from tests.robustness import requests
from tests.robustness.conftest import FIELDS, Site
from tests.robustness.requests import PROFILE, SHORT_PROFILE

JSON = "_format=json"
ENDPOINTS = sorted(pattern.name for pattern in urlpatterns if pattern.name)
documents = requests.documents({**FIELDS, "no_such_field": ("value",)}, "thing")


def check_saved(site: Site, answer: Any) -> None:
    """What was saved is read, and can be sent back, which changes nothing."""
    created = answer.json()
    path = f"/node/{created['nid'][0]['value']}?{JSON}"
    read = site.answer(site.visitor, "GET", path).json()
    if read["nid"] == created["nid"]:  # Else the alias of another node is the path of this one.
        assert list(read) == list(created)
        again = site.answer(site.visitor, "PATCH", path, json.dumps(read))
        assert (again.status_code, again.json()) == (200, read)


@PROFILE
@given(document=documents)
def test_any_document_can_be_posted(robust_site: Site, document: Any) -> None:
    answer = robust_site.answer(
        robust_site.visitor, "POST", f"/node?{JSON}", requests.write(document)
    )
    if answer.status_code == 201:
        check_saved(robust_site, answer)
    robust_site.rewind()


@PROFILE
@given(document=documents)
def test_any_document_can_be_patched(robust_site: Site, document: Any) -> None:
    path = f"/node/{robust_site.nid}?{JSON}"
    answer = robust_site.answer(robust_site.visitor, "PATCH", path, requests.write(document))
    if answer.status_code == 200:
        check_saved(robust_site, answer)


@PROFILE
@given(document=documents, method=st.sampled_from(["POST", "PATCH"]))
def test_any_document_can_be_sent_by_somebody_with_few_rights(
    robust_site: Site, document: Any, method: str
) -> None:
    path = "/node" if method == "POST" else f"/node/{robust_site.nid}"
    for visitor in (robust_site.editor, robust_site.reader):
        robust_site.answer(visitor, method, f"{path}?{JSON}", requests.write(document))
    robust_site.rewind()


@pytest.mark.parametrize("name", FIELDS)
def test_any_value_can_be_sent_for_each_field(robust_site: Site, name: str) -> None:
    usual = {"type": "thing", "title": ["A thing"]}

    @SHORT_PROFILE
    @given(value=requests.field_values(FIELDS[name]))
    def send(value: Any) -> None:
        body = requests.write({**usual, name: value})
        answer = robust_site.answer(robust_site.visitor, "POST", f"/node?{JSON}", body)
        if answer.status_code == 201:
            check_saved(robust_site, answer)
        path = f"/node/{robust_site.nid}?{JSON}"
        changed = robust_site.answer(robust_site.visitor, "PATCH", path, body)
        if changed.status_code == 200:
            check_saved(robust_site, changed)
        robust_site.rewind()

    send()


def accepted(site: Site, name: str, items: list[Any]) -> list[Any]:
    """Send items for a field of a new node; return those that can be saved, which must be readable.

    As many at once as can be: without those that are said to be wrong, or else by halves.
    """
    document = {"type": "thing", "title": ["A thing"], name: items}
    answer = site.answer(site.visitor, "POST", f"/node?{JSON}", requests.write(document))
    if answer.status_code == 201:
        check_saved(site, answer)
        site.rewind()
        return items
    if len(items) < 2:
        return []
    wrong = set(re.findall(rf"^{name}\.(\d+)[.:]", answer.json()["message"], re.MULTILINE))
    right = [item for delta, item in enumerate(items) if str(delta) not in wrong]
    if wrong:
        return accepted(site, name, right)
    half = len(items) // 2
    return accepted(site, name, items[:half]) + accepted(site, name, items[half:])


@pytest.mark.parametrize(
    ("name", "prop"), [(name, prop) for name, props in FIELDS.items() for prop in props]
)
def test_each_telling_value_can_be_sent_for_each_property(
    robust_site: Site, name: str, prop: str
) -> None:
    main = FIELDS[name][0]
    company = {main: "1"} if prop != main else {}
    items: list[Any] = [{**company, prop: value} for value in requests.TELLING]
    path = f"/node/{robust_site.nid}?{JSON}"
    for item in accepted(robust_site, name, items)[:3]:
        body = requests.write({"type": "thing", name: [item]})
        robust_site.answer(robust_site.visitor, "PATCH", path, body)


@PROFILE
@given(body=requests.broken_json, method=st.sampled_from(["POST", "PATCH", "GET", "DELETE"]))
def test_any_bytes_can_be_sent(robust_site: Site, body: bytes, method: str) -> None:
    path = "/node" if method == "POST" else f"/node/{robust_site.nid}"
    answer = robust_site.answer(robust_site.visitor, method, f"{path}?{JSON}", body)
    if body.strip() and method in ("POST", "PATCH"):
        assert answer.status_code in (400, 422)
    if answer.status_code == 204:
        robust_site.nid = robust_site.visitor.create({"type": "thing", "title": ["A"]})["nid"][0][
            "value"
        ]


@PROFILE
@given(
    method=requests.methods,
    url=st.tuples(requests.paths, requests.queries).map("?".join),
    headers=requests.headers,
    known=st.booleans(),
)
def test_any_path_can_be_asked_for(
    robust_site: Site, method: str, url: str, headers: dict[str, str], known: bool
) -> None:
    visitor = robust_site.reader
    own = headers if known else {**headers, "Authorization": headers.get("Authorisation", "")}
    robust_site.answer(visitor, method, url, b"", **own)


@PROFILE
@given(authorization=requests.authorizations, headers=requests.headers, body=st.binary(max_size=20))
def test_any_credentials_can_be_sent(
    robust_site: Site, authorization: str, headers: dict[str, str], body: bytes
) -> None:
    for path in ("/rest_api/id_token", f"/node?{JSON}"):
        answer = robust_site.answer(
            robust_site.reader, "POST", path, body, **{**headers, "Authorization": authorization}
        )
        assert answer.status_code >= 400


@PROFILE
@given(
    username=st.one_of(st.text(max_size=30), st.sampled_from(["admin", "a\0b", "x" * 500])),
    password=st.one_of(st.text(max_size=30), st.sampled_from(["", "\0", "x" * 5000, "a:b"])),
)
def test_any_name_and_password_can_be_sent(robust_site: Site, username: str, password: str) -> None:
    credentials = f"{username}:{password}".encode("utf-8", "surrogatepass")
    basic = f"Basic {base64.b64encode(credentials).decode()}"
    answer = robust_site.answer(
        robust_site.reader, "POST", "/rest_api/id_token", Authorization=basic
    )
    assert answer.status_code in (401, 429)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_anything_can_be_sent_to_each_endpoint(robust_site: Site, name: str) -> None:
    (pattern,) = (each for each in urlpatterns if each.name == name)
    of_one = dict.fromkeys(pattern.pattern.converters, robust_site.nid)
    named = {
        "entity_type": "node_type",
        "id": "thing",
        "resource": ResourceName(*(("node_type",) * 2 if "config" in name else ("node", "thing"))),
    }
    of_one |= {key: value for key, value in named.items() if key in of_one}
    path = reverse(f"drupal_jwt_auth:{name}", kwargs=of_one)

    @SHORT_PROFILE
    @given(
        method=requests.methods,
        query=requests.queries,
        headers=requests.headers,
        body=st.one_of(requests.broken_json, requests.values.map(requests.write).map(str.encode)),
    )
    def send(method: str, query: str, headers: dict[str, str], body: bytes) -> None:
        robust_site.answer(robust_site.reader, method, f"{path}?{query}", body, **headers)

    send()


@PROFILE
@given(
    document=requests.documents(
        {field.name: ("value",) for field in PathAliasEntityType.base_fields}, "thing"
    ),
    known=st.booleans(),
)
def test_any_alias_can_be_made_and_changed(robust_site: Site, document: Any, known: bool) -> None:
    visitor, path = robust_site.visitor, f"/node/{robust_site.nid}"
    if isinstance(document, dict):
        document = {name: document[name] for name in document if name not in ("type", "title")}
        usual = {"path": [path], "alias": ["/alias"]} if known else {}
        document = {**usual, **document}
    body = requests.write(document)
    made = robust_site.answer(visitor, "POST", f"/entity/path_alias?{JSON}", body)
    alias = PathAlias.objects.create(path=path, alias="/other", langcode="en")
    url = f"/entity/path_alias/{alias.pid}?{JSON}"
    changed = robust_site.answer(visitor, "PATCH", url, body)
    for answer in (made, changed):
        if answer.status_code < 300:
            url = f"/entity/path_alias/{answer.json()['id'][0]['value']}?{JSON}"
            assert robust_site.answer(visitor, "GET", url).json() == answer.json()
    PathAlias.objects.all().delete()


@PROFILE
@given(
    kind=st.sampled_from(sorted(each.id for each in ENTITY_TYPES.all_config())),
    key=st.one_of(st.text(min_size=1), st.text("node.thingfield_", min_size=1)),
)
def test_any_configuration_can_be_asked_for(robust_site: Site, kind: str, key: str) -> None:
    url = f"/entity/{kind}/{quote(key, safe='')}?{JSON}"
    assert robust_site.answer(robust_site.reader, "GET", url).status_code in (200, 403, 404)


@PROFILE
@given(alias=st.one_of(st.text(min_size=1), st.sampled_from(requests.TEXTS)).map("/{}".format))
def test_any_alias_can_be_asked_for(robust_site: Site, alias: str) -> None:
    body = json.dumps({"type": "thing", "title": ["A thing"], "path": [alias]})
    answer = robust_site.answer(robust_site.visitor, "POST", f"/node?{JSON}", body)
    if answer.status_code == 201:
        check_saved(robust_site, answer)
        path = answer.json()["path"][0]["alias"].lstrip("/")
        found = robust_site.answer(robust_site.reader, "GET", f"/{quote(path)}?{JSON}")
        assert found.status_code in (200, 404, 405)
    robust_site.rewind()
