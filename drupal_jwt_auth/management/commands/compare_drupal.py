"""``manage.py compare_drupal --old https://... --new http://...``: ask both sites the same."""

from __future__ import annotations

import json
import os
import random
from argparse import ArgumentParser
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.db import router

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.transfer.comparison import ComparedSite, SiteUnreachableError, differences

SHOWN = 200
"""How many characters of a value are shown."""

OLD, NEW = "OLD_AUTHORIZATION", "NEW_AUTHORIZATION"
"""The variables of the environment with the header of whoever asks: no list of processes has it."""


class Command(BaseCommand):
    """Ask a running Drupal and this project for the same, and print what differs."""

    help = (
        "Asks the old site and the new one for the same entities, and prints what differs in "
        f"their answers. {OLD} and {NEW} in the environment are sent to them as Authorization."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where the sites are, and how much is asked for."""
        parser.add_argument("--old", required=True, metavar="URL", help="The Drupal site.")
        parser.add_argument("--new", required=True, metavar="URL", help="Where this project runs.")
        parser.add_argument(
            "--sample", type=int, default=500, help="How many entities are asked for; 500."
        )
        parser.add_argument(
            "--seed", type=int, default=0, help="Another number draws other ones; 0."
        )
        parser.add_argument(
            "--type",
            action="append",
            metavar="ID",
            help="Their entity type, such as taxonomy_term; may be given again. Nodes by default.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print; raise CommandError where something differs."""
        try:
            self.compare(options)
        except SiteUnreachableError as error:
            raise CommandError(str(error)) from error

    def compare(self, options: Any) -> None:
        """Do the same; raise SiteUnreachableError where a site gives no answer."""
        base = options["old"].rstrip("/")
        host = urlsplit(base).netloc
        old = ComparedSite(base, host, os.environ.get(OLD))
        new = ComparedSite(options["new"], host, os.environ.get(NEW))
        counts: Counter[str] = Counter()
        asked = differing = 0
        for path in self.paths(options):
            found = list(differences(old.get(path), new.get(path), base=base))
            asked += 1
            differing += bool(found)
            for field, before, after in found:
                counts[field] += 1
                self.stdout.write(
                    f"{path} {field}\n  old: {_shown(before)}\n  new: {_shown(after)}"
                )
        summary = ", ".join(f"{field} in {count}" for field, count in counts.most_common())
        if differing:
            raise CommandError(f"{differing} of {asked} answers differ: {summary}.")
        self.stdout.write(f"All {asked} answers are the same.")

    def paths(self, options: Any) -> list[str]:
        """Return what is asked for: a sample of all, in order."""
        paths: list[str] = []
        for name in options["type"] or ["node"]:
            entity_type = ENTITY_TYPES.get(name)
            if not isinstance(entity_type, ContentEntityType) or not entity_type.canonical:
                raise CommandError(f"Nothing of the type {name} has a path of its own.")
            rows = entity_type.model._default_manager.using(router.db_for_read(entity_type.model))
            keys = rows.order_by("pk").values_list("pk", flat=True)
            start = entity_type.canonical.partition("{")[0]
            paths += [f"{start}{key}?_format=json" for key in keys.iterator()]
        if options["sample"] < 1 or not paths:
            raise CommandError("There is nothing to ask for.")
        # S311: nobody has anything of guessing it.
        chosen = random.Random(options["seed"])  # noqa: S311
        picked = set(chosen.sample(range(len(paths)), min(options["sample"], len(paths))))
        return [path for index, path in enumerate(paths) if index in picked]


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
