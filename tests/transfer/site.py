"""A described site, and what of a site is in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError
from django.db.models import Model

from drupal_jwt_auth.models import (
    FieldConfig,
    File,
    Node,
    NodeType,
    PathAlias,
    Revision,
    Role,
    Term,
    TextFormat,
    UserProfile,
    Vocabulary,
)

Site = dict[str, Any]
Load = Callable[..., str]

HASH = "$2y$10$" + "a" * 21 + "u" + "a" * 31

MODELS: tuple[type[Model], ...] = (
    *(
        FieldConfig,
        File,
        Node,
        NodeType,
        PathAlias,
        Revision,
        Term,
        Role,
        TextFormat,
        UserProfile,
        Vocabulary,
    ),
    *(Group, Permission, User),
)


def described() -> Site:
    """A site with one of everything."""
    return {
        "roles": [
            {"id": "authenticated", "permissions": ["access content", "use text format simple"]},
            {
                "id": "writer",
                "uuid": "role-writer",
                "label": "Writer",
                "permissions": ["create page content"],
            },
            {"id": "boss", "is_admin": True},
        ],
        "users": [
            {"uid": 1, "uuid": "user-1", "name": "first", "pass": HASH, "mail": None},
            {
                "uid": 12,
                "uuid": "user-12",
                "name": "writer",
                "mail": "writer@example.com",
                "status": True,
                "created": 1500000000,
                "roles": ["writer"],
            },
            {"uid": 13, "uuid": "user-13", "name": "boss", "roles": ["boss"], "status": False},
        ],
        "text_formats": [
            {
                "format": "simple",
                "name": "Simple",
                "weight": 3,
                "filters": {"filter_html_escape": {"weight": -10, "settings": []}},
            }
        ],
        "vocabularies": [{"vid": "tags", "uuid": "vocabulary", "name": "Tags"}],
        "terms": [
            {"tid": 7, "uuid": "term-7", "vid": "tags", "name": "alpha"},
            {"tid": 8, "uuid": "term-8", "vid": "tags", "name": "beta", "status": False},
        ],
        "files": [
            {
                "fid": 3,
                "uuid": "file-3",
                "uid": 12,
                "filename": "photo.jpg",
                "uri": "public://2017-07/photo_0.jpg",
                "filemime": "image/jpeg",
                "filesize": 1234,
                "created": 1500000000,
                "changed": 1500000001,
            },
            {"fid": 4, "uuid": "file-4", "filename": "a", "uri": "public://a", "status": False},
        ],
        "node_types": [
            {
                "type": "page",
                "uuid": "page-type",
                "name": "Basic page",
                "new_revision": False,
                "defaults": {"promote": False},
                "fields": [
                    {"name": "body", "type": "text_long", "label": "Body", "settings": []},
                    {
                        "name": "field_tags",
                        "type": "entity_reference",
                        "label": "Tags",
                        "cardinality": -1,
                        "settings": {"target_type": "taxonomy_term"},
                    },
                ],
            }
        ],
        "nodes": [
            {
                "nid": 40,
                "vid": 90,
                "uuid": "node-40",
                "type": "page",
                "title": "About",
                "uid": 12,
                "status": True,
                "sticky": True,
                "created": 1500000000,
                "changed": 1500000001,
                "revision_timestamp": 1500000002,
                "revision_uid": 0,
                "fields": {
                    "body": [{"value": "<b>", "format": "simple"}],
                    "field_tags": [{"target_id": "7"}],
                },
            },
            {
                "nid": 41,
                "vid": 91,
                "uuid": "node-41",
                "type": "page",
                "title": "",
                "uid": 0,
                "created": 0,
                "changed": 0,
                "revision_timestamp": 0,
                "revision_uid": 12,
                "fields": [],
            },
        ],
        "path_aliases": [{"pid": 5, "uuid": "alias-5", "path": "/node/40", "alias": "/about"}],
    }


def stored() -> dict[str, list[Any]]:
    """All rows of all kinds."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=repr) for model in MODELS
    }


def refusal(load: Load, content: Any) -> str:
    """What the command says of a wrong file, which has changed nothing."""
    before = stored()
    with pytest.raises(CommandError) as caught:
        load(content)
    assert stored() == before
    text, nothing = str(caught.value).rsplit("\n", 1)
    assert nothing == "Nothing was changed."
    return text
