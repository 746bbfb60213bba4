"""A browser as far as sites know one: it keeps the cookies that they set."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie
from typing import Any

from example_project.content import password_of
from tests.system.servers import Answer, exchange

LOGIN = "/user/login?_format=json"


class Browser:
    """It keeps the cookies that a site has set, and sends them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Answer:
        """Send a request, with a document as JSON, or with bytes as they are."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        body = b""
        if document is not None:
            fields.setdefault("Content-Type", "application/json")
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
        if self.cookies and "Cookie" not in fields:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            fields["Cookie"] = "; ".join(pairs)
        status, answered, sent = exchange(method, self.base + path, fields, body)
        for line in answered.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        is_json = answered.get_content_subtype().endswith("json") and sent
        return Answer(status, json.loads(sent) if is_json else sent.decode(), answered)

    def log_in(self, name: str, password: str | None = None) -> dict[str, Any]:
        """Log in with the password of the demo, or another one."""
        answer = self.send("POST", LOGIN, {"name": name, "pass": password or password_of(name)})
        assert answer.status == 200
        document: dict[str, Any] = answer.document
        return document
