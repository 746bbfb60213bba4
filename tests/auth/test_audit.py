"""The audit log: each request as one row and one line, with nothing secret in either."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import timedelta
from threading import get_ident
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission, User
from django.core.signals import got_request_exception
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, RequestFactory
from django.urls import include, path, re_path
from django.utils.timezone import now
from pytest_django import Settings
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    SessionAuthentication,
)
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from drupal_jwt_auth.auth.audit import Audited, printable, record_failure
from drupal_jwt_auth.auth.authentication import JWTAuthentication
from drupal_jwt_auth.auth.tokens import issue, revoke_all
from drupal_jwt_auth.models import AuditEntry
from tests import project

ALL = ["tokens", "refusals", "requests"]
LOGGER = "drupal_jwt_auth.audit"


class Shop(Audited, project.WhoAmI):
    """A view of the project's own."""

    authentication_classes: project.Classes = (
        *(JWTAuthentication, SessionAuthentication),
        BasicAuthentication,
    )


class Staff(Shop):
    permission_classes = (IsAdminUser,)


class Broken(Shop):
    def get(self, request: Request) -> Response:
        User.objects.create(username="undone")
        raise project.WorkingError


class Plain(Shop):
    """A view that returns what Django's views return."""

    def get(self, request: Request) -> Any:
        return HttpResponse("plain")


class Leaver(Shop):
    """A view whose user is deleted while it is at work."""

    def get(self, request: Request) -> Response:
        User.objects.filter(username=request.user.get_username()).delete()
        return Response()


class Faulty(Audited, project.Regretful):
    """A view that writes, and refuses."""


class Handled(Shop):
    """A view with an exception handler of the project's own."""

    def get_exception_handler(self) -> Any:
        return lambda exc, context: HttpResponse("Go away.", status=401)


class Open(Shop):
    permission_classes = (AllowAny,)


class Own(BaseAuthentication):
    """Lets everybody in, who is no user of Django's."""

    def authenticate(self, request: Request) -> Any:
        return object(), None


class OwnUsers(Open):
    authentication_classes = (Own,)

    def get(self, request: Request) -> Response:
        return Response()


