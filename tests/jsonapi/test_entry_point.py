"""The entry point, configuration, accounts and includes: what else there is to read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import add_field, make_term, make_type, make_user
from tests.jsonapi.clients import PAGES, Client, refusal

TYPES = "/jsonapi/node_type/node_type"
USERS = "/jsonapi/user/user"


class TestEntryPoint:
    def test_it_leads_to_all_collections(self, anonymous: Client, pages: list[Node]) -> None:
        document = anonymous.ask("/jsonapi")
        assert list(document) == ["jsonapi", "data", "links"]
        links = {name: link["href"] for name, link in document["links"].items()}
        assert links["node--page"] == f"http://testserver{PAGES}"
        assert links["node_type--node_type"] == f"http://testserver{TYPES}"
        assert links["self"] == "http://testserver/jsonapi"

    def test_it_tells_who_asks(self, reader: Client) -> None:
        assert reader.user is not None
        uuid = user_uuid(reader.user.pk)
        me = reader.ask("/jsonapi")["meta"]["links"]["me"]
        assert me == {"meta": {"id": uuid}, "href": f"http://testserver{USERS}/{uuid}"}


class TestConfiguration:
    @pytest.fixture(autouse=True)
    def types(self, pages: list[Node]) -> None:
        make_type("article", "Article")
        make_type("blog", "Blog")

    def names(self, client: Client, query: str = "") -> list[str]:
        found = client.ask(f"{TYPES}?{query}")["data"]
        return [each["attributes"]["name"] for each in found]

    def test_filters_and_sorts(self, admin: Client) -> None:
        assert self.names(admin) == ["Article", "Blog", "Basic page"]
        assert self.names(admin, "sort=-name") == ["Blog", "Basic page", "Article"]
        assert self.names(admin, "filter[name]=BLOG") == ["Blog"]
        assert self.names(admin, "filter[name][operator]=CONTAINS&filter[name][value]=b") == [
            *("Blog", "Basic page")
        ]
        either = "filter[g][group][conjunction]=OR&filter[a][condition][path]=name"
        either += "&filter[a][condition][value]=blog&filter[a][condition][memberOf]=g"
        assert self.names(admin, either) == ["Blog"]
        assert self.names(admin, "page[limit]=1&page[offset]=1") == ["Blog"]

    def test_one(self, admin: Client) -> None:
        found = admin.ask(f"{TYPES}?filter[name]=Blog")["data"][0]
        assert admin.ask(f"{TYPES}/{found['id']}")["data"] == found
        assert refusal(admin.send("GET", f"{TYPES}/nope"))[0] == 404
        assert refusal(admin.send("GET", "/jsonapi/node_type/nope"))[0] == 404
        old = f"{TYPES}/{found['id']}?resourceVersion=id:1"
        assert refusal(admin.send("GET", old))[0] == 501


class TestAccounts:
    def test_names_are_for_everybody(self, anonymous: Client, author: User) -> None:
        path = f"{USERS}/{user_uuid(author.pk)}"
        attributes = anonymous.ask(path)["data"]["attributes"]
        assert attributes == {"display_name": "author"}

    def test_nobody_comes_before_all_others(self, admin: Client) -> None:
        def found(query: str) -> list[str]:
            return [each["id"] for each in admin.ask(f"{USERS}?{query}")["data"]]

        assert admin.user is not None
        nobody, own = get_structure(None).anonymous_uuid, user_uuid(admin.user.pk)
        assert found("") == found("sort=name") == [nobody, own]
        assert found("sort=-name") == [own, nobody]
        assert found("sort=-name&page[offset]=1") == [nobody]
        assert found("page[offset]=1") == [own]
        assert found("filter[name]=admin") == [own]


class TestIncludes:
    def test_what_one_sees_is_there_once(self, admin: Client, pages: list[Node]) -> None:
        document = admin.ask(f"{PAGES}?include=uid,field_tags,field_tags.vid")
        kinds = [each["type"] for each in document["included"]]
        assert sorted(kinds) == [
            *("taxonomy_term--tags", "taxonomy_vocabulary--taxonomy_vocabulary", "user--user")
        ]

    def test_of_who_is_hidden_there_is_a_name(self, reader: Client, pages: list[Node]) -> None:
        (included,) = reader.ask(f"{PAGES}?include=uid")["included"]
        assert included["attributes"] == {"display_name": "author"}

    def test_what_is_hidden_is_told_of(self, reader: Client, pages: list[Node]) -> None:
        hidden = make_term("hidden", status=False)
        pages[0].fields = {"field_tags": [{"target_id": hidden.pk}]}
        pages[0].save()
        document = reader.ask(f"{PAGES}/{pages[0].uuid}?include=field_tags")
        assert "included" not in document
        links = document["meta"]["omitted"]["links"]
        assert str(hidden.uuid) in str(links)
        assert "hidden" not in str(document["data"]["attributes"])

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("nope", "`nope` is not a valid relationship field name. Possible values: node_type"),
            ("uid.nope", "`uid.nope` is not a valid include path. `nope` is not a valid relation"),
            ("uid.", "`uid.` is not a valid include path. Empty include path."),
            ("a" + ".a" * 8, "too long: a path may have 8 parts at most"),
            (",".join(["uid"] * 51), "A request may have 50 include paths at most."),
        ],
    )
    def test_what_leads_nowhere_is_refused(
        self, reader: Client, pages: list[Node], path: str, told: str
    ) -> None:
        status, text = refusal(reader.send("GET", f"{PAGES}?include={path}"))
        assert status == 400
        assert told in text

    def test_many_take_as_many_queries_as_few(self, admin: Client, pages: list[Node]) -> None:
        query = f"{PAGES}?include=uid.roles,field_tags.parent,node_type&filter[title][operator]=<>"
        query += "&filter[title][value]=x&sort=uid.name,field_tags.name"

        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                admin.ask(query)
            return len(captured)

        admin.ask(query)
        before = cost()
        for number in range(9):
            items = [{"target_id": make_term(f"t{number}").pk}]
            values = {"uid": make_user(f"u{number}"), "fields": {"field_tags": items}}
            Node.objects.create(title=str(number), type_id="page", **values)
        assert cost() == before


class TestRelated:
    def test_what_one_sees_of_it(self, reader: Client, pages: list[Node], author: User) -> None:
        path = f"{PAGES}/{pages[0].uuid}"
        assert reader.ask(f"{path}/uid")["data"]["attributes"] == {"display_name": "author"}
        (term,) = reader.ask(f"{path}/field_tags")["data"]
        assert term["attributes"]["name"] == "alpha"
        identifier = reader.ask(f"{path}/relationships/uid")["data"]
        assert identifier["id"] == user_uuid(author.pk)
        assert len(reader.ask(f"{path}/relationships/field_tags")["data"]) == 2

    def test_it_is_as_hidden_as_the_resource(self, reader: Client, pages: list[Node]) -> None:
        path = f"{PAGES}/{pages[2].uuid}"
        for end in ("uid", "relationships/uid"):
            assert refusal(reader.send("GET", f"{path}/{end}"))[0] == 403
        for end in ("nope", "relationships/nope", "title"):
            assert refusal(reader.send("GET", f"{PAGES}/{pages[0].uuid}/{end}"))[0] == 404

    def test_a_field_of_another_bundle_is_not_there(
        self, reader: Client, pages: list[Node]
    ) -> None:
        make_type("article")
        tags = {"target_type": "taxonomy_term"}
        add_field("article", "field_more", "entity_reference", cardinality=-1, settings=tags)
        path = f"/jsonapi/node/article/{pages[0].uuid}"
        for end in ("field_more", "relationships/field_more"):
            assert refusal(reader.send("GET", f"{path}/{end}"))[0] == 404


class TestVersions:
    @pytest.mark.parametrize(
        ("version", "status"),
        [
            *(("nope", 400), ("rel:nope", 400), ("id:x", 400), ("id:999999", 404)),
            *(("rel:latest-version", 200), ("rel:working-copy", 200)),
        ],
    )
    def test_each_is_found_or_refused(
        self, admin: Client, pages: list[Node], version: str, status: int
    ) -> None:
        path = f"{PAGES}/{pages[0].uuid}?resourceVersion={version}"
        assert admin.send("GET", path).status_code == status

    def test_a_list_has_the_newest_alone(self, admin: Client, pages: list[Node]) -> None:
        assert len(admin.ask(f"{PAGES}?resourceVersion=rel:latest-version")["data"]) == 3
        assert refusal(admin.send("GET", f"{PAGES}?resourceVersion=id:1"))[0] == 400


class TestBounds:
    """What a request may ask for has bounds, and says so."""

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("&".join(f"filter[title{n}]=x" for n in range(51)), "50 conditions and groups"),
            (
                "filter[title][operator]=IN&"
                + "&".join(f"filter[title][value][{n}]=x" for n in range(201)),
                "200 values",
            ),
            ("sort=" + ",".join(["title"] * 11), "sort by 10 fields"),
            ("filter[" + "uid." * 8 + "name]=x", "8 parts"),
            ("filter[a]" + "[b]" * 17 + "=x", "16 keys"),
            ("filter[g][group][conjunction]=OR&filter[g][group][memberOf]=g", "in no circle"),
            ("filter[a][condition][memberOf]=g&filter[a][condition][path]=title", "valid filter"),
            ("filter[a][group][conjunction]=XOR", "AND or OR"),
            ("filter[a][condition][value]=x", "valid filter condition"),
            ("filter[a][condition][path]=&filter[a][condition][value]=x", "No field name"),
            ("filter[title][operator]=LIKE&filter[title][value]=x", "'LIKE' operator"),
            ("filter[title][operator]=BETWEEN&filter[title][value]=x", "takes two values"),
            ("filter[title][operator]=<&filter[title][value][]=x", "takes one value"),
            ("filter[title][operator]=IN&filter[title][value][][]=x", "takes texts"),
            ("filter[title][operator]=<", "valid filter condition"),
            ("filter[a][condition][path]=x&filter[a][condition][memberOf]=g", "valid filter"),
            ("filter[a][group][conjunction]=OR&filter[a][group][memberOf]=nope", "group `nope`"),
            ("sort=", "value for the sort"),
            ("sort[a][direction]=DESC", "field name for the sort"),
            ("sort=,title", "field name for the sort"),
            ("fields[node--page][]=title", "one text"),
            ("include[]=uid", "non-scalar"),
            ("filter[node_type.id][operator]=<&filter[node_type.id][value]=x", "'<' operator"),
            ("filter[node_type.name]=x", "config entities"),
            ("filter[title.value]=x", "elides property"),
            ("filter[body.nope]=x", "must be one"),
            ("filter[uid.meta.nope]=x", "must be one"),
        ],
    )
    def test_what_is_too_much_or_wrong_is_refused(
        self, reader: Client, pages: list[Node], query: str, told: str
    ) -> None:
        status, text = refusal(reader.send("GET", f"{PAGES}?{query}"))
        assert status == 400
        assert told.lower() in text.lower()

    def test_sorts_have_a_long_form(self, reader: Client, pages: list[Node]) -> None:
        pages[2].delete()
        assert reader.titles("sort[a][path]=title&sort[a][direction]=DESC") == ["Contact", "About"]
        assert reader.titles("sort[a]=-title") == ["Contact", "About"]


def test_what_is_asked_by_a_key_of_configuration(admin: Client, pages: list[Node]) -> None:
    key: Any = "node_type.meta.drupal_internal__target_id"
    assert len(admin.titles(f"filter[{key}]=page")) == 3
    assert admin.titles(f"filter[{key}]=article") == []
