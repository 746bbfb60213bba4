"""A small Drupal site: its tables as Drupal makes them, with rows, in a database of any kind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from drupal_jwt_auth.transfer.drupal.database import connection_to

Rows = list[dict[str, Any]]

HASH = "$2y$10$" + "a" * 21 + "u" + "a" * 31
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x04\x00\x00\x00\x03\x08\x02\x00\x00\x00"
    + b"\0" * 20
)

ANYTHING = {"sqlite": "TEXT", "mysql": "LONGTEXT", "postgresql": "TEXT"}
BYTES = {"sqlite": "BLOB", "mysql": "LONGBLOB", "postgresql": "BYTEA"}
WHOLE = {"sqlite": "INTEGER", "mysql": "BIGINT", "postgresql": "BIGINT"}
EXACT = {"sqlite": "FLOAT", "mysql": "DECIMAL(12,4)", "postgresql": "NUMERIC(12,4)"}
NAME = {"sqlite": "VARCHAR(255) COLLATE NOCASE_UTF8", "mysql": "VARCHAR(255)"}
NAME["postgresql"] = "VARCHAR(255)"

NUMBERS = {
    *("uid", "nid", "tid", "fid", "cid", "pid", "status", "created", "changed", "access"),
    *("login", "default_langcode", "promote", "sticky", "revision_timestamp", "revision_uid"),
    *("revision_id", "entity_id", "delta", "deleted", "weight", "filesize", "parent_target_id"),
    *("revision_created", "revision_user", "count", "id", "last_comment_timestamp"),
    *("last_comment_uid", "comment_count", "field_open_value", "field_shared_value"),
    *("field_image_target_id", "field_tags_target_id", "field_writer_target_id"),
    *("mid", "vid", "field_media_target_id", "field_parts_target_id"),
    *("field_parts_target_revision_id", "thumbnail__target_id"),
    *("thumbnail__width", "thumbnail__height"),
    *("comment_status", "user_picture_target_id", "field_odd_value"),
}
NAMES = {"uuid", "name", "title", "path", "alias", "filename", "uri", "mail"}
LOBS = {"data", "value", "field_link_options"}


def serialize(value: Any) -> bytes:
    """A value as PHP serializes it."""
    if value is None:
        return b"N;"
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, float):
        return f"d:{value!r};".encode()
    if isinstance(value, str):
        text = value.encode()
        return b's:%d:"%s";' % (len(text), text)
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    inner = b"".join(serialize(key) + serialize(item) for key, item in pairs)
    return b"a:%d:{%s}" % (len(value), inner)


def field_rows(name: str, bundle: str, *items: tuple[int, int, Any], langcode: str = "en") -> Rows:
    """Rows of a field's table: (entity, revision, its properties) each, deltas as they come."""
    seen: dict[tuple[int, int], int] = {}
    rows = []
    for entity, revision, properties in items:
        delta = seen[entity, revision] = seen.get((entity, revision), -1) + 1
        rows.append(
            {
                "bundle": bundle,
                "deleted": 0,
                "entity_id": entity,
                "revision_id": revision,
                "langcode": langcode,
                "delta": delta,
                **{f"{name}_{key}": value for key, value in properties.items()},
            }
        )
    return rows


def storage(entity_type: str, name: str, field_type: str, **values: Any) -> dict[str, Any]:
    return {
        "uuid": f"storage-{entity_type}-{name}",
        "field_name": name,
        "entity_type": entity_type,
        "type": field_type,
        "settings": {},
        "cardinality": 1,
        **values,
    }


def field(entity_type: str, bundle: str, name: str, **values: Any) -> dict[str, Any]:
    return {
        "uuid": f"field-{entity_type}-{bundle}-{name}",
        "id": f"{entity_type}.{bundle}.{name}",
        "status": True,
        "field_name": name,
        "entity_type": entity_type,
        "bundle": bundle,
        "label": name.title(),
        "required": False,
        "default_value": [],
        "settings": {},
        **values,
    }


FIELDS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("node", "page", "body", "text_with_summary", {}),
    ("node", "page", "comment", "comment", {"settings": {"comment_type": "comment"}}),
    ("node", "page", "field_image", "image", {}),
    ("node", "page", "field_link", "link", {}),
    ("node", "page", "field_open", "boolean", {}),
    ("node", "page", "field_price", "decimal", {"settings": {"precision": 12, "scale": 4}}),
    (
        *("node", "page", "field_tags", "entity_reference"),
        {"cardinality": -1, "settings": {"target_type": "taxonomy_term"}},
    ),
    ("node", "page", "field_writer", "entity_reference", {"settings": {"target_type": "user"}}),
    ("taxonomy_term", "tags", "field_hint", "string", {}),
    ("user", "user", "user_picture", "image", {}),
    ("comment", "comment", "comment_body", "text_long", {}),
)


