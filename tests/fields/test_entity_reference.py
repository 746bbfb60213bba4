"""``entity_reference``: to nodes, users, taxonomy terms, content types and roles."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import configured_field, get_structure
from drupal_jwt_auth.content.user.roles import known_roles
from drupal_jwt_auth.fields import FIELD_TYPES, Reference, Target
from drupal_jwt_auth.models import FieldConfig, Node, NodeType, Role, UserProfile
from tests.content.visitors import (
    Visitor,
    add_field,
    make_term,
    make_type,
    make_user,
    message,
    nid_of,
)
from tests.fields.things import Things

WRONG = "This value should be of the correct primitive type."
TAGS = {"target_type": "taxonomy_term", "handler_settings": {"target_bundles": {"tags": "tags"}}}


def absent(kind: str, key: Any, delta: int = 0) -> str:
    return f"{delta}.target_id: The referenced entity ({kind}: {key}) does not exist."


def refused(kind: str, key: Any, delta: int = 0) -> str:
    return f"{delta}.target_id: This entity ({kind}: {key}) cannot be referenced."


@pytest.fixture
def tagged(things: Things) -> Things:
    things.have("entity_reference", cardinality=-1, settings=TAGS)
    return things


@pytest.fixture
def author(tagged: Things) -> Visitor:
    """May create and edit things, and nothing more."""
    return Visitor(make_user("author", "create thing content", "edit own thing content"))


# What is shown


def test_a_term_is_shown_with_its_address(tagged: Things) -> None:
    term = make_term("alpha")
    assert tagged.shown([{"target_id": term.pk}]) == [
        {
            "target_id": term.pk,
            "target_type": "taxonomy_term",
            "target_uuid": term.uuid,
            "url": f"/taxonomy/term/{term.pk}",
        }
    ]


def test_a_node_is_shown_with_its_alias(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "node"})
    things.visitor.create({**things.document([]), "path": ["/llama"]})
    node = Node.objects.get()
    assert things.shown([node.pk]) == [
        {"target_id": node.pk, "target_type": "node", "target_uuid": node.uuid, "url": "/llama"}
    ]


def test_a_user_is_shown_with_the_uuid_that_is_derived_or_imported(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "user"})
    user = make_user("somebody")
    (item,) = things.shown([user.pk])
    assert item["url"] == f"/user/{user.pk}"
    assert uuid.UUID(item["target_uuid"]).version == 8
    UserProfile.objects.create(user=user, uuid="their-own")
    assert things.shown([user.pk])[0]["target_uuid"] == "their-own"


def test_the_anonymous_user_has_the_number_0(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "user"})
    author = things.visitor.create({**things.document([]), "uid": [{"target_id": 0}]})["uid"][0]
    assert (author["target_id"], author["url"]) == (0, "/user/0")


def test_a_content_type_has_no_address(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "node_type"})
    assert things.shown(["thing"]) == [
        {
            "target_id": "thing",
            "target_type": "node_type",
            "target_uuid": NodeType.objects.get().uuid,
        }
    ]
    assert things.faults(["page"]) == [absent("node_type", "page")]
    assert things.faults([5]) == [absent("node_type", 5)]
    assert things.faults([{"target_id": ["a"]}]) == [f"0.target_id: {WRONG}"]


@pytest.fixture
def role(things: Things) -> Group:
    """A role, in a site whose field leads to roles."""
    things.have("entity_reference", settings={"target_type": "user_role"})
    return Group.objects.create(name="writer")


def test_a_role_is_shown_by_its_name_with_the_uuid_that_is_derived_or_imported(
    things: Things, role: Group
) -> None:
    (item,) = things.shown([{"target_id": "writer"}])
    assert list(item) == ["target_id", "target_type", "target_uuid"]
    assert (item["target_id"], item["target_type"]) == ("writer", "user_role")
    assert uuid.UUID(item["target_uuid"]).version == 5
    Role.objects.create(group=role, uuid="its-own")
    assert things.shown(["writer"])[0]["target_uuid"] == "its-own"


def test_a_role_keeps_its_uuid_under_another_name(things: Things, role: Group) -> None:
    (before,) = things.shown(["writer"])
    Group.objects.filter(pk=role.pk).update(name="author")
    assert things.shown(["author"]) == [{**before, "target_id": "author"}]
    assert things.faults(["writer"]) == [absent("user_role", "writer")]


def test_the_roles_that_everybody_has_have_drupals_names(
    things: Things, role: Group, settings: Any
) -> None:
    names = ["anonymous", "authenticated"]
    uuids = [things.shown([name])[0]["target_uuid"] for name in names]
    assert len(set(uuids)) == 2
    members = Group.objects.create(name="members")
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATED_ROLE": "members"}
    Role.objects.create(group=members, uuid="members")
    assert things.shown(["authenticated"])[0]["target_uuid"] == "members"
    assert things.faults(["members"]) == [absent("user_role", "members")]


@pytest.mark.parametrize("name", ["nope", "Writer", "1", 1])
def test_there_are_no_other_roles(things: Things, role: Group, name: Any) -> None:
    assert things.faults([name]) == [absent("user_role", name)]


def test_whoever_may_write_may_name_a_role(things: Things, role: Group) -> None:
    author = Visitor(make_user("author", "create thing content"))
    assert author.post(things.document(["writer"])).status_code == 201


def test_what_is_gone_is_shown_by_its_number(tagged: Things) -> None:
    term = make_term("alpha")
    nid = nid_of(tagged.visitor.create(tagged.document([term.pk])))
    number = term.pk
    term.delete()
    assert tagged.visitor.read(nid)["field_it"] == [{"target_id": number}]


@pytest.mark.parametrize(("kind", "shown"), [("taxonomy_term", None), ("node", 0), ("file", 0)])
def test_zero_references_nothing_and_is_null_for_terms_alone(
    things: Things, kind: str, shown: object
) -> None:
    things.have("entity_reference", settings={"target_type": kind})
    assert things.shown([{"target_id": 0}]) == [{"target_id": shown}]


def test_zero_is_the_anonymous_user(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "user"})
    (item,) = things.shown([{"target_id": 0}])
    assert (item["target_id"], item["url"]) == (0, "/user/0")


def test_what_cannot_be_looked_up_does_not_exist(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "comment"})
    assert things.faults([1]) == [absent("comment", 1)]


# What may be sent


def test_ids_may_be_bare_and_texts(tagged: Things) -> None:
    first, second = make_term("alpha"), make_term("beta")
    shown = tagged.shown([first.pk, {"target_id": str(second.pk), "url": "/evil"}])
    assert [item["target_id"] for item in shown] == [first.pk, second.pk]


def test_the_same_target_may_stand_twice(tagged: Things) -> None:
    term = make_term("alpha")
    assert len(tagged.shown([term.pk, term.pk])) == 2


def test_an_id_with_a_fraction_of_zero_is_not_followed_at_first(tagged: Things) -> None:
    term = make_term("alpha")
    assert tagged.answered([float(term.pk)]) == [{"target_id": term.pk}]
    assert tagged.read([float(term.pk)])[0]["target_uuid"] == term.uuid


@pytest.mark.parametrize("value", [[], None, [None], [{}], [{"target_id": None}], [[]]])
def test_nothing_is_no_item(tagged: Things, value: Any) -> None:
    assert tagged.shown(value) == []


def test_what_does_not_exist_is_told_first(tagged: Things) -> None:
    term = make_term("alpha")
    assert tagged.faults(["abc", term.pk, 999, -1]) == [
        absent("taxonomy_term", "abc", 0),
        absent("taxonomy_term", 999, 2),
        absent("taxonomy_term", -1, 3),
        f"0.target_id: {WRONG}",
    ]


@pytest.mark.parametrize("key", ["", False, [], {"a": 1}])
def test_what_can_be_no_id_is_refused(tagged: Things, key: Any) -> None:
    assert tagged.faults([{"target_id": key}]) == [f"0.target_id: {WRONG}"]


@pytest.mark.parametrize("key", [2**63, 10**30, 1.5, "1.0", "0x1"])
def test_what_is_no_whole_number_does_not_exist(tagged: Things, key: Any) -> None:
    assert len(tagged.faults([{"target_id": key}])) == 2


def test_an_entity_is_referenced_not_sent(tagged: Things) -> None:
    assert tagged.refusal([{"entity": {"name": "new"}}]) == (
        'Field "field_it" takes the id or the UUID of an entity, not the entity.'
    )


# UUIDs


def test_a_uuid_wins_over_an_id(tagged: Things) -> None:
    first, second = make_term("alpha"), make_term("beta")
    item = {"target_id": first.pk, "target_uuid": second.uuid}
    assert tagged.shown([item])[0]["target_id"] == second.pk
    assert tagged.shown([{**item, "target_type": "taxonomy_term"}])[0]["target_id"] == second.pk
    assert tagged.shown([{**item, "target_type": ""}])[0]["target_id"] == second.pk
    assert tagged.shown([{**item, "target_uuid": None}])[0]["target_id"] == first.pk


@pytest.mark.parametrize("text", ["00000000-0000-4000-8000-00000000dead", "abc", 5, "a\0b"])
def test_an_unknown_uuid_is_refused(tagged: Things, text: Any) -> None:
    if "\0" not in str(text):
        assert tagged.refusal([{"target_uuid": text}]) == (
            f'No "" entity found with UUID "{text}" for field "0".'
        )
        assert tagged.refusal([{"target_uuid": text, "target_type": "taxonomy_term"}]) == (
            f'No "taxonomy_term" entity found with UUID "{text}" for field "0".'
        )
    assert tagged.send([{"target_uuid": text}]).status_code == 422


@pytest.mark.parametrize("empty", ["", "0", 0, False, [], {"a": 1}])
def test_an_empty_uuid_is_refused(tagged: Things, empty: Any) -> None:
    assert tagged.refusal([{"target_uuid": empty}]) == (
        'If provided "target_uuid" cannot be empty for field "0".'
    )


def test_a_uuid_is_of_the_fields_target_type(tagged: Things) -> None:
    term = make_term("alpha")
    assert tagged.refusal([{"target_uuid": term.uuid, "target_type": "user"}]) == (
        'The field "field_it" property "target_type" must be set to "taxonomy_term" or omitted.'
    )


@pytest.mark.parametrize("kind", ["node", "user", "node_type", "user_role", "file"])
def test_every_kind_of_entity_is_found_by_its_uuid(things: Things, kind: str) -> None:
    things.have("entity_reference", settings={"target_type": kind})
    refusal = things.refusal([{"target_uuid": "abc"}])
    assert refusal == 'No "" entity found with UUID "abc" for field "0".'
    created = things.visitor.create(things.document([]))
    known = {
        "user_role": next(known_roles("authenticated")).uuid,
        "node": created["uuid"][0]["value"],
        "user": created["uid"][0]["target_uuid"],
        "node_type": created["type"][0]["target_uuid"],
    }
    if kind in known:
        assert things.shown([{"target_uuid": known[kind]}])[0]["target_uuid"] == known[kind]


def test_who_knows_but_a_uuid_can_ask_for_the_key(tagged: Things) -> None:
    site = SiteContext(Account(None), get_structure(None))
    term = make_term("alpha")
    assert site.key_of("taxonomy_term", term.uuid) == term.pk
    assert site.key_of("media", term.uuid) is None


def test_a_uuid_may_be_in_upper_case(tagged: Things) -> None:
    term = make_term("alpha")
    assert tagged.shown([{"target_uuid": term.uuid.upper()}])[0]["target_id"] == term.pk


def test_a_user_is_found_by_an_imported_uuid_too(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "user"})
    user = make_user("somebody")
    derived = things.shown([user.pk])[0]["target_uuid"]
    UserProfile.objects.create(user=user, uuid="their-own")
    for text in ("their-own", derived):
        assert things.shown([{"target_uuid": text}])[0]["target_id"] == user.pk


# What may be referenced


def test_nobody_may_make_a_field_point_to_configuration_that_is_hidden(things: Things) -> None:
    things.have("entity_reference", settings={"target_type": "node_type"})
    site = SiteContext(Account(make_user("boss", is_superuser=True)), get_structure(None))
    field = configured_field(FieldConfig.objects.get())
    for name, published in (("open", True), ("hidden", False)):
        reference = Reference("node_type", name)
        site.learn(reference, Target(name, published=published))
        assert site.may_reference(reference, field) is published


def test_a_target_is_of_one_of_the_bundles(tagged: Things) -> None:
    other = make_term("other", "colors")
    assert tagged.faults([other.pk]) == [refused("taxonomy_term", other.pk)]


def test_nodes_are_of_one_of_the_types(things: Things) -> None:
    settings = {"target_type": "node", "handler_settings": {"target_bundles": ["page"]}}
    things.have("entity_reference", settings=settings)
    thing = things.visitor.create(things.document([]))["nid"][0]["value"]
    assert things.faults([thing]) == [refused("node", thing)]
    make_type("page")
    page = nid_of(things.visitor.create({"type": "page", "title": ["A page"]}))
    assert things.shown([page])[0]["target_id"] == page


@pytest.mark.parametrize("handler", [{}, [], None, {"target_bundles": None}])
def test_without_bundles_any_will_do(things: Things, handler: Any) -> None:
    settings = {"target_type": "taxonomy_term", "handler_settings": handler}
    things.have("entity_reference", settings=settings)
    term = make_term("other", "colors")
    assert things.shown([term.pk])[0]["target_id"] == term.pk


def test_no_bundles_at_all_means_no_target(things: Things) -> None:
    settings = {"target_type": "taxonomy_term", "handler_settings": {"target_bundles": []}}
    things.have("entity_reference", settings=settings)
    term = make_term("alpha")
    assert things.faults([term.pk]) == [refused("taxonomy_term", term.pk)]


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        ("taxonomy_term", "administer taxonomy"),
        ("node", "bypass node access"),
        ("user", "administer users"),
    ],
)
def test_what_is_hidden_needs_a_permission(things: Things, kind: str, permission: str) -> None:
    things.have("entity_reference", settings={"target_type": kind})
    hidden = {
        "taxonomy_term": make_term("gamma", status=False).pk,
        "node": nid_of(things.visitor.create({**things.document([]), "status": [False]})),
        "user": make_user("blocked", is_active=False).pk,
    }[kind]
    things.visitor = Visitor(make_user("author", "create thing content"))
    assert things.faults([hidden]) == [refused(kind, hidden)]
    things.visitor = Visitor(make_user("other", "create thing content", permission))
    assert things.answered([hidden])[0]["target_id"] == hidden


def test_a_blocked_author_can_be_named_by_an_administrator_of_users_only(things: Things) -> None:
    blocked = make_user("blocked", is_active=False)
    document = {"type": "thing", "title": ["A thing"], "uid": [blocked.pk]}
    author = Visitor(make_user("author", "create thing content", "administer nodes"))
    assert message(author.post(document)) == (
        422,
        (
            "Unprocessable Entity: validation failed.\n"
            f"uid.0.target_id: This entity (user: {blocked.pk}) cannot be referenced.\n"
        ),
    )
    other = Visitor(
        make_user("other", "create thing content", "administer nodes", "administer users")
    )
    assert other.create(document)["uid"][0]["target_id"] == blocked.pk


def test_what_is_hidden_may_stay_where_it_is(tagged: Things, author: Visitor) -> None:
    alpha, gamma = make_term("alpha"), make_term("gamma")
    nid = nid_of(author.create(tagged.document([alpha.pk, gamma.pk])))
    gamma.status = False
    gamma.save()
    kept = author.change(nid, {"type": "thing", "field_it": [gamma.pk]})
    assert [item["target_id"] for item in kept["field_it"]] == [gamma.pk]
    author.change(nid, {"type": "thing", "field_it": []})
    again = author.patch(nid, {"type": "thing", "field_it": [gamma.pk]})
    assert again.status_code == 422


def test_what_is_of_another_bundle_may_not_stay(tagged: Things, author: Visitor) -> None:
    term = make_term("alpha")
    nid = nid_of(author.create(tagged.document([term.pk])))
    make_term("other", "colors")
    type(term).objects.update(vid="colors")
    answer = author.patch(nid, {"type": "thing", "field_it": [term.pk, term.pk]})
    assert answer.status_code == 422
    same = author.patch(nid, {"type": "thing", "field_it": [term.pk]})
    assert same.status_code == 200


def test_a_reference_that_is_sent_back_changes_nothing(tagged: Things) -> None:
    first, second = make_term("alpha"), make_term("beta")
    assert not tagged.changes([first.pk], [{"target_id": str(first.pk)}])
    assert not tagged.changes([first.pk], [{"target_uuid": first.uuid}])
    assert tagged.changes([first.pk], [second.pk])
    assert tagged.changes([first.pk, second.pk], [second.pk, first.pk])


def test_ids_that_are_texts_are_compared_as_texts() -> None:
    """PHP takes two texts for the same number where it can."""
    role = FIELD_TYPES["entity_reference"]
    assert role.equals({"target_id": "10"}, {"target_id": "10"})
    assert role.equals({"target_id": 10}, {"target_id": "10"})
    for sent in ("1e1", "10.0", 11, None, ["10"]):
        assert not role.equals({"target_id": sent}, {"target_id": "10"})
    assert role.equals({"target_id": "1e1"}, {"target_id": 10})


def test_a_node_of_a_deleted_author_is_the_anonymous_users(tagged: Things, author: Visitor) -> None:
    nid = nid_of(author.create(tagged.document([])))
    assert author.user
    author.user.delete()
    read = tagged.visitor.read(nid)
    assert read["uid"][0]["target_id"] == read["revision_uid"][0]["target_id"] == 0


@pytest.mark.parametrize("value", [[], None, [None], [0]])
def test_no_author_is_the_anonymous_user(things: Things, value: Any) -> None:
    add_field("thing", "field_it", "string")
    created = things.visitor.create({**things.document([]), "uid": value})
    assert things.visitor.read(nid_of(created))["uid"][0]["target_id"] == 0
