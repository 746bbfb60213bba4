"""Documents with very many values, references and faults: answered, in few queries."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.models import File, Node, Term, UserProfile
from drupal_jwt_auth.resources.serializers import MAX_VIOLATIONS
from tests.content.visitors import Visitor, add_field, faults, make_term, make_type, nid_of

MANY = 2 * BATCH + 10


@pytest.fixture
def things(db: None) -> None:
    """A content type with a field of references to each kind of entity."""
    make_type("thing")
    for kind in ("taxonomy_term", "node", "user", "file", "node_type"):
        add_field(
            "thing",
            f"to_{kind}",
            "entity_reference",
            cardinality=-1,
            settings={"target_type": kind},
        )
    add_field("thing", "field_integer", "integer", cardinality=-1)
    make_term("first")


def thing(**fields: Any) -> dict[str, Any]:
    return {"type": "thing", "title": ["A thing"], **fields}


def make_terms(count: int) -> list[Term]:
    Term.objects.bulk_create([Term(vid_id="tags", name=str(number)) for number in range(count)])
    return list(Term.objects.order_by("pk"))


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("kind", ["taxonomy_term", "node", "user", "file"])
def test_no_statement_has_more_parameters_than_a_database_takes(admin: Visitor, kind: str) -> None:
    counts = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts.append(len(params or ()))
        return execute(sql, params, many, context)

    keys = list(range(10**6, 10**6 + MANY))
    for items in (keys, [{"target_uuid": str(key)} for key in keys]):
        with connection.execute_wrapper(count):
            assert admin.post(thing(**{f"to_{kind}": items})).status_code == 422
    # The fewest of all: SQLite before 3.32.
    assert max(counts) <= 999
    assert sum(counts) >= 2 * MANY


@pytest.mark.usefixtures("things")
def test_many_references_are_kept_and_read(admin: Visitor) -> None:
    terms = make_terms(MANY)
    created = admin.create(thing(to_taxonomy_term=[term.pk for term in terms]))
    shown = [(item["target_id"], item["target_uuid"]) for item in created["to_taxonomy_term"]]
    assert shown == [(term.pk, term.uuid) for term in terms]
    nid = nid_of(created)
    assert admin.read(nid) == created
    assert admin.change(nid, thing(to_taxonomy_term=created["to_taxonomy_term"]))


@pytest.mark.usefixtures("things")
def test_terms_are_looked_up_in_batches(admin: Visitor) -> None:
    def queries(count: int) -> int:
        keys = [term.pk for term in make_terms(count)[:count]]
        nid = nid_of(admin.create(thing(to_taxonomy_term=keys)))
        with CaptureQueriesContext(connection) as captured:
            admin.read(nid)
        return len(captured)

    assert queries(2) == queries(BATCH) == 4
    assert queries(2 * BATCH) == 5


@pytest.mark.usefixtures("things")
def test_uuids_are_looked_up_together(admin: Visitor) -> None:
    terms = make_terms(BATCH // 2)
    nodes = Node.objects.bulk_create(Node(type_id="thing", title=str(n)) for n in range(50))
    files = File.objects.bulk_create(File(uri=str(n)) for n in range(50))
    users = User.objects.bulk_create(User(username=str(n)) for n in range(50))
    UserProfile.objects.bulk_create(
        UserProfile(user=user, uuid=f"u-{user.pk}") for user in users[:25]
    )
    own = [admin.create(thing(to_user=[user.pk]))["to_user"][0]["target_uuid"] for user in users]
    documents = {
        "to_taxonomy_term": [term.uuid.upper() for term in terms],
        "to_node": [node.uuid for node in nodes],
        "to_file": [file.uuid for file in files],
        "to_user": own,
    }
    assert own[0] == f"u-{users[0].pk}"
    for name, uuids in documents.items():
        with CaptureQueriesContext(connection) as captured:
            created = admin.create(thing(**{name: [{"target_uuid": text} for text in uuids]}))
        found = [item["target_uuid"].lower() for item in created[name]]
        assert found == [text.lower() for text in uuids]
        assert len(captured) <= 15


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("kind", ["taxonomy_term", "node", "user", "file", "node_type"])
def test_a_uuid_that_is_nobodys_is_refused(admin: Visitor, kind: str) -> None:
    for text in ("a\0b", "x" * 100_000, str(uuid.uuid4())):
        answer = admin.post(thing(**{f"to_{kind}": [{"target_uuid": text}]}))
        assert answer.status_code == 422
        assert answer.json()["message"].endswith('for field "0".')


@pytest.mark.usefixtures("things")
def test_upper_case_finds_what_is_in_lower_case_only_where_nothing_has_it(admin: Visitor) -> None:
    lower, upper = make_term("lower", uuid="abc"), make_term("upper", uuid="ABC")
    sent = [{"target_uuid": text} for text in ("abc", "ABC", "Abc")]
    created = admin.create(thing(to_taxonomy_term=sent))
    assert [item["target_id"] for item in created["to_taxonomy_term"]] == [
        *(lower.pk, upper.pk, lower.pk)
    ]


@pytest.mark.usefixtures("things")
def test_not_more_faults_are_told_than_anybody_reads(admin: Visitor) -> None:
    lines = faults(admin.post(thing(field_integer=["x"] * (MAX_VIOLATIONS + 1))))
    assert len(lines) == MAX_VIOLATIONS
    assert lines[-1].startswith(f"field_integer.{MAX_VIOLATIONS - 1}.value: ")


@pytest.mark.usefixtures("things")
def test_a_document_may_have_many_names(admin: Visitor) -> None:
    names = {f"field_{number}": 1 for number in range(50_000)}
    answer = admin.post({**thing(), **names})
    assert (answer.status_code, answer.json()) == (
        422,
        {"message": 'There is no field "field_0".'},
    )


def test_batches_have_all_rows_in_order() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([])) == []
    assert [len(batch) for batch in batches(range(BATCH + 1))] == [BATCH, 1]
