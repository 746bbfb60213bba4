"""``manage.py demo``: prepare everything and serve it, or check that it works."""

from __future__ import annotations

import base64
import http.client
import json
import os
import threading
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, OperationalError
from django.urls import reverse

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.conf import HTTP_METHODS, METHODS, Settings, app_settings
from drupal_jwt_auth.management.commands import import_drupal_site
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transfer.exceptions import SiteConflictError
from example_project import content
from example_project.server import HOST, make_server
from example_project.storage import SiteStorage, name_of_site
from example_project.variants import FILE, read_variant

MAX_PORT = 65535
TOKEN_PATH = "/rest_api/id_token"
NODE_PATH = "/node?_format=json"
TIMEOUT = 30
SHOWN = 300
TITLE = "Drupal Rest API Authentication"
PAGE = f"""{{
  "type": [{{"target_id": "page"}}],
  "title": [{{"value": "{TITLE}"}}],
  "body": [{{"value": "Page created using the JWT Authentication."}}]
}}"""

INTRODUCTION = """The site is at {base}
Content in the admin: {base}{content} (log in as admin)

Users and passwords:
{users}

{steps}

Stop with Ctrl-C.
"""

SITE_INTRODUCTION = """The site is at {base}
Its users log in with the passwords that they have on the site. To set another one for a user:

  python3 manage.py changepassword {name}
{same_database}
Stop with Ctrl-C.
"""

SAME_DATABASE = "\nGive that the same DATABASE_URL.\n"

OWN_DATABASE = (
    "The database has something of its own, as the demo's users. Give the site another one: "
    "DATABASE_URL=sqlite:///site.sqlite3 python3 manage.py demo --site {site}"
)

TOKEN_STEPS = """1. Get a token, here for admin. In another terminal:

{token_command}

2. Create a page with it. This token is one for admin, good for an hour:

{node_command}"""

BASIC_STEP = """Create a page with name and password alone:

{node_command}"""

API_KEY_STEP = "Make an API key on the page of a user in the admin, which shows how to send it."


LOGIN_PATH, SESSION_TOKEN_PATH = "/user/login?_format=json", "/session/token"
COOKIES = "cookies.txt"
COOKIE_STEPS = """Log in for a session, whose cookie is kept in the file {cookies}:

{login_command}

Create a page with it:

{node_command}"""


class CheckError(Exception):
    """An answer of the demo is not as documented."""


class VariantImport(import_drupal_site.Command):
    """Import a site in a variant."""

    def __init__(self, variant: str) -> None:
        super().__init__()
        self.variant = variant

    def read(self, path: Path) -> dict[str, Any]:
        """Return the description in a file, in the variant; raise SiteDescriptionError."""
        return read_variant(path, self.variant)


