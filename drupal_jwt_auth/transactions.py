"""Transactions that write: rows are locked first, so that what is read then stays true.

A transaction that reads before it locks may decide on old data: on MySQL and MariaDB it goes on to
see the state of its first read, and on SQLite it cannot wait for the lock. So `lock` comes before
anything else, and requests that write have a transaction of their own, whatever ``ATOMIC_REQUESTS``
says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.transaction import TransactionManagementError

_LOCKING_MODES = frozenset({"IMMEDIATE", "EXCLUSIVE"})
View = TypeVar("View", bound=Callable[..., Any])


def lock(model: type[models.Model], *keys: Any, using: str | None = None) -> bool:
    """Lock the rows with these keys until the transaction ends, and tell whether any was there.

    Waits for whoever has locked or changed one of them; what is read afterwards is what they are.
    SQLite locks the database as a whole, so there even ``lock(model)`` keeps others from writing;
    where its transactions begin with that, as ``transaction_mode`` says, it costs nothing here.
    """
    connection, pk = connections[using or router.db_for_write(model)], model._meta.pk
    if not connection.in_atomic_block:
        raise TransactionManagementError("A lock lasts as long as its transaction: open one first.")
    table, key = map(connection.ops.quote_name, (model._meta.db_table, str(pk.column)))
    # Written out, as each request that writes runs one: to make a queryset takes longer than that.
    # S608: the names are the model's own, quoted, and the keys are parameters.
    with connection.cursor() as cursor:
        if not connection.features.has_select_for_update:
            if not _has_begun_with_lock(connection):
                # A statement that writes takes the lock, even one that finds no row.
                cursor.execute(f"UPDATE {table} SET {key} = {key} WHERE 1 = 0")  # noqa: S608
            return True
        if not keys:
            return False
        values = [pk.get_db_prep_value(each, connection) for each in keys]
        some = f"SELECT {key} FROM {table} WHERE {key} IN ({', '.join(['%s'] * len(values))})"  # noqa: S608
        # In an order, so that no two transactions wait for each other.
        cursor.execute(f"{some} ORDER BY {key} {connection.ops.for_update_sql()}", values)
        return cursor.fetchone() is not None


def _has_begun_with_lock(connection: Any) -> bool:
    """Return True if the current transaction of an SQLite database has begun with a lock."""
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode") or "DEFERRED"
    # Where autocommit was switched off it is Python that begins, and knows nothing of the mode.
    begun_by_django = connection.connection.isolation_level is None
    return begun_by_django and mode.upper() in _LOCKING_MODES


@contextmanager
def locked(model: type[models.Model], *keys: Any) -> Iterator[None]:
    """Open a transaction in which the rows with these keys are locked; undo all that fails."""
    using = router.db_for_write(model)
    with transaction.atomic(using=using):
        lock(model, *keys, using=using)
        yield


@contextmanager
def apart(using: str) -> Iterator[None]:
    """Write apart from the open transaction: what the block writes stays if that is rolled back.

    The block has a connection of its own, which sees what others have committed and nothing of the
    transaction around it; it must not wait for that one. With SQLite, where only one connection can
    write, and in a test that is rolled back as a whole, it is a part of the transaction.
    """
    around: Any = connections[using]
    if (
        not around.in_atomic_block
        or not around.features.has_select_for_update
        or around.atomic_blocks[0]._from_testcase
    ):
        yield
        return
    connections[using] = own = around.copy()
    # Not from the pool: if all have taken a connection from it, each would wait for a second one.
    own.settings_dict["OPTIONS"].pop("pool", None)
    try:
        yield
    finally:
        connections[using] = around
        own.close()


def own_transactions(view: View) -> View:
    """Exempt a view from ``ATOMIC_REQUESTS``, as it opens its transactions itself."""
    for alias in connections:
        transaction.non_atomic_requests(alias)(view)
    return view
