"""What runs in a process that a test has started: ``prepare`` a database, ``serve`` and others.

``load`` takes the description of a site, ``serve`` the interface between server and project, which
is ``wsgi`` or ``asgi``. It prints the address once it answers there, finishes what it has begun
when it is told to stop, and logs what goes wrong to the standard error.
"""

from __future__ import annotations

import signal
import socket
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


def load(path: str) -> None:
    """Make the tables, and a site that is described in a file."""
    call_command("migrate", verbosity=0)
    call_command("import_drupal_site", path, verbosity=0)


def serve(interface: str) -> None:
    """Serve until a SIGTERM comes."""
    call_command("check", fail_level="WARNING", stdout=sys.stderr)
    {"wsgi": serve_wsgi, "asgi": serve_asgi}[interface]()


def serve_wsgi() -> None:
    from example_project.server import make_server  # noqa: PLC0415

    server = make_server(0)
    server.daemon_threads = False  # so that closing waits for the requests that are being answered
    application: Any = server.get_app()

    def below_prefix(environ: dict[str, Any], start_response: Any) -> Any:
        environ["SCRIPT_NAME"] = prefix()
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix())
        return application(environ, start_response)

    def stop(*args: Any) -> None:
        # It waits until the loop has ended, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    server.set_app(below_prefix)
    signal.signal(signal.SIGTERM, stop)
    tell_address(server.server_port)
    server.serve_forever(poll_interval=0.02)
    server.server_close()


def serve_asgi() -> None:
    import uvicorn  # noqa: PLC0415
    from django.core.asgi import get_asgi_application  # noqa: PLC0415

    application = get_asgi_application()

    async def below_prefix(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, "root_path": prefix()}, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        tell_address(listening.getsockname()[1])
        # Of its parsers this one takes any method.
        config = uvicorn.Config(below_prefix, http="h11", lifespan="off", log_level="warning")
        uvicorn.Server(config).run(sockets=[listening])


def prefix() -> str:
    """What the server strips of each path before the project sees it."""
    return getattr(settings, "SERVER_PREFIX", "")


def tell_address(port: int) -> None:
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    commands: dict[str, Callable[..., None]] = {
        "prepare": prepare,
        "load": load,
        "serve": serve,
        "change_password": change_password,
    }
    commands[name](*arguments)
