"""What databases say where two transactions are in each other's way."""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError, OperationalError

_TRY_AGAIN: frozenset[object] = frozenset(
    {
        # PostgreSQL: serialization failure, deadlock, lock not available.
        *("40001", "40P01", "55P03"),
        # MySQL, MariaDB: changed since the snapshot, waited too long for a lock, deadlock.
        *(1020, 1205, 1213),
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


def asks_to_try_again(error: OperationalError) -> bool:
    """Tell whether the transaction has failed because of another one alone.

    All of it is undone, and the same may succeed the next time.
    """
    return _is_one_of(_TRY_AGAIN, error)


def has_lost_a_reference(error: IntegrityError) -> bool:
    """Tell whether a row refers to another one that is not there.

    Databases look at this when the transaction ends, if not before. Where the other row was there
    when the transaction looked, somebody else has deleted it meanwhile.
    """
    return _is_one_of(_REFERENCES, error)


def _is_one_of(codes: frozenset[object], error: DatabaseError) -> bool:
    return not codes.isdisjoint({getattr(error.__cause__, "sqlstate", None), *error.args[:1]})