def configuration() -> dict[str, Any]:
    """The configuration objects."""
    objects: dict[str, Any] = {
        "core.extension": {"module": {"node": 0, "user": 0, "views": 10, "webform": 0}},
        "system.site": {"name": "Küche", "langcode": "en", "default_langcode": "en"},
        "system.date": {"timezone": {"default": "UTC"}},
        "system.theme": {"default": "olivero", "admin": "claro"},
        "filter.format.basic_html": {
            "uuid": "format-basic",
            "status": True,
            "name": "Basic HTML",
            "format": "basic_html",
            "weight": 0,
            "filters": {
                "filter_html": {
                    "status": True,
                    "weight": -10,
                    "settings": {"allowed_html": "<p> <img src data-caption>"},
                },
                "filter_caption": {"status": True, "weight": 8, "settings": []},
                "filter_url": {"status": False, "weight": 0, "settings": []},
            },
        },
        "node.type.page": {
            "uuid": "type-page",
            "type": "page",
            "name": "Basic page",
            "description": "Pages.",
            "new_revision": True,
        },
        "core.base_field_override.node.page.promote": {"default_value": [{"value": 0}]},
        "taxonomy.vocabulary.tags": {
            "uuid": "vocabulary-tags",
            "vid": "tags",
            "name": "Tags",
            "description": None,
            "weight": 2,
        },
        "comment.type.comment": {
            "uuid": "comment-type",
            "id": "comment",
            "label": "Comments",
            "target_entity_type_id": "node",
            "description": "Of readers",
        },
    }
    roles: dict[str, dict[str, Any]] = {
        "anonymous": {"weight": 0, "permissions": ["access content", "access comments"]},
        "authenticated": {"weight": 1, "permissions": ["access content"]},
        "editor": {"weight": 2, "permissions": ["create page content"]},
        "boss": {"weight": 3, "is_admin": True, "permissions": []},
    }
    for name, values in roles.items():
        role = {"id": name, "uuid": f"role-{name}", "label": name.title(), "is_admin": None}
        objects[f"user.role.{name}"] = {**role, **values}
    for entity_type, bundle, name, field_type, values in FIELDS:
        objects[f"field.storage.{entity_type}.{name}"] = storage(
            entity_type, name, field_type, **values
        )
        objects[f"field.field.{entity_type}.{bundle}.{name}"] = field(entity_type, bundle, name)
    return objects


def user(uid: int, name: str, **values: Any) -> dict[str, Any]:
    return {
        "uid": uid,
        "langcode": "en",
        "preferred_langcode": "en",
        "preferred_admin_langcode": None,
        "name": name,
        "pass": HASH,
        "mail": f"{name}@example.com",
        "timezone": "UTC",
        "status": 1,
        "created": 1500000000,
        "changed": 1500000000 + uid,
        "access": 0,
        "login": 0,
        "init": f"{name}@example.com",
        "default_langcode": 1,
        **values,
    }


def revision(nid: int, vid: int, title: str, **values: Any) -> dict[str, Any]:
    return {
        "nid": nid,
        "vid": vid,
        "langcode": "en",
        "status": 1,
        "uid": 2,
        "title": title,
        "created": 1600000000,
        "changed": 1600000000 + vid,
        "promote": 0,
        "sticky": 0,
        "default_langcode": 1,
        "revision_translation_affected": 1,
        **values,
    }


def log(nid: int, vid: int, text: str | None = None, uid: int = 2) -> dict[str, Any]:
    return {
        "nid": nid,
        "vid": vid,
        "langcode": "en",
        "revision_uid": uid,
        "revision_timestamp": 1600000000 + vid,
        "revision_log": text,
        "revision_default": 1,
    }


def file(fid: int, uri: str, **values: Any) -> dict[str, Any]:
    return {
        "fid": fid,
        "uuid": f"file-{fid}",
        "langcode": "en",
        "uid": 2,
        "filename": uri.rsplit("/", 1)[1],
        "uri": uri,
        "filemime": "image/png",
        "filesize": len(PNG),
        "status": 1,
        "created": 1600000000,
        "changed": 1600000000,
        **values,
    }


def comment(cid: int, thread: str, pid: int | None = None, **values: Any) -> dict[str, Any]:
    return {
        "cid": cid,
        "comment_type": "comment",
        "langcode": "en",
        "status": 1,
        "uid": 2,
        "pid": pid,
        "entity_id": 1,
        "entity_type": "node",
        "field_name": "comment",
        "subject": f"Comment {cid}",
        "name": None,
        "mail": None,
        "homepage": None,
        "hostname": "127.0.0.1",
        "created": 1610000000 + cid,
        "changed": 1610000000 + cid,
        "thread": thread,
        "default_langcode": 1,
        **values,
    }


