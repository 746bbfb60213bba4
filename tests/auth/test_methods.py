"""By what clients may say who they are: a setting names the methods, in order."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in
from django.db import connection, transaction
from django.urls import include, path
from django.utils.decorators import method_decorator
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth import conf, views
from drupal_jwt_auth.auth.api_keys import delete_api_key, find_owner, make_api_key
from drupal_jwt_auth.auth.audit import Audited
from drupal_jwt_auth.auth.authentication import (
    AcceptedMethods,
    ApiKeyAuthentication,
    DrupalBasicAuthentication,
    JWTAuthentication,
)
from drupal_jwt_auth.auth.authentication.methods import METHODS
from drupal_jwt_auth.auth.exception_handler import DrupalErrorsMixin
from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.models import ApiKey, AuditEntry, FailedLogin, Node
from tests import project
from tests.content.visitors import Visitor, make_type, make_user, message, page, permission
from tests.headers import basic, basic_of, bearer
from tests.project import Classes

USERINFO = "/rest_api/userinfo"
DENIED = {"message": ""}
MISSING = {
    "status": "error",
    "error": "MISSING_AUTHORIZATION_HEADER",
    "error_description": "Authorization header not received.",
}
NOT_PROVIDED = {"message": "No authentication credentials provided."}
CHALLENGE = 'Basic realm="Drupal"'
WRONG = basic("editor", "wrong")
UNREADABLE = [{"Authorization": "Basic !!!"}, {"Authorization": "Basic"}, basic_of(b"editor")]


class Shop(DrupalErrorsMixin, project.WhoAmI):
    """A view of the project's own that takes passwords."""

    authentication_classes: Classes = (DrupalBasicAuthentication,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username(), "auth": request.auth})


class OpenShop(Shop):
    permission_classes = (AllowAny,)


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class ShopOfOwnTransactions(Shop):
    pass


class KeyShop(Shop):
    authentication_classes = (ApiKeyAuthentication, BasicAuthentication)


class LoggedShop(Audited, Shop):
    """One that is logged, and fails."""

    authentication_classes = (DrupalBasicAuthentication, JWTAuthentication)

    def get(self, request: Request) -> Response:
        raise LookupError


class TokensOnly(views.NodeCreateView):
    """The project's own choice for one of the app's views."""

    authentication_classes = (JWTAuthentication,)