class Command(BaseCommand):
    """Try the app: a site with two content types and three users, served on this machine only."""

    help = "Prepares a demo site and serves it on 127.0.0.1, or checks that it works."
    # They use the database, and what is wrong with that is better said here.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a port, and whether to check only."""
        parser.add_argument(
            "--port", type=port, default=8000, help="The port, 8000 by default; 0 is any free one."
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Get a token and create a page over HTTP, print both exchanges, and stop.",
        )
        parser.add_argument(
            "--site",
            type=Path,
            metavar="FILE",
            help="Serve the site that this file describes (see import_drupal_site).",
        )
        parser.add_argument(
            "--variant",
            metavar="NAME",
            help=f"Serve --site with what {FILE} beside the file changes under this name.",
        )
        parser.add_argument(
            "--renumber-users",
            action="store_true",
            help="Let --site keep the users of the demo whose numbers it has, too.",
        )
        parser.add_argument(
            "--methods",
            type=methods,
            default=methods("jwt"),
            metavar="jwt,basic",
            help=f"The methods that the API accepts, out of {', '.join(METHODS)}; jwt by default.",
        )
        public = parser.add_mutually_exclusive_group()
        public.add_argument(
            "--public-reads", action="store_true", help="Let GET requests in without a token."
        )
        public.add_argument(
            "--public",
            action="store_true",
            help="Let all requests in without a token: the permissions of roles alone decide.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, serve, and check if asked to."""
        if options["check"] and options["site"]:
            raise CommandError("--check tries the demo's own site; leave --site out.")
        if options["check"] and "jwt" not in options["methods"]:
            raise CommandError("--check tries a token; name jwt among --methods.")
        if options["variant"] and not options["site"]:
            raise CommandError("--variant is one of a site; give its file as --site.")
        chosen = {"AUTHENTICATION_METHODS": options["methods"]}
        if options["public_reads"]:
            chosen["PUBLIC_METHODS"] = ["GET"]
        if options["public"]:
            chosen["PUBLIC_METHODS"] = list(HTTP_METHODS)
        settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, **chosen}
        server = self.listen(options["port"])
        try:
            self.prepare()
            SiteStorage.site = name_of_site()
            if options["site"]:
                self.load(
                    options["site"], options["variant"], renumber_users=options["renumber_users"]
                )
            else:
                content.prepare()
            # An unknown URL is to get the app's answer, not Django's page for developers.
            settings.DEBUG = False
            base = f"http://{HOST}:{server.server_port}"
            if options["check"]:
                self.check_site(server, base)
            elif options["site"]:
                self.introduce_site(base)
                server.serve_forever()
            else:
                self.introduce(base)
                server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
        finally:
            SiteStorage.site = ""
            server.server_close()

    def listen(self, number: int) -> ThreadedWSGIServer:
        """Return a server that has the port, before anything else is done."""
        try:
            return make_server(number)
        except OSError as error:
            raise CommandError(
                f"Port {number} of {HOST} cannot be used ({error.strerror}). "
                f"Choose another, as in: python3 manage.py demo --port {number + 1}"
            ) from error

    def prepare(self) -> None:
        """Make the tables."""
        self.stdout.write("Preparing the site ...\n")
        self.stdout.flush()
        try:
            self.check(databases=[DEFAULT_DB_ALIAS])
            call_command("migrate", verbosity=0)
        except (NotSupportedError, OperationalError) as error:
            raise CommandError(f"The database cannot be used: {error}") from error

    def load(self, site: Path, variant: str | None, *, renumber_users: bool) -> None:
        """Import a site; say what to do where the database has something in its way."""
        command = import_drupal_site.Command() if variant is None else VariantImport(variant)
        try:
            call_command(command, site, renumber_users=renumber_users, stdout=self.stdout)
        except CommandError as error:
            if not isinstance(error.__cause__, SiteConflictError):
                raise
            raise CommandError(f"{error}\n{OWN_DATABASE.format(site=site)}") from error

    def introduce_site(self, base: str) -> None:
        """Print where the imported site is, and how to log in there."""
        administrators = User.objects.filter(is_superuser=True).order_by("pk")
        self.stdout.write(
            SITE_INTRODUCTION.format(
                base=base,
                name=getattr(administrators.first(), "username", "NAME"),
                same_database=SAME_DATABASE if "DATABASE_URL" in os.environ else "",
            )
        )
        self.stdout.flush()

    def introduce(self, base: str) -> None:
        """Print what there is to try."""
        steps = self.steps(base)
        self.stdout.write(
            INTRODUCTION.format(
                base=base,
                content=reverse("admin:drupal_jwt_auth_node_changelist"),
                users="\n".join(f"  {name:8}{content.password_of(name)}" for name in content.USERS),
                steps="\n\n".join(steps[name] for name in app_settings.AUTHENTICATION_METHODS),
            )
        )
        self.stdout.flush()

    def steps(self, base: str) -> dict[str, str]:
        """Return what to try of each method."""
        token = issue(User.objects.get(username="admin")).text

        def node_command(authorization: str) -> str:
            return curl(f"{base}{NODE_PATH}", headers(authorization), PAGE)

        return {
            "jwt": TOKEN_STEPS.format(
                token_command=curl(f"{base}{TOKEN_PATH}", headers(basic("admin"))),
                node_command=node_command(f"Bearer {token}"),
            ),
            "basic": BASIC_STEP.format(node_command=node_command(basic("admin"))),
            "api_key": API_KEY_STEP,
            "cookie": COOKIE_STEPS.format(
                cookies=COOKIES,
                login_command=curl(
                    f"{base}{LOGIN_PATH}",
                    {"Content-Type": "application/json"},
                    json.dumps({"name": "admin", "pass": content.password_of("admin")}),
                    options=f"--cookie-jar {COOKIES}",
                ),
                node_command=curl(
                    f"{base}{NODE_PATH}",
                    {"Content-Type": "application/json"},
                    PAGE,
                    options=f'--cookie {COOKIES} --header "X-CSRF-Token: '
                    f'$(curl --silent --cookie {COOKIES} {base}{SESSION_TOKEN_PATH})"',
                ),
            ),
        }

    def check_site(self, server: ThreadedWSGIServer, base: str) -> None:
        """Serve while both requests are made; raise CommandError where an answer is wrong."""
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            self.check_exchanges(base)
        except (CheckError, OSError, ValueError, http.client.HTTPException) as error:
            raise CommandError(f"The check failed: {error}") from error
        finally:
            server.shutdown()
            thread.join()

    def check_exchanges(self, base: str) -> None:
        """Get a token and create a page with it; raise CheckError where that goes wrong."""
        answer = self.exchange(base, TOKEN_PATH, basic("admin"), "", expected=200)
        token = found(answer, "jwt_token")
        answer = self.exchange(base, NODE_PATH, f"Bearer {token}", PAGE, expected=201)
        nid = found(answer, "nid", 0, "value")
        node = Node.objects.filter(nid=nid).first()
        if node is None or node.title != TITLE:
            raise CheckError(f"node {nid} is not in the database as it was sent.")
        self.stdout.write(f"Node {nid} is in the database. All is well.")

    def exchange(
        self, base: str, path: str, authorization: str, body: str, *, expected: int
    ) -> Any:
        """Send a POST, print both sides of it, and return the JSON that came back."""
        sent = headers(authorization)
        connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=TIMEOUT)
        connection.request("POST", path, body, sent)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        connection.close()
        is_json = response.headers.get_content_type() == "application/json"
        self.print_message(f"POST {path}", sent.items(), body)
        self.print_message(
            f"{response.status} {response.reason}",
            response.getheaders(),
            text if is_json else shortened(text),
        )
        if response.status != expected:
            raise CheckError(f"POST {path} answered {response.status}, not {expected}.")
        if not is_json:
            raise CheckError(f"POST {path} answered {response.headers['Content-Type']}, not JSON.")
        return json.loads(text)

    def print_message(self, first: str, fields: Any, body: str) -> None:
        """Print a request or an answer as it is on the wire."""
        lines = [first, *(f"{name}: {value}" for name, value in fields), "", body, ""]
        self.stdout.write("\n".join(lines))


