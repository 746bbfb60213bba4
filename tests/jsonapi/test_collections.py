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
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node, PathAlias
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import add_field, make_user, permission
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
        """Who asks, what they may do, the keys, the nodes; the terms."""
        reader.ask(PAGES)
        with CaptureQueriesContext(connection) as captured:
            reader.ask(PAGES)
        assert len(captured) == 5
        with CaptureQueriesContext(connection) as captured:
            reader.ask(f"{PAGES}/{pages[1].uuid}")
        assert len(captured) == 3


def test_it_is_written_as_any_other_json(reader: Client, pages: list[Node]) -> None:
    content: Any = reader.send("GET", PAGES).content
    assert b'"href":"http:\\/\\/testserver\\/jsonapi\\/node\\/page"' in content
    assert json.loads(content)["jsonapi"]["version"] == "1.0"
