"""Schemas of a project (OpenAPI): both generators describe this app's views without a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import RequestFactory
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator as SpectacularGenerator
from drf_spectacular.validation import validate_schema
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.schemas.openapi import SchemaGenerator
from rest_framework.test import APIClient, force_authenticate
from rest_framework.views import APIView

from drupal_jwt_auth.files.storage import site_storage
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, File, Node, PathAlias
from tests.content.visitors import make_term, make_type, make_user

PATHS = {
    "/comment": {"post"},
    "/comment/{comment}": {"get", "patch", "delete"},
    "/entity/{entity_type}/{id}": {"get"},
    "/entity/file": {"post"},
    "/entity/file/{file}": {"get", "patch", "delete"},
    "/file/upload/{entity_type_id}/{bundle}/{field}": {"post"},
    "/system/files/{path}": {"get"},
    "/entity/path_alias": {"post"},
    "/entity/path_alias/{path_alias}": {"get", "patch", "delete"},
    "/node": {"post"},
    "/node/{node}": {"get", "patch", "delete"},
    "/rest_api/id_token": {"post"},
    "/rest_api/jwks": {"get"},
    "/rest_api/refresh": {"post"},
    "/rest_api/revoke": {"post"},
    "/rest_api/userinfo": {"get"},
    "/taxonomy/term": {"post"},
    "/taxonomy/term/{taxonomy_term}": {"get", "patch", "delete"},
    "/entity/user": {"post"},
    "/user/{user}": {"get", "patch", "delete"},
}
WRITES = (
    *("create page content", "edit own page content"),
    *("access comments", "post comments", "edit own comments"),
    *("create terms in tags", "edit terms in tags"),
)
OPEN = {path for path in PATHS if path.startswith("/rest_api/")} - {"/rest_api/userinfo"}


def methods(schema: Any) -> dict[str, set[str]]:
    return {path: set(operations) for path, operations in schema["paths"].items()}


def request_of(user: User | None) -> Request:
    """The request of somebody who looks at a schema."""
    request = RequestFactory().get("/schema")
    if user is not None:
        force_authenticate(request, user)
    return APIView().initialize_request(request)


@pytest.fixture
def spectacular(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type]:
    """The generator of drf-spectacular, as if it were installed in the project."""
    settings.REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "drf_spectacular")
    apps.get_app_config("drupal_jwt_auth").ready()
    reset_generator_stats()
    yield SpectacularGenerator
    assert not GENERATOR_STATS


def test_drfs_own_generator_lists_all_paths_with_their_methods() -> None:
    schema = SchemaGenerator(title="A project").get_schema()
    assert methods(schema) == PATHS


def test_so_does_drf_spectacular(spectacular: Any) -> None:
    schema = spectacular().get_schema(request=None, public=True)
    validate_schema(schema)
    assert methods(schema) == PATHS


@pytest.mark.django_db
def test_each_path_can_be_called(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {
        "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
        "PRIVATE_STORAGE": "private",
    }
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory, "private": memory}
    client = APIClient()
    admin = make_user("admin", is_superuser=True)
    client.force_authenticate(admin)
    nid = Node.objects.create(type=make_type("page"), title="A page").pk
    pid = PathAlias.objects.create(path=f"/node/{nid}", alias="/about").pk
    comment_type = CommentType.objects.create(id="comment", label="Comments")
    cid = Comment.objects.create(comment_type=comment_type, entity_id=str(nid)).pk
    place = {"node": nid, "comment": cid, "path_alias": pid, "entity_type": "node_type"}
    place |= {"taxonomy_term": make_term("News").pk, "user": make_user("somebody").pk}
    place["file"] = File.objects.create(uri="a.txt").pk
    secret = site_storage().save("private://b.txt", ContentFile(b"secret"))
    File.objects.create(uri=secret, uid=admin)
    FieldConfig.objects.create_field("node", "page", "field_file", "file")
    place |= {"path": "b.txt", "entity_type_id": "node", "bundle": "page", "field": "field_file"}
    for path, names in PATHS.items():
        url = f"{path.format(**place, id='page')}?_format=json"
        # As sent here, those that write are refused for what they need.
        statuses = {
            client.generic(name.upper(), url).status_code for name in sorted(names, reverse=True)
        }
        assert statuses <= {200, 204, 400, 401, 415}, path


def test_drf_spectacular_tells_how_to_send_a_token_and_a_password(spectacular: Any) -> None:
    schema = spectacular().get_schema(request=None, public=True)
    assert schema["components"]["securitySchemes"]["jwtAuth"] == {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
    }
    assert schema["paths"]["/node"]["post"]["security"] == [{"jwtAuth": []}]
    assert schema["paths"]["/rest_api/id_token"]["post"]["security"] == [{"basicAuth": []}]


def test_drf_spectacular_tells_of_each_method_that_is_accepted(
    spectacular: Any, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATION_METHODS": ["jwt", "api_key", "basic"]}
    schema = spectacular().get_schema(request=None, public=True)
    validate_schema(schema)
    schemes = schema["components"]["securitySchemes"]
    assert schemes["basicAuth"] == {"type": "http", "scheme": "basic"}
    assert schemes["apiKeyAuth"] == {
        "type": "apiKey",
        "in": "header",
        "name": "API-KEY",
        "description": "base64 of the user name, a colon and the key.",
    }
    for path, name in (("/node", "post"), ("/rest_api/userinfo", "get")):
        accepted: Any = [{"jwtAuth": []}, {"apiKeyAuth": []}, {"basicAuth": []}]
        assert schema["paths"][path][name]["security"] == accepted


def test_drf_spectacular_tells_what_comes_back(spectacular: Any) -> None:
    schema = spectacular().get_schema(request=None, public=True)

    def names(component: str) -> list[str]:
        return list(schema["components"]["schemas"][component]["properties"])

    def get(path: str) -> Any:
        return APIClient().get(path, headers={"Authorization": ""})

    assert names("Token")[:5] == ["token_type", "iat", "expires_in", "jwt_token", "id_token"]
    assert names("UserInfo") == ["uid", "uuid", "name", "mail", "roles"]
    assert list(get("/rest_api/jwks").json()) == names("KeySet")
    created = schema["paths"]["/node"]["post"]["responses"]
    assert list(created) == ["201"]


@pytest.mark.django_db
@pytest.mark.parametrize("generator", ["drf", "drf-spectacular"])
def test_a_schema_for_somebody_has_what_they_may_ask_for(
    generator: str, spectacular: Any, settings: Settings
) -> None:
    make_term("News")
    reader, writer = (
        make_user("reader"),
        make_user("writer", *WRITES),
    )

    def found(user: User | None) -> dict[str, set[str]]:
        request: Any = request_of(user)
        if generator == "drf":
            settings.REST_FRAMEWORK = {}
            schema: Any = SchemaGenerator(title="x").get_schema(request) or {"paths": {}}
        else:
            schema = spectacular().get_schema(request=request, public=False)
        return methods(schema)

    assert found(None) == {path: PATHS[path] for path in OPEN}
    assert found(reader) == {
        **{path: PATHS[path] for path in (*OPEN, "/rest_api/userinfo")},
        "/entity/{entity_type}/{id}": {"get"},
        "/entity/file/{file}": {"get", "patch"},
        "/file/upload/{entity_type_id}/{bundle}/{field}": {"post"},
        "/system/files/{path}": {"get"},
        "/node/{node}": {"get"},
        "/taxonomy/term/{taxonomy_term}": {"get"},
        "/user/{user}": {"get", "patch"},
    }
    closed = {"/entity/path_alias", "/entity/path_alias/{path_alias}", "/entity/user"}
    own = {path: names for path, names in PATHS.items() if path not in closed}
    one = {"get", "patch"}
    own |= {"/node/{node}": one, "/comment/{comment}": one, "/user/{user}": one}
    own |= {"/entity/file/{file}": one}
    del own["/entity/file"]
    own |= {"/taxonomy/term": {"post"}, "/taxonomy/term/{taxonomy_term}": one}
    assert found(writer) == own
