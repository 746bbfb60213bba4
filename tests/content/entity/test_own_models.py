"""A project's own models are served as Drupal serves what it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from drupal_jwt_auth.content.entity import storage
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.entities import Account, EntityStorage
from drupal_jwt_auth.models import FieldConfig, File, PathAlias
from drupal_jwt_auth.serializers import EntitySerializer
from tests.content.entity.conftest import Shopper, grant, lamp
from tests.content.entity.kinds import CountryStorage, ProductType
from tests.content.entity.models import Book, Country, Member, Plain, Product, Shelf, Ticket
from tests.content.visitors import (
    JSON,
    Visitor,
    add_field,
    faults,
    make_term,
    make_type,
    message,
    page,
)

ShopperWith = Callable[..., Shopper]
FAILED = "Unprocessable Entity: validation failed.\n"


def path_of(document: Any) -> str:
    return f"/product/{document['id'][0]['value']}"


# Columns as fields


def test_each_column_is_a_field_of_a_type_of_drupals(clerk: Shopper) -> None:
    tags = [make_term(name).pk for name in "ab"]
    made = clerk.make(
        "/product",
        **lamp(
            due=["2026-12-24"],
            note=["Bright"],
            stock=[3],
            tags=tags,
            created=[{"value": 1700000000}],
        ),
    )
    product = Product.objects.get()
    user = {
        "target_id": clerk.key,
        "target_type": "user",
        "target_uuid": made["owner"][0]["target_uuid"],
        "url": f"/user/{clerk.key}",
    }
    assert made == {
        "id": [{"value": product.pk}],
        "uuid": [{"value": str(product.uuid)}],
        "sku": [{"value": "L-0"}],
        "name": [{"value": "Lamp 0"}],
        "price": [{"value": "9.50"}],
        "stock": [{"value": 3}],
        "note": [{"value": "Bright"}],
        "due": [{"value": "2026-12-24"}],
        "created": [{"value": "2023-11-14T22:13:20+00:00", "format": "Y-m-d\\TH:i:sP"}],
        "updated": made["updated"],
        "owner": [user],
        "published": [{"value": True}],
        "tags": [
            {
                "target_id": tag,
                "target_type": "taxonomy_term",
                "target_uuid": made["tags"][number]["target_uuid"],
                "url": f"/taxonomy/term/{tag}",
            }
            for number, tag in enumerate(tags)
        ],
        "fans": [],
        "successor": [],
    }
    assert clerk.see(path_of(made)) == made


def test_a_new_one_has_the_defaults_of_its_model(boss: Shopper) -> None:
    made = boss.make("/product", **lamp())
    assert (made["stock"], made["published"]) == ([{"value": 0}], [{"value": True}])
    assert [made[name] for name in ("note", "due", "tags")] == [[], [], []]
    assert boss.see(path_of(made)) == made


def test_where_it_is_made_says_where_it_is(clerk: Shopper) -> None:
    answer = clerk.ask("POST", "/product", lamp())
    location = f"http://testserver/product/{Product.objects.get().pk}"
    assert answer.headers["Location"] == location
    assert clerk.send("GET", f"{location}?{JSON}").headers["Link"] == (
        f'<{location}>; rel="canonical"'
    )


def test_only_what_is_sent_is_changed(clerk: Shopper) -> None:
    made = clerk.make("/product", **lamp(note=["Old"]))
    altered = clerk.alter(path_of(made), note=["New"], sku=made["sku"], id=made["id"])
    assert altered == {**made, "note": [{"value": "New"}], "updated": altered["updated"]}
    assert clerk.alter(path_of(made), note=[], due=["2026-12-24"])["note"] == []
    assert (Product.objects.get().note, str(Product.objects.get().due)) == ("", "2026-12-24")


def test_what_is_saved_has_changed(clerk: Shopper) -> None:
    made = clerk.make("/product", **lamp())
    long_ago = timezone.now().replace(year=2020, microsecond=0)
    for document in ({"note": ["New"]}, {"tags": [make_term("a").pk]}):
        Product.objects.update(updated=long_ago)
        clerk.alter(path_of(made), **document)
        assert Product.objects.get().updated.year > 2020
    Product.objects.update(updated=long_ago)
    clerk.alter(path_of(made), note=["New"])
    assert Product.objects.get().updated == long_ago


def test_one_is_deleted(boss: Shopper) -> None:
    made = boss.make("/product", **lamp())
    answer = boss.ask("DELETE", path_of(made))
    assert (answer.status_code, answer.content) == (204, b"")
    assert message(boss.ask("GET", path_of(made))) == (
        404,
        (
            'The "product" parameter was not converted for the path "/product/{product}" '
            '(route name: "rest.entity.product.GET")'
        ),
    )


def test_what_others_need_is_not_deleted(boss: Shopper) -> None:
    made = boss.make("/product", **lamp())
    boss.make("/ticket", product=[made["id"][0]["value"]])
    assert message(boss.ask("DELETE", path_of(made))) == (
        409,
        "The product cannot be deleted: something else needs it.",
    )
    assert Product.objects.exists()


def test_another_spelling_of_its_url_is_its_url(clerk: Shopper) -> None:
    made = clerk.make("/product", **lamp())
    pk = made["id"][0]["value"]
    for path in (f"/PRODUCT/{pk}", f"/product/{pk}/", f"/index.php/product/{pk}"):
        assert clerk.see(path)["id"] == made["id"]


# Keys of any kind


def test_a_model_may_have_next_to_nothing(boss: Shopper) -> None:
    assert boss.make("/things/plain", word=["chosen"]) == {
        "id": [{"value": Plain.objects.get().pk}],
        "word": [{"value": "chosen"}],
    }
    path = f"/things/plain/{Plain.objects.get().pk}"
    assert boss.alter(path, word=["other"])["word"] == [{"value": "other"}]
    assert boss.ask("DELETE", path).status_code == 204


def test_what_its_manager_leaves_out_is_not_there(boss: Shopper) -> None:
    plain = Plain.objects.create(word="secret", hidden=True)
    path = f"/things/plain/{plain.pk}"
    for method, document in (("GET", None), ("PATCH", {"word": ["x"]}), ("DELETE", None)):
        assert boss.ask(method, path, document).status_code == 404
    add_field_to_page("field_plain", "plain")
    refused = boss.post(page(field_plain=[plain.pk]))
    assert faults(refused) == [
        f"field_plain.0.target_id: The referenced entity (plain: {plain.pk}) does not exist."
    ]


def test_a_key_may_be_a_uuid(boss: Shopper) -> None:
    made = boss.make("/ticket")
    key = str(Ticket.objects.get().pk)
    assert made["key"] == [{"value": key}]
    for spelt in (key, key.upper(), key.replace("-", ""), f"{key}/"):
        assert boss.see(f"/ticket/{spelt}") == made
    assert boss.alter(f"/ticket/{key}", weight=[1.5])["weight"] == [{"value": 1.5}]
    assert boss.ask("DELETE", f"/ticket/{key}").status_code == 204


def test_a_key_may_be_a_text_that_clients_choose(boss: Shopper) -> None:
    boss.make("/country", code=["Große Insel?"], name=["Island"])
    answer = boss.send("GET", f"/country/Gro%C3%9Fe%20Insel%3F?{JSON}")
    assert answer.json()["name"] == [{"value": "Island"}]
    assert answer.headers["Link"] == (
        '<http://testserver/country/Gro%C3%9Fe%20Insel%3F>; rel="canonical"'
    )
    assert boss.see("/COUNTRY/Große Insel%3F/")["code"] == [{"value": "Große Insel?"}]
    assert message(boss.ask("PATCH", "/country/Große Insel%3F", {"code": ["other"]})) == (
        403,
        "Access denied on updating field 'code'. The entity ID cannot be changed.",
    )


def test_who_makes_one_with_a_key_that_is_taken_overwrites_nothing(boss: Shopper) -> None:
    boss.make("/country", code=["de"], name=["Germany"])
    refused = boss.ask("POST", "/country", {"code": ["de"], "name": ["Mine"]})
    assert faults(refused) == ["code: Country with this Code already exists."]
    assert Country.objects.get().name == "Germany"


@pytest.mark.parametrize("key", ["a/b", ".", ".."])
def test_a_key_can_stand_in_a_path(boss: Shopper, key: str) -> None:
    refused = boss.ask("POST", "/country", {"code": [key], "name": ["Nowhere"]})
    assert faults(refused) == ["code: This value cannot be a part of a path."]


@pytest.mark.parametrize(
    "path",
    [
        *("/ticket/x", "/ticket/1", "/ticket/%00", "/country/%00", "/country/x%00", "/product/x"),
        *(f"/product/{2**63}", f"/product/{2**40}", "/product/-1", "/product/%ff", "/ticket/%ff"),
        *("/country/" + "x" * 5000, "/product/1e999", "/country/%ed%a0%80"),
    ],
)
def test_what_is_no_key_is_not_there(boss: Shopper, path: str) -> None:
    for method, document in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert boss.ask(method, path, document).status_code == 404


def test_fields_may_have_other_names_than_columns(boss: Shopper) -> None:
    shelf = Shelf.objects.create(code="novels")
    Country.objects.create(code="fr", name="France")
    made = boss.make("/book", type=[{"target_id": "novels"}], title=["Candide"], origin=["fr"])
    book = Book.objects.get()
    assert (book.name, book.country_id) == ("Candide", "fr")
    assert made == {
        "bid": [{"value": book.pk}],
        "type": [{"target_id": "novels", "target_type": "shelf", "target_uuid": str(shelf.uuid)}],
        "title": [{"value": "Candide"}],
        "origin": [
            {
                "target_id": "fr",
                "target_type": "country",
                "target_uuid": None,
                "url": "/country/fr",
            }
        ],
    }
    assert boss.alter(f"/book/{book.pk}", type="novels", title=["Zadig"])["title"] == [
        {"value": "Zadig"}
    ]


def test_bundles_are_known_as_soon_as_they_are_there(boss: Shopper) -> None:
    assert message(boss.ask("POST", "/book", {"title": ["x"]})) == (
        422,
        'Could not determine entity type bundle: "type" field is missing.',
    )
    Shelf.objects.create(code="poems")
    made = boss.make("/book", type="poems", title=["Odes"])
    assert made["type"][0]["target_id"] == "poems"


def test_a_configurable_field_of_a_model_without_a_column_for_it_is_left_out(
    boss: Shopper, caplog: pytest.LogCaptureFixture
) -> None:
    FieldConfig.objects.create_field("country", "country", "field_note", "string", label="Note")
    assert list(boss.make("/country", code=["de"], name=["Germany"])) == ["code", "name"]
    assert "Field field_note of country country is left out" in caplog.text
    refused = boss.ask("PATCH", "/country/de", {"field_note": ["x"]})
    assert message(refused) == (422, 'There is no field "field_note".')


# References


def add_field_to_page(name: str, target_type: str) -> None:
    make_type("page")
    add_field("page", name, "entity_reference", settings={"target_type": target_type})


@pytest.mark.parametrize("by", ["id", "uuid", "UUID"])
def test_nodes_refer_to_what_a_project_has(boss: Shopper, by: str) -> None:
    add_field_to_page("field_product", "product")
    boss.make("/product", **lamp())
    product = Product.objects.get()
    uuid = str(product.uuid)
    ways: dict[str, dict[str, Any]] = {
        "id": {"target_id": product.pk},
        "uuid": {"target_uuid": uuid},
        "UUID": {"target_uuid": uuid.upper()},
    }
    node = boss.create(page(field_product=[ways[by]]))
    reference = {
        "target_id": product.pk,
        "target_type": "product",
        "target_uuid": uuid,
        "url": f"/product/{product.pk}",
    }
    assert node["field_product"] == [reference]
    assert boss.read(node["nid"][0]["value"])["field_product"] == [reference]


def test_references_to_keys_of_any_kind_are_told_in_json(boss: Shopper) -> None:
    ticket = Ticket.objects.create()
    Country.objects.create(code="a b", name="Somewhere")
    make_type("page")
    for name in ("ticket", "country"):
        settings = {"target_type": name}
        add_field("page", f"field_{name}", "entity_reference", settings=settings)
    node = boss.create(page(field_ticket=[{"target_uuid": str(ticket.pk)}], field_country=["a b"]))
    assert node["field_ticket"] == [
        {
            "target_id": str(ticket.pk),
            "target_type": "ticket",
            "target_uuid": str(ticket.pk),
            "url": f"/ticket/{ticket.pk}",
        }
    ]
    assert node["field_country"][0]["url"] == "/country/a%20b"
    assert boss.read(node["nid"][0]["value"]) == node


@pytest.mark.parametrize("uuid", ["x", "0" * 32, "x" * 200, "\0"])
def test_what_is_no_uuid_of_anything_is_refused(boss: Shopper, uuid: str) -> None:
    add_field_to_page("field_product", "product")
    refused = boss.post(page(field_product=[{"target_uuid": uuid}]))
    assert message(refused)[0] == 422


def test_a_type_without_uuids_has_none_to_be_found_by(boss: Shopper) -> None:
    add_field_to_page("field_country", "country")
    Country.objects.create(code="fr", name="France")
    refused = boss.post(page(field_country=[{"target_uuid": "fr"}]))
    assert message(refused) == (422, 'No "" entity found with UUID "fr" for field "0".')


def test_it_refers_to_terms_and_users_each_once_in_the_order_of_keys(clerk: Shopper) -> None:
    one, two = (make_term(name).pk for name in "ab")
    made = clerk.make("/product", **lamp(tags=[two, one, two], fans=[clerk.key, 0]))
    assert [item["target_id"] for item in made["tags"]] == [one, two]
    assert [item["target_id"] for item in made["fans"]] == [clerk.key]
    assert clerk.see(path_of(made)) == made
    assert clerk.alter(path_of(made), tags=[two], fans=[])["tags"] == made["tags"][1:]
    assert clerk.see(path_of(made))["fans"] == []


def test_a_new_one_refers_to_nothing_yet(shop: None) -> None:
    assert ProductType().field("tags").get(Product()) == []


def test_what_is_hidden_is_referred_to_by_who_may_change_it_alone(
    boss: Shopper, shopper_with: ShopperWith
) -> None:
    hidden = boss.make("/product", **lamp(published=[False]))["id"][0]["value"]
    reader = shopper_with("add_product", "view_product")
    refused = reader.ask("POST", "/product", lamp(successor=[hidden]))
    assert faults(refused) == [
        f"successor.0.target_id: This entity (product: {hidden}) cannot be referenced."
    ]
    changer = shopper_with("add_product", "change_product")
    assert changer.make("/product", **lamp(successor=[hidden]))["successor"][0]["url"]


# Aliases


@pytest.mark.parametrize("beside", [True, False], ids=["one database", "two databases"])
def test_an_alias_leads_to_one_and_is_shown_for_it(
    boss: Shopper, monkeypatch: pytest.MonkeyPatch, beside: bool
) -> None:
    """Where it is in another database than the model, it is asked for apart."""
    monkeypatch.setattr(EntityStorage, "is_beside_aliases", beside)
    boss.make("/country", code=["a b"], name=["Old"])
    PathAlias.objects.create(path="/country/a b", alias="/home")
    assert boss.alter("/HOME", name=["New"]) == boss.see("/country/a b")
    answer = boss.ask("GET", "/home")
    assert answer.json()["name"] == [{"value": "New"}]
    assert answer.headers["Link"] == '<http://testserver/home>; rel="canonical"'
    add_field_to_page("field_country", "country")
    node = boss.create(page(field_country=["a b"]))
    assert node["field_country"][0]["url"] == "/home"
    assert boss.ask("DELETE", "/home").status_code == 204
    assert not PathAlias.objects.exists()


def test_what_has_no_page_has_no_address(boss: Shopper) -> None:
    answer = boss.ask("POST", "/entity/member", {})
    assert answer.status_code == 201
    assert "Location" not in answer.headers
    member = Member.objects.get()
    assert boss.see(f"/entity/member/{member.pk}") == answer.json()
    context = {"entity_type": ENTITY_TYPES.content("member"), "account": Account(boss.user)}
    shown = EntitySerializer([member], many=True, context=context).data
    assert shown == [answer.json()]


# Rules of the model


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("name", [], "name: This value should not be null."),
        ("name", ["x" * 41], "name.0.value: Name: may not be longer than 40 characters."),
        ("name", ["a\0b"], "name: Null characters are not allowed."),
        ("name", ["Nameless"], "name: This is no name."),
        ("name", ["Dear"], ": What is dear costs 10 or more."),
        ("price", ["12345.00"], "price: Ensure that there are no more than 6 digits in total."),
        ("price", [-1], ": Nobody is paid for taking it."),
        ("price", ["x"], "price.0.value: This value should be of the correct primitive type."),
        ("price", [], "price: This value should not be null."),
        ("stock", [-1], "stock: Ensure this value is greater than or equal to 0."),
        ("stock", [2**63], "stock.0.value: This value should be of the correct primitive type."),
        ("stock", [], "stock: This value should not be null."),
        ("published", [], "published: This value should not be null."),
        ("uuid", ["x"], "uuid: “x” is not a valid UUID."),
        ("sku", ["taken"], "sku: Product with this Sku already exists."),
        ("note", ["a\0b"], "note: Null characters are not allowed."),
        ("tags", [77], "tags.0.target_id: The referenced entity (taxonomy_term: 77) does not"),
    ],
)
def test_what_the_model_does_not_take_is_told_as_drupal_tells_faults(
    boss: Shopper, field: str, value: Any, line: str
) -> None:
    Product.objects.create(sku="taken", name="Taken", price=1)
    refused = boss.ask("POST", "/product", lamp(**{field: value}))
    (told,) = faults(refused)
    assert told.startswith(line)
    assert Product.objects.count() == 1


def test_a_constraint_over_several_columns_is_told_of_whatever_was_sent(boss: Shopper) -> None:
    boss.make("/product", **lamp(name=["Lamp"]))
    other = boss.make("/product", **lamp(name=["Light"]))
    refused = boss.ask("PATCH", path_of(other), {"name": ["Lamp"], "note": ["Lost"]})
    assert faults(refused) == [": You have one of this name."]
    assert Product.objects.get(pk=other["id"][0]["value"]).note == ""


def test_what_a_transaction_cannot_see_is_taken_all_the_same(
    boss: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row that has the values may be out of sight, or gone, when it is asked which it is."""
    monkeypatch.setattr(storage, "explain", lambda *asked: None)
    boss.make("/product", **lamp(name=["Lamp"]))
    other = boss.make("/product", **lamp(name=["Light"]))
    refused = boss.ask("PATCH", path_of(other), {"name": ["Lamp"], "note": ["Lost"]})
    assert faults(refused) == [": Another product has these values."]
    assert Product.objects.get(pk=other["id"][0]["value"]).note == ""


