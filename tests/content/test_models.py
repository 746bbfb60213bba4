"""What the models hold, and what they refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from drupal_jwt_auth.content.entity.structure import configured_field
from drupal_jwt_auth.fields.lists import allowed_values
from drupal_jwt_auth.models import (
    ContentModel,
    FieldConfig,
    FieldStorage,
    Node,
    NodeType,
    PathAlias,
    TextFormat,
)
from tests.conftest import Client

DEEP: Any = json.loads("[" * 99 + "]" * 99)


@pytest.fixture
def event(db: None) -> NodeType:
    """A content type without fields."""
    return NodeType.objects.create(type="event", name="Event")


@pytest.mark.django_db
def test_the_content_model_is_named_by_its_stamp() -> None:
    stamp = ContentModel.objects.get()
    assert str(stamp) == stamp.stamp


@pytest.mark.parametrize("row", [Node(title="a\0b"), PathAlias(alias="a\0b")])
def test_a_character_that_no_page_can_hold_is_shown_as_one_that_is_missing(row: Model) -> None:
    """So that the admin's log can name the row, which PostgreSQL would not let it otherwise."""
    assert str(row) == "a\ufffdb"


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"own_settings": []}, "settings"),
        ({"own_settings": {"deep": DEEP}}, "settings"),
        ({"default_value": {}}, "default_value"),
        ({"default_value": [{"value": math.inf}]}, "default_value"),
    ],
)
def test_a_field_refuses_settings_and_defaults_of_another_shape_or_that_cannot_be_kept(
    values: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        FieldConfig(label="X", **values).clean()
    assert set(refusal.value.message_dict) == {place}


@pytest.mark.parametrize("settings", [[], {"deep": DEEP}])
def test_so_does_a_storage(settings: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        FieldStorage(entity_type="node", name="field_x", settings=settings).clean()
    assert set(refusal.value.message_dict) == {"settings"}
    FieldStorage(entity_type="node", name="field_x", settings={"max_length": 5}).clean()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"field_type": "geo"}, {"field_type": ["There is no field type geo."]}),
        ({"cardinality": 0}, {"cardinality": ["Use a number of items, or -1 for any number."]}),
        ({"cardinality": -2}, {"cardinality": ["Use a number of items, or -1 for any number."]}),
    ],
)
def test_a_storage_refuses_a_type_that_there_is_not_and_no_number_of_items(
    values: dict[str, Any], told: dict[str, list[str]]
) -> None:
    row = {"entity_type": "node", "name": "field_x", "field_type": "string", **values}
    with pytest.raises(ValidationError) as refusal:
        FieldStorage(**row).clean_fields()
    assert refusal.value.message_dict == told


@pytest.mark.parametrize("settings", [{}, {"max_length": 5, "other": 1}])
def test_other_settings_are_kept_as_they_are(event: NodeType, settings: Any) -> None:
    FieldConfig.objects.create_field("node", event.pk, "field_x", "string", settings=settings)
    assert FieldConfig.objects.get().settings == settings


def test_what_says_how_values_are_stored_is_the_same_for_all_bundles(event: NodeType) -> None:
    NodeType.objects.create(type="page", name="Page")
    for bundle, length in ((event.pk, 5), ("page", 8)):
        settings = {"max_length": length, "other": bundle}
        FieldConfig.objects.create_field("node", bundle, "field_x", "string", settings=settings)
    assert [each.settings for each in FieldConfig.objects.order_by("bundle")] == [
        {"max_length": 8, "other": "event"},
        {"max_length": 8, "other": "page"},
    ]


def test_no_two_types_of_values_have_one_name(event: NodeType) -> None:
    NodeType.objects.create(type="page", name="Page")
    FieldConfig.objects.create_field("node", event.pk, "field_x", "string")
    with pytest.raises(ValidationError, match=r"node.field_x is of the type string already."):
        FieldConfig.objects.create_field("node", "page", "field_x", "integer")


def test_what_is_stored_goes_with_the_last_field_of_it(event: NodeType) -> None:
    page = NodeType.objects.create(type="page", name="Page")
    for bundle in (event.pk, page.pk):
        FieldConfig.objects.create_field("node", bundle, "field_x", "string")
    event.delete()
    assert [each.bundle for each in FieldConfig.objects.all()] == ["page"]
    FieldConfig.objects.get().delete()
    assert not FieldStorage.objects.exists()


def test_choices_stay_in_their_order(event: NodeType) -> None:
    """Also where the database sorts the keys of an object, as PostgreSQL does."""
    choices = {"large": "L", "s": "S", "medium": "M"}
    field = FieldConfig.objects.create_field(
        "node",
        event.pk,
        "field_x",
        "list_string",
        settings={"allowed_values": choices, "allowed_values_function": ""},
    )
    field.refresh_from_db()
    assert field.settings == {
        "allowed_values": [{"value": key, "label": label} for key, label in choices.items()],
        "allowed_values_function": "",
    }
    assert list(allowed_values(configured_field(field))) == list(choices.items())


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        (["filter_autop"], "Use a JSON object of filters by id."),
        ({"filter_nope": {}}, "There is no filter filter_nope."),
        (
            {"filter_autop": {"settings": DEEP}},
            "Not every database keeps numbers beyond all bounds, or lists and objects so deep.",
        ),
        ({"filter_autop": []}, "Filter filter_autop needs an object with weight and settings."),
        (
            {"filter_autop": {"weight": "first"}},
            "Filter filter_autop needs an object with weight and settings.",
        ),
    ],
)
@pytest.mark.django_db
def test_a_text_format_refuses_filters_that_there_are_not(filters: Any, text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TextFormat(format="own", name="Own", filters=filters).full_clean()
    assert refusal.value.message_dict == {"filters": [text]}


def test_an_empty_alias_without_an_id_removes_none(client_of: Client, site: None) -> None:
    client = client_of("admin")
    page = {"type": "page", "title": ["A page"], "path": [{"alias": "/here"}]}
    path = (
        f"/node/{client.post('/node?_format=json', page, format='json').json()['nid'][0]['value']}"
    )
    sent = {"type": "page", "path": [{"alias": "", "langcode": "en"}]}

    answer = client.patch(f"{path}?_format=json", sent, format="json")

    assert answer.status_code == 200
    assert client.get(f"{path}?_format=json").json()["path"][0]["alias"] == "/here"


def test_an_alias_sent_again_with_another_language_stays(client_of: Client, site: None) -> None:
    client = client_of("admin")
    page = {"type": "page", "title": ["A page"], "path": [{"alias": "/here"}]}
    made = client.post("/node?_format=json", page, format="json").json()
    path = f"/node/{made['nid'][0]['value']}?_format=json"
    own = made["path"][0]
    sent = {"type": "page", "path": [{**own, "langcode": "und"}]}

    answer = client.patch(path, sent, format="json")

    assert answer.status_code == 200
    assert client.get(path).json()["path"] == [{**own, "langcode": "en"}]
