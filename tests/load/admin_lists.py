"""How long the lists of the admin take, with few rows and with many.

Makes so many nodes, with bodies of some kilobytes, comments, files, users and entries of the
content log, asks for pages of the lists, filtered and searched, and prints the shortest time of
each at each size as a table, with how many times longer the last takes than the first. What is
found fills a page at each size or, where it is less, is among the first thousand rows. The indexes
of bodies and of names are there, and on MariaDB that of users which docs/admin.md names.
``DATABASE_URL`` says on which database.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import django

AUTHORS = 800
AUTHOR = 7
MARSHES = range(0, 100, 10)
WORDS = ("river", "stone", "winter", "market", "garden", "letter", "bridge", "mirror", "copper")
BODY = "<p>" + "What somebody has written about it, at some length. " * 60 + "</p>"
START = datetime(2020, 1, 1, tzinfo=timezone.utc)
BATCH = 2000
DOCUMENT = Path(__file__).parents[2] / "docs/admin.md"

Pages = dict[str, str]

PAGES: Pages = {
    "Content": "node/",
    "Content, as an editor": "node/",
    "Content, page 9": "node/?p=9",
    "Content, the last page": "node/?p={last}",
    "Content of a type": "node/?type__type__exact=article",
    "Content that is not published": "node/?status__exact=0",
    "Content in a language": "node/?langcode=de",
    "Content in a language that none is in": "node/?langcode=zxx",
    "Content of an author": "node/?author={author}",
    "Content of a type and an author, unpublished": (
        "node/?type__type__exact=article&author={author}&status__exact=0"
    ),
    "Content, a word in each ninth title": "node/?q=winter",
    "Content, the whole of one title": "node/?q=%22number+cjj+of%22",
    "Content, what nothing is called": "node/?q=nowhere",
    "Content, what nothing is called, as an editor": "node/?q=nowhere",
    "Content, a word in each tenth body": "node/?q=heron",
    "Content, two words in few bodies": "node/?q=heron+marsh",
    "Content, two words in few bodies, as an editor": "node/?q=heron+marsh",
    "Content of a type, a word in each tenth body": "node/?q=heron&type__type__exact=article",
    "Content, an ID": "node/?q=299",
    "Content, an alias": "node/?q=/number/299",
    "Comments": "comment/",
    "Comments to be approved": "comment/?status__exact=0",
    "Comments, what none is called": "comment/?q=nowhere",
    "Files": "file/",
    "Files that are temporary": "file/?status__exact=0",
    "Files, what none is called": "file/?q=nowhere",
    "Content log": "contententry/",
    "Content log, the last page": "contententry/?p={last}",
    "Content log, what was deleted": "contententry/?action=deleted",
    "Content log, what was done to files": "contententry/?entity_type=file",
    "Content log, of somebody": "contententry/?q={name}",
    "Content log, of nobody who is there": "contententry/?q=nobody",
    "Users": "/admin/auth/user/",
    "Users, the last page": "/admin/auth/user/?p={last}",
    "Users who are blocked": "/admin/auth/user/?is_active__exact=0",
    "Users with a role": "/admin/auth/user/?role=writer",
    "Users with a permission": "/admin/auth/user/?permission=administer+nodes",
    "Users with a permission and blocked": (
        "/admin/auth/user/?permission=administer+nodes&is_active__exact=0"
    ),
    "Users, a word in each ninth name": "/admin/auth/user/?q=winter",
    "Users, what nobody is called": "/admin/auth/user/?q=nowhere",
    "Suggestions, a word in each ninth title": "suggestions/node/?q=winter",
    "Suggestions, what nothing is called": "suggestions/node/?q=nowhere",
    "Suggestions, what nobody is called": "suggestions/user/?q=nowhere",
}


def main() -> None:
    """Make the rows, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    with tempfile.TemporaryDirectory() as directory:
        if connection.vendor == "sqlite":
            name = str(Path(directory) / "lists.sqlite3")
            settings.DATABASES["default"]["TEST"]["NAME"] = name
        setup_test_environment()
        made = setup_databases(verbosity=0, interactive=False)
        try:
            times = []
            there = 0
            for size in options.sizes:
                fill(there, size)
                there = size
                times.append(dict(measured(size, options.rounds)))
        finally:
            connection.close()
            teardown_databases(made, verbosity=0)
            teardown_test_environment()
    table(connection.display_name, options.sizes, times)


