"""Sessions over HTTP, as a browser has them: under WSGI and ASGI, below a prefix, and attacked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from drupal_jwt_auth.models import Node
from example_project import content
from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.servers import Answer, ASGIServer, Database, Server, exchange, running

COOKIES = {"AUTHENTICATION_METHODS": ["jwt", "cookie"]}
LOGIN, STATUS = "/user/login?_format=json", "/user/login_status?_format=json"
LOGOUT, NODES = "/user/logout?_format=json", "/node?_format=json"
PAGE = {"type": "page", "title": ["By cookie"]}
FORM = "application/x-www-form-urlencoded"


class Browser:
    """It keeps the cookies that a site has set, and sends them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Answer:
        """Send a request, with a document as JSON, or with bytes as they are."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        body = b""
        if document is not None:
            fields.setdefault("Content-Type", "application/json")
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
        if self.cookies and "Cookie" not in fields:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            fields["Cookie"] = "; ".join(pairs)
        status, answered, sent = exchange(method, self.base + path, fields, body)
        for line in answered.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        is_json = answered.get_content_subtype().endswith("json") and sent
        return Answer(status, json.loads(sent) if is_json else sent.decode(), answered)

    def log_in(self, name: str, password: str | None = None) -> dict[str, Any]:
        """Log in with the password of the demo, or another one."""
        answer = self.send("POST", LOGIN, {"name": name, "pass": password or password_of(name)})
        assert answer.status == 200
        document: dict[str, Any] = answer.document
        return document


@pytest.fixture(scope="module", params=[Server, ASGIServer])
def site(request: pytest.FixtureRequest, database: Database) -> Iterator[str]:
    """The address of a site below the prefixes of a server and of a project."""
    settings = {"SERVER_PREFIX": "/app", "ROOT_URLCONF": "tests.urlconfs"}
    server = request.param(database, DRUPAL_JWT_AUTH=COOKIES, **settings)
    with running(server) as url:
        yield f"{url}/app/api"


def test_an_app_logs_in_writes_reads_and_logs_out(site: str) -> None:
    browser = Browser(site)
    assert browser.send("GET", STATUS).document == "0"
    known = browser.log_in("editor")
    assert known["current_user"]["name"] == "editor"
    assert browser.send("GET", STATUS).document == "1"
    token = browser.send("GET", "/session/token").document
    assert token == known["csrf_token"]
    made = browser.send("POST", NODES, PAGE, X_CSRF_Token=token)
    assert made.status == 201
    where = f"/node/{made.document['nid'][0]['value']}?_format=json"
    assert made.headers["Location"].endswith(where.partition("?")[0])
    changed = browser.send("PATCH", where, {**PAGE, "title": ["New"]}, X_CSRF_Token=token)
    assert changed.document["title"] == [{"value": "New"}]
    assert browser.send("GET", where).document["title"] == [{"value": "New"}]
    ended = browser.send("POST", f"{LOGOUT}&token={known['logout_token']}")
    assert (ended.status, ended.document) == (204, "")
    assert browser.send("GET", STATUS).document == "0"
    assert browser.send("DELETE", where, X_CSRF_Token=token).status == 401


@pytest.mark.parametrize("interface", [Server, ASGIServer])
def test_who_changes_their_own_password_stays_logged_in_there_alone(
    database: Database, interface: type[Server]
) -> None:
    with running(interface(database, DRUPAL_JWT_AUTH=COOKIES)) as url:
        change_password_and_back(Browser(url), Browser(url))


def change_password_and_back(own: Browser, other: Browser) -> None:
    """Change the password of two browsers' user in one of them, twice."""
    known = own.log_in("plain")
    other.log_in("plain")
    where = f"/user/{known['current_user']['uid']}?_format=json"
    token, old = known["csrf_token"], password_of("plain")
    for existing, new in ((old, "other-pass"), ("other-pass", old)):
        document = {"pass": [{"existing": existing, "value": new}]}
        assert own.send("PATCH", where, document, X_CSRF_Token=token).status == 200
        assert own.send("GET", STATUS).document == "1"
        assert own.send("GET", "/session/token").document == token
        assert other.send("GET", STATUS).document == "0"
        other.log_in("plain", new)
    wrong = {"pass": [{"existing": "wrong", "value": "x"}]}
    assert own.send("PATCH", where, wrong, X_CSRF_Token=token).status == 422
    assert other.send("GET", STATUS).document == "1"


def test_an_app_does_the_same_with_a_token(site: str) -> None:
    app = Browser(site)
    answer = app.send("POST", "/rest_api/id_token", **basic("editor", password_of("editor")))
    token = bearer(answer.document["jwt_token"])
    assert app.send("GET", STATUS, **token).document == "1"
    made = app.send("POST", NODES, PAGE, **token)
    assert made.status == 201
    where = f"/node/{made.document['nid'][0]['value']}?_format=json"
    assert app.send("GET", where, **token).status == 200
    assert app.cookies == {}


@pytest.fixture
def open_site(transactional_db: None, settings: Settings, live_server: LiveServer) -> str:
    """The address of the demo's site, in a process with the test."""
    settings.DRUPAL_JWT_AUTH = COOKIES
    content.prepare()
    return live_server.url


