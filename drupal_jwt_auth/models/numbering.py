"""Numbers that the database has not given itself: it must go on after them."""

from __future__ import annotations

from typing import Any

from django.db import connections, models, router, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

_IN_STEPS = 10_000
"""How far a sequence is drawn number by number: others draw from it at the same moment."""

_RAISE = {
    "postgresql": (
        # Of those who raise it, one at a time.
        "SELECT pg_advisory_xact_lock(hashtext(%(table)s))",
        # What is drawn never comes again, and nobody can draw thousands between two looks.
        """
        WITH named AS (SELECT pg_get_serial_sequence(%(table)s, %(column)s) AS sequence),
        drawn AS (SELECT sequence, nextval(sequence) AS number FROM named)
        SELECT CASE
            WHEN number < %(number)s - %(in_steps)s THEN setval(sequence, %(number)s)
            ELSE (SELECT max(step) FROM (
                SELECT nextval(sequence) AS step FROM generate_series(number + 1, %(number)s)
            ) AS steps)
        END FROM drawn
        """,
    )
}
"""How databases are told, by vendor; others go on after the highest number by themselves."""


def last_number(model: type[models.Model]) -> int | None:
    """Return the highest number that the keys of a model can have on any database.

    None where it is not the database that gives them.
    """
    key: Any = model._meta.pk
    if not isinstance(key, models.AutoField):
        return None
    return BaseDatabaseOperations.integer_field_ranges[key.get_internal_type()][1]


def continue_after(model: type[models.Model], number: int, using: str | None = None) -> None:
    """Let the database give higher numbers than this one from now on, whoever asks it.

    Before a row with the number is saved: so no other gets it. Never are numbers given again.
    """
    alias = using or router.db_for_write(model)
    connection, key = connections[alias], model._meta.pk
    if not isinstance(key, models.AutoField):
        return
    values = {
        "table": connection.ops.quote_name(model._meta.db_table),
        "column": key.column,
        "number": number,
        "in_steps": _IN_STEPS,
    }
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        for statement in _RAISE.get(connection.vendor, ()):
            cursor.execute(statement, values)
