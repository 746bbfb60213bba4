"""The URLs among those of a project: its own come first, and what there is not costs it nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, SimpleTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, is_valid_path, path, re_path, resolve, reverse
from django.utils import translation
from pytest_django import Settings

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.models import Node, NodeType, PathAlias
from drupal_jwt_auth.views import NodeView, other_path, page_not_found
from tests.content.visitors import message
from tests.headers import bearer
from tests.project import ClosedIdToken
from tests.urlconfs import OURS, URLconf, page

JSON = "_format=json"


def no_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The project's own page for what there is not."""
    return HttpResponse(f"No {request.path} here", status=404)


Use = Callable[..., Client]


@pytest.fixture
def use(settings: Settings) -> Use:
    """Make URL patterns the project's, and return a client of it."""

    def use(*urlpatterns: Any, handler404: Any = no_page) -> Client:
        settings.ROOT_URLCONF = URLconf(*urlpatterns, handler404=handler404)
        return Client()

    return use


@pytest.fixture
def client(use: Use) -> Client:
    """A client of a project that has a page and this app's URLs; it may not touch the database."""
    return use(path("own/", page), path("", OURS))


@pytest.fixture
def languages(settings: Settings) -> Iterator[None]:
    """The project has languages; what a request has chosen is over with the test."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def about(db: None) -> Node:
    """A published page whose alias is /about, with a token for who may read it."""
    node = Node.objects.create(
        type=NodeType.objects.create(type="page", name="Page"), title="About"
    )
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    return node


@pytest.fixture
def token(db: None) -> dict[str, str]:
    """The headers of a superuser."""
    return bearer(issue(User.objects.create_superuser("admin")).text)


def title_at(client: Client, url: str, headers: Any) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.content
    title: str = answer.json()["title"][0]["value"]
    return title


class TestWhatThereIsNot:
    """None of these tests but the last may touch the database."""

    @pytest.mark.parametrize(
        "url", ["/favicon.ico", "/nope", "/nope/", "/own/x", "/a?x=1", "/a%0Ab"]
    )
    def test_the_projects_page_tells_it_without_a_query(self, client: Client, url: str) -> None:
        answer = client.get(url)
        assert answer.status_code == 404
        assert answer.content.startswith(b"No ")
        assert answer.wsgi_request.resolver_match is None

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
    def test_so_it_is_for_each_method(self, client: Client, method: str) -> None:
        assert client.generic(method, "/nope").status_code == 404

    def test_djangos_own_page_tells_it_where_the_project_has_none(self, use: Use) -> None:
        answer = use(path("", OURS), handler404=None).get("/nope")
        assert (answer.status_code, b"Not Found" in answer.content) == (404, True)

    def test_a_transaction_for_each_request_is_not_begun(
        self, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        assert client.get("/nope").status_code == 404

    def test_a_login_for_each_page_is_not_asked_for(
        self, client: Client, settings: Settings
    ) -> None:
        settings.MIDDLEWARE = [
            *settings.MIDDLEWARE,
            "django.contrib.auth.middleware.LoginRequiredMiddleware",
        ]
        assert client.get("/nope").status_code == 404

    def test_a_slash_is_appended_where_that_leads_to_a_page(self, client: Client) -> None:
        answer = client.get("/own?a=b")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/own/?a=b")

    @pytest.mark.django_db
    def test_a_slash_is_appended_where_a_format_is_asked_for_too(self, client: Client) -> None:
        assert client.get(f"/own?{JSON}").headers["Location"] == f"/own/?{JSON}"

    def test_no_slash_is_appended_where_it_leads_nowhere_or_must_not_be(
        self, client: Client, settings: Settings
    ) -> None:
        assert client.get("/nope").status_code == 404
        settings.APPEND_SLASH = False
        assert client.get("/own").status_code == 404

    @pytest.mark.usefixtures("languages")
    def test_a_language_is_added_where_that_leads_to_a_page(self, use: Use) -> None:
        client = use(*i18n_patterns(path("own/", page)), path("", OURS))
        assert client.get("/own/").headers["Location"] == "/en/own/"
        assert client.get("/nope/").status_code == 404

    def test_djangos_page_for_developers_lists_what_was_tried(
        self, client: Client, settings: Settings
    ) -> None:
        settings.DEBUG = True
        answer = client.get("/nope")
        assert answer.status_code == 404
        assert b"own/" in answer.content
        assert b"node_create" in answer.content
        assert b"&lt;path&gt;" not in answer.content

    def test_to_resolve_a_url_takes_no_query(self, client: Client) -> None:
        assert resolve("/nope").func is other_path
        assert is_valid_path("/nope")

    def test_the_app_may_be_all_that_there_is(self, settings: Settings) -> None:
        settings.ROOT_URLCONF = "drupal_jwt_auth.urls"
        settings.DEBUG = True
        answer = Client().get("/nope")
        assert answer.status_code == 404
        assert b"<code>drupal_jwt_auth.urls</code>" in answer.content

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("name", "media_type"),
        [
            ("json", "application/json"),
            ("xml", "text/xml; charset=UTF-8"),
            ("hal_json", "text/plain; charset=UTF-8"),
        ],
    )
    def test_where_a_format_is_asked_for_it_is_told_in_that(
        self, client: Client, settings: Settings, name: str, media_type: str
    ) -> None:
        for debug in (False, True):
            settings.DEBUG = debug
            answer = client.get(f"/nope?_format={name}")
            assert answer.headers["Content-Type"] == media_type
            assert message(answer) == (404, 'No route found for "GET http://testserver/nope"')

    @pytest.mark.django_db
    def test_the_handler_tells_it_of_urls_beside_the_prefix(self, use: Use) -> None:
        client = use(path("api/", OURS), handler404=page_not_found)
        answer = client.get(f"/nope?{JSON}")
        assert message(answer) == (404, 'No route found for "GET http://testserver/nope"')
        assert client.get("/nope").headers["Content-Type"] == "text/html; charset=utf-8"

    def test_a_wrong_host_is_refused_by_the_handler_too(self, use: Use, settings: Settings) -> None:
        settings.MIDDLEWARE = []
        client = use(path("api/", OURS), handler404=page_not_found)
        answer = client.get(f"/nope?{JSON}", headers={"Host": "evil.example"})
        assert answer.status_code == 400


@override_settings(ROOT_URLCONF="example_project.urls")
class ProjectTests(SimpleTestCase):
    """What a project may have among its own tests: Django lets this one use no database."""

    def test_a_page_that_there_is_not(self) -> None:
        assert self.client.get("/nope").status_code == 404


class TestWhatComesAfter:
    """URL patterns of the project's that stand after those of this app."""

    def test_they_are_reached(self, use: Use) -> None:
        client = use(path("", OURS), path("later/", page), re_path(r"^media/(?P<file>.*)$", page))
        assert client.get("/later/").content == b"The page /later/"
        assert client.get(f"/media/x?{JSON}").content == b"The page /media/x"
        assert client.get("/later").headers["Location"] == "/later/"
        assert client.get("/nope").status_code == 404

    def test_they_are_reached_below_a_prefix(self, use: Use) -> None:
        client = use(
            path("a/", include([path("b/", OURS), path("b/later", page)])), path("x", page)
        )
        assert client.get("/a/b/later").content == b"The page /a/b/later"
        assert client.get("/a/b/x").content == b"No /a/b/x here"

    def test_a_prefix_with_a_parameter_keeps_what_is_below_it(self, use: Use) -> None:
        client = use(path("<slug:tenant>/", OURS), path("x/later", page), path("x", page))
        assert client.get("/x/later").content == b"No /x/later here"
        assert client.get("/x").content == b"The page /x"

    @pytest.mark.django_db
    def test_a_catch_all_gets_the_rest_and_may_ask_for_aliases(
        self, use: Use, about: Node, token: dict[str, str]
    ) -> None:
        def front_end(request: HttpRequest, path: str) -> Any:
            return other_path(request, path) if "_format" in request.GET else page(request)

        client = use(path("", OURS), re_path("^(?P<path>.*)$", front_end))
        assert client.get("/about").content == b"The page /about"
        assert title_at(client, f"/about?{JSON}", token) == "About"
        assert client.get(f"/nope?{JSON}").status_code == 404