urlpatterns = [
    path("shop", Shop.as_view()),
    path("open-shop", OpenShop.as_view()),
    path("own-transactions", ShopOfOwnTransactions.as_view()),
    path("key-shop", KeyShop.as_view()),
    path("logged-shop", LoggedShop.as_view()),
    path("tokens-only", TokensOnly.as_view()),
    path("", include("drupal_jwt_auth.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def editor() -> User:
    """Somebody who may create pages and edit their own, on a site that anybody may read."""
    for name in ("anonymous", "authenticated"):
        role, _ = Group.objects.get_or_create(name=name)
        role.permissions.add(permission("access content"))
    permissions = ("create page content", "edit own page content")
    return make_user("editor", *permissions, password="secret:word")


@pytest.fixture
def node(editor: User) -> Node:
    """A page of the editor's."""
    return Node.objects.create(type=make_type("page"), title="A page", uid=editor)


@pytest.fixture
def key(editor: User) -> str:
    """The editor's API key."""
    return make_api_key(editor)


GOOD = basic("editor", "secret:word")


def accept(settings: Settings, *names: str, **values: Any) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATION_METHODS": names, **values}


def get(where: str, headers: dict[str, str] | None = None) -> Any:
    return Visitor().send("GET", where, **(headers or {}))


def api_key(username: str, key: str) -> dict[str, str]:
    return {"API-KEY": base64.b64encode(f"{username}:{key}".encode()).decode()}


def author(node: Node) -> User:
    assert isinstance(node.uid, User)
    return node.uid


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def logged() -> list[tuple[str, str, int, str]]:
    entries = AuditEntry.objects.order_by("pk")
    return [(each.username, each.authentication, each.status, each.error) for each in entries]


class TestTheSetting:
    def test_it_knows_each_method_that_there_is(self) -> None:
        assert tuple(METHODS) == conf.METHODS

    def test_by_default_tokens_alone_are_accepted(self, node: Node, key: str) -> None:
        assert list(AcceptedMethods()) == [JWTAuthentication]
        for headers in (GOOD, WRONG, basic("editor", key)):
            answer = Visitor().get(node.pk, **headers)
            assert error(answer) == (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        answer = Visitor().get(node.pk, **api_key("editor", key))
        assert (answer.status_code, answer.json()) == (401, MISSING)
        assert "API-KEY" not in answer.headers["Vary"]
        assert not FailedLogin.objects.exists()

    def test_the_setting_holds_for_all_that_needs_credentials(
        self, settings: Settings, node: Node, key: str
    ) -> None:
        accept(settings, "jwt", "api_key", "basic")
        token = bearer(issue(author(node)).text)
        for headers in (token, GOOD, basic("editor", key), api_key("editor", key)):
            assert get(USERINFO, headers).json()["name"] == "editor"
            assert Visitor().get(node.pk, **headers).status_code == 200
            assert Visitor().post(page(), **headers).status_code == 201
            changed = Visitor().patch(node.pk, page(), **headers)
            assert changed.status_code == 200, changed.content

    def test_a_method_that_is_not_named_is_not_accepted(
        self, settings: Settings, node: Node, key: str
    ) -> None:
        accept(settings, "basic")
        for headers in (bearer(issue(author(node)).text), api_key("editor", key)):
            answer = get(USERINFO, headers)
            assert (answer.status_code, answer.json()) == (401, NOT_PROVIDED)
        accept(settings, "api_key")
        for headers in (bearer(issue(author(node)).text), {}):
            assert error(get(USERINFO, headers)) == (401, "MISSING_API_KEY_HEADER")

    @pytest.mark.parametrize(
        ("names", "document", "challenge"),
        [
            (("jwt", "basic"), MISSING, "Bearer"),
            (("basic", "jwt"), NOT_PROVIDED, CHALLENGE),
            (("jwt", "api_key"), MISSING, "Bearer"),
        ],
    )
    def test_the_first_says_what_is_missing(
        self, settings: Settings, names: tuple[str, ...], document: Any, challenge: str
    ) -> None:
        accept(settings, *names)
        nid = Node.objects.create(type=make_type("page"), title="A page").pk
        for answer in (Visitor().get(nid), Visitor().post(page()), get(USERINFO)):
            assert (answer.status_code, answer.json()) == (401, document)
            assert answer.headers["WWW-Authenticate"] == challenge

    def test_a_scheme_that_none_of_them_has_is_the_firsts_to_refuse(
        self, settings: Settings
    ) -> None:
        accept(settings, "jwt", "basic")
        answer = get(USERINFO, {"Authorization": "Digest x"})
        assert error(answer) == (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")

    def test_a_bad_token_is_refused_as_ever(self, settings: Settings, node: Node) -> None:
        accept(settings, "basic", "jwt", PUBLIC_METHODS=["GET"])
        assert error(Visitor().get(node.pk, **bearer("x.y.z"))) == (401, "SEGMENT_FAULT")

    def test_a_token_is_found_beside_a_password_for_a_proxy(
        self, settings: Settings, node: Node
    ) -> None:
        token = {"JWT-Authorization": f"Bearer {issue(author(node)).text}"}
        for names in (("jwt", "basic"), ("basic", "jwt")):
            accept(settings, *names, AUDIT_LOG=["requests"])
            assert Visitor().get(node.pk, **WRONG, **token).status_code == 200
        assert logged() == [("editor", "bearer", 200, "")] * 2

    def test_a_password_that_was_tried_before_the_token_is_logged_as_the_guess_that_it_is(
        self, settings: Settings, editor: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        accept(settings, "basic", "jwt", AUDIT_LOG=["requests", "refusals"])
        own = {"JWT-Authorization": f"Bearer {issue(make_user('other')).text}"}
        assert get(USERINFO, {**WRONG, **own}).json()["name"] == "other"
        assert logged() == [
            ("editor", "basic", 200, "INVALID_CREDENTIALS"),
            ("other", "bearer", 200, ""),
        ]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert FailedLogin.objects.count() == 2
        with pytest.raises(LookupError):
            get("/logged-shop", {**WRONG, **own})
        assert logged()[2:] == [
            ("editor", "basic", 500, "INVALID_CREDENTIALS"),
            ("other", "bearer", 500, "server_error"),
        ]
        accept(settings, "basic", "jwt", AUDIT_LOG=["refusals"])
        get(USERINFO, {**WRONG, **own})
        get(USERINFO, {**GOOD, **own})
        assert logged()[4:] == [("editor", "basic", 200, "INVALID_CREDENTIALS")]

    def test_a_projects_own_choice_for_a_view_comes_first(
        self, settings: Settings, editor: User
    ) -> None:
        accept(settings, "basic")
        answer = Visitor().send("POST", "/tokens-only?_format=json", json.dumps(page()), **GOOD)
        assert error(answer) == (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")


class TestBasic:
    @pytest.fixture(autouse=True)
    def _basic(self, settings: Settings) -> None:
        accept(settings, "jwt", "basic")

    @pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc"])
    def test_the_scheme_may_be_in_any_case(self, editor: User, scheme: str) -> None:
        value = GOOD["Authorization"].replace("Basic", scheme)
        assert get(USERINFO, {"Authorization": value}).json()["name"] == "editor"

    @pytest.mark.parametrize("headers", [WRONG, basic("nobody", "x"), basic("", "x")])
    def test_wrong_credentials_are_an_anonymous_user_who_may_not(
        self, node: Node, headers: dict[str, str]
    ) -> None:
        for answer in (
            Visitor().get(node.pk, **headers),
            Visitor().post(page(), **headers),
            get(USERINFO, headers),
        ):
            assert (answer.status_code, answer.json()) == (403, DENIED)
            assert "WWW-Authenticate" not in answer.headers

    def test_the_right_ones_of_a_blocked_user_are_no_better(self, node: Node) -> None:
        User.objects.update(is_active=False)
        answer = Visitor().post(page(), **GOOD)
        assert (answer.status_code, answer.json()) == (403, DENIED)
        assert AuditEntry.objects.get().user == node.uid

    def test_what_an_anonymous_user_may_is_done(self, settings: Settings, node: Node) -> None:
        accept(settings, "jwt", "basic", PUBLIC_METHODS=["GET", "POST"])
        assert Visitor().get(node.pk, **WRONG).status_code == 200
        Group.objects.get(name="anonymous").permissions.add(permission("create page content"))
        assert Visitor().post(page(), **WRONG).json()["uid"][0]["target_id"] == 0

    @pytest.mark.parametrize("public", [[], ["GET", "PATCH", "DELETE"]])
    def test_the_reason_is_that_of_an_anonymous_user(
        self, settings: Settings, node: Node, public: list[str]
    ) -> None:
        accept(settings, "jwt", "basic", PUBLIC_METHODS=public)
        assert message(Visitor().patch(node.pk, {}, **WRONG)) == (
            403,
            "The 'edit any page content' permission is required.",
        )
        Group.objects.get(name="anonymous").permissions.clear()
        assert message(Visitor().get(node.pk, **WRONG)) == (
            403,
            "The 'access content' permission is required.",
        )
        assert message(Visitor().get(99, **WRONG))[0] == 404

    def test_wrong_credentials_may_not_set_a_field(self, settings: Settings, node: Node) -> None:
        accept(settings, "jwt", "basic", PUBLIC_METHODS=["POST"])
        Group.objects.get(name="anonymous").permissions.add(permission("create page content"))
        sent = page(sticky=[True])
        refused = (403, "Access denied on creating field 'sticky'.")
        assert message(Visitor().post(sent, **WRONG)) == refused
        assert error(Visitor().post(sent)) == (401, "MISSING_AUTHORIZATION_HEADER")

    @pytest.mark.parametrize("headers", UNREADABLE)
    def test_what_cannot_be_read_is_none(self, node: Node, headers: dict[str, str]) -> None:
        for answer in (Visitor().get(node.pk, **headers), get(USERINFO, headers)):
            assert (answer.status_code, answer.json()) == (401, NOT_PROVIDED)
            assert answer.headers["WWW-Authenticate"] == CHALLENGE
        assert not FailedLogin.objects.exists()

    def test_after_five_failures_the_right_password_is_as_wrong(self, node: Node) -> None:
        for number in range(5):
            Visitor().get(node.pk, **basic("editor", f"guess {number}"))
        answer = Visitor().get(node.pk, **GOOD)
        assert (answer.status_code, answer.json()) == (403, DENIED)
        login = Visitor().send("POST", "/rest_api/id_token", **GOOD)
        assert error(login) == (429, "TOO_MANY_REQUESTS")
        assert logged()[-2] == ("editor", "basic", 403, "TOO_MANY_REQUESTS")

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("where", [USERINFO, "/own-transactions"])
    def test_failures_stay_counted_where_requests_are_transactions(
        self, editor: User, where: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        assert get(where, GOOD).status_code == 200
        for number in range(5):
            get(where, basic("editor", f"guess {number}"))
        assert get(where, GOOD).status_code == 403

    def test_a_guess_is_logged_though_it_is_answered_as_an_anonymous_user(
        self, settings: Settings, node: Node, caplog: pytest.LogCaptureFixture
    ) -> None:
        accept(settings, "jwt", "basic", PUBLIC_METHODS=["GET"])
        Visitor().get(node.pk, **WRONG)
        Visitor().get(node.pk, **GOOD)
        assert logged() == [("editor", "basic", 200, "INVALID_CREDENTIALS")]
        assert [record.levelname for record in caplog.records] == ["WARNING"]

    def test_who_comes_in_is_logged_like_others(self, settings: Settings, node: Node) -> None:
        accept(settings, "jwt", "basic", AUDIT_LOG=["requests"])
        Visitor().get(node.pk, **GOOD)
        assert logged() == [("editor", "basic", 200, "")]

    def test_a_request_is_no_login(self, node: Node) -> None:
        logins: list[Any] = []

        def note(**kwargs: Any) -> None:
            logins.append(kwargs)

        user_logged_in.connect(note)
        Visitor().get(node.pk, **GOOD)
        user_logged_in.disconnect(note)
        assert logins == []

    def test_the_paths_of_roles_hold(self, settings: Settings, node: Node) -> None:
        rules: Any = {"ROLE_PATHS": {"authenticated": ["/node"], "anonymous": ["/x"]}}
        accept(settings, "jwt", "basic", PUBLIC_METHODS=["GET"], **rules)
        assert message(Visitor().get(node.pk, **GOOD)) == (
            403,
            "Your roles are not allowed to use this path.",
        )
        assert message(Visitor().get(node.pk, **WRONG)) == (403, "")
        assert error(Visitor().get(node.pk)) == (401, "MISSING_AUTHORIZATION_HEADER")

    def test_a_view_of_the_projects_can_take_it(self, editor: User) -> None:
        assert get("/shop", GOOD).json() == {"user": "editor", "auth": None}
        assert get("/open-shop", WRONG).json()["user"] == ""
        refused = get("/shop", WRONG)
        assert (refused.status_code, refused.json()) == (403, DENIED)
        missing = get("/shop")
        assert (missing.status_code, missing.json()) == (401, NOT_PROVIDED)
        assert missing.headers["WWW-Authenticate"] == CHALLENGE


class TestApiKeys:
    @pytest.fixture(autouse=True)
    def _api_key(self, settings: Settings) -> None:
        accept(settings, "api_key")

    def test_it_comes_in_a_header_of_its_own_or_as_basic(self, key: str) -> None:
        for headers in (api_key("editor", key), basic("editor", key)):
            answer = get(USERINFO, headers)
            assert answer.json()["name"] == "editor"
            assert answer.headers["Vary"].split(", ")[-1] == "API-KEY"

    def test_the_name_may_be_in_any_case(self, key: str) -> None:
        assert get(USERINFO, api_key("EDITOR", key)).json()["name"] == "editor"

    def test_it_is_64_letters_and_digits_and_stored_as_a_hash(self, key: str) -> None:
        assert len(key) == 64
        assert key.isalnum()
        assert key.isascii()
        row = ApiKey.objects.get()
        assert key not in {str(value) for value in vars(row).values()}
        assert str(row) == str(row.made_at)

    def test_a_new_one_ends_the_one_before(self, editor: User, key: str) -> None:
        new = make_api_key(editor)
        assert new != key
        assert error(get(USERINFO, api_key("editor", key))) == (401, "INVALID_API_KEY")
        assert get(USERINFO, api_key("editor", new)).status_code == 200

    def test_it_ends_when_it_is_deleted_and_with_its_user(self, editor: User, key: str) -> None:
        delete_api_key(editor)
        assert error(get(USERINFO, api_key("editor", key))) == (401, "INVALID_API_KEY")
        make_api_key(editor)
        editor.delete()
        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize(
        "sent",
        ["", " ", "x", "x" * 63, "x" * 65, "\N{LATIN SMALL LETTER E WITH ACUTE}" * 64, "x" * 64],
    )
    def test_a_user_without_one_has_none_that_matches(self, editor: User, sent: str) -> None:
        assert find_owner("editor", sent) is None
        assert error(get(USERINFO, api_key("editor", sent))) == (401, "INVALID_API_KEY")

    @pytest.mark.parametrize("username", ["nobody", "", "other", "a\0b", "x" * 5000])
    def test_it_is_good_with_its_users_name_only(self, key: str, username: str) -> None:
        make_user("other")
        answer = get(USERINFO, api_key(username, key))
        assert answer.json() == {
            "status": "error",
            "error": "INVALID_API_KEY",
            "error_description": "Sorry, you are using an invalid API Key.",
        }
        assert answer.status_code == 401

    @pytest.mark.parametrize("value", ["!!!", "x", base64.b64encode(b"no colon").decode()])
    def test_what_cannot_be_read_is_an_error_even_where_no_key_is_needed(
        self, settings: Settings, node: Node, value: str
    ) -> None:
        accept(settings, "api_key", PUBLIC_METHODS=["GET"])
        answer = Visitor().get(node.pk, **{"API-KEY": value})
        assert error(answer) == (401, "INVALID_API_KEY_FORMAT")
        assert answer.headers["WWW-Authenticate"] == "API-KEY"
        assert logged() == [("", "api-key", 401, "INVALID_API_KEY_FORMAT")]

    @pytest.mark.parametrize("headers", [*UNREADABLE, WRONG])
    def test_what_comes_as_basic_and_is_like_no_key_has_the_wrong_format(
        self, headers: dict[str, str]
    ) -> None:
        assert error(get(USERINFO, headers)) == (401, "INVALID_API_KEY_FORMAT")

    def test_a_blocked_user_is_told_with_the_right_key_alone(self, key: str) -> None:
        User.objects.update(is_active=False)
        assert error(get(USERINFO, api_key("editor", key))) == (403, "USER_BLOCKED")
        assert error(get(USERINFO, api_key("editor", "x" * 64))) == (401, "INVALID_API_KEY")
        assert [entry.user and entry.user.username for entry in AuditEntry.objects.all()] == [
            None,
            "editor",
        ]

    def test_a_key_in_the_place_of_the_name_is_not_logged(
        self, settings: Settings, key: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        for headers in (api_key(key, "editor"), api_key(key, ""), basic(key, key)):
            assert error(get(USERINFO, headers)) == (401, "INVALID_API_KEY")
        accept(settings, "basic")
        assert get(USERINFO, basic(key, "")).status_code == 403
        assert get("/rest_api/id_token", basic(key, "")).status_code == 405
        Visitor().send("POST", "/rest_api/id_token", **basic(key, ""))
        assert {name for name, *_ in logged()} == {""}
        assert key not in caplog.text

    def test_failures_count_as_those_of_a_login(self, key: str) -> None:
        for _ in range(5):
            get(USERINFO, api_key("editor", "x" * 64))
        answer = get(USERINFO, api_key("editor", key))
        assert error(answer) == (429, "TOO_MANY_REQUESTS")
        assert int(answer.headers["Retry-After"]) > 0
        assert logged()[-1] == ("editor", "api-key", 429, "TOO_MANY_REQUESTS")

    def test_a_good_key_forgets_no_failures(self, key: str) -> None:
        get(USERINFO, api_key("editor", "x" * 64))
        before = FailedLogin.objects.count()
        assert get(USERINFO, api_key("editor", key)).status_code == 200
        assert FailedLogin.objects.count() == before > 0

    def test_a_login_clears_them_whatever_the_case_of_the_name(self, key: str) -> None:
        for _ in range(2):
            get(USERINFO, api_key("EDITOR", "x" * 64))
            User.objects.update(is_active=False)
            get(USERINFO, api_key("Editor", key))
            User.objects.update(is_active=True)
            assert logged()[-2:] == [
                ("editor", "api-key", 401, "INVALID_API_KEY"),
                ("editor", "api-key", 403, "USER_BLOCKED"),
            ]
            assert Visitor().send("POST", "/rest_api/id_token", **GOOD).status_code == 200
        assert FailedLogin.objects.count() == 2 * 2

    def test_a_refusal_asks_the_database_as_often_for_each_name(
        self,
        settings: Settings,
        editor: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        accept(settings, "api_key", AUDIT_LOG=[], FLOOD_CACHE="default")
        for username in ("editor", "EDITOR", "nobody"):
            with django_assert_num_queries(3):
                assert get(USERINFO, api_key(username, "x" * 64)).status_code == 401

    def test_it_costs_two_queries(
        self,
        settings: Settings,
        key: str,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        accept(settings, "api_key", AUDIT_LOG=[])
        with django_assert_num_queries(2 + 1):
            assert get(USERINFO, api_key("editor", key)).status_code == 200

    def test_who_comes_in_is_logged_like_others(self, settings: Settings, key: str) -> None:
        accept(settings, "api_key", AUDIT_LOG=["requests"])
        get(USERINFO, basic("editor", key))
        assert logged() == [("editor", "api-key", 200, "")]

    def test_what_is_no_key_is_left_to_those_who_take_passwords(
        self, settings: Settings, editor: User
    ) -> None:
        accept(settings, "api_key", "basic")
        editor.set_password("x" * 64)
        editor.save()
        for where in (USERINFO, "/key-shop"):
            assert get(where, basic("editor", "x" * 64)).status_code == 200
        assert get(USERINFO, basic("editor", "y" * 64)).json() == DENIED
        assert logged()[-1] == ("editor", "basic", 403, "INVALID_CREDENTIALS")

    @pytest.mark.parametrize("headers", UNREADABLE)
    def test_basic_that_cannot_be_read_is_for_those_who_take_passwords_to_refuse(
        self, settings: Settings, headers: dict[str, str]
    ) -> None:
        for names in (("jwt", "api_key", "basic"), ("api_key", "basic"), ("basic", "api_key")):
            accept(settings, *names)
            answer = get(USERINFO, headers)
            assert (answer.status_code, answer.json()) == (401, NOT_PROVIDED)
            assert answer.headers["WWW-Authenticate"] == CHALLENGE
        accept(settings, "jwt", "api_key")
        answer = get(USERINFO, headers)
        assert error(answer) == (401, "INVALID_API_KEY_FORMAT")
        assert answer.headers["WWW-Authenticate"] == "API-KEY"


class TestErrorsWithMessage:
    def test_each_documented_error_has_a_message_besides(self, settings: Settings) -> None:
        settings.DRUPAL_JWT_AUTH = {"ERRORS_WITH_MESSAGE": True}
        assert list(get(USERINFO).json().items()) == [
            *MISSING.items(),
            ("message", "Authorization header not received."),
        ]
        login = Visitor().send("POST", "/rest_api/id_token", Authorization="Bearer x").json()
        assert login["message"] == "Authorization header must be the type of Basic."

    def test_one_that_has_a_message_stays_as_it_is(self, settings: Settings, editor: User) -> None:
        token = issue(editor).text
        editor.delete()
        answer = get(USERINFO, bearer(token)).json()
        settings.DRUPAL_JWT_AUTH = {"ERRORS_WITH_MESSAGE": True}
        assert get(USERINFO, bearer(token)).json() == answer
        assert list(answer) == ["status", "error", "message"]
