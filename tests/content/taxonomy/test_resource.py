"""Terms at the API: what clients send, and what they get to see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.models import FieldConfig, PathAlias, Term, TextFormat, Vocabulary
from drupal_jwt_auth.rest.serializers import EntitySerializer
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.taxonomy.terms import ROOT, ask, below, create, shown, tag
from tests.content.visitors import JSON, Visitor, faults, make_term, message

HOUR_AGO = timezone.now().replace(microsecond=0) - timedelta(hours=1)
NOTHING = [{"value": None, "format": None, "processed": ""}]


class TermSerializer(EntitySerializer):
    entity_type_id = "taxonomy_term"


def test_a_term_has_its_fields_in_drupals_order(keeper: Visitor) -> None:
    answer = create(keeper)
    assert list(answer.json()) == [
        *("tid", "uuid", "revision_id", "langcode", "vid", "revision_created", "revision_user"),
        *("revision_log_message", "status", "name", "description", "weight", "parent", "changed"),
        *("default_langcode", "revision_translation_affected", "path"),
    ]
    assert answer.headers["Location"].endswith(f"/taxonomy/term/{shown(answer, 'tid')[0]['value']}")


class TestDescription:
    """An empty one is an item as soon as the term is loaded, and none right after it was saved."""

    def test_none_is_an_empty_item_once_it_is_read(self, keeper: Visitor) -> None:
        answer = create(keeper)
        tid = shown(answer, "tid")[0]["value"]
        assert shown(answer, "description") == []
        assert shown(ask(keeper, "GET", tid), "description") == NOTHING
        assert shown(ask(keeper, "PATCH", tid, name=["Old"]), "description") == []
        assert shown(ask(keeper, "PATCH", tid), "description") == []

    def test_what_was_read_can_be_sent_back(self, keeper: Visitor) -> None:
        term = make_term("News", changed=HOUR_AGO)
        shown(ask(keeper, "PATCH", term, description=NOTHING), "description")
        shown(ask(keeper, "PATCH", term, description=[]), "description")
        term.refresh_from_db()
        assert (term.description, term.changed) == (None, HOUR_AGO)

    def test_it_is_shown_as_its_format_says(self, keeper: Visitor) -> None:
        sent = {"value": "<b>", "format": "plain_text"}
        processed = "<p>&lt;b&gt;</p>\n"
        answer = create(keeper, description=[sent])
        assert shown(answer, "description") == [{**sent, "processed": processed}]
        tid = shown(answer, "tid")[0]["value"]
        assert shown(ask(keeper, "GET", tid), "description") == [{**sent, "processed": processed}]

    def test_its_format_has_to_be_one_that_the_account_may_use(self, keeper: Visitor) -> None:
        TextFormat.objects.create(format="full_html", name="Full HTML")
        answer = create(keeper, description=[{"value": "x", "format": "full_html"}])
        assert faults(answer) == [
            "description.0.format: The value you selected is not a valid choice."
        ]


class TestParents:
    def test_the_root_may_be_told_in_several_ways(self, keeper: Visitor) -> None:
        sent: list[Any] = [[], None, [0], [{"target_id": 0}], [{"target_id": None}], [{}], ["0"]]
        for parent in sent:
            answer = create(keeper, parent=parent)
            assert shown(answer, "parent") == [ROOT]
            assert Term.objects.get(pk=shown(answer, "tid")[0]["value"]).parents == [None]

    def test_there_may_be_several_the_same_twice_and_the_root(self, keeper: Visitor) -> None:
        one, other = make_term("one"), make_term("other")
        for sent in ([one.pk, other.pk], [one.pk, one.pk], [0, one.pk], [0, 0]):
            answer = create(keeper, parent=[{"target_id": tid} for tid in sent])
            kept = [tid or None for tid in sent]
            assert [item["target_id"] for item in shown(answer, "parent")] == kept
            read = ask(keeper, "GET", shown(answer, "tid")[0]["value"])
            assert [item["target_id"] for item in shown(read, "parent")] == kept

    def test_one_may_be_named_by_its_uuid(self, keeper: Visitor) -> None:
        one = make_term("one")
        (parent,) = shown(create(keeper, parent=[{"target_uuid": one.uuid}]), "parent")
        url = f"/taxonomy/term/{one.pk}"
        kind = {"target_type": "taxonomy_term", "target_uuid": one.uuid, "url": url}
        assert parent == {"target_id": one.pk, **kind}

    def test_a_new_place_takes_that_of_the_old_one(self, keeper: Visitor) -> None:
        one, other = make_term("one"), make_term("other")
        term = below("News", one, changed=HOUR_AGO)
        answer = ask(keeper, "PATCH", term, parent=[other.pk, one.pk])
        assert [item["target_id"] for item in shown(answer, "parent")] == [other.pk, one.pk]
        assert Term.objects.get(pk=term.pk).parents == [other.pk, one.pk]
        assert Term.objects.get(pk=term.pk).changed > HOUR_AGO
        assert shown(ask(keeper, "PATCH", term, parent=[]), "parent") == [ROOT]
        assert Term.objects.get(pk=term.pk).parents == [None]

    def test_the_place_that_it_has_is_no_change(self, keeper: Visitor) -> None:
        term = make_term("News", changed=HOUR_AGO)
        for sent in ([], [0], [{"target_id": None}]):
            shown(ask(keeper, "PATCH", term, parent=sent), "parent")
        term.refresh_from_db()
        assert term.changed == HOUR_AGO

    def test_a_term_may_be_put_below_itself(self, keeper: Visitor) -> None:
        one = make_term("one")
        other = below("other", one)
        for parent in (one, other):
            answer = ask(keeper, "PATCH", one, parent=[parent.pk])
            assert shown(answer, "parent")[0]["target_id"] == parent.pk

    @pytest.mark.parametrize(
        ("sent", "fault"),
        [
            (999, "The referenced entity (taxonomy_term: 999) does not exist."),
            (2**60, f"The referenced entity (taxonomy_term: {2**60}) does not exist."),
            (-1, "The referenced entity (taxonomy_term: -1) does not exist."),
        ],
    )
    def test_there_has_to_be_one(self, keeper: Visitor, sent: int, fault: str) -> None:
        first, *_rest = faults(create(keeper, parent=[{"target_id": sent}]))
        assert first == f"parent.0.target_id: {fault}"

    def test_it_has_to_be_published_and_of_the_same_vocabulary(
        self, keeper: Visitor, librarian: Visitor
    ) -> None:
        hidden, foreign = make_term("hidden", status=False), make_term("foreign", "topics")
        for term in (hidden, foreign):
            text = f"This entity (taxonomy_term: {term.pk}) cannot be referenced."
            assert faults(create(keeper, parent=[term.pk])) == [f"parent.0.target_id: {text}"]
        assert create(librarian, parent=[hidden.pk]).status_code == 201
        assert create(librarian, parent=[foreign.pk]).status_code == 422


class TestVocabulary:
    @pytest.mark.parametrize("vid", [["tags"], [{"value": "tags"}], [], None, 5])
    def test_it_is_named_as_the_type_of_a_node_is(self, keeper: Visitor, vid: Any) -> None:
        text = 'Could not determine entity type bundle: "vid" field is missing.'
        assert message(create(keeper, vid=vid)) == (422, text)

    def test_another_one_is_not_moved_to(self, keeper: Visitor, topics: Vocabulary) -> None:
        term = make_term("News")
        answer = ask(keeper, "PATCH", term, vid="topics", name=["Moved"])
        assert shown(answer, "vid")[0]["target_id"] == "tags"
        assert Term.objects.get(pk=term.pk).name == "Moved"

    def test_a_new_one_can_be_used_at_once(self, admin: Visitor, topics: Vocabulary) -> None:
        tags = Vocabulary.objects.create(vid="tags", name="Tags")
        assert create(admin).status_code == 201
        tags.delete()
        assert message(create(admin))[0] == 422
        assert not Term.objects.exists()


class TestRevision:
    def test_its_number_is_that_of_the_term_or_one_that_was_sent(self, keeper: Visitor) -> None:
        answer = create(keeper)
        assert shown(answer, "revision_id") == shown(answer, "tid")
        answer = create(keeper, revision_id=[{"value": 5000}])
        assert shown(answer, "revision_id") == [{"value": 5000}]
        answer = create(keeper, revision_id=[{"value": 5000}])
        assert faults(answer) == ["revision_id.0.value: Another term has this value."]

    def test_its_number_stays(self, keeper: Visitor) -> None:
        answer = ask(keeper, "PATCH", make_term("News"), revision_id=[{"value": 77}])
        assert message(answer) == (422, "The revision ID of a term cannot be changed.")

    def test_what_tells_of_it_may_be_set_and_is_no_change(self, keeper: Visitor) -> None:
        term = make_term("News", changed=HOUR_AGO)
        user = keeper.user
        assert user is not None
        answer = ask(
            keeper,
            "PATCH",
            term,
            revision_log_message=["Why"],
            revision_created=[{"value": 1000}],
            revision_user=[{"target_id": user.pk}],
        )
        assert shown(answer, "revision_user")[0]["target_uuid"] == user_uuid(user.pk)
        term.refresh_from_db()
        assert (term.revision_log_message, term.revision_user) == ("Why", user)
        assert term.changed == HOUR_AGO
        assert shown(ask(keeper, "GET", term), "revision_created")[0]["value"].startswith("1970")

    def test_nobody_and_the_anonymous_user_have_made_it_alike(self, keeper: Visitor) -> None:
        """There is no row of the anonymous user."""
        term = make_term("News", revision_user=keeper.user)
        assert ask(keeper, "PATCH", term, revision_user=[{"target_id": 0}]).status_code == 200
        assert shown(ask(keeper, "GET", term), "revision_user") == []
        User.objects.all().delete()
        term.refresh_from_db()
        assert term.revision_user is None


class TestOtherFields:
    def test_several_faults_come_in_the_order_of_the_fields(self, keeper: Visitor) -> None:
        answer = create(
            keeper, weight=["abc"], name=[""], description=[{"value": "x", "format": "nope"}]
        )
        assert faults(answer) == [
            "name: This value should not be null.",
            "description.0.format: The value you selected is not a valid choice.",
            "weight.0.value: This value should be of the correct primitive type.",
        ]

    @pytest.mark.parametrize("weight", [-(2**63), -10, "5", 2**63 - 1])
    def test_a_weight_is_a_whole_number(self, keeper: Visitor, weight: Any) -> None:
        assert shown(create(keeper, weight=[weight]), "weight") == [{"value": int(weight)}]

    @pytest.mark.parametrize("weight", [[1.5], ["1.5"], [2**63], [[]], [], None])
    def test_and_nothing_else(self, keeper: Visitor, weight: Any) -> None:
        assert faults(create(keeper, weight=weight))[0].startswith("weight")

    def test_a_name_may_be_anothers_and_hold_any_character(self, keeper: Visitor) -> None:
        for name in ("News", "News", "   ", "a\0b", "\U0001f600", "<b>"):
            answer = create(keeper, name=[name])
            read = ask(keeper, "GET", shown(answer, "tid")[0]["value"])
            assert shown(read, "name") == [{"value": name}]

    def test_numbers_are_given_and_times_kept_by_the_site(self, librarian: Visitor) -> None:
        for name, value in (("tid", 500), ("changed", 1000)):
            text = f"Access denied on creating field '{name}'."
            assert message(create(librarian, **{name: [{"value": value}]})) == (403, text)

    def test_a_taken_uuid_is_refused(self, keeper: Visitor) -> None:
        taken = make_term("News").uuid
        assert faults(create(keeper, uuid=[taken])) == [
            "uuid.0.value: Another term has this value."
        ]

    def test_what_there_is_not_is_refused(self, keeper: Visitor) -> None:
        assert message(create(keeper, nope=[1])) == (422, 'There is no field "nope".')


class TestConfigurableFields:
    @pytest.fixture(autouse=True)
    def _color(self, tags: Vocabulary) -> None:
        FieldConfig.objects.create_field(
            "taxonomy_term", "tags", "field_color", "string", label="Color"
        )

    def test_they_follow_the_others(self, keeper: Visitor, topics: Vocabulary) -> None:
        answer = create(keeper, field_color=["red"])
        assert list(answer.json())[-2:] == ["path", "field_color"]
        term = Term.objects.get()
        assert term.fields == {"field_color": [{"value": "red"}]}
        assert shown(ask(keeper, "PATCH", term, field_color=["blue"]), "field_color") == [
            {"value": "blue"}
        ]
        assert shown(ask(keeper, "GET", term), "field_color") == [{"value": "blue"}]

    def test_they_are_of_one_vocabulary(self, librarian: Visitor, topics: Vocabulary) -> None:
        answer = create(librarian, vid="topics", field_color=["red"])
        assert message(answer) == (422, 'There is no field "field_color".')


class TestAlias:
    def test_a_term_is_served_at_it(self, keeper: Visitor) -> None:
        answer = create(keeper, path=[{"alias": "/tags/news"}])
        assert answer.headers["Location"] == "http://testserver/tags/news"
        read = keeper.send("GET", f"/tags/news?{JSON}")
        assert shown(read, "name") == [{"value": "News"}]
        assert shown(read, "path")[0]["alias"] == "/tags/news"
        sent = json.dumps({"vid": "tags", "name": ["Old"]})
        assert shown(keeper.send("PATCH", f"/tags/news?{JSON}", sent), "name") == [{"value": "Old"}]
        assert keeper.send("DELETE", f"/tags/news?{JSON}").status_code == 204
        assert not PathAlias.objects.exists()

    def test_it_is_the_url_of_a_parent(self, keeper: Visitor) -> None:
        create(keeper, path=[{"alias": "/tags/news"}])
        (parent,) = shown(create(keeper, parent=[Term.objects.get().pk]), "parent")
        assert parent["url"] == "/tags/news"

    def test_it_goes_with_the_terms_below_a_deleted_one(self, keeper: Visitor) -> None:
        one = make_term("one")
        create(keeper, parent=[one.pk], path=[{"alias": "/tags/news"}])
        assert ask(keeper, "DELETE", one).status_code == 204
        assert not PathAlias.objects.exists()


def test_many_terms_are_shown_with_their_places_and_aliases(keeper: Visitor) -> None:
    one = make_term("one")
    PathAlias.objects.create(path=f"/taxonomy/term/{one.pk}", alias="/one", langcode="en")
    below("other", one)
    context = {"account": Account(keeper.user)}
    first, second = TermSerializer(Term.objects.order_by("pk"), many=True, context=context).data
    assert (first["parent"], first["path"][0]["alias"]) == ([ROOT], "/one")
    assert second["parent"][0]["url"] == "/one"


def test_what_is_no_document_changes_nothing(keeper: Visitor) -> None:
    for body in ("[]", "{}", "5", "null", '"x"', "{", '"\\ud800"', json.dumps(tag(name=5))):
        answer = keeper.send("POST", f"/taxonomy/term?{JSON}", body)
        assert 400 <= answer.status_code < 500
    assert not Term.objects.exists()
