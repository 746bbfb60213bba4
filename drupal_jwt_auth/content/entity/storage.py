"""Where entities are found, and how they are saved and deleted.

What a request writes is one transaction, with the entity locked before anything is decided:
`EntityStorage.to_write` opens it. All that saving entails belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction
from django.db.models import Model, QuerySet, Subquery

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.model_rules import (
    automatic_columns,
    clean,
    explain,
    has_constraints,
    read_made_values,
)
from drupal_jwt_auth.contention import has_lost_a_reference
from drupal_jwt_auth.fields import Field, Item, Reference, Target
from drupal_jwt_auth.fields.keys import shown_key
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
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
    from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
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

    ``is_own``: the model is a project's own. What a client sends must be what the model takes, too:
    its validators, `clean` and its constraints; and its manager is asked anew each time, as it may
    look at the clock. Not so where field types know all that the columns of a model take.
    """

    is_own: ClassVar[bool] = True

    def __init__(self, entity_type: ContentEntityType) -> None:
        self.entity_type = entity_type
        self._kept = self._with_key_made(), self._targets_made()

    def _with_key_made(self) -> Prepared:
        return Prepared(lambda: self.by_key(self.query()))

    def _targets_made(self) -> PreparedByKeys:
        return PreparedByKeys(
            lambda keys: self.with_alias(self.rows.filter(pk__in=keys)),
            lambda: self.model._meta.pk,
        )

    @property
    def _with_key(self) -> Prepared:
        """Return the query for the entity with a key."""
        return self._with_key_made() if self.is_own else self._kept[0]

    @property
    def _targets(self) -> PreparedByKeys:
        """Return the query for what references point to."""
        return self._targets_made() if self.is_own else self._kept[1]

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
        if prefix is None or not self.is_beside_aliases:
            return entities
        annotated: QuerySet[Any] = entities.annotate(newest_alias=newest_item(prefix))
        return annotated

    @property
    def is_beside_aliases(self) -> bool:
        """Tell whether one query can tell of an entity and its alias: both are in one database."""
        return not self.is_own or router.db_for_write(self.model) == router.db_for_write(PathAlias)

    def at(self, path: str | None, key: Any, using: str | None = None) -> Any | None:
        """Return the entity with a path as its alias, or else the one with a key; None for none.

        Without a path it is the one with the key.
        """
        return self.find(self._with_key, path, key, using)

    def load(self, keys: Collection[Any], site: SiteContext) -> dict[Any, Any]:
        """Return the entities with these keys, as references have them, with what is shown of them.

        In a known number of queries for all.
        """
        read = (self.entity_type.key_reader.in_json(key) for key in keys)
        entities = [
            entity
            for batch in batches(key for key in read if key is not None)
            for entity in self.query().filter(pk__in=batch)
        ]
        self.complete(entities)
        found = {shown_key(entity.pk): entity for entity in entities}
        return {key: found[key] for key in keys if key in found}

    def without_rows(self, site: SiteContext) -> list[Any]:
        """Return the entities that are there and have no row: to a query all they have is NULL."""
        return []

    def with_uuid(self, uuid: str, site: SiteContext) -> Any | None:
        """Return the entity with a UUID, which may be in upper case; None for none."""
        name = str(self.entity_type.keys.uuid)
        if not self.may_hold(name, uuid):
            return None
        return self.query().filter(**{f"{name}__in": {uuid, uuid.lower()}}).first()

    def at_revision(self, entity: Any, number: int, bundle: Bundle) -> Any | None:
        """Return what an entity was at an older revision of its own, None for none that is kept."""
        return None

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
        found: QuerySet[Any] = entities.filter(pk=Parameter("key", self.model._meta.pk))
        if self.is_beside_aliases:
            found = found.annotate(alias_leads_to=Subquery(source_path().values("path")))
        return found

    def find(
        self, query: Prepared, path: str | None, key: Any, using: str | None = None
    ) -> Any | None:
        """Return the entity with a path as its alias, or else the one with a key.

        Mostly the path is that of the key, and no alias: one query tells both.
        """
        alias = "" if path is None else alias_key(stored_alias(path))
        found = None if key is None else next(query.run(using, key=key, alias=alias), None)
        if path is None:
            return found
        if found is None or not self.is_beside_aliases:
            leads_to = source_of(path, using if self.is_beside_aliases else None)
        else:
            leads_to = found.alias_leads_to
        other = None if leads_to is None else self.entity_type.key_in(leads_to)
        if other is None or (found is not None and other == found.pk):
            return found
        return next(query.run(using, key=other, alias=alias), None)

    @contextmanager
    def to_write(self, path: str | None, key: Any) -> Iterator[Any | None]:
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

    @contextmanager
    def to_update(
        self, path: str | None, key: Any, account: Account, read: Callable[[], RawValues]
    ) -> Iterator[Any | None]:
        """Do the same for an account that changes it.

        ``read`` returns what a client has sent, of which nothing is checked yet: for what takes
        long, and can be done before anything is locked for an account that may change the entity.
        """
        with self.to_write(path, key) as entity:
            yield entity

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
    def to_delete(self, path: str | None, key: Any) -> Iterator[Any | None]:
        """Do the same for who needs only the row of the entity."""
        with self.to_write(path, key) as entity:
            yield entity

    def path_of(self, entity: Any, root: str) -> str | None:
        """Return the path of an entity: its alias, or else its own; ``root`` begins all paths.

        None where entities have no page.
        """
        if self.entity_type.canonical is None:
            return None
        return self.path_with(entity.pk, self.alias_item(entity)["alias"], root)

    def path_with(self, key: Any, alias: str | None, root: str) -> str:
        """Return the path of the entity with a key: its alias, if it has one, or else its own."""
        if alias is not None:
            return alias_path(alias, root)
        own = self.entity_type.path_with(quote(str(key), safe=""))
        return root + own.removeprefix("/")

    def alias_item(self, entity: Any) -> Item:
        """Return what is shown of the alias of an entity, which may have none."""
        found = item_of(entity, str(self.entity_type.path_prefix))
        return found or {"alias": None, "pid": None, "langcode": self.langcode_of(entity)}

    def langcode_of(self, entity: Any) -> str:
        """Return the language of an entity: the site's, where it has none of its own."""
        name = self.entity_type.keys.langcode
        return str(getattr(entity, self.entity_type.attribute(name))) if name else site_langcode()

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to entities point to, by the entities' keys; in one query."""
        found = self.referenced(keys)
        return {shown_key(entity.pk): self.target_of(entity, site.root) for entity in found}

    def referenced(self, keys: Collection[Any]) -> Iterator[Any]:
        """Return the entities with these keys, as references have them, each with its alias."""
        return self._targets.run([*map(self.entity_type.key_reader.in_json, keys)])

    def target_of(self, entity: Any, root: str) -> Target:
        """Return what references to an entity point to."""
        of = self.entity_type
        return Target(
            of.uuid_of(entity),
            self.path_of(entity, root),
            of.bundle_of(entity) if of.keys.bundle else None,
            of.is_published(entity),
        )

    def complete(self, entities: Sequence[Any]) -> None:
        """Fetch for many entities at once what is shown of them and kept in other rows."""
        if self.entity_type.canonical is not None:
            self.fetch_aliases([each for each in entities if not hasattr(each, "newest_alias")])
        for field in self.entity_type.base_fields:
            field.source.fetch(entities)

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

    def holders(self, name: str, bundles: Collection[str]) -> Iterator[tuple[QuerySet[Any], str]]:
        """Yield what holds items of a configurable field of some bundles: rows, and an attribute.

        The entities come first.
        """
        # What is decided on them is written to them.
        rows = self.model._default_manager.using(router.db_for_write(self.model)).order_by()
        column = self.entity_type.bundle_column
        of_bundles = {} if column is None else {f"{column.attname}__in": bundles}
        yield rows.filter(**of_bundles, fields__has_key=name), "fields"

    def older_items(self, entity: Any, field: Field) -> Iterator[Sequence[Item]]:
        """Yield the items of a field at each older revision of an entity."""
        return iter(())

    # Writing

    def new(self, bundle: Bundle, account: Account) -> Any:
        """Return a new entity of the account's, with the defaults of its bundle."""
        keys, attribute = self.entity_type.keys, self.entity_type.attribute
        values: dict[str, Any] = {}
        if keys.bundle:
            values[attribute(keys.bundle)] = bundle.config.pk
        if keys.owner:
            values[attribute(keys.owner)] = account.key or None
        entity: Any = self.model(**values)
        entity.newest_alias = None
        return entity

    def draft(self, bundle: Bundle, raw: RawValues, site: SiteContext) -> Any:
        """Return the new entity that a document is about, to which its items are stored later.

        ``raw`` are the items that were sent, by field: nothing of them is checked yet.
        """
        return self.new(bundle, site.account)

    def create(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save a new entity with the items of some fields.

        Return those that are kept in other rows, as they were saved. Raise ValidationError for what
        the model does not take, and IntegrityError where another entity has a value that must be
        unique, and the model does not say so; nothing is saved then.
        """
        return self._save(entity, values, None)

    def update(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save the items of some fields of an entity; it has changed where one of them does."""
        return self._update(entity, values)

    def revise(
        self, entity: Any, values: Values, *, bundle: Bundle, account: Account
    ) -> dict[str, list[Item]]:
        """Do the same as a new revision of the account's, where entities of the bundle have such.

        That one is made even where nothing differs.
        """
        return self.update(entity, values) if values else {}

    def _update(
        self, entity: Any, values: Values, changed: Iterable[str] = ()
    ) -> dict[str, list[Item]]:
        """Save the items of some fields, and the columns of attributes that have changed before."""
        columns = {*changed, *(name for field, _ in values for name in field.columns)}
        if _differs(entity, values):
            columns |= self.touch(entity)
        return self._save(entity, values, columns)

    def touch(self, entity: Any) -> Set[str]:
        """Let an entity have changed now; return the columns that hold this."""
        changed = self.entity_type.keys.changed
        if changed is None:
            return frozenset()
        attribute = self.entity_type.attribute(changed)
        setattr(entity, attribute, now())
        return {attribute}

    def delete(self, entity: Any) -> None:
        """Delete an entity with all that belongs to it."""
        with transaction.atomic(using=router.db_for_write(self.model), savepoint=False):
            self.pre_delete(entity)
            entity.delete()
            self.post_delete(entity)

    def cancel(self, entity: Any, site: SiteContext) -> None:
        """Do what a site does where somebody wants an entity to be gone: mostly it is deleted."""
        self.delete(entity)

    def _save(self, entity: Any, values: Values, columns: Set[str] | None) -> dict[str, list[Item]]:
        """Save a new entity, or these columns of one that there is."""
        created = columns is None
        for field, items in values:
            field.set(entity, items)
        if self.is_own:
            self.clean(entity, values, created=created)
        # What the client is told of is undone alone; another failure ends the transaction.
        may_be_taken = self._may_be_taken(entity, values, created=created)
        using = router.db_for_write(self.model)
        try:
            with transaction.atomic(using=using, savepoint=may_be_taken):
                self.pre_save(entity, created=created)
                if columns is None:
                    entity.save(force_insert=True)
                else:
                    entity.save(update_fields=columns | automatic_columns(entity))
                if self.is_own:
                    read_made_values(entity)
                saved = {
                    field.name: list(saved_items)
                    for field, items in values
                    if (saved_items := field.save(entity, items, created=created)) is not None
                }
                self.post_save(entity, created=created)
        except IntegrityError as error:
            if self.is_own and may_be_taken and not has_lost_a_reference(error):
                explain(entity, self.entity_type.base_fields)
            raise
        return saved

    def clean(self, entity: Any, values: Values, *, created: bool) -> None:
        """Let a project's own model refuse what it does not take; raise ValidationError."""
        fields = self.entity_type.base_fields
        owner = self.entity_type.keys.owner if created else None
        set_here = {owner, *(field.name for field, _ in values)}
        clean(entity, [field for field in fields if field.name in set_here], fields)

    def _may_be_taken(self, entity: Any, values: Values, *, created: bool) -> bool:
        """Tell whether another entity may have what has to be unique."""
        fields: Iterable[Field] = [field for field, _ in values]
        if self.is_own:
            if has_constraints(entity):
                return True
            fields = self.entity_type.base_fields if created else fields
        return any(isinstance(field, BaseField) and field.unique for field in fields)

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
    """Tell whether an entity changes with values.

    It does not with what only tells of its revision, or stands beside the entity.
    """
    return any(
        list(items) != list(field.kept(field.get(entity)))
        for field, items in values
        if not (isinstance(field, BaseField) and (field.of_revision or field.source.is_beside))
    )


def sent_text(raw: RawValues, name: str) -> str:
    """Return the text that was sent as the value of a field, an empty one where it was none."""
    value = next((item.get("value") for item in raw.get(name, ())), None)
    return to_text(value) if is_scalar(value) else ""
