"""Accounts have what is configured for them: their fields, and a time zone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from drupal_jwt_auth.models import ConfigObject, FieldConfig, UserProfile
from tests.content.user.accounts import change, look, make
from tests.content.visitors import Visitor, faults

NOTE = [{"value": "Likes tea"}]


@pytest.fixture
def note(db: None) -> FieldConfig:
    """A field of accounts."""
    return FieldConfig.objects.create_field(
        "user", "user", "field_note", "string", label="Note", settings={"max_length": 9}
    )


class TestFields:
    """They are those of the only bundle, and kept beside the user."""

    def test_a_new_account_has_what_is_sent(self, note: FieldConfig, clerk: Visitor) -> None:
        answer = make(clerk, name=["ada"], field_note=NOTE)
        assert (answer.status_code, answer.json()["field_note"]) == (201, NOTE)
        assert UserProfile.objects.get(user__username="ada").fields == {"field_note": NOTE}

    def test_one_changes_ones_own(self, note: FieldConfig, own: Visitor, member: User) -> None:
        assert change(own, member, field_note=NOTE).json()["field_note"] == NOTE
        assert look(own, member).json()["field_note"] == NOTE
        assert change(own, member, field_note=[]).json()["field_note"] == []

    def test_what_is_wrong_is_told(self, note: FieldConfig, own: Visitor, member: User) -> None:
        told = faults(change(own, member, field_note=["x" * 10]))
        assert told == ["field_note.0.value: Note: may not be longer than 9 characters."]

    def test_a_field_without_values_is_deleted(
        self, note: FieldConfig, own: Visitor, member: User
    ) -> None:
        change(own, member, field_note=NOTE)
        note.delete()
        assert "field_note" not in look(own, member).json()


class TestTimeZones:
    """A new account has the site's time zone, unless users are to choose one."""

    def zone(self, clerk: Visitor) -> list[Any]:
        zone: list[Any] = make(clerk, name=["ada"]).json()["timezone"]
        return zone

    def dates(self, zone: Any) -> None:
        ConfigObject.objects.create(name="system.date", data={"timezone": zone})

    def test_that_of_the_project(self, clerk: Visitor, settings: Settings) -> None:
        settings.TIME_ZONE = "Asia/Tokyo"
        assert self.zone(clerk) == [{"value": "Asia/Tokyo"}]

    @pytest.mark.parametrize("zone", [None, "Asia/Tokyo", []])
    def test_settings_of_another_shape_say_nothing(
        self, clerk: Visitor, settings: Settings, zone: Any
    ) -> None:
        self.dates(zone)
        assert self.zone(clerk) == [{"value": settings.TIME_ZONE}]

    @pytest.mark.parametrize("user", [None, {}, {"configurable": True, "default": 0}])
    def test_that_of_an_imported_site(self, clerk: Visitor, user: Any) -> None:
        self.dates({"default": "Europe/Paris", "user": user})
        assert self.zone(clerk) == [{"value": "Europe/Paris"}]

    def test_the_projects_where_the_site_has_none(self, clerk: Visitor, settings: Settings) -> None:
        self.dates({"default": "", "user": {}})
        assert self.zone(clerk) == [{"value": settings.TIME_ZONE}]

    @pytest.mark.parametrize("user", [{"configurable": False}, {"default": 1}, {"default": 2}])
    def test_none_where_users_choose_or_cannot(self, clerk: Visitor, user: Any) -> None:
        self.dates({"default": "Europe/Paris", "user": user})
        assert self.zone(clerk) == []
