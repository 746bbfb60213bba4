"""Who may call: addresses that are let in, roles with paths of their own, and nobody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import RequestFactory
from django.test.utils import override_script_prefix
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.client_access import ClientNotAllowed, check_path, matches, stands_for
from drupal_jwt_auth.auth.tokens import issue
from tests.conftest import Client
from tests.email_user.settings import SECRET_KEY as OTHER_KEY
from tests.headers import basic, basic_of, bearer
from tests.logs import notes

pytestmark = pytest.mark.urls("tests.project")

ID_TOKEN = "/rest_api/id_token"
REFUSED = {"message": "Your IP address is not allowed to use this site's API."}
NOT_THIS_PATH = {"message": "Your roles are not allowed to use this path."}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "PUT", "DELETE", "TRACE", "FOO"]
APP_PATHS = [
    *(ID_TOKEN, "/rest_api/refresh", "/rest_api/revoke", "/rest_api/jwks"),
    *("/node", "/node/1", "/NODE/1/"),
]
QUERIES = [
    *("", "?_format=json", "?_format=json&x=1", "?x=1&_format=json", "?x=1&&_format=json"),
    *("?_FORMAT=json", "?x=_format=json", "?x=/jsonapi/", "?/admin/config/services/jsonapi/"),
    *("?_format[]=json", "?%5Fformat=json", "?x=1;_format=json", "?_format=json&_format=json"),
]
"""The vendor's module looked for `?_format=` in the URL, and let through what had it elsewhere."""


def configure(settings: Settings, **values: Any) -> None:
    settings.DRUPAL_JWT_AUTH = values


def get(path: str, remote: str, token: str = "", **headers: str) -> Any:
    own = bearer(token) if token else {}
    return APIClient(REMOTE_ADDR=remote).get(path, headers={**own, **headers})


@pytest.fixture
def token(user: User) -> str:
    return issue(user).text