def test_what_is_unique_may_be_what_nobody_sends(shopper_with: ShopperWith) -> None:
    """Who makes one is its owner, and may be that once."""
    member = shopper_with("add_member", "view_member", "change_member")
    made = member.make("/entity/member")
    assert made["user"][0]["target_id"] == member.key
    refused = member.ask("POST", "/entity/member", {})
    assert faults(refused) == ["user: Member with this User already exists."]
    assert Member.objects.count() == 1


def test_nobody_owns_what_has_to_have_an_owner(boss: Shopper, settings: Any) -> None:
    refused = boss.ask("POST", "/entity/member", {"user": [0]})
    assert faults(refused) == ["user: This value should not be null."]


def test_rows_that_references_are_limited_to_are_the_only_ones(boss: Shopper) -> None:
    chosen, other = (Plain.objects.create(word=word).pk for word in ("chosen", "other"))
    assert boss.make("/ticket", plain=[chosen])["plain"][0]["target_id"] == chosen
    refused = boss.ask("POST", "/ticket", {"plain": [other]})
    assert faults(refused) == [f"plain: plain instance with id {other} is not a valid choice."]


def test_values_of_the_database_are_shown(boss: Shopper) -> None:
    made = boss.make("/ticket")
    assert (made["seats"], made["double"]) == ([{"value": 2}], [{"value": 4}])
    path = f"/ticket/{made['key'][0]['value']}"
    altered = boss.alter(path, seats=[5])
    assert (altered["seats"], altered["double"]) == ([{"value": 5}], [{"value": 10}])
    assert boss.see(path) == altered
    assert message(boss.ask("PATCH", path, {"double": [7]})) == (
        403,
        "Access denied on updating field 'double'.",
    )


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("length", "1 02:03:04", "1 day, 2:03:04"),
        ("weight", "1.5", 1.5),
        ("mail", "a@example.com", "a@example.com"),
        ("page", "https://example.com/", "https://example.com/"),
        ("day", "2026-02-28", "2026-02-28"),
    ],
)
def test_columns_of_many_kinds_are_read_and_written(
    boss: Shopper, field: str, value: Any, shown: Any
) -> None:
    made = boss.make("/ticket", **{field: [value]})
    assert boss.see(f"/ticket/{made['key'][0]['value']}")[field] == [{"value": shown}]


