"""What a process knows of the content model: kept without a query, never out of date."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from drupal_jwt_auth import structure
from drupal_jwt_auth.models import ContentModel, FieldConfig, TextFormat
from drupal_jwt_auth.structure import get_structure
from tests.content.visitors import Visitor, add_field, make_type, nid_of, page


def stamp() -> str:
    return ContentModel.objects.get().stamp


def change_elsewhere(model: type[Model], **values: Any) -> None:
    """What another process does: this one's signal receivers do not hear of it."""
    model._default_manager.update(**values)
    ContentModel.touch()


def test_it_is_read_once(pages: None, django_assert_num_queries: Any) -> None:
    get_structure(stamp())
    current = stamp()
    with django_assert_num_queries(0):
        known = get_structure(current)
    assert known is get_structure(current)
    assert list(known.bundles) == ["page"]


def test_it_is_read_anew_when_another_process_has_changed_it(editor: Visitor) -> None:
    nid = nid_of(editor.create(page(body=[{"value": "x"}])))
    change_elsewhere(FieldConfig, label="Text")
    assert "Text: this field cannot" in editor.post(page(body=[1, 2])).json()["message"]
    change_elsewhere(FieldConfig, name="text")
    assert list(editor.read(nid))[-1] == "text"


@pytest.mark.parametrize("deletes", [False, True])
@pytest.mark.parametrize("kind", ["type", "field", "format"])
def test_every_change_of_it_changes_the_stamp(pages: None, kind: str, deletes: bool) -> None:
    row: Model = {
        "type": make_type("article"),
        "field": add_field("page", "field_new", "string"),
        "format": TextFormat.objects.create(format="full", name="Full"),
    }[kind]
    before = stamp()
    if deletes:
        row.delete()
    else:
        row.save()
    assert stamp() != before


def test_a_change_is_seen_in_the_next_request(editor: Visitor) -> None:
    add_field("page", "field_new", "string", required=True)
    assert editor.post(page()).status_code == 422
    FieldConfig.objects.get(name="field_new").delete()
    assert editor.post(page()).status_code == 201


def test_plain_text_is_known_without_a_row(db: None) -> None:
    assert list(get_structure(None).formats) == ["plain_text"]


def test_the_sites_own_plain_text_takes_its_place(db: None) -> None:
    TextFormat.objects.create(format="plain_text", name="Simple")
    assert get_structure(None).formats["plain_text"].name == "Simple"


def test_without_a_stamp_nothing_is_kept(editor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a database whose one row was lost."""
    ContentModel.objects.all().delete()
    monkeypatch.setattr(structure, "_known", structure.Structure("old", {}, {}))
    assert editor.post(page()).status_code == 201
