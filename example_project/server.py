"""The server of the demo: Django's own for development, on this machine only."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

HOST = "127.0.0.1"


class RequestHandler(WSGIRequestHandler):
    """Hand requests on as they are; Python's handler makes up a content type if there is none."""

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environment of a request."""
        environ: dict[str, Any] = super().get_environ()
        if "Content-Type" not in self.headers:
            del environ["CONTENT_TYPE"]
        return environ


def make_server(port: int) -> ThreadedWSGIServer:
    """Return a server that has the port; raise OSError where it cannot be had."""
    server = ThreadedWSGIServer((HOST, port), RequestHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    return server
