"""docs/lists.md: what it shows is how it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.content.lists.formatters import FORMATTERS
from drupal_jwt_auth.content.lists.handlers import ARGUMENTS, FIELDS, FILTERS, SORTS
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.content.lists.views import PAGERS
from drupal_jwt_auth.lists import EntityList
from drupal_jwt_auth.models import Node
from tests.content.visitors import make_type, permission
from tests.docs.test_docs import blocks, read, table

DOCUMENT = read("docs/lists.md")
ROWS = [(url.strip("`"), answer.strip("`")) for url, answer in table("docs/lists.md", "`GET`")]


@pytest.fixture
def declared(db: None, settings: Settings) -> Iterator[None]:
    """The lists of the page, with three articles of one editor."""
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS}
    guests = Group.objects.get(name="anonymous")
    guests.permissions.add(permission("access content"))
    editor = User.objects.create_user("editor", pk=1)
    make_type("article")
    for day, title in enumerate(("Tea", "Coffee", "Tea & cake"), 1):
        created = datetime(2026, 3, day, 12, tzinfo=timezone.utc)
        Node.objects.create(nid=day, type_id="article", title=title, uid=editor, created=created)
    values: dict[str, Any] = {}
    (example,) = blocks(DOCUMENT, "python")
    exec(example, values)
    yield
    for each in values.values():
        if isinstance(each, type) and issubclass(each, EntityList):
            LISTS.unregister(each)


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(("url", "answer"), ROWS)
def test_each_request_is_answered_so(url: str, answer: str) -> None:
    found = Client().get(url).json()
    assert json.loads(unescape(json.dumps(found))) == json.loads(answer)


def test_what_is_known_of_a_view_is_what_it_says() -> None:
    known = dict(table("docs/lists.md", "Of a display"))
    expected = {"Filters": FILTERS, "Sorts": SORTS, "Contextual filters": ARGUMENTS}
    expected |= {"Fields": FIELDS, "Pagers": PAGERS}
    for row, names in expected.items():
        assert set(re.findall("`(.+?)`", f"`{known[row]}`")) == set(names), row


def test_the_formatters_are_those_that_it_names() -> None:
    start = DOCUMENT.index("The formatters are")
    sentence = DOCUMENT[start : DOCUMENT.index(".\n", start)]
    assert set(re.findall("`(.+?)`", sentence)) == FORMATTERS.keys()
