"""A project with Django REST framework, this app and no more; it gets a token and makes a page.

To be run where the wheel is installed and the checkout is not in sight.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import urllib.request
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.utils import get_random_secret_key
from django.core.wsgi import get_wsgi_application
from django.urls import include, path
from django.utils import translation

urlpatterns: list[Any] = []

PAGE = {"type": [{"target_id": "page"}], "title": [{"value": "From the wheel"}]}
NEEDED = {"asgiref", "django", "djangorestframework", "drupal-jwt-auth", "pip", "pyjwt", "sqlparse"}


class QuietHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def post(url: str, authorization: str, document: Any = None) -> Any:
    """Send a POST and return the document of the answer."""
    body = b"" if document is None else json.dumps(document).encode()
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        print("POST", url, response.status)
        return json.load(response)


def main() -> None:
    """Make the project, serve it, and ask it."""
    settings.configure(
        SECRET_KEY=get_random_secret_key(),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "rest_framework",
            "drupal_jwt_auth",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "minimal.sqlite3"}},
        USE_TZ=True,
    )
    django.setup()
    from django.contrib.auth.models import User

    import drupal_jwt_auth
    from drupal_jwt_auth.models import Node, NodeType

    urlpatterns.append(path("", include("drupal_jwt_auth.urls")))
    assert Path(drupal_jwt_auth.__file__).is_relative_to(sys.prefix), drupal_jwt_auth.__file__
    installed = {found.metadata["Name"].lower() for found in distributions()}
    assert installed <= NEEDED | {"setuptools", "typing_extensions"}, installed - NEEDED
    call_command("check", "--fail-level", "WARNING")
    call_command("migrate", verbosity=0)
    NodeType.objects.create(type="page", name="Basic page")
    User.objects.create_superuser("admin", password="admin-pass")

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=QuietHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        basic = base64.b64encode(b"admin:admin-pass").decode()
        token = post(f"{base}/rest_api/id_token", f"Basic {basic}")["jwt_token"]
        answer = post(f"{base}/node?_format=json", f"Bearer {token}", PAGE)
        server.shutdown()

    with translation.override("de"):
        assert translation.gettext("Content type") == "Inhaltstyp"
    node = Node.objects.get(nid=answer["nid"][0]["value"])
    assert node.title == "From the wheel", node.title
    print(f"Django {django.__version__}: node {node.nid} was made.")


if __name__ == "__main__":
    main()
