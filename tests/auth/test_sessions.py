"""Sessions of Django's: how they begin, what they are good for, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from pytest_django import Settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from drupal_jwt_auth.auth import sessions
from drupal_jwt_auth.auth.authentication import AcceptedMethods, CookieAuthentication
from drupal_jwt_auth.auth.exception_handler import DrupalErrorsMixin
from drupal_jwt_auth.auth.flood import TooManyFailuresError
from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.auth.tokens.revoking import revoke_all
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.http.parameters import MAX_BODY
from drupal_jwt_auth.models import AuditEntry, FailedLogin, Node
from drupal_jwt_auth.rest.sessions import LoginView
from drupal_jwt_auth.sessions import keep_session
from tests.auth.sessions import LOGIN, LOGOUT, NODES, PAGE, STATUS, TOKEN, USERINFO, Browser
from tests.content.visitors import make_user
from tests.headers import basic, bearer

ENGINES = "django.contrib.sessions.backends"
MISSING = (403, {"message": "X-CSRF-Token request header is missing"})
INVALID = (403, {"message": "X-CSRF-Token request header is invalid"})
NO_LOGOUT_TOKEN = (403, {"message": "'csrf_token' URL query argument is missing."})
WRONG_LOGOUT_TOKEN = (403, {"message": "'csrf_token' URL query argument is invalid."})
UNRECOGNIZED = (400, {"message": "Sorry, unrecognized username or password."})
BLOCKED = (400, {"message": "The user has not been activated or is blocked."})
TOO_MANY = (
    403,
    {
        "message": "Too many failed login attempts from your IP address. "
        "This IP address is temporarily blocked."
    },
)
TOO_MANY_FROM_HERE = (
    403,
    {"message": "Access is blocked because of IP based flood prevention."},
)
ONLY_ANONYMOUS = (403, {"message": "This route can only be accessed by anonymous users."})
ELSEWHERE = (403, {"message": "A page of another site may not log anybody in here."})


class OwnView(DrupalErrorsMixin, APIView):
    """A view of the project's, which knows nothing of tokens against cross-site requests."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (CookieAuthentication,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})

    post = get


class PasswordView(GuardedView):
    """A view that gives who asks, or whom the query names, the password in the query."""

    authentication_classes = AcceptedMethods()

    def post(self, request: Request) -> Response:
        name = request.GET.get("name", request.user.get_username())
        user = User.objects.get(username=name)
        user.set_password(request.GET["pass"])
        user.save()
        if "fail" in request.GET:
            raise TooManyFailuresError(1, name)
        return Response({})


class Once(SimpleRateThrottle):
    rate = "1/day"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return "once"


class ThrottledLogin(LoginView):
    throttle_classes = (Once,)


