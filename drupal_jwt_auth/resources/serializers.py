"""What the serializers of entities share, whatever their documents look like."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from itertools import islice
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.serializers import BaseSerializer

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.constraints import Proposal
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.contention import has_a_taken_value, has_lost_a_reference
from drupal_jwt_auth.fields import Field, Item, Reference
from drupal_jwt_auth.http.exceptions import EntityValidationError, UnprocessableEntity, Violation
from drupal_jwt_auth.resources.violations import as_entity_error

MAX_VIOLATIONS = 1000
"""How many faults are told at once: nobody reads more."""

Values = dict[str, list[Item]]


class BaseEntitySerializer(BaseSerializer[Any]):
    """Entities read from documents, checked and saved, whatever the documents look like.

    Subclasses have `read_sent` for how one is read, `to_representation` for how one is shown, and
    `not_created`, `not_set` and `taken` for how a client is told what it may not.
    """

    entity_type_id: ClassVar[str]

    _draft: Any = None
    _sent: Values = {}
    _is_saved = False
    _violations: Sequence[Violation] = ()

    @cached_property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        given: ContentEntityType | None = self.context.get("entity_type")
        return given or ENTITY_TYPES.content(self.entity_type_id)

    @cached_property
    def account(self) -> Account:
        """Return whom the serializer acts for."""
        given: Account | None = self.context.get("account")
        return given or Account(getattr(self.context.get("request"), "user", None))

    @cached_property
    def site(self) -> SiteContext:
        """Return the site as the account sees it."""
        structure = get_structure(self.account.stamp)
        return SiteContext(self.account, structure, self.context.get("request"))

    # Access to fields

    def field_view_access(self, field: Field, entity: Any) -> bool:
        """Tell whether the account may see a field of an entity that it may view.

        A subclass that hides more asks ``super()`` first; one field of many entities is asked for
        often, so this makes no query.
        """
        return self.entity_type.access.view_field(self.account, field, entity)

    def field_edit_access(self, field: Field, bundle: Bundle, entity: Any | None) -> AccessResult:
        """Return whether the account may set a field of an entity that it may create or update.

        ``entity`` is None for one that is to be made. A client is told the reason where it changes
        an entity.
        """
        rules = self.entity_type.access
        if entity is None:
            return rules.create_field(self.account, field, bundle, self._draft)
        return rules.edit_field(self.account, field, bundle, entity)

    # Out

    def visible_fields(self, entity: Any) -> list[Field]:
        """Return the fields of an entity that the account may see."""
        fields = self.bundle_of(entity).fields.values()
        return [field for field in fields if self.field_view_access(field, entity)]

    def look_up(self, shown: Iterable[tuple[Any, Sequence[Field]]]) -> None:
        """Look up at once what entities refer to in the fields that will be shown of them."""
        self.site.learn_account()
        self.site.look_up(
            reference for entity, fields in shown for reference in self._references(entity, fields)
        )

    def _references(self, entity: Any, fields: Sequence[Field]) -> Iterator[Reference]:
        for known in self.entity_type.storage.known_targets(entity, self.site.root):
            self.site.learn(*known)
        for field in fields:
            yield from field.references(self._sent.get(field.name) or field.get(entity))

    def bundle_of(self, entity: Any) -> Bundle:
        """Return the bundle of an entity, which may be one that was made a moment ago."""
        name = self.entity_type.bundle_of(entity)
        if name not in self.bundles:
            self.site.structure = get_structure(None)
        return self.bundles[name]

    @property
    def bundles(self) -> Mapping[str, Bundle]:
        """Return the bundles of the type by name."""
        return self.site.structure.bundles_of(self.entity_type)

    # In

    def to_create(self) -> AbstractContextManager[None]:
        """Return the transaction in which an entity can be made of the document.

        What the entity will be a part of is locked in it.
        """
        return self.entity_type.storage.to_create(partial(self.read_sent, self.initial_data))

    def is_valid(self, *, raise_exception: bool = False) -> bool:
        """Tell whether the document describes a valid entity."""
        valid = super().is_valid()
        if raise_exception and not valid:
            raise EntityValidationError(self._violations)
        return valid

    def run_validation(self, data: Any = None) -> Values:
        """Return the raw items of the fields to set; raise EntityValidationError (422)."""
        try:
            return self.validate(self.to_internal_value(data))
        except EntityValidationError as error:
            self._violations = error.violations
            raise
        except (ValidationError, DjangoValidationError) as error:
            # No name for what is raised: it would keep this call, and the call it.
            self._violations = as_entity_error(error).violations
            raise EntityValidationError(self._violations) from error

    def validate(self, attrs: Values) -> Values:
        """Return the raw items of the fields to set, which are valid one by one.

        For rules of a project's own, as in DRF: ``raise ValidationError({"title": ["..."]})``, or
        with a text alone where it is about the whole entity. Of an entity that there is, ``attrs``
        has the fields that differ from what is stored; ``self.instance`` is the entity.
        """
        return attrs

    def to_internal_value(self, data: Any) -> Values:
        """Return the raw items of the fields to set, by name, in the order of the document.

        The checks come in Drupal's order: the document (422), creation (403), each field (403),
        validity (422).
        """
        self.site.creating = self.instance is None
        bundle, raw = self.read_sent(data)
        if self.instance is None:
            self._draft = self.entity_type.storage.draft(bundle, raw, self.site)
            self.check_creation(bundle, raw)
        else:
            bundle = self.bundle_of(self.instance)
            raw = self.differing(self.instance, bundle, raw)
        self.validate_fields(bundle, raw)
        return raw

    @abstractmethod
    def read_sent(self, data: Any) -> tuple[Bundle, Values]:
        """Return the bundle that a document names, and the raw items of all fields in it.

        Raise UnprocessableEntity (422) for a document that no entity can be made of.
        """

    @abstractmethod
    def not_created(self, bundle: Bundle, creation: AccessResult) -> PermissionDenied:
        """Return the refusal (403) of an entity that the account may not create."""

    @abstractmethod
    def not_set(self, field: Field, setting: AccessResult) -> PermissionDenied:
        """Return the refusal (403) of a field that the account may not set."""

    def taken(self, names: Sequence[str]) -> APIException:
        """Return what a client is told whose entity has a value that another one has.

        It is that of one of these fields, or without any those of several together.
        """
        if not names:
            text = f"Another {self.entity_type.label} has these values."
            return EntityValidationError([Violation("", text)])
        text = f"Another {self.entity_type.label} has this value."
        return EntityValidationError([Violation(f"{name}.0.value", text) for name in names])

    def check_creation(self, bundle: Bundle, raw: Values) -> None:
        """Raise PermissionDenied if the account may not create the entity, or set a field of it."""
        creation = self.entity_type.access.create(self.account, bundle)
        if not creation.allowed:
            raise self.not_created(bundle, creation)
        self.check_set(bundle, raw)

    def check_set(self, bundle: Bundle, raw: Values) -> None:
        """Raise PermissionDenied if the account may not set a field of what it makes."""
        for name in raw:
            setting = self.field_edit_access(bundle.fields[name], bundle, None)
            if not setting.allowed:
                raise self.not_set(bundle.fields[name], setting)

    def differing(self, entity: Any, bundle: Bundle, raw: Values) -> Values:
        """Return the items that differ from what is stored; raise PermissionDenied.

        A field that the account may not see always counts as differing: an answer that tells
        whether a guess was right would show it.
        """
        differing = {}
        for name, items in raw.items():
            field = bundle.fields[name]
            stored = field.get(entity)
            visible = self.field_view_access(field, entity)
            is_language = name == self.entity_type.keys.langcode
            no_language = is_language and all(map(field.type.is_empty, items))
            if no_language or (visible and field.equals(items, stored)):
                continue
            setting = self.field_edit_access(field, bundle, entity)
            if not setting.allowed:
                raise self.not_set(field, setting)
            self.site.keep(field, field.references(stored))
            differing[name] = items
        return differing

    def validate_fields(self, bundle: Bundle, raw: Values) -> None:
        """Raise EntityValidationError for the faults of all fields, in the order of the fields."""
        if not self.site.creating:
            self.check_unchangeable(raw)
        self.site.look_up(
            reference
            for name, items in raw.items()
            for reference in bundle.fields[name].references(items)
        )
        entity = self._draft if self.site.creating else self.instance
        of_fields = (
            violation
            for field in bundle.fields.values()
            if field.name in raw or (self.site.creating and field.is_expected)
            for violation in field.validate(raw.get(field.name, field.default), self.site)
        )
        told = list(islice(of_fields, MAX_VIOLATIONS))
        faulty = {violation.path.partition(".")[0] for violation in told}
        proposal = Proposal(entity, bundle, raw, self.site, faulty)
        told = [*proposal.violations(self.entity_type.field_constraints), *told]
        places = {name: place for place, name in enumerate(bundle.fields)}
        told.sort(key=lambda violation: places[violation.path.partition(".")[0]])
        told = [*proposal.violations(self.entity_type.constraints), *told]
        if told:
            raise EntityValidationError(told)

    def check_unchangeable(self, raw: Values) -> None:
        """Raise UnprocessableEntity for a field that Drupal fails to change."""
        for field in self.entity_type.base_fields:
            if field.unchangeable is not None and field.name in raw:
                raise UnprocessableEntity(field.unchangeable)

    # Saving

    def create(self, validated_data: Values) -> Any:
        """Save a new entity of the account's, with the defaults of its bundle."""
        self._is_saved = True
        bundle = self.bundle_of(self._draft)
        defaults = {
            name: list(field.default) for name, field in bundle.fields.items() if field.default
        }
        return self._save(self._draft, bundle, {**defaults, **validated_data}, created=True)

    def update(self, instance: Any, validated_data: Values) -> Any:
        """Save what differs; where nothing does, nothing is saved, but shown as if it was."""
        self._is_saved = True
        if validated_data:
            bundle = self.bundle_of(instance)
            self._save(instance, bundle, validated_data, created=False)
        return instance

    def _save(self, entity: Any, bundle: Bundle, raw: Values, *, created: bool) -> Any:
        """Save an entity with what was sent for it, which is shown as it was sent."""
        self._sent = raw
        storage = self.entity_type.storage
        save = storage.create if created else storage.update
        fields = [bundle.fields[name] for name in raw]
        taken = [field.name for field in fields if isinstance(field, BaseField) and field.unique]
        try:
            self._sent |= save(entity, [(field, field.cast(raw[field.name])) for field in fields])
            used = (each for field in fields for each in field.references(raw[field.name]))
            self.site.take_into_use(used, self.entity_type, entity)
        except DjangoValidationError as error:
            raise as_entity_error(error) from error
        except IntegrityError as error:
            # Of several columns together nobody knows, where it was not seen what they are.
            is_told = taken or (storage.is_own and has_a_taken_value(error))
            if not is_told or has_lost_a_reference(error):
                raise
            raise self.taken(taken) from error
        # Where none was sent there is one all the same.
        self._sent.pop(self.entity_type.keys.revision or "", None)
        return entity
