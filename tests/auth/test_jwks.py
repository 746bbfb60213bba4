"""``GET /rest_api/jwks`` publishes the public keys, and nothing else of any key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from django.contrib.auth.models import User
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.auth.tokens.jwks import public_jwk_set
from drupal_jwt_auth.auth.tokens.keys import load_key
from drupal_jwt_auth.views import JWKSView
from example_project.bootstrap import ROOT
from tests.headers import bearer
from tests.keys import (
    PUBLIC_KEY_ALGORITHMS,
    SECRET,
    entry,
    private_key,
    private_pem,
    public_entry,
    use,
)

pytestmark = pytest.mark.urls("tests.project")

PATH = "/rest_api/jwks"
MEMBERS = {"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}, "OKP": {"crv", "x"}}
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

WITHOUT_CRYPTOGRAPHY = """
import sys
from secrets import token_urlsafe
sys.modules["cryptography"] = None  # importing it fails as if it were not installed
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="x" * 50,
    ROOT_URLCONF="drupal_jwt_auth.urls",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "drupal_jwt_auth",
    ],
    DRUPAL_JWT_AUTH={"KEYS": [{"kid": "a", "algorithm": "HS512", "key": token_urlsafe(64)}]},
)
django.setup()
from django.test import Client
from drupal_jwt_auth.checks.settings import check_settings
print(check_settings())
print(Client().get("/rest_api/jwks").content.decode())
settings.DRUPAL_JWT_AUTH = {"KEYS": [{"kid": "a", "algorithm": "ES256", "key": "x"}]}
[message] = check_settings()
print(message.id[-4:], message.msg)
"""


def get(path: str = PATH, **headers: str) -> Any:
    return APIClient().get(path, headers=headers)


@pytest.mark.parametrize("give", [entry, public_entry], ids=["private", "public"])
@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_the_public_half_of_a_key_is_published_and_no_more(
    settings: Settings, algorithm: str, give: Callable[..., dict[str, str]]
) -> None:
    use(settings, entry("HS256", "first"), give(algorithm, "k"))
    [key] = get().json()["keys"]
    assert (key["use"], key["alg"], key["kid"]) == ("sig", algorithm, "k")
    assert set(key) == {"kty", "use", "alg", "kid"} | MEMBERS[key["kty"]]
    assert not set(key) & PRIVATE_MEMBERS


@pytest.mark.parametrize("algorithm", PUBLIC_KEY_ALGORITHMS)
def test_what_is_published_verifies_a_token(user: User, settings: Settings, algorithm: str) -> None:
    use(settings, entry(algorithm, "signs"), public_entry("ES256", "other"))
    token = issue(user)
    published = jwt.PyJWKSet.from_dict(get().json())
    key = published[jwt.get_unverified_header(token.text)["kid"]]
    assert jwt.decode(token.text, key, algorithms=[algorithm]) == token.claims


def test_pyjwts_client_verifies_a_token_with_nothing_but_the_address(
    user: User, settings: Settings, live_server: LiveServer
) -> None:
    use(settings, entry("ES384"), entry("RS256", "b"))
    token = issue(user)
    client = jwt.PyJWKClient(f"{live_server.url}{PATH}")
    key = client.get_signing_key_from_jwt(token.text)
    assert jwt.decode(token.text, key, algorithms=["ES384"]) == token.claims


def test_the_keys_are_listed_as_in_the_settings(settings: Settings) -> None:
    kids = ["c", "a", "b"]
    use(settings, *(entry("ES256", kid) for kid in kids))
    assert [key["kid"] for key in get().json()["keys"]] == kids


@pytest.mark.parametrize("keys", [[], [entry("HS256"), entry("HS512", "b")]])
def test_a_site_that_has_secrets_alone_publishes_nothing(
    settings: Settings, keys: list[dict[str, str]]
) -> None:
    use(settings, *keys)
    response = get()
    assert (response.status_code, response.content) == (200, b'{"keys":[]}')


def test_no_secret_is_published_beside_public_keys(settings: Settings) -> None:
    use(settings, entry("HS256", "hush"), entry("EdDSA", "b"), entry("HS384", "hush-hush"))
    text = get().content.decode()
    assert "hush" not in text
    assert SECRET not in text
    assert jwt.utils.base64url_encode(SECRET.encode()).decode() not in text


def test_a_key_on_curve_448_is_published_as_such() -> None:
    pem = private_pem(ed448.Ed448PrivateKey.generate())
    [key] = public_jwk_set([load_key({"kid": "a", "algorithm": "EdDSA", "key": pem})])["keys"]
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed448", "EdDSA")


def test_coordinates_have_the_length_of_their_curve() -> None:
    # RFC 7518, 6.2.1.2: zeros at the beginning are written. Every 128th key has one.
    def x_of(key: Any) -> int:
        number: int = key.public_key().public_numbers().x
        return number

    keys = (ec.generate_private_key(ec.SECP256R1()) for _ in iter(int, 1))
    key = next(key for key in keys if x_of(key) < 2**248)
    [jwk] = public_jwk_set([load_key({"kid": "a", "algorithm": "ES256", "key": private_pem(key)})])[
        "keys"
    ]
    content = jwt.utils.base64url_decode(jwk["x"])
    assert (len(content), content[0]) == (32, 0)
    assert int.from_bytes(content, "big") == x_of(key)


def test_any_cache_may_keep_the_answer_for_five_minutes(settings: Settings) -> None:
    use(settings, entry("ES256"))
    response = get()
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == f"public, max-age={JWKSView.max_age}"
    assert JWKSView.max_age == 300
    assert not {"Vary", "Expires", "Set-Cookie"} & {*response.headers}
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?_format=json", "?x=1"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/", "/REST_API/Jwks"])
def test_jwks_are_where_drupals_paths_are(path: str, query: str) -> None:
    assert get(path + query).json() == {"keys": []}


def test_its_url_has_a_name() -> None:
    assert reverse("drupal_jwt_auth:jwks") == PATH


@pytest.mark.parametrize(
    "headers",
    [{}, bearer("x"), {"Authorization": "Basic ?"}, {"Accept": "text/html"}],
    ids=["none", "a bad token", "a bad password", "another type"],
)
def test_no_token_is_needed_and_none_is_looked_at(headers: dict[str, str]) -> None:
    # There is no database in this test.
    assert get(**headers).status_code == 200


def test_head_is_answered_without_a_body(settings: Settings) -> None:
    use(settings, entry("ES256"))
    response: Any = APIClient().head(PATH)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused_as_everywhere_and_not_kept(method: str) -> None:
    response: Any = APIClient().generic(method, PATH)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.json() == {
        "message": f'No route found for "{method} http://testserver{PATH}": '
        "Method Not Allowed (Allow: GET, HEAD)"
    }
    assert response.headers["Cache-Control"] == "must-revalidate, no-cache, private"


def test_options_tells_the_methods() -> None:
    response: Any = APIClient().options(PATH)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Allow"] == "GET, HEAD"
    assert "public" not in response.headers["Cache-Control"]


def test_a_key_that_cannot_be_read_is_a_fault_of_the_site(settings: Settings) -> None:
    use(settings, entry("ES256"), {"kid": "b", "file": "/none"})
    response = APIClient(raise_request_exception=False).get(PATH)
    assert response.status_code == 500
    assert "public" not in response.headers.get("Cache-Control", "")


def test_a_site_with_secrets_alone_needs_no_package_cryptography() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_CRYPTOGRAPHY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    message = (
        "E005 Key 'a' has algorithm 'ES256', for which the package cryptography is needed: "
        'pip install "drupal-jwt-auth[crypto]".'
    )
    assert run.stdout.splitlines() == ["[]", '{"keys":[]}', message], run.stderr


def test_the_keys_of_these_tests_are_those_that_are_published(settings: Settings) -> None:
    use(settings, entry("RS256"))
    [key] = get().json()["keys"]
    numbers = private_key("RS256").public_key().public_numbers()
    assert int.from_bytes(jwt.utils.base64url_decode(key["n"]), "big") == numbers.n
    assert int.from_bytes(jwt.utils.base64url_decode(key["e"]), "big") == numbers.e
