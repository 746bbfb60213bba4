"""Users may have any primary key that Django allows: clients see a number, or the key as text."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.projects import answers_of
from tests.user_keys.kinds import KINDS

IMPORTED_UUID = "00000000-0000-4000-8000-000000000021"
IMPORTED_KEYS = {"text": "21", "huge": 21, "decimal": "21"}
"""The keys that can be the number which a user has in Drupal; others are the user's UUID."""


@pytest.fixture(scope="module", params=KINDS)
def kind(request: Any) -> str:
    """What kind of key users have in the project of tests/user_keys."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def answers(kind: str) -> Any:
    """What that project answered."""
    return answers_of("tests.user_keys", USER_KEY=kind)


def shown(key: int | str, uuid: str) -> dict[str, Any]:
    """A user as a reference shows one."""
    return {
        "target_id": key,
        "target_type": "user",
        "target_uuid": uuid,
        "url": f"/user/{quote(str(key), safe='')}",
    }


@pytest.fixture
def users(answers: Any) -> dict[str, dict[str, Any]]:
    """The users as references show them."""
    return {name: shown(key, answers["uuids"][name]) for name, key in answers["keys"].items()}


def test_a_key_is_shown_as_a_number_or_else_as_its_text(kind: str, answers: Any) -> None:
    texts = {
        "uuid": "00abcdef-0000-0000-0000-000000000001",
        "text": "zoë/1 ?_",
        "decimal": "101",
        "person": "00000000-0000-0000-0000-000000000001",
        "code": "U-1",
    }
    assert answers["keys"]["writer"] == texts.get(kind, 2**63 - 999)


def test_a_token_names_its_user(answers: Any) -> None:
    key, found = answers["keys"]["writer"], answers["tokens"]
    assert found["claims"] == {"sub": str(key), "drupal": {"uid": key}}
    assert found["userinfo"] == [str(key), answers["uuids"]["writer"], "writer"]
    assert found["refreshed"] == 200
    assert found["wrong"] == [401, 401]


def test_a_session_is_of_its_user(answers: Any, users: Any) -> None:
    key = str(answers["keys"]["writer"])
    assert answers["session"] == {
        "wrong": 400,
        "current user": {"uid": key, "name": "writer"},
        "userinfo": key,
        "without the token": 403,
        "author": [users["writer"]],
        "ended": 204,
        "afterwards": 401,
    }


def test_an_account_is_at_its_key(kind: str, answers: Any) -> None:
    found = answers["accounts"]
    if kind == "text":  # No part of a path can have a slash in it.
        assert found["own"] == dict.fromkeys(("uid", "uuid", "name", "mail"))
        assert [*found["of another"], *found["changed"], found["another's"]] == [
            *[404] * 3,
            None,
            404,
        ]
        return
    assert found["own"] == {
        "uid": [{"value": answers["keys"]["writer"]}],
        "uuid": [{"value": answers["uuids"]["writer"]}],
        "name": [{"value": "writer"}],
        "mail": [],
    }
    assert found["of another"] == [403, 200]
    assert found["changed"] == [200, [{"value": "Europe/Rome"}]]
    assert (found["another's"], found["an address"], found["a role"]) == (403, 403, 200)


def test_what_is_no_users_key_is_no_account(answers: Any) -> None:
    assert answers["accounts"]["nonsense"] == [404]


def test_an_account_is_made_where_its_key_is(kind: str, answers: Any) -> None:
    found = answers["accounts"]
    if kind in {"uuid", "huge"}:
        assert (found["made"], found["left"]) == ([201, None], 1)
        assert (found["at once"], found["deleted"]) == (200, [204, 404])
    else:
        texts = {"text": "This field cannot be blank.", "code": "This is no code."}
        empty = texts.get(kind, "This value should not be null.")
        text = f"Unprocessable Entity: validation failed.\nuid: {empty}\n"
        assert (found["made"], found["left"]) == ([422, text], 0)


def test_a_link_for_a_password_leads_to_its_user(answers: Any) -> None:
    assert answers["link"] == [True] * len(answers["keys"])


def test_a_user_has_one_name_in_tokens_whatever_the_database_takes_for_the_same(
    answers: Any,
) -> None:
    subjects = dict(answers["tokens"]["subjects"])
    assert subjects.pop(str(answers["keys"]["writer"])) == 200
    assert len(subjects) >= 5
    assert set(subjects.values()) == {401}


def test_a_node_is_saved_and_shown_with_all_of_its_users(answers: Any, users: Any) -> None:
    people = [users["reader"], users["admin"]]
    assert answers["nodes"]["created"] == [201, [users["writer"]], people]
    found = answers["nodes"]["shown"]
    assert found["uid"] == found["revision_uid"] == [users["writer"]]
    assert found["field_people"] == people
    assert found["comment"][0]["last_comment_uid"] == answers["keys"]["writer"]


def test_what_is_sent_back_as_it_was_read_is_no_change(answers: Any) -> None:
    assert answers["nodes"]["sent back"] == 200
    assert answers["nodes"]["sent back by uuid"] == 200


def test_a_node_is_its_authors_who_may_be_named_by_key_or_uuid(answers: Any, users: Any) -> None:
    given = answers["nodes"]["given away"]
    assert given[:3] == [[200, [users[name]], True] for name in ("reader", "writer", "admin")]
    status, [anonymous], is_read_so = given[3]
    assert (status, anonymous["target_id"], anonymous["url"], is_read_so) == (
        *(200, 0, "/user/0", True),
    )
    assert answers["nodes"]["not the writer's to give away"] == 403
    assert answers["nodes"]["no more the writer's"] == 403
    assert answers["nodes"]["visible"] == [True, False, True]


def test_what_is_no_users_key_is_refused_and_nothing_is_saved(answers: Any) -> None:
    assert answers["nonsense"] == {"uid": [422], "field_people": [422], "saved": 0}


def test_a_temporary_file_is_its_owners_until_it_is_in_use(answers: Any) -> None:
    assert answers["files"] == [422, 201, 201]


def test_a_user_of_whom_no_signal_was_sent_is_found_by_uuid_after_migrate(
    kind: str, answers: Any
) -> None:
    can_be_read = kind in {"uuid", "huge", "person"}
    assert answers["unannounced"] == [201 if can_be_read else 422, 201]


def test_a_users_alias_leads_to_their_path_and_is_shown_for_it(kind: str, answers: Any) -> None:
    """Databases tell no text of keys of a project's own kind, so theirs are not shown."""
    found = answers["aliases"]
    assert (found["made"], found["seen"]) == ([201, 201], 403)
    if kind == "code":
        assert found["urls"] == ["/user/U-1", "/user/U-1", "/user/U-2"]
    else:
        assert found["urls"] == ["/people/writer", "/people/writer", "/people/reader"]


