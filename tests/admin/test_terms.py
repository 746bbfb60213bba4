"""Vocabularies and terms in the admin: the tree, the form of a term, and deletion."""

from __future__ import annotations

import pytest
from django.contrib.admin import AdminSite
from django.test import Client

from drupal_jwt_auth.admin import taxonomy, term_form
from drupal_jwt_auth.models import FieldConfig, PathAlias, Term, TermParent, Vocabulary
from tests.admin.browser import ADMIN, Page, get, read, send, submit
from tests.admin.conftest import Staff
from tests.content.taxonomy.terms import below, names
from tests.content.visitors import make_term

RED = {"field_color-0-value": "red"}


@pytest.fixture
def tags(site: None) -> Vocabulary:
    return Vocabulary.objects.create(vid="tags", name="Tags")


@pytest.fixture
def color(tags: Vocabulary) -> FieldConfig:
    """Tags have a color."""
    return FieldConfig.objects.create_field(
        "taxonomy_term", "tags", "field_color", "string", label="Color"
    )


def chosen(*terms: Term) -> list[str]:
    return [str(term.pk) for term in terms]


# Vocabularies


def test_the_page_of_a_vocabulary_shows_its_terms_as_a_tree(
    browser: Client, tags: Vocabulary
) -> None:
    one = make_term("Science", weight=2)
    leaf = below("Physics", one, status=False)
    page = get(browser, "vocabulary/tags/change/")
    text = page.text.replace("\u2003", "> ")
    assert " ".join(text.split()).find("Science 2 Published > Physics 0 Unpublished") > 0
    assert page.links["Physics"] == f"{ADMIN}term/{leaf.pk}/change/"
    assert page.links["Add term"] == f"{ADMIN}term/add/?vid=tags"
    assert page.links["List terms"] == f"{ADMIN}term/?vid__vid__exact=tags"
    assert "Physics" in read(browser.get(page.links["List terms"])).text


def test_one_of_many_terms_leads_to_their_list(
    browser: Client, tags: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taxonomy, "MAX_SHOWN", 1)
    assert "0 terms" in get(browser, "vocabulary/tags/change/").text
    make_term("Science")
    assert "Science" in get(browser, "vocabulary/tags/change/").links
    make_term("Physics")
    page = get(browser, "vocabulary/tags/change/")
    assert "2 terms" in page.text
    assert "Science" not in page.text


def test_where_terms_have_no_pages_their_names_stand_alone(tags: Vocabulary) -> None:
    make_term("Science")
    page = Page(taxonomy.VocabularyAdmin(Vocabulary, AdminSite()).tree(tags))
    assert "Science" in page.text
    assert page.links == {}


def test_a_vocabulary_has_fields_whose_values_go_with_them(
    browser: Client, color: FieldConfig
) -> None:
    term = make_term("Science", fields={"field_color": [{"value": "red"}]})
    fields = get(browser, "vocabulary/tags/change/").links["Manage fields"]
    assert "Color" in read(browser.get(fields)).text
    path = f"{ADMIN}fieldconfig/{color.pk}/delete/"
    assert "1 item has values" in read(browser.get(path)).text
    assert browser.post(path, {"post": "yes"}).status_code == 302
    term.refresh_from_db()
    assert (term.fields, FieldConfig.objects.of("taxonomy_term").exists()) == ({}, False)


# The form of a term


def test_a_new_term_is_asked_for_its_vocabulary_first(browser: Client, tags: Vocabulary) -> None:
    assert "name" in get(browser, "term/add/").inputs
    Vocabulary.objects.create(vid="topics", name="Topics", description="What it is about")
    page = get(browser, "term/add/")
    assert page.links["Topics"] == "?vid=topics"
    assert "What it is about" in page.text
    assert "Add a term to Topics" in get(browser, "term/add/", vid="topics").text
    tags.delete()
    Vocabulary.objects.all().delete()
    assert get(browser, "term/add/").links["Add a vocabulary"] == f"{ADMIN}vocabulary/add/"


def test_it_begins_below_the_root_and_published(browser: Client, tags: Vocabulary) -> None:
    assert submit(browser, "term/add/?vid=tags", name="Science").status_code == 302
    term = Term.objects.get()
    assert (term.vid, term.parents, term.status, term.langcode) == (tags, [None], True, "en")
    assert (term.description, term.fields) == (None, {})


def test_a_term_has_text_fields_a_place_and_an_alias(
    browser: Client, color: FieldConfig, formats: None
) -> None:
    one, other = make_term("Science"), make_term("Arts")
    answer = submit(
        browser,
        "term/add/?vid=tags",
        **{"name": "Physics", "weight": "-3", "status": None, "path-0-alias": "/physics"},
        **{"description-0-value": "<b>", "description-0-format": "full_html", **RED},
        parent=chosen(one, other),
    )
    assert answer.status_code == 302
    term = Term.objects.get(name="Physics")
    assert (term.description, term.description_format) == ("<b>", "full_html")
    assert term.fields == {"field_color": [{"value": "red"}]}
    assert (sorted(map(int, map(str, term.parents))), term.weight, term.status) == (
        [one.pk, other.pk],
        -3,
        False,
    )
    assert PathAlias.objects.get().path == f"/taxonomy/term/{term.pk}"
    # Sent back as it is shown, nothing changes but when it did.
    before = Term.objects.filter(pk=term.pk).values().get()
    values = get(browser, f"term/{term.pk}/change/").values
    answer = send(browser, f"term/{term.pk}/change/", values, parent=chosen(one, other))
    assert answer.status_code == 302
    after = Term.objects.filter(pk=term.pk).values().get()
    assert {**after, "changed": None} == {**before, "changed": None}
    assert sorted(Term.objects.get(pk=term.pk).parents, key=str) == [one.pk, other.pk]