urlpatterns = [
    path("own", OwnView.as_view()),
    path("password", PasswordView.as_view()),
    path("throttled", ThrottledLogin.as_view()),
    path("", include("drupal_jwt_auth.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture(autouse=True)
def _cookies(settings: Settings) -> None:
    accept(settings)


def accept(settings: Settings, *methods: str, **values: Any) -> None:
    methods = methods or ("jwt", "cookie")
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATION_METHODS": methods, **values}


def told(answer: Any) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def logged() -> list[tuple[str, str, int, str]]:
    entries = AuditEntry.objects.order_by("pk")
    return [(each.username, each.authentication, each.status, each.error) for each in entries]


def token_of(name: str) -> dict[str, str]:
    return bearer(issue(User.objects.get(username=name)).text)


@pytest.fixture
def page() -> Node:
    """A page of the editor's."""
    editor = User.objects.get(username="editor")
    return Node.objects.create(type_id="page", title="A page", uid=editor)


class TestLoggingIn:
    def test_the_answer_says_who_it_is_and_has_two_tokens(self) -> None:
        answer = Browser().log_in("editor")
        document = answer.json()
        uid = str(User.objects.get(username="editor").pk)
        assert list(document) == ["current_user", "csrf_token", "logout_token"]
        assert document["current_user"] == {"uid": uid, "name": "editor"}
        assert document["csrf_token"] != document["logout_token"]
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in answer.headers["Vary"]

    def test_the_cookie_is_as_the_project_has_it(self, settings: Settings) -> None:
        settings.SESSION_COOKIE_SECURE = True
        settings.SESSION_COOKIE_SAMESITE = "None"
        cookie = Browser("editor").client.cookies["sessionid"]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "None")

    def test_who_may_see_roles_is_told_their_own(self) -> None:
        admin = User.objects.get(username="admin")
        admin.groups.add(*Group.objects.filter(name__in=("authenticated", "content_editor")))
        make_user("boss", "administer users", password="boss-pass")
        for name, roles in (("admin", ["content_editor"]), ("boss", [])):
            known = Browser().log_in(name).json()["current_user"]
            assert list(known) == ["uid", "roles", "name"]
            assert known["roles"] == ["authenticated", *roles]

    def test_it_is_a_login_like_others(self) -> None:
        received: list[Any] = []

        def receive(user: Any, **kwargs: Any) -> None:
            received.append(user)

        user_logged_in.connect(receive)
        try:
            Browser("editor")
        finally:
            user_logged_in.disconnect(receive)
        editor = User.objects.get(username="editor")
        assert received == [editor]
        assert editor.last_login is not None
        assert logged() == [("editor", "password", 200, "")]

    def test_the_name_may_be_in_any_case_and_no_content_type_matters(self) -> None:
        body = json.dumps({"name": "EDITOR", "pass": "editor-pass", "more": 1})
        for content_type in ("", "text/plain", "application/json"):
            answer = Browser().client.generic("POST", LOGIN, body, content_type=content_type)
            assert answer.json()["current_user"]["name"] == "editor"

    @pytest.mark.parametrize(
        ("document", "text"),
        [
            ({}, "Missing credentials."),
            ({"name": None, "pass": None}, "Missing credentials."),
            *((each, "Missing credentials.") for each in ("x", [], [1], 5, 0.5, True)),
            ({"pass": "x"}, "Missing credentials.name."),
            ({"name": "editor"}, "Missing credentials.pass."),
            *(
                ({"name": name, "pass": password}, "The name and the password have to be texts.")
                for name, password in (
                    (["editor"], ["editor-pass"]),
                    ("editor", [{"value": "editor-pass"}]),
                    ({"value": "editor"}, "x"),
                    (True, "x"),
                    ("editor", False),
                )
            ),
            *(
                ({"name": name, "pass": password}, UNRECOGNIZED[1]["message"])
                for name, password in (
                    ("editor", "nope"),
                    ("editor", ""),
                    ("", "x"),
                    (" editor ", "editor-pass"),
                    ("editor", " editor-pass "),
                    ("editor@example.com", "editor-pass"),
                    ("nobody", "x"),
                    (5, 5),
                    (2.5, 1e300),
                    ("edi\0tor", "x"),
                    ("editor", "\0"),
                    ("x" * 100_000, "x"),
                    ("editor", "x" * 100_000),
                )
            ),
        ],
    )
    def test_what_is_wrong_is_told(self, document: Any, text: str) -> None:
        answer = Browser().send("POST", LOGIN, document)
        assert told(answer) == (400, {"message": text})
        assert not Session.objects.exists()

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"{", 400),
            (b"null", 400),
            (b"name=editor&pass=editor-pass", 400),
            (b"\xff", 400),
            (b'{"name": "\\ud800", "pass": "x"}', 400),
            (b"[" * 600, 400),
            (b'{"name": 1e999, "pass": "x"}', 400),
            (b" " * (MAX_BODY + 1), 413),
            (b"9" * 10_000_000, 413),
        ],
    )
    def test_a_body_that_cannot_be_read_is_refused(self, body: bytes, status: int) -> None:
        answer = Browser().client.generic("POST", LOGIN, body, content_type="application/json")
        assert answer.status_code == status
        assert answer.json()["message"]

    def test_another_format_is_refused_in_json(self) -> None:
        answer = Browser().send("POST", "/user/login?_format=xml", {"name": "x", "pass": "x"})
        assert answer.status_code == 406
        assert "Supported formats: json" in answer.json()["message"]

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_it_is_a_post(self, method: str) -> None:
        answer = Browser().send(method, LOGIN)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert Browser().send("OPTIONS", LOGIN).headers["Allow"] == "POST"

    def test_who_is_known_already_is_refused(self) -> None:
        browser = Browser("editor")
        for name in ("editor", "plain"):
            assert told(browser.log_in(name)) == ONLY_ANONYMOUS
        assert told(Browser().log_in("editor", **token_of("plain"))) == ONLY_ANONYMOUS

    def test_credentials_that_are_good_for_nothing_do_not_matter(self) -> None:
        assert Browser().log_in("editor", **bearer("a.b.c")).status_code == 200
        assert Browser().log_in("editor", Cookie="SESSabc=x; sessionid=x").status_code == 200


