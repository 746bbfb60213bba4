"""What is wrong with how an entity type was declared is said at startup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import CheckMessage, registry
from django.urls import include, path

from drupal_jwt_auth.checks.entities import check_entity_types, check_entity_urls
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.node.entity import NodeEntityType
from drupal_jwt_auth.entities import (
    Attribute,
    BaseField,
    ConfigEntityType,
    ContentEntityType,
    Keys,
    ManyToMany,
    column,
    entity_urls,
    register,
)
from drupal_jwt_auth.fields import IntegerType, StringType
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.views import EntityView
from tests.content.entity.kinds import CountryType, PlainType, ProductType
from tests.content.entity.models import Book, Country, Product, Ticket
from tests.urlconfs import OURS, URLconf, page

pytestmark = pytest.mark.usefixtures("own_registry")


def field(name: str, source: Any, **values: Any) -> BaseField:
    return BaseField(name=name, label=name, type=StringType(), source=source, **values)


class Sound(ContentEntityType):
    """Nothing is wrong with it."""

    id = "sound"
    label = "sound thing"
    model = Country
    keys = Keys(id="code", uuid=None)
    base_fields = (column("code"), column("name"))
    canonical = "/sound/{sound}"
    collection = "/sound"


def declared(**values: Any) -> list[CheckMessage]:
    """What is said of a type that is like a sound one but for some attributes."""
    register(type("Declared", (Sound,), {"id": "declared", **PATHS, **values}))
    return check_entity_types()


PATHS = {"canonical": "/declared/{declared}", "collection": "/declared"}


def ids(messages: Sequence[CheckMessage]) -> list[str | None]:
    assert all(message.hint for message in messages)
    return [message.id and message.id.removeprefix("drupal_jwt_auth.") for message in messages]


def told(messages: Sequence[CheckMessage]) -> tuple[str, str]:
    """The id of the only message, and its text without the name of the class."""
    (message,) = messages
    assert message.hint
    assert message.id
    text = message.msg.replace("drupal_jwt_auth.content.entity.registry.Declared", "Declared")
    return message.id.removeprefix("drupal_jwt_auth."), text.rpartition(f"{__name__}.")[2]


def test_the_checks_are_run_with_djangos_own() -> None:
    known = registry.registry.get_checks()
    assert {check_entity_types, check_entity_urls} <= set(known)


def test_nothing_is_wrong_with_what_this_app_has() -> None:
    assert check_entity_types() == check_entity_urls() == []


def test_nothing_is_wrong_with_sound_types() -> None:
    for kind in (Sound, ProductType, CountryType, PlainType):
        register(kind)
    assert check_entity_types() == []


@pytest.mark.parametrize("name", ["id", "label", "model"])
def test_what_is_missing(name: str) -> None:
    identifier, text = told(declared(**{name: None}))
    assert (identifier, text) == ("E060", f"Declared cannot be an entity type without {name}.")
    assert "declared" not in ENTITY_TYPES


@pytest.mark.parametrize("name", ["Product", "my-product", "1st", "x" * 33, "ä", "a b"])
def test_an_id_that_no_path_can_have(name: str) -> None:
    assert ids(declared(id=name)) == ["E060"]


def test_configuration_needs_an_id_too() -> None:
    register(type("Declared", (ConfigEntityType,), {}))
    assert ids(check_entity_types()) == ["E060"]
    register(type("Declared", (ConfigEntityType,), {"id": "declared"}))
    assert "declared" in ENTITY_TYPES


def test_two_types_with_one_id() -> None:
    register(Sound)
    other = type("Other", (ContentEntityType,), {**vars(Sound), "id": "sound"})
    register(other)
    assert told(check_entity_types()) == (
        "E061",
        "Sound: 'sound'.",
    )
    assert type(ENTITY_TYPES["sound"]) is Sound


def test_a_type_takes_the_place_of_the_one_that_it_extends() -> None:
    own = type("OwnNodes", (NodeEntityType,), {})
    register(own)
    assert type(ENTITY_TYPES["node"]) is own
    assert check_entity_types() == []


def test_a_model_without_uuid() -> None:
    assert told(declared(keys=Keys(id="code"))) == (
        "E062",
        "Declared has no base field for these of its keys: uuid ('uuid').",
    )
    assert "declared" not in ENTITY_TYPES


@pytest.mark.parametrize(
    "source_or_column",
    [Attribute("nmae"), ManyToMany("nmaes"), "nmae", "book"],
    ids=["attribute", "many-to-many", "column", "what refers to it"],
)
def test_a_column_that_is_not_there(source_or_column: Any) -> None:
    is_column = isinstance(source_or_column, str)
    wrong = column(source_or_column) if is_column else field("wrong", source_or_column)
    identifier, text = told(declared(base_fields=(column("code"), column("name"), wrong)))
    assert identifier == "E063"
    assert text.endswith(", and entity.Country has no such column.")


@pytest.mark.parametrize(("never_set", "expected"), [("", []), (None, ["E063"])])
def test_a_property_may_be_shown_but_not_set(never_set: Any, expected: list[str]) -> None:
    shown = field("key", Attribute("pk"), never_set=never_set)
    assert ids(declared(base_fields=(column("code"), column("name"), shown))) == expected


def test_two_fields_of_one_name() -> None:
    fields = (column("code"), column("name"), column("name"))
    assert told(declared(base_fields=fields)) == (
        "E064",
        "Declared has several base fields of the same name: name.",
    )


def test_a_field_that_may_be_empty_though_its_column_may_not() -> None:
    fields = (column("code"), field("name", Attribute("name")))
    assert told(declared(base_fields=fields)) == (
        "E065",
        "Declared: name may be empty, and its column cannot be NULL.",
    )


@pytest.mark.parametrize(
    "canonical",
    ["/declared", "/declared/{id}", "declared/{declared}", "/{declared}/{declared}", "/x/{", "/{}"],
)
def test_a_canonical_path_without_the_key(canonical: str) -> None:
    assert ids(declared(canonical=canonical)) == ["E066"]


@pytest.mark.parametrize(
    ("canonical", "collection"),
    [(PATHS["canonical"], "declared"), (PATHS["canonical"], "/a/{declared}")],
)
def test_a_collection_where_nothing_can_be_created(canonical: Any, collection: str) -> None:
    assert ids(declared(canonical=canonical, collection=collection)) == ["E066"]


@pytest.mark.parametrize(
    ("canonical", "collection"),
    [
        ("/node/{declared}", "/declared"),
        ("/declared/{declared}", "/node"),
        ("/declared/{declared}", "/node/add"),
        ("/declared/{declared}", "/rest_api/id_token"),
        ("/entity/path_alias/{declared}", "/declared"),
    ],
)
def test_a_path_that_is_taken(canonical: str, collection: str) -> None:
    assert ids(declared(canonical=canonical, collection=collection)) == ["E067"]


def test_a_type_without_paths_is_served_as_drupal_serves_such() -> None:
    assert declared(canonical=None, collection=None) == []
    assert [str(url.pattern) for url in entity_urls("declared")] == [
        *("entity/declared", "entity/declared/<str:declared>")
    ]


def test_a_type_without_fields_is_only_referred_to() -> None:
    assert declared(base_fields=()) == []
    assert entity_urls("declared") == []


def test_a_reference_to_what_is_no_type() -> None:
    fields = (column("id", name="code"), column("shelf"), column("name"))
    messages = declared(model=Book, base_fields=fields)
    assert told(messages) == (
        "E068",
        "Declared: shelf refers to 'shelf', which is no entity type.",
    )


def test_settings_say_what_is_referred_to() -> None:
    other = column("country", settings={"target_type": "node"})
    fields = (column("id", name="code"), column("name"), other)
    assert ids(declared(model=Book, base_fields=fields)) == ["W061"]


@pytest.mark.parametrize("key", ["name", "country", "shelf"])
def test_bundles_that_are_none(key: str) -> None:
    register(CountryType)
    fields = (column("id", name="code"), column("name"), column("country"), column("shelf"))
    keys = Keys(id="code", uuid=None, bundle=key)
    found = ids(declared(model=Book, base_fields=fields, keys=keys))
    expected = {"name": ["E068", "E069"], "country": ["E068"], "shelf": ["E068"]}
    assert found == expected[key]
    # What listens to bundles, and what reads them, gets on all the same.
    apps.get_app_config("drupal_jwt_auth").ready()
    if key == "name":
        assert [*ENTITY_TYPES.content("declared").bundle_rows()] == []


def test_bundles_with_numbers_as_keys() -> None:
    fields = (column("key", name="code"), column("product"))
    keys = Keys(id="code", uuid=None, bundle="product")
    assert "E069" in ids(declared(model=Ticket, base_fields=fields, keys=keys))


FEW = (column("id", name="code"), column("published"))


def test_what_a_new_row_needs_and_no_field_has() -> None:
    assert told(declared(model=Product, base_fields=FEW)) == (
        "W061",
        "Declared has no base field for what a new row needs: sku, name, price.",
    )


def test_a_column_of_a_class_that_no_field_type_goes_with() -> None:
    with pytest.raises(TypeError, match=r"give column\('fields'\) a type and a source"):
        declared(model=Node, base_fields=(column("fields"),))
    made = column("fields", type=IntegerType(), source=Attribute("fields")).of(Node)
    assert (made.label, made.required) == ("Fields", True)


# URLs


def test_a_path_that_is_the_projects_own(settings: Any) -> None:
    register(Sound)
    for first, expected in (
        (path("sound", page), ["/sound"]),
        (path("sound/<str:name>", page), ["/sound/1"]),
        (path("<path:any>", page), ["/sound", "/sound/1"]),
        (path("other", page), []),
    ):
        settings.ROOT_URLCONF = URLconf(first, path("", include(entity_urls("sound"))), *NODES)
        messages = check_entity_urls()
        assert ids(messages) == ["W060"] * len(expected)
        assert all(each in message.msg for each, message in zip(expected, messages, strict=True))


NODES = (path("", OURS),)


def test_a_view_of_the_projects_for_the_type_is_not_something_else(settings: Any) -> None:
    register(Sound)
    view = EntityView.as_view(entity_type_id="sound")
    for own, expected in (
        ([path("sound/<str:sound>", view)], []),
        ([path("sound/<str:sound>", EntityView.as_view(entity_type_id="node"))], ["W060"]),
    ):
        patterns = [*own, path("", include(entity_urls("sound")))]
        settings.ROOT_URLCONF = URLconf(*patterns, *NODES)
        assert ids(check_entity_urls()) == expected


def test_what_was_registered_too_late_has_no_urls(settings: Any) -> None:
    register(Sound)
    settings.ROOT_URLCONF = URLconf(path("prefix/", OURS))
    assert ids(check_entity_urls()) == ["W060", "W060"]


def test_a_url_that_leads_nowhere(settings: Any) -> None:
    register(Sound)
    nodes = include((entity_urls("node"), "drupal_jwt_auth"))
    settings.ROOT_URLCONF = URLconf(path("", nodes))
    assert ids(check_entity_urls()) == ["W060", "W060"]


def test_a_project_without_the_urls_is_told_nothing(settings: Any) -> None:
    register(Sound)
    for urlconf in (URLconf(path("sound", page)), URLconf(), ""):
        settings.ROOT_URLCONF = urlconf
        assert check_entity_urls() == []
