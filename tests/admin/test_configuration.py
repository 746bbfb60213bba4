"""Text formats, vocabularies, terms and aliases have pages of their own."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from drupal_jwt_auth.models import PathAlias, Term, TextFormat, Vocabulary
from tests.admin.browser import ADMIN, get, read, send, submit
from tests.admin.conftest import MakeNode

# Text formats

FILTERS = {"filter_autop": {"weight": 0, "settings": {}}}


def test_a_text_format_is_added_with_its_permission(browser: Client) -> None:
    values = {"name": "My HTML", "format": "my_html", "filters": json.dumps(FILTERS)}
    assert submit(browser, "textformat/add/", **values).status_code == 302
    assert TextFormat.objects.get().filters == FILTERS
    assert Permission.objects.filter(codename="use text format my_html").exists()


@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ("[1]", "Use a JSON object of filters by id."),
        ('{"filter_nonsense": {}}', "There is no filter filter_nonsense."),
        ('{"filter_autop": []}', "Filter filter_autop needs an object with weight and settings."),
        (
            '{"filter_autop": {"weight": "x"}}',
            "Filter filter_autop needs an object with weight and settings.",
        ),
        (
            '{"filter_autop": {"settings": 5}}',
            "Filter filter_autop needs an object with weight and settings.",
        ),
        (
            '{"filter_html": {"weight": 1, "settings": {"allowed_html": 5}}}',
            "Filter filter_html cannot use allowed_html: 5",
        ),
        (
            '{"filter_url": {"weight": 1, "settings": {"filter_url_length": "x"}}}',
            "Filter filter_url cannot use filter_url_length: x",
        ),
    ],
)
def test_filters_are_those_that_there_are(browser: Client, filters: str, error: str) -> None:
    values = {"name": "My HTML", "format": "my_html", "filters": filters}
    assert read(submit(browser, "textformat/add/", **values)).errors == [error]


@pytest.mark.usefixtures("formats")
def test_the_machine_name_of_a_text_format_stays(browser: Client) -> None:
    path = "textformat/full_html/change/"
    assert "format" not in get(browser, path).inputs
    submit(browser, path, format="other", name="Everything", weight="3")
    assert (TextFormat.objects.get(format="full_html").name) == "Everything"


@pytest.mark.usefixtures("formats")
def test_text_formats_are_listed_by_weight(browser: Client) -> None:
    text = " ".join(get(browser, "textformat/").text.split())
    assert text.index("Basic HTML basic_html 0") < text.index("Full HTML full_html 1")


# Vocabularies and terms


@pytest.fixture
def tags(site: None) -> Vocabulary:
    return Vocabulary.objects.create(vid="tags", name="Tags")


def test_a_vocabulary_and_a_term_are_added(browser: Client) -> None:
    assert submit(browser, "vocabulary/add/", name="Tags", vid="tags").status_code == 302
    assert submit(browser, "term/add/", name="News", vid="tags").status_code == 302
    term = Term.objects.get()
    assert (term.name, term.vid.vid, term.status) == ("News", "tags", True)


def test_the_machine_name_and_the_uuid_of_a_vocabulary_stay(
    browser: Client, tags: Vocabulary
) -> None:
    page = get(browser, "vocabulary/tags/change/")
    assert tags.uuid in page.text
    assert not {"vid", "uuid"} & page.inputs.keys()
    submit(browser, "vocabulary/tags/change/", name="Other", vid="other", uuid="other")
    assert list(Vocabulary.objects.values_list("vid", "name", "uuid")) == [
        ("tags", "Other", tags.uuid)
    ]


def test_terms_are_listed_with_their_vocabulary(browser: Client, tags: Vocabulary) -> None:
    term = Term.objects.create(vid=tags, name="News")
    assert "News Tags" in " ".join(get(browser, "term/").text.split())
    assert term.uuid in get(browser, f"term/{term.pk}/change/").text


# URL aliases


def test_an_alias_is_added(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    values = {"path": f"/node/{node.pk}", "alias": "/about/", "langcode": "en"}
    assert submit(browser, "pathalias/add/", **values).status_code == 302
    assert node.get_absolute_url() == "/about"


@pytest.mark.parametrize(
    ("alias", "error"),
    [
        ("about", "The alias path has to start with a slash."),
        ("/", "The alias path has to start with a slash."),
        ("/TAKEN", "The alias /TAKEN is already in use in this language."),
        ("", "This field is required."),
    ],
)
def test_an_alias_is_one(browser: Client, make_node: MakeNode, alias: str, error: str) -> None:
    PathAlias.objects.create(path=f"/node/{make_node().pk}", alias="/taken", langcode="en")
    values = {"path": f"/node/{make_node().pk}", "alias": alias, "langcode": "en"}
    assert read(submit(browser, "pathalias/add/", **values)).errors == [error]


def test_an_alias_keeps_a_language_that_the_site_has_no_more(
    browser: Client, make_node: MakeNode
) -> None:
    node = make_node()
    alias = PathAlias.objects.create(path=f"/node/{node.pk}", alias="bad", langcode="fr")
    path = f"pathalias/{alias.pk}/change/"
    assert get(browser, path).options["langcode"] == {
        "en": "English",
        "und": "Not specified",
        "fr": "French",
    }
    assert submit(browser, path, path=f"/node/{make_node().pk}").status_code == 302
    alias.refresh_from_db()
    assert (alias.alias, alias.langcode) == ("bad", "fr")


def test_aliases_are_listed_with_their_paths(browser: Client) -> None:
    PathAlias.objects.create(path="/node/1", alias="/about", langcode="en")
    PathAlias.objects.create(path="/search", alias="/find", langcode="en", status=False)
    listed = " ".join(get(browser, "pathalias/").text.split())
    assert "/about /node/1 en" in listed
    assert "/find /search en" in listed
    assert "/about" not in get(browser, "pathalias/", status__exact=0).text


def test_an_alias_of_another_path_is_changed_and_deleted(browser: Client) -> None:
    alias = PathAlias.objects.create(path="/search", alias="/alpha", langcode="en")
    assert submit(browser, f"pathalias/{alias.pk}/change/", alias="/ALPHA").status_code == 302
    alias.refresh_from_db()
    assert (alias.path, alias.alias) == ("/search", "/ALPHA")
    chosen = {"action": "delete_selected", "_selected_action": str(alias.pk), "post": "yes"}
    assert browser.post(f"{ADMIN}pathalias/", chosen).status_code == 302
    assert not PathAlias.objects.exists()


def test_content_does_not_get_the_alias_of_another_path(
    browser: Client, make_node: MakeNode
) -> None:
    PathAlias.objects.create(path="/search", alias="/alpha", langcode="en")
    values = {"path": f"/node/{make_node().pk}", "alias": "/alpha", "langcode": "en"}
    assert read(submit(browser, "pathalias/add/", **values)).errors == [
        "The alias /alpha is already in use in this language."
    ]


@pytest.mark.parametrize("path", ["/search", "/node/999", "/node/x", "node/1", "/user/0"])
def test_an_alias_leads_to_what_there_is(browser: Client, path: str) -> None:
    values = {"path": path, "alias": "/about", "langcode": "en"}
    assert read(submit(browser, "pathalias/add/", **values)).errors == [
        "There is nothing at this path."
    ]


def test_an_alias_may_lead_to_a_user(browser: Client) -> None:
    values = {"path": f"/user/{User.objects.get(username='admin').pk}", "alias": "/people/me"}
    assert submit(browser, "pathalias/add/", **values).status_code == 302
    alias = PathAlias.objects.get()
    assert (alias.path, alias.langcode, alias.status) == (values["path"], "en", True)


def test_an_alias_is_switched_off(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    alias = PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    page = f"pathalias/{alias.pk}/change/"
    values = {**get(browser, page).values}
    del values["status"]
    assert send(browser, page, values).status_code == 302
    assert node.get_absolute_url() == f"/node/{node.pk}"


@pytest.mark.parametrize(
    "page", ["node", "nodetype", "textformat", "vocabulary", "term", "pathalias"]
)
def test_every_list_can_be_searched(browser: Client, page: str) -> None:
    assert browser.get(f"{ADMIN}{page}/?q=x").status_code == 200
