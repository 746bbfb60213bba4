"""Accounts that several make, rename and delete at once: no two of a name, and no orphans."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User

from drupal_jwt_auth.models import Comment, Node, UserProfile
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView
from drupal_jwt_auth.rest.serializers import EntitySerializer
from tests.content.comment.commenters import Commenter, published, remark, statistics
from tests.content.user.accounts import change, delete, make
from tests.content.visitors import Visitor, faults
from tests.system.meetings import Meeting, again, at_once

SAVING = (EntitySerializer, "save")
"""Where a POST or a PATCH has read and decided."""

MADE = (EntityCreateView, "finalize_response")
CHANGED = (EntityView, "finalize_response")
"""Where all is written, and nothing is committed."""

TAKEN = "name: The username {} is already taken."


@pytest.fixture
def admin(threaded_site: None) -> Visitor:
    return Visitor(User.objects.get(username="admin"))


@pytest.fixture
def member(threaded_site: None) -> Commenter:
    """May write whatever there is, and nothing to accounts."""
    user = User.objects.create_user("member", email="member@example.com")
    codenames = ("create article content", "edit own article content", "post comments")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return Commenter(user)


@pytest.fixture
def node(threaded_site: None) -> Node:
    """An article without comments."""
    return Node.objects.create(type_id="article", title="News", fields={"comment": [{"status": 2}]})


def named(name: str) -> int:
    return User.objects.filter(username__iexact=name).count()


class TestNames:
    @pytest.mark.parametrize("place", [SAVING, MADE])
    def test_one_of_two_gets_a_name(self, meet: Meeting, admin: Visitor, place: Any) -> None:
        first, second = meet(
            lambda: make(admin, name=["Ada"]), place, lambda: make(admin, name=["ADA"])
        )
        assert first.status_code == 201, first.content
        assert faults(second) == [TAKEN.format("ADA")]
        assert named("ada") == 1

    def test_one_of_many_gets_it(self, admin: Visitor) -> None:
        names = ["Ada", "ADA", "ada", "aDA", "AdA", "aDa"]
        found: list[tuple[int, str]] = []

        def claim(name: str) -> None:
            answer = again(lambda: make(admin, name=[name], mail=[f"{name}@example.com"]))
            found.append((answer.status_code, name))

        at_once(*(partial(claim, name) for name in names))
        assert sorted(status for status, _name in found) == [201, *[422] * 5]
        assert named("ada") == UserProfile.objects.filter(user__username__iexact="ada").count() == 1

    def test_a_name_that_somebody_gets_is_not_given_to_a_new_one(
        self, meet: Meeting, admin: Visitor, member: Commenter
    ) -> None:
        assert member.user
        user = member.user
        first, second = meet(
            lambda: change(admin, user, name=["Ada"]), CHANGED, lambda: make(admin, name=["ADA"])
        )
        assert (first.status_code, faults(second)) == (200, [TAKEN.format("ADA")])

    def test_one_of_two_gets_an_address(
        self, meet: Meeting, admin: Visitor, member: Commenter
    ) -> None:
        assert member.user
        user = member.user
        first, second = meet(
            lambda: make(admin, name=["Ada"], mail=["ada@example.com"]),
            MADE,
            lambda: change(admin, user, mail=["ADA@example.com"]),
        )
        assert first.status_code == 201
        assert faults(second) == ["mail: The email address ADA@example.com is already taken."]

    def test_one_of_two_registers(self, meet: Meeting, settings: Any) -> None:
        settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "REGISTER": "visitors"}
        allowed = Permission.objects.get(codename="restful post user_registration")
        Group.objects.get_or_create(name="anonymous")[0].permissions.add(allowed)

        def register(name: str) -> Any:
            fields = {"name": [name], "mail": [f"{name}@example.com"]}
            return Visitor().client.post(
                "/user/register?_format=json", fields, content_type="application/json"
            )

        first, second = meet(
            lambda: register("Ada"),
            (EntityCreateView, "finalize_response"),
            lambda: register("ADA"),
        )
        assert first.status_code == 200, first.content
        assert second.status_code == 422
        assert named("ada") == 1


class TestDeletedAuthors:
    """Whatever they are writing at that moment goes with them, or is refused.

    Perhaps they are asked to try again first, as whoever refers to what is deleted meanwhile.
    """

    @pytest.fixture(params=["comment", "node"])
    def write(self, request: Any, member: Commenter, node: Node) -> Callable[[], Any]:
        """The member writes something, and again when asked to try again."""
        article = {"type": "article", "title": ["Mine"]}
        if request.param == "comment":
            return lambda: again(lambda: member.comment(remark(node)))
        return lambda: again(lambda: member.post(article))

    @pytest.fixture
    def leave(self, admin: Visitor, member: Commenter) -> Callable[[], Any]:
        """The member's account is deleted."""
        user = member.user
        assert user
        return lambda: again(lambda: delete(admin, user))

    @pytest.mark.parametrize("place", [SAVING, MADE])
    def test_what_is_begun_before_goes_too_or_is_refused(
        self, meet: Meeting, write: Any, leave: Any, node: Node, place: Any
    ) -> None:
        written, gone = meet(write, place, leave)
        assert gone.status_code == 204, gone.content
        refused = written.json().get("error") == "USER_INFORMATION_NOT_FOUND"
        assert written.status_code == (401 if refused else 201), written.content
        self.nothing_is_left(node)

    def test_what_comes_later_is_refused(
        self, meet: Meeting, write: Any, leave: Any, node: Node
    ) -> None:
        gone, refused = meet(leave, CHANGED, write)
        assert gone.status_code == 204, gone.content
        assert refused.json()["error"] == "USER_INFORMATION_NOT_FOUND"
        self.nothing_is_left(node)

    def test_what_is_changed_of_an_account_that_goes_is_gone(
        self, meet: Meeting, member: Commenter, leave: Any, node: Node
    ) -> None:
        assert member.user
        user = member.user
        gone, refused = meet(leave, CHANGED, lambda: change(member, user, timezone=["UTC"]))
        assert (gone.status_code, refused.status_code) == (204, 404)
        self.nothing_is_left(node)

    def test_many_write_while_their_account_goes(
        self, member: Commenter, leave: Any, node: Node
    ) -> None:
        statuses: list[int] = []

        def write() -> None:
            for _ in range(3):
                statuses.append(again(lambda: member.comment(remark(node))).status_code)

        at_once(write, write, lambda: statuses.append(leave().status_code), write)
        assert statuses.count(204) == 1
        assert {*statuses} <= {201, 204, 401}
        self.nothing_is_left(node)

    def nothing_is_left(self, node: Node) -> None:
        assert not User.objects.filter(username="member").exists()
        assert not UserProfile.objects.exclude(user__in=User.objects.all()).exists()
        assert not Comment.objects.exists()
        assert [each.pk for each in Node.objects.filter(type="article")] == [node.pk]
        assert statistics(node).get("comment_count", 0) == published(node) == 0