def port(text: str) -> int:
    """Return the number of a port."""
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise ArgumentTypeError(f"{text} is no port; give a number from 0 to {MAX_PORT}.")
    return int(text)


def methods(text: str) -> list[str]:
    """Return the names of methods, which commas part."""
    names = text.split(",")
    if not Settings.AUTHENTICATION_METHODS.accepts(names):
        expected = Settings.AUTHENTICATION_METHODS.expected
        raise ArgumentTypeError(f"{text} is not {expected}, with commas between them.")
    return names


def basic(username: str) -> str:
    """Return the Authorization header of a user of the demo."""
    credentials = f"{username}:{content.password_of(username)}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def headers(authorization: str) -> dict[str, str]:
    """Return the headers of a request, as documented."""
    return {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": authorization,
    }


def curl(url: str, fields: dict[str, str], body: str = "", options: str = "") -> str:
    """Return a request as a command for a shell, in the documented form."""
    lines = [f"curl --location --request POST '{url}'", *filter(None, [options])]
    lines += [f"--header '{name}: {value}'" for name, value in fields.items()]
    lines += [f"--data-raw '{body}'"] if body else []
    return " \\\n".join(lines)


def found(document: Any, *path: str | int) -> Any:
    """Return what is at a path in a document; raise CheckError where nothing is."""
    value = document
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            where = ".".join(map(str, path))
            raise CheckError(f"there is no {where} in {shortened(json.dumps(document))}") from None
    return value


def shortened(text: str) -> str:
    """Return the beginning of a text that nobody wants to read whole."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
