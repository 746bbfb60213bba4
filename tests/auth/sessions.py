"""A browser: it keeps cookies, and knows the tokens of its session."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.test import Client

from example_project.content import password_of

LOGIN = "/user/login?_format=json"
STATUS = "/user/login_status?_format=json"
LOGOUT = "/user/logout?_format=json"
TOKEN = "/session/token"
NODES = "/node?_format=json"
USERINFO = "/rest_api/userinfo"
PAGE = {"type": "page", "title": ["By cookie"]}


class Browser:
    """One with a cookie jar of its own, perhaps with somebody who has logged in."""

    def __init__(self, name: str | None = None) -> None:
        self.client = Client()
        self.csrf = self.logout_token = ""
        if name is not None:
            answer = self.log_in(name)
            assert answer.status_code == 200, answer.content

    def log_in(self, name: str, password: str | None = None, **headers: str) -> Any:
        """Log in with the password of the demo, or another one."""
        document = {"name": name, "pass": password_of(name) if password is None else password}
        answer = self.send("POST", LOGIN, document, **headers)
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf_token"]
            self.logout_token = answer.json()["logout_token"]
        return answer

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Any:
        """Send a request, without a token but for what is in the headers."""
        return self.client.generic(
            method,
            path,
            b"" if document is None else json.dumps(document),
            content_type="" if document is None else "application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def write(self, path: str = NODES, document: Any = PAGE, method: str = "POST") -> Any:
        """Send a request with the token of the session."""
        return self.send(method, path, document, X_CSRF_Token=self.csrf)

    @property
    def is_known(self) -> bool:
        return {b"1": True, b"0": False}[self.send("GET", STATUS).content]

    @property
    def key(self) -> str:
        """The key of the session, which the cookie has."""
        return self.client.cookies[settings.SESSION_COOKIE_NAME].value
