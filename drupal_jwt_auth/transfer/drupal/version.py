"""Which Drupal a database is of, as far as it says so."""

from __future__ import annotations

from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, as_bytes
from drupal_jwt_auth.transfer.drupal.exceptions import DrupalDatabaseError, SerializedValueError
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.serialized import unserialize

NEEDED = frozenset({"config", "key_value", "node", "node_field_data", "users", "users_field_data"})
"""The tables without which there is no site."""

OLDEST, OLDEST_UPDATE = 9, 8901
"""The oldest version that is read, and the last update that the one before it has.

Source: an update of a module has the number of the version that it came with, times a thousand;
``system.schema`` has the last one that ran.
"""
NEWEST = 11


def check_version(database: DrupalDatabase, report: Report) -> None:
    """Note which version a site has; raise DrupalDatabaseError for one that is not read."""
    tables = database.tables
    if "variable" in tables and "config" not in tables:
        raise DrupalDatabaseError(
            "This is a database of Drupal 7, which keeps configuration and content otherwise. "
            "Update the site to Drupal 10 first, as Drupal's own migration does it."
        )
    missing = sorted(NEEDED - tables)
    if missing:
        hint = f" that begin with {database.prefix!r}" if database.prefix else ""
        raise DrupalDatabaseError(
            f"This is no database of a Drupal site: there are no tables{hint} called "
            f"{', '.join(missing)}. Say with --prefix what the names of its tables begin with."
        )
    report.facts["drupal"] = version = _version(database)
    if version < OLDEST:
        raise DrupalDatabaseError(
            f"This is a database of Drupal {version}. Update the site to Drupal 10 first."
        )
    if version > NEWEST:
        report.note(
            "Versions",
            "versions of Drupal that nobody has tried",
            "read as the last one known.",
            str(version),
        )


def _version(database: DrupalDatabase) -> int:
    """Return the number of the version, by the last update of the system module."""
    rows = database.rows(
        "SELECT value FROM {key_value} WHERE collection = 'system.schema' AND name = 'system'"
    )
    try:
        update = int(unserialize(as_bytes(rows[0]["value"])))
    except (IndexError, SerializedValueError, TypeError, ValueError):
        raise DrupalDatabaseError("The database does not say of which Drupal it is.") from None
    return OLDEST if OLDEST_UPDATE <= update < OLDEST * 1000 else update // 1000
