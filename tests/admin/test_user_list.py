"""The list of users: what it shows, how it is narrowed down, and that its length costs nothing."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin import UserListMixin, content_list, user_list
from drupal_jwt_auth.admin.content_list import ContentList
from drupal_jwt_auth.content.search import names as searched
from drupal_jwt_auth.models import Role, UserProfile
from tests.admin.browser import read
from tests.admin.conftest import Staff
from tests.admin.test_api_documents import document
from tests.admin.test_user_tokens import AnyUserAdmin
from tests.content.visitors import permission

LIST = "/admin/auth/user/"
KNOWN = {"admin", "editor", "plain"}
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def people(admin: User) -> None:
    """The users of the site, who have no roles yet, and no permissions."""
    for user in User.objects.exclude(username__in=KNOWN):
        user.delete()
    for user in User.objects.exclude(username="admin"):
        user.groups.clear()
        user.user_permissions.clear()


def make_role(name: str, label: str, *permissions: str, **values: Any) -> Group:
    group = Group.objects.create(name=name)
    Role.objects.create(group=group, label=label, **values)
    group.permissions.add(*map(permission, permissions))
    return group


def names(browser: Client, **query: str) -> list[str]:
    html = browser.get(LIST, query).content.decode()
    return re.findall(r'<th class="field-username"><a [^>]*>(.*?)</a>', html)


def test_the_columns_are_those_of_drupal(browser: Client) -> None:
    html = browser.get(LIST).content.decode()
    headings = re.findall(r'<div class="text">(?:<a [^>]*>|<span>)(.*?)</', html)
    known = ["Username", "Status", "Roles", "Member since", "Last access", "Operations"]
    assert headings[-6:] == known


def test_a_row_tells_status_roles_and_times(browser: Client) -> None:
    editor = User.objects.get(username="editor")
    User.objects.filter(pk=editor.pk).update(is_active=False, date_joined=NOON)
    UserProfile.objects.update_or_create(user=editor, defaults={"access": NOON})
    UserProfile.objects.filter(user__username="plain").delete()
    # By their weight, and without the role that everybody has.
    editor.groups.add(
        make_role("writer", "Writer", weight=2),
        make_role("chief", "Chief", weight=1),
        Group.objects.get_or_create(name="authenticated")[0],
    )
    html = browser.get(LIST).content.decode()
    rows = html.partition("<tbody>")[2].split("</tr>")
    cells = {
        re.findall(r'change/">(.*?)</a>', row)[0]: re.findall(
            r'<td class="field-(\w+)[^"]*">(.*?)</td>', row
        )
        for row in rows[:3]
    }
    assert dict(cells["editor"]) == {
        "account_status": "Blocked",
        "account_roles": "Chief, Writer",
        "member_for": "March 2, 2026, noon",
        "last_access": "March 2, 2026, noon",
        "view_link": f'<a href="{LIST}{editor.pk}/api/">View</a>',
    }
    plain = dict(cells["plain"])
    assert (plain["account_status"], plain["last_access"]) == ("Active", "never")


def test_view_shows_what_the_api_answers(browser: Client, client_of: Any) -> None:
    key = User.objects.get(username="plain").pk
    answer = client_of("admin").get(f"/user/{key}?_format=json").json()
    assert document(browser, f"{key}/api/", LIST) == answer
    # Where the form links to is still up to the project.
    assert "View on site" not in read(browser.get(f"{LIST}{key}/change/")).links


def test_it_shows_no_more_than_the_api_answers(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    client.force_login(clerk)
    key = User.objects.get(username="plain").pk
    assert client.get(f"{LIST}{key}/change/").status_code == 200
    assert client.get(f"{LIST}{key}/api/").status_code == 403


class TestFilters:
    @pytest.fixture(autouse=True)
    def roles(self, people: None) -> None:
        """A blocked writer, and somebody with one permission of the same."""
        editor, plain = (User.objects.get(username=name) for name in ("editor", "plain"))
        editor.groups.add(make_role("writer", "Writer", "access content overview"))
        User.objects.filter(pk=editor.pk).update(is_active=False)
        plain.user_permissions.add(permission("administer nodes"))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"is_active__exact": "1"}, ["admin", "plain"]),
            ({"is_active__exact": "0"}, ["editor"]),
            ({"is_active__exact": "x"}, ["admin", "editor", "plain"]),
            ({"role": "writer"}, ["editor"]),
            ({"role": "authenticated"}, ["admin", "editor", "plain"]),
            ({"role": "nothing"}, ["admin", "editor", "plain"]),
            ({"permission": "access content overview"}, ["admin", "editor"]),
            ({"permission": "administer nodes"}, ["admin", "plain"]),
            ({"permission": "administer filters"}, ["admin"]),
            ({"permission": "nothing"}, ["admin", "editor", "plain"]),
            ({"permission": ""}, ["admin", "editor", "plain"]),
            ({"permission": "administer nodes", "is_active__exact": "0"}, []),
        ],
    )
    def test_they_narrow_it_down(
        self, browser: Client, query: dict[str, str], found: list[str]
    ) -> None:
        assert names(browser, **query) == found

    def test_roles_of_administrators_have_all_permissions(self, browser: Client) -> None:
        boss = make_role("boss", "Boss", is_admin=True)
        User.objects.get(username="plain").groups.add(boss)
        assert names(browser, permission="administer filters") == ["admin", "plain"]

    def test_what_everybody_may_everybody_has(self, browser: Client) -> None:
        everybody = Group.objects.get_or_create(name="authenticated")[0]
        everybody.permissions.add(permission("administer filters"))
        assert names(browser, permission="administer filters") == ["admin", "editor", "plain"]

    def test_permissions_are_chosen_in_their_groups(self, browser: Client) -> None:
        html = browser.get(LIST, {"permission": "administer nodes", "q": "a"}).content.decode()
        form = html.partition('class="drupal-permission-filter"')[2].partition("</form>")[0]
        assert '<optgroup label="Content">' in form
        assert '<option value="administer nodes" selected>Administer content</option>' in form
        # It sends what the list is narrowed down by besides.
        assert '<input type="hidden" name="q" value="a">' in form


@pytest.mark.parametrize(
    ("search", "found"), [("EDIT", ["editor"]), ("p@exam", ["plain"]), ("Nowhere", []), ("\0", [])]
)
def test_names_and_addresses_are_searched(browser: Client, search: str, found: list[str]) -> None:
    User.objects.filter(username="plain").update(email="p@example.org", first_name="Nowhere")
    if "\0" in search:
        assert browser.get(LIST, {"q": search}).status_code in (200, 302)
    else:
        assert names(browser, q=search) == found


@pytest.mark.parametrize("query", [{}, {"permission": "administer users"}, {"role": "writer"}])
def test_the_number_of_queries_is_the_same_for_any_number_of_users(
    browser: Client, query: dict[str, str]
) -> None:
    group = make_role("writer", "Writer", "administer users")

    def count() -> int:
        browser.get(LIST, query)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST, query)
        return len(queries)

    User.objects.get(username="editor").groups.add(group)
    few = count()
    for number in range(20):
        User.objects.create_user(f"user{number}").groups.add(group)
    assert len(names(browser, **query)) > 20
    assert count() == few


def test_nobody_is_counted_beyond_a_bound(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        User.objects.create_user(f"user{number}")
    monkeypatch.setattr(content_list, "COUNTED", 3)
    monkeypatch.setattr(content_list, "AHEAD", 1)
    monkeypatch.setattr(type(admin.site.get_model_admin(User)), "list_per_page", 2)
    page = read(browser.get(LIST))
    assert "more than 4 users" in page.text
    assert "Select all of more than 4 users" in page.links
    assert "more than 4 results" in read(browser.get(LIST, {"q": "user"})).text
    assert names(browser, p="5") == ["user5", "user6"]


def test_who_administers_users_has_the_list(staff: Staff) -> None:
    assert names(staff("administer users")) == ["admin", "clerk", "editor", "plain"]


class TestOnAPageOfTheProjects:
    """What it says itself stays, and what users do not have is left out."""

    def test_columns_filters_search_and_list_stay(self, rf: RequestFactory) -> None:
        class OwnAdmin(UserListMixin, AnyUserAdmin):
            list_display = ("email",)
            list_filter = ("is_staff",)
            search_fields = ("last_name",)

        pages, request = OwnAdmin(User, admin.site), rf.get("/")
        assert pages.get_list_display(request) == ("email",)
        assert pages.get_list_filter(request) == ("is_staff",)
        assert pages.get_search_fields(request) == ("last_name",)
        assert pages.get_changelist(request) is ContentList

    def test_a_list_of_its_own_stays(self, rf: RequestFactory, admin_user: User) -> None:
        class OwnList(ChangeList):
            pass

        class OwnAdmin(AnyUserAdmin):
            def get_changelist(self, request: Any, **kwargs: Any) -> type[ChangeList]:
                return OwnList

        pages = type("Pages", (UserListMixin, OwnAdmin), {})(User, admin.site)
        request = rf.get("/")
        request.user = admin_user
        assert pages.get_changelist(request) is OwnList
        answer: Any = pages.changelist_view(request)
        assert "Member since" in answer.render().content.decode()

    def test_users_may_have_little(
        self, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(user_list, "column_of", lambda name: None)
        monkeypatch.setattr(searched, "email_column", lambda: None)
        monkeypatch.setattr(user_list, "has_roles", lambda: False)
        pages, request = admin.site.get_model_admin(User), rf.get("/")
        assert pages.get_list_display(request) == (
            *("username", "member_for", "last_access", "view_link"),
        )
        assert pages.get_list_filter(request) == ()
        assert pages.get_search_fields(request) == ["username"]
        user = User.objects.get(username="plain")
        user.drupal_profile = UserProfile(created=NOON)
        rows: Any = pages
        rows.complete(request, [user])
        assert rows.member_for(user) == NOON
