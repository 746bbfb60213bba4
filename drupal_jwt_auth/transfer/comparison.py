"""What two sites answer to the same request, and what differs in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT = 30
"""How many seconds a site has for an answer."""

STATUS = "HTTP status"
"""What is compared besides the fields of a body; a field may be called just ``status``."""
REASON = 200
"""How many characters are told of an answer that is no object."""


class SiteUnreachableError(Exception):
    """A site gives no answer; the message tells which, and why."""


class Answer(NamedTuple):
    """The status of an answer and its body: what JSON it is, or the text of anything else."""

    status: int
    body: Any

    @property
    def told(self) -> str:
        """Return the status, and what a refusal says."""
        if self.status == HTTPStatus.OK:
            return str(self.status)
        body = self.body if isinstance(self.body, Mapping) else {}
        reason = body.get("message") or body.get("error_description") or self.body
        return f"{self.status} {reason if isinstance(reason, str) else ''}"[:REASON].strip()


class Difference(NamedTuple):
    """What differs in two answers: the name of a field, and what each of them has."""

    field: str
    old: Any
    new: Any


class _Direct(HTTPRedirectHandler):
    """Follows nothing: where a site leads to is its answer."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Return no other request."""


class ComparedSite:
    """A site that is asked: its address, the host that it is asked as, and who asks.

    ``host`` is that of the site which clients know, so that addresses in bodies are the same.
    """

    def __init__(self, base: str, host: str, authorization: str | None) -> None:
        self.base = base.rstrip("/")
        if not re.match("https?://[^/]", base):
            raise SiteUnreachableError(f"{base} is no address of a site: https://www.example.com")
        if authorization is not None and not (
            authorization.isascii() and authorization.isprintable()
        ):
            raise SiteUnreachableError(
                f"What is to be sent to {self.base} as Authorization is no header: it has a line "
                "break, as base64 makes them, or another sign that is none of ASCII."
            )
        self.headers = {"Accept": "application/json", "Host": host}
        if authorization:
            self.headers["Authorization"] = authorization
        self._opener = build_opener(_Direct)

    def get(self, path: str) -> Answer:
        """Return the answer to a GET; raise SiteUnreachableError.

        A site that does not know whoever is sent as Authorization answers nothing that is asked.
        """
        answer = self._ask(path)
        if answer.status == HTTPStatus.UNAUTHORIZED and "Authorization" in self.headers:
            raise SiteUnreachableError(
                f"{self.base} does not take what it is sent as Authorization: {answer.told}"
            )
        return answer

    def _ask(self, path: str) -> Answer:
        # S310: whoever runs the command says where.
        request = Request(f"{self.base}{path}", headers=self.headers)  # noqa: S310
        try:
            try:
                with self._opener.open(request, timeout=TIMEOUT) as response:
                    return _answer(response.status, response.read())
            except HTTPError as error:
                with error:
                    return _answer(error.code, error.read())
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise SiteUnreachableError(f"{self.base} does not answer: {error}") from error


def _answer(status: int, content: bytes) -> Answer:
    text = content.decode(errors="replace")
    try:
        return Answer(status, json.loads(text))
    except ValueError:
        return Answer(status, text)


def differences(old: Answer, new: Answer, *, base: str) -> Iterator[Difference]:
    """Yield what differs, field by field where both bodies are objects.

    Of answers whose statuses differ, nothing else is compared.
    ``base`` is the address of the old site: where the new one was asked without TLS, its own
    addresses differ in their schemes alone, and are taken for the same.
    """
    if old.status != new.status:
        yield Difference(STATUS, old.told, new.told)
        return
    left, right = old.body, _as_of(new.body, base)
    if not (isinstance(left, Mapping) and isinstance(right, Mapping)):
        left, right = {"body": left}, {"body": right}
    for name in dict.fromkeys([*left, *right]):
        if left.get(name) != right.get(name):
            yield Difference(name, left.get(name), right.get(name))


def _as_of(value: Any, base: str) -> Any:
    """Return a body with the addresses of a site at another scheme as those of this one."""
    if isinstance(value, dict):
        return {name: _as_of(item, base) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_of(item, base) for item in value]
    other = f"http://{urlsplit(base).netloc}/"
    if isinstance(value, str) and value.startswith(other):
        return f"{base.rstrip('/')}/{value.removeprefix(other)}"
    return value
