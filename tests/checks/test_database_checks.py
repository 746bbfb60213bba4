"""What a database cannot do for this app is reported before its tables are made."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Tags, registry, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from drupal_jwt_auth.checks import database as database_checks
from drupal_jwt_auth.checks.database import check_database, check_databases, check_hashes
from tests.system.servers import connected_to, empty_database

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "E052": "OTHER_ENCODING",
    "E053": "COLUMNS_OF_OTHER_ENCODING",
    "E054": "INEXACT_COLUMNS",
    "E055": "NO_TRANSACTIONS",
    "E056": "NOT_STRICT",
    "W051": "SHORT_STATEMENTS",
}


class Elsewhere:
    """A router that keeps the app's tables in another database."""

    def allow_migrate(self, *args: Any, **hints: Any) -> bool:
        return False


def ids(messages: Iterable[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("drupal_jwt_auth.") for message in messages]


def serious(messages: Iterable[CheckMessage]) -> list[str]:
    return sorted(ids(message for message in messages if message.is_serious()))


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the database answer to no question but that of one id, and what it is told to."""

    def answering(identifier: str = "", sql: str = "") -> None:
        for each, name in QUESTIONS.items():
            question = {connection.vendor: sql} if each == identifier else {}
            monkeypatch.setattr(database_checks, name, question)

    return answering


def test_the_database_of_these_tests_will_do() -> None:
    assert serious(check_database(connection)) == []


@pytest.mark.parametrize(
    ("identifier", "sql", "text", "hint"),
    [
        (
            "E052",
            "SELECT 'latin1', 'is encoded in'",
            "Database 'default' is encoded in latin1, which lacks some characters.",
            "utf8mb4",
        ),
        (
            "E053",
            "SELECT 'utf8mb3', 'auth_user', 'email, username'",
            "columns of auth_user are encoded in utf8mb3, which lacks some characters: email,",
            "Convert the table to utf8mb4",
        ),
        (
            "E054",
            "SELECT 'utf8mb4_general_ci', 'drupal_jwt_auth_node', 'type'",
            "drupal_jwt_auth_node.type has collation utf8mb4_general_ci",
            "Give it the collation",
        ),
        (
            "E055",
            "SELECT 'MyISAM', 'Table auth_user is'",
            "Table auth_user is kept by MyISAM, which has no transactions.",
            "Use InnoDB",
        ),
        ("E056", "SELECT ''", "is not in strict mode", "Add STRICT_TRANS_TABLES"),
        (
            "W051",
            "SELECT 16777216",
            "takes statements of 16 MiB",
            "Set max_allowed_packet to 36M",
        ),
    ],
)
def test_what_a_database_says_of_itself_is_reported_with_an_id_and_a_hint(
    answering: Any, identifier: str, sql: str, text: str, hint: str
) -> None:
    answering(identifier, sql)
    [message] = check_database(connection)
    assert ids([message]) == [identifier]
    assert text in message.msg
    assert hint in str(message.hint)
    assert message.is_serious() == identifier.startswith("E")


def test_columns_for_people_to_read_may_have_any_collation(answering: Any) -> None:
    answering("E054", "SELECT 'utf8mb4_general_ci', 'drupal_jwt_auth_node', 'title'")
    assert ids(check_database(connection)) == []


@pytest.mark.parametrize(("values", "size"), [({"MAX_CONTENT_LENGTH": 2**21}, "15M"), (None, "8M")])
def test_the_statements_have_to_be_as_long_as_the_bodies_make_them(
    answering: Any, settings: Settings, values: Any, size: str
) -> None:
    settings.DRUPAL_JWT_AUTH = values
    answering("W051", "SELECT 1000")
    [message] = check_database(connection)
    assert f"Set max_allowed_packet to {size} or more" in str(message.hint)


def test_another_kind_of_database_is_refused_and_asked_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "vendor", "oracle")
    monkeypatch.setattr(connection, "display_name", "Oracle")
    [message] = check_database(connection)
    assert ids([message]) == ["E050"]
    assert message.msg == "Database 'default' is Oracle, with which this app does not work."
    assert message.hint == "Use PostgreSQL, MariaDB, MySQL or SQLite."


def test_a_version_that_is_too_old_is_refused(
    answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering()
    name = connection.display_name
    monkeypatch.setattr(database_checks, "MINIMUM_VERSIONS", {name: (999, 1)})
    monkeypatch.setattr(connection, "get_database_version", lambda: (10, 6, 18))
    [message] = check_database(connection)
    assert ids([message]) == ["E051"]
    assert message.msg == f"Database 'default' is {name} 10.6.18, which is too old."
    assert message.hint == "Use version 999.1 or newer."


class TestTimeZones:
    @pytest.fixture(autouse=True)
    def unknown(self, answering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        answering()
        monkeypatch.setattr(connection.features, "has_zoneinfo_database", False)

    def test_the_projects_own_has_to_be_known(self, settings: Settings) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        [message] = check_database(connection)
        assert ids([message]) == ["W050"]
        assert "mysql_tzinfo_to_sql" in str(message.hint)

    def test_it_is_where_the_server_knows_any(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        monkeypatch.setattr(connection.features, "has_zoneinfo_database", True)
        assert ids(check_database(connection)) == []

    @pytest.mark.parametrize("values", [{"TIME_ZONE": "UTC"}, {"USE_TZ": False}])
    def test_none_other_has(self, settings: Settings, values: dict[str, Any]) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        for name, value in values.items():
            setattr(settings, name, value)
        assert ids(check_database(connection)) == []


class TestInterruptedMigrations:
    @pytest.fixture(autouse=True)
    def interrupted(self, answering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The tables are there, in a database that does not undo the making of some."""
        answering()
        monkeypatch.setattr(connection.features, "can_rollback_ddl", False)
        recorder = MigrationRecorder(connection)
        for label, name in recorder.applied_migrations():
            if label == "drupal_jwt_auth":
                recorder.record_unapplied(label, name)

    def test_what_the_first_has_left_is_told(self) -> None:
        [message] = check_database(connection)
        assert ids([message]) == ["E057"]
        for model in apps.get_app_config("drupal_jwt_auth").get_models():
            assert model._meta.db_table in message.msg

    def test_one_that_has_come_to_its_end_has_left_nothing(self) -> None:
        MigrationRecorder(connection).record_applied("drupal_jwt_auth", "0001_initial")
        assert ids(check_database(connection)) == []

    def test_none_was_begun(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection.introspection, "table_names", lambda *_: ["auth_user"])
        assert ids(check_database(connection)) == []

    def test_a_project_may_do_without(self, settings: Settings) -> None:
        settings.MIGRATION_MODULES = {"drupal_jwt_auth": None, "entity": None}
        assert ids(check_database(connection)) == []


# Real servers


class Fault(NamedTuple):
    """What is wrong with a database: how it was made, what was done in it, how one connects to it.

    ``found`` are the ids that are reported.
    """

    found: list[str]
    made: str = ""
    done: str = ""
    options: dict[str, Any] = {}


FAULTS: dict[str, dict[str, Fault]] = {
    "none": {},
    "encoding": {
        "postgresql": Fault(["E052"], "TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'"),
        "mysql": Fault(["E052"], "CHARACTER SET utf8mb3"),
    },
    "encoding of the connection": {
        "mysql": Fault(["E052"], options={"charset": "utf8mb3"}),
    },
    "columns in another encoding": {
        "mysql": Fault(
            ["E053"], done="CREATE TABLE auth_user (username VARCHAR(9)) CHARACTER SET utf8mb3"
        ),
    },
    "columns that are not exact": {
        "mysql": Fault(
            # It is the one table, too, that a migration would have left.
            ["E054", "E057"],
            done="CREATE TABLE drupal_jwt_auth_file (uuid VARCHAR(9), filename VARCHAR(9))",
        ),
    },
    "tables without transactions": {
        "mysql": Fault(["E055"], done="CREATE TABLE auth_user (id INT) ENGINE = MyISAM"),
    },
    "no transactions": {
        "mysql": Fault(["E055"], options={"init_command": "SET default_storage_engine = MyISAM"}),
    },
    "not strict": {
        "mysql": Fault(["E056"], options={"sql_mode": "ANSI"}),
    },
    "strict for transactions": {
        "mysql": Fault([], options={"sql_mode": "STRICT_TRANS_TABLES"}),
    },
    "strict for all": {
        "mysql": Fault([], options={"sql_mode": "STRICT_ALL_TABLES"}),
    },
}
"""By the vendor of the database; others have no such fault."""


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_a_real_database_are_found(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name].get(connection.vendor, Fault([]))
    with empty_database(tmp_path, made=fault.made) as database:
        options = {**database.get("OPTIONS", {}), **fault.options}
        with connected_to({**database, "OPTIONS": options}) as other:
            if fault.done:
                with other.cursor() as cursor:
                    cursor.execute(fault.done)
            assert serious(check_database(other)) == fault.found


# Passwords


def missing(settings: Settings, *hashers: str) -> list[tuple[str, str, str]]:
    """Id, text and hint of what is reported where these are the project's hashers."""
    settings.PASSWORD_HASHERS = [*hashers]
    [*found] = check_hashes("default")
    return [(ids([each])[0], each.msg, str(each.hint)) for each in found]


PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
BCRYPT = "drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher"


def test_passwords_that_no_hasher_is_for_are_reported_by_their_algorithm(
    settings: Settings,
) -> None:
    for number, password in enumerate(
        ("drupal_bcrypt$$2y$10$x", "drupal_bcrypt$$2y$10$y", "argon2$x", "pbkdf2_sha256$1$x$y")
    ):
        User.objects.create(username=f"user{number}", password=password)
    place = "Users in database 'default' cannot log in. No hasher in PASSWORD_HASHERS is for the "
    path = "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert missing(settings, PBKDF2) == [
        (
            "W052",
            f"{place}algorithm argon2.",
            f"Add {path} to PASSWORD_HASHERS, after the first.",
        ),
        (
            "W052",
            f"{place}algorithm drupal_bcrypt.",
            f"Add {BCRYPT} to PASSWORD_HASHERS, after the first.",
        ),
    ]
    assert missing(settings, PBKDF2, BCRYPT, path) == []