class TestFailing:
    def test_failures_count_with_those_of_other_ways_in(self, settings: Settings) -> None:
        accept(settings, "jwt", "basic", "cookie")
        browser = Browser()
        for _ in range(2):
            assert told(browser.log_in("editor", "wrong")) == UNRECOGNIZED
            browser.send("POST", "/rest_api/id_token", **basic("editor", "wrong"))
        browser.send("GET", USERINFO, **basic("Editor", "wrong"))
        assert told(browser.log_in("editor")) == TOO_MANY
        assert told(browser.log_in("EDITOR")) == TOO_MANY
        assert browser.send("POST", "/rest_api/id_token", **basic("editor", "x")).status_code == 429
        assert Browser("plain").is_known
        assert browser.send("GET", USERINFO, **token_of("editor")).status_code == 200

    def test_an_address_has_a_limit_of_its_own(self, settings: Settings) -> None:
        accept(settings, FLOOD_PER_ADDRESS=(3, timedelta(hours=1)))
        known = Browser("plain")
        for number in range(3):
            assert told(Browser().log_in(f"nobody{number}", "x")) == UNRECOGNIZED
        assert told(Browser().log_in("editor")) == TOO_MANY_FROM_HERE
        assert told(Browser().log_in("nobody9", "x")) == TOO_MANY_FROM_HERE
        assert known.is_known

    def test_a_login_forgets_the_failures_of_its_user(self) -> None:
        for _ in range(4):
            Browser().log_in("editor", "wrong")
        Browser("editor")
        assert told(Browser().log_in("editor", "wrong")) == UNRECOGNIZED

    def test_who_is_blocked_is_told_so_before_all_else_and_nothing_is_counted(
        self, settings: Settings
    ) -> None:
        accept(settings, FLOOD_PER_ADDRESS=(1, timedelta(hours=1)))
        User.objects.filter(username="plain").update(is_active=False)
        for password in ("plain-pass", "wrong", ""):
            assert told(Browser().log_in("Plain", password)) == BLOCKED
        assert not FailedLogin.objects.exists()
        assert told(Browser().log_in("editor", "wrong")) == UNRECOGNIZED
        assert told(Browser().log_in("editor")) == TOO_MANY_FROM_HERE
        assert told(Browser().log_in("plain")) == BLOCKED
        assert logged()[0] == ("plain", "password", 400, "USER_BLOCKED")

    def test_a_refusal_is_logged_as_one_without_the_password(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in ("Editor", "nobody"):
            Browser().log_in(name, "the-secret")
        assert logged() == [
            ("editor", "password", 400, "INVALID_CREDENTIALS"),
            ("nobody", "password", 400, "INVALID_CREDENTIALS"),
        ]
        lines = [each for each in caplog.records if each.name == "drupal_jwt_auth.audit"]
        assert [each.levelname for each in lines] == ["WARNING", "WARNING"]
        assert "the-secret" not in caplog.text

    def test_an_unknown_name_costs_what_a_wrong_password_costs(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cost(name: str) -> tuple[int, int]:
            spent: list[int] = []
            encode = PBKDF2PasswordHasher.encode

            def count(self: Any, password: str, salt: str, iterations: int | None = None) -> str:
                spent.append(iterations or self.iterations)
                return encode(self, password, salt, 1)

            with monkeypatch.context() as patched:
                patched.setattr(PBKDF2PasswordHasher, "encode", count)
                with CaptureQueriesContext(connection) as queries:
                    assert told(Browser().log_in(name, "wrong")) == UNRECOGNIZED
            return len(queries), len(spent)

        assert cost("editor") == cost("nobody") == cost("EDITOR")

    def test_a_throttle_of_the_projects_answers_as_ever(self) -> None:
        cache.clear()
        browser = Browser()
        for status in (400, 429):
            answer = browser.send("POST", "/throttled", {"name": "x", "pass": "x"})
            assert answer.status_code == status
        assert answer.json()["error"] == "TOO_MANY_REQUESTS"

    @pytest.mark.django_db(transaction=True)
    def test_who_is_deleted_meanwhile_is_not_recognized(self) -> None:
        with at_the_login(lambda user: User.objects.filter(pk=user.pk).delete()):
            assert told(Browser().log_in("editor")) == UNRECOGNIZED

    def test_who_is_blocked_meanwhile_gets_no_session_that_lasts(self) -> None:
        browser = Browser()
        with at_the_login(lambda user: User.objects.filter(pk=user.pk).update(is_active=False)):
            browser.log_in("editor")
        User.objects.update(is_active=True)
        assert not browser.is_known


@contextmanager
def at_the_login(happen: Callable[[User], Any]) -> Iterator[None]:
    """Let something happen between the check of a password and all that follows it."""

    def receive(user: User, **kwargs: Any) -> None:
        happen(user)

    others = user_logged_in.receivers
    user_logged_in.receivers = []
    user_logged_in.connect(receive)
    user_logged_in.receivers += others
    try:
        yield
    finally:
        user_logged_in.disconnect(receive)


class TestPagesOfOtherSites:
    """A form of another site could log a browser in as somebody else, and watch what is written."""

    @pytest.mark.parametrize(
        "origin",
        [
            *("https://evil.example", "http://evil.example", "null", "x", "", "http://[", "//"),
            *("https://testserver.evil.example", "https://eviltestserver", "ftp://testserver"),
            *("http://testserver:8000", "https://other.example"),
        ],
    )
    def test_they_log_nobody_in(self, origin: str) -> None:
        assert told(Browser().log_in("editor", Origin=origin)) == ELSEWHERE
        assert not FailedLogin.objects.exists()

    def test_the_sites_own_do(self) -> None:
        for origin in ("http://testserver", "https://testserver"):
            assert Browser().log_in("editor", Origin=origin).status_code == 200

    def test_where_the_site_has_https_its_own_have_it_too(self) -> None:
        client = Browser().client
        for origin, status in (("http://testserver", 403), ("https://testserver", 200)):
            answer = client.generic(
                "POST",
                LOGIN,
                json.dumps({"name": "editor", "pass": "editor-pass"}),
                headers={"Origin": origin},
                secure=True,
            )
            assert answer.status_code == status

    def test_those_that_the_project_trusts_do(self, settings: Settings) -> None:
        settings.CSRF_TRUSTED_ORIGINS = ["https://app.example", "https://*.example.org"]
        for origin, status in (
            ("https://app.example", 200),
            ("http://app.example", 403),
            ("https://a.b.example.org", 200),
            ("https://example.com", 403),
        ):
            assert Browser().log_in("editor", Origin=origin).status_code == status


class TestWhereThereAreNone:
    def check(self) -> None:
        browser = Browser()
        for method, where in (
            ("POST", LOGIN),
            ("GET", STATUS),
            ("POST", f"{LOGOUT}&token=x"),
            ("GET", TOKEN),
        ):
            answer = browser.send(method, where, {"name": "editor", "pass": "editor-pass"})
            assert answer.status_code == 404
            assert answer.json()["message"].startswith("No route found for")
        assert not Session.objects.exists()

    def test_the_paths_are_not_there_by_default(self, settings: Settings, page: Node) -> None:
        settings.DRUPAL_JWT_AUTH = {}
        self.check()
        assert (
            "Cookie" not in Browser().send("GET", f"/node/{page.pk}?_format=json").headers["Vary"]
        )

    def test_they_are_not_there_without_djangos_sessions(self, settings: Settings) -> None:
        settings.MIDDLEWARE = []
        self.check()
        assert Browser().send("GET", USERINFO).status_code == 401
        answer = Browser().send("POST", NODES, PAGE, Cookie="sessionid=x", **token_of("editor"))
        assert answer.status_code == 201

    def test_a_cookie_beside_a_token_is_nobodys_business(self, settings: Settings) -> None:
        browser = Browser("plain")
        settings.DRUPAL_JWT_AUTH = {}
        assert browser.send("POST", NODES, PAGE, **token_of("editor")).status_code == 201
        assert browser.send("GET", USERINFO).status_code == 401


class TestReading:
    def test_a_session_is_as_good_as_a_token(self, page: Node) -> None:
        Node.objects.update(status=False)
        where = f"/node/{page.pk}?_format=json"
        assert Browser("editor").send("GET", where).status_code == 200
        assert told(Browser("plain").send("GET", where))[0] == 403
        assert Browser("editor").send("GET", USERINFO).json()["name"] == "editor"
        assert logged()[-1] == ("editor", "password", 200, "")

    def test_it_is_logged_under_its_name(self, settings: Settings) -> None:
        accept(settings, AUDIT_LOG=["requests"])
        Browser("editor").send("GET", USERINFO)
        assert logged() == [("editor", "cookie", 200, "")]

    def test_the_token_tells_who_asks_where_both_are_sent(self, settings: Settings) -> None:
        browser = Browser("plain")
        assert browser.send("GET", USERINFO, **token_of("editor")).json()["name"] == "editor"
        accept(settings, "cookie", "jwt")
        assert browser.send("GET", USERINFO, **token_of("editor")).json()["name"] == "plain"

    def test_without_a_session_the_first_method_says_what_is_missing(
        self, settings: Settings
    ) -> None:
        answer = Browser().send("GET", USERINFO)
        assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
        accept(settings, "cookie")
        answer = Browser().send("GET", USERINFO)
        assert told(answer) == (401, {"message": "No authentication credentials provided."})
        assert answer.headers["WWW-Authenticate"] == "Cookie"

    def test_it_costs_the_session_and_one_query(self, settings: Settings, page: Node) -> None:
        accept(settings, AUDIT_LOG=[])
        browser, token = Browser("editor"), token_of("editor")
        where = f"/node/{page.pk}?_format=json"
        browser.send("GET", where)

        def cost(sender: Browser, **headers: str) -> list[str]:
            with CaptureQueriesContext(connection) as queries:
                assert sender.send("GET", where, **headers).status_code == 200
            return [each["sql"] for each in queries]

        by_token, by_cookie = cost(Browser(), **token), cost(browser)
        assert len(by_cookie) == len(by_token) + 1
        assert "django_session" in by_cookie[0]
        assert not [each for each in by_token if "django_session" in each]
        settings.SESSION_ENGINE = f"{ENGINES}.cache"
        assert len(cost(Browser("editor"))) == len(by_token)
        # Where cookies are not accepted, no token pays for them.
        accept(settings, "jwt", AUDIT_LOG=[])
        assert len(cost(browser, **token)) == len(by_token)

    @pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file", "signed_cookies"])
    def test_any_engine_of_djangos_will_do(
        self, settings: Settings, engine: str, tmp_path: Path
    ) -> None:
        settings.SESSION_ENGINE = f"{ENGINES}.{engine}"
        settings.SESSION_FILE_PATH = str(tmp_path)
        browser = Browser("editor")
        assert browser.send("GET", TOKEN).content.decode() == browser.csrf
        assert browser.write().status_code == 201
        assert browser.send("POST", f"{LOGOUT}&token={browser.logout_token}").status_code == 204
        assert not browser.is_known

    def test_a_session_of_another_login_of_the_projects_is_one_too(self) -> None:
        browser = Browser()
        browser.client.force_login(User.objects.get(username="editor"))
        assert browser.send("GET", USERINFO).json()["name"] == "editor"
        browser.csrf = browser.send("GET", TOKEN).content.decode()
        assert browser.write().status_code == 201

    def test_one_from_before_the_method_was_accepted_is_none(self, settings: Settings) -> None:
        settings.DRUPAL_JWT_AUTH = {}
        browser = Browser()
        browser.client.force_login(User.objects.get(username="editor"))
        accept(settings)
        assert not browser.is_known
        assert browser.log_in("editor").status_code == 200
        assert browser.is_known


class TestEnding:
    def test_to_block_an_account_ends_its_sessions_for_good(self) -> None:
        browser, other = Browser("plain"), Browser("editor")
        plain = User.objects.get(username="plain")
        plain.is_active = False
        plain.save()
        assert not browser.is_known
        assert browser.send("GET", USERINFO).status_code == 401
        plain.is_active = True
        plain.save()
        assert not browser.is_known
        assert other.is_known
        assert browser.log_in("plain").status_code == 200

    def test_one_that_no_signal_tells_of_is_of_no_use_while_blocked(self) -> None:
        browser = Browser("plain")
        User.objects.filter(username="plain").update(is_active=False)
        assert not browser.is_known

    def test_another_password_ends_all_sessions(self) -> None:
        browsers = [Browser("plain"), Browser("plain")]
        plain = User.objects.get(username="plain")
        plain.set_password("other")
        plain.save()
        assert not any(browser.is_known for browser in browsers)

    def test_so_does_one_that_no_signal_tells_of(self) -> None:
        browser = Browser("plain")
        other = User.objects.get(username="editor").password
        User.objects.filter(username="plain").update(password=other)
        assert not browser.is_known

    def test_who_changes_their_own_stays_in_the_session_of_that_alone(self) -> None:
        own, other = Browser("plain"), Browser("plain")
        key = own.key
        assert own.write("/password?pass=other", None).status_code == 200
        assert own.is_known
        assert own.key != key
        assert own.write("/own", None).json() == {"user": "plain"}
        assert not other.is_known
        assert Browser().log_in("plain", "other").status_code == 200

    def test_who_changes_anothers_or_by_a_token_ends_all_of_that_user(self) -> None:
        boss, editor, plain = Browser("admin"), Browser("editor"), Browser("plain")
        assert boss.write("/password?pass=x&name=editor", None).status_code == 200
        assert (boss.is_known, editor.is_known) == (True, False)
        answer = Browser().send("POST", "/password?pass=x", **token_of("plain"))
        assert answer.status_code == 200
        assert not plain.is_known

    def test_a_request_that_fails_keeps_nothing(self) -> None:
        browser = Browser("plain")
        assert browser.write("/password?pass=other&fail", None).status_code == 429
        assert not browser.is_known

    def test_a_view_of_the_projects_may_keep_it(self) -> None:
        browser = Browser("plain")
        plain = User.objects.get(username="plain")
        plain.set_password("other")
        plain.save()
        request = browser_request(browser)
        request.user = plain
        keep_session(request, plain)
        request.session.save()
        browser.client.cookies["sessionid"] = str(request.session.session_key)
        assert browser.is_known

    @pytest.mark.parametrize("is_deleted", [False, True])
    def test_there_may_be_nothing_to_keep(self, settings: Settings, is_deleted: bool) -> None:
        browser = Browser("plain")
        plain = User.objects.get(username="plain")
        request = browser_request(browser)
        request.user = plain
        if is_deleted:
            User.objects.filter(pk=plain.pk).delete()
        else:
            settings.DRUPAL_JWT_AUTH = {}
        keep_session(request, plain)

    def test_the_end_of_all_tokens_is_the_end_of_all_sessions(self) -> None:
        browser = Browser("plain")
        revoke_all(User.objects.get(username="plain"))
        assert not browser.is_known

    def test_a_user_who_is_deleted_has_none(self) -> None:
        browser = Browser("plain")
        User.objects.filter(username="plain").delete()
        assert not browser.is_known
        assert browser.send("GET", USERINFO).status_code == 401

    def test_a_way_in_that_is_closed_leaves_none_open(self, settings: Settings) -> None:
        browser = Browser("plain")
        settings.AUTHENTICATION_BACKENDS = ["drupal_jwt_auth.backends.GuardedModelBackend"]
        assert not browser.is_known

    def test_another_secret_key_keeps_them_while_the_old_one_is_known(
        self, settings: Settings
    ) -> None:
        browser = Browser("plain")
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "x" * 50
        assert browser.is_known
        settings.SECRET_KEY_FALLBACKS = []
        assert not browser.is_known

    def test_a_login_gives_each_session_another_key(self) -> None:
        browser = Browser()
        session = browser.client.session
        session["basket"] = 1
        session.save()
        planted = str(session.session_key)
        browser.client.cookies["sessionid"] = planted
        browser.log_in("editor")
        assert browser.key != planted
        assert not with_cookie(planted).is_known

    def test_a_login_in_a_session_that_has_ended_does_not_let_back_in_who_has_copied_it(
        self,
    ) -> None:
        browser = Browser("editor")
        copied, tokens = browser.key, (browser.csrf, browser.logout_token)
        revoke_all(User.objects.get(username="editor"))
        assert browser.log_in("editor").status_code == 200
        assert browser.is_known
        assert not with_cookie(copied).is_known
        assert not {browser.csrf, browser.logout_token} & {*tokens}

    def test_a_token_for_the_user_does_not_renew_it(self) -> None:
        browser = Browser("editor")
        revoke_all(User.objects.get(username="editor"))
        answer = browser.send("POST", "/rest_api/id_token", **basic("editor", "editor-pass"))
        assert answer.status_code == 200
        assert not browser.is_known


def browser_request(browser: Browser) -> Any:
    """A request of the browser's, as a view of the project gets it."""
    request: Any = HttpRequest()
    request.session = SessionStore(browser.key)
    return request


def with_cookie(key: str) -> Browser:
    browser = Browser()
    browser.client.cookies["sessionid"] = key
    return browser


class TestLoggingOut:
    def test_the_token_of_the_login_ends_the_session(self) -> None:
        received: list[Any] = []

        def receive(user: Any, **kwargs: Any) -> None:
            received.append(user)

        browser = Browser("editor")
        key = browser.key
        user_logged_out.connect(receive)
        try:
            answer = browser.send("POST", f"{LOGOUT}&token={browser.logout_token}")
        finally:
            user_logged_out.disconnect(receive)
        assert (answer.status_code, answer.content) == (204, b"")
        assert received == [User.objects.get(username="editor")]
        assert not browser.is_known
        assert not with_cookie(key).is_known
        assert logged()[-1] == ("editor", "cookie", 204, "")
        assert told(browser.send("POST", f"{LOGOUT}&token={browser.logout_token}")) == (
            WRONG_LOGOUT_TOKEN
        )

    def test_no_other_token_does(self) -> None:
        browser, other = Browser("editor"), Browser("editor")
        assert told(browser.send("POST", LOGOUT)) == NO_LOGOUT_TOKEN
        for token in ("", "x", browser.csrf, other.logout_token, "é", "x" * 5000):
            answer = browser.send("POST", f"{LOGOUT}&token={token}")
            assert told(answer) == WRONG_LOGOUT_TOKEN
        assert browser.is_known

    def test_nobody_has_no_session_to_end(self) -> None:
        assert told(Browser().send("POST", LOGOUT)) == NO_LOGOUT_TOKEN
        for headers in ({}, token_of("editor")):
            answer = Browser().send("POST", f"{LOGOUT}&token=x", **headers)
            assert told(answer) == WRONG_LOGOUT_TOKEN

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_it_is_a_post(self, method: str) -> None:
        browser = Browser("editor")
        answer = browser.send(method, f"{LOGOUT}&token={browser.logout_token}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert browser.is_known


class TestStatusAndToken:
    def test_the_status_is_a_number_as_text(self) -> None:
        for sender, headers, number in (
            (Browser(), {}, b"0"),
            (Browser("editor"), {}, b"1"),
            (Browser(), token_of("editor"), b"1"),
            (Browser(), bearer("a.b.c"), b"0"),
        ):
            answer = sender.send("GET", STATUS, **headers)
            assert (answer.status_code, answer.content) == (200, number)
            assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
            assert answer.headers["Cache-Control"] == "no-store, private"
        assert Browser().send("GET", "/user/login_status?_format=xml").content == b"0"
        assert Browser().send("HEAD", STATUS).content == b""

    def test_other_methods_are_refused(self) -> None:
        assert Browser("editor").send("POST", STATUS, {}).status_code == 404
        assert Browser("editor").send("PUT", STATUS, {}).status_code == 405

    def test_a_session_has_one_token_whoever_asks_how(self) -> None:
        browser = Browser("editor")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = browser.send(method, TOKEN)
            assert (answer.status_code, answer.content.decode()) == (200, browser.csrf)
            assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
            assert answer.headers["Cache-Control"] == "no-store, private"
        assert Browser("editor").csrf != browser.csrf

    def test_it_is_where_older_clients_ask_for_it_too(self) -> None:
        browser = Browser("editor")
        assert browser.send("GET", "/rest/session/token").content.decode() == browser.csrf

    def test_nobody_gets_one_that_is_good_for_nothing_and_no_session(self) -> None:
        browser = Browser()
        tokens = {browser.send("GET", TOKEN).content for _ in range(3)}
        assert len(tokens) == 3
        assert not browser.client.cookies
        assert not Session.objects.exists()


class TestWriting:
    def test_it_needs_the_token_of_the_session(self, page: Node) -> None:
        browser = Browser("editor")
        where = f"/node/{page.pk}?_format=json"
        for method, path_, document in (
            ("POST", NODES, PAGE),
            ("PATCH", where, PAGE),
            ("DELETE", where, None),
        ):
            assert told(browser.send(method, path_, document)) == MISSING
            for token in ("", "wrong", f'"{browser.csrf}"', browser.csrf[:-1], "é", "x" * 5000):
                answer = browser.send(method, path_, document, X_CSRF_Token=token)
                assert told(answer) == INVALID
        assert Node.objects.count() == 1
        assert browser.write().status_code == 201
        assert browser.write(where, PAGE, "PATCH").status_code == 200
        assert browser.write(where, None, "DELETE").status_code == 204

    def test_no_other_token_will_do(self) -> None:
        browser = Browser("editor")
        others = [
            browser.logout_token,
            Browser("editor").csrf,
            Browser("admin").csrf,
            Browser().send("GET", TOKEN).content.decode(),
        ]
        for token in others:
            assert told(browser.send("POST", NODES, PAGE, X_CSRF_Token=token)) == INVALID
        before = browser.csrf
        browser.send("POST", f"{LOGOUT}&token={browser.logout_token}")
        assert browser.write().status_code == 401
        browser.log_in("editor")
        assert told(browser.send("POST", NODES, PAGE, X_CSRF_Token=before)) == INVALID
        assert browser.write().status_code == 201

    def test_what_is_wrong_with_the_address_comes_first_and_the_rest_later(
        self, page: Node
    ) -> None:
        browser, plain = Browser("editor"), Browser("plain")
        where = f"/node/{page.pk}?_format=json"
        answer = browser.client.generic("POST", NODES, b"{}", content_type="text/plain")
        assert answer.status_code == 415
        for sender in (browser, plain):
            assert sender.send("PATCH", "/node/999?_format=json", PAGE).status_code == 404
            assert sender.send("DELETE", "/node/999?_format=json").status_code == 404
            assert told(sender.send("PATCH", where, PAGE)) == MISSING
            for body in (b"{", b"x" * 10_000_000):
                for method, path_ in (("POST", NODES), ("PATCH", where)):
                    answer = sender.client.generic(
                        method, path_, body, content_type="application/json"
                    )
                    assert told(answer) == MISSING
        assert plain.write().status_code == 403
        assert told(plain.write()) != MISSING

    def test_beside_a_token_the_cookie_of_any_session_needs_it_too(
        self, settings: Settings
    ) -> None:
        token, browser = token_of("editor"), Browser("plain")
        assert told(browser.send("POST", NODES, PAGE, **token)) == MISSING
        answer = browser.send("POST", NODES, PAGE, X_CSRF_Token=browser.csrf, **token)
        assert answer.status_code == 201
        ended = with_cookie("x" * 32)
        assert told(ended.send("POST", NODES, PAGE, **token)) == MISSING
        assert told(ended.send("POST", NODES, PAGE, X_CSRF_Token="x", **token)) == INVALID
        answer = Browser().send("POST", NODES, PAGE, Cookie="SESSabc=x", **token)
        assert answer.status_code == 201

    def test_who_is_nobody_with_a_dead_cookie_is_asked_for_no_token(self) -> None:
        answer = with_cookie("x" * 32).send("POST", NODES, PAGE)
        assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"

    def test_json_api_says_so_in_its_own_documents(self) -> None:
        browser = Browser("editor")
        document = {"data": {"type": "node--page", "attributes": {"title": "x"}}}

        def post(**headers: str) -> Any:
            return browser.client.generic(
                "POST",
                "/jsonapi/node/page",
                json.dumps(document),
                content_type="application/vnd.api+json",
                headers=headers,
            )

        for headers, text in (({}, "missing"), ({"X-CSRF-Token": "x"}, "invalid")):
            answer = post(**headers)
            assert answer.status_code == 403
            (error,) = answer.json()["errors"]
            assert error["detail"] == f"X-CSRF-Token request header is {text}"
        assert post(**{"X-CSRF-Token": browser.csrf}).status_code == 201

    def test_no_view_of_the_projects_can_forget_it(self) -> None:
        browser = Browser("editor")
        assert told(browser.send("POST", "/own", {})) == MISSING
        assert told(browser.send("POST", "/own", {}, X_CSRF_Token="x")) == INVALID
        assert browser.write("/own", {}).json() == {"user": "editor"}
        assert browser.send("GET", "/own").json() == {"user": "editor"}

    def test_a_refusal_is_logged(self, settings: Settings) -> None:
        browser = Browser("editor")
        browser.send("POST", NODES, PAGE)
        assert logged()[-1] == ("editor", "cookie", 403, "permission_denied")

    def test_no_other_way_to_name_a_method_gets_round_it(self, page: Node) -> None:
        browser = Browser("editor")
        where = f"/node/{page.pk}?_format=json"
        for method in ("DELETE", "PATCH", "delete"):
            answer = browser.send("POST", where, PAGE, X_HTTP_Method_Override=method)
            assert told(answer) == MISSING
        # What means GET is one.
        assert browser.send("POST", where, X_HTTP_Method_Override="GET").status_code == 200
        browser.send("GET", where, X_HTTP_Method_Override="DELETE")
        browser.send("GET", f"{where}&_method=DELETE")
        browser.send("POST", f"{NODES}&_method=GET", {**PAGE, "_method": "GET"})
        assert Node.objects.count() == 1


class TestForgedCookies:
    @pytest.mark.parametrize(
        "cookie",
        [
            "sessionid=",
            "sessionid=x",
            "sessionid=" + "x" * 32,
            "sessionid=" + "x" * 5000,
            "sessionid=../../../../etc/passwd",
            'sessionid="aaaaaaaa\\000aaaaaaaa"',
            'sessionid="aaaaaaaa\\377aaaaaaaa"',
            "sessionid=%00%00%00%00%00%00%00%00",
            "sessionid=' OR 1=1 --",
            "sessionid=é",
            "sessionid",
            "=sessionid; ;;",
            "sessionid=x; sessionid=y",
        ],
    )
    @pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file", "signed_cookies"])
    def test_nobody_is_known_by_one(
        self, settings: Settings, cookie: str, engine: str, tmp_path: Path
    ) -> None:
        settings.SESSION_ENGINE = f"{ENGINES}.{engine}"
        settings.SESSION_FILE_PATH = str(tmp_path)
        assert Browser().send("GET", STATUS, Cookie=cookie).content == b"0"
        assert Browser().send("GET", TOKEN, Cookie=cookie).status_code == 200
        assert Browser().send("GET", USERINFO, Cookie=cookie).status_code == 401
        assert Browser().send("POST", NODES, PAGE, Cookie=cookie).status_code in {400, 401}
        answer = Browser().send("POST", f"{LOGOUT}&token=x", Cookie=cookie)
        assert told(answer) == WRONG_LOGOUT_TOKEN
        assert Browser().log_in("editor", Cookie=cookie).status_code == 200

    def test_a_session_that_names_somebody_without_a_login_is_none(self) -> None:
        admin = User.objects.get(username="admin")
        browser = Browser()
        session = browser.client.session
        for content in (
            {},
            {"_auth_user_id": str(admin.pk)},
            {sessions.MARK: {"cutoff": None, "seed": "x"}},
            {sessions.MARK: "x", "_auth_user_id": str(admin.pk)},
            {sessions.MARK: {"cutoff": None, "seed": "x"}, "_auth_user_id": str(admin.pk)},
        ):
            session.clear()
            session.update(content)
            session.save()
            browser.client.cookies["sessionid"] = str(session.session_key)
            assert not browser.is_known

    def test_of_two_cookies_one_counts(self) -> None:
        first, second = Browser("plain").key, Browser("editor").key
        cookie = f"sessionid={first}; sessionid={second}"
        assert Browser().send("GET", USERINFO, Cookie=cookie).json()["name"] == "editor"


class TestReceivers:
    def test_a_login_without_a_request_marks_nothing(self) -> None:
        editor = User.objects.get(username="editor")
        user_logged_in.send(sender=User, request=None, user=editor)

    def test_nobody_is_kept_in_mind_after_a_request(self) -> None:
        browser, other = Browser("plain"), Browser("plain")
        assert browser.is_known
        plain = User.objects.get(username="plain")
        plain.set_password("other")
        plain.save()
        assert not browser.is_known
        assert not other.is_known