urlpatterns = [
    path("shop", Shop.as_view()),
    re_path(r"^shop/[\s\S]*$", Shop.as_view()),
    path("staff", Staff.as_view()),
    path("broken", Broken.as_view()),
    path("plain", Plain.as_view()),
    path("handled", Handled.as_view()),
    path("leaver", Leaver.as_view()),
    path("open", Open.as_view()),
    path("own-users", OwnUsers.as_view()),
    path("faulty/<fault>", Faulty.as_view()),
    path("", include("drupal_jwt_auth.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def everything(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": ALL}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    """What the log of requests says, INFO too."""
    with caplog.at_level(logging.INFO, LOGGER):
        yield Lines(caplog)


class Lines:
    """The records of the logger."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.caplog = caplog

    def all(self) -> list[logging.LogRecord]:
        return [record for record in self.caplog.records if record.name == LOGGER]

    def only(self) -> logging.LogRecord:
        (record,) = self.all()
        return record


def basic(username: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"


def log_in(username: str, password: str, **headers: str) -> Any:
    headers = {"Authorization": basic(username, password), **headers}
    return APIClient().post("/rest_api/id_token", headers=headers)


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(user).text}"}


def get(path: str, headers: dict[str, str] | None = None) -> Any:
    return APIClient(raise_request_exception=False).get(path, headers=headers or {})


def only() -> AuditEntry:
    return AuditEntry.objects.get()


def facts(entry: AuditEntry, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in names)


# What is told of a request


def test_a_login_is_told_with_all_there_is_to_tell(user: User) -> None:
    log_in("someone", "secret", **{"User-Agent": "curl/8.5.0"})

    entry = only()
    assert abs(entry.timestamp - now()) < timedelta(minutes=1)
    assert entry.user == user
    assert facts(entry, "username", "address") == ("someone", "127.0.0.1")
    assert facts(entry, "method", "path") == ("POST", "/rest_api/id_token")
    assert facts(entry, "authentication", "status", "error") == ("basic", 200, "")
    assert entry.user_agent == "curl/8.5.0"


def test_a_refused_login_is_told_with_the_name_that_was_tried(user: User) -> None:
    log_in("someone", "guess")
    assert facts(only(), "user", "username") == (None, "someone")
    assert facts(only(), "authentication", "status", "error") == (
        "basic",
        401,
        "INVALID_CREDENTIALS",
    )


def test_a_name_that_is_too_long_for_any_user_is_not_kept() -> None:
    """It may be a token that was sent as one."""
    log_in("x" * 151, "guess")
    assert only().username == ""


def test_a_blocked_user_is_told() -> None:
    user = User.objects.create_user("blocked", password="secret", is_active=False)
    log_in("blocked", "secret")
    get("/rest_api/userinfo", bearer(user))
    by_token, by_password = AuditEntry.objects.all()
    assert facts(by_password, "user", "status", "error") == (user, 403, "USER_BLOCKED")
    assert facts(by_token, "user", "status", "error") == (user, 403, "USER_BLOCKED")


@pytest.mark.parametrize(
    ("headers", "authentication", "error"),
    [
        ({}, "", "MISSING_AUTHORIZATION_HEADER"),
        ({"Authorization": "Bearer x"}, "bearer", "SEGMENT_FAULT"),
        ({"Authorization": "Basic eA=="}, "basic", "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE"),
        ({"Authorization": "a-bare-token"}, "", "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE"),
    ],
)
def test_a_request_without_a_good_token_is_told_with_its_error(
    headers: dict[str, str], authentication: str, error: str
) -> None:
    get("/rest_api/userinfo", headers)
    assert facts(only(), "authentication", "status", "error") == (authentication, 401, error)
    assert facts(only(), "user", "username") == (None, "")


def test_who_is_refused_after_the_token_was_good_is_known(user: User, site: None) -> None:
    get("/staff", bearer(user))
    entry = only()
    assert facts(entry, "user", "username") == (user, "someone")
    assert facts(entry, "authentication", "status") == ("bearer", 403)
    assert entry.error == "permission_denied"


def test_whose_a_token_was_that_is_no_good_any_more_is_known(user: User) -> None:
    headers = bearer(user)
    revoke_all(user)
    get("/rest_api/userinfo", headers)
    assert facts(only(), "user", "error") == (user, "TOKEN_EXPIRED")


def test_whose_a_refresh_token_is_that_comes_a_second_time_is_known(
    user: User, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {
        "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
        "REFRESH_TOKEN_GRACE": timedelta(0),
    }
    body = {"refresh_token": log_in("someone", "secret").json()["refresh_token"]}
    for _ in range(2):
        APIClient().post("/rest_api/refresh", body)
    second, first, _login = AuditEntry.objects.all()
    assert facts(first, "user", "authentication", "status") == (user, "refresh_token", 200)
    assert facts(second, "user", "authentication", "status") == (user, "refresh_token", 401)


def test_who_may_not_use_a_path_is_known(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"ROLE_PATHS": {"authenticated": ["/node/*"]}}
    get("/rest_api/userinfo", bearer(user))
    assert facts(only(), "user", "status", "error") == (user, 403, "access_denied")


def test_a_refused_address_is_told(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"BLOCKED_ADDRESSES": ["127.0.0.0/8"]}
    get("/rest_api/userinfo")
    assert facts(only(), "address", "status", "error") == ("127.0.0.1", 403, "ip_blocked")


def test_the_name_stays_when_the_user_is_deleted(user: User) -> None:
    log_in("someone", "secret")
    user.delete()
    assert facts(only(), "user", "username") == (None, "someone")


def test_an_entry_is_shown_as_what_was_asked_and_answered() -> None:
    get("/rest_api/userinfo")
    assert str(only()) == "GET /rest_api/userinfo: 401"


@pytest.mark.usefixtures("everything")
class TestViewsOfTheProject:
    """A view that is `Audited` is logged, whatever it is made from."""

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ("not-found", "not_found"),
            ("http404", "not_found"),
            ("denied", "permission_denied"),
            ("django-denied", "permission_denied"),
            ("teapot", "error"),
            ("throttled", "throttled"),
            ("text", "invalid"),
            ("nested", "invalid"),
        ],
    )
    def test_an_error_is_called_by_its_code(self, fault: str, error: str) -> None:
        get(f"/faulty/{fault}")
        assert only().error == error

    def test_a_success_by_a_token_is_told(self, user: User) -> None:
        get("/shop", bearer(user))
        assert facts(only(), "username", "authentication", "status") == ("someone", "bearer", 200)

    def test_other_ways_to_authenticate_are_named_by_their_scheme(self, user: User) -> None:
        get("/shop", {"Authorization": basic("someone", "secret")})
        assert facts(only(), "username", "authentication") == ("someone", "basic")

    def test_or_by_their_class(self, user: User) -> None:
        client = APIClient()
        client.force_login(user)
        client.get("/shop")
        assert facts(only(), "username", "authentication") == ("someone", "session")

    def test_a_user_that_a_test_forces_is_told(self, user: User) -> None:
        request = APIRequestFactory().get("/shop")
        force_authenticate(request, user)
        Shop.as_view()(request).render()
        assert facts(only(), "username", "authentication") == ("someone", "forced")

    def test_nobody_is_told_as_nobody(self) -> None:
        Open.as_view()(RequestFactory().options("/open")).render()
        assert facts(only(), "user", "username", "status") == (None, "", 200)

    def test_a_user_of_another_kind_is_nobody_here(self) -> None:
        get("/own-users")
        assert facts(only(), "user", "username", "authentication") == (None, "", "own")

    def test_a_plain_response_is_told_too(
        self, user: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            get("/plain", bearer(user))
        assert facts(only(), "path", "status") == ("/plain", 200)

    def test_the_error_of_a_projects_exception_handler_is_logged(
        self, user: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        user.is_active = False
        user.save()
        with django_capture_on_commit_callbacks(execute=True):
            answer = get("/handled", bearer(user))
        assert (answer.status_code, answer.content) == (401, b"Go away.")
        assert facts(only(), "user", "status", "authentication") == (user, 401, "bearer")
        assert only().error == "USER_BLOCKED"

    @pytest.mark.parametrize(
        ("path", "told"),
        [("/broken", ("someone", 500, "server_error")), ("/faulty/deadlock", ("", 503, "busy"))],
    )
    def test_an_error_of_the_servers_is_told_too(
        self, path: str, told: tuple[str, int, str], user: User
    ) -> None:
        get(path, bearer(user))
        assert facts(only(), "username", "status", "error") == told

    @pytest.mark.django_db(transaction=True)
    def test_under_asgi_it_leaves_no_connection_open(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is told in a thread of a pool, where nobody else would close one."""
        # Django does not close SQLite's in memory, as that of the main thread must not be.
        wrapper = type(connections["default"])
        monkeypatch.setattr(wrapper, "is_in_memory_db", lambda self: False, raising=False)
        left: list[Any] = []

        def look(**kwargs: Any) -> None:
            # Called in the same thread, after the app's own receiver.
            left.append((connection.connection, get_ident() == main))

        main = get_ident()
        get_broken = async_to_sync(AsyncClient(raise_request_exception=False).get)
        got_request_exception.connect(look)
        try:
            answer = get_broken("/broken", headers=bearer(user))
        finally:
            got_request_exception.disconnect(look)
        assert answer.status_code == 500
        assert left == [(None, False)]
        assert facts(only(), "username", "status", "error") == ("someone", 500, "server_error")

    def test_but_not_that_of_a_view_which_is_not_logged(self) -> None:
        record_failure(HttpRequest())
        record_failure(None)
        assert not AuditEntry.objects.exists()


# Which requests are kept


def kept(what: list[str], settings: Settings, user: User) -> set[str]:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": what}
    log_in("someone", "secret")
    log_in("someone", "wrong")
    get("/rest_api/id_token")
    get("/rest_api/userinfo")
    get("/rest_api/userinfo", bearer(user))
    get("/node/1", bearer(user))
    return {f"{entry.path} {entry.status}" for entry in AuditEntry.objects.all()}


TOKENS = {f"/rest_api/id_token {status}" for status in (200, 401, 405)}
REFUSALS = {"/rest_api/userinfo 401"}
REQUESTS = {"/rest_api/userinfo 200", "/node/1 404"}


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ([], set()),
        (["tokens"], TOKENS),
        (["refusals"], REFUSALS),
        (["requests"], REQUESTS),
        (["tokens", "refusals"], TOKENS | REFUSALS),
        (ALL, TOKENS | REFUSALS | REQUESTS),
    ],
)
def test_the_setting_says_which_requests_are_kept(
    what: list[str], expected: set[str], settings: Settings, user: User
) -> None:
    assert kept(what, settings, user) == expected


