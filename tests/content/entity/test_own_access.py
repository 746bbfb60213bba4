"""Who may do what with a project's models: Django's permissions decide, in Drupal's words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as combinations
from typing import Any

import pytest
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.entities import Account, EntityAccess
from tests.content.entity.conftest import Shopper, grant, lamp
from tests.content.entity.models import Country, Plain, Product
from tests.content.visitors import make_user, message, permission

ShopperWith = Callable[..., Shopper]


class PlainReaders(BaseBackend):
    """Lets everybody read what is plain."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return {"entity.view_plain"}


ALL = ("add", "view", "change", "delete")


@pytest.mark.parametrize(
    ("method", "document", "reason"),
    [
        (
            "GET",
            None,
            "The 'entity.view_country' permission is required.",
        ),
        ("PATCH", {}, "The 'entity.change_country' permission is required."),
        ("DELETE", None, "The 'entity.delete_country' permission is required."),
    ],
)
def test_who_lacks_a_permission_is_told_which(
    shopper_with: ShopperWith, method: str, document: Any, reason: str
) -> None:
    Country.objects.create(code="de", name="Germany")
    needed = reason.split("'")[1].removeprefix("entity.")
    others = {f"{action}_country" for action in ALL} - {needed, "change_country"}
    assert message(shopper_with(*others).ask(method, "/country/de", document)) == (403, reason)
    assert shopper_with(needed).ask(method, "/country/de", document).status_code < 300


def test_who_may_not_create_is_told_so(shopper_with: ShopperWith) -> None:
    stranger = shopper_with("change_country", "delete_country", "view_country")
    assert message(stranger.ask("POST", "/country", {})) == (
        403,
        "The 'entity.add_country' permission is required.",
    )


def test_permissions_of_groups_and_of_everybodys_role_count(shopper_with: ShopperWith) -> None:
    plain = Plain.objects.create(word="word")
    visitor = shopper_with()
    assert visitor.user
    group = Group.objects.create(name="readers")
    visitor.user.groups.add(group)
    for role in (group, Group.objects.get(name="authenticated")):
        assert visitor.ask("GET", f"/things/plain/{plain.pk}").status_code == 403
        grant(role.permissions, "view_plain")
        assert visitor.see(f"/things/plain/{plain.pk}")
        role.permissions.clear()


def test_a_permission_of_one_app_is_none_of_another_that_has_the_same_name(shop: None) -> None:
    drupals = permission("entity.view_plain")  # As an import brings whatever it is told.
    other = ContentType.objects.get(app_label="auth", model="user")
    djangos = Permission.objects.create(content_type=other, codename="view_plain", name="x")
    user = make_user("someone")
    user.user_permissions.add(drupals, djangos)
    assert not Account(user).has_permission("entity.view_plain")
    assert not Account(user).has_permission("view_plain")
    assert Account(user).has_permission("auth.view_plain")
    grant(user.user_permissions, "view_plain")
    assert Account(user).has_permission("entity.view_plain")


def test_a_permission_of_drupals_may_have_a_dot_in_it(shop: None) -> None:
    user = make_user("someone", "use text format a.b", "version 1.0")
    assert Account(user).has_permission("use text format a.b")
    assert Account(user).has_permission("version 1.0")
    assert not Account(user).has_permission("version 1.1")
    assert Account(user).has_permission("drupal_jwt_auth.version 1.0")


