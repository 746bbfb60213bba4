"""A client that follows each address that it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin

JSON = "_format=json"
FOLLOWED = ("canonical", "https://drupal.org/link-relations/revision")
"""The links that lead to a resource; the others lead to forms of Drupal's, and to POST."""


class Headers(Protocol):
    def get(self, name: str, default: str) -> str: ...


class Page(NamedTuple):
    """What came back from an address; ``document`` is None where it is no JSON."""

    status: int
    headers: Any
    document: Any


def crawl(get: Callable[[str], Page], *starts: str) -> dict[str, int]:
    """Ask for each address that can be reached, in JSON but for files; return all by status."""
    found: dict[str, int] = {}
    waiting = list(starts)
    while waiting:
        url = waiting.pop()
        if url not in found:
            page = get(url if "/media/" in url else f"{url}?{JSON}")
            found[url] = page.status
            waiting += [urljoin(url, address) for address in addresses(page)]
    return found


def addresses(page: Page) -> Iterator[str]:
    """Yield the addresses in an answer."""
    if location := page.headers.get("Location", ""):
        yield location
    for address, relation in links(page):
        if relation in FOLLOWED:
            yield address
    yield from urls(page.document)


def links(page: Page) -> list[tuple[str, str]]:
    """The addresses and relations of the header ``Link``."""
    return re.findall(r'<([^>]*)>; rel="([^"]*)"', page.headers.get("Link", ""))


def urls(value: Any) -> Iterator[str]:
    """Yield the ``url`` of each reference in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("url"), str):
            yield value["url"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from urls(item)