def tables() -> dict[str, Rows]:
    """The tables of the site that hold something."""
    node_body = (
        (1, 3, {"value": "<p>Now</p>", "summary": "", "format": "basic_html"}),
        (2, 2, {"value": "Plain", "summary": None, "format": None}),
    )
    link = {"uri": "https://example.com/", "title": "There", "options": serialize({"a": ["ü"]})}
    return {
        "config": [
            {"collection": "", "name": name, "data": serialize(data)}
            for name, data in configuration().items()
        ],
        "key_value": [{"collection": "system.schema", "name": "system", "value": serialize(10600)}],
        "users": [{"uid": uid, "uuid": f"user-{uid}", "langcode": "en"} for uid in (0, 1, 2, 3)],
        "users_field_data": [
            user(0, "", **{"pass": None, "mail": None, "created": 0}),
            user(1, "admin"),
            user(2, "anna", login=1600000000, access=1600000001),
            user(3, "bert", status=0, mail=None),
        ],
        "user__roles": field_rows(
            "roles", "user", (2, 2, {"target_id": "editor"}), (3, 3, {"target_id": "boss"})
        ),
        "user__user_picture": field_rows(
            *("user_picture", "user"),
            (2, 2, {"target_id": 1, "alt": "Anna", "title": "", "width": 4, "height": 3}),
        ),
        "taxonomy_term_data": [
            {"tid": tid, "vid": "tags", "uuid": f"term-{tid}", "langcode": "en", "revision_id": tid}
            for tid in (1, 2)
        ],
        "taxonomy_term_field_data": [
            {
                "tid": tid,
                "revision_id": tid,
                "vid": "tags",
                "langcode": "en",
                "status": 1,
                "name": name,
                "description__value": "About",
                "description__format": "basic_html",
                "weight": tid,
                "changed": 1600000000,
                "default_langcode": 1,
            }
            for tid, name in ((1, "Fruit"), (2, "Apple"))
        ],
        "taxonomy_term_revision": [
            {"tid": 1, "revision_id": 1, "revision_user": 2, "revision_created": 1600000005}
        ],
        "taxonomy_term__parent": [
            {**row, "parent_target_id": row["parent_target_id"]}
            for row in field_rows(
                "parent", "tags", (1, 1, {"target_id": 0}), (2, 2, {"target_id": 1})
            )
        ],
        "taxonomy_term__field_hint": field_rows("field_hint", "tags", (2, 2, {"value": "Round"})),
        "file_managed": [
            file(1, "public://2024-01/küche.png"),
            file(2, "public://not-there.png"),
            file(3, "private://secret.png"),
        ],
        "file_usage": [{"fid": 1, "module": "file", "type": "user", "id": "2", "count": 1}],
        "node": [
            {"nid": 1, "vid": 3, "type": "page", "uuid": "node-1", "langcode": "en"},
            {"nid": 2, "vid": 2, "type": "page", "uuid": "node-2", "langcode": "en"},
        ],
        "node_field_data": [
            {**revision(1, 3, "One"), "type": "page"},
            {**revision(2, 2, "Two", uid=0, status=0, created=-86400), "type": "page"},
        ],
        "node_field_revision": [
            revision(1, 1, "One, first"),
            revision(1, 3, "One"),
            revision(2, 2, "Two", uid=0, status=0, created=-86400),
            revision(1, 4, "One, a draft", status=0),
        ],
        "node_revision": [log(1, 1, "Begun"), log(1, 3), log(2, 2, uid=0), log(1, 4)],
        "node__body": field_rows("body", "page", *node_body),
        "node_revision__body": field_rows(
            *("body", "page"),
            (1, 1, {"value": "<p>Then</p>", "summary": "", "format": "basic_html"}),
            *node_body,
        ),
        "node__comment": field_rows(
            "comment", "page", (1, 3, {"status": 2}), (2, 2, {"status": 1})
        ),
        "node_revision__comment": field_rows("comment", "page", (1, 1, {"status": 2})),
        "comment_entity_statistics": [
            {
                "entity_id": 2,
                "entity_type": "node",
                "field_name": "comment",
                "cid": 0,
                "last_comment_timestamp": 1600000002,
                "last_comment_name": None,
                "last_comment_uid": 0,
                "comment_count": 0,
            }
        ],
        "node__field_image": field_rows(
            *("field_image", "page"),
            (1, 3, {"target_id": 1, "alt": "A", "title": "", "width": 4, "height": 3}),
        ),
        "node__field_link": field_rows("field_link", "page", (1, 3, link)),
        "node__field_open": field_rows("field_open", "page", (1, 3, {"value": 1})),
        "node__field_price": field_rows(
            "field_price", "page", (1, 3, {"value": 9.9}), (2, 2, {"value": 0})
        ),
        "node__field_tags": field_rows(
            "field_tags", "page", (1, 3, {"target_id": 2}), (1, 3, {"target_id": 1})
        ),
        "node__field_writer": field_rows("field_writer", "page", (1, 3, {"target_id": 2})),
        "comment": [
            {"cid": cid, "comment_type": "comment", "uuid": f"comment-{cid}", "langcode": "en"}
            for cid in (1, 2)
        ],
        "comment_field_data": [comment(1, "01/", uid=0, name="Guest"), comment(2, "01.00/", 1)],
        "comment__comment_body": field_rows(
            "comment_body", "comment", (1, 1, {"value": "Well said", "format": "basic_html"})
        ),
        "path_alias": [
            {
                "id": 1,
                "revision_id": 1,
                "uuid": "alias-1",
                "langcode": "en",
                "path": "/node/1",
                "alias": "/über-uns",
                "status": 1,
            }
        ],
    }


