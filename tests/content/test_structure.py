"""What a process knows of the content model: kept without a query, never out of date."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from drupal_jwt_auth.content.entity import structure
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields import FIELD_TYPES, FieldType
from drupal_jwt_auth.models import ContentModel, FieldConfig, FieldStorage, Node, TextFormat
from tests.content.visitors import Visitor, add_field, make_type, message, nid_of, page


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
    assert list(known.bundles_of("node")) == ["page"]


def test_it_is_read_anew_when_another_process_has_changed_it(editor: Visitor) -> None:
    nid = nid_of(editor.create(page(body=[{"value": "x"}])))
    change_elsewhere(FieldConfig, label="Text")
    assert "Text: this field cannot" in editor.post(page(body=[1, 2])).json()["message"]
    change_elsewhere(FieldStorage, name="text")
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
    FieldConfig.objects.get(storage__name="field_new").delete()
    assert editor.post(page()).status_code == 201


def test_a_field_that_there_is_no_place_for_is_left_out(
    pages: None, caplog: pytest.LogCaptureFixture
) -> None:
    FieldConfig.objects.create_field("path_alias", "path_alias", "field_x", "string", label="X")
    bundle = get_structure(None).bundles_of("path_alias")["path_alias"]
    assert "field_x" not in bundle.fields
    assert "Field field_x of path_alias path_alias is left out: the model has no" in caplog.text


def test_a_field_with_the_name_of_a_base_field_is_left_out(
    pages: None, caplog: pytest.LogCaptureFixture
) -> None:
    # As where a newer version of an entity type has a base field of this name.
    add_field("page", "field_x", "string", label="X")
    FieldStorage.objects.filter(name="field_x").update(name="title")
    bundle = get_structure(None).bundles_of("node")["page"]
    assert isinstance(bundle.fields["title"], BaseField)
    assert "Field title of node page is left out: each node has one" in caplog.text


def test_plain_text_is_known_without_a_row(db: None) -> None:
    assert list(get_structure(None).formats) == ["plain_text"]


def test_the_sites_own_plain_text_takes_its_place(db: None) -> None:
    TextFormat.objects.create(format="plain_text", name="Simple")
    assert get_structure(None).formats["plain_text"].name == "Simple"


def test_without_a_stamp_nothing_is_kept(editor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a database whose one row was lost."""
    ContentModel.objects.all().delete()
    monkeypatch.setattr(structure, "_known", structure.Structure("old", {}, {}, {}))
    assert editor.post(page()).status_code == 201


# Fields of types that are not registered any more


class GeoType(FieldType):
    id = "geo"


@pytest.fixture
def located(editor: Visitor, monkeypatch: pytest.MonkeyPatch) -> int:
    """A page with a value in a required field whose type has been taken out of the code since."""
    monkeypatch.setitem(FIELD_TYPES, "geo", GeoType())
    add_field("page", "field_geo", "geo", required=True)
    nid = nid_of(editor.create(page(field_geo=["47.4"])))
    monkeypatch.delitem(FIELD_TYPES, "geo")
    ContentModel.touch()
    return nid


def test_a_field_of_a_lost_type_is_left_out(editor: Visitor, located: int) -> None:
    assert "field_geo" not in editor.read(located)
    assert message(editor.post(page(field_geo=["47.4"]))) == (422, 'There is no field "field_geo".')


def test_other_fields_are_written_and_the_lost_one_stays(editor: Visitor, located: int) -> None:
    assert editor.change(located, page(title=["New"]))["title"] == [{"value": "New"}]
    assert Node.objects.get(nid=located).fields["field_geo"] == [{"value": "47.4"}]
    assert editor.post(page()).status_code == 201
    assert editor.delete(located).status_code == 204


def test_it_is_there_again_with_its_type(
    editor: Visitor, located: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor.change(located, page(title=["New"]))
    monkeypatch.setitem(FIELD_TYPES, "geo", GeoType())
    ContentModel.touch()
    assert editor.read(located)["field_geo"] == [{"value": "47.4"}]


def test_a_lost_type_is_told_of_once(
    editor: Visitor, located: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        editor.read(located)
    assert caplog.messages == [
        "Field field_geo of node page is left out: its type geo is not registered."
    ]


def test_whose_an_entity_is_stands_in_the_column_of_that_name() -> None:
    """Also where its source keeps something beside it, as that of nodes does."""
    owned = [each for each in ENTITY_TYPES.all_content() if each.keys.owner]
    assert "node" in {each.id for each in owned}
    for entity_type in owned:
        owner = str(entity_type.keys.owner)
        column: Any = entity_type.model._meta.get_field(owner)
        assert entity_type.attribute(owner) == column.attname
