"""Collections: filters, pages, and what in a query is no part of JSON:API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models import UUIDField
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.jsonapi.resource_type import target_types_of
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node, PathAlias
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import add_field, make_term, make_type, make_user, permission
from tests.jsonapi.clients import PAGES, Client, error, refusal

HOST = "http://testserver"
COMMENTS = "/jsonapi/comment/comment"


class TestFilters:
    def test_a_field_is_equal_to_a_value(self, reader: Client, pages: list[Node]) -> None:
        nid = pages[1].pk
        assert reader.titles("filter[title]=About") == ["About"]
        assert reader.titles(f"filter[drupal_internal__nid]={nid}") == ["Contact"]
        assert reader.titles(f"filter[id]={pages[0].uuid}") == ["About"]
        assert reader.titles("filter[status]=1&filter[promote]=0") == ["About", "Contact"]
        assert reader.titles("filter[status]=1&filter[promote]=1") == []

    def test_texts_in_any_case_and_with_any_character(
        self, reader: Client, pages: list[Node]
    ) -> None:
        Node.objects.filter(pk=pages[0].pk).update(title="100%_\0a")
        assert reader.titles("filter[title]=contACT") == ["Contact"]
        assert reader.titles("filter[title]=100%25_%00A") == ["100%_\0a"]
        assert reader.titles("filter[title]=%25") == []

    def test_times_to_the_number(self, reader: Client, pages: list[Node]) -> None:
        seconds = int(pages[0].created.timestamp())
        assert "About" in reader.titles(f"filter[created]={seconds}")
        assert reader.titles("filter[created]=1") == []

    @pytest.mark.parametrize(
        "query",
        [
            *("filter[drupal_internal__nid]=x", "filter[drupal_internal__nid]=9" + "9" * 30),
            *("filter[status]=maybe", "filter[created]=9999999999999999", "filter[id]=nope"),
            *("filter[title]=" + "x" * 300, "filter[uid.id]=nope", "filter[uid.id]=%00"),
            *("filter[langcode]=%00", "filter[id]=%00", "filter[langcode]=" + "x" * 12),
        ],
    )
    def test_what_can_be_no_value_is_none(
        self, reader: Client, pages: list[Node], query: str
    ) -> None:
        assert reader.titles(query) == []

    def test_an_id_that_the_column_cannot_hold_is_nobodys(
        self, reader: Client, pages: list[Node], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Node._meta.get_field("uuid"), "to_python", UUIDField().to_python)
        assert reader.titles("filter[id]=nope") == []
        assert refusal(reader.send("GET", f"{PAGES}/nope"))[0] == 404

    def test_a_relationship_leads_to_what_one_may_see(
        self, reader: Client, admin: Client, pages: list[Node], author: User
    ) -> None:
        query = f"filter[uid.id]={user_uuid(author.pk)}"
        assert admin.titles(query) == ["About", "Contact", "Draft"]
        assert reader.titles(query) == []
        assert reader.user is not None
        reader.user.user_permissions.add(permission("access user profiles"))
        assert reader.titles(query) == ["About", "Contact"]
        assert reader.titles("filter[uid.id]=00000000-0000-4000-8000-000000000000") == []

    def test_so_does_one_to_configuration(self, reader: Client, pages: list[Node]) -> None:
        query = f"filter[node_type.id]={pages[0].type.uuid}"
        assert reader.titles(query) == ["About", "Contact"]
        assert reader.titles("filter[node_type.id]=nope") == []
        Group.objects.get(name=app_settings.AUTHENTICATED_ROLE).permissions.clear()
        assert reader.titles(query) == []

    def test_what_nobody_owns_has_fields_as_well(self, admin: Client) -> None:
        for alias in ("/about", "/contact"):
            PathAlias.objects.create(path="/node/1", alias=alias, langcode="en")
        found = admin.ask("/jsonapi/path_alias/path_alias?filter[alias]=/About")["data"]
        assert [each["attributes"]["alias"] for each in found] == ["/about"]
        number = found[0]["attributes"]["drupal_internal__revision_id"]
        path = f"/jsonapi/path_alias/path_alias?filter[drupal_internal__revision_id]={number}"
        assert admin.ask(path)["data"] == found

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            (
                "filter[nope]=1",
                (
                    "Invalid nested filtering. The field `nope`, given in the path `nope`, does "
                    "not exist."
                ),
            ),
            (
                "filter[uid]=2",
                (
                    "Invalid nested filtering. The field `uid`, given in the path `uid` is "
                    "incomplete, it must end with one of the following specifiers: `id`, "
                    "`meta.drupal_internal__target_id`."
                ),
            ),
            ("filter[]=1", "No field name was provided for the filter."),
            ("filter[path.alias]=/x", "Resources cannot be filtered or sorted by `path`."),
            ("sort=path.alias", "Resources cannot be filtered or sorted by `path`."),
            (
                "filter[body.processed]=x",
                "Resources cannot be filtered or sorted by `processed`.",
            ),
        ],
    )
    def test_what_cannot_be_asked_for_is_refused(
        self, reader: Client, pages: list[Node], query: str, told: str
    ) -> None:
        assert refusal(reader.send("GET", f"{PAGES}?{query}")) == (400, told)

    @pytest.mark.parametrize(
        ("path", "first"),
        [("uid.name", "a"), ("field_tags.name", "a"), ("field_tags.changed", 100_000_000)],
    )
    def test_many_values_are_looked_for_or_refused(
        self, reader: Client, pages: list[Node], path: str, first: str | int
    ) -> None:
        """SQLite alone refuses so many moments, of which each is a condition of its own."""
        query = ["filter[any][group][conjunction]=OR"]
        for name in "abcd":
            condition = f"filter[{name}][condition]"
            query += [f"{condition}[path]={path}", f"{condition}[operator]=IN"]
            query += [f"{condition}[memberOf]=any"]
            query += [f"{condition}[value][]={first}{number}" for number in range(200)]
        answer = reader.send("GET", f"{PAGES}?{'&'.join(query)}")
        if path == "field_tags.changed" and connection.vendor == "sqlite":
            assert refusal(answer) == (400, "The filters and sorts are too complex.")
        else:
            assert answer.json()["data"] == []


class TestOtherFilters:
    def test_what_never_was_is_the_first_moment(self, admin: Client, pages: list[Node]) -> None:
        """Who was never here was here in 1970, as in Drupal."""

        def found(query: str) -> set[str]:
            data = admin.ask(f"/jsonapi/user/user?{query}")["data"]
            return {each["attributes"]["display_name"] for each in data}

        for name in ("access", "login"):
            condition = f"filter[a][condition][path]={name}&filter[a][condition][operator]"
            assert "author" in found(f"{condition}=<&filter[a][condition][value]=1")
            assert "author" not in found(f"{condition}=>&filter[a][condition][value]=1")

    @pytest.mark.parametrize(
        "query",
        [
            *("filter[title][nope]=x", "filter[title.value]=x", "filter[field_x.id]=1"),
            *("filter[uid.meta.nope]=1", "filter[field_x.name]=1", "filter[field_tags.0.0.id]=1"),
        ],
    )
    def test_what_is_no_condition_is_refused(
        self, reader: Client, pages: list[Node], query: str
    ) -> None:
        settings = {"target_type": "nothing"}
        add_field("page", "field_x", "entity_reference", settings=settings)
        assert refusal(reader.send("GET", f"{PAGES}?{query}"))[0] == 400

    def test_what_refers_to_no_kind_leads_nowhere(self, reader: Client, pages: list[Node]) -> None:
        settings = {"target_type": "nothing"}
        add_field("page", "field_x", "entity_reference", settings=settings)
        pages[0].fields = {"field_x": [{"target_id": 1}]}
        pages[0].save()
        path = f"{PAGES}/{pages[0].uuid}"
        identifier = reader.ask(path)["data"]["relationships"]["field_x"]["data"]
        assert (identifier["type"], identifier["id"]) == ("unknown", "missing")
        assert reader.ask(f"{path}/field_x")["data"] is None
        assert refusal(reader.send("GET", f"{path}?include=field_x"))[0] == 400

    def test_configuration_has_ids(self, reader: Client, pages: list[Node]) -> None:
        uuid = pages[0].type.uuid
        found = reader.ask(f"/jsonapi/node_type/node_type?filter[id]={uuid}")["data"]
        assert [each["id"] for each in found] == [uuid]
        assert reader.ask("/jsonapi/node_type/node_type?filter[id]=nope")["data"] == []

    def test_hidden_configuration_is_refused(self, reader: Client, pages: list[Node]) -> None:
        Group.objects.get(name=app_settings.AUTHENTICATED_ROLE).permissions.clear()
        answer = reader.send("GET", f"/jsonapi/node_type/node_type/{pages[0].type.uuid}")
        assert refusal(answer)[0] == 403

    def test_an_include_leads_over_those_that_have_it(
        self, reader: Client, pages: list[Node]
    ) -> None:
        make_type("article")
        settings = {"target_type": "node"}
        add_field("page", "field_next", "entity_reference", cardinality=-1, settings=settings)
        article = Node.objects.create(title="Article", type_id="article")
        pages[1].fields = {"field_next": [{"target_id": each.pk} for each in (article, pages[0])]}
        pages[1].save()
        path = f"{PAGES}/{pages[1].uuid}?include=field_next.field_tags"
        included = reader.ask(path)["included"]
        assert {each["type"] for each in included} == {
            *("node--article", "node--page", "taxonomy_term--tags"),
        }


class TestWaysThroughManyTypes:
    """Paths over a relationship that leads from each of some types to all of them."""

    TYPES = tuple(f"kind{number}" for number in range(4))

    @pytest.fixture
    def kinds(self, admin: Client) -> None:
        for name in self.TYPES:
            make_type(name)
            settings = {"target_type": "node"}
            add_field(name, "field_next", "entity_reference", settings=settings)
            Node.objects.create(title=name, type_id=name)

    @pytest.fixture
    def times(self, monkeypatch: Any) -> list[str]:
        """Note from where it is asked which types a relationship leads to."""
        asked: list[str] = []

        def noting(field: Any, structure: Any) -> Any:
            asked.append(field.name)
            return target_types_of(field, structure)

        for module in ("paths", "includes"):
            monkeypatch.setattr(f"drupal_jwt_auth.jsonapi.{module}.target_types_of", noting)
        return asked

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("filter[{way}.title]=x", 200),
            ("sort={way}.nid", 400),
            ("include={way}.nope", 400),
        ],
    )
    def test_each_is_asked_once_at_each_step(
        self, admin: Client, kinds: None, times: list[str], query: str, status: int
    ) -> None:
        way = ".".join(["field_next"] * 7)
        answer = admin.send("GET", f"/jsonapi/node/kind0?{query.format(way=way)}")
        assert answer.status_code == status, answer.content
        assert len(times) <= 7 * len(self.TYPES)

    def test_all_that_an_include_may_lead_over_is_told_once(
        self, admin: Client, kinds: None
    ) -> None:
        path = "field_next.field_next.nope"
        status, text = refusal(admin.send("GET", f"/jsonapi/node/kind0?include={path}"))
        assert status == 400
        assert text == (
            f"`{path}` is not a valid include path. `nope` is not a valid relationship field name. "
            "Possible values: node_type, revision_uid, uid, field_next."
        )


class TestHiddenFields:
    """What somebody may not see cannot be guessed by filtering."""

    @pytest.fixture
    def comments(self, pages: list[Node]) -> list[Comment]:
        kind = CommentType.objects.create(id="comment", label="Comments")
        FieldConfig.objects.add_comment_body(kind)
        add_field("page", "comment", "comment", settings={"comment_type": "comment"})
        values = {"comment_type": kind, "mail": "guest@example.com", "name": "Guest"}
        return [
            Comment.objects.create(entity_id=str(node.pk), subject=node.title, **values)
            for node in pages
        ]

    def test_the_field_is_refused(self, comments: list[Comment]) -> None:
        query = f"{COMMENTS}?filter[mail]=guest@example.com"
        member = Client(make_user("member", "access comments"))
        text = (
            "The current user is not authorized to filter by the `mail` field, given in the path "
            "`mail`."
        )
        assert refusal(member.send("GET", query)) == (403, text)
        moderator = Client(make_user("moderator", "access comments", "administer comments"))
        assert len(moderator.ask(query)["data"]) == 2

    def test_no_configuration_is_either(self, comments: list[Comment]) -> None:
        query = f"{COMMENTS}?filter[comment_type.id]={comments[0].comment_type.uuid}"
        member = Client(make_user("member", "access comments"))
        assert member.ask(query)["data"] == []

    def test_what_is_on_something_hidden_is_left_out(
        self, comments: list[Comment], pages: list[Node]
    ) -> None:
        member = Client(make_user("member", "access comments"))

        def subjects(query: str) -> list[str]:
            found = member.ask(f"{COMMENTS}?{query}")["data"]
            return [each["attributes"]["subject"] for each in found]

        assert subjects("") == ["About", "Contact"]
        assert subjects(f"filter[entity_id.id]={pages[0].uuid}") == ["About"]
        assert subjects(f"filter[entity_id.id]={pages[2].uuid}") == []

    def test_a_list_takes_as_many_queries_for_many(
        self, comments: list[Comment], pages: list[Node]
    ) -> None:
        """Who asks, what they may do, the keys, the comments; what they are on."""
        member = Client(make_user("member", "access comments"))
        member.ask(COMMENTS)

        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                member.ask(COMMENTS)
            return len(captured)

        assert cost() == 5
        for subject in map(str, range(9)):
            Comment.objects.create(
                comment_type_id="comment", entity_id=str(pages[0].pk), subject=subject
            )
        assert cost() == 5


class TestOrder:
    def test_what_has_no_revision_comes_last(self, reader: Client, pages: list[Node]) -> None:
        """A node that code has made without saving it."""
        Node.objects.bulk_create([Node(type_id="page", title="Bulk", nid=pages[0].pk - 1)])
        Node.objects.bulk_create([Node(type_id="page", title="More", nid=pages[2].pk + 1)])
        pages[0].revision.delete()
        assert reader.titles("") == ["Contact", "Bulk", "About", "More"]
        assert reader.titles("filter[status]=1") == ["Contact", "Bulk", "About", "More"]
        assert reader.titles("page[limit]=2") == ["Contact"]  # The draft has its place.
        assert reader.titles("page[limit]=2&page[offset]=1") == ["Bulk"]
        found = reader.ask(f"{PAGES}?page[limit]=1&page[offset]=2")["data"][0]
        assert found["links"] == {"self": {"href": f"{HOST}{PAGES}/{found['id']}"}}


class TestPages:
    def links(self, reader: Client, query: str) -> dict[str, str]:
        links = reader.ask(f"{PAGES}?{query}")["links"]
        start = f"{HOST}{PAGES}?"
        return {name: link["href"].removeprefix(start) for name, link in links.items()}

    def test_each_leads_to_the_others(self, reader: Client, pages: list[Node]) -> None:
        pages[2].delete()
        limit = "page%5Blimit%5D=1"
        assert self.links(reader, "page[limit]=1") == {
            "next": f"page%5Boffset%5D=1&{limit}",
            "self": limit,
        }
        assert self.links(reader, "page[offset]=1&page[limit]=1") == {
            "first": f"page%5Boffset%5D=0&{limit}",
            "prev": f"page%5Boffset%5D=0&{limit}",
            "self": f"page%5Boffset%5D=1&{limit}",
        }
        assert reader.titles("page[offset]=1&page[limit]=1") == ["Contact"]
        assert reader.titles("page[offset]=9") == []

    def test_there_are_fifty_in_one_at_most(self, reader: Client, pages: list[Node]) -> None:
        pages[2].delete()
        for number in range(50):
            Node.objects.create(type_id="page", title=str(number))
        for query in ("", "page[limit]=1000", "page[limit]=many", "page[offset]=-1"):
            assert len(reader.titles(query)) == 50
            assert "next" in self.links(reader, query)
        assert len(reader.titles("page[offset]=50")) == 2

    @pytest.mark.parametrize(
        "query", ["page[limit]=0", "page[limit]=-1", "page[limit]=", "page[offset]=x"]
    )
    def test_what_is_no_part_of_a_list_is_refused(
        self, reader: Client, pages: list[Node], query: str
    ) -> None:
        assert refusal(reader.send("GET", f"{PAGES}?{query}"))[0] == 400


class TestQueries:
    def test_a_link_to_itself_has_the_parameters_by_name(
        self, reader: Client, pages: list[Node]
    ) -> None:
        query = "page[limit]=5&myOwn=1&fields[node--page]=title,body&filter[title]=A%20b~"
        assert reader.ask(f"{PAGES}?{query}")["links"]["self"]["href"] == (
            f"{HOST}{PAGES}?fields%5Bnode--page%5D=title%2Cbody&filter%5Btitle%5D=A%20b~&myOwn=1"
            "&page%5Blimit%5D=5"
        )

    def test_unknown_parameters_are_refused_where_they_are_no_projects_own(
        self, reader: Client, pages: list[Node]
    ) -> None:
        told = error(reader.send("GET", f"{PAGES}?foo=1&bar[x]=2&own_one=3"))
        text = "The following query parameters violate the JSON:API spec: 'foo', 'bar'."
        assert told["detail"] == text
        assert told["links"]["info"] == {"href": "http://jsonapi.org/format/#query-parameters"}

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            *(("fields=title", 400), ("filter=1", 400), ("page=2", 400), ("include[]=uid", 400)),
            *(("fields[node--page][]=title", 400), ("_format=api_json", 400)),
            ("&".join(f"p{n}X=1" for n in range(1500)), 400),
        ],
    )
    def test_what_has_the_wrong_form_is_refused(
        self, reader: Client, pages: list[Node], query: str, status: int
    ) -> None:
        assert refusal(reader.send("GET", f"{PAGES}?{query}"))[0] == status

    def test_another_format_is_refused_in_that_format(
        self, reader: Client, pages: list[Node]
    ) -> None:
        answer = reader.send("GET", f"{PAGES}?_format=json")
        text = "No route found for the specified format. Supported formats: api_json."
        assert (answer.status_code, answer.json()) == (406, {"message": text})

    def test_a_list_of_nodes_takes_four_queries_and_one_for_each_kind_that_is_referred_to(
        self, reader: Client, pages: list[Node]
    ) -> None:
        """Who asks, what they may do, the keys, the nodes; the terms.

        Where a page of all is not full, whether there are nodes without a revision.
        """
        reader.ask(PAGES)
        for query, cost in (("sort=created", 5), ("page[limit]=2", 5), ("", 6)):
            with CaptureQueriesContext(connection) as captured:
                reader.ask(f"{PAGES}?{query}")
            assert len(captured) == cost
        with CaptureQueriesContext(connection) as captured:
            reader.ask(f"{PAGES}/{pages[1].uuid}")
        assert len(captured) == 3


def test_it_is_written_as_any_other_json(reader: Client, pages: list[Node]) -> None:
    content: Any = reader.send("GET", PAGES).content
    assert b'"href":"http:\\/\\/testserver\\/jsonapi\\/node\\/page"' in content
    assert json.loads(content)["jsonapi"]["version"] == "1.0"


def test_terms_are_found_by_their_descriptions(db: None, admin: Client) -> None:
    make_term("alpha", description="The first")
    make_term("beta", description="The second")
    path = "/jsonapi/taxonomy_term/tags?filter[description.value][operator]=CONTAINS"
    found = admin.ask(f"{path}&filter[description.value][value]=SECOND")["data"]
    assert [term["attributes"]["name"] for term in found] == ["beta"]


def test_all_storages_of_fields_are_listed(pages: list[Node], admin: Client) -> None:
    found = admin.ask("/jsonapi/field_storage_config/field_storage_config")["data"]
    names = {each["attributes"]["field_name"] for each in found}
    assert names == {"body", "field_tags"}
