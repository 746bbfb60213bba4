"""References are written by name: with the id in brackets, alone, several in one input."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys
from drupal_jwt_auth.content.node.entity import NodeEntityType
from drupal_jwt_auth.fields import FIELD_TYPES, Field
from drupal_jwt_auth.fields.forms.references import names_in, quoted
from drupal_jwt_auth.models import Node, Term, Vocabulary
from tests.admin.browser import ADMIN, Page, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff
from tests.content.visitors import make_term, make_user

TAGS = {"target_type": "taxonomy_term", "handler_settings": {"target_bundles": {"tags": "tags"}}}
FREE = {
    "target_type": "taxonomy_term",
    "handler_settings": {"target_bundles": {"tags": "tags"}, "auto_create": True},
}
INPUT = "field_x-0-target_id"
ADDING = "node/add/?type=event"
SUGGESTIONS = "/admin/drupal_jwt_auth/suggestions/"


@pytest.fixture
def science(site: None) -> Term:
    """A tag, besides which there are others."""
    make_term("Arts")
    make_term("Pop", "topics")
    return make_term("Science")


def write(browser: Client, text: str) -> list[int]:
    """Write an event that refers to something, and return the ids that are stored."""
    answer = submit(browser, ADDING, **{"title": "New", INPUT: text})
    assert answer.status_code == 302, read(answer).errors
    node = Node.objects.order_by("-nid")[0]
    return [item["target_id"] for item in node.fields.get("field_x", [])]


def refused(browser: Client, text: str) -> Page:
    page = read(submit(browser, ADDING, **{"title": "New", INPUT: text}))
    assert page.values[INPUT] == text
    return page


@pytest.mark.parametrize("text", ["Science ({tid})", "Anything ({tid})", "science", " {tid} "])
def test_one_is_written_by_name_or_id(
    browser: Client, add_field: MakeField, science: Term, text: str
) -> None:
    add_field("entity_reference", settings=TAGS)
    assert write(browser, text.format(tid=science.pk)) == [science.pk]


def test_several_are_written_in_one_input_in_an_order(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    arts = Term.objects.get(name="Arts")
    assert write(browser, f"science,  Arts ({arts.pk}),") == [science.pk, arts.pk]
    path = f"node/{Node.objects.get().pk}/change/"
    page = get(browser, path)
    assert page.values[INPUT] == f"Science ({science.pk}), Arts ({arts.pk})"
    assert page.links["Arts"] == f"{ADMIN}term/{arts.pk}/change/"
    assert submit(browser, path, **{INPUT: f"Arts ({arts.pk})"}).status_code == 302
    assert Node.objects.get().fields["field_x"] == [{"target_id": arts.pk}]
    assert submit(browser, path, **{INPUT: ""}).status_code == 302
    assert Node.objects.get().fields["field_x"] == []


def test_those_that_stay_are_as_they_are_stored(
    browser: Client, add_field: MakeField, make_node: MakeNode, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    kept = {"target_id": science.pk, "more": 1}
    gone = {"target_id": 99}
    node = make_node(type_id="event", fields={"field_x": [kept, gone, {"target_id": None}]})
    path = f"node/{node.pk}/change/"
    assert get(browser, path).values[INPUT] == f"Science ({science.pk}), 99"
    assert submit(browser, path, title="Other").status_code == 302
    node.refresh_from_db()
    assert len(node.fields["field_x"]) == 3
    assert submit(browser, path, **{INPUT: f"Arts, Science ({science.pk}), 99"}).status_code == 302
    node.refresh_from_db()
    arts = Term.objects.get(name="Arts").pk
    assert node.fields["field_x"] == [{"target_id": arts}, kept, gone]


@pytest.mark.parametrize(
    "names", [["Arts", "Science"], ["A, B", "C"], ['5" disk', "x"], ['"quoted"', ","], ['a"b, c']]
)
def test_names_with_commas_and_quotation_marks_stay_names(names: list[str]) -> None:
    assert names_in(", ".join(map(quoted, names))) == names


def test_a_quotation_mark_that_ends_nowhere_is_one() -> None:
    assert names_in('"a, b', ' , "c" d,') == ['"a', "b", '"c" d']


def test_a_name_that_several_have_takes_an_id(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS)
    other = make_term("SCIENCE")
    page = refused(browser, "Science")
    choices = f"SCIENCE ({other.pk}), Science ({science.pk})"
    assert set(page.errors[0].partition(": ")[2].split(", ")) == set(choices.split(", "))
    assert write(browser, f"Science ({other.pk})") == [other.pk]


@pytest.mark.parametrize("cardinality", [1, -1])
def test_what_nothing_is_called_is_refused_where_the_field_makes_none(
    browser: Client, add_field: MakeField, science: Term, cardinality: int
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=cardinality)
    for text in ("Sports", "Pop", "Sports (99)", "Sports (x)"):
        assert "There is nothing of this name" in refused(browser, text).errors[0]


def test_a_target_of_another_bundle_is_refused(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    pop = Term.objects.get(name="Pop")
    page = refused(browser, f"Pop ({pop.pk}), Science")
    assert page.errors == [f"This cannot be chosen here: {pop.pk}"]
    assert page.inputs[INPUT]["aria-invalid"] == "true"


def test_no_more_are_taken_than_the_field_holds(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=2)
    assert "no more values than 2" in refused(browser, "Science, Arts, Science").errors[0]


# Those that are made in passing


@pytest.mark.parametrize("cardinality", [1, -1])
def test_a_term_is_made_of_a_name_that_nothing_has(
    staff: Staff, add_field: MakeField, science: Term, cardinality: int
) -> None:
    add_field("entity_reference", settings=FREE, cardinality=cardinality)
    ids = write(staff("create event content"), "Sports")
    term = Term.objects.get(name="Sports")
    assert ids == [term.pk]
    assert (term.vid_id, term.status) == ("tags", True)
    assert write(staff_again(), "sports") == [term.pk]


def staff_again() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    return client


def test_it_is_made_in_the_bundle_that_the_field_names(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    bundles = {"target_bundles": {"tags": "tags", "topics": "topics"}, "auto_create": True}
    settings = {**FREE, "handler_settings": {**bundles, "auto_create_bundle": "topics"}}
    add_field("entity_reference", settings=settings, cardinality=-1)
    write(browser, "Rock, Rock")
    assert [term.vid_id for term in Term.objects.filter(name="Rock")] == ["topics"]


def test_what_is_refused_has_made_nothing(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=FREE, cardinality=-1)
    answer = submit(browser, ADDING, **{"title": "", INPUT: "Sports, Arts"})
    assert read(answer).values[INPUT] == "Sports, Arts"
    assert not Term.objects.filter(name="Sports").exists()


def test_a_name_that_can_be_none_is_refused(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=FREE, cardinality=-1)
    assert refused(browser, "x" * 256).errors
    assert Term.objects.count() == 3


@pytest.mark.parametrize(
    "settings",
    [
        {"target_type": "node", "handler_settings": {"target_bundles": {"page": "page"}}},
        {"target_type": "view", "handler_settings": {"target_bundles": {"page": "page"}}},
        {"target_type": "taxonomy_term", "handler_settings": {"target_bundles": {"no": "no"}}},
    ],
)
def test_other_entities_and_bundles_that_are_gone_are_not_made(
    browser: Client, add_field: MakeField, settings: dict[str, Any]
) -> None:
    settings["handler_settings"]["auto_create"] = True
    add_field("entity_reference", settings=settings)
    assert "There is nothing of this name" in refused(browser, "Sports").errors[0]


def test_eleven_hundred_tags_are_one_input(
    browser: Client, add_field: MakeField, make_node: MakeNode, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    tags = Vocabulary.objects.get(pk="tags")
    names = [f"Tag {number}" for number in range(1100)]
    terms = Term.objects.bulk_create(Term(vid=tags, name=name) for name in names)
    fields = {"field_x": [{"target_id": term.pk} for term in terms]}
    node = make_node(type_id="event", fields=fields)
    path = f"node/{node.pk}/change/"
    with CaptureQueriesContext(connection) as queries:
        page = get(browser, path)
    assert len(names_in(page.values[INPUT])) == 1100
    assert len(queries) < 60
    changed = f"{page.values[INPUT]}, Science ({science.pk})"
    assert submit(browser, path, **{INPUT: changed}).status_code == 302
    node.refresh_from_db()
    assert len(node.fields["field_x"]) == 1101


# Suggestions


def suggested(browser: Client, entity_type: str, q: str, **query: str) -> list[str]:
    answer = browser.get(f"{SUGGESTIONS}{entity_type}/", {"q": q, **query})
    assert answer.status_code == 200
    return [result["label"] for result in answer.json()["results"]]


def test_an_input_knows_where_to_ask_for_names(
    browser: Client, add_field: MakeField, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    found = get(browser, ADDING.partition("?")[0], type="event").inputs[INPUT]
    assert found["data-suggestions"] == f"{SUGGESTIONS}taxonomy_term/?bundles=tags"
    answer = browser.get(found["data-suggestions"] or "", {"bundles": "tags", "q": "sci"})
    assert answer.json() == {"results": [{"label": "Science", "value": f"Science ({science.pk})"}]}


def test_what_one_may_see_is_suggested(staff: Staff, make_node: MakeNode, science: Term) -> None:
    for number in range(12):
        make_node(title=f"Page {number:02}", status=number != 3)
    make_node(title="Story", type_id="article")
    browser = staff("access content overview")
    pages = suggested(browser, "node", "AGE")
    assert pages == [f"Page {number:02}" for number in range(12) if number != 3][:10]
    assert suggested(browser, "node", "story", bundles="page") == []
    assert suggested(browser, "node", "story", bundles="page,article") == ["Story"]
    assert suggested(browser, "taxonomy_term", "c") == ["Science"]
    assert suggested(browser, "node_type", "PAGE") == ["Basic page"]


def test_active_users_are_suggested_to_everybody_as_in_drupal(staff: Staff) -> None:
    make_user("plainer", is_active=False)
    browser = staff("access content overview")
    assert suggested(browser, "user", "plain") == ["plain"]


@pytest.mark.parametrize("q", ["", " ", "x" * 129, "a\0b", "%", "_"])
def test_nothing_is_suggested_for_what_nothing_is_called(
    browser: Client, science: Term, q: str
) -> None:
    for entity_type in ("node", "taxonomy_term", "node_type"):
        assert suggested(browser, entity_type, q) == []


@pytest.mark.parametrize("entity_type", ["view", "nope", "date_format"])
def test_of_others_nothing_is_known(browser: Client, entity_type: str) -> None:
    assert browser.get(f"{SUGGESTIONS}{entity_type}/").status_code == 404


def test_suggestions_are_for_those_who_may_enter(client: Client, site: None) -> None:
    client.force_login(User.objects.get(username="plain"))
    assert client.get(f"{SUGGESTIONS}node/?q=a").status_code == 302


def test_in_a_site_that_is_not_opened_names_are_typed(admin: User) -> None:
    request: Any = RequestFactory().get("/")
    request.user = admin
    context = AdminContext.of(request, AdminSite("closed"))
    field = Field(name="x", label="X", type=FIELD_TYPES["entity_reference"])
    assert context.suggestions_url(field) is None


class Nameless(ContentEntityType):
    """A kind of entities that are called nothing, or something that is no column."""

    id = "nameless"
    label = "nameless"
    model = Node


@pytest.mark.parametrize("label", [None, "made_up"])
def test_entities_without_a_column_for_their_names_are_known_by_ids(label: str | None) -> None:
    kind = type("Kind", (Nameless,), {"keys": Keys(label=label)})()
    assert kind.label_column is None
    assert NodeEntityType().label_column == "title"


def test_the_same_id_under_another_name_changes_nothing(
    browser: Client, add_field: MakeField, make_node: MakeNode, science: Term
) -> None:
    add_field("entity_reference", settings=TAGS)
    kept = [{"target_id": science.pk, "more": 1}]
    node = make_node(type_id="event", fields={"field_x": kept})
    path = f"node/{node.pk}/change/"
    assert submit(browser, path, **{INPUT: f"Renamed ({science.pk})"}).status_code == 302
    node.refresh_from_db()
    assert node.fields["field_x"] == kept


# Links


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("/about", "internal:/about"),
        ("/node/{nid}?page=2#top", "internal:/node/{nid}?page=2#top"),
        ("?page=2", "internal:?page=2"),
        ("#top", "internal:#top"),
        ("<front>", "internal:/"),
        ("<nolink>", "route:<nolink>"),
        ("A page ({nid})", "entity:node/{nid}"),
        ("https://example.com/a (1)", "https://example.com/a (1)"),
    ],
)
def test_a_link_is_written_as_people_write_it(
    browser: Client, add_field: MakeField, make_node: MakeNode, written: str, stored: str
) -> None:
    nid = make_node().pk
    add_field("link")
    text = written.format(nid=nid)
    answer = submit(browser, ADDING, **{"title": "New", "field_x-0-uri": text})
    assert answer.status_code == 302, read(answer).errors
    node = Node.objects.order_by("-nid")[0]
    assert node.fields["field_x"][0]["uri"] == stored.format(nid=nid)
    assert get(browser, f"node/{node.pk}/change/").values["field_x-0-uri"] == text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("route:<front>", "<front>"),
        ("entity:node/99", "entity:node/99"),
        ("entity:node/x", "entity:node/x"),
        (f"entity:node/{10**20}", f"entity:node/{10**20}"),
        ("entity:user/1", "entity:user/1"),
        ("internal:about", "internal:about"),
        ("route:some.page", "route:some.page"),
        (None, ""),
    ],
)
def test_other_links_are_shown_as_they_are_stored_and_stay(
    browser: Client, add_field: MakeField, make_node: MakeNode, stored: Any, shown: str
) -> None:
    add_field("link")
    items = [{"uri": stored, "title": "T", "options": []}]
    node = make_node(type_id="event", fields={"field_x": items})
    path = f"node/{node.pk}/change/"
    page = get(browser, path)
    assert page.values["field_x-0-uri"] == shown
    assert page.inputs["field_x-0-uri"]["data-suggestions"] == f"{SUGGESTIONS}node/"
    assert submit(browser, path, title="Other").status_code == 302
    node.refresh_from_db()
    assert node.fields["field_x"] == items


def test_a_link_to_nothing_is_refused(staff: Staff, add_field: MakeField) -> None:
    add_field("link")
    browser = staff("create event content")
    page = read(submit(browser, ADDING, **{"title": "New", "field_x-0-uri": "Gone (99)"}))
    assert page.values["field_x-0-uri"] == "Gone (99)"
    assert page.errors


# Authors


def test_the_author_is_written_by_name_and_nobody_is_the_anonymous_user(
    staff: Staff, site: None, make_node: MakeNode
) -> None:
    browser = staff("administer nodes", "create page content", "edit any page content")
    path = "node/add/?type=page"
    assert submit(browser, path, title="New", **{"uid-0-target_id": "plain"}).status_code == 302
    node = Node.objects.get()
    assert node.uid == User.objects.get(username="plain")
    edit = f"node/{node.pk}/change/"
    shown = get(browser, edit).values["uid-0-target_id"]
    assert shown == f"plain ({node.uid_id})"
    assert submit(browser, edit, **{"uid-0-target_id": ""}).status_code == 302
    node.refresh_from_db()
    assert node.uid is None
    assert get(browser, edit).values["uid-0-target_id"] == "Anonymous (0)"
    assert submit(browser, path, title="New", **{"uid-0-target_id": ""}).status_code == 302
    assert set(Node.objects.values_list("uid", flat=True)) == {None}
    page = read(submit(browser, edit, **{"uid-0-target_id": "nobody"}))
    assert page.inputs["uid-0-target_id"]["aria-invalid"] == "true"
