"""The query of a request: which parameters there are, and what they ask for.

Names have keys in brackets, as PHP reads them: ``filter[title][value]=x``. What a query asks for
has bounds, so that no document takes more than some others.

Source: JSON:API 1.0, and Drupal core 10.6 for filters and pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Union
from urllib.parse import quote

from django.core.exceptions import TooManyFieldsSent
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.request import Request

from drupal_jwt_auth.http.negotiation import wanted_format
from drupal_jwt_auth.http.views import request_url
from drupal_jwt_auth.jsonapi.exceptions import SpecificationError
from drupal_jwt_auth.jsonapi.media import JSONAPIRenderer

KNOWN = frozenset({"fields", "filter", "include", "page", "sort"})
ARRAYS = ("fields", "filter", "page")
"""Those that take names in brackets."""

PAGE_SIZE = 50
"""The largest page, and the one without a limit."""
MAX_DEPTH = 8
"""How many relationships a path may lead over, in a filter, a sort or an include."""
MAX_INCLUDES = 50
MAX_KEYS = 16
"""How many brackets a name may have."""

_PLAIN = re.compile("[a-z]+")
_INDEX = re.compile("[0-9]{1,18}")
_INTEGER = re.compile("-?[0-9]{1,15}")
_NAME = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")
_KEY = re.compile(r"\[([^\]]*)\]")

Values = dict[str, Union[str, "Values"]]
"""What PHP calls an array: the keys of one without names are numbers."""


class Page(NamedTuple):
    """Which of the members of a collection are shown; one below zero is the first."""

    offset: int
    limit: int

    @property
    def start(self) -> int:
        """Return how many members come before."""
        return max(self.offset, 0)


def parameters(request: Request) -> Values:
    """Return the parameters of a query, in its order; of two with one name the last one counts."""
    values: Values = {}
    for name, given in request.GET.lists():
        for value in given:
            _put(values, name, value)
    return values


def _put(values: Values, name: str, value: str) -> None:
    found = _NAME.match(name)
    if found is None:
        return  # PHP has no parameter without a name.
    *path, last = [found[1], *_KEY.findall(found[2])]
    if len(path) > MAX_KEYS:
        raise ParseError(f"A parameter has at most {MAX_KEYS} keys in brackets.")
    at = values
    for key in path:
        inner = at.setdefault(key or _next_key(at), {})
        if isinstance(inner, str):
            inner = at[key] = {}
        at = inner
    at[last or _next_key(at)] = value


def _next_key(values: Values) -> str:
    """Return the key that PHP gives to a value without one."""
    numbers = (int(key) for key in values if _INDEX.fullmatch(key))
    return str(1 + max(numbers, default=-1))


def _pairs(values: Values, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the names and values that a query has for parameters."""
    for key, value in values.items():
        name = f"{path}[{key}]" if path else key
        if isinstance(value, str):
            yield name, value
        else:
            yield from _pairs(value, name)


def url_of(request: Request, values: Values) -> str:
    """Return the URL of a request with another query."""
    query = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in _pairs(values)
    )
    return f"{request_url(request)}?{query}" if query else request_url(request)


def request_link(request: Request) -> str:
    """Return the URL of a request, its query in the order of the names."""
    try:
        return url_of(request, dict(sorted(parameters(request).items())))
    except (TooManyFieldsSent, ParseError):
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
        formats = JSONAPIRenderer.format
        raise NotAcceptable(
            f"No route found for the specified format. Supported formats: {formats}."
        )
    values = parameters(request)
    unknown = [name for name in values if _PLAIN.fullmatch(name) and name not in KNOWN]
    if unknown:
        raise SpecificationError(
            "The following query parameters violate the JSON:API spec: "
            f"{', '.join(map(repr, unknown))}.",
            "http://jsonapi.org/format/#query-parameters",
        )
    for name in ARRAYS:
        if isinstance(values.get(name), str):
            raise ParseError(
                f'Unexpected value for parameter "{name}": expecting "array", got "string".'
            )


def text_of(values: Mapping[str, Any], name: str) -> str | None:
    """Return a value that is a text, None where there is none; raise ParseError (400)."""
    value: str | Values | None = values.get(name)
    if value is None or isinstance(value, str):
        return value
    raise ParseError(f'Input value "{name}" contains a non-scalar value.')


def array_of(request: Request, name: str) -> Values:
    """Return what is in brackets behind a parameter, and the values."""
    value = parameters(request).get(name, {})
    return {} if isinstance(value, str) else value


def read_fields(request: Request) -> dict[str, frozenset[str]]:
    """Return the names of the fields that are asked for, by resource type; the others show all."""
    fields: dict[str, frozenset[str]] = {}
    for name, value in array_of(request, "fields").items():
        if not isinstance(value, str):
            raise ParseError("The fields of a type are one text with commas between them.")
        fields[name] = frozenset(value.split(","))
    return fields


def read_includes(request: Request) -> list[Sequence[str]]:
    """Return the paths of what is to be in the same document."""
    text = text_of(parameters(request), "include")
    if not text:
        return []
    paths = [path.strip().split(".") for path in text.split(",")]
    if len(paths) > MAX_INCLUDES:
        raise ParseError(f"A request may have {MAX_INCLUDES} include paths at most.")
    for path in paths:
        check_depth(path)
    return list(paths)


def check_depth(path: Sequence[str]) -> None:
    """Raise ParseError (400) for a path over more relationships than there may be."""
    if len(path) > MAX_DEPTH:
        raise ParseError(
            f"The path `{'.'.join(path)}` is too long: a path may have {MAX_DEPTH} parts at most."
        )


def read_page(request: Request) -> Page:
    """Return which members are asked for; raise ParseError (400) for what is no part of a list."""
    given = array_of(request, "page")
    limit, offset = text_of(given, "limit"), text_of(given, "offset")
    size = PAGE_SIZE
    if limit is not None and _INTEGER.fullmatch(limit):
        size = int(limit)
    if size <= 0 or limit == "":
        raise ParseError("The page size needs to be a positive integer.")
    if offset is not None and not _INTEGER.fullmatch(offset):
        raise ParseError("The page offset needs to be an integer.")
    return Page(int(offset or 0), min(size, PAGE_SIZE))


def page_links(request: Request, page: Page, *, is_last: bool) -> dict[str, dict[str, str]]:
    """Return where the other pages of a collection are, and this one."""

    def link(offset: int) -> dict[str, str]:
        own: Values = {"offset": str(offset), "limit": str(page.limit)}
        return {"href": url_of(request, {**parameters(request), "page": own})}

    links = {}
    if page.start:
        links["first"] = link(0)
    if not is_last:
        links["next"] = link(page.offset + page.limit)
    if page.start:
        links["prev"] = link(max(page.start - page.limit, 0))
    return {**links, "self": {"href": request_link(request)}}