class TestNodesAtAliases:
    @pytest.fixture(autouse=True)
    def node(self, about: Node) -> Node:
        return about

    def test_they_are_asked_for_by_format(self, client: Client, token: dict[str, str]) -> None:
        assert title_at(client, f"/about?{JSON}", token) == "About"
        assert client.get("/about", headers=token).content == b"No /about here"

    def test_or_by_the_type_of_what_changes_them(
        self, client: Client, token: dict[str, str]
    ) -> None:
        document = {"type": [{"target_id": "page"}], "title": [{"value": "Changed"}]}
        answer = client.patch("/about", document, "application/json", headers=token)
        assert answer.json()["title"] == [{"value": "Changed"}]
        assert client.delete("/about", headers=token).status_code == 404
        json = {"Content-Type": "application/json"}
        assert client.delete("/about", headers={**token, **json}).status_code == 204

    def test_a_page_of_the_projects_wins(self, use: Use, token: dict[str, str]) -> None:
        for urls in ([path("about", page), path("", OURS)], [path("", OURS), path("about", page)]):
            assert use(*urls).get(f"/about?{JSON}").content == b"The page /about"

    def test_the_projects_own_view_of_nodes_answers_there_too(
        self, use: Use, node: Node, token: dict[str, str]
    ) -> None:
        class Shouting(NodeView):
            def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
                answer = super().get(request, *args, **kwargs)
                answer.data["title"] = [{"value": f"ABOUT {kwargs['node']!r}"}]
                return answer

        client = use(path("node/<int:node>", Shouting.as_view()), path("", OURS))
        spellings = ("/node/{}", "/NODE/{}", "/node/{}/", "/index.php/node/{}")
        for url in ("/about", "/ABOUT/", *(each.format(node.nid) for each in spellings)):
            assert title_at(client, f"{url}?{JSON}", token) == f"ABOUT {node.nid}"

    def test_another_page_of_the_projects_for_nodes_does_not(
        self, use: Use, node: Node, token: dict[str, str]
    ) -> None:
        client = use(path("node/<int:node>", page), path("", OURS))
        assert client.get(f"/node/{node.nid}").content == f"The page /node/{node.nid}".encode()
        assert title_at(client, f"/about?{JSON}", token) == "About"

    def test_the_alias_leads_to_its_node_whatever_has_the_nodes_path(
        self, client: Client, node: Node, token: dict[str, str]
    ) -> None:
        other = Node.objects.create(type_id="page", title="Other")
        PathAlias.objects.create(path=f"/node/{other.pk}", alias=f"/node/{node.nid}", langcode="en")
        assert title_at(client, f"/node/{node.nid}?{JSON}", token) == "Other"
        assert title_at(client, f"/about?{JSON}", token) == "About"

    def test_a_change_there_is_undone_with_its_request(
        self,
        use: Use,
        node: Node,
        token: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        class Failing(NodeView):
            def patch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
                super().patch(request, *args, **kwargs)
                raise RuntimeError

        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        client = use(path("node/<node>", Failing.as_view()), path("", OURS))
        client.raise_request_exception = False
        body = '{"type":"page","title":["New"]}'
        answer = client.patch(f"/about?{JSON}", body, "application/json", headers=token)
        assert answer.status_code == 500
        node.refresh_from_db()
        assert node.title == "About"

    @pytest.mark.usefixtures("languages")
    def test_a_language_may_be_the_prefix(
        self, use: Use, node: Node, token: dict[str, str]
    ) -> None:
        client = use(*i18n_patterns(path("", OURS)))
        for url in (f"/de/node/{node.nid}", "/de/about", "/de/ABOUT"):
            answer = client.get(f"{url}?{JSON}", headers=token)
            assert answer.headers["Link"].startswith("<http://testserver/de/about>;")
        assert client.get("/de/nope").status_code == 404

    def test_a_prefix_may_have_a_parameter_where_addresses_do_not_matter(
        self, use: Use, node: Node, token: dict[str, str]
    ) -> None:
        client = use(path("<slug:tenant>/", OURS))
        for url in (f"/x/node/{node.nid}", "/x/about", f"/x/NODE/{node.nid}"):
            assert title_at(client, f"{url}?{JSON}", token) == "About"

    def test_a_token_needs_no_csrf_token_beside_it(self, use: Use, token: dict[str, str]) -> None:
        use(path("", OURS))
        client = Client(enforce_csrf_checks=True)
        body = '{"type":"page","title":["New"]}'
        answer = client.patch(f"/about?{JSON}", body, "application/json", headers=token)
        assert answer.status_code == 200

    def test_whoever_looks_at_the_request_sees_the_nodes_url(
        self, client: Client, node: Node, token: dict[str, str]
    ) -> None:
        answer = client.get(f"/about?{JSON}", headers=token)
        match: Any = answer.wsgi_request.resolver_match
        assert (match.view_name, match.kwargs) == ("drupal_jwt_auth:node", {"node": str(node.nid)})

    @pytest.mark.usefixtures("client")
    def test_they_are_found_in_an_event_loop(self, token: dict[str, str]) -> None:
        get = async_to_sync(AsyncClient().get)
        for _ in range(2):
            answer = get(f"/about?{JSON}", headers=token)
            assert answer.json()["title"] == [{"value": "About"}]
            assert get("/nope", headers=token).content == b"No /nope here"
            assert get("/own", headers=token).status_code == 301


class TestOtherSpellings:
    """Upper and lower case are the same, a slash may follow, and index.php come first."""

    SPELLINGS = ["/REST_API/Id_Token", "/rest_api/id_token/", "/index.php/rest_api/id_token"]

    @pytest.mark.django_db
    @pytest.mark.parametrize("url", SPELLINGS)
    def test_what_the_project_has_for_a_url_answers_there_too(self, use: Use, url: str) -> None:
        client = use(path("rest_api/id_token", ClosedIdToken.as_view()), path("", OURS))
        for each in ("/rest_api/id_token", url):
            assert client.post(each).status_code == 429

    @pytest.mark.parametrize("url", ["/OWN/", "/own/page/", "/index.php/own/", "/index.php/own"])
    def test_the_projects_other_pages_have_one(self, use: Use, url: str) -> None:
        client = use(path("own/", page), path("own/page", page), path("", OURS))
        assert client.get(url).status_code == 404

    @pytest.mark.django_db
    def test_a_used_token_stays_used_where_each_request_has_a_transaction(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The endpoints for tokens are outside of it, however their URLs are written."""
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/REST_API/refresh/", {"refresh_token": "x"}).status_code == 404
        # Of a statement that was not run, some versions know no text.
        assert not any(str(each["sql"]).startswith("SAVEPOINT") for each in captured)


class TestNames:
    def test_each_url_can_be_reversed(self, client: Client) -> None:
        assert reverse("drupal_jwt_auth:node", kwargs={"node": 1}) == "/node/1"
        assert reverse("drupal_jwt_auth:id_token") == "/rest_api/id_token"
