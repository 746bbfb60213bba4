"""The audit log in the admin: read, narrowed down, searched, exported, and never written."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from drupal_jwt_auth.admin.audit_entry import COLUMNS, cell
from drupal_jwt_auth.models import AuditEntry
from tests.admin.browser import ADMIN, get
from tests.admin.conftest import Staff

LIST = ADMIN + "auditentry/"
EXPORT = LIST + "export/"


def add(**values: Any) -> AuditEntry:
    values = {"method": "GET", "path": "/node/1", "status": 200, **values}
    return AuditEntry.objects.create(**values)


@pytest.fixture
def entries(admin: User) -> None:
    """Four requests, the newest first in the list."""
    times = (now() - timedelta(minutes=minutes) for minutes in range(4))
    login = {"method": "POST", "path": "/rest_api/id_token", "authentication": "basic"}
    add(**login, username="admin", user=admin, address="192.0.2.1", timestamp=next(times))
    add(
        **login,
        username="root",
        address="2001:db8::7",
        status=401,
        error="INVALID_CREDENTIALS",
        user_agent="curl/8.5.0",
        timestamp=next(times),
    )
    add(username="editor", authentication="bearer", path="/node/7", timestamp=next(times))
    add(status=404, error="not_found", path="/node/8", timestamp=next(times))


def names(browser: Client, **query: Any) -> list[str]:
    """Return the user names in the list, "-" where there is none."""
    html = browser.get(LIST, query).content.decode()
    return re.findall(r'<td class="field-username">(.*?)</td>', html)


def exported(browser: Client, **query: Any) -> list[list[str]]:
    response: Any = browser.get(EXPORT, query)
    assert response.status_code == 200
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode())))


# The list


def test_a_row_tells_who_asked_what_and_the_answer(browser: Client) -> None:
    add(
        username="root",
        address="192.0.2.1",
        method="POST",
        path="/rest_api/id_token",
        authentication="basic",
        status=401,
        error="INVALID_CREDENTIALS",
        timestamp=datetime(2026, 3, 2, 7, 8, 9, tzinfo=timezone.utc),
    )
    html = browser.get(LIST).content.decode()
    assert re.findall(r'<th class="field-time[^>]*><a [^>]*>(.*?)</a>', html) == [
        "2026-03-02 07:08:09"
    ]
    assert dict(re.findall(r'<td class="field-(\w+)[^"]*">(.*?)</td>', html)) == {
        "username": "root",
        "address": "192.0.2.1",
        "request": "POST /rest_api/id_token",
        "status": "401",
        "error": "INVALID_CREDENTIALS",
    }


def test_a_long_path_is_shortened_in_the_list(browser: Client) -> None:
    add(path="/node/" + "9" * 500)
    assert f"GET /node/{'9' * 49}…" in browser.get(LIST).content.decode()


def test_without_time_zones_the_time_is_that_of_the_database(
    browser: Client, settings: Settings
) -> None:
    settings.USE_TZ = False
    add(timestamp=datetime(2026, 3, 2, 7, 8, 9))
    assert "2026-03-02 07:08:09" in browser.get(LIST).content.decode()


def test_the_newest_comes_first(browser: Client, entries: None) -> None:
    assert names(browser) == ["admin", "root", "editor", "-"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"outcome": "success"}, ["admin", "editor"]),
        ({"outcome": "refused"}, ["root"]),
        ({"outcome": "failed"}, ["-"]),
        ({"outcome": "x"}, ["admin", "root", "editor", "-"]),
        ({"status": "404"}, ["-"]),
        ({"status": "x"}, ["admin", "root", "editor", "-"]),
        ({"error": "INVALID_CREDENTIALS"}, ["root"]),
        ({"authentication": "bearer"}, ["editor"]),
        ({"method": "POST"}, ["admin", "root"]),
        ({"method": "POST", "outcome": "success"}, ["admin"]),
        ({"timestamp__year": "2020"}, []),
        ({"q": "root"}, ["root"]),
        ({"q": "192.0.2"}, ["admin"]),
        ({"q": "2001:db8::7"}, ["root"]),
        ({"q": "node/7"}, ["editor"]),
        ({"q": "curl"}, ["root"]),
    ],
)
def test_the_list_is_narrowed_down(
    browser: Client, entries: None, query: dict[str, str], found: list[str]
) -> None:
    assert names(browser, **query) == found


def test_each_filter_offers_what_this_app_writes_without_asking_all_rows(
    browser: Client, entries: None
) -> None:
    with CaptureQueriesContext(connection) as captured:
        page = get(browser, "auditentry/")
    for text in ("Success", "401", "INVALID_CREDENTIALS", "ip_blocked", "refresh_token", "PATCH"):
        assert text in page.links, text
    assert not [each["sql"] for each in captured if 'DISTINCT "' in each["sql"]]


def test_hostile_texts_are_shown_as_texts(browser: Client) -> None:
    add(username="<script>alert(1)</script>")
    html = browser.get(LIST).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


# A page


def test_a_page_shows_an_entry_and_has_nothing_to_change(browser: Client, entries: None) -> None:
    entry = AuditEntry.objects.get(username="root")
    page = get(browser, f"auditentry/{entry.pk}/change/")
    for text in ("root", "2001:db8::7", "curl/8.5.0", "INVALID_CREDENTIALS"):
        assert text in page.text
    assert set(page.inputs) <= {"", "csrfmiddlewaretoken"}


def test_nobody_adds_or_changes_an_entry(browser: Client, entries: None) -> None:
    entry = AuditEntry.objects.get(username="root")
    assert browser.get(f"{LIST}add/").status_code == 403
    assert browser.post(f"{LIST}add/", {"username": "x"}).status_code == 403
    answer = browser.post(f"{LIST}{entry.pk}/change/", {"username": "x"})
    assert answer.status_code == 403
    entry.refresh_from_db()
    assert entry.username == "root"


# Who may


def test_the_log_is_for_whoever_has_the_permission(staff: Staff, entries: None) -> None:
    clerk = staff("access site reports")
    assert len(names(clerk)) == 4
    assert len(exported(clerk)) == 5


def test_and_for_nobody_else(staff: Staff, entries: None, client: Client) -> None:
    clerk = staff("access content overview")
    assert clerk.get(LIST).status_code == 403
    assert clerk.get(EXPORT).status_code == 403
    assert client.get(EXPORT).status_code == 302


def test_who_has_it_deletes(staff: Staff, entries: None) -> None:
    clerk = staff("access site reports")
    selected = {"action": "delete_selected", "_selected_action": [AuditEntry.objects.all()[0].pk]}
    clerk.post(LIST, {**selected, "post": "yes"})
    assert AuditEntry.objects.count() == 3


# The export


def test_the_export_has_all_columns_of_all_entries(
    browser: Client, entries: None, admin: User
) -> None:
    heading, first, second, *_others = exported(browser)
    entry = AuditEntry.objects.get(username="admin")
    assert tuple(heading) == COLUMNS
    assert first == [
        entry.timestamp.isoformat(),
        str(admin.pk),
        "admin",
        "192.0.2.1",
        "POST",
        "/rest_api/id_token",
        "basic",
        "200",
        "",
        "",
    ]
    assert second[1] == ""
    assert second[-1] == "curl/8.5.0"


def test_the_export_is_a_file_in_pieces(browser: Client, entries: None) -> None:
    response: Any = browser.get(EXPORT)
    assert response.streaming
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="audit-log-\d{4}-\d\d-\d\d\.csv"',
        response.headers["Content-Disposition"],
    )
    assert len(list(response.streaming_content)) == 5


def test_the_export_has_what_the_list_shows_on_all_its_pages(browser: Client) -> None:
    for number in range(60):
        add(username=f"user{number}", status=401)
    add(username="good")
    assert len(names(browser, outcome="refused")) == 50
    rows = exported(browser, outcome="refused", q="user")
    assert [row[2] for row in rows[1:]] == [f"user{number}" for number in reversed(range(60))]


def test_the_button_exports_what_is_shown(browser: Client, entries: None) -> None:
    page = get(browser, "auditentry/", outcome="refused", q="root")
    assert page.links["Export as CSV"] == f"{EXPORT}?outcome=refused&q=root"
    assert get(browser, "auditentry/").links["Export as CSV"] == f"{EXPORT}?"


def test_an_export_of_what_cannot_be_asked_leads_back_to_the_list(browser: Client) -> None:
    answer: Any = browser.get(EXPORT, {"id__in": "x"})
    assert (answer.status_code, answer.url) == (302, LIST)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_other_cells_are_as_they_are(browser: Client) -> None:
    add(username="=1+1", user_agent='say "hi", Zoë', path="/a=b", status=401)
    (_heading, row) = exported(browser)
    assert (row[2], row[-1], row[5], row[7]) == ("'=1+1", 'say "hi", Zoë', "/a=b", "401")
