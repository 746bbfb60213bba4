"""Django's error reports, and all that is logged: no secret is there, wherever a request fails."""

from __future__ import annotations

import html
import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NoReturn
from unittest.mock import patch

import bcrypt
import jwt
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.test import AsyncRequestFactory, Client, RequestFactory
from django.utils.log import AdminEmailHandler
from django.utils.timezone import now
from django.views.debug import (
    ExceptionReporter,
    SafeExceptionReporterFilter,
    get_default_exception_reporter_filter,
)
from pytest_django import Settings
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from drupal_jwt_auth.auth.api_keys import hash_of
from drupal_jwt_auth.auth.error_reports import KEEPERS, SecretFilter
from drupal_jwt_auth.auth.flood import count_once_more, forget_taken
from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.sessions import CSRF, forget_request, make_token
from drupal_jwt_auth.auth.tokens import IssuedToken, start_session
from drupal_jwt_auth.http.authorization import (
    API_KEY_HEADER,
    HEADER_NAMES,
    REDIRECTED,
    read_authorization,
)
from drupal_jwt_auth.http.content_type import keep_readable
from drupal_jwt_auth.models import ApiKey, FailedLogin, Node, TokenCutoff
from tests.faults import failing_at, forget_keys, steps_of
from tests.headers import basic, basic_of
from tests.test_architecture import MODULES

PASSWORD = "correct-horse:battery-staple"
KEY = "the-key-of-this-site-that-nobody-else-may-ever-see"
ISSUER, ISSUERS_KEY = "https://issuer.example/", "the-key-that-this-site-shares-with-an-issuer"
OWN_HEADER = "X-Access"
REFRESH_TOKEN_BYTES = 32
API_KEY = "TheKeyOfOneUserThatIsMadeOfLettersAndDigitsAlone0123456789012345"
PIECE = 12
"""So many characters of a secret are too many."""

STARS = SafeExceptionReporterFilter.cleansed_substitute


# What is told of a request


class Reporter(ExceptionReporter):
    """All that Django's reports show, without the page around it, which takes its time."""

    def get_traceback_html(self) -> Any:
        return repr(self.get_traceback_data())

    def get_traceback_text(self) -> Any:
        return ""


class Mails(AdminEmailHandler):
    """Writes a report of whatever is logged, and keeps it."""

    def __init__(self) -> None:
        super().__init__(include_html=True)
        self.setLevel(logging.WARNING)
        self.texts: list[str] = []

    def send_mail(self, subject: Any, message: Any, *args: Any, **kwargs: Any) -> None:
        self.texts.append(f"{subject}\n{message}\n{kwargs['html_message']}")


class Told:
    """All that is told of requests, and the secrets that must not be."""

    def __init__(self, mails: Mails, caplog: pytest.LogCaptureFixture) -> None:
        self.mails, self.caplog = mails, caplog
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.secrets = {KEY, ISSUERS_KEY, API_KEY, PASSWORD, *PASSWORD.split(":")}
        self.mails.texts.clear()
        self.caplog.clear()

    def keep(self, secret: str) -> str:
        """Remember a secret; of a token that is its signature."""
        self.secrets.add(secret.rpartition(".")[2].rstrip("="))
        return secret

    def secrets_in(self, answer: Any) -> set[str]:
        """Return the secrets of which a piece is in a report, in a log or in a refusal."""
        texts = [*self.mails.texts, self.caplog.text]
        if answer.status_code >= 400:
            texts.append(answer.content.decode())
        told = html.unescape("\n".join(texts))
        return {secret for secret in self.secrets if any(piece in told for piece in pieces(secret))}


def pieces(secret: str) -> Iterator[str]:
    return (secret[at : at + PIECE] for at in range(max(1, len(secret) - PIECE + 1)))


