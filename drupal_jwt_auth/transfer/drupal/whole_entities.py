"""The entities of a Drupal site that have rows in all their tables.

Sites that are old have others: a row whose data is gone, a comment on what there is no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.comment.threads import THREAD
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase
from drupal_jwt_auth.transfer.drupal.other_content import ORIGINAL, skip
from drupal_jwt_auth.transfer.drupal.report import Report


class WholeEntities:
    """What there is all of in a database, of the bundles that a site's description has.

    The others are noted in the report.
    """

    def __init__(
        self, database: DrupalDatabase, described: Mapping[str, Any], report: Report
    ) -> None:
        self.database = database
        self.described = described
        self.report = report

    def numbers(
        self, others: Iterable[tuple[ContentEntityType, DrupalTables, Iterable[Any]]]
    ) -> dict[str, set[int]]:
        """Return the numbers of the entities, by the part of the description that they are in.

        ``others`` are the types that apps of their own bring, with their tables and bundles.
        """
        numbers: dict[str, set[int]] = {
            "files": {row["fid"] for row in self.database.in_order("file_managed", "fid", "fid")},
            "path_aliases": {row["id"] for row in self.database.in_order("path_alias", "id", "id")},
            "users": self._whole("user", "users", "uid", "users_field_data"),
            "terms": self._whole(
                *("term", "taxonomy_term_data", "tid", "taxonomy_term_field_data"),
                bundle=("vid", {row["vid"] for row in self.described["vocabularies"]}),
            ),
            "nodes": self._whole(
                *("node", "node", "nid", "node_field_data"),
                bundle=("type", {row["type"] for row in self.described["node_types"]}),
                revisions=("vid", "node_revision"),
            ),
        }
        numbers["comments"] = self._whole_comments(numbers["nodes"])
        for entity_type, tables, bundles in others:
            numbers[entity_type.id] = self._whole(
                *(entity_type.label, tables.base, entity_type.keys.id, tables.data),
                bundle=(str(entity_type.keys.bundle), {row["id"] for row in bundles}),
            )
        return numbers

    def _whole(
        self,
        noun: str,
        base: str,
        key: str,
        data: str,
        *,
        bundle: tuple[str, Set[str]] | None = None,
        revisions: tuple[str, str] | None = None,
    ) -> set[int]:
        """Return the numbers of entities that have rows in all their tables; note the others.

        ``bundle`` is the column of that, with those that there are; ``revisions`` the column of the
        current revision, with the table that has to have it.
        """
        conditions = [self._is_in(key, data, ORIGINAL)]
        if revisions is not None:
            conditions.append(self._is_in(*revisions))
        columns = [key, *(bundle or ())[:1], f"{all_of(*conditions)} AS whole"]
        whole = set()
        for row in self.database.in_order(base, key, ", ".join(columns)):
            if row["whole"] and (bundle is None or row[bundle[0]] in bundle[1]):
                whole.add(row[key])
            else:
                skip(self.report, noun, row[key])
        return whole

    def _is_in(self, column: str, table: str, where: str = "") -> str:
        """Return the condition that a table has a row with the value of a column."""
        if table not in self.database.tables:
            return "1 = 0"
        rows = f"SELECT {column} FROM {self.database.quoted(table)}"  # noqa: S608  no name is sent
        return f"{column} IN ({rows} WHERE {where})" if where else f"{column} IN ({rows})"

    def _whole_comments(self, numbers_of_nodes: Set[int]) -> set[int]:
        """Return the numbers of the comments that have a place, and are below none that has none.

        Those without data are noted: the others are when they are read.
        """
        without_data = f"NOT {self._is_in('cid', 'comment_field_data', ORIGINAL)}"
        for row in self.database.in_order("comment", "cid", "cid", without_data):
            skip(self.report, "comment", row["cid"])
        targets = {
            row["id"]: row["target_entity_type_id"] for row in self.described["comment_types"]
        }
        commented = {
            row["type"]: {
                field["name"] for field in row["fields"] if field["type"] == CommentFieldType.id
            }
            for row in self.described["node_types"]
        }
        below: dict[int, int | None] = {}
        some = self.database.in_some
        for batch in batches(self.database.in_order("comment_field_data", "cid", where=ORIGINAL)):
            known = {row["cid"] for row in some("comment", "cid", [row["cid"] for row in batch])}
            nids = {row["entity_id"] for row in batch if row["entity_type"] == "node"}
            nodes = some("node", "nid", sorted(nids & numbers_of_nodes))
            type_of = {row["nid"]: row["type"] for row in nodes}
            for row in batch:
                names = commented.get(type_of.get(row["entity_id"], ""), set())
                if (
                    row["cid"] in known
                    and targets.get(row["comment_type"]) == row["entity_type"]
                    and (row["entity_type"] != "node" or row["field_name"] in names)
                    and THREAD.fullmatch(row["thread"] or "")
                ):
                    below[row["cid"]] = row["pid"]
        while lost := [cid for cid, pid in below.items() if pid and pid not in below]:
            for cid in lost:
                del below[cid]
        return set(below)


def all_of(*conditions: str) -> str:
    """Return the conditions that are none of them empty as one."""
    return " AND ".join(f"({each})" for each in conditions if each)
