"""The errors that databases raise when two transactions conflict."""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError, OperationalError

_DEADLOCK: frozenset[object] = frozenset({"40P01", 1213})
"""Of PostgreSQL, and of MySQL and MariaDB; with SQLite there is none."""

_TRY_AGAIN: frozenset[object] = frozenset(
    {
        *_DEADLOCK,
        # PostgreSQL: serialization failure, lock not available.
        *("40001", "55P03"),
        # MySQL, MariaDB: changed since the snapshot, waited too long for a lock.
        *(1020, 1205),
        # SQLite
        *("database is locked", "database table is locked"),
    }
)

_REFERENCES: frozenset[object] = frozenset(
    {
        # PostgreSQL
        "23503",
        # MySQL, MariaDB: the row is referred to, the row that is referred to is not there.
        *(1451, 1452),
        # SQLite
        "FOREIGN KEY constraint failed",
    }
)

_UNIQUENESS: frozenset[object] = frozenset({"23505", 1062})
"""Of PostgreSQL, and of MySQL and MariaDB; SQLite goes on with the names of the columns."""


def asks_to_try_again(error: OperationalError) -> bool:
    """Return True if a transaction has failed only because of another one.

    It is rolled back as a whole, and may succeed when it is tried again.
    """
    return _is_one_of(_TRY_AGAIN, error)


def is_deadlock(error: OperationalError) -> bool:
    """Return True if transactions waited for each other, and this one has given way."""
    return _is_one_of(_DEADLOCK, error)


def has_lost_a_reference(error: IntegrityError) -> bool:
    """Return True if a row refers to another one that does not exist.

    Some databases check this only at the end of a transaction. If the transaction has seen the
    other row, somebody else has deleted it meanwhile.
    """
    return _is_one_of(_REFERENCES, error)


def has_a_taken_value(error: IntegrityError) -> bool:
    """Return True if another row has what no two rows may have."""
    return _is_one_of(_UNIQUENESS, error) or str(error).startswith("UNIQUE constraint failed")


def _is_one_of(codes: frozenset[object], error: DatabaseError) -> bool:
    return not codes.isdisjoint({getattr(error.__cause__, "sqlstate", None), *error.args[:1]})
