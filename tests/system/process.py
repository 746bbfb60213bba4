"""What runs in a process that a test has started: ``prepare`` a database, ``serve`` and others.

``serve`` prints the address once it answers there, finishes what it has begun when it is told to
stop, and logs what goes wrong to the standard error.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command


def prepare() -> None:
    """Make the tables, the demo's content types, roles and users, and the users of the settings."""
    # Models can be imported after setup().
    from django.contrib.auth.models import User  # noqa: PLC0415

    from example_project import content  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    content.prepare()
    User.objects.bulk_create(User(**fields) for fields in getattr(settings, "SYSTEM_USERS", []))


def change_password(username: str, password: str) -> None:
    """Change the password of a user, as Django's admin does."""
    from django.contrib.auth.models import User  # noqa: PLC0415

    user = User.objects.get(username=username)
    user.set_password(password)
    user.save()


def serve() -> None:
    """Serve until a SIGTERM comes."""
    from example_project.server import HOST, make_server  # noqa: PLC0415

    call_command("check", fail_level="WARNING", stdout=sys.stderr)
    server = make_server(0)
    server.daemon_threads = False  # so that closing waits for the requests that are being answered

    def stop(*args: Any) -> None:
        # It waits until the loop has ended, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    sys.stdout.write(f"http://{HOST}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.02)
    server.server_close()


if __name__ == "__main__":
    django.setup()
    commands: dict[str, Callable[..., None]] = {
        "prepare": prepare,
        "serve": serve,
        "change_password": change_password,
    }
    commands[sys.argv[1]](*sys.argv[2:])