def test_what_is_no_hash_is_not_shown(settings: Settings) -> None:
    User.objects.create(username="plain", password="my$ecret")
    [(identifier, text, hint)] = missing(settings, PBKDF2)
    assert (identifier, hint) == ("W052", "Add the hasher.")
    assert "my" not in text


@pytest.mark.parametrize("password", ["", "plain", "!unusable", "!argon2$locked"])
def test_who_has_no_password_needs_no_hasher(settings: Settings, password: str) -> None:
    User.objects.create(username="somebody", password=password)
    assert missing(settings, PBKDF2) == []


def test_a_hasher_whose_library_is_not_installed_is_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    assert missing(settings, PBKDF2, BCRYPT) == []
    User.objects.create(username="somebody", password="drupal_bcrypt$$2y$10$x")
    [(identifier, text, hint)] = missing(settings, PBKDF2, BCRYPT)
    assert identifier == "W052"
    assert "cannot log in. Couldn't load 'DrupalBCryptPasswordHasher' algorithm library" in text
    assert hint == 'Install it: pip install "drupal-jwt-auth[passwords]".'


def test_hashers_that_cannot_be_used_at_all_are_reported_elsewhere(settings: Settings) -> None:
    User.objects.create(username="somebody", password="argon2$x")
    assert missing(settings, "no.Hasher") == []


