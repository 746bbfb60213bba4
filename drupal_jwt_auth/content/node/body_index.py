"""The words of bodies in a full-text index of the database, for sites that have made one.

It has the text of a node's field ``body``, of the first item, as it was written: each database
tells words apart in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connections
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.search.index import SearchIndex, full_text_index, search_terms
from drupal_jwt_auth.models import Node

BODY = "body"
"""The field, under the name that it has on all sites of Drupal's."""


@dataclass(frozen=True)
class BodyIndex:
    """The index of a kind of database, and how it is asked.

    ``condition`` takes what is looked for: a text of phrases, with ``sign`` before each.
    ``shortest`` is how long the words are that are known.
    """

    index: SearchIndex
    condition: str
    sign: str = ""
    shortest: int = 1

    def text(self, phrases: Iterable[str]) -> str:
        """Return what is looked for: all phrases, each in quotation marks; "" for nothing."""
        known = (phrase for phrase in phrases if self.knows(phrase))
        return " ".join(f'{self.sign}"{phrase}"' for phrase in known)

    def knows(self, phrase: str) -> bool:
        """Tell whether a word of a phrase may be in the index."""
        return any(len(word) >= self.shortest for word in re.findall(r"\w+", phrase))


_POSTGRESQL = BodyIndex(
    SearchIndex(
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
    ),
    condition="""
        to_tsvector('simple', left(drupal_jwt_auth_node.fields #>> '{body,0,value}', 100000))
        @@ websearch_to_tsquery('simple', %s)
        """,
)

_MYSQL = BodyIndex(
    SearchIndex(
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
    ),
    condition="MATCH (drupal_jwt_auth_node.drupal_body) AGAINST (%s IN BOOLEAN MODE)",
    sign="+",
    shortest=3,
)

_SQLITE = BodyIndex(
    full_text_index(
        "drupal_jwt_auth_node_bodies",
        *("drupal_jwt_auth_node", "nid", "fields"),
        text="json_extract({row}.{column}, '$.body[0].value')",
    ),
    condition="""
        drupal_jwt_auth_node.nid IN (
            SELECT rowid FROM drupal_jwt_auth_node_bodies
            WHERE drupal_jwt_auth_node_bodies MATCH %s
        )
        """,
)

INDEXES = {"postgresql": _POSTGRESQL, "mysql": _MYSQL, "sqlite": _SQLITE}
"""The indexes by Django's names of the databases; others have none."""


def body_index(using: str) -> BodyIndex | None:
    """Return the index that a database can have, None where it can have none."""
    return INDEXES.get(connections[using].vendor)


def are_indexed(using: str) -> bool:
    """Tell whether a database has an index of bodies, and keeps it up to date."""
    known = body_index(using)
    return known is not None and known.index.is_made(using)


def in_bodies(nodes: QuerySet[Node], search: str) -> QuerySet[Node]:
    """Return those of some nodes that have all words of a search in their bodies.

    Words between quotation marks stand together there, in this order. The database of the nodes
    has the index.
    """
    known = body_index(nodes.db)
    text = known.text(_phrases(search)) if known else ""
    if known is None or not text:
        return nodes.none()
    # Nothing that is typed is a part of the statement.
    condition = RawSQL(known.condition, (text,), output_field=BooleanField())  # noqa: S611
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
    """Yield the terms of a search without what all databases would take for something else."""
    for term in search_terms(search):
        yield re.sub(r'["\x00-\x1f]', " ", term)
