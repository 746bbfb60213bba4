"""What a server has in memory while it takes a large upload: ``python3 -m tests.load.uploads``.

It starts gunicorn and uvicorn with a site of its own, uploads a small file and a large one to each,
and prints the highest resident memory after either: the large one is to take no more.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings

MEGABYTE = 2**20
CHUNK = b"x" * MEGABYTE
FILES = "django.core.files.storage.FileSystemStorage"
SERVERS = {
    "gunicorn": ["gunicorn", "example_project.wsgi", "--bind", "127.0.0.1:{}", "--timeout=600"],
    "uvicorn": [
        *("uvicorn", "example_project.asgi:application", "--port={}"),
        *("--lifespan=off", "--log-level=warning"),
    ],
}


@contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[tuple[int, Any]]:
    """Run a server, and yield its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [each.format(port) for each in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def peak(process: Any) -> int:
    """Return the most megabytes that the process, or one that it has started, has had."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = [Path(f"/proc/{pid}/status").read_text() for pid in (process.pid, *children)]
    return max(int(re.findall(r"VmHWM:\s+(\d+)", each)[0]) for each in found) // 1024


def upload(port: int, token: str, megabytes: int) -> int:
    """Upload a file of this size, and return the status of the answer."""
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    one.putrequest("POST", "/file/upload/node/article/field_image?_format=json")
    for name, value in {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'file; filename="large.png"',
        "Content-Length": str(megabytes * MEGABYTE),
    }.items():
        one.putheader(name, value)
    one.endheaders()
    for _ in range(megabytes):
        one.send(CHUNK)
    status = one.getresponse().status
    one.close()
    return status


def main() -> None:
    """Measure each server."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=500)
    megabytes = parser.parse_args().megabytes
    from tests.drupal.replay import DATA
    from tests.headers import basic
    from tests.system.servers import environment, fresh_database, request

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        # Without its own limit, which is that of PHP.
        site = Path(folder, "site.json")
        described = json.loads((DATA / "site-full.json").read_text())
        site.write_text(json.dumps({**described, "upload_max_bytes": 0}))
        database = stack.enter_context(fresh_database(Path(folder), site=site))
        storage = {"BACKEND": FILES, "OPTIONS": {"location": f"{folder}/media"}}
        variables = environment(
            DATABASES=database,
            STORAGES={**settings.STORAGES, "default": storage},
            ALLOWED_HOSTS=["127.0.0.1"],
            DRUPAL_JWT_AUTH={"MAX_UPLOAD_SIZE": 2 * megabytes * MEGABYTE},
        )
        for name, command in SERVERS.items():
            with serving(command, variables) as (port, process):
                credentials = basic("editor", "editor-pass")
                url = f"http://127.0.0.1:{port}/rest_api/id_token"
                token = request("POST", url, credentials).document["jwt_token"]
                for size in (1, megabytes):
                    status = upload(port, token, size)
                    print(f"{name}: {size} MB, {status}, {peak(process)} MB in memory at most")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
