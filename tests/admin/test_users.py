"""The page of a user: the profile, the roles by their labels, names, and what cancelling does."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models import ProtectedError
from django.db.models.signals import post_delete
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drupal_jwt_auth.models import Comment, CommentType, Node, Role, UserProfile
from tests.admin.browser import read
from tests.content.visitors import add_field

LIST = "/admin/auth/user/"
METHODS = [
    "user_cancel_block",
    "user_cancel_block_unpublish",
    "user_cancel_reassign",
    "user_cancel_delete",
]


def page(user: User) -> str:
    return reverse("admin:auth_user_change", args=(user.pk,))


@pytest.fixture
def author(site: None) -> User:
    """Somebody with a page and a comment on another's page."""
    author = User.objects.create_user("author")
    CommentType.objects.get_or_create(id="comment", defaults={"label": "Comments"})
    add_field("page", "comment", "comment", default_value=[{"status": 2}])
    fields: Any = {"comment": [{"status": 2}]}
    other = Node.objects.create(type_id="page", title="Other", fields=fields)
    Node.objects.create(type_id="page", title="Own", uid=author)
    Comment.objects.create(comment_type_id="comment", entity_id=str(other.pk), uid=author)
    return author


def state() -> tuple[Any, Any, Any]:
    """Whether pages and comments are published and whose they are, and what is counted."""
    other = Node.objects.get(title="Other")
    return (
        Node.objects.filter(title="Own").values_list("status", "uid__username").first(),
        Comment.objects.values_list("status", "uid__username", "name").first(),
        other.fields["comment"][0]["comment_count"],
    )


class TestTheProfile:
    def test_it_is_on_the_page_of_a_user(self, browser: Client, site: None) -> None:
        user = User.objects.get(username="plain")
        form = read(browser.get(page(user)))
        values = {**form.values, "drupal_profile-0-timezone": "Europe/Zurich"}
        assert browser.post(page(user), values).status_code == 302
        profile = UserProfile.objects.get(user=user)
        assert profile.timezone == "Europe/Zurich"
        assert profile.uuid
        assert profile.uuid in read(browser.get(page(user))).text

    def test_none_is_made_where_nothing_is_written(self, browser: Client, site: None) -> None:
        user = User.objects.get(username="plain")
        UserProfile.objects.filter(user=user).delete()
        assert browser.post(page(user), read(browser.get(page(user))).values).status_code == 302
        assert not UserProfile.objects.filter(user=user).exists()

    def test_who_may_only_look_changes_nothing(self, site: None, client: Client) -> None:
        clerk = User.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
        client.force_login(clerk)
        values = {**read(client.get(page(clerk))).values, "drupal_profile-0-init": "x@example.com"}
        assert client.post(page(clerk), values).status_code == 403
        assert not UserProfile.objects.filter(user=clerk).exists()


def test_roles_are_called_by_their_labels(browser: Client, site: None) -> None:
    group, _made = Group.objects.get_or_create(name="content_editor")
    Role.objects.update_or_create(group=group, defaults={"label": "Content editor"})
    Group.objects.create(name="plain_group")
    options = read(browser.get(page(User.objects.get(username="plain")))).options["groups"]
    assert {"Content editor (content_editor)", "plain_group"} <= {*options.values()} | {*options}


class TestNames:
    def add(self, browser: Client, name: str) -> Any:
        values = {"username": name, "password1": "x-Pass-99", "password2": "x-Pass-99"}
        return browser.post(f"{LIST}add/", {"usable_password": "true", **values})

    @pytest.mark.parametrize("name", ["Ada Lovelace", "O'Neil", "plain-name"])
    def test_a_new_user_may_have_any_of_drupals(self, browser: Client, name: str) -> None:
        assert self.add(browser, name).status_code == 302
        assert User.objects.filter(username=name).exists()

    @pytest.mark.parametrize("name", ["a<b", "a  b", "a:b"])
    def test_what_drupal_refuses_is_refused(self, browser: Client, name: str) -> None:
        assert read(self.add(browser, name)).errors
        assert not User.objects.filter(username=name).exists()

    def test_one_that_somebody_has_is_refused(self, browser: Client, site: None) -> None:
        User.objects.create(username="Ada Lovelace")
        user = User.objects.get(username="plain")
        values = {**read(browser.get(page(user))).values, "username": "ada lovelace"}
        assert "already exists" in read(browser.post(page(user), values)).errors[0]
        assert User.objects.filter(username="plain").exists()

    def test_a_user_may_get_another(self, browser: Client, site: None) -> None:
        user = User.objects.get(username="plain")
        values = {**read(browser.get(page(user))).values, "username": "Plain Name"}
        assert browser.post(page(user), values).status_code == 302
        assert User.objects.filter(username="Plain Name").exists()


