"""The words of bodies in a full-text index of the database, for sites that have made one.

The database keeps it up to date by itself, whoever writes; without one nothing costs anything. It
has the text of a node's field ``body``, of the first item, as it was written: each database tells
words apart in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connections, transaction
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.text import smart_split, unescape_string_literal

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.models import Node

BODY = "body"
"""The field, under the name that it has on all sites of Drupal's."""


class BodyIndex(NamedTuple):
    """What a database is told.

    To ``create`` and to ``drop`` the index; ``exists`` returns a row if it is there, ``remains`` if
    there is anything to be dropped. ``condition`` takes what is looked for: a text of phrases,
    with ``sign`` before each. ``shortest`` is how long the words are that are known.
    """

    create: Sequence[str]
    drop: Sequence[str]
    exists: str
    condition: str
    remains: str = "SELECT 1"
    sign: str = ""
    shortest: int = 1

    def text(self, phrases: Sequence[str]) -> str:
        """Return what is looked for: all phrases, each in quotation marks; "" for nothing."""
        known = (phrase for phrase in phrases if self.knows(phrase))
        return " ".join(f'{self.sign}"{phrase}"' for phrase in known)

    def knows(self, phrase: str) -> bool:
        """Tell whether a word of a phrase may be in the index."""
        return any(len(word) >= self.shortest for word in re.findall(r"\w+", phrase))


_POSTGRESQL = BodyIndex(
    # A text search vector has a megabyte: more than so many characters come to.
    create=[
        """
        CREATE INDEX drupal_jwt_auth_node_bodies ON drupal_jwt_auth_node USING gin (
            to_tsvector('simple', left(fields #>> '{body,0,value}', 100000))
        )
        """
    ],
    drop=["DROP INDEX IF EXISTS drupal_jwt_auth_node_bodies"],
    exists="""
        SELECT 1 FROM pg_index
        WHERE indisvalid AND indexrelid = to_regclass('drupal_jwt_auth_node_bodies')
        """,
    condition="""
        to_tsvector('simple', left(drupal_jwt_auth_node.fields #>> '{body,0,value}', 100000))
        @@ websearch_to_tsquery('simple', %s)
        """,
)

_MYSQL = BodyIndex(
    create=[
        """
        ALTER TABLE drupal_jwt_auth_node ADD COLUMN drupal_body LONGTEXT AS (
            NULLIF(JSON_UNQUOTE(JSON_EXTRACT(fields, '$.body[0].value')), 'null')
        ) STORED
        """,
        # Common English words are words, too.
        "SET SESSION innodb_ft_enable_stopword = OFF",
        """
        ALTER TABLE drupal_jwt_auth_node
        ADD FULLTEXT INDEX drupal_jwt_auth_node_bodies (drupal_body)
        """,
        "SET SESSION innodb_ft_enable_stopword = DEFAULT",
    ],
    # Its index goes with a column.
    drop=["ALTER TABLE drupal_jwt_auth_node DROP COLUMN drupal_body"],
    exists="""
        SELECT 1 FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND index_name = 'drupal_jwt_auth_node_bodies'
        """,
    remains="""
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'drupal_jwt_auth_node'
        AND column_name = 'drupal_body'
        """,
    condition="MATCH (drupal_jwt_auth_node.drupal_body) AGAINST (%s IN BOOLEAN MODE)",
    sign="+",
    shortest=3,
)

