"""Vocabularies and terms of a described site: their places, their texts, their fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.models import FieldConfig, Term, TermParent, Vocabulary
from tests.drupal.replay import DATA
from tests.transfer.site import Load, described, refusal

TERM: dict[str, Any] = {
    "tid": 7,
    "revision_id": 70,
    "uuid": "term-7",
    "vid": "tags",
    "langcode": "de",
    "name": " alpha ",
    "weight": -3,
    "parent": [8, 0, 8],
    "description": [{"value": " Text ", "format": "simple"}],
    "changed": 1500000000,
    "revision_created": 1400000000,
    "revision_user": 12,
    "fields": {"field_color": [{"value": "red"}]},
}
COLOR = {"name": "field_color", "type": "string", "label": "Color"}


def site(*terms: dict[str, Any]) -> dict[str, Any]:
    """The site, with tags that have a color, and these terms besides the number 8."""
    vocabulary = {**described()["vocabularies"][0], "description": "About", "weight": 5}
    other = described()["terms"][1]
    return {
        **described(),
        "vocabularies": [{**vocabulary, "fields": [COLOR]}],
        "terms": [*terms, other],
    }


def test_a_term_is_loaded_with_all_that_is_described(load: Load) -> None:
    load(site(TERM))
    vocabulary, term = Vocabulary.objects.get(), Term.objects.get(pk=7)
    assert (vocabulary.description, vocabulary.weight) == ("About", 5)
    assert FieldConfig.objects.of("taxonomy_term", "tags").get().label == "Color"
    assert (term.name, term.langcode, term.weight, term.revision_id) == (" alpha ", "de", -3, 70)
    assert (term.description, term.description_format) == (" Text ", "simple")
    assert (to_unix(term.changed), to_unix(term.revision_created)) == (1500000000, 1400000000)
    assert (term.revision_user_id, term.fields) == (12, {"field_color": [{"value": "red"}]})
    assert term.parents == [8, None, 8]


def test_a_second_import_changes_nothing_and_another_one_what_it_says(load: Load) -> None:
    load(site(TERM))
    before = list(Term.objects.values()), list(TermParent.objects.values_list("term", "parent"))
    load(site(TERM))
    after = list(Term.objects.values()), list(TermParent.objects.values_list("term", "parent"))
    assert after == before
    load(site({**TERM, "parent": [], "description": [], "revision_user": None, "revision_id": 7}))
    term = Term.objects.get(pk=7)
    assert (term.parents, term.description, term.revision_user) == ([None], None, None)
    assert term.revision_id is None


def test_what_is_not_described_stays_as_it_is_here(load: Load) -> None:
    load(site(TERM))
    Term.objects.filter(pk=8).update(weight=9)
    load(site(TERM))
    assert Term.objects.get(pk=8).weight == 9
    load(described())
    term = Term.objects.get(pk=7)
    assert (term.weight, term.parents, term.langcode) == (-3, [8, None, 8], "de")
    assert (term.description, to_unix(term.changed)) == (" Text ", 1500000000)
    assert Vocabulary.objects.get().description == "About"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"parent": [9]}, "terms[0].parent: there is no term 9 in the site."),
        ({"revision_user": 99}, "terms[0].revision_user: there is no user 99 in the site."),
        ({"vid": "nope"}, "terms[0].vid: there is no vocabulary 'nope' in the site."),
        ({"fields": {"nope": []}}, "terms[0].fields.nope: vocabulary tags has no such field."),
        (
            {"fields": {"field_color": [{"value": []}]}},
            "field_color.0.value: This value should be of the correct primitive type.",
        ),
        ({"parent": ["x"]}, "terms[0].parent[0]: A valid integer is required."),
        ({"weight": 2**40}, "terms[0].weight: Ensure this value is less than or equal to"),
    ],
)
def test_what_is_not_there_is_refused(load: Load, change: dict[str, Any], fault: str) -> None:
    assert fault in refusal(load, site({**TERM, **change}))
    assert not Term.objects.exists()


def test_two_terms_cannot_be_of_one_revision(load: Load) -> None:
    other = {**described()["terms"][1], "tid": 9, "uuid": "term-9", "revision_id": 70}
    fault = "terms[1].revision_id: terms[0] has 70 too."
    assert fault in refusal(load, site(TERM, other))


@pytest.mark.parametrize("name", ["name", "status"])
def test_a_field_may_not_have_the_name_of_one_that_every_term_has(load: Load, name: str) -> None:
    wrong = site()
    wrong["vocabularies"][0]["fields"] = [{**COLOR, "name": name}]
    assert "Every term has a field of this name." in refusal(load, wrong)
    wrong["vocabularies"][0]["fields"] = [COLOR, COLOR]
    assert "There are 2 fields field_color." in refusal(load, wrong)


def test_a_field_with_values_keeps_its_type(load: Load) -> None:
    load(site(TERM))
    Term.objects.create(vid_id="tags", name="own", fields={"field_color": [{"value": "x"}]})
    other = site()
    other["vocabularies"][0]["fields"] = [{**COLOR, "type": "boolean"}]
    assert "its type cannot be changed" in refusal(load, other)


def test_the_terms_of_a_whole_site_are_where_they_were(load: Load) -> None:
    whole = json.loads((DATA / "site-full.json").read_text(encoding="utf-8"))
    load({name: whole[name] for name in ("roles", "user_fields", "users", "vocabularies", "terms")})
    for row in whole["terms"]:
        term = Term.objects.get(pk=row["tid"])
        assert [parent or 0 for parent in term.parents] == row["parent"]
        assert (term.name, term.weight, term.status) == (row["name"], row["weight"], row["status"])
        assert [{"value": term.description, "format": term.description_format}] == (
            row["description"]
        )
