"""The apps of the package that a project installs if it needs them: there for these tests alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields import FIELD_TYPES

CONTRIB = ("drupal_jwt_auth.contrib.media", "drupal_jwt_auth.contrib.paragraphs")
LABELS = ("drupal_jwt_auth_media", "drupal_jwt_auth_paragraphs")

_registered: dict[str, dict[str, Any]] = {}
"""What modules have registered as they were imported, which happens once in a process."""


@pytest.fixture(scope="package", autouse=True)
def contrib(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Install the apps, with their tables; afterwards nothing is known of them."""
    known_types, known_fields = dict(ENTITY_TYPES._types), dict(FIELD_TYPES)
    with django_db_blocker.unblock():
        apps.set_installed_apps([*settings.INSTALLED_APPS, *CONTRIB])
        _registered.setdefault("types", ENTITY_TYPES._types.copy())
        _registered.setdefault("fields", FIELD_TYPES.copy())
        ENTITY_TYPES._types.update(_registered["types"])
        FIELD_TYPES.update(_registered["fields"])
        models = [model for label in LABELS for model in apps.get_app_config(label).get_models()]
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
    yield
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in reversed(models):
                editor.delete_model(model)
        apps.unset_installed_apps()
        ENTITY_TYPES._types.clear()
        ENTITY_TYPES._types.update(known_types)
        FIELD_TYPES.clear()
        FIELD_TYPES.update(known_fields)
        get_structure(None)
