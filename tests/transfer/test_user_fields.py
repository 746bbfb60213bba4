"""The configurable fields of accounts in a described site, and what users have in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.models import FieldConfig, UserProfile
from tests.content.user.accounts import look
from tests.content.visitors import Visitor
from tests.transfer.site import Load, described, refusal

NOTE = {"name": "field_note", "type": "string", "label": "Note", "settings": {"max_length": 9}}
TEA = [{"value": "Likes tea"}]


def site(*fields: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The site, with fields of accounts, and what the first user has in them."""
    whole = described()
    whole["users"][0]["fields"] = values
    return {**whole, "user_fields": [*fields]}


def test_fields_and_values_are_loaded_and_shown(load: Load) -> None:
    friend: dict[str, Any] = {"name": "field_friend", "type": "entity_reference", "label": "Friend"}
    friend |= {"settings": {"target_type": "user"}, "default_value": [{"target_id": 12}]}
    load(site(NOTE, friend, field_note=TEA, field_friend=[{"target_id": 12}]))
    note = FieldConfig.objects.of("user", "user").get(storage__name="field_note")
    assert (note.label, note.storage.settings | note.settings) == ("Note", {"max_length": 9})
    user = User.objects.get(username=described()["users"][0]["name"])
    shown = look(Visitor(user), user).json()
    assert shown["field_note"] == TEA
    assert [item["target_id"] for item in shown["field_friend"]] == [12]


def test_a_second_import_changes_what_it_says_and_keeps_other_fields(load: Load) -> None:
    load(site(NOTE, field_note=TEA))
    profiles = UserProfile.objects.filter(fields={"field_note": TEA})
    key = profiles.get().pk
    load(site({**NOTE, "label": "About"}, field_note=[{"value": "Coffee"}]))
    assert FieldConfig.objects.of("user", "user").get().label == "About"
    assert UserProfile.objects.get(pk=key).fields == {"field_note": [{"value": "Coffee"}]}
    assert "user.field_note" in load(site())


@pytest.mark.parametrize(
    ("fields", "values", "fault"),
    [
        ([NOTE, NOTE], {}, "user_fields: There are 2 fields field_note."),
        ([{**NOTE, "name": "mail"}], {}, "Every user has a field of this name."),
        ([{**NOTE, "type": "nope"}], {}, "user_fields[0].type: "),
        ([{"name": "field_note"}], {}, "user_fields[0].type: This field is required."),
        ({}, {}, 'user_fields: Expected a list of items but got type "dict".'),
        ([NOTE], {"nope": []}, "users[0].fields.nope: "),
        (
            [NOTE],
            {"field_note": [{"value": []}]},
            "field_note.0.value: This value should be of the correct primitive type.",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_loaded(
    load: Load, fields: Any, values: dict[str, Any], fault: str
) -> None:
    whole = {**site(**values), "user_fields": fields}
    assert fault in refusal(load, whole)
    assert not FieldConfig.objects.of("user", "user").exists()


def test_a_field_that_somebody_has_values_of_keeps_its_type(load: Load) -> None:
    load(site(NOTE, field_note=TEA))
    other = User.objects.create_user("other")
    UserProfile.objects.update_or_create(user=other, defaults={"fields": {"field_note": TEA}})
    told = refusal(load, site({"name": "field_more", "type": "string", "label": "M"}, BOOLEAN))
    assert "user_fields[1].type: there is content with values of this field" in told


BOOLEAN = {**NOTE, "type": "boolean", "settings": {}}


def test_one_that_the_file_gives_other_values_may_get_another_type(load: Load) -> None:
    load(site(NOTE, field_note=TEA))
    load(site(BOOLEAN, field_note=[{"value": "1"}]))
    assert FieldConfig.objects.of("user", "user").get().storage.field_type == "boolean"