class TestAddresses:
    @pytest.mark.parametrize(
        ("entry", "refused", "served"),
        [
            ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.8", "2001:db8::7"]),
            ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0", "::192.0.2.7"]),
            ("2001:db8::7", ["2001:db8::7", "2001:DB8:0::7"], ["2001:db8::8", "192.0.2.7"]),
            ("2001:db8::/32", ["2001:db8:ffff::1"], ["2001:db9::1"]),
            ("::ffff:192.0.2.7", ["192.0.2.7", "::ffff:c000:207"], ["192.0.2.8"]),
            ("0.0.0.0/0", ["192.0.2.7", "127.0.0.1"], ["::1"]),
            ("::/0", ["::1"], ["192.0.2.7"]),
        ],
    )
    def test_who_is_on_the_block_list_is_refused(
        self, settings: Settings, token: str, entry: str, refused: list[str], served: list[str]
    ) -> None:
        configure(settings, BLOCKED_ADDRESSES=["198.51.100.1", entry])
        for remote in refused:
            response = get("/whoami", remote, token)
            assert (response.status_code, response.json()) == (403, REFUSED), remote
        for remote in served:
            assert get("/whoami", remote, token).status_code == 200, remote

    @pytest.mark.parametrize(
        ("entries", "served", "refused"),
        [
            (["192.0.2.7"], ["192.0.2.7"], ["192.0.2.8", "2001:db8::7", "", "unknown"]),
            (("192.0.2.0/24", "::1"), ["192.0.2.9", "::1"], ["192.0.3.1", "::2", "127.0.0.1"]),
            (["0.0.0.0/0", "::/0"], ["192.0.2.7", "::1"], ["", "unknown"]),
            ([], [], ["192.0.2.7", "127.0.0.1", "::1", ""]),
        ],
    )
    def test_where_some_are_allowed_all_others_are_refused(
        self, settings: Settings, token: str, entries: Any, served: list[str], refused: list[str]
    ) -> None:
        configure(settings, ALLOWED_ADDRESSES=entries)
        for remote in served:
            assert get("/whoami", remote, token).status_code == 200, remote
        for remote in refused:
            response = get("/whoami", remote, token)
            assert (response.status_code, response.json()) == (403, REFUSED), remote

    def test_who_is_on_both_lists_is_refused(self, settings: Settings, token: str) -> None:
        configure(settings, ALLOWED_ADDRESSES=["192.0.2.0/24"], BLOCKED_ADDRESSES=["192.0.2.7"])
        assert get("/whoami", "192.0.2.7", token).status_code == 403
        assert get("/whoami", "192.0.2.8", token).status_code == 200

    @pytest.mark.parametrize(
        "lists",
        [
            {"BLOCKED_ADDRESSES": ["192.0.2.7"]},
            {"ALLOWED_ADDRESSES": ["10.0.0.0/8", "192.0.2.7"]},
            {"ALLOWED_ADDRESSES": ["0.0.0.0/0", "::/0"]},
        ],
    )
    def test_whose_address_is_not_known_is_refused_where_there_is_a_list(
        self, settings: Settings, token: str, lists: dict[str, Any]
    ) -> None:
        configure(settings, **lists, TRUSTED_PROXIES=2)
        headers = [
            ("10.0.0.2", {"X-Forwarded-For": "192.0.2.7"}),
            ("10.0.0.2", {"X-Forwarded-For": "unknown, 10.0.0.1"}),
            ("", {}),
            ("unknown", {}),
        ]
        for remote, forwarded in headers:
            response = get("/whoami", remote, token, **forwarded)
            assert (response.status_code, response.json()) == (403, REFUSED)
        forwarded = {"X-Forwarded-For": "10.0.0.9, 10.0.0.1"}
        assert get("/whoami", "10.0.0.2", token, **forwarded).status_code == 200

    def test_without_lists_everybody_is_served(self, token: str) -> None:
        for remote in ("192.0.2.7", "::1", "", "unknown"):
            assert get("/whoami", remote, token).status_code == 200

    def test_a_header_gets_nobody_round_the_lists(self, settings: Settings, token: str) -> None:
        invented = {"X-Forwarded-For": "192.0.2.8", "X-Real-IP": "192.0.2.8"}
        for lists in ({"ALLOWED_ADDRESSES": ["192.0.2.8"]}, {"BLOCKED_ADDRESSES": ["192.0.2.7"]}):
            configure(settings, **lists)
            assert get("/whoami", "192.0.2.7", token, **invented).status_code == 403

    def test_behind_a_trusted_proxy_the_client_of_the_proxy_counts(
        self, settings: Settings, token: str
    ) -> None:
        configure(settings, BLOCKED_ADDRESSES=["192.0.2.7"], TRUSTED_PROXIES=1)
        for forwarded, status in [("192.0.2.7", 403), ("192.0.2.8, 192.0.2.7", 403)]:
            response = get("/whoami", "10.0.0.1", token, **{"X-Forwarded-For": forwarded})
            assert response.status_code == status
        served = get("/whoami", "10.0.0.1", token, **{"X-Forwarded-For": "192.0.2.7, 192.0.2.8"})
        assert served.status_code == 200

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("path", APP_PATHS)
    def test_every_view_of_the_app_refuses_before_anything_else(
        self,
        settings: Settings,
        db: None,
        django_assert_num_queries: DjangoAssertNumQueries,
        path: str,
        method: str,
    ) -> None:
        configure(settings, BLOCKED_ADDRESSES=["127.0.0.1"], AUDIT_LOG=[])
        with django_assert_num_queries(0):
            response = APIClient().generic(
                method, path, "{", headers={**basic("someone", "secret"), "Accept": "x/y"}
            )
        assert response.status_code == 403
        assert "WWW-Authenticate" not in response.headers
        if method != "HEAD":
            assert json.loads(response.content) == REFUSED

    def test_a_projects_views_that_take_tokens_refuse_whatever_is_sent(
        self, settings: Settings, token: str
    ) -> None:
        configure(settings, BLOCKED_ADDRESSES=["127.0.0.1"])
        for path in ("/whoami", "/public", "/needs-token"):
            for headers in ({}, bearer(token), bearer("x"), {"Authorization": "Digest x"}):
                response = APIClient().get(path, headers=headers)
                assert (response.status_code, response.json()) == (403, REFUSED)
        assert APIClient().get("/basic-only").status_code == 401

    @pytest.mark.parametrize("query", QUERIES)
    def test_no_query_gets_round_them(self, settings: Settings, db: None, query: str) -> None:
        configure(settings, BLOCKED_ADDRESSES=["127.0.0.1"])
        assert APIClient().get(f"/node/1{query}").status_code == 403

    def test_a_refusal_is_logged(
        self, settings: Settings, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        configure(settings, BLOCKED_ADDRESSES=["192.0.2.7"])
        get("/whoami", "192.0.2.7")
        configure(settings, ALLOWED_ADDRESSES=["192.0.2.7"])
        get("/node%0Aforged", "")
        get("/whoami", "unknown")
        get("/whoami", "192.0.2.8")
        assert messages(caplog) == [
            "Refused GET '/whoami' from 192.0.2.7: its address is blocked.",
            "Refused GET '/whoami' from None: its address is not known.",
            "Refused GET '/whoami' from 192.0.2.8: its address is not among those allowed.",
        ]


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return notes(caplog, logging.WARNING)


@pytest.mark.parametrize(
    ("pattern", "paths", "others"),
    [
        ("/node", ["/node", "/node/", "/NODE"], ["/node/1", "/nodes", "/", "/x/node", "/node//"]),
        ("/node/", ["/node", "/node/"], ["/node/1"]),
        ("/Node/*", ["/node/1", "/NODE/1/edit", "/node/*", "/node/a\nb"], ["/node", "/node/"]),
        ("/node*", ["/node", "/node/1", "/nodes"], ["/", "/a/node"]),
        ("/node/*/edit", ["/node/1/edit", "/node/1/2/edit/"], ["/node/edit", "/node/1"]),
        ("*", ["/", "/node", "/a/b/"], []),
        ("/", ["/"], ["/node", "/a"]),
        ("*/edit", ["/edit", "/node/1/edit"], ["/node/1"]),
        ("/a/*/b/*/c", ["/a/1/b/2/c", "/a/b/b/b/c", "/a//b//c"], ["/a/1/b/c", "/a/b/2/c", "/a/b"]),
        ("/a**b", ["/ab", "/a/b"], ["/a", "/b"]),
        ("/ab*ba", ["/abba", "/ab/ba"], ["/aba", "/ab"]),
        ("/a.b", ["/a.b"], ["/axb"]),
        ("/a+[b]", ["/a+[b]"], ["/aab"]),
        ("/ÜBER", ["/über", "/Über"], ["/uber"]),
    ],
)
def test_paths_are_compared_as_drupal_does(
    pattern: str, paths: list[str], others: list[str]
) -> None:
    assert [path for path in paths if not matches(path, [pattern])] == []
    assert [path for path in others if matches(path, [pattern])] == []


class CountedText(str):
    """A text that counts how often something is looked for in it."""

    searches = 0

    def find(self, *args: Any) -> int:
        self.searches += 1
        return super().find(*args)


def test_a_long_path_is_gone_through_once_however_many_stars_there_are() -> None:
    path = CountedText("/" + "a/" * 4000 + "b")
    assert not stands_for("/" + "*a/" * 10 + "*c/*b", path)
    assert path.searches <= 11


class TestRoles:
    @pytest.fixture
    def importer(self, user: User) -> User:
        """A user in a group of this name, and in one that there are no rules for."""
        for name in ("importer", "unlisted"):
            user.groups.add(Group.objects.create(name=name))
        return user

    def status(self, path: str, user: User | None = None) -> int:
        headers = {} if user is None else bearer(issue(user).text)
        return APIClient().get(path, headers=headers).status_code

    def test_a_listed_role_may_use_the_listed_paths_only(
        self, settings: Settings, importer: User
    ) -> None:
        configure(settings, ROLE_PATHS={"importer": ["/who*", "/node/*"]})
        response = APIClient().get("/public", headers=bearer(issue(importer).text))
        assert (response.status_code, response.json()) == (403, NOT_THIS_PATH)
        assert "WWW-Authenticate" not in response.headers
        assert self.status("/whoami", importer) == 200

    def test_who_has_no_listed_role_may_use_any_path(self, settings: Settings, user: User) -> None:
        configure(settings, ROLE_PATHS={"importer": ["/node"], "nobody": []})
        assert self.status("/whoami", user) == 200
        assert self.status("/public") == 200

    def test_a_role_without_paths_may_use_none(self, settings: Settings, importer: User) -> None:
        configure(settings, ROLE_PATHS={"importer": []})
        assert self.status("/whoami", importer) == 403

    def test_who_has_several_may_use_the_paths_of_each(
        self, settings: Settings, importer: User
    ) -> None:
        importer.groups.add(Group.objects.create(name="reader"))
        configure(settings, ROLE_PATHS={"importer": ["/node"], "reader": ["/whoami"]})
        assert self.status("/whoami", importer) == 200
        assert self.status("/public", importer) == 403

    def test_every_user_has_the_authenticated_role(
        self, settings: Settings, importer: User
    ) -> None:
        rules = {"authenticated": ["/whoami"], "importer": ["/public"]}
        configure(settings, ROLE_PATHS=rules)
        assert self.status("/whoami", importer) == 200
        assert self.status("/public", importer) == 200
        importer.groups.clear()
        assert self.status("/public", importer) == 403
        configure(settings, ROLE_PATHS={"members": []}, AUTHENTICATED_ROLE="members")
        assert self.status("/whoami", importer) == 403

    def test_a_group_whose_name_looks_alike_is_not_the_listed_role(
        self, settings: Settings, user: User
    ) -> None:
        user.groups.add(Group.objects.create(name="Impörter"))
        configure(settings, ROLE_PATHS={"importer": ["/node"]})
        assert self.status("/whoami", user) == 200

    def test_a_superuser_is_held_to_them_too(self, settings: Settings, importer: User) -> None:
        User.objects.update(is_superuser=True)
        configure(settings, ROLE_PATHS={"importer": ["/node"]})
        assert self.status("/whoami", importer) == 403

    def test_without_a_token_one_has_the_anonymous_role_and_is_asked_for_a_token(
        self, settings: Settings, user: User
    ) -> None:
        configure(settings, ROLE_PATHS={"anonymous": ["/public"]})
        assert self.status("/public") == 200
        response = APIClient().get("/resource")
        assert response.status_code == 401
        assert response.json()["error"] == "MISSING_AUTHORIZATION_HEADER"
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert self.status("/whoami", user) == 200
        configure(settings, ROLE_PATHS={"all": []}, ANONYMOUS_ROLE="all")
        assert self.status("/public") == 401
        assert APIClient().get("/public", headers={"Authorization": "Digest x"}).json()[
            "error"
        ] == ("INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE")

    def test_a_user_with_a_session_is_not_taken_for_anonymous(
        self, settings: Settings, user: User
    ) -> None:
        configure(settings, ROLE_PATHS={"anonymous": []})
        client = APIClient()
        client.force_login(user)
        assert client.get("/token-first").status_code == 200
        assert client.get("/session-first").status_code == 200

    def test_membership_in_the_group_of_the_anonymous_role_makes_nobody_anonymous(
        self, settings: Settings, importer: User
    ) -> None:
        importer.groups.add(Group.objects.get(name="anonymous"))
        configure(settings, ROLE_PATHS={"anonymous": []})
        assert self.status("/whoami", importer) == 200

    def test_the_apps_views_are_held_to_them(
        self, settings: Settings, site: None, client_of: Client
    ) -> None:
        settings.DRUPAL_JWT_AUTH = {"ROLE_PATHS": {"content_editor": ["/node/*"]}}
        editor = client_of("editor")
        refused = editor.post("/node?_format=json", {}, format="json")
        assert (refused.status_code, refused.json()) == (403, NOT_THIS_PATH)
        assert editor.get("/node/1?_format=json").status_code == 404
        assert client_of("plain").get("/node/1?_format=json").status_code == 404

    def test_the_endpoints_for_tokens_are_not(self, settings: Settings, importer: User) -> None:
        rules: dict[str, list[str]] = {"importer": [], "authenticated": [], "anonymous": []}
        configure(settings, ROLE_PATHS=rules)
        client = APIClient()
        assert client.post(ID_TOKEN, headers=basic("someone", "secret")).status_code == 200
        revoked = client.post("/rest_api/revoke", {"token": issue(importer).text}, format="json")
        assert revoked.status_code == 200
        assert client.get("/rest_api/jwks").status_code == 200

    @pytest.mark.parametrize("query", [*QUERIES, "?/whoami", "?q=/whoami", "?path=/whoami"])
    @pytest.mark.parametrize("path", ["/public", "/public/", "/PUBLIC", "//public"])
    def test_no_way_of_writing_the_url_gets_round_them(
        self, settings: Settings, importer: User, path: str, query: str
    ) -> None:
        configure(settings, ROLE_PATHS={"importer": ["/whoami"]})
        assert self.status(path + query, importer) in (403, 404)

    def test_the_path_is_that_after_the_prefix_of_the_site(
        self, settings: Settings, importer: User
    ) -> None:
        configure(settings, ROLE_PATHS={"importer": ["/whoami"]})
        client = APIClient(SCRIPT_NAME="/site")
        response = client.get("/whoami", headers=bearer(issue(importer).text))
        assert response.status_code == 200

    @pytest.mark.urls("tests.urlconfs")
    def test_the_path_is_the_one_in_the_projects_urlconf(
        self, settings: Settings, importer: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        configure(settings, ROLE_PATHS={"importer": ["/api/node/1"]})
        client = APIClient(SCRIPT_NAME="/site", headers=bearer(issue(importer).text))
        with override_script_prefix("/site/"):
            for path in ("/api/node/1", "/api/index.php/node/1", "/api/NODE/1/"):
                assert client.get(path).status_code == 404
            for path in ("/api/node/2", "/api/index.php/node/2"):
                assert client.get(path).status_code == 403
        assert messages(caplog) == [
            f"Refused GET '{path}' from 127.0.0.1: not among the paths of importer."
            for path in ("/api/node/2", "/api/index.php/node/2")
        ]

    def test_the_groups_take_one_query_and_none_where_there_are_no_rules_for_groups(
        self,
        settings: Settings,
        importer: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        headers = bearer(issue(importer).text)
        for rules, number in [({}, 1), ({"authenticated": ["*"]}, 1), ({"importer": ["*"]}, 2)]:
            configure(settings, ROLE_PATHS=rules)
            with django_assert_num_queries(number):
                assert APIClient().get("/whoami", headers=headers).status_code == 200

    def test_users_of_a_model_without_groups_have_the_authenticated_role_only(
        self, settings: Settings
    ) -> None:
        request = RequestFactory().get("/whoami")
        somebody: Any = AnonymousUser()
        configure(settings, ROLE_PATHS={"importer": []})
        check_path(request, somebody)
        configure(settings, ROLE_PATHS={"authenticated": []})
        with pytest.raises(ClientNotAllowed):
            check_path(request, somebody)

    def test_a_refusal_is_logged_without_the_users_name(
        self, settings: Settings, importer: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        configure(settings, ROLE_PATHS={"importer": [], "anonymous": []})
        self.status("/whoami", importer)
        self.status("/whoami")
        assert messages(caplog) == [
            "Refused GET '/whoami' from 127.0.0.1: not among the paths of importer.",
            "Refused GET '/whoami' from 127.0.0.1: not among the paths of anonymous.",
        ]


class TestWeaknessesOfTheVendorsModule:
    @pytest.mark.parametrize("query", QUERIES)
    @pytest.mark.parametrize(("method", "path"), [("GET", "/node/{}"), ("POST", "/node")])
    def test_a_format_that_is_not_first_in_the_query_opens_nothing(
        self, site: None, client_of: Client, method: str, path: str, query: str
    ) -> None:
        """SA-CONTRIB-2026-182: protection hung on the text ``?_format=`` in the URL."""
        page = {"type": "page", "title": ["A page"]}
        made = client_of("admin").post("/node?_format=json", page, format="json")
        assert made.status_code == 201
        nid = made.json()["nid"][0]["value"]
        path = path.format(nid)
        response = APIClient().generic(method, path + query, json.dumps(page), "application/json")
        assert response.status_code in (400, 401, 406)
        assert b"A page" not in response.content

    @pytest.mark.parametrize("secret", ["", OTHER_KEY, "None", "null", "0"])
    @pytest.mark.parametrize("algorithm", ["HS256", "none"])
    def test_a_key_that_is_not_set_is_not_the_same_as_an_empty_one(
        self, user: User, secret: str, algorithm: str
    ) -> None:
        """SA-CONTRIB-2026-298: an API key that was not set matched an empty one."""
        now = int(time.time())
        claims = {"sub": str(user.pk), "iat": now, "exp": now + 60, "jti": "x"}
        signed = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(claims)}"
        mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
        signature = "" if algorithm == "none" else base64url(mac)
        response = APIClient().get("/whoami", headers=bearer(f"{signed}.{signature}"))
        assert response.status_code == 401

    @pytest.mark.parametrize("password", ["", "!", None])
    @pytest.mark.parametrize("content", [b":", b"someone:", b"someone", b"", b":secret", b"\0:"])
    def test_empty_credentials_open_no_account(
        self, user: User, password: str | None, content: bytes
    ) -> None:
        if password is None:
            user.set_unusable_password()
        else:
            user.password = password
        user.save()
        response = APIClient().post(ID_TOKEN, headers=basic_of(content))
        assert response.status_code == 401
        assert response.json()["error"] == "INVALID_CREDENTIALS"

    def test_a_blocked_user_gets_no_token(self, user: User) -> None:
        """SA-CONTRIB-2024-022: blocked users could log in."""
        User.objects.update(is_active=False)
        assert APIClient().post(ID_TOKEN, headers=basic("someone", "secret")).status_code == 403

    def test_a_password_is_not_cut_at_its_second_colon(self, db: None) -> None:
        User.objects.create_user("someone", password="a:b")
        assert APIClient().post(ID_TOKEN, headers=basic("someone", "a:b")).status_code == 200
        assert APIClient().post(ID_TOKEN, headers=basic("someone", "a")).status_code == 401


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def encoded(document: dict[str, Any]) -> str:
    return base64url(json.dumps(document).encode())