def test_before_there_are_users_nobody_needs_a_hasher(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create(username="somebody", password="argon2$x")
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert missing(settings, PBKDF2) == []


def test_passwords_are_looked_at_where_databases_are(settings: Settings) -> None:
    User.objects.create(username="somebody", password="argon2$x")
    settings.PASSWORD_HASHERS = [PBKDF2]
    assert "W052" in ids(run_checks(databases=["default"]))
    assert "W052" not in ids(run_checks())


# When it is checked


def test_a_database_is_checked_with_databases_only(answering: Any) -> None:
    answering("E056", "SELECT ''")
    registered: list[Any] = [*registry.registry.registered_checks]
    assert registered[registered.index(check_databases)].tags == (Tags.database,)
    assert "E056" in ids(run_checks(databases=["default"]))
    assert "E056" not in ids(run_checks())
    assert check_databases() == []


def test_a_database_that_the_apps_tables_are_not_in_is_not_checked(
    answering: Any, settings: Settings
) -> None:
    answering("E056", "SELECT ''")
    settings.DATABASE_ROUTERS = [f"{__name__}.Elsewhere"]
    assert check_databases(["default"]) == []


def test_no_table_is_made_in_one_that_will_not_do(answering: Any) -> None:
    answering("E056", "SELECT ''")
    with pytest.raises(SystemCheckError, match=r"\(drupal_jwt_auth\.E056\)"):
        call_command("migrate", skip_checks=False, stdout=StringIO())
