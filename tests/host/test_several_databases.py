"""Databases as routers have them: the app is not in the default one, and reads from a copy."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from pytest_django import DjangoAssertNumQueries, Settings

from drupal_jwt_auth.content.permissions import prepare_database
from tests.projects import answers_of

TOKEN_EXPIRED = [401, "TOKEN_EXPIRED"]
GOOD = [200, None]


@pytest.fixture(scope="module")
def answers() -> Any:
    """What the project in tests/several_databases answered."""
    return answers_of("tests.several_databases")


def test_tables_are_where_routers_let_them_be(answers: Any) -> None:
    assert answers["tables"]["default"] == []
    assert answers["tables"]["site"] == answers["tables"]["copy"] != []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("routers", "apps"),
    [
        ([], Apps()),  # as ``migrate auth`` has it
        (["tests.several_databases.router.Router"], installed_apps),
    ],
)
def test_nothing_is_made_in_a_database_without_the_tables(
    routers: list[str],
    apps: Apps,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.DATABASE_ROUTERS = routers
    with django_assert_num_queries(0):
        prepare_database(sender=None, using="default", apps=apps)


def test_migrations_can_be_undone_and_run_again_in_each_database(answers: Any) -> None:
    without, groups = answers["migrated"]
    assert without == []
    assert groups == ["anonymous", "authenticated"]


def test_an_import_needs_nothing_of_a_copy(answers: Any) -> None:
    assert answers["imported"] == {
        "nodes": [[40, 12], [41, None]],
        "roles": ["writer"],
        "in the copy": 0,
    }


class TestTokens:
    """What decides over a token is read where it is written, however old the copy is."""

    @pytest.fixture
    def tokens(self, answers: Any) -> Any:
        return answers["tokens"]

    def test_a_refresh_token_is_good_at_once_and_once(self, tokens: Any) -> None:
        assert tokens["refreshed"] == 200
        assert tokens["used again"] == "TOKEN_EXPIRED"
        assert tokens["login of it"] == TOKEN_EXPIRED
        assert tokens["another login"] == GOOD

    def test_a_revoked_token_is_no_good_at_once(self, tokens: Any) -> None:
        assert tokens["revoked"] == TOKEN_EXPIRED
        assert tokens["all revoked"] == TOKEN_EXPIRED
        assert tokens["a login after that"] == GOOD

    def test_a_password_that_the_copy_alone_knows_is_of_no_use(self, tokens: Any) -> None:
        assert tokens["with an old password"] == TOKEN_EXPIRED

    def test_a_blocked_user_is_blocked_at_once(self, tokens: Any) -> None:
        assert tokens["blocked"] == [403, "USER_BLOCKED"]

    def test_so_are_tokens_of_other_issuers(self, tokens: Any) -> None:
        assert tokens["foreign"] == [GOOD, GOOD]
        assert tokens["foreign revoked"] == TOKEN_EXPIRED

    def test_the_audit_log_is_written_where_it_belongs(self, tokens: Any) -> None:
        assert tokens["logged"]
        assert tokens["logged in the copy"] == 0


def test_content_is_written_to_the_site_whatever_the_copy_has(answers: Any) -> None:
    assert answers["content"] == {
        "created": 201,
        "changed": [{"value": "Newer"}],
        "moved": [True, "/newer"],
        "old": ["copy", "New"],
        "revisions": 2,
        "reverted": "Newer",
        "read": [{"value": "Newer"}],
        "deleted": 204,
        "left": 0,
    }


def test_a_stamp_stands_for_the_content_model_of_its_time_or_a_newer_one(answers: Any) -> None:
    old, new = ["field_tags"], ["field_new", "field_tags"]
    assert answers["content model"] == {
        "before": old,
        "not heard of": old,
        "stamp heard of": new,
        "heard of": new,
    }


def test_a_model_of_the_projects_own_is_in_the_database_that_routers_have_it_in(
    answers: Any,
) -> None:
    """Whoever writes it is in another one, and so is what they may do."""
    assert answers["notes"] == {
        "created": [201, "user"],
        "at its alias": [[{"value": "Milk"}], '<http://testserver/milk>; rel="canonical"'],
        "taken": (
            "Unprocessable Entity: validation failed.\ntext: Note with this Text already exists.\n"
        ),
        "changed": [{"value": "Bread"}],
        "read": [{"value": "Bread"}],
        "there": ["Bread"],
        "deleted": 204,
        "left": 0,
        "aliases left": 0,
    }