def test_what_other_backends_grant_counts(shop: None, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.PlainReaders"]
    assert Account(make_user("someone")).has_permission("entity.view_plain")


def test_asking_for_a_permission_takes_one_query_whatever_the_app(
    shop: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    account = Account(make_user("someone", "access content"))
    with django_assert_num_queries(1):
        assert account.has_permission("access content")
        assert not account.has_permission("entity.add_product")
        assert not account.has_permission("auth.add_user")


# What is not published, and whose it is


@pytest.mark.parametrize("permissions", [[], ["view"], ["change"], ["view", "change"], ["add"]])
@pytest.mark.parametrize("kind", ["product", "country", "member", "plain"])
def test_what_a_query_finds_is_what_may_be_seen(
    shop: None, kind: str, permissions: list[str]
) -> None:
    users = [None, *(make_user(name) for name in ("one", "other"))]
    for number, (owner, published) in enumerate(combinations(users, (True, False))):
        name = str(number)
        Product.objects.create(sku=name, name=name, price=1, owner=owner, published=published)
    Country.objects.create(code="de", name="Germany")
    Plain.objects.create(word="word")
    entity_type = ENTITY_TYPES.content(kind)
    of_model = ContentType.objects.get_for_model(entity_type.model)
    granted = Permission.objects.filter(
        content_type=of_model, codename__in=[f"{each}_{kind}" for each in permissions]
    )
    anonymous = Group.objects.get(name="anonymous")
    anonymous.permissions.set(granted)
    for somebody in filter(None, users):
        somebody.user_permissions.set(granted)
    rules: EntityAccess = entity_type.access
    rows: Any = entity_type.model._default_manager.all()
    for user in (*users, make_user("boss", is_superuser=True)):
        account = Account(user)
        found = {row.pk for row in rows.filter(rules.visible_to(account))}
        assert found == {row.pk for row in rows if rules.view(account, row).allowed}


def test_what_is_not_published_is_seen_by_its_owner_and_by_who_may_change_it(
    shopper_with: ShopperWith,
) -> None:
    owner = shopper_with("view_product")
    product = Product.objects.create(sku="a", name="a", price=1, owner=owner.user, published=False)
    path = f"/product/{product.pk}"
    assert owner.see(path)["published"] == [{"value": False}]
    assert shopper_with("change_product").see(path)
    assert message(shopper_with("view_product").ask("GET", path)) == (
        403,
        "The 'entity.change_product' permission is required.",
    )
    Product.objects.update(owner=None)
    assert owner.ask("GET", path).status_code == 403


# Fields


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", [77]), ("owner", [1]), ("published", [False]), ("updated", [{"value": 0}])],
)
def test_some_fields_are_not_set_by_who_makes_one(clerk: Shopper, field: str, value: Any) -> None:
    other = make_user("other")
    sent = [other.pk] if field == "owner" else value
    assert message(clerk.ask("POST", "/product", lamp(**{field: sent}))) == (
        403,
        f"Access denied on creating field '{field}'.",
    )
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("id", [77], "The entity ID cannot be changed."),
        ("uuid", ["11111111-2222-4333-8444-555555555555"], "The entity UUID cannot be changed."),
        ("owner", [0], "The 'entity.administer_product' permission is required."),
        ("owner", [{"target_id": None}], "The 'entity.administer_product' permission is required."),
        ("published", [False], "The 'entity.administer_product' permission is required."),
        ("published", [], "The 'entity.administer_product' permission is required."),
        ("updated", [{"value": 0}], ""),
    ],
)
def test_some_fields_are_not_changed_by_the_owner(
    clerk: Shopper, field: str, value: Any, reason: str
) -> None:
    made = clerk.make("/product", **lamp())
    path = f"/product/{made['id'][0]['value']}"
    assert message(clerk.ask("PATCH", path, {"note": ["Lost"], field: value})) == (
        403,
        f"Access denied on updating field '{field}'. {reason}".rstrip(),
    )
    assert clerk.see(path) == made


def test_who_has_the_permission_sets_them(shopper_with: ShopperWith) -> None:
    permissions = ("add_product", "change_product", "administer_product")
    administrator = shopper_with(*permissions)
    other = make_user("other")
    made = administrator.make("/product", **lamp(owner=[other.pk], published=[False]))
    assert (made["owner"][0]["target_id"], made["published"]) == (other.pk, [{"value": False}])
    path = f"/product/{made['id'][0]['value']}"
    altered = administrator.alter(path, owner=[0], published=[True])
    assert (altered["owner"][0]["target_id"], altered["published"]) == (0, [{"value": True}])
    assert Product.objects.get().owner is None


def test_an_access_class_has_the_last_word(shopper_with: ShopperWith) -> None:
    """Of the tests: whoever owns a product may change it."""
    owner, stranger = (shopper_with("add_product", "view_product") for _ in "ab")
    made = owner.make("/product", **lamp())
    path = f"/product/{made['id'][0]['value']}"
    assert owner.alter(path, note=["Mine"])["note"] == [{"value": "Mine"}]
    assert stranger.ask("PATCH", path, {"note": ["Mine"]}).status_code == 403
    assert owner.ask("DELETE", path).status_code == 403


def test_a_user_who_was_made_inactive_may_do_nothing(clerk: Shopper) -> None:
    made = clerk.make("/product", **lamp())
    User.objects.update(is_active=False)
    answer = clerk.ask("GET", f"/product/{made['id'][0]['value']}")
    assert (answer.status_code, answer.json()["error"]) == (403, "USER_BLOCKED")


def test_of_what_keeps_no_revisions_nobody_sees_or_takes_back_one(shop: None) -> None:
    entity_type, account = (
        ENTITY_TYPES.content("product"),
        Account(make_user("boss", is_superuser=True)),
    )
    entity, access = Product.objects.create(sku="L", name="Lamp", price=1), entity_type.access
    assert not access.view_revisions(account, entity)
    assert not access.revert(account, entity)
    assert not access.delete_revision(account, entity)
    bundle = get_structure(None).bundles_of(entity_type)["product"]
    assert entity_type.storage.at_revision(entity, 1, bundle) is None
