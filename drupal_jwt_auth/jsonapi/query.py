"""The query of a request: which parameters there are, and what they ask for.

Source: JSON:API 1.0, and Drupal core 10.6 for filters and pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from django.core.exceptions import TooManyFieldsSent
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.request import Request

from drupal_jwt_auth.http.negotiation import wanted_format
from drupal_jwt_auth.http.views import request_url
from drupal_jwt_auth.jsonapi.exceptions import SpecificationError
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE, JSONAPIRenderer

KNOWN = frozenset({"fields", "filter", "include", "page", "sort"})
ARRAYS = ("fields", "filter", "page")
"""Those that take names in brackets."""
PAGE_SIZE = 50

_PLAIN = re.compile("[a-z]+")
_INTEGER = re.compile("-?[0-9]{1,15}")
_KEY = re.compile(r"\[([^\[\]]*)\]")

Pair = tuple[str, str]


class Page(NamedTuple):
    """Which of the members of a collection are shown."""

    offset: int
    limit: int


def base_of(name: str) -> str:
    """Return the name of a parameter without what is in brackets behind it."""
    return name.partition("[")[0]


def pairs_of(request: Request) -> list[Pair]:
    """Return the parameters, sorted by name; where one is there twice, the last one counts."""
    pairs = ((name, values[-1]) for name, values in request.GET.lists())
    return sorted(pairs, key=lambda pair: base_of(pair[0]))


def url_of(request: Request, pairs: list[Pair]) -> str:
    """Return the URL of a request with another query."""
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"{request_url(request)}?{query}" if query else request_url(request)


def request_link(request: Request) -> str:
    """Return the URL of a request, its query in the order of the names."""
    try:
        return url_of(request, pairs_of(request))
    except TooManyFieldsSent:
        return request_url(request)


def check_query(request: Request) -> None:
    """Raise NotAcceptable (406) or ParseError (400) for parameters that there are not.

    A name with anything else in it than small letters is a project's own.
    """
    wanted = wanted_format(request)
    if wanted == JSONAPIRenderer.format:
        raise SpecificationError(
            "JSON:API does not need that ugly '_format' query string! \U0001f918 "
            "Use the URL provided in 'links' \U0001f64f",
            request_url(request),
        )
    if wanted is not None:
        raise NotAcceptable(f"Only {MEDIA_TYPE} is served here.")
    names = list(dict.fromkeys(map(base_of, request.GET)))
    unknown = [name for name in names if _PLAIN.fullmatch(name) and name not in KNOWN]
    if unknown:
        raise SpecificationError(
            "The following query parameters violate the JSON:API spec: "
            f"{', '.join(map(repr, unknown))}.",
            "http://jsonapi.org/format/#query-parameters",
        )
    for name in ARRAYS:
        if name in request.GET:
            raise ParseError(
                f'Unexpected value for parameter "{name}": expecting "array", got "string".'
            )
    if "include" in names:
        raise ParseError("Related resources cannot be included yet.")


def keys_of(request: Request, parameter: str) -> Iterator[tuple[list[str], str]]:
    """Yield what is in brackets behind a parameter, and the value of each."""
    for name, value in pairs_of(request):
        if base_of(name) == parameter:
            yield _KEY.findall(name), value


def read_fields(request: Request) -> dict[str, frozenset[str]]:
    """Return the names of the fields that are asked for, by resource type; the others show all."""
    fields: dict[str, frozenset[str]] = {}
    for keys, value in keys_of(request, "fields"):
        if len(keys) != 1:
            raise ParseError("The fields of a type are one text with commas between them.")
        fields[keys[0]] = frozenset(value.split(","))
    return fields


def read_page(request: Request) -> Page:
    """Return which members are asked for; raise ParseError (400) for what is no part of a list."""
    given = {keys[0]: value for keys, value in keys_of(request, "page") if len(keys) == 1}
    limit, offset = given.get("limit", str(PAGE_SIZE)), given.get("offset", "0")
    size = int(limit) if _INTEGER.fullmatch(limit) else PAGE_SIZE
    if size <= 0 or not limit:
        raise ParseError("The page size needs to be a positive integer.")
    if not _INTEGER.fullmatch(offset):
        raise ParseError("The page offset needs to be an integer.")
    return Page(max(int(offset), 0), min(size, PAGE_SIZE))


def page_links(request: Request, page: Page, *, is_last: bool) -> dict[str, dict[str, str]]:
    """Return where the other pages of a collection are, and this one."""
    others = [pair for pair in pairs_of(request) if base_of(pair[0]) != "page"]

    def link(offset: int) -> dict[str, str]:
        own = [("page[offset]", str(offset)), ("page[limit]", str(page.limit))]
        return {"href": url_of(request, others + own)}

    links = {}
    if page.offset:
        links["first"] = link(0)
    if not is_last:
        links["next"] = link(page.offset + page.limit)
    if page.offset:
        links["prev"] = link(max(page.offset - page.limit, 0))
    return {**links, "self": {"href": request_link(request)}}