def test_the_admin_shows_users_and_takes_their_keys(answers: Any) -> None:
    found = answers["admin"]
    assert found["pages of users"] == [200, "writer"]
    assert found["list of users"] == ["reader"]
    assert found["saved"] == [302, True]
    assert found["stored"] == [answers["keys"]["reader"], answers["keys"]["admin"]]
    assert found["errors"][0] == "There is nothing of this name, or with this ID: no such user"
    assert found["list"] == 200
    assert found["audit log"]


def test_a_revision_has_its_users_and_is_reverted_to(answers: Any) -> None:
    assert answers["admin"]["revisions"]
    assert answers["admin"]["differences"] == [True]
    assert answers["admin"]["reverted"] == [302, True]


def test_an_api_key_is_made_in_the_admin_and_stands_for_its_user(answers: Any) -> None:
    assert answers["admin"]["by API key"] == [201, answers["keys"]["writer"]]


def test_the_tokens_of_a_user_end_in_the_admin(answers: Any) -> None:
    assert answers["admin"]["revoked"] == [302, 401]


def test_the_audit_log_has_each_user(answers: Any) -> None:
    assert answers["audited"] == ["admin", "reader", "writer"]


def test_an_imported_user_has_the_number_for_a_key_or_else_the_uuid(
    kind: str, answers: Any
) -> None:
    found = answers["imported"]
    if kind == "code":
        assert "neither the uid 21 nor the uuid" in found["refused"]
        return
    key: Any = IMPORTED_KEYS.get(kind, IMPORTED_UUID)
    user = shown(key, IMPORTED_UUID)
    assert (found["key"], found["uuid"]) == (key, IMPORTED_UUID)
    assert found["shown"]["uid"] == found["shown"]["revision_uid"] == [user]
    assert found["last comment"] == key
    assert found["owner"]
    assert found["default"] == [user]
    # Somebody who is not in the description is left out where there can be no such key.
    nobody = {"text": "99", "huge": 99, "decimal": "99"}
    others = [{"target_id": nobody[kind]}] if kind in nobody else []
    assert found["shown"]["field_to"] == [user, *others]


def test_an_import_never_takes_another_users_name(kind: str, answers: Any) -> None:
    found = answers["imported"]
    refusal = found["refused"] if kind == "code" else found["taken"]
    assert refusal.endswith("Nothing was changed.")
    assert kind == "code" or "there is a user 'writer' already" in refusal


def test_an_import_makes_nobody_whom_the_key_would_have_to_point_to(
    kind: str, answers: Any
) -> None:
    refused = answers["imported"].get("refused", "")
    assert ("cannot be put into this database" in refused) == (kind == "person")


def test_a_model_of_the_projects_own_refers_to_users_too(answers: Any, users: Any) -> None:
    assert answers["things"] == {
        "made": [201, [users["writer"]], 2],
        "hidden": 403,
        "given": [users["reader"]],
        "seen": [users["reader"]],
        "nonsense": [422],
    }
