"""System checks of the database: its kind, version, encoding, transactions and hashes.

They run with ``migrate``, before tables are made, and with ``check --database``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.models import Value
from django.db.models.functions import Greatest, StrIndex, Substr

from drupal_jwt_auth.auth.missing_hashers import configuration_fault, missing_for
from drupal_jwt_auth.checks.settings import are_readable
from drupal_jwt_auth.conf import SETTING_NAME, app_settings
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.exact_columns import COLLATIONS, ExactMixin

APP_LABEL = Node._meta.app_label

SUPPORTED = frozenset({"sqlite", "postgresql", "mysql"})
"""The vendors that the tests pass on, by Django's names; MariaDB is a ``mysql``."""

MINIMUM_VERSIONS = {"MariaDB": (10, 11), "MySQL": (8, 0, 17)}
"""The oldest versions, where these are newer than Django's own minimum."""

MIB = 1024**2

Question = Mapping[str, str]
"""A query by the vendor of the database; each row in its result is a fault."""

OTHER_ENCODING: Question = {
    "postgresql": """
        SELECT current_setting('server_encoding'), 'is encoded in'
        WHERE current_setting('server_encoding') <> 'UTF8'
    """,
    "mysql": """
        SELECT @@character_set_database, 'is encoded in' FROM DUAL
        WHERE @@character_set_database <> 'utf8mb4'
        UNION ALL
        SELECT @@character_set_client, 'is spoken to in' FROM DUAL
        WHERE @@character_set_client <> 'utf8mb4'
    """,
}
COLUMNS_OF_OTHER_ENCODING: Question = {
    "mysql": """
        SELECT character_set_name, table_name,
        GROUP_CONCAT(column_name ORDER BY column_name SEPARATOR ', ')
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name IN %(tables)s
        AND character_set_name <> 'utf8mb4'
        GROUP BY character_set_name, table_name
    """,
}
INEXACT_COLUMNS: Question = {
    "mysql": """
        SELECT collation_name, table_name, column_name FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name IN %(tables)s
        AND RIGHT(collation_name, 4) <> '_bin'
    """,
}
NO_TRANSACTIONS: Question = {
    "mysql": """
        SELECT engine, 'New tables are' FROM information_schema.engines
        WHERE support = 'DEFAULT' AND transactions <> 'YES'
        UNION ALL
        SELECT kind.engine, CONCAT('Table ', made.table_name, ' is')
        FROM information_schema.tables made JOIN information_schema.engines kind
        ON kind.engine = made.engine
        WHERE made.table_schema = DATABASE() AND made.table_name IN %(tables)s
        AND kind.transactions <> 'YES'
    """,
}
NOT_STRICT: Question = {
    "mysql": """
        SELECT @@sql_mode FROM DUAL
        WHERE LOCATE('STRICT_TRANS_TABLES', @@sql_mode) = 0
        AND LOCATE('STRICT_ALL_TABLES', @@sql_mode) = 0
    """,
}
SHORT_STATEMENTS: Question = {
    "mysql": """
        SELECT @@max_allowed_packet FROM DUAL WHERE @@max_allowed_packet < %(longest)s
    """,
}


