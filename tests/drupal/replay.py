"""Replay exchanges that were recorded from a Drupal 10.6, and tell every difference.

Compared are status, media type, the JSON body with the order of its keys, the path of ``Location``
and the methods of ``Allow``. What may differ: ids, UUIDs and paths of what was made
while replaying (by one consistent one-to-one mapping), the time, and the host.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

DATA = Path(__file__).parent / "data"

RECORDED_BASE = "http://127.0.0.1:8181"
RECORDED_DAY = "2026-11-22"
RECORDED_AT = 1795327200
DAY, HOUR = 86400, 3600

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
KIND_OF_FIELD = {"nid": "node", "vid": "revision", "pid": "path_alias"}
# The ids that the site starts with: these are the same everywhere.
SEEDED = {"node": 7, "revision": 7, "user": 11, "taxonomy_term": 3, "comment": 1, "path_alias": 1}

Line = dict[str, Any]


def read_recording(name: str) -> list[Line]:
    """Return the lines of a recordings file, in order."""
    text = (DATA / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


class Mapping:
    """A one-to-one map, for each kind, from recorded ids to those of the site under test."""

    def __init__(self) -> None:
        self.there: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.back: dict[str, dict[Any, Any]] = defaultdict(dict)

    def is_seeded(self, kind: str, value: Any) -> bool:
        return isinstance(value, int) and 0 <= value <= SEEDED.get(kind, -1)

    def matches(self, kind: str, recorded: Any, actual: Any) -> bool:
        if self.is_seeded(kind, recorded) or self.is_seeded(kind, actual):
            return bool(recorded == actual)
        known = self.there[kind].setdefault(recorded, actual)
        return bool(known == actual and self.back[kind].setdefault(actual, recorded) == recorded)

    def get(self, kind: str, recorded: Any) -> Any:
        return self.there[kind].get(recorded, recorded)


class Replayer:
    """Play the lines of one recording, one after the other, in this process."""

    base = "http://testserver"

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.tokens: dict[str, str] = {}
        self.ids = Mapping()

    def play(self, line: Line) -> list[str]:
        """Send what was sent, and return how the answer differs from the recorded one."""
        headers = [(name, value) for name, value in line["headers"]]
        if line.get("as"):
            headers.append(("Authorization", f"Bearer {self.token(line)}"))
        response = self.send(line["method"], self.path(line["path"]), headers, self.body(line))
        if line.get("expect") == "client-error":
            return list(self.not_a_client_error(line, response))
        if response.status_code != line["status"]:
            return [
                f"status {response.status_code}, recorded {line['status']}: {response.content!r}"
            ]
        return list(self.differences(line, response))

    def send(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Any:
        return self.client.generic(method, path, body, content_type="", headers=dict(headers))

    def token(self, line: Line) -> str:
        name = line["as"]
        if name not in self.tokens:
            credentials = f"{name}:{line.get('password') or name + '-pass'}"
            basic = base64.b64encode(credentials.encode()).decode()
            headers = [("Authorization", f"Basic {basic}")]
            self.tokens[name] = self.send("POST", "/rest_api/id_token", headers, b"").json()[
                "id_token"
            ]
        return self.tokens[name]

    # What is sent

    def path(self, path: str) -> str:
        found = re.match(r"/node/([1-9]\d*)(?!\d)", path)
        if found and not self.ids.is_seeded("node", int(found[1])):
            number = self.ids.get("node", int(found[1]))
            path = f"/node/{number}{path[found.end() :]}"
        return UUID.sub(lambda match: str(self.ids.get("uuid", match[0])), path)

    def body(self, line: Line) -> bytes:
        if line.get("body_b64"):
            return base64.b64decode(line["body_b64"])
        body = line.get("body") or ""
        if line.get("echo") or UUID.search(body) or re.search('"(nid|vid)"', body):
            fields = self.mapped(json.loads(body))
            fields |= self.read_again(line)
            body = json.dumps(fields)
        return bytes(body, "utf-8", "surrogateescape")

    def read_again(self, line: Line) -> dict[str, Any]:
        """Return the fields that the client had just read, as they are on the site under test."""
        if not line.get("echo"):
            return {}
        headers = [("Authorization", f"Bearer {self.token(line)}")]
        current = self.send("GET", self.path(line["path"]), headers, b"").json()
        return {name: current[name] for name in line["echo"] if name in current}

    def mapped(self, value: Any, field: str = "") -> Any:
        if isinstance(value, dict):
            return {
                key: self.mapped(item, field if key == "value" else key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.mapped(item, field) for item in value]
        if isinstance(value, str) and UUID.fullmatch(value):
            return self.ids.get("uuid", value)
        if type(value) is int and field in ("nid", "vid"):
            return self.ids.get(KIND_OF_FIELD[field], value)
        return value

    # What comes back

    def not_a_client_error(self, line: Line, response: Any) -> Iterator[str]:
        if not 400 <= response.status_code < 500:
            yield f"status {response.status_code}, want a client error"
        elif not {"message", "error"} & set(response.json()):
            yield f"body {response.content!r}, want a message"

    def differences(self, line: Line, response: Any) -> Iterator[str]:
        wanted = line["response_headers"]
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if media_type != wanted.get("content-type", media_type).partition(";")[0]:
            yield f"media type {media_type!r}, recorded {wanted['content-type']!r}"
        if "allow" in wanted:
            allow = set(response.headers.get("Allow", "").split(", "))
            if allow - {"OPTIONS"} != set(wanted["allow"].split(", ")) - {"OPTIONS"}:
                yield f"Allow {allow!r}, recorded {wanted['allow']!r}"
        if line["method"] != "HEAD" and "response" in line:
            text = response.content.decode()
            yield from self.compare(line["response"], json.loads(text) if text else None, "body")
        if "location" in wanted:
            location = urlsplit(response.headers.get("Location", "")).path
            if location != self.path(urlsplit(wanted["location"]).path):
                yield f"Location {location!r}, recorded {wanted['location']!r}"

    def compare(
        self, recorded: Any, actual: Any, where: str, field: str = "", owner: Any = None
    ) -> Iterator[str]:
        if isinstance(recorded, dict) and isinstance(actual, dict):
            if recorded.keys() == actual.keys() and list(recorded) != list(actual):
                yield f"{where}: keys in the order {list(actual)}"
            for key in recorded.keys() | actual.keys():
                inner = field if key == "value" else key
                if key not in actual or key not in recorded:
                    yield f"{where}.{key}: only on one side"
                else:
                    yield from self.compare(
                        recorded[key], actual[key], f"{where}.{key}", inner, recorded
                    )
        elif isinstance(recorded, list) and isinstance(actual, list):
            if len(recorded) != len(actual):
                yield f"{where}: {len(actual)} items, recorded {len(recorded)}"
            for index, (left, right) in enumerate(zip(recorded, actual, strict=False)):
                yield from self.compare(left, right, f"{where}.{index}", field, owner)
        elif type(recorded) is not type(actual) or not self.same(recorded, actual, field, owner):
            yield f"{where}: {actual!r}, recorded {recorded!r}"

    def same(self, recorded: Any, actual: Any, field: str, owner: Any) -> bool:
        """Tell whether a recorded scalar and that of the site under test mean the same."""
        if type(recorded) is int:
            kind = KIND_OF_FIELD.get(field)
            if field == "target_id":
                kind = owner.get("target_type")
            if kind and self.ids.matches(kind, recorded, actual):
                return True
            if field == "last_comment_timestamp" and abs(recorded - RECORDED_AT) < DAY:
                return bool(recorded == actual or abs(actual - time.time()) < HOUR)
        elif isinstance(recorded, str) and recorded != actual:
            if UUID.fullmatch(recorded) and UUID.fullmatch(actual):
                return self.ids.matches("uuid", recorded, actual)
            if STAMP.fullmatch(recorded) and recorded.startswith(RECORDED_DAY):
                age = datetime.now(timezone.utc) - datetime.fromisoformat(actual)
                return bool(abs(age.total_seconds()) < HOUR)
            return bool(self.text(recorded) == actual)
        return bool(recorded == actual)

    def text(self, recorded: str) -> str:
        """Return a recorded text as it reads on the site under test."""
        text = recorded.replace(RECORDED_BASE, self.base)
        text = re.sub(r"/node/(\d+)", lambda m: f"/node/{self.ids.get('node', int(m[1]))}", text)
        return UUID.sub(lambda match: str(self.ids.get("uuid", match[0])), text)
