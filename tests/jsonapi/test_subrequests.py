"""Several requests in one, as Drupal's module subrequests has them."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import clear_script_prefix, clear_url_caches, path, set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.jsonapi import blueprints, subrequests
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.models import AuditEntry, Node, PathAlias
from example_project import urls
from tests.content.visitors import Answer, Document, Visitor, make_user, message, permission
from tests.jsonapi.clients import PAGES, Client
from tests.robustness.requests import PROFILE

PASSWORD = "wonderful-secret"
ANON = {"PUBLIC_METHODS": HTTP_METHODS}


def view(uri: str, **members: Any) -> Document:
    return {"requestId": "a", "action": "view", "uri": uri, **members}


def ask(visitor: Visitor, *requests: Any, root: str = "/", **headers: str) -> Answer:
    body = json.dumps(list(requests))
    return visitor.send("POST", f"{root}subrequests?_format=json", body, **headers)


def parts(visitor: Visitor, *requests: Any, **options: str) -> Document:
    answer = ask(visitor, *requests, **options)
    assert answer.status_code == 207, answer.content
    found: Document = answer.json()
    return found


def status_of(part: Document) -> int:
    (status,) = part["headers"]["status"]
    assert isinstance(status, int)
    return status


def told(part: Document) -> tuple[int, str]:
    """Status and message of an answer that is a refusal."""
    return status_of(part), json.loads(part["body"])["message"]


def create(title: str, **members: Any) -> Document:
    data = {"data": {"type": "node--page", "attributes": {"title": title}}}
    return {
        "requestId": "a",
        "action": "create",
        "uri": PAGES,
        "body": json.dumps(data),
        "headers": {"Content-Type": MEDIA_TYPE},
        **members,
    }


@pytest.fixture
def about(pages: list[Node]) -> Node:
    PathAlias.objects.create(path=f"/node/{pages[0].pk}", alias="/über uns", langcode="en")
    return pages[0]


@pytest.fixture
def reader(db: None) -> Client:
    return Client(make_user("reader", "access content", "issue subrequests"))


@pytest.fixture
def editor(pages: list[Node]) -> Client:
    return Client(make_user("editor", "create page content", "issue subrequests"))


def test_one_request_finds_what_is_at_a_path_and_reads_it(reader: Client, about: Node) -> None:
    answer = ask(
        reader,
        {
            "requestId": "router",
            "action": "view",
            "uri": "/router/translate-path?path=/über uns&_format=json",
            "headers": {"Accept": MEDIA_TYPE},
        },
        {
            "requestId": "resolvedResource",
            "action": "view",
            "uri": "{{router.body@$.jsonapi.individual}}?fields%5Bnode--page%5D=title",
            "waitFor": ["router"],
        },
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (207, "application/json")
    found = answer.json()
    assert list(found) == ["router", "resolvedResource#uri{0}"]
    part = found["resolvedResource#uri{0}"]
    assert json.loads(part["body"])["data"]["attributes"] == {"title": "About"}
    assert part["headers"]["content-type"] == [MEDIA_TYPE]
    assert part["headers"]["status"] == [200]
    assert part["headers"]["content-id"] == ["<resolvedResource#uri{0}>"]


def test_what_depends_on_nothing_that_was_found_is_not_sent(reader: Client, about: Node) -> None:
    found = parts(
        reader,
        view("/router/translate-path?path=/nope"),
        view("{{a.body@$.jsonapi.individual}}", requestId="b"),
        view("/jsonapi", requestId="c", waitFor=["b"]),
    )
    assert list(found) == ["a"]
    assert status_of(found["a"]) == 404


def test_an_answer_is_what_it_is_for_a_request_of_its_own(reader: Client, about: Node) -> None:
    url = f"{PAGES}/{about.uuid}"
    alone = reader.send("GET", url)
    part = parts(reader, view(url))["a"]
    assert part["body"] == alone.content.decode()
    for name, value in alone.headers.items():
        if name != "Content-Length":
            assert part["headers"][name.lower()] == [value]


@pytest.mark.parametrize(
    ("action", "status"),
    [("view", 200), ("exists", 200), ("discover", 200), ("replace", 405), ("delete", 403)],
)
def test_an_action_is_a_method(reader: Client, about: Node, action: str, status: int) -> None:
    part = parts(reader, view(f"{PAGES}/{about.uuid}", action=action))["a"]
    assert status_of(part) == status
    assert bool(part["body"]) == (action not in ("exists", "discover"))


def test_without_an_id_a_request_is_called_by_its_place(reader: Client, about: Node) -> None:
    requests = [{"action": "view", "uri": "/jsonapi"}, {"action": "view", "uri": "/nope"}]
    found = parts(reader, *requests)
    assert {name: status_of(part) for name, part in found.items()} == {"0": 200, "1": 404}


def test_requests_may_come_in_any_order(reader: Client, about: Node) -> None:
    found = parts(
        reader,
        view("/jsonapi", requestId="c", waitFor="b"),
        view("{{a.body@$.links.self.href}}", requestId="b", waitFor=["<ROOT>"]),
        view("/jsonapi", headers=[]),
    )
    assert list(found) == ["a", "b#uri{0}", "c"]


class TestTokens:
    @pytest.mark.parametrize(
        "token",
        [
            "body@$.data.attributes.title",
            "body@$['data']['attributes'][\"title\"]",
            "body@$[\"data\"].attributes['title']",
        ],
    )
    def test_they_stand_for_a_member(self, editor: Client, about: Node, token: str) -> None:
        about.title = 'A "quoted" & ünquoted\\ title'
        about.save()
        body = create("TITLE")["body"].replace("TITLE", f"{{{{a.{token}}}}}")
        found = parts(editor, view(f"{PAGES}/{about.uuid}"), create("", requestId="b", body=body))
        assert status_of(found["b#body{0}"]) == 201
        assert Node.objects.filter(title=about.title).count() == 2

    def test_what_somebody_has_written_is_no_more_than_a_value(
        self, editor: Client, about: Node
    ) -> None:
        about.title = '?a&b=c#d/../x", "status": "'
        about.save()
        uri = PAGES + "?filter[title]={{a.body@$.data.attributes.title}}&page[limit]=3"
        found = parts(editor, view(f"{PAGES}/{about.uuid}"), view(uri, requestId="b"))
        (page,) = json.loads(found["b#uri{0}"]["body"])["data"]
        assert page["id"] == about.uuid

    def test_numbers_and_booleans_have_their_texts(self, reader: Client, about: Node) -> None:
        place = "{{a.body@$.data[0].attributes.%s}}"
        uri = f"{PAGES}?filter[drupal_internal__nid]={place % 'drupal_internal__nid'}"
        query = f"{uri}&fields[node--page]={place % 'status'}"
        found = parts(
            reader, view(f"{PAGES}?sort=drupal_internal__nid"), view(query, requestId="b")
        )
        (page,) = json.loads(found["b#uri{0}"]["body"])["data"]
        assert page["id"] == about.uuid

    def test_headers_have_values_too(self, reader: Client, about: Node) -> None:
        place = "{{a.headers@$['content-type'][0]}}/{{a.headers@$.status[0]}}"
        query = f"/router/translate-path?path={place}"
        found = parts(reader, view("/jsonapi"), view(query, requestId="b"))
        text = f"Unable to resolve path /{MEDIA_TYPE}/200."
        assert told(found["b#uri{0}"]) == (404, text)

    @pytest.mark.parametrize(
        "path", ["$", "$.data", "$.data[0]", "$.nope", "$[0]", "$.links.self.href.x", "$.data[9]"]
    )
    def test_what_is_no_such_value_is_nothing(
        self, reader: Client, pages: list[Node], path: str
    ) -> None:
        found = parts(reader, view(PAGES), view("/node/{{a.body@" + path + "}}", requestId="b"))
        assert list(found) == ["a"]

    def test_a_body_that_is_no_document_has_no_values(self, reader: Client) -> None:
        found = parts(
            reader,
            view("/jsonapi", action="exists"),
            create("", requestId="b", body="{{a.body@$.x}}"),
        )
        assert list(found) == ["a"]

    @pytest.mark.parametrize(
        "token",
        [
            "{{a.body@$.data[*].id}}",
            "{{a.body@$..id}}",
            "{{a.body@$.data[?(@.id)]}}",
            "{{a.body@data}}",
            "{{a.cookies@$.x}}",
            "{{a@$.x}}",
            "{{a.body@}}",
            "{{a.body@$.data[-1]}}",
        ],
    )
    def test_others_are_refused(self, reader: Client, token: str) -> None:
        status, text = message(ask(reader, view("/jsonapi"), view(token, requestId="b")))
        assert status == 400
        assert text.startswith(f"{token} is no token: one is like {{{{id.body@$.data[0].id}}}}")

    def test_braces_without_a_place_are_text(self, editor: Client) -> None:
        assert status_of(parts(editor, create("{{ title }} {a@b}"))["a"]) == 201
        assert Node.objects.filter(title="{{ title }} {a@b}").exists()


class TestGuards:
    def test_it_takes_a_permission(self, pages: list[Node], anonymous: Client) -> None:
        stranger = Client(make_user("stranger"))
        text = "The 'issue subrequests' permission is required."
        assert message(ask(stranger, view("/jsonapi"))) == (403, text)
        assert ask(anonymous, view("/jsonapi")).status_code == 401
        role = Group.objects.get(name="anonymous")
        role.permissions.add(permission("issue subrequests"))
        assert status_of(parts(anonymous, view("/jsonapi"))["a"]) == 200

    def test_a_token_is_needed(self, anonymous: Client, settings: Any) -> None:
        settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
        Group.objects.get(name="anonymous").permissions.add(permission("issue subrequests"))
        assert ask(anonymous, view("/jsonapi")).status_code == 401

    def test_each_request_has_the_rules_that_it_has_alone(
        self, reader: Client, pages: list[Node]
    ) -> None:
        found = parts(reader, view(f"{PAGES}/{pages[2].uuid}"), create("Mine", requestId="b"))
        assert {name: status_of(part) for name, part in found.items()} == {"a": 403, "b": 403}
        refused = AuditEntry.objects.filter(status=403).values_list("method", "path", "user_id")
        assert reader.user is not None
        assert set(refused) == {
            ("GET", f"{PAGES}/{pages[2].uuid}", reader.user.pk),
            ("POST", PAGES, reader.user.pk),
        }

    def test_it_may_have_credentials_of_its_own(
        self, reader: Client, editor: Client, pages: list[Node]
    ) -> None:
        for name in ("authorization", "JWT-Authorization"):
            own = {**create("x")["headers"], name: editor.headers["Authorization"]}
            assert status_of(parts(reader, create("By the editor", headers=own))["a"]) == 201
        assert set(Node.objects.filter(title="By the editor").values_list("uid", flat=True)) == {
            editor.user and editor.user.pk
        }

    def test_wrong_credentials_of_its_own_are_not_made_good(
        self, reader: Client, pages: list[Node]
    ) -> None:
        headers = {"JWT-Authorization": "Bearer nope"}
        assert status_of(parts(reader, view(PAGES, headers=headers))["a"]) == 401

    def test_guesses_are_counted(self, reader: Client, settings: Any, pages: list[Node]) -> None:
        settings.DRUPAL_JWT_AUTH = {**ANON, "AUTHENTICATION_METHODS": ["jwt", "basic"]}
        wrong = base64.b64encode(b"editor:wrong").decode()
        make_user("editor", password=PASSWORD)
        guess = view("/rest_api/id_token", action="create")
        guess["headers"] = {"Authorization": f"Basic {wrong}"}
        found = parts(reader, *({**guess, "requestId": f"g{n}"} for n in range(7)))
        statuses = [status_of(part) for part in found.values()]
        assert statuses[:5] == [401] * 5
        assert set(statuses[5:]) <= {403, 429}

    def test_paths_of_roles_are_obeyed(self, reader: Client, settings: Any, about: Node) -> None:
        settings.DRUPAL_JWT_AUTH = {"ROLE_PATHS": {"authenticated": ["/subrequests", "/router/*"]}}
        found = parts(
            reader, view("/router/translate-path?path=/über uns"), view(PAGES, requestId="b")
        )
        assert {name: status_of(part) for name, part in found.items()} == {"a": 200, "b": 403}

    def test_a_site_for_reading_alone_is(self, editor: Client, settings: Any) -> None:
        settings.DRUPAL_JWT_AUTH = {"JSONAPI_READ_ONLY": True}
        assert status_of(parts(editor, create("x"))["a"]) == 405

    def test_a_session_needs_its_token(self, settings: Any, pages: list[Node]) -> None:
        settings.DRUPAL_JWT_AUTH = {"AUTHENTICATION_METHODS": ["cookie"]}
        rights = ("create page content", "issue subrequests")
        user = make_user("clerk", *rights, password=PASSWORD)
        browser = Visitor()
        login = {"name": user.username, "pass": PASSWORD}
        csrf = browser.send("POST", "/user/login?_format=json", json.dumps(login)).json()
        assert message(ask(browser, create("x"))) == (403, "X-CSRF-Token request header is missing")
        token = {"X_CSRF_Token": csrf["csrf_token"]}
        assert status_of(parts(browser, create("x"), **token)["a"]) == 201
        headers = {**create("x")["headers"], "X-CSRF-Token": "nope"}
        assert status_of(parts(browser, create("y", headers=headers), **token)["a"]) == 403

    def test_cookies_go_to_the_browser_alone(self, settings: Any, pages: list[Node]) -> None:
        settings.DRUPAL_JWT_AUTH = {**ANON, "AUTHENTICATION_METHODS": ["jwt", "cookie"]}
        Group.objects.get(name="anonymous").permissions.add(permission("issue subrequests"))
        make_user("clerk", password=PASSWORD)
        visitor = Visitor()
        login = json.dumps({"name": "clerk", "pass": PASSWORD})
        request = view("/user/login?_format=json", action="create", body=login)
        answer = ask(visitor, {**request, "headers": {"Content-Type": "application/json"}})
        assert status_of(answer.json()["a"]) == 200
        assert answer.cookies["sessionid"].value not in answer.content.decode()
        assert visitor.client.get("/user/login_status?_format=json").content == b"1"

    @pytest.mark.parametrize("saves", [False, True])
    def test_a_session_may_end_and_another_begin(
        self, settings: Any, pages: list[Node], *, saves: bool
    ) -> None:
        """Sites that save sessions with each request would save the one that has ended."""
        settings.SESSION_SAVE_EVERY_REQUEST = saves
        settings.DRUPAL_JWT_AUTH = {**ANON, "AUTHENTICATION_METHODS": ["jwt", "cookie"]}
        for name in ("clerk", "boss"):
            make_user(name, "issue subrequests", password=PASSWORD)
        browser = Visitor()

        def login(name: str) -> str:
            return json.dumps({"name": name, "pass": PASSWORD})

        def is_logged_in() -> bool:
            answer = browser.send("GET", "/user/login_status?_format=json")
            return bool(answer.content == b"1")

        tokens = browser.send("POST", "/user/login?_format=json", login("clerk")).json()
        begun = browser.client.cookies["sessionid"].value
        leaving = view(f"/user/logout?_format=json&token={tokens['logout_token']}", action="create")
        entering = view(
            "/user/login?_format=json",
            requestId="b",
            action="create",
            body=login("boss"),
            headers={"Content-Type": "application/json"},
            waitFor=["a"],
        )
        token = {"X_CSRF_Token": tokens["csrf_token"]}
        found = parts(browser, leaving, entering, **token)
        assert [status_of(found[name]) for name in "ab"] == [204, 200]
        assert is_logged_in()
        assert browser.client.cookies["sessionid"].value != begun
        tokens = json.loads(found["b"]["body"])
        leaving["uri"] = f"/user/logout?_format=json&token={tokens['logout_token']}"
        found = parts(browser, leaving, X_CSRF_Token=tokens["csrf_token"])
        assert status_of(found["a"]) == 204
        assert not is_logged_in()

    def test_the_admin_has_its_own_guard(self, db: None) -> None:
        user = make_user("root", is_superuser=True, is_staff=True)
        visitor = Client(user)
        visitor.client = Browser(enforce_csrf_checks=True)
        visitor.client.force_login(user)
        request = view("/admin/auth/user/add/", action="create", body="username=x")
        assert status_of(parts(visitor, request)["a"]) == 403

    @pytest.mark.parametrize(
        "name", ["Cookie", "Host", "Origin", "X-Forwarded-For", "X-HTTP-Method-Override", "nope"]
    )
    def test_no_header_says_who_the_client_is(self, reader: Client, name: str) -> None:
        status, text = message(ask(reader, view("/jsonapi", headers={name: "x"})))
        assert status == 400
        assert text.startswith("a: of its own a request has none of the headers but Accept, ")

    def test_the_method_of_a_request_is_that_of_its_action(
        self, editor: Client, about: Node
    ) -> None:
        answer = ask(editor, view(f"{PAGES}/{about.uuid}"), X_HTTP_Method_Override="POST")
        assert status_of(answer.json()["a"]) == 200

    @pytest.mark.parametrize("uri", ["/subrequests", "/index.php/subrequests", "/%73ubrequests"])
    def test_there_are_none_in_one_another(self, reader: Client, uri: str) -> None:
        request = view(uri, action="create", body="[]", headers={"Content-Type": MEDIA_TYPE})
        part = parts(reader, request)["a"]
        assert told(part) == (400, "Subrequests have no subrequests.")

    @pytest.mark.parametrize(
        "uri",
        [
            *("http://example.com/", "//example.com/", "http://testserver", "jsonapi", "?a=b"),
            *("http://testserver.example.com/", "http://testserver//example.com/", "file:///etc"),
            "https://testserver/jsonapi",
        ],
    )
    def test_other_sites_are_not_asked(self, reader: Client, uri: str) -> None:
        part = parts(reader, view(uri))["a"]
        assert told(part) == (400, "The uri of a request is a path of this site.")

    def test_it_is_for_posting(self, reader: Client) -> None:
        answer = reader.send("GET", "/subrequests?_format=json")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")

    def test_json_is_sent(self, reader: Client) -> None:
        answer = reader.send("POST", "/subrequests", "[]", content_type="text/plain")
        assert answer.status_code == 415
        body = json.dumps([view("/jsonapi")])
        answer = reader.send("POST", "/subrequests?_format=json", body, content_type=MEDIA_TYPE)
        assert answer.status_code == 207


class TestTransactions:
    def test_each_request_has_its_own(self, editor: Client) -> None:
        bad = json.dumps({"data": {"type": "node--page", "attributes": {"title": "x" * 300}}})
        found = parts(
            editor,
            create("First"),
            create("", requestId="b", body=bad),
            create("Third", requestId="c"),
        )
        assert [status_of(part) for part in found.values()] == [201, 422, 201]
        assert Node.objects.filter(title__in=["First", "Third"]).count() == 2

    def test_a_view_that_fails_ends_in_its_part(
        self, editor: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        def fails(request: HttpRequest) -> HttpResponse:
            Node.objects.filter(title="About").update(title="Lost")
            raise ValueError

        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        monkeypatch.setattr(urls, "urlpatterns", [path("fails", fails), *urls.urlpatterns])
        clear_url_caches()
        editor.client.raise_request_exception = False
        found = parts(editor, view("/fails"), create("Kept", requestId="b"))
        clear_url_caches()
        assert [status_of(part) for part in found.values()] == [500, 201]
        assert set(Node.objects.values_list("title", flat=True)) >= {"About", "Kept"}


class TestBounds:
    def test_a_body_is_no_longer_than_one_of_its_own(
        self, editor: Client, settings: Any, about: Node
    ) -> None:
        settings.DRUPAL_JWT_AUTH = {"MAX_CONTENT_LENGTH": 2000}
        about.title = "x" * 200
        about.save()
        long = "{{a.body@$.data.attributes.title}}" * 20
        requests = view(f"{PAGES}/{about.uuid}"), create("", requestId="b", body=long)
        found = parts(editor, *requests)
        text = "The body of the request has more than 2000 bytes."
        assert told(found["b#body{0}"]) == (413, text)
        assert message(ask(editor, create("x" * 2000))) == (413, text)

    def test_a_uri_is_no_longer_than_servers_take(self, reader: Client, about: Node) -> None:
        uri = "/{{a.body@$.data.attributes.title}}" + "x" * (blueprints.MAX_LINE_LENGTH - 40)
        found = parts(reader, view(f"{PAGES}/{about.uuid}"), view(uri, requestId="b"))
        assert status_of(found["b#uri{0}"]) == 404
        about.title = "é" * 100
        about.save()
        found = parts(reader, view(f"{PAGES}/{about.uuid}"), view(uri, requestId="b"))
        assert status_of(found["b#uri{0}"]) == 413

    def test_there_are_so_many_requests_and_tokens(self, reader: Client) -> None:
        each = [view("/nope", requestId=f"r{n}") for n in range(21)]
        text = "A blueprint has at most 20 requests."
        assert message(ask(reader, *each)) == (400, text)
        assert len(parts(reader, *each[1:])) == 20
        many = view("{{a.body@$.x}}" * 101, requestId="b")
        text = "A blueprint has at most 100 tokens."
        assert message(ask(reader, view("/nope"), many)) == (400, text)

    def test_answers_are_no_longer_together(
        self, reader: Client, about: Node, monkeypatch: Any
    ) -> None:
        uri = f"{PAGES}/{about.uuid}"
        length = len(reader.send("GET", uri).content)
        monkeypatch.setattr(subrequests, "MAX_ANSWERS", 2 * length)
        sent = [view(uri, requestId=name) for name in "abc"]
        needing = view("{{c.body@$.links.self.href}}", requestId="e", waitFor=["c"])
        alone = {"requestId": "d", "action": "exists", "uri": uri}
        found = parts(reader, *sent, alone, needing)
        assert [status_of(found[name]) for name in "abcd"] == [200, 200, 413, 200]
        assert "ask for it alone" in told(found["c"])[1]
        assert set(found) == {*"abcd"}

    def test_a_file_is_to_be_asked_for_alone(
        self, reader: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = BytesIO(b"GIF")

        def download(request: HttpRequest) -> FileResponse:
            return FileResponse(opened)

        monkeypatch.setattr(urls, "urlpatterns", [path("file", download), *urls.urlpatterns])
        clear_url_caches()
        part = parts(reader, view("/file"))["a"]
        clear_url_caches()
        assert told(part) == (400, "A file is no part of an answer: ask for it alone.")
        assert opened.closed


@pytest.mark.parametrize(
    ("blueprint", "text"),
    [
        ({}, "A blueprint is a list of requests."),
        ([], "A blueprint is a list of requests."),
        ([1], "Each request is an object."),
        ([view("/", requestId=1)], "A requestId is a text of at most 100 characters, "),
        ([view("/", requestId="a" * 101)], "A requestId is a text of at most 100 characters, "),
        ([view("/", requestId="a#uri{0}")], "A requestId is a text of at most 100 characters, "),
        ([view("/", nope=1)], "a: a request has no member nope."),
        ([view("/", action="noop")], "a: action is one of view, create, update, "),
        ([view("/", action=[])], "a: action is one of view, create, update, "),
        ([{"action": "view"}], "0: uri is a text of at most 8192 characters."),
        ([view("")], "a: uri is a text of at most 8192 characters."),
        ([view("/" * 8193)], "a: uri is a text of at most 8192 characters."),
        ([view("/", body={})], "a: body is a text, that of a document for one."),
        ([view("/", waitFor=1)], "a: waitFor is a list of requestIds."),
        ([view("/", waitFor=[1])], "a: waitFor is a list of requestIds."),
        ([view("/", waitFor=["b"])], "a: there is no request b."),
        ([view("{{b.body@$.x}}")], "a: there is no request b."),
        ([view("/", waitFor=["a"])], "Some requests wait for each other."),
        ([view("/"), view("/")], "Two requests have the requestId a."),
        ([view("/", headers=1)], "a: headers is an object."),
        ([view("/", headers=["a"])], "a: headers is an object."),
        ([view("/", headers={"Accept": 1})], "a: a header is a line of at most 8192 characters."),
        ([view("/", headers={"Accept": "a\nb"})], "a: a header is a line of at most 8192 "),
        ([view("/", headers={"Accept": "a" * 8193})], "a: a header is a line of at most 8192 "),
    ],
)
def test_what_is_no_blueprint_is_refused_and_nothing_sent(
    reader: Client, blueprint: Any, text: str
) -> None:
    if isinstance(blueprint, list) and blueprint and isinstance(blueprint[0], dict):
        blueprint = [view("/rest_api/userinfo", requestId="first"), *blueprint]
        blueprint[1] = {"requestId": "0", **blueprint[1]}
    answer = reader.send("POST", "/subrequests?_format=json", json.dumps(blueprint))
    status, told = message(answer)
    assert status == 400
    assert told.startswith(text)
    assert not AuditEntry.objects.filter(path="/rest_api/userinfo").exists()


def test_below_a_prefix_paths_may_have_it(reader: Client, about: Node, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.urlconfs"
    clear_url_caches()
    router = "router/translate-path?path=/über uns"
    for root in ("/", "/api/"):
        found = parts(
            reader,
            view(f"{root}{router}"),
            view("{{a.body@$.jsonapi.individual}}", requestId="b"),
            root="/api/",
        )
        assert {name: status_of(part) for name, part in found.items()} == {
            "a": 200,
            "b#uri{0}": 200,
        }


def test_below_a_path_of_the_server_paths_may_have_it(reader: Client, about: Node) -> None:
    script = "/süd".encode().decode("latin-1")
    set_script_prefix("/süd/")
    try:
        for prefix in ("", "/süd", "/s%C3%BCd"):
            requests = [
                view(f"{prefix}/router/translate-path?path=/über uns"),
                view("{{a.body@$.jsonapi.individual}}", requestId="b"),
            ]
            answer = reader.client.post(
                "/subrequests",
                json.dumps(requests),
                content_type="application/json",
                headers=reader.headers,
                SCRIPT_NAME=script,
            )
            found = answer.json()
            assert [status_of(part) for part in found.values()] == [200, 200]
            assert "/s%C3%BCd/jsonapi/" in json.loads(found["a"]["body"])["jsonapi"]["individual"]
    finally:
        clear_script_prefix()


texts = st.one_of(
    st.sampled_from(
        [
            *("a", "b", "<ROOT>", "/jsonapi", "//", "http://[", "http://testserver/%ff%00?%", "/é"),
            *("{{a.body@$.x}}", "{{b.headers@$.status[0]}}/x", "{{a.body@$['links'].self.href}}"),
            *("application/json; charset=nope", MEDIA_TYPE, "Bearer x", "0", "\0", PAGES, "/node"),
        ]
    ),
    st.text(max_size=20),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2)
)
some_requests = st.fixed_dictionaries(
    {"uri": texts, "action": st.sampled_from(list(blueprints.METHODS))},
    optional={
        "requestId": st.one_of(st.sampled_from("abc"), values),
        "body": texts,
        "headers": st.dictionaries(
            st.sampled_from(["Content-Type", "authorization", "X-CSRF-Token", "Accept", "API-KEY"]),
            texts,
            max_size=2,
        ),
        "waitFor": st.one_of(st.lists(st.sampled_from("abc"), max_size=2), values),
    },
)


@PROFILE
@given(
    st.one_of(
        values,
        st.lists(some_requests, max_size=4),
        st.lists(st.dictionaries(st.sampled_from(["uri", "action", "headers"]), values)),
    )
)
def test_whatever_is_sent_is_answered(admin: Client, pages: list[Node], blueprint: Any) -> None:
    answer = admin.send("POST", "/subrequests?_format=json", json.dumps(blueprint))
    assert answer.status_code in (207, 400)
    if answer.status_code == 207:
        assert all(status_of(part) < 500 for part in answer.json().values())
