"""Move a real Drupal site and ask for each node and alias: the answers are those of Drupal.

``moved_site.py DIRECTORY KIND [SCRATCH]``: the directory has the site's database as KIND
(``sqlite`` or ``mariadb``), its files, what it answers, and its passwords; ``SCRATCH`` is where a
dump is restored to. It is moved to the empty database that DATABASE_URL names.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
DUMPS = {"sqlite": "sqlite.db.gz", "mariadb": "mariadb.sql.gz"}
HOSTS = {"sqlite": "127.0.0.1:8391", "mariadb": "127.0.0.1:8392"}
"""Where the sites were when they were asked."""


def set_up(media: Path) -> None:
    """Have Django work in the example project, open to visitors and with the files here."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_project.settings"
    sys.path.insert(0, str(ROOT))
    import django
    from django.conf import settings

    django.setup()
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.MEDIA_ROOT = media
    settings.MEDIA_URL = "/sites/default/files/"
    logging.disable()
    from drupal_jwt_auth.conf import HTTP_METHODS

    settings.DRUPAL_JWT_AUTH = {
        "AUTHENTICATION_METHODS": ["basic", "jwt"],
        "PUBLIC_METHODS": list(HTTP_METHODS),
    }


def lines(path: Path) -> Iterator[Any]:
    """Yield the documents of a compressed file, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def wrong_nodes(directory: Path, kind: str) -> Iterator[str]:
    """Yield what differs in the answers to nodes."""
    get = asker(kind)
    for expected in lines(directory / f"expected/{kind}.jsonl.gz"):
        status, body = get(f"/node/{expected['nid']}", expected["as"])
        if (status, body) != (expected["status"], expected["body"]):
            fields = [key for key in expected["body"] if body.get(key) != expected["body"][key]]
            yield f"node {expected['nid']} as {expected['as']}: {status}, {', '.join(fields)}"


def wrong_aliases(directory: Path, kind: str) -> Iterator[str]:
    """Yield which aliases lead elsewhere.

    MySQL and MariaDB may hold two emoji equal; here each leads to what it is of. Users and terms,
    which the old site did not serve, are served here.
    """
    get = asker(kind)
    for expected in lines(directory / f"expected/{kind}-aliases.jsonl.gz"):
        _, body = get(quote(expected["alias"]), "admin")
        nid = body.get("nid", [{"value": None}])[0]["value"]
        own = int(expected["path"].rpartition("/")[2]) if expected["resolved_nid"] else None
        if nid not in {expected["resolved_nid"], own}:
            yield f"{expected['alias']}: {nid}"


def wrong_passwords(directory: Path) -> Iterator[str]:
    """Yield who cannot log in, or can and could not."""
    from django.contrib.auth.models import User

    for expected in json.loads((directory / "passwords.json").read_text(encoding="utf-8")):
        user, password = User.objects.get(pk=expected["uid"]), expected["password"]
        knows = password is not None and user.check_password(password)
        if knows is (password is None) or user.is_active is not bool(expected["status"]):
            yield f"user {expected['name']}"


def asker(kind: str) -> Any:
    """Return what asks for a path as the first user or as nobody."""
    from django.contrib.auth.models import User
    from django.test import Client

    from drupal_jwt_auth.tokens import issue

    client = Client(headers={"host": HOSTS[kind]})
    headers = {"admin": {"authorization": f"Bearer {issue(User.objects.get(pk=1)).text}"}}

    def get(path: str, who: str) -> tuple[int, Any]:
        answer = client.get(f"{path}?_format=json", headers=headers.get(who))
        return answer.status_code, json.loads(answer.content)

    return get


def main(directory: Path, kind: str, scratch: str = "sqlite:///scratch") -> int:
    """Move the site twice, and compare all answers."""
    with TemporaryDirectory() as folder:
        files, media = Path(folder) / "files", Path(folder) / "media"
        with tarfile.open(directory / "files.tar.gz") as archive:
            archive.extractall(files, filter="data")
        set_up(media)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for verbosity in (1, 0):
            call_command(
                *("import_drupal", "--database", scratch, "--dump", directory / DUMPS[kind]),
                *("--files", files, "--remove"),
                verbosity=verbosity,
            )
        wrong = [
            *wrong_nodes(directory, kind),
            *wrong_aliases(directory, kind),
            *wrong_passwords(directory),
        ]
    print("\n".join(wrong) or "All answers are those of the old site.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
