"""``manage.py create_jwt_key FILE``: make a key, and say how to use it."""

from __future__ import annotations

import base64
import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from drupal_jwt_auth.auth.tokens.jwks import MAX_AGE
from drupal_jwt_auth.auth.tokens.key_entries import DEFAULT_ALGORITHM
from drupal_jwt_auth.auth.tokens.key_errors import UnsupportedAlgorithmError
from drupal_jwt_auth.auth.tokens.key_generation import KeySizeError, generate_key
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, derived_key
from drupal_jwt_auth.conf import SETTING_NAME

MODE = 0o600

NEW_KEY = """A new key for {algorithm} is in {path},
which nobody but you can read.

As the only key of a new site:

{setting} = {{
    "KEYS": [
        {entry},
    ],
}}

In the place of a key that is in use, without a failed request:

1. Add the entry to KEYS, after the others, and restart one process after the other.
   Now all of them accept what it will sign. If other services read /rest_api/jwks,
   wait {minutes} minutes: so long they may keep what they got.
2. Put the entry first, so that it signs, and restart them again.
3. When the tokens of the old key have expired (TOKEN_LIFETIME after step 2), remove the
   old entry, and restart them again.

Every machine that runs the site needs the file, readable for the user that the site
runs as. Keep it out of the repository.
"""

DERIVED_KEY = """The key made of SECRET_KEY is in {path},
which nobody but you can read.

To go from it to a key of your own without a failed request, make that one first
(create_jwt_key with another file), and then:

1. List both, this one first, and restart one process after the other:

{setting} = {{
    "KEYS": [
        {entry},
        # ... the new key
    ],
}}

2. Put the new key first, so that it signs, and restart them again.
3. When the tokens of this key have expired (TOKEN_LIFETIME after step 2), remove its
   entry, restart them again, and delete the file.
"""


class Command(BaseCommand):
    """Write a key into a new file, and print the settings to paste."""

    help = (
        "Makes a key that signs tokens, in a new file that only its owner can read, and prints the "
        "settings to paste. A file that exists is never overwritten."
    )
    # The settings may name the file that is to be made.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the kind of key."""
        parser.add_argument("file", type=Path, help="The file to make; its directory must exist.")
        parser.add_argument(
            "--algorithm",
            choices=ALGORITHMS,
            help=f"What the key is for, {DEFAULT_ALGORITHM} by default.",
        )
        parser.add_argument(
            "--size", type=int, help="Bits of a secret (512 by default) or an RSA key (3072)."
        )
        parser.add_argument("--kid", help="The key's name, by default that of the file.")
        parser.add_argument(
            "--from-secret-key",
            action="store_true",
            help="Make no new key, but save the one made of SECRET_KEY, which signs without KEYS.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key and tell what to do with it."""
        path = Path(os.path.abspath(options["file"]))
        derive = options["from_secret_key"]
        entry, content = self.derive(options) if derive else self.generate(path, options)
        write_new_file(path, content)
        if options["verbosity"] > 0:
            entry["file"] = str(path)
            self.explain(path, entry, DERIVED_KEY if derive else NEW_KEY)

    def generate(self, path: Path, options: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """Return the entry of a new key, without its file, and the key."""
        algorithm = options["algorithm"] or DEFAULT_ALGORITHM
        kid = path.stem if options["kid"] is None else options["kid"]
        if not kid or not kid.isprintable():
            raise CommandError(f"{kid!r} is no name for a key; give one with --kid, as 2026-11.")
        try:
            content = generate_key(algorithm, options["size"])
        except (KeySizeError, UnsupportedAlgorithmError) as error:
            raise CommandError(str(error)) from error
        return {"kid": kid, "algorithm": algorithm}, content

    def derive(self, options: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """Return the entry of the key made of ``SECRET_KEY``, without its file, and the key."""
        for name in ("algorithm", "size", "kid"):
            if options[name] is not None:
                raise CommandError(f"The key made of SECRET_KEY is what it is: leave --{name} out.")
        try:
            key = derived_key(str(settings.SECRET_KEY))
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        entry = {"kid": key.kid, "algorithm": key.algorithm, "encoding": "base64"}
        return entry, base64.b64encode(key.signing)

    def explain(self, path: Path, entry: dict[str, str], text: str) -> None:
        """Print the settings to paste and how to rotate."""
        values = {
            "algorithm": entry["algorithm"],
            "path": path,
            "setting": SETTING_NAME,
            # A dict of texts looks the same in JSON and in Python.
            "entry": json.dumps(entry, ensure_ascii=False),
            "minutes": MAX_AGE // 60,
        }
        self.stdout.write(text.format(**values), ending="")


def write_new_file(path: Path, content: bytes) -> None:
    """Write a file that did not exist, as a whole or not at all, for its owner alone.

    There is no moment at which somebody else can read it.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    except FileExistsError as error:
        raise CommandError(
            f"{path} exists already, and a key is never overwritten. Choose another name."
        ) from error
    except FileNotFoundError as error:
        raise CommandError(f"The directory {path.parent} does not exist. Make it first.") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be written: {reason_of(error)}.") from error
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
    except BaseException as error:
        path.unlink()
        if isinstance(error, OSError):
            raise CommandError(f"{path} cannot be written: {reason_of(error)}.") from error
        raise


def reason_of(error: Exception) -> str:
    """Return what the system says is wrong."""
    return getattr(error, "strerror", None) or str(error)