class OldSite:
    """The site: its tables, to be changed before they are written to a database."""

    def __init__(self) -> None:
        self.tables = tables()
        # A table that is empty by then has its columns all the same.
        self.columns = {
            table: [name for row in rows for name in row] for table, rows in self.tables.items()
        }

    def row(self, table: str, **key: Any) -> dict[str, Any]:
        """The row of a table that has these values."""
        [found] = [row for row in self.tables[table] if key.items() <= row.items()]
        return found

    def configure(self, name: str, data: Any) -> None:
        """Have a configuration object hold something, or nothing."""
        rows = self.tables["config"]
        rows[:] = [row for row in rows if row["name"] != name]
        if data is not None:
            rows.append({"collection": "", "name": name, "data": serialize(data)})

    def delete(self, table: str, **key: Any) -> None:
        """Delete the rows of a table that have these values."""
        rows = self.tables[table]
        rows[:] = [row for row in rows if not key.items() <= row.items()]

    def write(self, url: str, prefix: str = "") -> None:
        """Write all tables to a database, in place of those that are there."""
        if url.startswith("sqlite:"):
            path = Path(url.removeprefix("sqlite:///"))
            with closing(sqlite3.connect(path)) as database:
                database.create_collation("NOCASE_UTF8", lambda one, other: (one > other) - 1)
                database.execute("PRAGMA journal_mode = WAL")
                self._write(database.cursor(), "sqlite", prefix, '"', "?")
                database.commit()
            return
        server = connection_to(url)
        with closing(server), server.cursor() as cursor:
            quote = server.ops.quote_name("x")[0]
            self._write(cursor, server.vendor, prefix, quote, "%s")

    def _write(self, cursor: Any, vendor: str, prefix: str, quote: str, mark: str) -> None:
        for table, rows in self.tables.items():
            columns = list(
                dict.fromkeys(
                    [*self.columns.get(table, ()), *(name for row in rows for name in row)]
                )
            ) or ["nothing"]
            typed = ", ".join(
                f"{quote}{name}{quote} {_type(table, name)[vendor]}" for name in columns
            )
            name = f"{quote}{prefix}{table}{quote}"
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TABLE {name} ({typed})")
            for row in rows:
                values = [_stored(row.get(column), vendor) for column in columns]
                marks = ", ".join([mark] * len(values))
                cursor.execute(f"INSERT INTO {name} VALUES ({marks})", values)


def _type(table: str, column: str) -> dict[str, str]:
    as_text = (
        (column == "vid" and table.startswith("taxonomy"))
        or (column == "id" and table == "file_usage")
        or (column == "parent_id")
    )
    if column in NUMBERS and not as_text:
        return WHOLE
    if column == "field_price_value":
        return EXACT
    if column in LOBS:
        return BYTES
    if column in NAMES:
        return NAME
    return ANYTHING


def _stored(value: Any, vendor: str) -> Any:
    """With SQLite, Drupal keeps bytes as texts."""
    return value.decode() if vendor == "sqlite" and isinstance(value, bytes) else value


def server_url(name: str) -> str:
    """The address of a database on the server that the tests run on."""
    settings = connection.settings_dict
    scheme = {"mysql": "mysql", "postgresql": "pgsql"}[connection.vendor]
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"{scheme}://{settings['USER']}{password}@{settings['HOST']}{port}/{name}"