class TestCancelling:
    def cancel(self, browser: Client, user: User, method: str) -> Any:
        return browser.post(f"{LIST}{user.pk}/delete/", {"post": "yes", "method": method})

    def test_it_asks_with_the_number_of_items(self, browser: Client, author: User) -> None:
        shown = browser.get(f"{LIST}{author.pk}/delete/").content.decode()
        for method in METHODS:
            assert f'value="{method}"' in shown
        assert "Content: 1" in shown
        assert "Comments: 1" in shown
        assert "Files: 0" in shown

    @pytest.mark.parametrize("method", ["", "nope"])
    def test_it_does_nothing_that_is_not_chosen(
        self, browser: Client, author: User, method: str
    ) -> None:
        answer = self.cancel(browser, author, method)
        assert "Choose what becomes of them." in answer.content.decode()
        assert User.objects.get(pk=author.pk).is_active

    @pytest.mark.parametrize(
        ("method", "user", "then"),
        [
            ("user_cancel_block", False, ((True, "author"), (True, "author", None), 1)),
            ("user_cancel_block_unpublish", False, ((False, "author"), (False, "author", None), 0)),
            ("user_cancel_reassign", None, ((True, None), (True, None, "Anonymous"), 1)),
            ("user_cancel_delete", None, (None, None, 0)),
        ],
    )
    def test_each_choice_does_what_it_says(
        self, browser: Client, author: User, method: str, user: bool | None, then: Any
    ) -> None:
        assert self.cancel(browser, author, method).status_code == 302
        found = User.objects.filter(pk=author.pk).values_list("is_active", flat=True).first()
        assert (found, state()) == (user, then)
        assert LogEntry.objects.filter(object_id=author.pk).count() == 1

    def test_several_are_cancelled_at_once(self, browser: Client, author: User) -> None:
        users = [author, *(User.objects.create_user(f"u{n}") for n in range(12))]
        keys = [user.pk for user in users]
        chosen = {"action": "delete_selected", "_selected_action": keys}
        asked = browser.post(LIST, chosen)
        text = asked.content.decode()
        assert "Are you sure you want to cancel 13 accounts?" in text
        assert "and 3 more" in text
        values = {**chosen, "post": "yes", "method": "user_cancel_delete"}
        assert browser.post(LIST, values, follow=True).status_code == 200
        assert not User.objects.filter(pk__in=keys).exists()
        assert state() == (None, None, 0)

    def test_who_goes_with_another_is_not_counted(self, browser: Client, author: User) -> None:
        friend = User.objects.create_user("friend")

        def leave_too(instance: User, **kwargs: Any) -> None:
            User.objects.filter(pk=friend.pk).delete()

        chosen = {"action": "delete_selected", "_selected_action": [author.pk, friend.pk]}
        post_delete.connect(leave_too, sender=User, dispatch_uid="leave too")
        try:
            values = {**chosen, "post": "yes", "method": "user_cancel_delete"}
            answer = browser.post(LIST, values, follow=True)
        finally:
            post_delete.disconnect(sender=User, dispatch_uid="leave too")
        assert "1 account has been cancelled." in answer.content.decode()
        assert not User.objects.filter(pk__in=(author.pk, friend.pk)).exists()

    def test_asking_takes_as_many_queries_for_much_content(
        self, browser: Client, author: User
    ) -> None:
        costs = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                browser.get(f"{LIST}{author.pk}/delete/")
            costs.append(len(captured))
            for number in range(20):
                Node.objects.create(type_id="page", title=f"{number}", uid=author)
        assert costs[0] == costs[1]

    def test_it_needs_the_permissions_for_what_is_done(self, author: User, client: Client) -> None:
        clerk = User.objects.create_user("clerk", is_staff=True)
        client.force_login(clerk)
        path = f"{LIST}{author.pk}/delete/"
        assert client.get(path).status_code == 403
        assert client.post(path, {"method": METHODS[3]}).status_code == 403
        clerk.user_permissions.add(Permission.objects.get(codename="delete_user"))
        shown = client.get(path).content.decode()
        assert not any(f'value="{method}"' in shown for method in METHODS)
        self.cancel(client, author, METHODS[3])
        assert User.objects.filter(pk=author.pk).exists()
        assert client.get(f"{LIST}999/delete/").status_code == 404

    @pytest.mark.parametrize("method", METHODS)
    def test_a_page_of_the_projects_may_forbid_it_for_some(
        self, browser: Client, author: User, monkeypatch: pytest.MonkeyPatch, method: str
    ) -> None:
        """In a list it knows whom it is about only now."""

        def may(self: Any, request: Any, obj: Any = None) -> bool:
            return not isinstance(obj, User) or obj.pk != author.pk

        registered = type(admin.site.get_model_admin(User))
        monkeypatch.setattr(registered, "has_delete_permission", may)
        monkeypatch.setattr(registered, "has_change_permission", may)
        before = state()
        values = {"action": "delete_selected", "_selected_action": [author.pk], "method": method}
        answer = browser.post(LIST, values, follow=True)
        assert "You may not cancel the account author" in answer.content.decode()
        assert User.objects.get(pk=author.pk).is_active
        assert state() == before

    @pytest.mark.parametrize(("more", "is_deleted"), [([], False), (["delete_logentry"], True)])
    def test_it_needs_the_permissions_for_all_that_goes_with_an_account(
        self, author: User, client: Client, more: list[str], is_deleted: bool
    ) -> None:
        """As Django's own page: rows of models that have a page, whose users take them along."""
        clerk = User.objects.create_user("clerk", is_staff=True)
        names = ["delete_user", "bypass node access", "administer comments", *more]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(clerk)
        LogEntry.objects.create(user=author, action_flag=1)
        admin.site.register(LogEntry)
        try:
            answer = self.cancel(client, author, METHODS[3])
        finally:
            admin.site.unregister(LogEntry)
        assert answer.status_code == 302
        assert User.objects.filter(pk=author.pk).exists() != is_deleted
        assert (state()[0] is None) == is_deleted

    def test_who_is_needed_elsewhere_stays(
        self, browser: Client, author: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def needed(*args: Any, **kwargs: Any) -> None:
            raise ProtectedError("x", set())

        monkeypatch.setattr(User, "delete", needed)
        answer = browser.post(
            f"{LIST}{author.pk}/delete/", {"method": METHODS[3], "post": "yes"}, follow=True
        )
        assert "cannot be deleted: something else needs it" in answer.content.decode()
        assert state()[0] == (True, "author")
        assert not LogEntry.objects.filter(object_id=author.pk).exists()
