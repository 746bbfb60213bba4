"""Lists of few nodes and of many: what does a page take, and how does the database find it?

In one process, without a network. For each list, and each who asks for it, the milliseconds of the
fastest of some answers are printed at each number of nodes, and of these those for the keys of the
page; how much more the last takes than the first; and how PostgreSQL finds the keys then.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import django

ROUNDS = 15
BATCH = 5000
TAGS = 20
AUTHORS = 10
HOUR = 3600

INCLUDES = "include=uid,field_tags"
LISTS = {
    "the first page": INCLUDES,
    "published, newest": f"filter[status]=1&sort=-created&{INCLUDES}",
    "published, oldest": f"filter[status]=1&sort=created&{INCLUDES}",
    "published, changed last": f"filter[status]=1&sort=-changed&{INCLUDES}",
    "created since": f"filter[created][operator]=>=&filter[created][value]={{late}}&{INCLUDES}",
    "by a user": f"filter[uid.meta.drupal_internal__target_id]={{author}}&sort=-created&{INCLUDES}",
    "by the id": f"filter[id]={{uuid}}&{INCLUDES}",
    "by the title": f"filter[title]=node%20{{some}}&{INCLUDES}",
    "published, as they come": f"filter[status]=1&{INCLUDES}",
    "in the order of titles": f"filter[status]=1&sort=title&{INCLUDES}",
    "by a configurable field": f"filter[field_code]=code-{{some}}&{INCLUDES}",
    "with a tag": f"filter[field_tags.id]={{tag}}&sort=-created&{INCLUDES}",
    "the last but one page": f"filter[status]=1&sort=-created&page[offset]={{far}}&{INCLUDES}",
}
STEP = re.compile(r"[ >-]*([A-Z][A-Za-z ]+?)(?: using (\w+))?(?: on \w+)?(?: \w+)?  \(")
"""A line of a plan: what is done, and by which index."""

INDEXES = """
CREATE INDEX node_title_order ON drupal_jwt_auth_node (type, (title COLLATE "C"));
CREATE INDEX node_title ON drupal_jwt_auth_node (type, (LOWER(title) COLLATE "C"));
CREATE INDEX node_code ON drupal_jwt_auth_node
    (type, (LOWER(fields #>> '{field_code,0,value}') COLLATE "C"));
"""
"""What a project may add on PostgreSQL, as docs/jsonapi.md says."""


class Site:
    """A site whose nodes become more: one in twenty is a draft."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User

        from tests.content.visitors import add_field, make_term, make_type, make_user
        from tests.jsonapi.clients import Client

        make_type("article")
        add_field("article", "field_code", "string")
        add_field("article", "body", "text_with_summary")
        tags = {"target_type": "taxonomy_term"}
        add_field("article", "field_tags", "entity_reference", cardinality=-1, settings=tags)
        self.tags = [make_term(f"tag {number}") for number in range(TAGS)]
        self.authors = [User.objects.create(username=f"author{n}") for n in range(AUTHORS)]
        sees_own = make_user("sees-own", "view own unpublished content")
        self.clients = {
            "nobody": Client(),
            "who sees own drafts": Client(sees_own),
            "the administrator": Client(make_user("admin", is_superuser=True)),
        }
        self.count = 0

    def grow(self, count: int) -> None:
        """Have so many nodes."""
        from django.db import connection

        for start in range(self.count, count, BATCH):
            self.add(range(start, min(start + BATCH, count)))
        self.count = count
        with connection.cursor() as cursor:
            analyze = {"mysql": "ANALYZE TABLE drupal_jwt_auth_node, drupal_jwt_auth_revision"}
            cursor.execute(analyze.get(connection.vendor, "ANALYZE"))

    def add(self, numbers: range) -> None:
        """Make some nodes, one an hour, with their revisions."""
        from drupal_jwt_auth.models import Node, Revision

        made = Node.objects.bulk_create([self.node(number) for number in numbers])
        Revision.objects.bulk_create(Revision(node=each, current_for=each) for each in made)

    def node(self, number: int) -> Any:
        """Return a node that is not saved yet."""
        from drupal_jwt_auth.fields.timestamps import from_unix
        from drupal_jwt_auth.models import Node

        created = from_unix(1_000_000_000) + timedelta(hours=number)
        tags = [{"target_id": self.tags[(number + each) % TAGS].pk} for each in range(2)]
        body = {"value": "Some text. " * 100, "format": "plain_text", "summary": None}
        return Node(
            type_id="article",
            title=f"node {number}",
            uid=self.authors[number % AUTHORS],
            status=number % 20 != 0,
            created=created,
            changed=created,
            fields={
                "field_code": [{"value": f"code-{number}"}],
                "field_tags": tags,
                "body": [body],
            },
        )

    def values(self) -> Mapping[str, Any]:
        """Return what lists are asked for at the present number of nodes."""
        from drupal_jwt_auth.models import Node

        some = self.count // 2 + 1
        return {
            "late": 1_000_000_000 + (self.count - 100) * HOUR,
            "author": self.authors[some % AUTHORS].pk,
            "uuid": Node.objects.values_list("uuid", flat=True).get(title=f"node {some}"),
            "some": some,
            "tag": self.tags[1].uuid,
            "far": self.count * 19 // 20 - 100,
        }


class Measured(NamedTuple):
    """A list, who asks for it, the milliseconds for an answer and for the keys, and their plan."""

    name: str
    who: str
    answer: float
    keys: float
    plan: str


def measured(site: Site) -> Iterator[Measured]:
    """Yield what each list takes whom."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    values = site.values()
    for name, query in LISTS.items():
        for who, client in site.clients.items():
            path = f"/jsonapi/node/article?{query.format(**values)}"
            with CaptureQueriesContext(connection) as captured:
                client.ask(path)
            asked = [each["sql"] for each in captured if re.search(r"LIMIT 5[01]\b", each["sql"])]
            yield Measured(
                *(name, who, fastest(partial(client.ask, path))),
                sum(fastest(partial(run, sql)) for sql in asked),
                "; ".join(map(plan, asked)),
            )


def fastest(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes, if nothing else is in its way."""
    times = []
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def run(sql: str) -> list[Any]:
    """Return the rows of a query."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), ())
        found: list[Any] = cursor.fetchall()
        return found


def plan(sql: str) -> str:
    """Return what PostgreSQL does for a query, from the inside outwards."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return ""
    lines = [line for (line,) in run(f"EXPLAIN {sql}")]
    steps = [STEP.match(line) for line in lines]
    return " < ".join(f"{step[1]} ({step[2]})" if step[2] else step[1] for step in steps if step)


def main() -> None:
    """Make a database, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument(
        "--with-indexes", action="store_true", help="those that a project may add on PostgreSQL"
    )
    chosen = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    from drupal_jwt_auth.conf import HTTP_METHODS

    setup_test_environment()
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS}
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        if chosen.with_indexes:
            with connection.cursor() as cursor:
                cursor.execute(INDEXES)
        site, found = Site(), []
        for count in chosen.nodes:
            begin = time.perf_counter()
            site.grow(count)
            print(f"{count} nodes made in {time.perf_counter() - begin:.1f} s", flush=True)
            found.append(list(measured(site)))
        heads = " | ".join(f"{count:,}, keys" for count in chosen.nodes)
        print(f"| List | Asked by | {heads} | Ratio | Plan |")
        print(f"|{'---|' * (len(chosen.nodes) + 4)}")
        for each in zip(*found, strict=True):
            shown = " | ".join(f"{one.answer:.1f}, {one.keys:.1f}" for one in each)
            first, last = each[0], each[-1]
            ratio = f"{last.answer / first.answer:.2f}"
            print(f"| {last.name} | {last.who} | {shown} | {ratio} | {last.plan} |")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