def fill(first: int, last: int) -> None:
    """Make the rows with these numbers, and let the database look at them as servers do."""
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.db import connection

    from drupal_jwt_auth.models import (
        Comment,
        CommentType,
        ContentEntry,
        File,
        Node,
        NodeType,
        PathAlias,
    )
    from drupal_jwt_auth.models.path_alias import alias_key
    from tests.content.visitors import add_field, permission

    if first == 0:
        CommentType.objects.create(pk="comment", label="Comment")
        for name in ("page", "article"):
            NodeType.objects.create(type=name, name=name)
            add_field(name, "body", "text_with_summary")
        for command in ("index_bodies", "index_names"):
            call_command(command, verbosity=0)
        if connection.vendor == "mysql":
            [documented] = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
            with connection.cursor() as cursor:
                cursor.execute(documented)
        writer = Group.objects.create(name="writer")
        writer.permissions.add(permission("administer nodes"))
        User.objects.create_superuser("boss")
        editor = User.objects.create_user("editor")
        for name in ("access content overview", "access content", "edit any page content"):
            editor.user_permissions.add(permission(name))
        authors = [User(username=f"author{number}") for number in range(AUTHORS)]
        User.objects.bulk_create(authors)
    found = User.objects.filter(username__startswith="author").order_by("pk")
    keys = list(found.values_list("pk", flat=True))

    for start in range(first, last, BATCH):
        numbers = range(start, min(start + BATCH, last))
        Node.objects.bulk_create(
            Node(
                nid=number + 1,
                type_id="article" if number % 3 else "page",
                title=f"{WORDS[number % len(WORDS)]} number {letters(number)} of the site",
                uid_id=keys[author_of(number)],
                status=bool(number % 10),
                langcode="de" if number % 5 == 0 else "en",
                created=START + timedelta(minutes=number),
                changed=START + timedelta(minutes=number * 7919 % 10**7),
                fields={"body": [{"value": body(number), "format": "plain_text"}]},
            )
            for number in numbers
        )
        PathAlias.objects.bulk_create(
            PathAlias(
                path=f"/node/{number + 1}",
                alias=f"/number/{number}",
                key=alias_key(f"/number/{number}"),
                langcode="en",
            )
            for number in numbers
        )
        Comment.objects.bulk_create(
            Comment(
                comment_type_id="comment",
                entity_id=str(number + 1),
                subject=f"About {WORDS[number % len(WORDS)]}",
                uid_id=keys[number * 7 % AUTHORS],
                thread="01/",
                status=bool(number % 10),
                created=START + timedelta(minutes=number),
                fields={"comment_body": [{"value": BODY[:500], "format": "plain_text"}]},
            )
            for number in numbers
        )
        File.objects.bulk_create(
            File(
                filename=f"{WORDS[number % len(WORDS)]}-{number}.jpg",
                uri=f"{number}.jpg",
                filemime="image/jpeg",
                filesize=number,
                status=bool(number % 10),
                uid_id=keys[number % AUTHORS],
                changed=START + timedelta(minutes=number),
            )
            for number in numbers
        )
        ContentEntry.objects.bulk_create(
            ContentEntry(
                action="deleted" if is_one_of_few(number) else "updated",
                entity_type="file" if number % 10 == 0 else "node",
                bundle="page",
                entity_id=str(number + 1),
                username=f"author{author_of(number)}",
                way="rest",
            )
            for number in numbers
        )
        made = User.objects.bulk_create(
            User(username=f"{WORDS[number % len(WORDS)]}{number}", is_active=bool(number % 10))
            for number in numbers
        )
        group = Group.objects.get(name="writer").pk
        User.groups.through.objects.bulk_create(
            User.groups.through(user_id=user.pk, group_id=group) for user in made[::5]
        )
    vacuum = {"postgresql": ["VACUUM ANALYZE"], "sqlite": ["ANALYZE"]}
    mine = [
        f"ANALYZE TABLE {model._meta.db_table}"
        for model in (Node, Comment, File, User, ContentEntry)
    ]
    with connection.cursor() as cursor:
        for statement in vacuum.get(connection.vendor, mine):
            cursor.execute(statement)


def is_one_of_few(number: int) -> bool:
    """Tell whether a row is one of some more than a page has, all among the first thousand."""
    return number < 1000 and number % 8 == 7


def author_of(number: int) -> int:
    """Return who has made a row: the seventh author has made few, and none since."""
    author = number % AUTHORS
    return AUTHOR if is_one_of_few(number) else author + (author == AUTHOR)


def body(number: int) -> str:
    """Return the body of a node: each tenth has one word more, and ten have these two."""
    return BODY + "<p>A heron</p>" * (number % 10 == 0) + "<p>in a marsh</p>" * (number in MARSHES)


def letters(number: int) -> str:
    """Return a number in letters, so that it is found as a word alone, and not as an ID."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def measured(size: int, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield the shortest time of each page, in milliseconds: others share the machine."""
    from django.contrib.auth.models import User
    from django.test import Client

    from tests.admin.browser import ADMIN

    name_of_author = f"author{AUTHOR}"
    author = f"{name_of_author}+({User.objects.get(username=name_of_author).pk})"
    for name, path in PAGES.items():
        client = Client()
        who = "editor" if name.endswith("as an editor") else "boss"
        client.force_login(User.objects.get(username=who))
        url = (path if path.startswith("/") else ADMIN + path).format(
            last=size // 100, author=author, name=name_of_author
        )
        taken = []
        for _ in range(rounds + 1):
            start = time.perf_counter()
            answer: Any = client.get(url)
            taken.append(time.perf_counter() - start)
            assert answer.status_code == 200, (url, answer.status_code, answer.headers)
        # The first one has compiled the templates.
        yield name, min(taken[1:]) * 1000


def table(database: str, sizes: Sequence[int], times: Sequence[dict[str, float]]) -> None:
    """Print the times as a table, in the way of the documentation."""
    print(f"| {database} | {' | '.join(f'{size:,}' for size in sizes)} | |")
    print(f"|---|{'---|' * len(sizes)}---|")
    for name in PAGES:
        own = [each[name] for each in times]
        cells = " | ".join(f"{taken:.0f} ms" for taken in own)
        print(f"| {name} | {cells} | {own[-1] / own[0]:.1f} |")


if __name__ == "__main__":
    main()
