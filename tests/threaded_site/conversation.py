"""What the project is asked, and what it answers."""

from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIClient

from drupal_jwt_auth.auth import credentials
from example_project.server import HOST, make_server
from tests.headers import basic

PATH = "/rest_api/id_token"
GUESSES = 12


def ask() -> dict[str, Any]:
    """Return what came back, by what was sent."""
    for name in ("someone", "other"):
        User.objects.create_user(name, password="secret")
    server = make_server(0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        answers = exchange_over_connections(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return {**answers, "at the same moment": guess_at_the_same_moment()}


def exchange_over_connections(port: int) -> dict[str, Any]:
    """Guess and log in over real connections."""

    def log_in(password: str) -> tuple[int, int, str | None]:
        """Return the status, how long to wait, and the error."""
        client = http.client.HTTPConnection(HOST, port, timeout=60)
        try:
            client.request("POST", PATH, headers=basic("someone", password))
            response = client.getresponse()
            wait = int(response.headers.get("Retry-After", 0))
            return response.status, wait, json.loads(response.read()).get("error")
        finally:
            client.close()

    answers: dict[str, Any] = {"right": log_in("secret")}
    with ThreadPoolExecutor(GUESSES) as threads:
        answers["wrong"] = list(threads.map(log_in, map(str, range(2 * GUESSES))))
    return {**answers, "right again": log_in("secret")}


def guess_at_the_same_moment() -> list[int]:
    """Let all look before the first of them fails."""
    barrier = threading.Barrier(GUESSES)

    def authenticate_together(*args: Any, **kwargs: Any) -> Any:
        barrier.wait(timeout=60)
        return authenticate(*args, **kwargs)

    def log_in(password: str) -> int:
        try:
            headers = basic("other", password)
            status: int = APIClient().post(PATH, headers=headers).status_code
            return status
        finally:
            connection.close()

    with (
        mock.patch.object(credentials, "authenticate", authenticate_together),
        ThreadPoolExecutor(GUESSES) as threads,
    ):
        return list(threads.map(log_in, map(str, range(GUESSES))))
