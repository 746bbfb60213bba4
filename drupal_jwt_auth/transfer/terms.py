"""The terms of a described site, and where they are in the hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import Term, TermParent
from drupal_jwt_auth.transfer.site_users import SiteUsers

Row = Mapping[str, Any]

_ALWAYS = {"tid", "uuid", "vid", "revision_id", "name", "status"}


def described_columns(rows: Sequence[Row]) -> set[str]:
    """Return the fields of terms that some of the rows describe; others stay as they are."""
    names = _ALWAYS.union(*rows)
    if "description" in names:
        names.add("description_format")
    return names - {"parent"}


def term_of(row: Row, users: SiteUsers) -> Term:
    """Return the term that a row describes."""
    values = {name: row[name] for name in ("langcode", "weight") if name in row}
    values |= {
        name: from_unix(row[name]) for name in ("changed", "revision_created") if name in row
    }
    for item in row.get("description", ())[:1]:
        values |= {"description": item["value"], "description_format": item["format"]}
    number, author = row["revision_id"], row.get("revision_user")
    return Term(
        **{name: row[name] for name in ("tid", "uuid", "name", "status")},
        vid_id=row["vid"],
        revision_id=None if number == row["tid"] else number,
        revision_user_id=users.key(author) if author else None,
        **values,
    )


def load_parents(rows: Sequence[Row], using: str) -> None:
    """Put terms that are there below the parents that are described for them."""
    places = TermParent.objects.using(using)
    described = {row["tid"]: row["parent"] for row in rows if "parent" in row}
    places.filter(term__in=described).delete()
    for tid, parents in described.items():
        places.make(tid, [parent or None for parent in parents] or [None])


def named_by(index: int, row: Row) -> Iterator[tuple[str, str, Any]]:
    """Yield (place, kind, name) wherever a term names something else."""
    yield f"terms[{index}].vid", "vocabulary", row["vid"]
    for parent in row.get("parent", ()):
        yield f"terms[{index}].parent", "term", parent
    yield f"terms[{index}].revision_user", "user", row.get("revision_user") or 0
