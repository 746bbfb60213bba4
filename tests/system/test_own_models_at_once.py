"""Who writes to a project's own model changes what they say, whoever else writes at that moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from drupal_jwt_auth.models import Term, Vocabulary
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView
from drupal_jwt_auth.serializers import EntitySerializer
from tests.content.entity.conftest import Shopper, own_registry, own_types
from tests.content.entity.models import Country, Product, Ticket
from tests.content.visitors import faults
from tests.system.meetings import Meeting
from tests.system.test_concurrent_writes import database, meet, prepared, site

__all__ = ["database", "meet", "own_registry", "own_types", "prepared", "site"]

SEES_THE_OTHER = connection.settings_dict["OPTIONS"].get("isolation_level") != "repeatable read"
"""Whether a transaction can be told what another one has saved since it began."""

SAVING = (EntitySerializer, "save")
"""Where a POST or a PATCH has read and decided."""

DELETING = (EntityView, "check_unneeded_document")
"""Where a DELETE has."""

ANSWERING = (EntityView, "finalize_response")
"""Where either has written, and nothing is committed."""


@pytest.fixture
def boss(site: None, own_types: None) -> Shopper:
    return Shopper(User.objects.get(username="admin"))


@pytest.fixture
def path(boss: Shopper) -> str:
    """The path of a product."""
    Product.objects.all().delete()
    made = boss.make("/product", sku=["A"], name=["Lamp"], price=["1"])
    return f"/product/{made['id'][0]['value']}"


def seen(boss: Shopper, path: str, *names: str) -> list[Any]:
    document = boss.see(path)
    return [document[name][0]["value"] for name in names]


def test_each_changes_a_column_of_their_own(meet: Meeting, boss: Shopper, path: str) -> None:
    answers = meet(
        lambda: boss.alter(path, note=["New"]), SAVING, lambda: boss.alter(path, price=["2"])
    )
    assert seen(boss, path, "note", "price") == ["New", "2.00"]
    assert answers[1]["note"] == [{"value": "New"}]


def test_each_adds_a_tag_to_what_there_is_then(meet: Meeting, boss: Shopper, path: str) -> None:
    """The list that is committed last is all that there is: none is a mixture."""
    Vocabulary.objects.get_or_create(vid="tags", name="Tags")
    one, two = (Term.objects.create(vid_id="tags", name=name).pk for name in "ab")
    meet(lambda: boss.alter(path, tags=[one]), SAVING, lambda: boss.alter(path, tags=[two]))
    assert [item["target_id"] for item in boss.see(path)["tags"]] == [two]


@pytest.mark.parametrize("create", [True, False])
def test_one_of_two_has_what_is_unique(
    meet: Meeting, boss: Shopper, path: str, create: bool
) -> None:
    taken = {"sku": ["B"], "name": ["Other"], "price": ["1"]}
    other = boss.make("/product", sku=["C"], name=["Third"], price=["1"])
    at = f"/product/{other['id'][0]['value']}"

    def second() -> Any:
        return boss.ask("POST", "/product", taken) if create else boss.ask("PATCH", at, taken)

    first, answer = meet(lambda: boss.ask("PATCH", path, taken), ANSWERING, second)
    assert first.status_code == 200, first.content
    if SEES_THE_OTHER:
        told = ["sku: Product with this Sku already exists.", ": You have one of this name."]
    else:
        told = ["sku.0.value: Another product has this value."]
    assert faults(answer) == told
    assert sorted(Product.objects.values_list("sku", flat=True)) == ["B", "C"]


def test_one_of_two_has_a_key_that_both_choose(meet: Meeting, boss: Shopper) -> None:
    Country.objects.all().delete()
    creating = (EntityCreateView, "finalize_response")
    first, second = meet(
        lambda: boss.ask("POST", "/country", {"code": ["de"], "name": ["Germany"]}),
        creating,
        lambda: boss.ask("POST", "/country", {"code": ["de"], "name": ["Mine"]}),
    )
    assert first.status_code == 201
    if SEES_THE_OTHER:
        told = ["code: Country with this Code already exists."]
    else:
        told = ["code.0.value: Another country has this value."]
    assert faults(second) == told
    assert Country.objects.get().name == "Germany"


def test_what_is_deleted_meanwhile_does_not_come_back(
    meet: Meeting, boss: Shopper, path: str
) -> None:
    _, answer = meet(
        lambda: boss.ask("DELETE", path), DELETING, lambda: boss.ask("PATCH", path, {"note": ["x"]})
    )
    assert answer.status_code == 404
    assert not Product.objects.exists()


def test_what_is_referred_to_meanwhile_is_not_lost(meet: Meeting, boss: Shopper, path: str) -> None:
    """Either it is deleted and nothing refers to it, or it is not."""
    number = int(path.rpartition("/")[2])
    made, gone = meet(
        lambda: boss.ask("POST", "/ticket", {"product": [number]}),
        SAVING,
        lambda: boss.ask("DELETE", path),
    )
    refers = Ticket.objects.filter(product=number).exists()
    assert {made.status_code, gone.status_code} <= {201, 204, 409, 503}
    assert refers == Product.objects.filter(pk=number).exists() == (made.status_code == 201)
    Ticket.objects.all().delete()
