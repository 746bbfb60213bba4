"""What roles may do is a table that is saved in one go, of which only changes are applied."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from drupal_jwt_auth.content.permission_groups import permission_groups
from drupal_jwt_auth.content.user.roles import KnownRole, known_roles
from drupal_jwt_auth.models import Role, Vocabulary
from tests.admin.browser import ADMIN, Page, get, read
from tests.admin.conftest import Staff
from tests.content.visitors import make_type, permission

PAGE = "role/permissions/"
CREATE = "create page content"


@pytest.fixture
def writer(site: None) -> KnownRole:
    """A role that may see content."""
    group = Group.objects.create(name="writer")
    group.permissions.add(permission("access content"))
    Role.objects.create(group=group, label="Writers")
    return next(known_roles("writer"))


def boxes(page: Page) -> dict[str, dict[str, str | None]]:
    """The inputs that a role has one of for each permission."""
    return {name: found for name, found in page.inputs.items() if name.startswith("granted-")}


def had(page: Page, role: KnownRole) -> set[str]:
    """What the page says that a role had, as it was shown."""
    return set(page.values[f"shown-{role.group}"].split())


def key(name: str) -> str:
    return str(permission(name).pk)


def save(browser: Client, role: KnownRole, shown: set[str], *granted: str) -> Any:
    """Send the page as a script does, with the permissions that are to be granted."""
    data = {
        f"shown-{role.group}": " ".join(shown),
        f"granted-{role.group}": " ".join(map(key, granted)),
    }
    return browser.post(ADMIN + PAGE, data, follow=True)


def names(role: KnownRole) -> set[str]:
    return set(Group.objects.get(pk=role.group).permissions.values_list("codename", flat=True))


def test_permissions_are_in_groups_as_people_look_for_them(db: None) -> None:
    make_type("page", "Basic page")
    Vocabulary.objects.create(vid="tags", name="Tags")
    permission("access toolbar")
    groups = {
        group.label: [each.codename for each in group.permissions] for group in permission_groups()
    }
    assert list(groups)[:3] == ["Content", "Taxonomy", "Comments"]
    assert "create page content" in groups["Content"]
    assert "create terms in tags" in groups["Taxonomy"]
    assert groups["Other modules"] == ["access toolbar"]
    found = [name for names in groups.values() for name in names]
    assert len(found) == len(set(found))
    rows = Permission.objects.filter(content_type__app_label="drupal_jwt_auth")
    assert set(found) == set(rows.values_list("codename", flat=True))


def test_the_page_shows_what_each_role_may_do(browser: Client, writer: KnownRole) -> None:
    page = get(browser, PAGE)
    assert list(page.options["role"].values())[:2] == ["Anonymous user", "Authenticated user"]
    assert "Writers" in page.options["role"].values()
    assert had(page, writer) == {key("access content")}
    assert f"granted-{writer.group}" in boxes(page)
    for text in ("View published content", "bypass node access", "Give to trusted roles only."):
        assert text in page.text


def test_the_index_leads_there(browser: Client, staff: Staff) -> None:
    assert read(browser.get("/admin/")).links["Permissions"] == ADMIN + PAGE
    clerk = staff("access content overview")
    assert "Permissions" not in read(clerk.get("/admin/")).links
    assert clerk.get(ADMIN + PAGE).status_code == 403
    assert clerk.post(ADMIN + PAGE).status_code == 403


def test_what_is_changed_is_saved_and_told(browser: Client, writer: KnownRole) -> None:
    shown = had(get(browser, PAGE), writer)
    answer = save(browser, writer, shown, CREATE, "edit own page content")
    assert "3 permissions have been changed." in read(answer).text
    assert names(writer) == {CREATE, "edit own page content"}
    entry = LogEntry.objects.get()
    assert entry.object_repr == "Writers"
    text = "Granted: create page content, edit own page content. Taken: access content"
    assert entry.get_change_message() == text


def test_nothing_changed_is_nothing_saved(browser: Client, writer: KnownRole) -> None:
    answer = save(browser, writer, had(get(browser, PAGE), writer), "access content")
    assert "0 permissions have been changed." in read(answer).text
    assert not LogEntry.objects.exists()


def test_without_a_script_each_box_is_sent(browser: Client, writer: KnownRole) -> None:
    page = get(browser, PAGE, role="writer")
    assert len(boxes(page)) == 1
    granted = [key("access content"), key(CREATE)]
    data = {**page.values, f"granted-{writer.group}": granted}
    browser.post(f"{ADMIN}{PAGE}?role=writer", data)
    assert names(writer) == {"access content", CREATE}


def test_what_somebody_else_does_meanwhile_stays(browser: Client, writer: KnownRole) -> None:
    shown = had(get(browser, PAGE), writer)
    group = Group.objects.get(pk=writer.group)
    group.permissions.add(permission("edit any page content"))
    group.permissions.remove(permission("access content"))
    save(browser, writer, shown, "access content", CREATE)
    assert names(writer) == {"edit any page content", CREATE}


def test_only_what_was_shown_can_be_changed(browser: Client, writer: KnownRole) -> None:
    page = get(browser, PAGE, q="page: create NEW")
    assert "View published content" not in page.text
    assert had(page, writer) == set()
    save(browser, writer, set(), CREATE)
    assert names(writer) == {"access content", CREATE}
    assert "No permission has these words." in get(browser, PAGE, q="zebra").text
    assert "There is no such role." in get(browser, PAGE, role="zebra").text


def test_only_drupals_permissions_are_granted(browser: Client, writer: KnownRole) -> None:
    other = Permission.objects.get(codename="delete_user")
    data = {f"shown-{writer.group}": "", f"granted-{writer.group}": f"{other.pk} 999999"}
    browser.post(ADMIN + PAGE, data)
    assert names(writer) == {"access content"}


def test_what_a_group_may_do_elsewhere_is_not_shown_and_stays(
    browser: Client, writer: KnownRole
) -> None:
    other = Permission.objects.get(codename="delete_user")
    Group.objects.get(pk=writer.group).permissions.add(other)
    shown = had(get(browser, PAGE), writer)
    assert str(other.pk) not in shown
    save(browser, writer, shown)
    assert names(writer) == {"delete_user"}


def test_administrators_have_all_and_keep_it(browser: Client, writer: KnownRole) -> None:
    Role.objects.update(is_admin=True)
    page = get(browser, PAGE)
    assert f"shown-{writer.group}" not in page.values
    box = boxes(page)[f"granted-{writer.group}"]
    assert {"checked", "disabled"} <= box.keys()
    save(browser, writer, set(), CREATE)
    assert names(writer) == {"access content"}


def test_a_role_that_is_gone_is_left_alone(browser: Client, writer: KnownRole) -> None:
    shown = had(get(browser, PAGE), writer)
    Group.objects.filter(pk=writer.group).delete()
    assert "0 permissions have been changed." in read(save(browser, writer, shown, CREATE)).text


@pytest.mark.parametrize(
    "data", [{"shown-x": ""}, {"shown-1": "x"}, {"shown-1": "", "granted-1": "1,2"}]
)
def test_what_can_be_no_key_is_refused(
    browser: Client, writer: KnownRole, data: dict[str, str]
) -> None:
    assert browser.post(ADMIN + PAGE, data).status_code == 400
    assert names(writer) == {"access content"}


def test_a_key_beyond_the_database_is_that_of_nothing(browser: Client, writer: KnownRole) -> None:
    data = {f"shown-{10**30}": "", f"granted-{10**30}": str(10**30)}
    assert browser.post(ADMIN + PAGE, data).status_code == 302
    assert names(writer) == {"access content"}


def test_who_may_administer_permissions_alone_may_do_this(staff: Staff, writer: KnownRole) -> None:
    browser = staff("administer permissions")
    save(browser, writer, had(get(browser, PAGE), writer), CREATE)
    assert names(writer) == {CREATE}


def test_twenty_roles_and_many_permissions_are_two_values_each(
    browser: Client, writer: KnownRole, settings: Settings
) -> None:
    assert "without a script" not in browser.get(f"{ADMIN}{PAGE}?role=writer").content.decode()
    for number in range(20):
        Group.objects.create(name=f"role_{number}")
        make_type(f"type_{number}")
    assert "without a script" in browser.get(ADMIN + PAGE).content.decode()
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    assert "without a script" not in browser.get(ADMIN + PAGE).content.decode()


def test_the_number_of_queries_is_the_same_for_any_number_of_roles(
    browser: Client, site: None
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(ADMIN + PAGE)
        return len(queries)

    count()
    few = count()
    for number in range(20):
        Group.objects.create(name=f"role_{number}")
    assert count() == few


def test_what_is_granted_holds_from_the_next_request_on(
    browser: Client, staff: Staff, writer: KnownRole
) -> None:
    User.objects.create_user("new").groups.add(Group.objects.get(pk=writer.group))
    client = Client()
    client.force_login(User.objects.get(username="new"))
    assert client.get(f"{ADMIN}node/add/?type=page").status_code == 302
    save(browser, writer, had(get(browser, PAGE), writer), "access content", CREATE)
    assert client.get(f"{ADMIN}node/add/?type=page").status_code == 200
