"""An error is told in the format that the query names, though nothing else is in it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.http.error_formats import XMLErrorRenderer, error_renderer
from tests.content.visitors import JSON, message

pytestmark = pytest.mark.urls("tests.project")

TEXT = "text/plain; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
NOT_ACCEPTABLE = "No route found for the specified format. Supported formats: json."


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        (
            "xml",
            XML,
            f'<?xml version="1.0"?>\n<response><message>{NOT_ACCEPTABLE}</message></response>\n',
        ),
        ("hal_json", TEXT, NOT_ACCEPTABLE),
        ("XML", TEXT, NOT_ACCEPTABLE),
        ("html", TEXT, NOT_ACCEPTABLE),
        ("json&_format=foo", TEXT, NOT_ACCEPTABLE),
    ],
)
def test_a_format_that_there_is_not_is_refused_in_it(
    name: str, media_type: str, content: str
) -> None:
    response = APIClient().get(f"/resource?_format={name}")
    assert (response.status_code, response.headers["Content-Type"]) == (406, media_type)
    assert response.content.decode() == content


@pytest.mark.parametrize(("name", "media_type"), [("xml", XML), ("foo", TEXT)])
def test_errors_of_earlier_checks_are_in_the_format_too(name: str, media_type: str) -> None:
    for method, content_type, status in (("PUT", "", 405), ("POST", "text/csv", 415)):
        response = APIClient().generic(method, f"/resource?_format={name}", "x", content_type)
        assert (response.status_code, response.headers["Content-Type"]) == (status, media_type)


@pytest.mark.parametrize("query", ["", JSON, "_format=", "_format=0", "_format[]=xml"])
def test_without_a_format_it_is_json(query: str) -> None:
    response = APIClient().put(f"/resource?{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (405, "application/json")


def test_two_values_at_once_name_no_format() -> None:
    response = APIClient().get("/resource?_format[]=xml")
    text = 'Input value "_format" contains a non-scalar value.'
    assert message(response) == (400, text)


@pytest.mark.parametrize("name", ["xml", "foo"])
def test_a_refusal_by_address_is_told_in_it_too(settings: Settings, name: str) -> None:
    settings.DRUPAL_JWT_AUTH = {"BLOCKED_ADDRESSES": ["127.0.0.1"], "AUDIT_LOG": []}
    response = APIClient().get(f"/node/1?_format={name}")
    assert message(response) == (403, "Your IP address is not allowed to use this site's API.")


@pytest.mark.parametrize(
    "text",
    [
        "a \"b\" 'c' \u00e9 \U0001f600",
        "<b>&amp;</b>",
        "]]> <",
        "a\tb\nc",
        "",
    ],
)
def test_any_text_is_good_xml(text: str) -> None:
    content = XMLErrorRenderer().render({"message": text})
    assert (ET.fromstring(content).findtext("message") or "") == text


def test_what_xml_cannot_hold_is_replaced() -> None:
    content = XMLErrorRenderer().render({"message": "\0\x1b\ud800\uffff"})
    assert ET.fromstring(content).findtext("message") == "\ufffd" * 4


def test_markup_is_marked_as_text() -> None:
    content = XMLErrorRenderer().render({"message": "<i>"})
    assert b"<message><![CDATA[<i>]]></message>" in content


def test_a_text_that_is_none_in_utf_8_can_be_told() -> None:
    renderer = error_renderer(RequestFactory().get("/?_format=foo"))
    assert renderer.render({"message": "a\ud800"}) == b"a?"