@pytest.fixture
def told(
    site: None,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Told]:
    """A site with secrets, that tells all it can of what fails."""
    settings.ROOT_URLCONF = "tests.project"
    settings.DRUPAL_JWT_AUTH = {
        "AUTHENTICATION_METHODS": ["jwt", "api_key", "basic", "cookie"],
        "AUTHORIZATION_HEADER": OWN_HEADER,
        "ISSUERS": [
            {"issuer": ISSUER, "audience": "here", "algorithms": ["HS256"], "key": ISSUERS_KEY}
        ],
        "KEYS": [{"kid": "2026", "key": KEY}],
        "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    }
    # That the users have got their passwords a moment ago would end an issuer's tokens of now.
    TokenCutoff.objects.all().delete()
    told = Told(Mails(), caplog)
    encode, token_urlsafe = jwt.encode, secrets.token_urlsafe

    def new_text(size: int) -> str:
        text = token_urlsafe(size)
        return told.keep(text) if size == REFRESH_TOKEN_BYTES else text

    monkeypatch.setattr(jwt, "encode", lambda *args, **kwargs: told.keep(encode(*args, **kwargs)))
    monkeypatch.setattr(secrets, "token_urlsafe", new_text)
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(told.mails)
    yield told
    logging.getLogger().removeHandler(told.mails)


# What clients send


@dataclass(frozen=True)
class Sent:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = ""
    content_type: str = "application/json"
    meta: dict[str, Any] = field(default_factory=dict)

    def __call__(self, **headers: str) -> Any:
        client = Client(raise_request_exception=False, headers=self.headers | headers, **self.meta)
        if self.content_type == MULTIPART:
            return client.post(self.path, self.body)
        return client.generic(self.method, self.path, self.body, self.content_type)


Make = Callable[[], Sent]
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart"
USERINFO, NODES, NODE = "/rest_api/userinfo", "/node?_format=json", "/node/{node}?_format=json"
PAGE = {"type": [{"target_id": "page"}], "title": [{"value": "New"}], "body": [{"value": "Text"}]}


def log_in(username: str, header: str = "Authorization", password: str = PASSWORD) -> Make:
    def make() -> Sent:
        hashed = make_password(PASSWORD)
        if username == "drupal":
            original = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
            hashed = encode_drupal_hash(original.replace("$2b$", "$2y$"))
        User.objects.update_or_create(
            username=username, defaults={"password": hashed, "is_active": username != "blocked"}
        )
        credentials = basic(username, password)["Authorization"]
        return Sent("POST", "/rest_api/id_token", {header: credentials})

    return make


def tokens() -> IssuedToken:
    return start_session(User.objects.get(username="admin"))


def bearer() -> str:
    return f"Bearer {tokens().text}"


def parameter(path: str, name: str, kind: str, content_type: str) -> Make:
    def make() -> Sent:
        value = getattr(tokens(), kind)
        bodies: dict[str, Any] = {
            JSON: json.dumps({name: value}),
            FORM: f"{name}={value}",
            MULTIPART: {name: value},
        }
        return Sent("POST", path, {}, bodies[content_type], content_type)

    return make


def refresh(content_type: str) -> Make:
    return parameter("/rest_api/refresh", "refresh_token", "refresh_token", content_type)


def revoke(kind: str, content_type: str) -> Make:
    return parameter("/rest_api/revoke", "token", kind, content_type)


def show_token(path: str, method: str = "GET", body: Any = None) -> Make:
    def make() -> Sent:
        node = Node.objects.create(type_id="page", title="A page")
        text = json.dumps(body) if body else ""
        return Sent(method, path.format(node=node.pk), {OWN_HEADER: bearer()}, text)

    return make


def in_all_headers() -> Sent:
    headers = {name: bearer() for name in HEADER_NAMES}
    return Sent("GET", USERINFO, headers, meta={REDIRECTED: bearer()})


def without_scheme() -> Sent:
    return Sent("GET", USERINFO, {OWN_HEADER: tokens().text})


def by_basic(password: str) -> Make:
    def make() -> Sent:
        return replace(log_in("admin", OWN_HEADER, password)(), method="GET", path=USERINFO)

    return make


def by_api_key(header: str, key: str = API_KEY) -> Make:
    def make() -> Sent:
        user = User.objects.get(username="admin")
        ApiKey.objects.update_or_create(
            user=user, defaults={"key": hash_of(API_KEY), "made_at": now()}
        )
        credentials = basic("admin", key)["Authorization"]
        is_own = header == API_KEY_HEADER
        return Sent("GET", USERINFO, {header: credentials.removeprefix("Basic " * is_own)})

    return make


def made(key: str, **claims: Any) -> Make:
    def make() -> Sent:
        issued = int(time.time())
        claims_and_times = {"iat": issued, "exp": issued + 60, **claims}
        token = jwt.encode(claims_and_times, key, algorithm="HS256", headers={"kid": "2026"})
        return Sent("GET", USERINFO, {OWN_HEADER: f"Bearer {token}"})

    return make


def begin_session(password: str = PASSWORD) -> Make:
    def make() -> Sent:
        log_in("admin")()
        body = json.dumps({"name": "admin", "pass": password})
        return Sent("POST", "/user/login?_format=json", {}, body)

    return make


def show_cookie(path: str, method: str = "GET", body: Any = None) -> Make:
    def make() -> Sent:
        client = Client()
        client.force_login(User.objects.get(username="admin"))
        key = client.cookies["sessionid"].value
        headers = {"Cookie": f"sessionid={key}", CSRF: make_token(client.session, CSRF)}
        return Sent(method, path, headers, json.dumps(body) if body else "")

    return make


REQUESTS: dict[str, Make] = {
    "login": log_in("admin"),
    "login, own header": log_in("admin", OWN_HEADER),
    "login, wrong password": log_in("admin", password=f"no-{PASSWORD}"),
    "login, a hash of Drupal's": log_in("drupal"),
    "login, blocked": log_in("blocked"),
    "refresh, JSON": refresh(JSON),
    "refresh, form": refresh(FORM),
    "refresh, multipart": refresh(MULTIPART),
    "revoke a token, JSON": revoke("text", JSON),
    "revoke a token, form": revoke("text", FORM),
    "revoke a refresh token, multipart": revoke("refresh_token", MULTIPART),
    "userinfo": show_token(USERINFO),
    "userinfo, all headers": in_all_headers,
    "userinfo, without scheme": without_scheme,
    "userinfo, expired": made(KEY, sub="1", jti="a", exp=2),
    "userinfo, token of an issuer": made(ISSUERS_KEY, iss=ISSUER, aud="here", sub="admin"),
    "userinfo, Basic": by_basic(PASSWORD),
    "userinfo, Basic, wrong password": by_basic(f"no-{PASSWORD}"),
    "userinfo, API key": by_api_key(API_KEY_HEADER),
    "userinfo, API key as Basic": by_api_key(OWN_HEADER),
    "userinfo, wrong API key": by_api_key(API_KEY_HEADER, f"no-{API_KEY}"[:64]),
    "jwks": show_token("/rest_api/jwks"),
    "node, GET": show_token(NODE),
    "node, POST": show_token(NODES, "POST", PAGE),
    "node, PATCH": show_token(NODE, "PATCH", PAGE),
    "node, DELETE": show_token(NODE, "DELETE"),
    "session": begin_session(),
    "session, wrong password": begin_session(f"no-{PASSWORD}"),
    "session, status": show_cookie("/user/login_status"),
    "session, token": show_cookie("/session/token"),
    "session, wrong logout": show_cookie("/user/logout?token=x", "POST"),
    "session, userinfo": show_cookie(USERINFO),
    "session, POST": show_cookie(NODES, "POST", PAGE),
    "view of the project": show_token("/whoami"),
}


@pytest.fixture
def prepare(told: Told) -> Callable[[str], Sent]:
    """Make the request of this name, which reads the keys anew, and remember its secrets."""

    def prepare(name: str) -> Sent:
        # A fault while something is saved ends the transaction, which here is the test's.
        transaction.set_rollback(False)
        told.forget()
        forget_keys()
        FailedLogin.objects.all().delete()
        sent = REQUESTS[name]()
        for value in (*sent.headers.values(), *sent.meta.values()):
            told.keep(value.rpartition(" ")[2])
        return sent

    return prepare


@pytest.mark.parametrize("name", REQUESTS)
def test_no_secret_is_told_wherever_a_request_fails(
    name: str, prepare: Callable[[str], Sent], told: Told, settings: Settings
) -> None:
    settings.DEBUG = True
    settings.DEFAULT_EXCEPTION_REPORTER = f"{__name__}.Reporter"
    told.mails.reporter_class = Reporter
    # What Django itself logs of an answer has the report that is the answer.
    told.mails.addFilter(lambda record: not hasattr(record, "status_code"))
    # What is prepared once in a process is no step of the next request.
    prepare(name)()
    # Before Django handles a request, and when it is over, it has no report of what fails.
    receivers = (keep_readable, forget_taken, forget_request, count_once_more)
    around = {each.__code__ for each in receivers}
    steps = steps_of(prepare(name), around)
    assert len(steps) > 10
    leaks = {step: told.secrets_in(failing_at(step, prepare(name))) for step in steps}
    assert {step: found for step, found in leaks.items() if found} == {}


def fail(*args: Any, **kwargs: Any) -> NoReturn:
    raise LookupError("This fails.")


REPORTS = {
    "page": (True, "text/html"),
    "page as text": (True, "application/json"),
    "mail": (False, "application/json"),
}


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("name", ["login", "refresh, form", "userinfo", "view of the project"])
def test_no_secret_is_on_the_page_or_in_the_mail_that_django_makes(
    name: str, kind: str, prepare: Callable[[str], Sent], told: Told, settings: Settings
) -> None:
    settings.DEBUG, accept = REPORTS[kind]
    sent = prepare(name)
    verified, made = "auth.tokens.users.TokenUser.of", "auth.tokens.refreshing.sign"
    with patch(f"drupal_jwt_auth.{verified}", fail), patch(f"drupal_jwt_auth.{made}", fail):
        answer = sent(Accept=accept)
    assert answer.status_code == 500
    reports = [text for text in told.mails.texts if "This fails." in text]
    reports += [answer.content.decode()] if settings.DEBUG else []
    assert len(reports) == 1 + settings.DEBUG
    assert all("This fails." in text and "HTTP_ACCEPT" in text for text in reports)
    assert told.secrets_in(answer) == set()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("name", ["login, own header", "refresh, form", "userinfo"])
def test_no_secret_is_told_of_a_request_that_reaches_no_view(
    name: str, debug: bool, prepare: Callable[[str], Sent], told: Told, settings: Settings
) -> None:
    settings.DEBUG = debug
    answer = prepare(name)(Host="evil.example")
    assert answer.status_code == 400
    assert "evil.example" in told.mails.texts[0]
    assert told.secrets_in(answer) == set()


def test_without_the_filter_django_tells_token_and_key(
    prepare: Callable[[str], Sent], told: Told, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = True
    monkeypatch.delattr(HttpRequest, "exception_reporter_filter")
    sent = prepare("userinfo")
    with patch("jwt.algorithms.HMACAlgorithm.verify", fail):
        answer = sent()
    assert told.secrets_in(answer) >= {sent.headers[OWN_HEADER].rpartition(".")[2], KEY}


# What is hidden, and what is not


@pytest.fixture
def form(told: Told, rf: RequestFactory) -> HttpRequest:
    """A request with three tokens."""
    return rf.post(
        "/shop",
        {"token": "first-token", "refresh_token": "second-token", "size": "large"},
        headers={OWN_HEADER: "Bearer third.token.signature", "X-Other": "shop"},
    )


def shown(request: HttpRequest | Request | None, value: Any, module: str = "shop") -> str:
    """What a report shows of a variable of a function in this module that fails."""
    try:
        exec("raise LookupError", {"__name__": module}, {"value": value})
    except LookupError:
        reporter = ExceptionReporter(request, *sys.exc_info())
    return repr(dict(reporter.get_traceback_frames()[-1]["vars"])["value"])


class Thing:
    """What only its own code can show."""

    def __repr__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    "value",
    [
        "third.token.signature",
        "Bearer third.token.signature",
        "THIRD.TOKEN.SIGNATURE",
        b"third.token.signature",
        {"parts": [("signature", 1)]},
        QueryDict("a=first-token"),
        ["second-token"],
        Thing(),
    ],
)
def test_a_variable_that_contains_what_was_sent_is_hidden(form: HttpRequest, value: Any) -> None:
    assert shown(form, value) == repr(STARS)


def test_a_header_that_was_read_is_hidden(form: HttpRequest) -> None:
    assert shown(form, read_authorization(form, "bearer")) == repr(STARS)
    assert shown(form, form.headers) == repr(STARS)
    assert shown(form, form.META) == repr(STARS)


def test_other_variables_are_shown(form: HttpRequest) -> None:
    assert shown(form, ["large", "shop", "third"]) == "['large', 'shop', 'third']"
    assert shown(form, form) == "<WSGIRequest: POST '/shop'>"


def test_the_request_of_rest_framework_is_as_good_as_its_own(form: HttpRequest) -> None:
    request = Request(form, parsers=[MultiPartParser()])
    assert shown(request, ["first-token"]) == shown(request, "signature") == repr(STARS)
    assert shown(request, "large") == "'large'"


def test_a_request_that_came_by_asgi_is_as_good(told: Told, async_rf: AsyncRequestFactory) -> None:
    request = async_rf.get("/shop", headers={OWN_HEADER: "Bearer third.token.signature"})
    assert shown(request, "signature") == repr(STARS)
    assert shown(request, "large") == "'large'"


def test_a_filter_can_be_copied(form: HttpRequest) -> None:
    copied = copy(form.exception_reporter_filter)
    assert copied.get_post_parameters(form)["token"] == STARS


@pytest.mark.parametrize("module", KEEPERS)
def test_code_that_deals_in_secrets_shows_no_variable(form: HttpRequest, module: str) -> None:
    assert module in MODULES
    assert shown(form, "large", module) == shown(form, "large", f"{module}.inner") == repr(STARS)
    assert shown(form, "large", f"{module}_of_others") == "'large'"


@pytest.mark.parametrize("sent", ["e", "Bearer e", "Bearer a.b.e", "Bearer", "Bearer ="])
def test_nobody_can_empty_a_report_by_sending_a_letter(rf: RequestFactory, sent: str) -> None:
    request = rf.get("/shop", headers={"Authorization": sent, "X-Access": ""})
    assert shown(request, "Bearer of news") == "'Bearer of news'"


@pytest.mark.parametrize("header", ["Authorization", OWN_HEADER, API_KEY_HEADER])
@pytest.mark.parametrize(
    ("password", "encoding"),
    [
        ("staple", "utf-8"),
        ("e", "utf-8"),
        ("my-own:password", "utf-8"),
        ("it's \\ 'mine'", "utf-8"),
        ("pass\u00e9", "utf-8"),
        ("pass\u00e9", "latin-1"),
    ],
)
def test_a_password_that_came_encoded_is_hidden_decoded_too(
    told: Told, rf: RequestFactory, header: str, password: str, encoding: str
) -> None:
    value = basic_of(f"someone:{password}".encode(encoding))["Authorization"]
    sent = value.removeprefix("Basic ") if header == API_KEY_HEADER else value
    request = rf.get("/shop", headers={header: sent})
    for variable in (
        password,
        f"someone:{password}",
        ["someone", password],
        {"username": "someone", "password": password},
    ):
        assert shown(request, variable) == repr(STARS)
    assert shown(request, "someone else") == "'someone else'"


def test_a_password_is_not_told_by_a_view_of_rest_framework_where_a_backend_fails(
    told: Told, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.guarded_site"
    settings.AUTHENTICATION_BACKENDS = ["drupal_jwt_auth.backends.GuardedModelBackend"]
    sent = Sent("GET", "/with-password", basic("admin", PASSWORD))
    with patch("django.contrib.auth.backends.ModelBackend.authenticate", fail):
        answer = sent()
    assert answer.status_code == 500
    assert any("This fails." in text for text in told.mails.texts)
    assert told.secrets_in(answer) == set()


def test_of_a_form_only_the_tokens_are_hidden(form: HttpRequest) -> None:
    parameters = form.exception_reporter_filter.get_post_parameters(form)
    assert parameters == QueryDict(f"token={STARS}&refresh_token={STARS}&size=large")
    assert form.POST["token"] == "first-token"


def test_of_the_headers_only_those_with_tokens_are_hidden(form: HttpRequest) -> None:
    form.META[REDIRECTED] = "x"
    meta = form.exception_reporter_filter.get_safe_request_meta(form)
    assert {meta["HTTP_X_ACCESS"], meta[REDIRECTED]} == {STARS}
    assert meta["HTTP_X_OTHER"] == "shop"
    assert form.META["HTTP_X_ACCESS"] == "Bearer third.token.signature"


def test_a_form_that_cannot_be_read_hides_no_less(form: HttpRequest, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5
    frame = sys._getframe()
    variables = dict(form.exception_reporter_filter.get_traceback_frame_variables(form, frame))
    assert variables["settings"] is settings
    assert shown(form, "third.token.signature") == repr(STARS)


def test_a_new_token_does_not_show_itself() -> None:
    token = IssuedToken("the-token", 1, 3600, {"sub": "1"}, "the-refresh-token")
    assert repr(token) == "IssuedToken(issued_at=1, expires_in=3600, claims={'sub': '1'})"


# What the project has


class OwnFilter(SafeExceptionReporterFilter):
    """A filter of the project's, with a mark of its own and a method more."""

    cleansed_substitute = "[own]"

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        found = dict(super().get_traceback_frame_variables(request, tb_frame))
        return {name: "mine" if value == "own" else value for name, value in found.items()}.items()

    def own(self) -> str:
        return "own"


@pytest.fixture
def default_filter(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Set the project's filter for all requests."""

    # Its stub does not tell that the function is cached.
    cached: Any = get_default_exception_reporter_filter

    def use(path: str) -> None:
        settings.DEFAULT_EXCEPTION_REPORTER_FILTER = path
        cached.cache_clear()

    yield use
    cached.cache_clear()


@pytest.mark.parametrize("where", ["for all", "on the request"])
def test_a_filter_of_the_project_stays(
    where: str, form: HttpRequest, default_filter: Callable[[str], None]
) -> None:
    if where == "for all":
        default_filter(f"{__name__}.OwnFilter")
    else:
        form.exception_reporter_filter = OwnFilter()
    assert shown(form, "own") == "'mine'"
    assert shown(form, "third.token.signature") == "'[own]'"
    own: Any = form.exception_reporter_filter
    assert own.own() == "own"
    assert own.get_post_parameters(form)["token"] == "[own]"


def test_the_filter_can_be_that_of_the_project_for_failures_outside_of_requests(
    form: HttpRequest, default_filter: Callable[[str], None]
) -> None:
    keeper = "drupal_jwt_auth.auth.tokens"
    assert shown(None, "own", keeper) == "'own'"
    default_filter("drupal_jwt_auth.error_reports.SecretFilter")
    assert shown(None, "own", keeper) == repr(STARS)
    assert shown(None, "own") == "'own'"
    assert isinstance(form.exception_reporter_filter, SecretFilter)
    assert shown(form, "third.token.signature") == repr(STARS)