_SQLITE = BodyIndex(
    create=[
        "CREATE VIRTUAL TABLE drupal_jwt_auth_node_bodies USING fts5(body, content='')",
        """
        INSERT INTO drupal_jwt_auth_node_bodies (rowid, body)
        SELECT nid, json_extract(fields, '$.body[0].value') FROM drupal_jwt_auth_node
        """,
        """
        CREATE TRIGGER drupal_jwt_auth_node_bodies_insert AFTER INSERT ON drupal_jwt_auth_node
        BEGIN
            INSERT INTO drupal_jwt_auth_node_bodies (rowid, body)
            VALUES (new.nid, json_extract(new.fields, '$.body[0].value'));
        END
        """,
        """
        CREATE TRIGGER drupal_jwt_auth_node_bodies_update
        AFTER UPDATE OF nid, fields ON drupal_jwt_auth_node
        BEGIN
            INSERT INTO drupal_jwt_auth_node_bodies (drupal_jwt_auth_node_bodies, rowid, body)
            VALUES ('delete', old.nid, json_extract(old.fields, '$.body[0].value'));
            INSERT INTO drupal_jwt_auth_node_bodies (rowid, body)
            VALUES (new.nid, json_extract(new.fields, '$.body[0].value'));
        END
        """,
        """
        CREATE TRIGGER drupal_jwt_auth_node_bodies_delete AFTER DELETE ON drupal_jwt_auth_node
        BEGIN
            INSERT INTO drupal_jwt_auth_node_bodies (drupal_jwt_auth_node_bodies, rowid, body)
            VALUES ('delete', old.nid, json_extract(old.fields, '$.body[0].value'));
        END
        """,
    ],
    drop=[
        "DROP TRIGGER IF EXISTS drupal_jwt_auth_node_bodies_insert",
        "DROP TRIGGER IF EXISTS drupal_jwt_auth_node_bodies_update",
        "DROP TRIGGER IF EXISTS drupal_jwt_auth_node_bodies_delete",
        "DROP TABLE IF EXISTS drupal_jwt_auth_node_bodies",
    ],
    # Without all triggers, which Django's migrations may take away, it is not up to date.
    exists="""
        SELECT 1 WHERE 4 = (
            SELECT count(*) FROM sqlite_master WHERE name IN (
                'drupal_jwt_auth_node_bodies',
                'drupal_jwt_auth_node_bodies_insert',
                'drupal_jwt_auth_node_bodies_update',
                'drupal_jwt_auth_node_bodies_delete'
            )
        )
        """,
    condition="""
        drupal_jwt_auth_node.nid IN (
            SELECT rowid FROM drupal_jwt_auth_node_bodies
            WHERE drupal_jwt_auth_node_bodies MATCH %s
        )
        """,
)

INDEXES = {"postgresql": _POSTGRESQL, "mysql": _MYSQL, "sqlite": _SQLITE}
"""The indexes by Django's names of the databases; others have none."""


def index_of(using: str) -> BodyIndex | None:
    """Return the index that a database can have, None where it can have none."""
    return INDEXES.get(connections[using].vendor)


def is_indexed(using: str) -> bool:
    """Tell whether a database has the index, and keeps it up to date."""
    index = index_of(using)
    return index is not None and _finds(index.exists, using)


def drop_index(index: BodyIndex, using: str) -> None:
    """Drop what there is of the index."""
    if _finds(index.remains, using):
        _execute(index.drop, using)


def create_index(index: BodyIndex, using: str) -> None:
    """Make the index, anew if it is there; who writes content waits until it is made."""
    with transaction.atomic(using=using):
        drop_index(index, using)
        _execute(index.create, using)


def _finds(question: str, using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() is not None


def _execute(statements: Sequence[str], using: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def in_bodies(nodes: QuerySet[Node], search: str) -> QuerySet[Node]:
    """Return those of some nodes that have all words of a search in their bodies.

    Words between quotation marks stand together there, in this order. The database of the nodes
    has the index.
    """
    index = index_of(nodes.db)
    text = index.text([*_phrases(search)]) if index else ""
    if index is None or not text:
        return nodes.none()
    # Nothing that is typed is a part of the statement.
    condition = RawSQL(index.condition, (text,), output_field=BooleanField())  # noqa: S611
    return nodes.filter(condition)


def bodies_seen(account: Account, structure: Structure, nodes: ContentEntityType) -> Q:
    """Return the condition for the nodes whose bodies an account may see, if it sees the nodes."""
    condition = Q(pk__in=())
    for bundle in structure.bundles_of(nodes).values():
        if BODY in bundle.fields:
            seen = nodes.access.fields_visible_to(account, bundle.fields[BODY], bundle)
            condition |= Q(pk__in=()) if seen is None else Q(type=bundle.id) & seen
    return condition


def _phrases(search: str) -> Iterator[str]:
    """Yield the words of a search, and what stands between quotation marks, as Django reads it."""
    for part in smart_split(search):
        is_quoted = part[0] in "\"'" and part[0] == part[-1]
        phrase = unescape_string_literal(part) if is_quoted else part
        # These are what all databases would take for something else.
        yield re.sub(r'["\x00-\x1f]', " ", phrase)
