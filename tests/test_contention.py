"""Of what a database says, this is what may go well the next time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from drupal_jwt_auth.contention import (
    asks_to_try_again,
    has_a_taken_value,
    has_lost_a_reference,
    is_deadlock,
)


class PsycopgError(Exception):
    """An exception of PostgreSQL's driver."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("some text")
        self.sqlstate = sqlstate


def of_postgresql(sqlstate: str | None, kind: Any = OperationalError) -> Any:
    error = kind("some text")
    error.__cause__ = PsycopgError(sqlstate)
    return error


@pytest.mark.parametrize(
    "error",
    [
        *map(of_postgresql, ("40001", "40P01", "55P03")),
        OperationalError(1020, "Record has changed since last read in table 'nodes'"),
        OperationalError(1205, "Lock wait timeout exceeded; try restarting transaction"),
        OperationalError(1213, "Deadlock found when trying to get lock"),
        OperationalError("database is locked"),
        OperationalError("database table is locked"),
    ],
    ids=repr,
)
def test_another_transaction_was_in_the_way(error: OperationalError) -> None:
    assert asks_to_try_again(error)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(),
        *map(of_postgresql, (None, "53300")),
        OperationalError(2006, "Server has gone away"),
        OperationalError("no such table: nodes"),
    ],
    ids=repr,
)
def test_something_else_is_wrong(error: OperationalError) -> None:
    assert not asks_to_try_again(error)


@pytest.mark.parametrize(
    ("error", "deadlock"),
    [
        (of_postgresql("40P01"), True),
        (OperationalError(1213, "Deadlock found when trying to get lock"), True),
        (of_postgresql("55P03"), False),
        (OperationalError(1205, "Lock wait timeout exceeded; try restarting transaction"), False),
        (OperationalError("database is locked"), False),
    ],
    ids=repr,
)
def test_two_waited_for_each_other(error: OperationalError, deadlock: bool) -> None:
    assert is_deadlock(error) is deadlock


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (of_postgresql("23503", IntegrityError), True),
        (IntegrityError(1451, "Cannot delete or update a parent row"), True),
        (IntegrityError(1452, "Cannot add or update a child row"), True),
        (IntegrityError("FOREIGN KEY constraint failed"), True),
        (of_postgresql("23505", IntegrityError), False),
        (IntegrityError(1062, "Duplicate entry"), False),
        (IntegrityError("UNIQUE constraint failed: nodes.uuid"), False),
        (IntegrityError(), False),
    ],
    ids=repr,
)
def test_what_a_row_refers_to_is_not_there(error: IntegrityError, lost: bool) -> None:
    assert has_lost_a_reference(error) is lost


@pytest.mark.parametrize(
    ("error", "taken"),
    [
        (of_postgresql("23505", IntegrityError), True),
        (IntegrityError(1062, "Duplicate entry"), True),
        (IntegrityError("UNIQUE constraint failed: nodes.uuid"), True),
        (of_postgresql("23503", IntegrityError), False),
        (IntegrityError(1451, "Cannot delete or update a parent row"), False),
        (IntegrityError("NOT NULL constraint failed: nodes.uuid"), False),
        (IntegrityError(), False),
    ],
    ids=repr,
)
def test_another_row_has_what_no_two_may_have(error: IntegrityError, taken: bool) -> None:
    assert has_a_taken_value(error) is taken
