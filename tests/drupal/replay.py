"""Replay exchanges that were recorded from a Drupal 10.6, and tell every difference.

A recording starts from a site, and perhaps from a variant of it: a line ``meta`` at its beginning
tells which, and when and where it was made. Its lines are played in order. Those that are
``hidden`` are played too, but say nothing.

Compared are status, media type, the JSON body with the order of its keys, the path of
``Location``, the methods of ``Allow``, and bytes where the answer is a file. What may differ: ids,
UUIDs and paths of what was made while replaying (by one consistent one-to-one mapping), the time,
when an account was seen last, the month in the path of an upload, and the host.

A line may have ``also`` answers that are as right as the first one. ``echo`` names fields that the
client had just read: they are read again. ``session`` names a jar for cookies, ``save`` parts of an
answer that later lines have as ``{{name}}``. ``wait`` seconds pass before a line. ``renew`` says
that a new token is needed. ``unordered`` lists arrays whose order says nothing, ``subset`` objects
that may hold more than the recorded ones.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from drupal_jwt_auth.errors import Error

DATA = Path(__file__).parent / "data"

DAY, HOUR = 86400, 3600
SITES = {"default": "site-full.json"}
# Of the recordings without a line `meta`.
FIRST: dict[str, Any] = {
    "site": "first",
    "variant": None,
    "base": "http://127.0.0.1:8181",
    "day": "2026-11-22",
    "recorded_at": 1795327200,
    "seeded": {"node": 7, "revision": 7, "user": 11, "taxonomy_term": 3, "comment": 1}
    | {"path_alias": 1, "file": 0},
}

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"(20\d\d-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z)?)?")
UPLOAD = re.compile(r"\b20\d\d-\d\d/(?=[^/\s]+\.\w+)")
VERSION = re.compile(r"(resourceVersion=id(?:%3A|:))(\d+)", re.IGNORECASE)
NAMED_ID = re.compile(r"(\((?P<kind>[a-z_]+): )(\d+)(?=\))")
PATH_ID = re.compile(
    r"(?P<head>/(?P<path>node|user|taxonomy/term|comment|entity/file|entity/path_alias)/|#comment-)"
    r"(?P<id>[1-9]\d*)(?=$|[/?\"#&\s])"
)
# Strings of some length are texts, in which moments may stand.
SHORT = 25
BAD_TOKEN = "Bearer a.b.c"
SAFE = {"GET", "HEAD", "OPTIONS"}

ID_FIELDS = {
    "nid": "node",
    "vid": "revision",
    "tid": "taxonomy_term",
    "uid": "user",
    "cid": "comment",
    "fid": "file",
    "revision_id": "other_revision",
}
ID_FIELDS |= {f"drupal_internal__{field}": kind for field, kind in ID_FIELDS.items()}
ID_FIELDS |= {"id": "path_alias", "pid": "path_alias", "drupal_internal__id": "path_alias"}
SENT_IDS = ("nid", "vid", "tid", "cid", "fid")
PATH_KINDS = {
    "taxonomy/term": "taxonomy_term",
    "entity/file": "file",
    "entity/path_alias": "path_alias",
    None: "comment",
}
# What items of these fields refer to, where a request has only the id.
REFERS = {
    "entity_id": "node",
    "field_attachment": "file",
    "field_host": "user",
    "field_image": "file",
    "field_related": "node",
    "field_tags": "taxonomy_term",
    "field_topic": "taxonomy_term",
    "parent": "taxonomy_term",
    "pid": "comment",
    "uid": "user",
    "user_picture": "file",
}

Line = dict[str, Any]


class Recording:
    """What was recorded, and where, when and on which site."""

    def __init__(self, name: str) -> None:
        text = (DATA / f"{name}.jsonl").read_text(encoding="utf-8")
        self.lines: list[Line] = [json.loads(line) for line in text.splitlines()]
        has_meta = "meta" in self.lines[0]
        meta = self.lines.pop(0)["meta"] if has_meta else FIRST
        self.site = DATA / SITES.get(meta["site"], "site.json")
        self.variant: str | None = meta["variant"]
        self.base: str = meta["base"]
        self.day: str = meta["day"]
        self.made_at: int = meta["recorded_at"]
        # The ids that the site starts with: these are the same everywhere.
        self.seeded: dict[str, int] = meta["seeded"]

    @property
    def scored(self) -> list[str]:
        """The ids of the exchanges that say something."""
        return [line["id"] for line in self.lines if not line.get("hidden")]

    @property
    def days(self) -> set[str]:
        """The days on which it was made: some hours may have passed midnight."""
        hours = (datetime.fromtimestamp(self.made_at + n * HOUR, timezone.utc) for n in (0, 1))
        return {self.day, *(f"{moment:%Y-%m-%d}" for moment in hours)}


class Mapping:
    """A one-to-one map, for each kind, from recorded ids to those of the site under test."""

    def __init__(self, seeded: dict[str, int]) -> None:
        self.seeded = seeded
        self.there: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.back: dict[str, dict[Any, Any]] = defaultdict(dict)

    def is_seeded(self, kind: str, value: Any) -> bool:
        return isinstance(value, int) and 0 <= value <= self.seeded.get(kind, -1)

    def matches(self, kind: str, recorded: Any, actual: Any) -> bool:
        if self.is_seeded(kind, recorded) or self.is_seeded(kind, actual):
            return bool(recorded == actual)
        known = self.there[kind].setdefault(recorded, actual)
        return bool(known == actual and self.back[kind].setdefault(actual, recorded) == recorded)

    def get(self, kind: str, recorded: Any) -> Any:
        return self.there[kind].get(recorded, recorded)

    def text(self, text: str) -> str:
        """Return a recorded text with the ids that are in paths, and the UUIDs."""

        def path_id(match: re.Match[str]) -> str:
            kind = PATH_KINDS.get(match["path"], match["path"])
            return match["head"] + str(self.get(kind, int(match["id"])))

        text = PATH_ID.sub(path_id, text)
        kind = versioned(text)
        text = VERSION.sub(lambda m: m[1] + str(self.get(kind, int(m[2]))), text)
        text = NAMED_ID.sub(lambda m: m[1] + str(self.get(m["kind"], int(m[3]))), text)
        return UUID.sub(lambda m: str(self.get("uuid", m[0])), text)


def versioned(text: str) -> str:
    """Return what a version in a text is the number of: most kinds have numbers of their own."""
    if "/path_alias/" in text:
        return "alias_revision"
    return "revision" if "/node/" in text else "other_revision"


def takes_for_guest(line: Line) -> bool:
    """Tell whether Drupal did for a guest what a client with a token of no use has asked for.

    It is refused here, and done all the same, so that what follows begins from what it did.
    """
    done = line.get("drupal", line)["status"] < 300 <= line["status"]
    return done and line["method"] not in SAFE and ["Authorization", BAD_TOKEN] in line["headers"]


class Replayer:
    """Play the lines of one recording, one after the other, in this process."""

    base = "http://testserver"

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.ids = Mapping(recording.seeded)
        self.tokens: dict[str, str] = {}
        self.clients: dict[str | None, Client] = defaultdict(
            partial(Client, raise_request_exception=False)
        )
        self.saved: dict[str, str] = {}

    def play(self, line: Line) -> list[str]:
        """Send what was sent, and return how the answer differs from the recorded one."""
        time.sleep(line.get("wait", 0))
        headers = [(name, self.filled(value)) for name, value in line["headers"]]
        if line.get("as"):
            headers.append(("Authorization", f"Bearer {self.token(line)}"))
        path = self.ids.text(self.filled(line["path"]))
        response = self.send(line["method"], path, headers, self.body(line), line.get("session"))
        if self.has_ended(response):
            headers[-1] = ("Authorization", f"Bearer {self.token({**line, 'renew': True})}")
            response = self.send(
                line["method"], path, headers, self.body(line), line.get("session")
            )
        self.save(line, response)
        found = list(self.differences(line, line, response))
        if takes_for_guest(line):
            own = [(name, value) for name, value in headers if name != "Authorization"]
            self.send(line["method"], path, own, self.body(line))
        others = line.get("also", ())
        if any(not list(self.differences(line, other, response)) for other in others):
            return []
        return found

    def has_ended(self, response: Any) -> bool:
        """Tell whether the token of an account has ended with its password, as Drupal's do not.

        A client that is told so logs in again.
        """
        told = b'"error":"%b"' % Error.TOKEN_EXPIRED.name.encode()
        return response.status_code == HTTPStatus.UNAUTHORIZED and told in response.content

    def send(
        self,
        method: str,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes,
        session: str | None = None,
    ) -> Any:
        if session is None:
            self.clients[None].cookies.clear()
        return self.clients[session].generic(
            method, path, body, content_type="", headers=dict(headers)
        )

    def token(self, line: Line) -> str:
        name = line["as"]
        if name not in self.tokens or line.get("renew"):
            credentials = f"{name}:{line.get('password') or name + '-pass'}"
            basic = base64.b64encode(credentials.encode()).decode()
            headers = [("Authorization", f"Basic {basic}")]
            self.tokens[name] = self.send("POST", "/rest_api/id_token", headers, b"").json()[
                "id_token"
            ]
        return self.tokens[name]

    def save(self, line: Line, response: Any) -> None:
        """Keep parts of an answer for what is sent later; a refusal has none of them."""
        for name, place in line.get("save", {}).items():
            value: Any = response.content.decode()
            for part in () if place == "text" else place.split("."):
                value = json.loads(value) if isinstance(value, str) else value
                try:
                    value = value[int(part) if part.isdigit() else part]
                except (KeyError, IndexError):
                    value = ""
                    break
            self.saved[name] = str(value)

    # What is sent

    def filled(self, text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda match: self.saved.get(match[1], match[0]), text)

    def body(self, line: Line) -> bytes:
        if line.get("body_b64"):
            return base64.b64decode(line["body_b64"])
        body = self.filled(line.get("body") or "")
        names = '"(nid|vid|tid|cid|fid|target_id)"'
        if line.get("echo") or any(re.search(each, body) for each in (UUID, PATH_ID, names)):
            try:
                sent = json.loads(body)
            except (ValueError, RecursionError):
                return bytes(body, "utf-8", "surrogateescape")
            fields = self.mapped(sent)
            if line.get("echo"):
                fields |= self.read_again(line)
            if fields != sent:
                body = json.dumps(fields)
        return bytes(body, "utf-8", "surrogateescape")

    def read_again(self, line: Line) -> dict[str, Any]:
        """Return the fields that the client had just read, as they are on the site under test."""
        headers = [("Authorization", f"Bearer {self.token(line)}")]
        current = self.send("GET", self.ids.text(line["path"]), headers, b"").json()
        return {name: current[name] for name in line["echo"] if name in current}

    def mapped(self, value: Any, field: str = "", owner: Any = None) -> Any:
        # No comprehensions: before Python 3.12 each is a call, and some documents are deep.
        if isinstance(value, dict):
            known: dict[str, Any] = {}
            for key, item in value.items():
                name = field if key in ("value", "target_id") or key.isdigit() else key
                known[key] = self.mapped(item, name, value)
            return known
        if isinstance(value, list):
            items = []
            for item in value:
                items.append(self.mapped(item, field, owner))
            return items
        if isinstance(value, str) and (UUID.fullmatch(value) or PATH_ID.match(value)):
            return self.ids.text(value)
        if type(value) is int:
            kind = ID_FIELDS[field] if field in SENT_IDS else None
            if isinstance(owner, dict) and "target_id" in owner:
                kind = owner.get("target_type") or REFERS.get(field)
            return value if kind is None else self.ids.get(kind, value)
        return value

    # What comes back

    def differences(self, line: Line, wanted: Line, response: Any) -> Iterator[str]:
        """Yield how an answer differs from one that is right for a line."""
        if wanted.get("expect") == "client-error":
            yield from self.not_a_client_error(line, response)
        elif response.status_code != wanted["status"]:
            body = response.content
            yield f"status {response.status_code}, recorded {wanted['status']}: {body!r}"
        else:
            if line["method"] != "HEAD":
                # The body says which ids are new.
                yield from self.in_body(line, wanted, response)
            yield from self.in_headers(wanted.get("response_headers", {}), response)

    def not_a_client_error(self, line: Line, response: Any) -> Iterator[str]:
        if not 400 <= response.status_code < 500:
            yield f"status {response.status_code}, want a client error"
        elif line["method"] != "HEAD" and not {"message", "error", "errors"} & set(response.json()):
            yield f"body {response.content!r}, want a message"

    def in_headers(self, wanted: dict[str, str], response: Any) -> Iterator[str]:
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if media_type != wanted.get("content-type", media_type).partition(";")[0]:
            yield f"media type {media_type!r}, recorded {wanted['content-type']!r}"
        if "allow" in wanted:
            allow = set(response.headers.get("Allow", "").split(", "))
            if allow - {"OPTIONS"} != set(wanted["allow"].split(", ")) - {"OPTIONS"}:
                yield f"Allow {allow!r}, recorded {wanted['allow']!r}"
        if "location" in wanted:
            location = urlsplit(response.headers.get("Location", "")).path
            if location != self.ids.text(urlsplit(wanted["location"]).path):
                yield f"Location {location!r}, recorded {wanted['location']!r}"

    def in_body(self, line: Line, wanted: Line, response: Any) -> Iterator[str]:
        content = b"".join(response) if response.streaming else response.content
        if "response_b64" in wanted and base64.b64decode(wanted["response_b64"]) != content:
            yield f"{len(content)} bytes that are not the recorded ones"
        if "response" in wanted:
            text = content.decode()
            try:
                actual = json.loads(text) if text else None
            except ValueError:
                actual = text
            comparison = Comparison(self, line)
            # What is told first may be about what is named later: learn the names, then compare.
            list(comparison.compare(wanted["response"], actual, "body"))
            yield from comparison.compare(wanted["response"], actual, "body")

    def text(self, recorded: str) -> str:
        """Return a recorded text as it reads on the site under test."""
        host = urlsplit(self.recording.base).netloc
        text = recorded.replace(host, urlsplit(self.base).netloc)
        month = f"{self.recording.day[:7]}/"
        if "://" in text or "/files/" in text:
            now = time.strftime("%Y-%m/", time.gmtime())
            text = UPLOAD.sub(lambda match: now if match[0] == month else match[0], text)
        return self.ids.text(text)


class Comparison:
    """Compare the answer to a line with a recorded one."""

    def __init__(self, replayer: Replayer, line: Line) -> None:
        self.replayer, self.ids, self.recording = replayer, replayer.ids, replayer.recording
        self.unordered = {"body.included", *line.get("unordered", ())}
        self.subset = set(line.get("subset", ()))
        places = line.get("save", {}).values()
        self.saved = {"body" if place == "text" else f"body.{place}" for place in places}

    def compare(
        self, recorded: Any, actual: Any, where: str, field: str = "", owner: Any = None
    ) -> Iterator[str]:
        """Yield the differences between two values that are at a place."""
        if where in self.saved and actual not in (None, "", [], {}):
            return
        if isinstance(recorded, dict) and isinstance(actual, dict):
            yield from self.compare_objects(recorded, actual, where, field, owner)
        elif isinstance(recorded, list) and isinstance(actual, list):
            yield from self.compare_lists(recorded, actual, where, field, owner)
        elif type(recorded) is not type(actual) or not self.same(recorded, actual, field, owner):
            yield f"{where}: {actual!r}, recorded {recorded!r}"

    def compare_objects(
        self, recorded: dict[str, Any], actual: dict[str, Any], where: str, field: str, owner: Any
    ) -> Iterator[str]:
        # The type of a resource stands beside what is told of it.
        inside = owner if field == "meta" else recorded
        if where.endswith(".omitted.links"):
            # Their keys are random.
            recorded, actual = self.by_href(recorded), self.by_href(actual)
        elif recorded.keys() == actual.keys() and list(recorded) != list(actual):
            yield f"{where}: keys in the order {list(actual)}"
        for key in recorded.keys() | actual.keys():
            if key not in actual or (key not in recorded and where not in self.subset):
                yield f"{where}.{key}: only on one side"
            elif key in recorded:
                inner = field if key == "value" else key
                yield from self.compare(recorded[key], actual[key], f"{where}.{key}", inner, inside)

    def compare_lists(
        self, recorded: list[Any], actual: list[Any], where: str, field: str, owner: Any
    ) -> Iterator[str]:
        if len(recorded) != len(actual):
            yield f"{where}: {len(actual)} items, recorded {len(recorded)}"
        if where in self.unordered:
            recorded = sorted(recorded, key=lambda each: (each["type"], self.ids.text(each["id"])))
            actual = sorted(actual, key=lambda each: (each["type"], each["id"]))
        for index, (left, right) in enumerate(zip(recorded, actual, strict=False)):
            yield from self.compare(left, right, f"{where}.{index}", field, owner)

    def by_href(self, links: dict[str, Any]) -> dict[str, Any]:
        """Return the links of omitted items under their addresses."""
        return {
            f"item {self.replayer.text(link['href'])}" if key.startswith("item--") else key: link
            for key, link in links.items()
        }

    def same(self, recorded: Any, actual: Any, field: str, owner: Any) -> bool:
        """Tell whether a recorded scalar and that of the site under test mean the same."""
        if type(recorded) is int:
            kind = ID_FIELDS.get(field)
            if kind == "other_revision" and "alias" in owner:
                kind = "alias_revision"
            if field == "target_id":
                kind = owner.get("target_type")
            if field == "drupal_internal__target_id":
                kind = owner.get("type", "").partition("--")[0]
            if kind and self.ids.matches(kind, recorded, actual):
                return True
            if field in ("last_comment_timestamp", "iat", "exp"):
                is_new = abs(recorded - self.recording.made_at) < DAY
                return bool(recorded == actual or (is_new and abs(actual - time.time()) < HOUR))
        elif isinstance(recorded, str) and recorded != actual:
            return self.same_text(recorded, actual, field)
        return bool(recorded == actual)

    def same_text(self, recorded: str, actual: str, field: str) -> bool:
        if UUID.fullmatch(recorded) and UUID.fullmatch(actual):
            return self.ids.matches("uuid", recorded, actual)
        if field in ID_FIELDS and recorded.isdecimal() and actual.isdecimal():
            # Who logs in is told the id as text.
            return self.ids.matches(ID_FIELDS[field], int(recorded), int(actual))
        if STAMP.fullmatch(recorded) and STAMP.fullmatch(actual):
            # Who was seen last depends on what was asked before, and not all of that is here.
            is_seen = field in ("access", "login")
            never = is_seen and recorded.startswith("1970")
            if recorded[:10] in self.recording.days or never:
                age = datetime.now(timezone.utc) - datetime.fromisoformat(actual)
                return abs(age.total_seconds()) < HOUR or (is_seen and actual.startswith("1970"))
        if field == "href":
            self.learn_version(recorded, actual)
        local = self.replayer.text(recorded)
        if all(map(DECIMAL.fullmatch, (recorded, actual))) and "." in recorded + actual:
            # "12.5" and "12.50": how many zeros there are is the database's affair.
            return Decimal(recorded) == Decimal(actual)
        if local == actual or (field == "href" and link(local) == link(actual)):
            return True
        today = {time.strftime("%Y-%m-%d", time.gmtime(time.time() - age)) for age in (0, HOUR)}
        return undated(local, self.recording.days) == undated(actual, today)

    def learn_version(self, recorded: str, actual: str) -> None:
        """Learn the number of a revision that a link alone tells of, to what is there too."""
        left, right = VERSION.search(recorded), VERSION.search(actual)
        if left and right and link(self.replayer.text(recorded))[2] == link(actual)[2]:
            self.ids.matches(versioned(recorded), int(left[2]), int(right[2]))


def undated(text: str, days: set[str]) -> str:
    """Return a longer text without the moments of its own day."""
    if len(text) <= SHORT:
        return text
    return MOMENT.sub(lambda match: "{now}" if match[1] in days else match[0], text)


def link(url: str) -> tuple[Any, ...]:
    """Return what an address says, whatever the order of its parameters."""
    parts = urlsplit(url)
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return parts.scheme, parts.netloc, parts.path, query, parts.fragment
