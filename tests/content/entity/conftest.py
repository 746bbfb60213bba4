"""A site that serves the project's models, and those who visit it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.urls import include, path

from drupal_jwt_auth.content.entity import structure
from drupal_jwt_auth.content.entity.columns import ENTITY_TYPE_IDS
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.entities import ContentEntityType, entity_urls, register
from drupal_jwt_auth.fields.entity_reference import READERS
from tests.content.entity.kinds import KINDS
from tests.content.entity.models import Product
from tests.content.visitors import JSON, Answer, Document, Visitor, make_user
from tests.urlconfs import OURS, URLconf


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered in the test is forgotten after it."""
    monkeypatch.setattr(ENTITY_TYPES, "_types", dict(ENTITY_TYPES._types))
    monkeypatch.setattr(ENTITY_TYPES, "refused", [])
    monkeypatch.setattr(structure, "_known", structure.Structure(None, {}, {}, {}))
    for kind in KINDS:
        monkeypatch.setitem(READERS, kind.id, READERS.get(kind.id))
        if issubclass(kind, ContentEntityType) and kind.model is not None:
            monkeypatch.setitem(ENTITY_TYPE_IDS, kind.model._meta.label, kind.id)


@pytest.fixture
def own_types(own_registry: None, settings: Any) -> None:
    """The types are registered, and have URLs."""
    for kind in KINDS:
        register(kind)
    apps.get_app_config("drupal_jwt_auth").ready()
    content = [kind.id for kind in KINDS if issubclass(kind, ContentEntityType)]
    settings.ROOT_URLCONF = URLconf(path("", include(entity_urls(*content))), path("", OURS))


@pytest.fixture
def shop(db: None, own_types: None) -> None:
    """A site with the types, and nothing of them yet."""


def grant(permissions: Any, *names: str) -> None:
    """Give permissions for models to a user or a group: ``add_product`` and the like."""
    found = Permission.objects.filter(content_type__app_label="entity", codename__in=names)
    assert found.count() == len(names)
    permissions.add(*found)


class Shopper(Visitor):
    """Sends requests for the project's models."""

    @property
    def key(self) -> Any:
        assert self.user
        return self.user.pk

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> Answer:
        body = "" if document is None else json.dumps(document)
        return self.send(method, f"{path}?{JSON}", body, **headers)

    def make(self, path: str, **document: Any) -> Document:
        """Create something and return it as it is answered."""
        answer = self.ask("POST", path, document)
        assert answer.status_code == 201, answer.content
        made: Document = answer.json()
        return made

    def see(self, path: str) -> Document:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        seen: Document = answer.json()
        return seen

    def alter(self, path: str, **document: Any) -> Document:
        answer = self.ask("PATCH", path, document)
        assert answer.status_code == 200, answer.content
        altered: Document = answer.json()
        return altered


@pytest.fixture
def shopper_with(shop: None) -> Callable[..., Shopper]:
    """Make a visitor with these permissions for models and no others."""

    def shopper_with(*permissions: str) -> Shopper:
        user = make_user(f"shopper{User.objects.count()}")
        grant(user.user_permissions, *permissions)
        return Shopper(user)

    return shopper_with


@pytest.fixture
def boss(shop: None) -> Shopper:
    """May do everything."""
    return Shopper(make_user("boss", is_superuser=True))


@pytest.fixture
def clerk(shopper_with: Callable[..., Shopper]) -> Shopper:
    """May make and see products."""
    return shopper_with("add_product", "view_product")


def lamp(**fields: Any) -> Document:
    """A document for a product."""
    number = Product.objects.count()
    return {"sku": [f"L-{number}"], "name": [f"Lamp {number}"], "price": ["9.5"], **fields}
