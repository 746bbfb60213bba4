"""Names and UUIDs are the same only where each character is, on every database.

To most tables of MySQL and MariaDB, many of the texts below are one.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, Field

from drupal_jwt_auth.models import Node, Term, Vocabulary
from drupal_jwt_auth.models.exact_columns import ExactMixin
from tests.content.visitors import Visitor, page

TEXTS = (
    *("straße", "Straße", "strasse", "strässe", "straße ", "straße\t", " straße"),
    *("e", "é", "e\u0301", "e\u200b", "\u0903e", "\uff45", "1", "\u0661", "\u2460"),
    *("\U0001f600", "\U0001f601", "\ufffd", "", " "),
)
"""Case, accents, spaces, what collations pass over, digits of other scripts, and characters outside
the basic plane."""

HASHES = {
    *("ApiKey.key", "FailedLogin.key", "RefreshToken.key", "RevokedToken.key", "UploadName.key")
}


def columns() -> dict[str, Field[Any, Any]]:
    """The app's columns of text that no two rows may have the same of."""
    models = apps.get_app_config("drupal_jwt_auth").get_models()
    return {
        f"{model.__name__}.{field.name}": field
        for model in models
        for field in model._meta.concrete_fields
        if isinstance(field, CharField)
        and (
            field.unique
            or any(field.name in each.fields for each in model._meta.total_unique_constraints)
        )
    }


def test_each_column_that_tells_rows_apart_is_exact_or_a_hash() -> None:
    found = columns()
    inexact = {name for name, field in found.items() if not isinstance(field, ExactMixin)}
    assert inexact == HASHES
    assert {"Node.uuid", "NodeType.type", "FieldStorage.name"} <= found.keys()


@pytest.mark.parametrize(
    "column", ["ContentModel.stamp", "File.uuid", "Term.uuid", "UserProfile.uuid", "Vocabulary.vid"]
)
def test_texts_that_are_read_together_with_those_of_other_tables_are_exact(column: str) -> None:
    """MySQL reads texts of two collations in one query (UNION) only if one of them is binary."""
    model, name = column.split(".")
    field = apps.get_model("drupal_jwt_auth", model)._meta.get_field(name)
    assert isinstance(field, ExactMixin)


@pytest.mark.parametrize(
    ("name", "collation"),
    [
        *(("SQLite", None), ("PostgreSQL", None)),
        *(("MariaDB", "utf8mb4_nopad_bin"), ("MySQL", "utf8mb4_0900_bin")),
    ],
)
def test_an_exact_column_and_keys_to_it_have_the_collation_of_the_kind_of_database(
    monkeypatch: pytest.MonkeyPatch, name: str, collation: str | None
) -> None:
    monkeypatch.setattr(connection, "display_name", name)
    for field in (Vocabulary._meta.pk, Term._meta.get_field("vid"), Node._meta.get_field("uuid")):
        assert field.db_parameters(connection)["collation"] == collation


@pytest.mark.django_db
def test_texts_that_look_alike_are_other_texts() -> None:
    Vocabulary.objects.bulk_create(Vocabulary(vid=text, uuid=text) for text in TEXTS)
    Term.objects.bulk_create(Term(vid_id=text, name=text) for text in TEXTS)
    for text in TEXTS:
        assert Vocabulary.objects.get(vid=text).uuid == text
        assert Vocabulary.objects.get(uuid=text).vid == text
        assert Term.objects.get(vid=text).name == text
        assert Term.objects.get(vid__uuid=text).name == text


def test_clients_may_give_nodes_uuids_that_look_alike(editor: Visitor) -> None:
    texts = [*filter(str.strip, TEXTS), "a", "a\0", "a0"]
    for text in texts:
        editor.create(page(uuid=[text]))
    assert set(Node.objects.values_list("uuid", flat=True)) == set(texts)