def test_a_text_can_be_taken_away(browser: Client, tags: Vocabulary) -> None:
    term = make_term("Science", description="x")
    path = f"term/{term.pk}/change/"
    assert get(browser, path).values["description-0-value"] == "x"
    assert submit(browser, path, **{"description-0-value": ""}).status_code == 302
    term.refresh_from_db()
    assert (term.description, term.description_format) == (None, None)


def test_parents_are_chosen_among_those_that_the_term_can_be_below(
    browser: Client, tags: Vocabulary
) -> None:
    one = make_term("Science")
    leaf = below("Physics", one)
    make_term("Arts", "topics")
    assert get(browser, "term/add/", vid="tags").options["parent"] == {
        "0": "<root>",
        str(one.pk): "Science",
        str(leaf.pk): "-Physics",
    }
    path = f"term/{one.pk}/change/"
    assert get(browser, path).options["parent"] == {"0": "<root>"}
    answer = submit(browser, path, parent=str(leaf.pk))
    assert len(read(answer).errors) == 1
    assert submit(browser, f"term/{leaf.pk}/change/", parent="0").status_code == 302
    assert Term.objects.get(pk=leaf.pk).parents == [None]


def test_what_clients_have_put_below_itself_may_stay_there(
    browser: Client, tags: Vocabulary
) -> None:
    one, foreign = make_term("Science"), make_term("Arts", "topics")
    TermParent.objects.make(one.pk, [one.pk, foreign.pk])
    path = f"term/{one.pk}/change/"
    assert get(browser, path).options["parent"] == {
        "0": "<root>",
        str(one.pk): "Science",
        str(foreign.pk): str(foreign.pk),
    }
    answer = submit(browser, path, name="Sciences", parent=chosen(one, foreign))
    assert answer.status_code == 302
    assert Term.objects.get(pk=one.pk).parents == [one.pk, foreign.pk]


def test_in_a_large_vocabulary_the_numbers_of_parents_are_typed_in(
    browser: Client, tags: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_form, "MAX_CHOICES", 1)
    one = make_term("Science")
    leaf = below("Physics", one)
    path = f"term/{leaf.pk}/change/"
    assert get(browser, path).values["parent"] == str(one.pk)
    assert submit(browser, path, name="Optics").status_code == 302
    assert submit(browser, path, parent=f" {one.pk} , 0,").status_code == 302
    assert Term.objects.get(pk=leaf.pk).parents == [one.pk, None]
    for typed, error in (
        ("abc", "There is nothing of this name, or with this ID: abc"),
        ("999", "There is nothing of this name, or with this ID: 999"),
        (str(leaf.pk), "A term cannot be below itself."),
    ):
        page = read(submit(browser, path, parent=typed))
        assert page.errors[0] == error
        assert page.values["parent"] == typed
    answer = submit(browser, f"term/{one.pk}/change/", parent=str(leaf.pk))
    assert read(answer).errors == ["A term cannot be below itself."]


def test_an_alias_of_another_is_refused(browser: Client, tags: Vocabulary) -> None:
    term = make_term("Science")
    PathAlias.objects.create(path="/taxonomy/term/77", alias="/taken", langcode="en")
    answer = submit(browser, f"term/{term.pk}/change/", **{"path-0-alias": "/taken"})
    assert read(answer).errors == ["The alias /taken is already in use in this language."]


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(
    browser: Client, tags: Vocabulary
) -> None:
    term = make_term("Science")
    path = f"term/{term.pk}/change/"
    values = get(browser, path).values
    Term.objects.filter(pk=term.pk).update(name="Sciences")
    assert send(browser, path, values, weight="5").status_code == 302
    term.refresh_from_db()
    assert (term.name, term.weight) == ("Sciences", 5)
    Term.objects.filter(pk=term.pk).update(description="New")
    answer = read(send(browser, path, values, weight="6"))
    assert answer.errors[0].startswith("The content has either been modified by another user")


def test_who_may_only_look_sees_all_of_a_term(
    staff: Staff, color: FieldConfig, formats: None
) -> None:
    one = make_term("Science")
    values = {"description": "About it", "description_format": "full_html"}
    term = below("Physics", one, fields={"field_color": [{"value": "red"}]}, **values)
    page = get(staff("access taxonomy overview"), f"term/{term.pk}/change/")
    assert not {"name", "parent", "description-0-value"} & page.inputs.keys()
    for text in ("Physics", "Science", "About it", "red", term.uuid):
        assert text in page.text


# Deletion


def test_what_is_below_a_term_is_deleted_with_it_as_the_page_says(
    browser: Client, tags: Vocabulary
) -> None:
    one, other = make_term("Science"), make_term("Arts")
    below("Optics", below("Physics", one))
    below("Both", one, other)
    path = f"term/{one.pk}/delete/"
    assert {"Science", "Physics", "Optics"} <= get(browser, path).links.keys()
    assert browser.post(ADMIN + path, {"post": "yes"}).status_code == 302
    assert names() == {"Arts", "Both"}


def test_many_are_deleted_at_once_and_some_below_others(browser: Client, tags: Vocabulary) -> None:
    one = make_term("Science")
    leaf = below("Physics", one)
    make_term("Arts")
    sent = {"action": "delete_selected", "_selected_action": chosen(one, leaf), "post": "yes"}
    assert browser.post(f"{ADMIN}term/", sent).status_code == 302
    assert names() == {"Arts"}
