"""All that people read has a translation, and what clients are told has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polib
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import get_language, override
from pytest_django import Settings

from tests.admin.browser import get
from tests.content.visitors import Visitor, add_field, make_type
from tests.messages import LANGUAGES, Message, catalog, in_python, in_template, messages

PLACEHOLDER = re.compile(r"%\(\w+\)[ds]|%s|%%|\{\w+\}")
HOW_TO_MEND = "Run python3 -m tests.messages, and translate what is new."


def known(entry: Any) -> Message:
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt)


@pytest.mark.parametrize("language", LANGUAGES)
class TestCatalog:
    """The translations into a language."""

    @pytest.fixture
    def entries(self, language: str) -> list[Any]:
        return list(polib.pofile(str(catalog(language))))

    def test_has_what_there_is_and_nothing_else(self, entries: list[Any]) -> None:
        assert {*map(known, entries)} == {*messages()}, HOW_TO_MEND

    def test_is_complete(self, entries: list[Any]) -> None:
        assert [each.msgid for each in entries if not each.translated()] == [], HOW_TO_MEND

    def test_keeps_the_placeholders(self, entries: list[Any]) -> None:
        wrong = []
        for entry in entries:
            pairs = [(entry.msgid, entry.msgstr)]
            if entry.msgid_plural:
                pairs = [
                    *zip(
                        (entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=True
                    )
                ]
            for text, translation in pairs:
                if {*PLACEHOLDER.findall(text)} != {*PLACEHOLDER.findall(translation)}:
                    wrong.append(text)
        assert wrong == []

    def test_is_compiled(self, entries: list[Any], language: str) -> None:
        compiled = polib.mofile(str(catalog(language).with_suffix(".mo")))
        found = {known(each): (each.msgstr, each.msgstr_plural) for each in compiled}
        wanted = {known(each): (each.msgstr, each.msgstr_plural) for each in entries}
        assert found == wanted, HOW_TO_MEND


def test_messages_are_found_in_code_and_templates() -> None:
    code = (
        'a = _("One" " text")\nb = ngettext("%d day", "%d days", n)\n'
        'c = pgettext("month", "May")\nd = BaseField(name="e", label="Base")\n_(f)\n'
    )
    assert [*in_python(code)] == [
        Message("One text"),
        Message("%d day", "%d days"),
        Message("May", context="month"),
        Message("Base"),
    ]
    template = (
        "{% load i18n %}<p>{% translate 'So (here)' %} (no)</p>{% blocktranslate with a=b %}"
        "A {{ a }}{% endblocktranslate %}{% blocktranslate count n=n %}one{% plural %}more"
        "{% endblocktranslate %}"
    )
    assert [*in_template(template)] == [
        Message("So (here)"),
        Message("A %(a)s"),
        Message("one", "more"),
    ]


@pytest.fixture
def german(settings: Settings) -> Iterator[None]:
    """A project that answers in the language that is asked for, until the test is over."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    with override(get_language()):
        yield


def test_people_read_their_language(german: None, admin_user: User) -> None:
    make_type("article")
    client = Client(headers={"accept-language": "de"})
    client.force_login(admin_user)
    page = get(client, "node/add/")
    assert "article erstellen".capitalize() in page.text
    assert "Geschrieben von" in page.text
    assert "Protokollnachricht der Revision" in page.text


def test_clients_are_told_the_same_in_every_language(german: None, admin_user: User) -> None:
    make_type("article")
    add_field("article", "field_seats", "integer", settings={"min": 1})
    add_field("article", "field_mail", "email", required=True)
    add_field("article", "field_host", "entity_reference", settings={"target_type": "user"})
    document = {
        "type": "article",
        "title": [{"value": "x" * 300}],
        "langcode": [{"value": "xx"}],
        "field_seats": [{"value": "many"}],
        "field_host": [{"target_id": 99}],
    }
    visitor = Visitor(admin_user)
    english = visitor.post(document, accept_language="en")
    german_answer = visitor.post(document, accept_language="de")
    assert english.status_code == 422
    assert german_answer.content == english.content
    assert b"may not be longer than" in english.content
