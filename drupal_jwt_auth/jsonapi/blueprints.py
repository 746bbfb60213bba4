"""Blueprints: several requests in one, later ones with tokens for what earlier ones are answered.

Source: the specification of Drupal's module subrequests 3. Of JSONPath there are names and places,
so that a token stands for one value at most. Nothing here knows of Django's requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple
from urllib.parse import quote

from rest_framework.exceptions import APIException, ParseError

from drupal_jwt_auth.http.exceptions import ContentTooLarge
from drupal_jwt_auth.http.json import decode

METHODS: Mapping[str, str] = {
    "view": "GET",
    "create": "POST",
    "update": "PATCH",
    "replace": "PUT",
    "delete": "DELETE",
    "exists": "HEAD",
    "discover": "OPTIONS",
}
"""The methods of HTTP by what a request is for."""

ROOT_REQUEST = "<ROOT>"
"""What a request waits for that waits for no other one."""

MAX_REQUESTS = 20
MAX_TOKENS = 100
MAX_ID_LENGTH = 100
MAX_LINE_LENGTH = 8192
"""The characters of a URI, and of a header: what web servers take of a request sent on its own."""

_MEMBERS = frozenset({"requestId", "uri", "action", "body", "headers", "waitFor"})
_ID = re.compile(r"[^{}@#<>\x00-\x1f\x7f]+")
_TOKEN = re.compile(r"\{\{([^{}@]+)@([^{}]*)\}\}")
_STEP = re.compile(r"""\.(\w[\w-]*)|\[([0-9]{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]""")
_LINE = re.compile(r"[^\x00-\x1f\x7f]*")
_NOTHING = object()


@dataclass(frozen=True)
class Part:
    """An answer: its body as text, and its headers, with the status among them."""

    body: str
    headers: Mapping[str, list[Any]]

    @cached_property
    def document(self) -> Any:
        """Return what the body says, or what is none of anything if it is no JSON."""
        try:
            return decode(self.body.encode())
        except APIException:
            return _NOTHING

    def value(self, location: str, steps: list[str | int]) -> str | None:
        """Return the text, number or boolean at a place, None where there is no such thing."""
        found = self.document if location == "body" else self.headers
        for step in steps:
            found = _member(found, step)
        if isinstance(found, str):
            return found
        return json.dumps(found) if isinstance(found, bool | int | float) else None


class Token(NamedTuple):
    """What stands for a value of an answer: ``{{router.body@$.jsonapi.individual}}``."""

    request_id: str
    location: str
    steps: list[str | int]


class Template(NamedTuple):
    """A text with tokens: what is before, between and after them, and the tokens."""

    texts: list[str]
    tokens: list[Token]

    @classmethod
    def of(cls, text: str) -> Template:
        """Read a text; raise ParseError (400) for a token that is not understood."""
        texts, tokens, end = [], [], 0
        for found in _TOKEN.finditer(text):
            texts.append(text[end : found.start()])
            tokens.append(_token(*found.groups()))
            end = found.end()
        return cls([*texts, text[end:]], tokens)

    def fill(self, values: list[str], limit: int) -> str:
        """Return the text with values for tokens; raise ContentTooLarge (413) for a long one."""
        pieces = [self.texts[0]]
        room = limit - sum(map(len, self.texts))
        for value, text in zip(values, self.texts[1:], strict=True):
            room -= len(value)
            pieces += value, text
            if room < 0:
                break
        if room < 0:
            raise ContentTooLarge(limit)
        return "".join(pieces)


class Subrequest(NamedTuple):
    """One request of a blueprint."""

    request_id: str
    method: str
    uri: Template
    body: Template
    headers: Mapping[str, str]
    wait_for: frozenset[str]

    @property
    def dependencies(self) -> frozenset[str]:
        """Return the requests that come before it: those that it waits for, or has tokens of."""
        return self.wait_for | {each.request_id for each in self.uri.tokens + self.body.tokens}

    @property
    def answered_as(self) -> str:
        """Return what its answer is called: its id, with what tokens have made of it."""
        places = ("uri", self.uri), ("body", self.body)
        return self.request_id + "".join(f"#{name}{{0}}" for name, each in places if each.tokens)

    def resolve(self, answers: Mapping[str, Part], limit: int) -> tuple[str, str] | None:
        """Return URI and body with values for tokens, None where one of these stands for nothing.

        A value at the beginning of a URI is one itself; elsewhere in it, it is percent-encoded, and
        in a body it is the inside of a string of JSON. So what somebody else has written is never
        more than a value. Raise ContentTooLarge (413) beyond the limit of bodies, or of lines.
        """
        uri, body = (_values(each.tokens, answers) for each in (self.uri, self.body))
        if uri is None or body is None:
            return None
        starts = not self.uri.texts[0]
        uri = [
            each if starts and not place else quote(each, safe="") for place, each in enumerate(uri)
        ]
        inside = [json.dumps(each)[1:-1] for each in body]
        return self.uri.fill(uri, MAX_LINE_LENGTH), self.body.fill(inside, limit)


def read_blueprint(document: Any) -> list[Subrequest]:
    """Return the requests of a blueprint, each after those that it depends on.

    Raise ParseError (400) for what is none.
    """
    if not isinstance(document, list) or not document:
        raise ParseError("A blueprint is a list of requests.")
    if len(document) > MAX_REQUESTS:
        raise ParseError(f"A blueprint has at most {MAX_REQUESTS} requests.")
    requests: dict[str, Subrequest] = {}
    for place, each in enumerate(document):
        request = _read(each, place)
        if request.request_id in requests:
            raise ParseError(f"Two requests have the requestId {request.request_id}.")
        requests[request.request_id] = request
    tokens = sum(len(each.uri.tokens + each.body.tokens) for each in requests.values())
    if tokens > MAX_TOKENS:
        raise ParseError(f"A blueprint has at most {MAX_TOKENS} tokens.")
    for each in requests.values():
        for missing in sorted(each.dependencies - requests.keys()):
            raise ParseError(f"{each.request_id}: there is no request {missing}.")
    graph = {each.request_id: sorted(each.dependencies) for each in requests.values()}
    try:
        return [requests[each] for each in TopologicalSorter(graph).static_order()]
    except CycleError:
        raise ParseError("Some requests wait for each other.") from None


def _read(found: Any, place: int) -> Subrequest:
    """Return a request of a blueprint; raise ParseError."""
    if not isinstance(found, dict):
        raise ParseError("Each request is an object.")
    request_id = found.get("requestId", str(place))
    if not (
        isinstance(request_id, str)
        and len(request_id) <= MAX_ID_LENGTH
        and _ID.fullmatch(request_id)
    ):
        raise ParseError(
            f"A requestId is a text of at most {MAX_ID_LENGTH} characters, without any of {{}}@#<>."
        )
    for unknown in sorted(found.keys() - _MEMBERS):
        raise ParseError(f"{request_id}: a request has no member {unknown[:MAX_ID_LENGTH]}.")
    action, uri, body = found.get("action"), found.get("uri"), found.get("body", "")
    if not isinstance(action, str) or action not in METHODS:
        raise ParseError(f"{request_id}: action is one of {', '.join(METHODS)}.")
    if not isinstance(uri, str) or not 0 < len(uri) <= MAX_LINE_LENGTH:
        raise ParseError(f"{request_id}: uri is a text of at most {MAX_LINE_LENGTH} characters.")
    if not isinstance(body, str):
        raise ParseError(f"{request_id}: body is a text, that of a document for one.")
    waits = found.get("waitFor", [])
    waits = [waits] if isinstance(waits, str) else waits
    if not isinstance(waits, list) or not all(isinstance(each, str) for each in waits):
        raise ParseError(f"{request_id}: waitFor is a list of requestIds.")
    return Subrequest(
        request_id,
        METHODS[action],
        Template.of(uri),
        Template.of(body),
        dict(_read_headers(found.get("headers", {}), request_id)),
        frozenset(waits) - {ROOT_REQUEST},
    )


def _read_headers(headers: Any, request_id: str) -> Iterator[tuple[str, str]]:
    """Yield the headers of a request, with their names in lower case; raise ParseError."""
    # PHP writes an object without members as a list.
    if not isinstance(headers, dict) and headers != []:
        raise ParseError(f"{request_id}: headers is an object.")
    for name, value in dict(headers).items():
        is_line = isinstance(value, str) and len(value) <= MAX_LINE_LENGTH
        if not is_line or not _LINE.fullmatch(value):
            raise ParseError(
                f"{request_id}: a header is a line of at most {MAX_LINE_LENGTH} characters."
            )
        yield name.lower(), value


def _token(reference: str, path: str) -> Token:
    """Return a token; raise ParseError for one that is not understood."""
    request_id, _, location = reference.strip().rpartition(".")
    steps: list[str | int] = []
    end = 1
    while path.startswith("$") and (found := _STEP.match(path, end)):
        name, index, *quoted = found.groups()
        steps.append(int(index) if index else name or "".join(filter(None, quoted)))
        end = found.end()
    if location not in ("body", "headers") or not path.startswith("$") or end < len(path):
        shown = f"{reference}@{path}"[:MAX_ID_LENGTH]
        raise ParseError(
            f"{{{{{shown}}}}} is no token: one is like {{{{id.body@$.data[0].id}}}}, with body or "
            "headers of a request, and names and numbers alone behind the $."
        )
    return Token(request_id, location, steps)


def _values(tokens: list[Token], answers: Mapping[str, Part]) -> list[str] | None:
    """Return what tokens stand for, None where one stands for nothing."""
    found = []
    for token in tokens:
        value = answers[token.request_id].value(token.location, token.steps)
        if value is None:
            return None
        found.append(value)
    return found


def _member(value: Any, step: str | int) -> Any:
    """Return a member of an object or a list, or what is none of any."""
    if isinstance(step, int):
        is_there = isinstance(value, list) and step < len(value)
        return value[step] if is_there else _NOTHING
    return value.get(step, _NOTHING) if isinstance(value, Mapping) else _NOTHING
