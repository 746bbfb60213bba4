"""The URLs of a project's types: made of their paths, below prefixes too, and in schemas."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import include, path, resolve, reverse
from rest_framework.schemas.openapi import SchemaGenerator

from drupal_jwt_auth.entities import entity_urls
from drupal_jwt_auth.serializers import EntitySerializer
from drupal_jwt_auth.views import EntityView
from tests.content.entity.conftest import Shopper, grant, lamp
from tests.content.entity.kinds import ProductType
from tests.content.entity.models import Country, Product
from tests.content.visitors import make_user, message
from tests.rest.test_schemas import request_of, spectacular
from tests.urlconfs import OURS, URLconf, page

__all__ = ["spectacular"]


def test_each_type_with_paths_has_urls_with_names(shop: None) -> None:
    names = {url.name for url in entity_urls()}
    assert {"product", "product_create", "country", "book", "plain_create", "node"} <= names
    assert [url.name for url in entity_urls("product", "country")] == [
        *("product_create", "product", "country_create", "country")
    ]
    with pytest.raises(KeyError):
        entity_urls("shelf")


def test_they_are_resolved_and_reversed_without_a_query(
    own_types: None,
) -> None:
    """This test has no database to ask."""
    assert reverse("product", kwargs={"product": 7}) == "/product/7"
    assert resolve("/country/a b").kwargs == {"country": "a b"}


def test_a_path_of_the_projects_own_wins(shop: None, settings: Any) -> None:
    own = path("product/<str:name>", page)
    settings.ROOT_URLCONF = URLconf(own, path("", include(entity_urls("product"))), path("", OURS))
    Product.objects.create(sku="a", name="a", price=1)
    answer = Client().get("/product/1")
    assert answer.content == b"The page /product/1"


def test_below_a_prefix_all_paths_begin_with_it(shop: None, settings: Any) -> None:
    urls = [path("", include(entity_urls("product", "country"))), path("", OURS)]
    settings.ROOT_URLCONF = URLconf(path("shop/", include(urls)))
    boss = Shopper(make_user("boss", is_superuser=True))
    answer = boss.ask("POST", "/shop/product", lamp())
    location = f"http://testserver/shop/product/{Product.objects.get().pk}"
    assert answer.headers["Location"] == location
    successor = boss.make("/shop/product", **lamp(successor=[Product.objects.get().pk]))
    assert successor["successor"][0]["url"] == location.removeprefix("http://testserver")


def test_below_a_prefix_of_the_server_too(boss: Shopper, settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME = "/app"
    Country.objects.create(code="de", name="Germany")
    with override_script_prefix("/app/"):
        answer = boss.ask("GET", "/country/de")
    assert answer.headers["Link"] == '<http://testserver/app/country/de>; rel="canonical"'


def test_other_methods_are_refused(boss: Shopper) -> None:
    status, text = message(boss.ask("PUT", "/country/de"))
    assert (status, text.rpartition("(")[2]) == (405, "Allow: GET, HEAD, DELETE, PATCH)")
    assert message(boss.ask("GET", "/country"))[0] == 405


def test_a_subclass_of_the_views_and_the_serializer_serves_a_type(
    shop: None, settings: Any
) -> None:
    class QuietSerializer(EntitySerializer):
        entity_type_id = "country"

        def field_view_access(self, field: Any, entity: Any) -> bool:
            return field.name != "name" and super().field_view_access(field, entity)

    class QuietView(EntityView):
        entity_type_id = "country"
        serializer_class = QuietSerializer

    Country.objects.create(code="de", name="Germany")
    boss = Shopper(make_user("boss", is_superuser=True))
    own = path("country/<str:country>", QuietView.as_view())
    settings.ROOT_URLCONF = URLconf(own, path("", include(entity_urls("country"))), path("", OURS))
    for url in ("/country/de", "/COUNTRY/de/"):
        assert boss.see(url) == {"code": [{"value": "de"}]}
    many = QuietSerializer(Country.objects.all(), many=True, context={"account": None})
    assert many.data == [{"code": [{"value": "de"}]}]


METHODS = {"/product": {"post"}, "/product/{product}": {"get", "patch", "delete"}}


def methods(schema: Any) -> Any:
    return {
        url: set(operations)
        for url, operations in (schema or {"paths": {}})["paths"].items()
        if url.startswith("/product")
    }


def test_schemas_have_the_types(shop: None, spectacular: Any, settings: Any) -> None:
    schema = spectacular().get_schema(request=None, public=True)
    assert methods(schema) == METHODS
    answer = schema["paths"]["/product"]["post"]["responses"]["201"]
    name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    described = schema["components"]["schemas"][name]
    assert list(described["properties"]) == [field.name for field in ProductType.base_fields]
    settings.REST_FRAMEWORK = {}
    schema = SchemaGenerator(title="x").get_schema()
    assert methods(schema) == METHODS
    operations = [
        operation["operationId"]
        for operations in schema["paths"].values()
        for operation in operations.values()
    ]
    assert {"createProduct", "retrieveProduct", "createTicket"} <= set(operations)


def test_a_schema_for_somebody_has_what_they_may_do(shop: None) -> None:
    reader, nobody = (make_user(name) for name in ("reader", "nobody"))
    grant(reader.user_permissions, "view_product")
    generator = SchemaGenerator(title="x")
    assert methods(generator.get_schema(request_of(reader))) == {"/product/{product}": {"get"}}
    assert methods(generator.get_schema(request_of(nobody))) == {}