def check_databases(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Return the faults of those databases that have tables of this app."""
    return [
        message
        for alias in databases or ()
        if router.allow_migrate_model(alias, Node)
        for message in (*check_database(connections[alias]), *check_hashes(alias))
    ]


def check_hashes(alias: str) -> Iterator[CheckMessage]:
    """Yield a warning for each hasher or library that stored passwords need and that is missing."""
    users = get_user_model()._base_manager.using(alias).order_by()
    made = connections[alias].introspection.table_names()
    if configuration_fault() or users.model._meta.db_table not in made:
        return  # `check_preferred_hasher` reports that; or the users have no table yet.
    end = Greatest(StrIndex("password", Value("$")) - 1, 0)
    found = users.annotate(algorithm=Substr("password", 1, end)).values_list("algorithm", flat=True)
    missing = {missing_for(algorithm) for algorithm in found.distinct()}
    for each in sorted(filter(None, missing)):
        yield checks.Warning(
            f"Users in database {alias!r} cannot log in. {each.text}",
            hint=each.hint,
            id="drupal_jwt_auth.W052",
        )


def check_database(connection: Any) -> Iterator[CheckMessage]:
    """Yield the faults of a database, by a connection to it."""
    place = f"Database {connection.alias!r}"
    if connection.vendor not in SUPPORTED:
        yield checks.Error(
            f"{place} is {connection.display_name}, with which this app does not work.",
            hint="Use PostgreSQL, MariaDB, MySQL or SQLite.",
            id="drupal_jwt_auth.E050",
        )
        return
    version = connection.get_database_version()
    minimum = MINIMUM_VERSIONS.get(connection.display_name, ())
    if version < minimum:
        yield checks.Error(
            f"{place} is {connection.display_name} {_dotted(version)}, which is too old.",
            hint=f"Use version {_dotted(minimum)} or newer.",
            id="drupal_jwt_auth.E051",
        )
    yield from _check_texts(connection, place)
    yield from _check_transactions(connection, place)
    yield from _check_interrupted_migration(connection, place)
    if settings.USE_TZ and connection.timezone_name != settings.TIME_ZONE:
        yield from _check_time_zones(connection, place)


def _check_texts(connection: Any, place: str) -> Iterator[CheckMessage]:
    """Yield the faults by which texts cannot be saved, or are the same as other texts."""
    for encoding, what in _ask(connection, OTHER_ENCODING):
        yield checks.Error(
            f"{place} {what} {encoding}, which lacks some characters.",
            hint="Use UTF-8: in MySQL and MariaDB that is utf8mb4, also as charset in OPTIONS.",
            id="drupal_jwt_auth.E052",
        )
    for encoding, table, columns in _ask(connection, COLUMNS_OF_OTHER_ENCODING):
        yield checks.Error(
            f"{place}: columns of {table} are encoded in {encoding}, which lacks some "
            f"characters: {columns}.",
            hint="Convert the table to utf8mb4, with the collation of the database: "
            f"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE ...",
            id="drupal_jwt_auth.E053",
        )
    exact = _exact_columns()
    for collation, table, column in _ask(connection, INEXACT_COLUMNS):
        if (table, column) in exact:
            yield checks.Error(
                f"{place}: {table}.{column} has collation {collation}, which takes different texts "
                "for the same.",
                hint="Give it the collation "
                + " or ".join(f"{name} ({server})" for server, name in COLLATIONS.items())
                + f": ALTER TABLE {table} MODIFY {column} ... COLLATE ...",
                id="drupal_jwt_auth.E054",
            )
    for (length,) in _ask(connection, SHORT_STATEMENTS):
        yield checks.Warning(
            f"{place} takes statements of {length / MIB:g} MiB: long texts cannot be saved.",
            hint=f"Set max_allowed_packet to {_longest_statement() // MIB}M or more on the server, "
            f"or {SETTING_NAME}['MAX_CONTENT_LENGTH'] to less.",
            id="drupal_jwt_auth.W051",
        )


def _check_transactions(connection: Any, place: str) -> Iterator[CheckMessage]:
    """Yield the faults by which changes are saved in part, or cut off."""
    for engine, what in _ask(connection, NO_TRANSACTIONS):
        yield checks.Error(
            f"{place}: {what} kept by {engine}, which has no transactions.",
            hint="Use InnoDB, as default_storage_engine, and for tables that are there already: "
            "ALTER TABLE ... ENGINE = InnoDB.",
            id="drupal_jwt_auth.E055",
        )
    for (_mode,) in _ask(connection, NOT_STRICT):
        yield checks.Error(
            f"{place} is not in strict mode: it cuts off what does not fit.",
            hint="Add STRICT_TRANS_TABLES to its sql_mode, on the server or in OPTIONS: "
            '{"sql_mode": "TRADITIONAL"}.',
            id="drupal_jwt_auth.E056",
        )


def _check_interrupted_migration(connection: Any, place: str) -> Iterator[CheckMessage]:
    """Yield an error for the tables of an interrupted first migration, which was not undone."""
    if connection.features.can_rollback_ddl:
        return
    loader = MigrationLoader(connection)
    if any(label == APP_LABEL for label, _name in loader.applied_migrations):
        return
    left = sorted({*_own_tables()}.intersection(connection.introspection.table_names()))
    if left and APP_LABEL in loader.migrated_apps:
        yield checks.Error(
            f"{place}: the app's first migration was interrupted. It has left {', '.join(left)}.",
            hint="If these tables are empty, drop them with foreign_key_checks = 0, and run "
            "migrate again.",
            id="drupal_jwt_auth.E057",
        )


def _check_time_zones(connection: Any, place: str) -> Iterator[CheckMessage]:
    """Yield a warning for a database without time zones, which dates in the admin need."""
    if not connection.features.has_zoneinfo_database:
        yield checks.Warning(
            f"{place} knows no time zones: lists in the admin that have dates end in an error.",
            hint="Load them into the server with mysql_tzinfo_to_sql.",
            id="drupal_jwt_auth.W050",
        )


def _ask(connection: Any, question: Question) -> list[tuple[Any, ...]]:
    """Return the faults that a query finds, none if there is no query for this vendor."""
    if connection.vendor not in question:
        return []
    read = (get_user_model(), Group, Permission, ContentType)
    tables = (*_own_tables(), *(model._meta.db_table for model in read))
    with connection.cursor() as cursor:
        cursor.execute(
            question[connection.vendor], {"tables": tables, "longest": _longest_statement()}
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _longest_statement() -> int:
    """Return the bytes of the statement that stores the longest body, in whole MiB.

    Escapes of JSON and SQL make up to seven bytes of two of UTF-8; the rest of the statement are
    the properties of all items.
    """
    body = app_settings.MAX_CONTENT_LENGTH if are_readable() else 0
    return math.ceil(body * 7 / 2 / MIB + 8) * MIB


def _own_tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config(APP_LABEL).get_models()]


def _exact_columns() -> set[tuple[str, str | None]]:
    """Return table and column of all fields that compare texts character by character."""
    return {
        (model._meta.db_table, field.column)
        for model in apps.get_app_config(APP_LABEL).get_models()
        for field in model._meta.concrete_fields
        if isinstance(getattr(field, "target_field", field), ExactMixin)
    }


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