class TestAttacks:
    """A page of another site has the browser of an editor send what it likes, or guesses."""

    @pytest.fixture
    def editor(self, open_site: str) -> Browser:
        browser = Browser(open_site)
        browser.log_in("editor")
        return browser

    @pytest.fixture
    def where(self, editor: Browser) -> str:
        """The path of a page of the editor's."""
        uid = User.objects.get(username="editor")
        node = Node.objects.create(type_id="page", title="A page", uid=uid)
        return f"/node/{node.pk}?_format=json"

    def assert_nothing_was_written(self) -> None:
        assert [*Node.objects.values_list("title", flat=True)] == ["A page"]

    def test_what_a_form_or_a_script_of_another_site_can_send_writes_nothing(
        self, editor: Browser, where: str
    ) -> None:
        body = json.dumps(PAGE).encode()
        for content_type in (FORM, "text/plain", "multipart/form-data; boundary=x", ""):
            answer = editor.send("POST", NODES, body, Content_Type=content_type)
            assert answer.status == 415
        assert editor.send("POST", NODES, PAGE).status == 403
        for override in ("DELETE", "PATCH"):
            for method in ("POST", "GET"):
                for path in (where, f"{where}&_method={override}"):
                    editor.send(method, path, PAGE, X_HTTP_Method_Override=override)
                    form = f"_method={override}".encode()
                    editor.send(method, path, form, Content_Type=FORM)
        assert editor.send("GET", where, PAGE).status == 200
        assert editor.send("HEAD", where).status == 200
        self.assert_nothing_was_written()

    def test_no_foreign_token_writes_or_logs_out(self, editor: Browser, where: str) -> None:
        attacker = Browser(editor.base)
        anonymous = attacker.send("GET", "/session/token").document
        tokens = attacker.log_in("plain")
        for token in (anonymous, tokens["csrf_token"], tokens["logout_token"], "x", ""):
            assert editor.send("POST", NODES, PAGE, X_CSRF_Token=token).status == 403
            assert editor.send("DELETE", where, X_CSRF_Token=token).status == 403
            assert editor.send("POST", f"{LOGOUT}&token={token}").status == 403
        self.assert_nothing_was_written()
        assert editor.send("GET", STATUS).document == "1"

    def test_after_logging_out_neither_cookie_nor_token_is_good(self, open_site: str) -> None:
        browser, copy = Browser(open_site), Browser(open_site)
        known = browser.log_in("editor")
        copy.cookies = dict(browser.cookies)
        assert copy.send("GET", STATUS).document == "1"
        browser.send("POST", f"{LOGOUT}&token={known['logout_token']}")
        for one in (browser, copy):
            one.cookies = dict(copy.cookies)
            assert one.send("GET", STATUS).document == "0"
            answer = one.send("POST", NODES, PAGE, X_CSRF_Token=known["csrf_token"])
            assert answer.status == 401
            again = one.send("POST", f"{LOGOUT}&token={known['logout_token']}")
            assert again.status == 403
        browser.log_in("editor")
        answer = browser.send("POST", NODES, PAGE, X_CSRF_Token=known["csrf_token"])
        assert answer.status == 403
        assert not Node.objects.exists()

    @pytest.mark.parametrize("end", ["blocked", "deleted"])
    def test_the_cookie_of_an_account_that_is_gone_is_nobodys(
        self, editor: Browser, where: str, end: str
    ) -> None:
        token = editor.send("GET", "/session/token").document
        user = User.objects.get(username="editor")
        if end == "deleted":
            Node.objects.update(uid=None)
            user.delete()
        else:
            user.is_active = False
            user.save()
        assert editor.send("GET", STATUS).document == "0"
        for method, path, document in (("POST", NODES, PAGE), ("DELETE", where, None)):
            answer = editor.send(method, path, document, X_CSRF_Token=token)
            assert answer.status == 401
        self.assert_nothing_was_written()

    def test_forged_cookies_are_nobodys(self, open_site: str) -> None:
        for cookie in (
            "sessionid=" + "x" * 32,
            "sessionid=" + "x" * 8000,
            'sessionid="aaaaaaaa\\000aaaaaaaa"',
            "sessionid=../../settings.py",
            "sessionid=a; sessionid=b",
            "sessionid",
            "=;;,\t",
        ):
            browser = Browser(open_site)
            assert browser.send("GET", STATUS, Cookie=cookie).document == "0"
            assert browser.send("POST", NODES, PAGE, Cookie=cookie).status == 401
            answer = browser.send("POST", f"{LOGOUT}&token=x", Cookie=cookie)
            assert answer.status == 403

    def test_a_cookie_that_was_planted_is_not_the_one_of_the_login(self, editor: Browser) -> None:
        planted = editor.cookies["sessionid"]
        token = editor.send("GET", "/session/token").document
        victim = Browser(editor.base)
        victim.cookies = {"sessionid": planted}
        # The victim is the attacker's user already, and is told so.
        document = {"name": "plain", "pass": password_of("plain")}
        assert victim.send("POST", LOGIN, document).status == 403
        victim.cookies = {"sessionid": "a" * 32}
        victim.log_in("plain")
        assert victim.cookies["sessionid"] not in {planted, "a" * 32}
        assert victim.send("POST", NODES, PAGE, X_CSRF_Token=token).status == 403

    def test_a_page_of_another_site_logs_nobody_in(self, open_site: str) -> None:
        browser = Browser(open_site)
        document = {"name": "plain", "pass": password_of("plain")}
        for content_type in ("text/plain", "application/json"):
            answer = browser.send(
                *("POST", LOGIN, document),
                Origin="https://evil.example",
                Content_Type=content_type,
            )
            assert answer.status == 403
        assert browser.cookies == {}