NONSENSE: tuple[Any, ...] = (
    *("", "x", "\0", "9" * 400, "9" * 60, "1e999", "-1", "NaN", "x" * 5000, "\U0001f600"),
    *(0, -1, 2**31, 2**63, 2**64, 1e300, 1.5, True, False, None, [], {}, [[]], {"value": []}),
    *({"value": {"a": 1}}, {"target_id": []}, {"target_id": "\0"}, {"target_uuid": "\0"}),
    *({"value": 2**70}, {"value": "0001-01-01"}, {"value": "9999-12-31"}, {"format": "U"}),
    *({"value": "9" * 12, "format": "U"}, {"value": "0001-01-01T00:00:00+14:00"}),
)


@pytest.mark.parametrize("sent", NONSENSE, ids=lambda sent: repr(sent)[:20])
def test_no_value_of_any_field_is_too_much(boss: Shopper, sent: Any) -> None:
    product = boss.make("/product", **lamp())
    ticket = boss.make("/ticket")
    country = boss.make("/country", code=["de"], name=["Germany"])
    known = {
        path_of(product): product,
        f"/ticket/{ticket['key'][0]['value']}": ticket,
        "/country/de": country,
    }
    for path, document in known.items():
        before = boss.see(path)
        for name in document:
            for value in ([sent], sent):
                answer = boss.ask("PATCH", path, {name: value})
                assert answer.status_code in (200, 403, 422), (name, answer.content)
                if answer.status_code != 200:
                    assert boss.see(path) == before, name
                before = boss.see(path)
            made = boss.ask("POST", path.rpartition("/")[0], {**lamp(), name: [sent]})
            assert made.status_code in (201, 403, 422), (name, made.content)


