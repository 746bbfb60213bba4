"""``GET /rest_api/userinfo``: who the token stands for, in Drupal's terms."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from drupal_jwt_auth.views import UserInfoView
from tests.conftest import Client

PATH = "/rest_api/userinfo"
MISSING = {
    "status": "error",
    "error": "MISSING_AUTHORIZATION_HEADER",
    "error_description": "Authorization header not received.",
}


def client_for(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user).text}")
    return client


def info(user: User) -> Any:
    return client_for(user).get(PATH).json()


def test_the_answer_has_the_names_and_shapes_of_drupal(user: User) -> None:
    user.email = "someone@example.com"
    user.save()

    response = client_for(user).get(PATH)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert list(response.json().items()) == [
        ("uid", str(user.pk)),
        ("uuid", user_uuid(user.pk)),
        ("name", "someone"),
        ("mail", "someone@example.com"),
        ("roles", ["authenticated"]),
    ]


def test_the_uuid_is_that_which_nodes_refer_to(site: None, client_of: Client) -> None:
    client = client_of("admin")
    page = {"type": "page", "title": ["Mine"]}
    created = client.post("/node?_format=json", page, format="json").json()

    assert client.get(PATH).json()["uuid"] == created["uid"][0]["target_uuid"]


def test_an_imported_user_has_the_uuid_of_the_site_before(user: User) -> None:
    UserProfile.objects.create(user=user, uuid="0b5e5c1e-7a4a-4f6e-9d9e-3b5f5a4b3c2d")
    UserProfile.objects.create(user=User.objects.create(username="other"), uuid="another")
    assert info(user)["uuid"] == "0b5e5c1e-7a4a-4f6e-9d9e-3b5f5a4b3c2d"


def test_roles_are_the_groups_by_name_after_the_one_that_all_have(user: User) -> None:
    user.groups.set([Group.objects.create(name=name) for name in ("writer", "Editor", "ärzte")])
    Group.objects.create(name="not-theirs")
    assert info(user)["roles"] == ["authenticated", "Editor", "writer", "ärzte"]


def test_the_two_groups_that_stand_for_everybody_are_not_named_again(
    user: User, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATED_ROLE": "Members", "ANONYMOUS_ROLE": "Visitors"}
    names = ("Members", "Visitors", "authenticated", "editor")
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in names])
    assert info(user)["roles"] == ["authenticated", "editor"]


def test_a_user_without_an_address_has_null(user: User) -> None:
    assert info(user)["mail"] is None


def test_a_user_of_a_model_without_groups_and_address_has_one_role(db: None) -> None:
    class Somebody:
        pk = 77
        is_authenticated = True
        get_username = staticmethod(lambda: "somebody")
        get_email_field_name = staticmethod(lambda: "email")

    request = APIRequestFactory().get(PATH)
    somebody: Any = Somebody()
    force_authenticate(request, somebody)
    assert UserInfoView.as_view()(request).data == {
        "uid": "77",
        "uuid": user_uuid(77),
        "name": "somebody",
        "mail": None,
        "roles": ["authenticated"],
    }


def test_userinfo_takes_one_query_besides_that_for_the_token(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user.groups.set([Group.objects.create(name=name) for name in "abc"])
    client = client_for(user)
    with django_assert_num_queries(2):
        client.get(PATH)


def test_userinfo_is_found_as_drupal_finds_paths(user: User) -> None:
    client = client_for(user)
    paths = ("/REST_API/UserInfo", f"{PATH}/", f"{PATH}?_format=json")
    assert [client.get(path).status_code for path in paths] == [200] * 3
    assert client.get(f"{PATH}?_format=xml").status_code == 406


def test_head_has_the_headers_and_no_body(user: User) -> None:
    response = client_for(user).head(PATH)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "application/json"


def test_no_cache_keeps_it(user: User) -> None:
    for response in (client_for(user).get(PATH), APIClient().get(PATH)):
        assert response.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_refused(user: User, method: str) -> None:
    response = getattr(client_for(user), method)(PATH)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert "Method Not Allowed" in response.json()["message"]


def test_options_tells_the_methods(db: None) -> None:
    response = APIClient().options(PATH)
    assert (response.status_code, response.headers["Allow"]) == (200, "GET, HEAD")


def test_a_token_is_needed_also_where_content_is_public(db: None, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET", "HEAD"]}
    response = APIClient().get(PATH)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json() == MISSING


def test_a_bad_token_and_a_blocked_user_get_the_documented_errors(user: User) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer x")
    assert client.get(PATH).json()["error"] == "SEGMENT_FAULT"
    token = client_for(user)
    User.objects.update(is_active=False)
    answer = token.get(PATH)
    assert (answer.status_code, answer.json()["error"]) == (403, "USER_BLOCKED")


def test_refused_addresses_get_nothing(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"BLOCKED_ADDRESSES": ["127.0.0.1"]}
    assert client_for(user).get(PATH).status_code == 403


def test_the_answer_is_the_same_whatever_the_project_has_set_for_drf(
    user: User, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {
        "EXCEPTION_HANDLER": "rest_framework.views.exception_handler",
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
    }
    assert APIClient().get(PATH).json() == MISSING
    assert info(user)["name"] == "someone"
