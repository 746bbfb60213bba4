"""Where entities are found, and how they are saved and deleted.

What a request writes is one transaction, with the entity locked before anything is decided:
`EntityStorage.to_write` opens it. All that saving entails belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.db.models import Model, QuerySet, Subquery

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.fields import Field, Item, Reference, Target
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.http.exceptions import Violation
from drupal_jwt_auth.http.paths import alias_path
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.languages import site_langcode
from drupal_jwt_auth.models.path_alias import (
    ITEM,
    alias_key,
    item_of,
    newest_item,
    source_of,
    source_path,
    stored_alias,
)
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.prepared import Parameter, Prepared, PreparedByKeys
from drupal_jwt_auth.transactions import lock, locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.entity_type import ContentEntityType
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle

Values = Sequence[tuple[Field, Sequence[Item]]]
"""Fields of an entity, each with its stored items."""

RawValues = Mapping[str, Sequence[Item]]
"""What a client sent, by field."""


class EntityStorage:
    """The entities of a type; a kind of its own overrides what saving one entails there.

    The hooks `pre_save`, `post_save`, `pre_delete` and `post_delete` run in the transaction that
    the entity is saved or deleted in.
    """

    def __init__(self, entity_type: ContentEntityType) -> None:
        self.entity_type = entity_type
        self._with_key = Prepared(lambda: self.by_key(self.query()))
        self._targets = PreparedByKeys(
            lambda keys: self.with_alias(self.rows.filter(pk__in=keys)),
            lambda: self.model._meta.pk,
        )

    @property
    def model(self) -> type[Model]:
        """Return the model whose rows the entities are."""
        return self.entity_type.model

    # Finding

    @property
    def rows(self) -> QuerySet[Any]:
        """Return all entities, in no order."""
        rows: QuerySet[Any] = self.model._default_manager.order_by()
        return rows

    def query(self) -> QuerySet[Any]:
        """Return all entities, each with what is shown of it."""
        return self.with_alias(self.rows)

    def with_alias(self, entities: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch with each entity what is shown of its alias, where entities have a page."""
        prefix = self.entity_type.path_prefix
        return entities if prefix is None else entities.annotate(newest_alias=newest_item(prefix))

    def at(self, path: str, key: Any, using: str | None = None) -> Any | None:
        """Return the entity with a path as its alias, or else the one with a key; None for none."""
        return self.find(self._with_key, path, key, using)

    def with_uuid(self, uuid: str) -> Any | None:
        """Return the entity with a UUID, which may be in upper case; None for none."""
        name = str(self.entity_type.keys.uuid)
        if not self.may_hold(name, uuid):
            return None
        return self.query().filter(**{f"{name}__in": {uuid, uuid.lower()}}).first()

    def may_hold(self, column: str, value: Any) -> bool:
        """Tell whether a column may hold a value, so that every database can look for it."""
        field: Any = self.model._meta.get_field(column)
        try:
            stored = field.get_prep_value(field.to_python(value))
        except ValidationError:
            return False
        return not (isinstance(stored, str) and "\0" in stored)

    def by_key(self, entities: QuerySet[Any]) -> QuerySet[Any]:
        """Return the query that `find` takes, for one of these entities, with what it fetches."""
        leads_to = Subquery(source_path().values("path"))
        key = Parameter("key", self.model._meta.pk)
        found: QuerySet[Any] = entities.filter(pk=key).annotate(alias_leads_to=leads_to)
        return found

    def find(self, query: Prepared, path: str, key: Any, using: str | None = None) -> Any | None:
        """Return the entity with a path as its alias, or else the one with a key.

        Mostly the path is that of the key, and no alias: one query tells both.
        """
        alias = alias_key(stored_alias(path))
        found = None if key is None else next(query.run(using, key=key, alias=alias), None)
        leads_to = source_of(path, using) if found is None else found.alias_leads_to
        other = None if leads_to is None else self.entity_type.key_in(leads_to)
        if other is None or (found is not None and other == found.pk):
            return found
        return next(query.run(using, key=other, alias=alias), None)

    @contextmanager
    def to_write(self, path: str, key: Any) -> Iterator[Any | None]:
        """Open a transaction with the entity `at` an address, locked.

        Nobody else writes to it until the transaction ends, so what the block decides on is what
        there is; None where there is no such entity. An exception undoes all that the block does.
        """
        using = router.db_for_write(self.model)
        found = key
        while True:
            # What is to be locked is known before: the transaction has to begin with that.
            owners = {} if found is None else self.locked_before(found, using)
            with transaction.atomic(using=using):
                for model, keys in owners.items():
                    lock(model, *keys, using=using)
                is_locked = found is not None and lock(self.model, found, using=using)
                entity = self.at(path, key, using)
                if entity is None or (is_locked and entity.pk == found):
                    yield entity
                    return
            # The path is an alias: whose it is, is known now.
            found = entity.pk

    def locked_before(self, key: Any, using: str) -> Mapping[type[Model], Collection[Any]]:
        """Return what is locked before an entity, as what it is a part of: the keys by model."""
        return {}

    @contextmanager
    def to_create(self, read: Callable[[], tuple[Bundle, RawValues]]) -> Iterator[None]:
        """Open the transaction in which an entity is made, with what it will be a part of locked.

        ``read`` returns what a client has sent for it, of which nothing is checked yet.
        """
        with locked(self.model):
            yield

    @contextmanager
    def to_delete(self, path: str, key: Any) -> Iterator[Any | None]:
        """Do the same for who needs only the row of the entity."""
        with self.to_write(path, key) as entity:
            yield entity

    def path_of(self, entity: Any, root: str) -> str | None:
        """Return the path of an entity: its alias, or else its own; ``root`` begins all paths.

        None where entities have no page.
        """
        if self.entity_type.canonical is None:
            return None
        alias = self.alias_item(entity)["alias"]
        if alias is not None:
            return alias_path(alias, root)
        return root + self.entity_type.path_with(str(entity.pk)).removeprefix("/")

    def alias_item(self, entity: Any) -> Item:
        """Return what is shown of the alias of an entity, which may have none."""
        found = item_of(entity, str(self.entity_type.path_prefix))
        return found or {"alias": None, "pid": None, "langcode": self.langcode_of(entity)}

    def langcode_of(self, entity: Any) -> str:
        """Return the language of an entity: the site's, where it has none of its own."""
        name = self.entity_type.keys.langcode
        return str(getattr(entity, name)) if name else site_langcode()

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to entities point to, by the entities' keys; in one query."""
        found = self._targets.run(keys)
        return {wire_key(entity.pk): self.target_of(entity, site.root) for entity in found}

    def target_of(self, entity: Any, root: str) -> Target:
        """Return what references to an entity point to."""
        names = self.entity_type.keys
        return Target(
            str(getattr(entity, names.uuid)) if names.uuid else "",
            self.path_of(entity, root),
            self.entity_type.bundle_of(entity) if names.bundle else None,
            bool(getattr(entity, names.published)) if names.published else True,
        )

    def complete(self, entities: Iterable[Any]) -> None:
        """Fetch for many entities at once what `query` would have brought with each."""

    def fetch_aliases(self, entities: Iterable[Any]) -> None:
        """Fetch together what is shown of the aliases of entities."""
        for batch in batches(entities):
            paths = {self.entity_type.path_with(str(each.pk)): each for each in batch}
            for each in batch:
                each.newest_alias = None
            for item in PathAlias.objects.of_any(paths).reverse().values("path", *ITEM):
                paths[item.pop("path")].newest_alias = item

    def known_targets(self, entity: Any, root: str) -> Iterator[tuple[Reference, Target]]:
        """Yield what the entity references as far as its own query has brought it along."""
        return iter(())

    # Writing

    def new(self, bundle: Bundle, account: Account) -> Any:
        """Return a new entity of the account's, with the defaults of its bundle."""
        keys = self.entity_type.keys
        values: dict[str, Any] = {}
        if keys.bundle:
            values[keys.bundle] = bundle.config
        if keys.owner:
            values[f"{keys.owner}_id"] = account.key or None
        entity: Any = self.model(**values)
        entity.newest_alias = None
        return entity

    def draft(self, bundle: Bundle, raw: RawValues, site: SiteContext) -> Any:
        """Return the new entity that a document is about, to which its items are stored later.

        ``raw`` are the items that were sent, by field: nothing of them is checked yet.
        """
        return self.new(bundle, site.account)

    def violations(
        self, entity: Any, bundle: Bundle, raw: RawValues, site: SiteContext
    ) -> Iterator[Violation]:
        """Yield what is wrong with an entity as a whole, once the items that were sent are stored.

        Drupal tells it before what is wrong with single fields, so these may be wrong as well.
        """
        return iter(())

    def create(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save a new entity with the items of some fields.

        Return those that are kept in other rows, as they were saved. Raise IntegrityError where
        another entity has a value that must be unique; nothing is saved then.
        """
        return self._save(entity, values, None)

    def update(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save the items of some fields of an entity; it has changed where one of them does."""
        columns = {name for field, _ in values for name in field.columns}
        changed = self.entity_type.keys.changed
        if changed and _differs(entity, values):
            setattr(entity, changed, now())
            columns.add(changed)
        return self._save(entity, values, columns)

    def delete(self, entity: Any) -> None:
        """Delete an entity with all that belongs to it."""
        with transaction.atomic(using=router.db_for_write(self.model), savepoint=False):
            self.pre_delete(entity)
            entity.delete()
            self.post_delete(entity)

    def _save(self, entity: Any, values: Values, columns: Set[str] | None) -> dict[str, list[Item]]:
        """Save a new entity, or these columns of one that there is."""
        created = columns is None
        for field, items in values:
            field.set(entity, items)
        # What the client is told of is undone alone; another failure ends the transaction.
        may_be_taken = any(isinstance(field, BaseField) and field.unique for field, _ in values)
        using = router.db_for_write(self.model)
        with transaction.atomic(using=using, savepoint=may_be_taken):
            self.pre_save(entity, created=created)
            if columns is None:
                entity.save()
            else:
                entity.save(update_fields=columns)
            saved = {
                field.name: list(saved_items)
                for field, items in values
                if (saved_items := field.save(entity, items, created=created)) is not None
            }
            self.post_save(entity, created=created)
        return saved

    # Hooks

    def pre_save(self, entity: Any, *, created: bool) -> None:
        """Do what has to be done before an entity is saved."""

    def post_save(self, entity: Any, *, created: bool) -> None:
        """Do what saving an entity entails."""

    def pre_delete(self, entity: Any) -> None:
        """Do what has to be done before an entity is deleted."""

    def post_delete(self, entity: Any) -> None:
        """Do what deleting an entity entails; its key is None by now."""


def _differs(entity: Any, values: Values) -> bool:
    """Tell whether an entity changes with values: not with what only tells of its revision."""
    return any(
        list(items) != field.get(entity)
        for field, items in values
        if not (isinstance(field, BaseField) and field.of_revision)
    )