def test_by_default_a_read_is_not_kept_and_costs_no_query(
    user: User, django_assert_num_queries: Any
) -> None:
    headers = bearer(user)
    with django_assert_num_queries(2):
        get("/rest_api/userinfo", headers)
    assert not AuditEntry.objects.exists()


# Nothing secret


def secrets_sent(user: User, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Send a secret in each place of each endpoint; return what was sent."""
    token = issue(user).text
    query = "?access_token=q-secret&_format=json"
    client = APIClient(raise_request_exception=False)
    authorizations = [
        f"Bearer {token}",
        basic("someone", "p-secret"),
        "raw-secret",
        "Token t-secret",
    ]
    bodies = [{"token": token, "refresh_token": "r-secret", "password": "b-secret"}, {}]
    paths = ["id_token", "refresh", "revoke", "userinfo", "jwks"]
    for url in (*(f"/rest_api/{name}" for name in paths), "/node", "/node/1"):
        for method in ("get", "post", "patch", "delete", "options", "head"):
            for authorization in authorizations:
                for body in bodies:
                    headers = {"Authorization": authorization}
                    send = getattr(client, method)
                    if method in ("get", "head"):
                        send(url + query, headers=headers)
                    else:
                        send(url + query, body, format="json", headers=headers)
    login = log_in("someone", "secret")
    encoded = [authorization.partition(" ")[2] for authorization in authorizations[:2]]
    named = [f"{letter}-secret" for letter in "qprtb"] + ["raw-secret"]
    return [*named, *encoded, token.partition(".")[2], login.json()["jwt_token"]]


def test_no_secret_is_in_a_row_or_a_line(
    user: User, site: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DRUPAL_JWT_AUTH = {
        "AUDIT_LOG": ALL,
        "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
        "FLOOD_PER_USER": None,
    }
    with caplog.at_level(logging.DEBUG, LOGGER):
        secrets = secrets_sent(user, caplog)
    records = [record for record in caplog.records if record.name == LOGGER]
    told = repr(list(AuditEntry.objects.values())) + "".join(
        record.getMessage() + repr(vars(record)) for record in records
    )

    assert len(records) > 300
    assert AuditEntry.objects.count() > 200
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.urls("tests.urlconfs")
def test_the_path_is_the_one_in_the_projects_urlconf() -> None:
    client = APIClient(SCRIPT_NAME="/site")
    client.post("/api/index.php/REST_API/id_token/")
    assert only().path == "/api/index.php/REST_API/id_token/"


def test_the_query_is_not_in_the_path() -> None:
    get("/rest_api/userinfo?token=secret")
    assert only().path == "/rest_api/userinfo"


# Whatever a client sends


HOSTILE = ["nul \0", "line\nbreak", "\x1b[31mred", "lone \ud800", "\u202eturned", "x" * 5000]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_name_and_user_agent_can_be_stored(text: str, lines: Lines) -> None:
    request = APIRequestFactory().post(
        "/rest_api/id_token", HTTP_USER_AGENT=text, HTTP_AUTHORIZATION=basic("x", "y")
    )
    request.path = f"/{text}"
    request.method = text
    view = Open()
    view.setup(request)
    view.audited_username = text
    entry = view.audit_entry(401)
    entry.save()

    entry.refresh_from_db()
    assert all(getattr(entry, name).isprintable() for name in ("username", "path", "user_agent"))


def test_what_is_not_printable_is_replaced() -> None:
    assert printable("Zoë \0\n\ud800\u202e 名前") == "Zoë \ufffd\ufffd\ufffd\ufffd 名前"


def test_texts_are_cut_to_their_columns() -> None:
    get("/shop/" + "9" * 5000, {"User-Agent": "x" * 5000})
    assert (len(only().path), len(only().user_agent)) == (512, 255)


def test_a_line_cannot_be_forged(lines: Lines) -> None:
    get("/shop/1'%20status=200%0Astatus='200", {"User-Agent": "x' status=200 y='"})
    line = lines.only().getMessage()
    assert "\n" not in line
    assert """ path="/shop/1' status=200\ufffdstatus='200" """.strip() in line
    assert '''user_agent="x' status=200 y='"''' in line


# The line


def test_a_line_tells_the_same_as_a_row(user: User, lines: Lines) -> None:
    log_in("someone", "wrong", **{"User-Agent": "curl/8.5.0"})
    record = lines.only()
    assert record.levelno == logging.WARNING
    assert record.getMessage() == (
        "method='POST' path='/rest_api/id_token' status=401 error='INVALID_CREDENTIALS' "
        "user_id=None username='someone' authentication='basic' address='127.0.0.1' "
        "user_agent='curl/8.5.0'"
    )


def test_a_line_has_its_parts_for_structured_handlers(user: User, lines: Lines) -> None:
    log_in("someone", "secret")
    record = lines.only()
    parts = vars(record)
    assert (parts["user_id"], parts["status"], parts["path"]) == (
        str(user.pk),
        200,
        "/rest_api/id_token",
    )


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("/shop", logging.INFO),
        ("/staff", logging.WARNING),
        ("/faulty/not-found", logging.INFO),
        ("/faulty/deadlock", logging.WARNING),
        ("/broken", logging.WARNING),
    ],
)
def test_refusals_and_errors_of_the_servers_are_warnings(
    path: str, level: int, user: User, lines: Lines
) -> None:
    get(path, bearer(user))
    assert lines.only().levelno == level


def test_lines_are_written_also_where_no_rows_are_kept(settings: Settings, lines: Lines) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": []}
    get("/rest_api/userinfo")
    assert lines.only().levelno == logging.WARNING
    assert not AuditEntry.objects.exists()


# Transactions and failures


@pytest.mark.django_db(transaction=True)
def test_of_a_user_who_is_deleted_meanwhile_the_name_stays(everything: None, user: User) -> None:
    assert get("/leaver", bearer(user)).status_code == 200
    assert facts(only(), "user", "username", "status") == (None, "someone", 200)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/faulty/denied", "/broken"])
def test_what_a_refused_view_wrote_is_undone_and_the_entry_stays(
    path: str, settings: Settings, everything: None, user: User, monkeypatch: Any
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    get(path, bearer(user))
    assert list(User.objects.values_list("username", flat=True)) == ["someone"]
    assert only().status in (403, 500)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("everything")
def test_a_plain_response_is_kept_once_the_view_is_committed(user: User, monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    get("/plain", bearer(user))
    assert only().path == "/plain"


@pytest.mark.django_db(transaction=True)
def test_a_view_is_not_kept_waiting_in_a_transaction(monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    states = []
    keep = AuditEntry.save_base

    def save_base(self: AuditEntry, *args: Any, **kwargs: Any) -> None:
        # The log's own, and no other.
        states.append(len(connection.savepoint_ids))
        keep(self, *args, **kwargs)

    monkeypatch.setattr(AuditEntry, "save_base", save_base)
    get("/rest_api/userinfo")
    assert states == [0]


def fail(*args: Any, **kwargs: Any) -> None:
    raise DatabaseError("The disk is full.")


def break_a_rule(*args: Any, **kwargs: Any) -> None:
    raise IntegrityError("UNIQUE constraint failed")


def break_statement(self: AuditEntry, *args: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO there_is_no_such_table VALUES (1)")


@pytest.mark.parametrize("failure", [fail, break_a_rule, break_statement])
def test_a_log_that_cannot_be_written_changes_no_answer(
    failure: Any, user: User, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where somebody else's transaction is open, as that of this test."""
    monkeypatch.setattr(AuditEntry, "save_base", failure)
    with transaction.atomic():
        answer = log_in("someone", "secret")
        assert User.objects.count() == 1
    assert answer.status_code == 200
    assert answer.json()["jwt_token"]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [(each.name, each.getMessage()) for each in errors] == [
        (LOGGER, "A request could not be logged.")
    ]


def test_nor_does_one_that_cannot_even_say_so(user: User, monkeypatch: Any) -> None:
    def refuse(record: logging.LogRecord) -> bool:
        raise OSError

    logger = logging.getLogger(LOGGER)
    monkeypatch.setattr(logger, "filters", [refuse])
    assert get("/rest_api/userinfo").status_code == 401
    assert only().status == 401


def test_nor_one_that_knows_not_what_to_say(user: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("drupal_jwt_auth.auth.audit.client_address", fail)
    assert get("/rest_api/userinfo").status_code == 401
    assert not AuditEntry.objects.exists()


def test_content_that_is_refused_is_told_too(user: User, site: None) -> None:
    user.user_permissions.add(Permission.objects.get(codename="create page content"))
    document = {"type": "article", "title": ["No"]}
    APIClient().post("/node?_format=json", document, format="json", headers=bearer(user))
    assert facts(only(), "username", "method", "path", "status", "error") == (
        "someone",
        "POST",
        "/node",
        403,
        "permission_denied",
    )
