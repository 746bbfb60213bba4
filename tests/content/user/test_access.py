"""Who sees, makes and changes which accounts, and which fields of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.user.access import NOT_UPDATED
from drupal_jwt_auth.models import ConfigObject, Role, UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.user.accounts import PASSWORD, change, delete, existing, look, make
from tests.content.visitors import Visitor, faults, make_user, message

OF_ALL = ["uid", "uuid", "langcode", "name", "created", "changed", "default_langcode"]
OF_OWN = {"preferred_langcode", "preferred_admin_langcode", "mail", "timezone"}
OF_CLERKS = {"status", "access", "login", "init", "roles"}


class TestLooking:
    def test_of_others_little_is_seen(self, member: User, viewer: Visitor) -> None:
        assert list(look(viewer, member).json()) == OF_ALL

    def test_of_ones_own_account_more(self, member: User, own: Visitor) -> None:
        assert {*look(own, member).json()} == {*OF_ALL} | OF_OWN

    def test_who_administers_users_sees_all_but_passwords(
        self, member: User, clerk: Visitor
    ) -> None:
        assert {*look(clerk, member).json()} == {*OF_ALL} | OF_OWN | OF_CLERKS

    def test_the_anonymous_user_is_there_and_seen_by_nobody(
        self, clerk: Visitor, admin: Visitor
    ) -> None:
        for visitor in (clerk, admin):
            assert message(look(visitor, 0)) == (403, "")
            assert message(change(visitor, 0, mail=["a@example.com"])) == (403, "")
            assert message(delete(visitor, 0)) == (403, "")

    def test_a_user_of_the_projects_is_shown_with_defaults(self, clerk: Visitor, db: None) -> None:
        shown = look(clerk, make_user("somebody")).json()
        assert not UserProfile.objects.filter(user__username="somebody").exists()
        never = [{"value": "1970-01-01T00:00:00+00:00", "format": "Y-m-d\\TH:i:sP"}]
        assert (shown["access"], shown["login"]) == (never, never)
        assert shown["changed"] == shown["created"]
        assert shown["timezone"] == [{"value": "UTC"}]
        assert (shown["init"], shown["mail"], shown["roles"]) == ([], [], [])

    def test_lists_have_what_each_may_see(
        self, member: User, own: Visitor, viewer: Visitor, clerk: Visitor
    ) -> None:
        blocked = make_user("blocked", is_active=False)
        rules = ENTITY_TYPES.content("user").access

        def seen(user: Any) -> set[int]:
            visible = User.objects.filter(rules.visible_to(Account(user)))
            return {*visible.values_list("pk", flat=True)}

        everybody = {*User.objects.values_list("pk", flat=True)}
        assert seen(clerk.user) == everybody
        assert seen(viewer.user) == everybody - {blocked.pk}
        assert seen(member) == {member.pk}
        assert seen(AnonymousUser()) == set()


class TestChanging:
    def test_others_are_changed_by_who_administers_them(
        self, member: User, viewer: Visitor, clerk: Visitor
    ) -> None:
        assert message(change(viewer, member, timezone=["UTC"])) == (403, NOT_UPDATED)
        assert change(clerk, member, timezone=["Europe/Zurich"]).status_code == 200

    @pytest.mark.parametrize(
        ("name", "items"),
        [
            ("status", [False]),
            ("status", [True]),
            ("roles", [{"target_id": "boss"}]),
            ("roles", []),
            ("access", [{"value": 0}]),
            ("login", [{"value": 0}]),
            ("init", ["a@example.com"]),
            ("created", [{"value": 0}]),
            ("name", ["another"]),
        ],
    )
    def test_nobody_raises_themselves(
        self, member: User, own: Visitor, name: str, items: list[Any]
    ) -> None:
        Group.objects.create(name="boss")
        refused = (403, f"Access denied on updating field '{name}'.")
        fields = {"timezone": ["UTC"], "pass": existing(), name: items}
        assert message(change(own, member, **fields)) == refused
        member.refresh_from_db()
        assert (member.username, member.is_active, member.is_superuser) == ("member", True, False)
        assert not member.groups.exists()

    @pytest.mark.parametrize("name", ["created", "access", "login"])
    def test_a_time_is_one_that_the_admin_can_show_anywhere(
        self, member: User, clerk: Visitor, admin_client: Client, settings: Settings, name: str
    ) -> None:
        for text in ("0001-01-01T23:59:59+00:00", "9999-12-31T00:00:00+00:00"):
            assert faults(change(clerk, member, **{name: [{"value": text}]})) == [
                f"{name}.0.value: This value should be of the correct primitive type."
            ]
        for text in ("0001-01-02T00:00:00+00:00", "9999-12-30T23:59:59+00:00"):
            items = [{"value": text}]
            assert change(clerk, member, **{name: items}).status_code == 200
            for settings.TIME_ZONE in ("Pacific/Auckland", "America/Los_Angeles"):
                path = f"/admin/auth/user/{member.pk}/change/"
                assert admin_client.get(path).status_code == 200

    def test_a_name_is_changed_with_the_permission_for_that(self, db: None) -> None:
        user = make_user("namer", "change own username")
        assert change(Visitor(user), user, name=["Ada Lovelace"]).status_code == 200
        user.refresh_from_db()
        assert user.username == "Ada Lovelace"

    def test_keys_stay(self, member: User, clerk: Visitor) -> None:
        assert message(change(clerk, member, uid=[99]))[0] == 403
        assert message(change(clerk, member, uuid=["x"]))[0] == 403
        assert message(change(clerk, member, changed=[{"value": 0}]))[0] == 403
        assert change(clerk, member, default_langcode=[False]).status_code == 422


class TestMaking:
    def test_it_takes_who_administers_users(self, own: Visitor, viewer: Visitor) -> None:
        for visitor in (own, viewer):
            refused = (403, "The 'administer users' permission is required.")
            assert message(make(visitor, name=["new"])) == refused
        assert not User.objects.filter(username="new").exists()

    def test_an_account_is_blocked_unless_it_is_to_be_active(self, clerk: Visitor) -> None:
        for name, more, active in (("one", {}, False), ("two", {"status": [True]}, True)):
            answer = make(clerk, name=[name], **more)
            user = User.objects.get(username=name)
            assert answer.headers["Location"].endswith(f"/user/{user.pk}")
            assert (answer.status_code, user.is_active) == (201, active)
            assert not user.has_usable_password()

    def test_it_may_have_a_uuid_of_the_clients(self, clerk: Visitor) -> None:
        answer = make(clerk, name=["new"], uuid=["6f1b2c3d-1111-4000-8000-000000000001"])
        assert answer.json()["uuid"] == [{"value": "6f1b2c3d-1111-4000-8000-000000000001"}]
        taken = make(clerk, name=["other"], uuid=["6f1b2c3d-1111-4000-8000-000000000001"])
        assert faults(taken) == ["uuid.0.value: Another user has this value."]
        assert not User.objects.filter(username="other").exists()

    def test_it_has_no_uuid_that_is_somebody_elses_or_will_be(
        self, member: User, clerk: Visitor
    ) -> None:
        """Whoever had it would be taken for that one, and keep others from being made."""
        UserProfile.objects.create(user=member, uuid="6f1b2c3d-1111-4000-8000-00000000000a")
        for uuid in (
            "6f1b2c3d-1111-4000-8000-00000000000A",
            *(user_uuid(key) for key in (0, member.pk, member.pk + 1000)),
            user_uuid(member.pk).upper(),
            user_uuid(member.pk).replace("-", ""),
        ):
            answer = make(clerk, name=["other"], uuid=[uuid])
            assert faults(answer) == ["uuid.0.value: Another user has this value."]
        assert not User.objects.filter(username="other").exists()

    def test_it_has_not_the_uuid_of_the_anonymous_user(self, clerk: Visitor) -> None:
        uuid = "277ec845-6c42-4509-b1a0-e9eef2b2932f"
        ConfigObject.objects.create(name="drupal_jwt_auth.site", data={"anonymous_uuid": uuid})
        assert make(clerk, name=["other"], uuid=[uuid.upper()]).status_code == 422
        assert message(make(clerk, uid=[5], name=["x"]))[0] == 403


class TestRoles:
    @pytest.fixture
    def boss(self, db: None) -> Group:
        group = Group.objects.create(name="boss")
        Role.objects.create(group=group, label="Boss", is_admin=True)
        return group

    def roles(self, user: User) -> tuple[set[str], bool, bool]:
        user = User.objects.get(pk=user.pk)
        names = {*user.groups.values_list("name", flat=True)}
        return names, user.is_superuser, user.is_staff

    def test_they_are_given_and_taken(self, member: User, clerk: Visitor, boss: Group) -> None:
        Group.objects.create(name="writer")
        answer = change(clerk, member, roles=["writer", "writer", "authenticated"])
        assert [role["target_id"] for role in answer.json()["roles"]] == ["writer", "writer"]
        assert self.roles(member) == ({"writer"}, False, False)
        assert change(clerk, member, roles=["boss", "writer"]).status_code == 200
        assert self.roles(member) == ({"writer", "boss"}, True, True)
        assert change(clerk, member, roles=["writer"]).status_code == 200
        assert self.roles(member) == ({"writer"}, False, False)
        shown = look(clerk, member).json()["roles"]
        assert [role["target_id"] for role in shown] == ["writer"]

    def test_groups_of_everybody_stay(self, member: User, clerk: Visitor) -> None:
        group, _made = Group.objects.get_or_create(name="authenticated")
        member.groups.add(group)
        assert change(clerk, member, roles=[]).status_code == 200
        assert self.roles(member)[0] == {"authenticated"}

    def test_who_is_a_superuser_without_a_role_stays_so(
        self, clerk: Visitor, boss: Group, db: None
    ) -> None:
        user = make_user("root", is_superuser=True, is_staff=True)
        Group.objects.create(name="writer")
        assert change(clerk, user, roles=["writer"]).status_code == 200
        assert self.roles(user) == ({"writer"}, True, True)

    def test_one_that_is_not_there_is_refused(self, member: User, clerk: Visitor) -> None:
        text = "roles.0.target_id: The referenced entity (user_role: nope) does not exist."
        assert faults(change(clerk, member, roles=["nope"])) == [text]

    def test_a_new_account_has_them_at_once(self, clerk: Visitor, boss: Group) -> None:
        assert make(clerk, name=["new"], roles=["boss"]).status_code == 201
        assert self.roles(User.objects.get(username="new")) == ({"boss"}, True, True)


def test_who_is_blocked_is_refused(member: User, own: Visitor, clerk: Visitor) -> None:
    assert change(clerk, member, status=[]).status_code == 200
    assert look(own, member).status_code == 403
    assert change(clerk, member, status=[True]).status_code == 200
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)
