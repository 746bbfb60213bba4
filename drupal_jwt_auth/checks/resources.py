"""System checks of what a project calls the resource types of JSON:API, and their fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.core import checks
from django.core.checks import CheckMessage

from drupal_jwt_auth.conf import SETTING_NAME, app_settings
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.jsonapi.naming import SEPARATOR, Naming, ResourceName, naming_of
from drupal_jwt_auth.jsonapi.resource_type import RESERVED

PLACE = f"{SETTING_NAME}['JSONAPI_RESOURCES']"
_NAME = re.compile("[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?")


def check_resources() -> Iterator[CheckMessage]:
    """Yield errors for types that there are not, names that cannot be, and those given twice."""
    chosen = {name: naming_of(name) for name in app_settings.JSONAPI_RESOURCES}
    for name in chosen:
        if ResourceName.of(name).entity_type not in ENTITY_TYPES or SEPARATOR not in name:
            yield checks.Error(
                f"{PLACE} names no resource type: {name!r}.",
                hint="Name one as Drupal does, such as node--article or user--user.",
                id="drupal_jwt_auth.E043",
            )
    yield from _check_spelling(chosen)
    yield from _check_twice("", "name", (naming.name for naming in chosen.values()))
    yield from _check_twice("", "path", (naming.path for naming in chosen.values()))
    for name, naming in chosen.items():
        given = (public for public in naming.fields.values() if public is not None)
        yield from _check_twice(f"[{name!r}]", "field", given)


def _check_spelling(chosen: dict[str, Naming]) -> Iterator[CheckMessage]:
    for name, naming in chosen.items():
        given = [text for text in naming[:2] if text.replace("/", SEPARATOR, 1) != name]
        public = [text for text in naming.fields.values() if text is not None]
        wrong = {text for text in (*given, *public) if not _NAME.fullmatch(text)}
        wrong |= {text for text in given if text in ENTITY_TYPES} | RESERVED.intersection(public)
        for text in sorted(wrong):
            yield checks.Error(
                f"{PLACE}[{name!r}]: nothing can be called {text!r}.",
                hint="Use letters, digits, hyphens and underscores, and not the id of an entity "
                f"type; no field is called {' or '.join(sorted(RESERVED))}.",
                id="drupal_jwt_auth.E044",
            )


def _check_twice(place: str, what: str, given: Iterable[str]) -> Iterator[CheckMessage]:
    for text, times in Counter(given).items():
        if times > 1:
            yield checks.Error(
                f"{PLACE}{place} gives the {what} {text!r} {times} times.",
                hint="Give each another one.",
                id="drupal_jwt_auth.E045",
            )
