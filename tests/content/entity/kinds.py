"""The entity types of the project's models."""

from __future__ import annotations

from typing import Any

from drupal_jwt_auth.entities import (
    ALLOWED,
    AccessResult,
    Account,
    BundleEntityType,
    ContentEntityType,
    EntityAccess,
    EntityStorage,
    Keys,
    column,
)
from tests.content.entity.models import Book, Country, Member, Plain, Product, Ticket

ADMINISTER = "entity.administer_product"


class ProductAccess(EntityAccess):
    """Whoever owns one may change it, but for what is the administrators'."""

    def update(self, account: Account, entity: Any) -> AccessResult:
        own = account.user is not None and entity.owner_id == account.key
        return ALLOWED if own else super().update(account, entity)


class ProductType(ContentEntityType):
    id = "product"
    label = "product"
    model = Product
    keys = Keys(label="name", owner="owner", published="published", changed="updated")
    base_fields = (
        *map(column, ("id", "uuid", "sku", "name", "price", "stock", "note", "due")),
        *map(column, ("created", "updated")),
        column("owner", edit_permission=ADMINISTER),
        column("published", edit_permission=ADMINISTER),
        *map(column, ("tags", "fans", "successor")),
    )
    canonical = "/product/{product}"
    collection = "/product"
    access_class = ProductAccess


class PlainType(ContentEntityType):
    id = "plain"
    label = "plain thing"
    model = Plain
    keys = Keys(uuid=None)
    base_fields = (column("id"), column("word"))
    canonical = "/things/plain/{plain}"
    collection = "/things/plain"


class TicketType(ContentEntityType):
    id = "ticket"
    label = "ticket"
    model = Ticket
    keys = Keys(id="key", uuid="key")
    base_fields = (
        *map(column, ("key", "seats", "double", "product", "plain", "length", "weight")),
        *map(column, ("mail", "page", "day")),
    )
    canonical = "/ticket/{ticket}"
    collection = "/ticket"


class CountryStorage(EntityStorage):
    """Notes what becomes of countries."""

    done: list[str] = []

    def pre_save(self, entity: Any, *, created: bool) -> None:
        self.done.append(f"pre_save {entity.pk} {created}")

    def post_save(self, entity: Any, *, created: bool) -> None:
        self.done.append(f"post_save {entity.pk} {created}")

    def pre_delete(self, entity: Any) -> None:
        self.done.append(f"pre_delete {entity.pk}")

    def post_delete(self, entity: Any) -> None:
        self.done.append(f"post_delete {entity.pk}")


class CountryType(ContentEntityType):
    id = "country"
    label = "country"
    model = Country
    keys = Keys(id="code", uuid=None, label="name")
    base_fields = (column("code"), column("name"))
    canonical = "/country/{country}"
    collection = "/country"
    storage_class = CountryStorage


class ShelfType(BundleEntityType):
    id = "shelf"
    bundle_of = "book"


class BookType(ContentEntityType):
    id = "book"
    label = "book"
    model = Book
    keys = Keys(id="bid", uuid=None, bundle="type", label="title")
    base_fields = (
        column("id", name="bid"),
        column("shelf", name="type"),
        column("name", name="title"),
        column("country", name="origin"),
    )
    bundle_type = "shelf"
    canonical = "/book/{book}"
    collection = "/book"


class MemberType(ContentEntityType):
    id = "member"
    label = "member"
    model = Member
    keys = Keys(uuid=None, owner="user")
    base_fields = (column("id"), column("user"), column("active"))
    canonical = "/member/{member}"
    collection = "/member"


KINDS = (ProductType, PlainType, CountryType, TicketType, ShelfType, BookType, MemberType)
"""In an order in which each refers to what is there already, or to itself."""
