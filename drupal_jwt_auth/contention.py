"""What databases say where two transactions are in each other's way."""

from __future__ import annotations

from django.db import OperationalError

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


def asks_to_try_again(error: OperationalError) -> bool:
    """Tell whether the transaction has failed because of another one alone.

    All of it is undone, and the same may succeed the next time.
    """
    return not _TRY_AGAIN.isdisjoint({getattr(error.__cause__, "sqlstate", None), *error.args[:1]})