# What saving entails


def test_a_storage_of_its_own_is_told_of_each_change(boss: Shopper) -> None:
    CountryStorage.done.clear()
    boss.make("/country", code=["de"], name=["Germany"])
    boss.alter("/country/de", name=["Deutschland"])
    boss.alter("/country/de", name=["Deutschland"])
    boss.ask("DELETE", "/country/de")
    assert CountryStorage.done == [
        *("pre_save de True", "post_save de True", "pre_save de False", "post_save de False"),
        *("pre_delete de", "post_delete None"),
    ]


def test_a_file_that_is_referred_to_is_in_use(boss: Shopper) -> None:
    """As for what nodes refer to: the types that a project adds obey the rules of references."""
    file = File.objects.create(filename="a.txt", uri="a.txt", status=False, uid=boss.user)
    make_type("page")
    add_field("page", "field_file", "file")
    boss.create(page(field_file=[file.pk]))
    file.refresh_from_db()
    assert file.status


def test_a_user_who_is_gone_leaves_what_was_theirs(boss: Shopper, clerk: Shopper) -> None:
    made = clerk.make("/product", **lamp())
    User.objects.filter(pk=clerk.key).delete()
    assert boss.see(path_of(made))["owner"][0]["target_id"] == 0


def test_who_sends_no_token_is_told_so(shop: None) -> None:
    for path in ("/product", "/ticket", "/country"):
        answer = Visitor().send("POST", f"{path}?{JSON}", "{}")
        assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"


def test_what_is_public_is_decided_by_the_permissions_of_the_anonymous_role(
    shop: None, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET", "POST"]}
    product = Product.objects.create(sku="a", name="a", price=1)
    url = f"/product/{product.pk}"
    assert Shopper().ask("GET", url).status_code == 401
    role = Group.objects.get(name="anonymous")
    grant(role.permissions, "view_product", "add_member")
    assert Shopper().see(url)["sku"] == [{"value": "a"}]
    refused = Shopper().ask("POST", "/entity/member", {})
    assert faults(refused) == ["user: This value should not be null."]
