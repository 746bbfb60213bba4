"""The content of a Drupal site, row by row, in the words of a site's description.

Source: the tables that Drupal core makes for its entity types. Of an entity that is translated,
the language that it was written in is read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.files.storage import PRIVATE, PUBLIC
from drupal_jwt_auth.text import PLAIN_TEXT
from drupal_jwt_auth.transfer.drupal.configuration import SiteConfiguration
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, Row, is_file
from drupal_jwt_auth.transfer.drupal.field_tables import ANONYMOUS, FieldTables, WhatIsThere
from drupal_jwt_auth.transfer.drupal.other_content import ORIGINAL, OtherContent, skip
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.whole_entities import WholeEntities, all_of
from drupal_jwt_auth.transfer.other_entities import other_types


class SiteContent:
    """The lists of a site's description that are content, each read when it is asked for.

    ``described`` are the parts that configuration is, as they could be kept. ``since`` leaves out
    what has not changed since then, in Unix time, where Drupal notes when that was.
    """

    def __init__(
        self,
        database: DrupalDatabase,
        configuration: SiteConfiguration,
        described: Mapping[str, Any],
        report: Report,
        *,
        since: int = 0,
    ) -> None:
        self.database = database
        self.described = described
        self.report = report
        self.since = since
        self.others = [
            (entity_type, tables, configuration.other_bundles(entity_type.id, tables.bundles))
            for entity_type, tables in other_types()
            if tables.base in database.tables
        ]
        self.numbers = WholeEntities(database, described, report).numbers(self.others)
        part_of = {**PART_OF, **{entity_type.id: entity_type.id for entity_type, *_ in self.others}}
        self.there = WhatIsThere(
            {entity_type: self.numbers[part] for entity_type, part in part_of.items()},
            {PLAIN_TEXT.format, *(row["format"] for row in described["text_formats"])},
            configuration.storages,
        )

    def _tables(self, entity_type: str, part: str, key: str) -> FieldTables:
        bundles = {row[key]: row["fields"] for row in self.described[part]}
        return self._fields(entity_type, bundles)

    def _fields(self, entity_type: str, bundles: Mapping[str, Any]) -> FieldTables:
        return FieldTables(self.database, self.report, entity_type, bundles, self.there)

    def _changed(self, column: str = "changed") -> str:
        return f"{column} >= {self.since}" if self.since else ""

    def _user(self, number: int | None, what: str, entity: str) -> int:
        return self.there.owner(number, what, entity, self.report)

    def other(
        self, entity_type: ContentEntityType, tables: DrupalTables, bundles: Iterable[Any]
    ) -> Iterator[Row]:
        """Yield the entities of a type that an app of its own brings."""
        fields = self._fields(entity_type.id, {row["id"]: row["fields"] for row in bundles})
        return OtherContent(self.database, entity_type, tables, fields, self.report).rows()

    # Users

    def anonymous_uuid(self) -> str | None:
        """Return the UUID of the anonymous user."""
        rows = self.database.rows("SELECT uuid FROM {users} WHERE uid = 0")
        return next((row["uuid"] for row in rows), None)

    def users(self) -> Iterator[Row]:
        """Yield the users, without the anonymous one: all, as others are known by their numbers."""
        fields = self._fields("user", {"user": self.described["user_fields"]})
        roles = {row["id"] for row in self.described["roles"]}
        data = self.database.in_order("users_field_data", "uid", where=f"uid > 0 AND {ORIGINAL}")
        for batch in batches(data):
            uids = [row["uid"] for row in batch]
            uuids = {row["uid"]: row["uuid"] for row in self.database.in_some("users", "uid", uids)}
            granted: dict[int, list[str]] = defaultdict(list)
            for row in self.database.in_some(
                "user__roles", "entity_id", uids, "deleted = 0", order="entity_id, delta"
            ):
                name = row["roles_target_id"]
                if name in roles:
                    granted[row["entity_id"]].append(name)
                else:
                    self.report.note(
                        "References",
                        "roles of users that there are not",
                        "left out.",
                        f"{name} of user {row['entity_id']}",
                    )
            values = fields.of(batch, "uid", None)
            for row in batch:
                uid = row["uid"]
                if uid not in uuids:
                    self._skip("user", uid)
                    continue
                yield {
                    **{name: row[name] for name in _USER},
                    "uid": uid,
                    "uuid": uuids[uid],
                    "status": bool(row["status"]),
                    "changed": row["changed"] or row["created"],
                    "access": row["access"] or 0,
                    "login": row["login"] or 0,
                    "langcode": row["langcode"],
                    "roles": granted[uid],
                    "fields": values[uid],
                }

    # Terms

    def terms(self) -> Iterator[Row]:
        """Yield the terms."""
        fields = self._tables("taxonomy_term", "vocabularies", "vid")
        data = self.database.in_order(
            "taxonomy_term_field_data", "tid", where=all_of(ORIGINAL, self._changed())
        )
        for batch in batches(data):
            tids = [row["tid"] for row in batch]
            bases = {
                row["tid"]: row for row in self.database.in_some("taxonomy_term_data", "tid", tids)
            }
            revisions = {
                row["revision_id"]: row
                for row in self.database.in_some(
                    "taxonomy_term_revision", "revision_id", [row["revision_id"] for row in batch]
                )
            }
            parents = self._parents(tids)
            values = fields.of(batch, "tid", "vid")
            for row in batch:
                tid = row["tid"]
                if tid not in bases:
                    self._skip("term", tid)
                if tid not in self.numbers["terms"]:
                    continue
                revision = revisions.get(row["revision_id"], {})
                author = revision.get("revision_user")
                yield {
                    "tid": tid,
                    "revision_id": row["revision_id"],
                    "uuid": bases[tid]["uuid"],
                    "vid": row["vid"],
                    "langcode": row["langcode"],
                    "name": row["name"],
                    "status": bool(row["status"]),
                    "weight": row["weight"],
                    "changed": row["changed"] or 0,
                    "description": [
                        {"value": row["description__value"], "format": row["description__format"]}
                    ],
                    "revision_created": revision.get("revision_created") or row["changed"] or 0,
                    "revision_user": author and self._user(author, "revisions", f"term {tid}"),
                    "parent": parents[tid] or [0],
                    "fields": values[tid],
                }

    def _parents(self, tids: list[int]) -> dict[int, list[int]]:
        parents: dict[int, list[int]] = defaultdict(list)
        for row in self.database.in_some(
            "taxonomy_term__parent", "entity_id", tids, "deleted = 0", order="entity_id, delta"
        ):
            parent = row["parent_target_id"]
            if parent and parent not in self.numbers["terms"]:
                self.report.note(
                    "References",
                    "parents of terms that are not there",
                    "left out.",
                    f"{parent} of term {row['entity_id']}",
                )
            else:
                parents[row["entity_id"]].append(parent)
        return parents

    # Files

    def files(self, folders: Mapping[str, Path]) -> Iterator[Row]:
        """Yield the files, with where their bytes are: ``folders`` are those of public and private.

        Bytes of which there is no folder are left to be copied otherwise.
        """
        uris: set[str] = set()
        for batch in batches(self.database.in_order("file_managed", "fid", where=self._changed())):
            usage = self._usage([row["fid"] for row in batch])
            for row in batch:
                uri = row["uri"] or ""
                name = f"file {row['fid']} at {uri}"
                scheme = next((each for each in (PUBLIC, PRIVATE) if uri.startswith(each)), "")
                parts = uri.removeprefix(scheme).split("/")
                if not scheme or {"", ".", ".."} & set(parts):
                    self.report.note(
                        "Files", "files that are neither public nor private", "left out.", name
                    )
                    continue
                if uri in uris:
                    self.report.note(
                        "Files", "files at the place of another one", "left out.", name
                    )
                    continue
                uris.add(uri)
                yield {
                    "fid": row["fid"],
                    "uuid": row["uuid"],
                    "uid": self._user(row["uid"], "files", name),
                    "langcode": row["langcode"],
                    "filename": row["filename"] or parts[-1],
                    "uri": uri.removeprefix(PUBLIC),
                    "filemime": row["filemime"] or "application/octet-stream",
                    "filesize": row["filesize"] or 0,
                    "status": bool(row["status"]),
                    "created": row["created"] or 0,
                    "changed": row["changed"] or 0,
                    "usage": usage[row["fid"]],
                    "data": None,
                    "path": self._path(folders, scheme, parts, name),
                }

    def _path(
        self, folders: Mapping[str, Path], scheme: str, parts: list[str], name: str
    ) -> str | None:
        """Return where the bytes of a file are, None where that is not known."""
        if scheme not in folders:
            self.report.note(
                "Files",
                f"{scheme} files of which no folder was named",
                "kept without their bytes, which are to be copied.",
                name,
            )
            return None
        path = folders[scheme].joinpath(*parts)
        if is_file(path):
            return str(path)
        self.report.note("Files", "files that are not on disk", "kept without their bytes.", name)
        return None

    def _usage(self, fids: list[int]) -> dict[int, Any]:
        usage: dict[int, Any] = defaultdict(dict)
        for row in self.database.in_some("file_usage", "fid", fids):
            if str(row["id"]).isdecimal() and int(row["id"]) and row["type"]:
                of_type = (
                    usage[row["fid"]].setdefault(row["module"], {}).setdefault(row["type"], {})
                )
                of_type[str(row["id"])] = row["count"]
        return usage

    # Nodes

    def nodes(self) -> Iterator[Row]:
        """Yield the nodes, each with its other revisions."""
        fields = self._tables("node", "node_types", "type")
        for batch in batches(self.database.in_order("node", "nid", where=self._changed_nodes())):
            whole = [row for row in batch if row["nid"] in self.numbers["nodes"]]
            yield from self._some_nodes(whole, fields)

    def _changed_nodes(self) -> str:
        """Return the condition for nodes that have changed, or one of whose revisions was made."""
        if not self.since:
            return ""
        data = self.database.quoted("node_field_data")
        revisions = self.database.quoted("node_revision")
        return (
            f"nid IN (SELECT nid FROM {data} WHERE {self._changed()}) OR nid IN "  # noqa: S608  no name is sent
            f"(SELECT nid FROM {revisions} WHERE {self._changed('revision_timestamp')})"
        )

    def _some_nodes(self, nodes: list[Row], fields: FieldTables) -> Iterator[Row]:
        nids = [row["nid"] for row in nodes]
        some = self.database.in_some
        data = {row["nid"]: row for row in some("node_field_data", "nid", nids, ORIGINAL)}
        logs = {row["vid"]: row for row in some("node_revision", "nid", nids)}
        type_of = {row["nid"]: row["type"] for row in nodes}
        current = {row["vid"] for row in nodes}
        others: dict[int, list[Row]] = defaultdict(list)
        for row in some("node_field_revision", "nid", nids, ORIGINAL, order="vid"):
            if row["vid"] not in current and row["vid"] in logs:
                others[row["nid"]].append({**row, "type": type_of[row["nid"]]})
        values = fields.of([*data.values()], "nid", "type")
        older = [row for rows in others.values() for row in rows]
        older_values = fields.at_revisions(older, "vid", "type") if older else {}
        for node in nodes:
            nid, vid = node["nid"], node["vid"]
            yield {
                "nid": nid,
                "uuid": node["uuid"],
                "type": node["type"],
                **self._revision(nid, vid, data[nid], logs[vid]),
                "fields": values[nid],
                "revisions": [
                    {
                        **self._revision(nid, row["vid"], row, logs[row["vid"]]),
                        "fields": older_values[row["vid"]],
                    }
                    for row in others[nid]
                ],
            }

    def _revision(self, nid: int, vid: int, row: Row, log: Row) -> Row:
        return {
            "vid": vid,
            "langcode": row["langcode"],
            "title": row["title"],
            **self._author(row["uid"], f"node {nid}"),
            "status": bool(row["status"]),
            "promote": bool(row["promote"]),
            "sticky": bool(row["sticky"]),
            "created": row["created"],
            "changed": row["changed"],
            "revision_timestamp": log["revision_timestamp"],
            "revision_uid": self._user(log["revision_uid"], "revisions", f"node {nid}"),
            "revision_log": log["revision_log"],
        }

    def _author(self, number: int, node: str) -> Row:
        """Return the author of a node; of one who is not there, clients see the number alone."""
        if not number or number in self.numbers["users"]:
            return {"uid": number}
        self.report.note(
            "References",
            "nodes of a user who is not there",
            "kept, with the number of that user alone.",
            node,
        )
        return {"uid": ANONYMOUS, "missing_uid": number}

    # Comments

    def comments(self) -> Iterator[Row]:
        """Yield the comments, each on something that there is."""
        fields = self._tables("comment", "comment_types", "id")
        data = self.database.in_order(
            "comment_field_data", "cid", where=all_of(ORIGINAL, self._changed())
        )
        for batch in batches(data):
            some = self.database.in_some
            cids = [row["cid"] for row in batch]
            uuids = {row["cid"]: row["uuid"] for row in some("comment", "cid", cids)}
            pids = [row["pid"] for row in batch if row["pid"]]
            threads = {row["cid"]: row["thread"] for row in some("comment_field_data", "cid", pids)}
            values = fields.of(batch, "cid", "comment_type")
            for row in batch:
                cid, host, pid = row["cid"], row["entity_id"], row["pid"]
                if cid not in self.numbers["comments"]:
                    self._skip("comment", cid)
                    continue
                if pid and not row["thread"].startswith(f"{threads[pid].rstrip('/')}."):
                    pid = None
                    self.report.note(
                        *("References", "replies whose place is not below what they reply to"),
                        "kept, as no replies.",
                        f"comment {cid}",
                    )
                yield {
                    **{name: row[name] for name in _COMMENT},
                    "cid": cid,
                    "uuid": uuids[cid],
                    "entity_id": str(host),
                    "status": bool(row["status"]),
                    "uid": self._user(row["uid"], "comments", f"comment {cid}"),
                    "pid": pid or None,
                    "changed": row["changed"] or row["created"],
                    "fields": values[cid],
                }

    # Aliases

    def path_aliases(self) -> Iterator[Row]:
        """Yield the aliases."""
        for row in self.database.in_order("path_alias", "id"):
            if not row["path"] or not row["alias"]:
                self._skip("URL alias", row["id"])
                continue
            found = _ENTITY_PATH.fullmatch(row["path"])
            if found and self.there.lacks(Reference(found[1].replace("/", "_"), found[2])):
                self.report.note(
                    *("References", "URL aliases of what is not there"),
                    "kept, and nothing is served at them.",
                    f"{row['alias']} of {row['path']}",
                )
            yield {
                "pid": row["id"],
                "revision_id": row["revision_id"],
                "uuid": row["uuid"],
                "path": row["path"],
                "alias": row["alias"],
                "langcode": row["langcode"],
                "status": bool(row["status"]),
            }

    def _skip(self, noun: str, number: int) -> None:
        skip(self.report, noun, number)


PART_OF = {
    "comment": "comments",
    "file": "files",
    "node": "nodes",
    "taxonomy_term": "terms",
    "user": "users",
}
"""The part of a description that the entities of a type are in."""

_ENTITY_PATH = re.compile(r"/(comment|node|taxonomy/term|user)/([0-9]+)", re.ASCII)

_USER = (
    *("name", "pass", "mail", "created", "init", "timezone"),
    *("preferred_langcode", "preferred_admin_langcode"),
)
_COMMENT = (
    *("comment_type", "langcode", "entity_type", "field_name", "subject", "name", "mail"),
    *("homepage", "hostname", "thread", "created"),
)
