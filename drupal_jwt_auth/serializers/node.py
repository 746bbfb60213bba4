"""Nodes on the wire: every field a list of items, every item an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, router, transaction
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.serializers import BaseSerializer

from drupal_jwt_auth import access
from drupal_jwt_auth.accounts import Account
from drupal_jwt_auth.contention import has_lost_a_reference
from drupal_jwt_auth.fields import Field, Item, Reference
from drupal_jwt_auth.http.exceptions import EntityValidationError, UnprocessableEntity, Violation
from drupal_jwt_auth.models import Node, NodeType
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.references import SiteContext
from drupal_jwt_auth.serializers.node_list import NodeListSerializer
from drupal_jwt_auth.serializers.violations import as_entity_error
from drupal_jwt_auth.structure import Bundle, get_structure

NO_BUNDLE = 'Could not determine entity type bundle: "type" field is missing.'

UNCHANGEABLE = {
    "vid": "The revision ID of a node cannot be changed.",
    "default_langcode": "The default translation flag of a node cannot be changed.",
}
"""What Drupal fails to change, by field."""

OF_REVISION = frozenset({"revision_log", "revision_default", "revision_translation_affected"})
"""Fields that say something of a revision: a node has not changed where they have."""

COLUMNS = frozenset(field.attname for field in Node._meta.concrete_fields)
"""What is kept of a node in its own row."""
MAX_VIOLATIONS = 1000
"""How many faults are told at once: nobody reads more."""

Values = dict[str, list[Item]]


class NodeSerializer(BaseSerializer[Node]):
    """Serialize nodes as Drupal's REST module does, to and from ``{"title": [{"value": ...}]}``.

    It acts for the user of ``context["request"]``, and for the anonymous user without one: fields
    that the user may not see are left out. ``is_valid`` raises UnprocessableEntity (422) for a
    document that no node can be made of, and PermissionDenied (403) with Drupal's reason for what
    the user may not create or set; with ``raise_exception=True`` EntityValidationError (422) for a
    node that is not valid. An update changes the fields that were sent and differ; the others stay.
    In a view of your own lock the node before you load it, as `drupal_jwt_auth.storage` does.
    ``validated_data`` are raw items by field name; after saving, ``data`` shows them as sent.

    Subclasses have `validate` for rules of their own, and `field_view_access` and
    `field_edit_access` for who may see and set a field. With ``many=True`` it shows any number of
    nodes in a constant number of queries.
    """

    class Meta:
        list_serializer_class = NodeListSerializer

    _sent: Values = {}
    _violations: Sequence[Violation] = ()

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

    def field_view_access(self, field: Field, node: Node) -> bool:
        """Tell whether the account may see a field of a node that it may view.

        A subclass that hides more asks ``super()`` first; one field of many nodes is asked for
        often, so this makes no query.
        """
        return access.field_view_access(self.account, field, node)

    def field_edit_access(
        self, field: Field, node_type: NodeType, *, creating: bool
    ) -> access.AccessResult:
        """Return whether the account may set a field of a node that it may create or update.

        A client is told the reason where it changes a node.
        """
        return access.field_edit_access(self.account, field, node_type, creating=creating)

    # Out

    def to_representation(self, instance: Node) -> dict[str, list[Item]]:
        """Return the wire items of each field that the account may see, in Drupal's order."""
        visible = self.visible_fields(instance)
        self.look_up([(instance, visible)])
        return {
            field.name: field.echo(self._sent[field.name], self.site)
            if field.name in self._sent
            else field.normalize(instance, self.site)
            for field in visible
        }

    def visible_fields(self, node: Node) -> list[Field]:
        """Return the fields of a node that the account may see."""
        fields = self.bundle_of(node).fields.values()
        return [field for field in fields if self.field_view_access(field, node)]

    def look_up(self, shown: Iterable[tuple[Node, Sequence[Field]]]) -> None:
        """Look up at once what nodes refer to in the fields that will be shown of them."""
        self.site.look_up(
            reference for node, fields in shown for reference in self._references(node, fields)
        )

    def _references(self, node: Node, fields: Sequence[Field]) -> Iterator[Reference]:
        self._learn_authors(node)
        for field in fields:
            yield from field.references(self._sent.get(field.name) or field.get(node))

    def bundle_of(self, node: Node) -> Bundle:
        """Return the bundle of a node, which may be of a type that was made a moment ago."""
        if node.type_id not in self.site.structure.bundles:
            self.site.structure = get_structure(None)
        return self.site.structure.bundles[node.type_id]

    def _learn_authors(self, node: Node) -> None:
        """Spare the queries for users whom the node's own query has brought along."""
        if hasattr(node, "author_uuid"):
            self.site.learn_user(node.revision_uid_id or 0, node.revision_author_uuid)
            self.site.learn_user(node.uid_id or 0, node.author_uuid)
        self.site.learn_user(self.account.key, self.account.uuid)

    # In

    def is_valid(self, *, raise_exception: bool = False) -> bool:
        """Tell whether the document describes a valid node."""
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
        with a text alone where it is about the whole node. Of a node that there is, ``attrs`` has
        the fields that differ from what is stored; ``self.instance`` is the node.
        """
        return attrs

    def to_internal_value(self, data: Any) -> Values:
        """Return the raw items of the fields to set, by name, in the order of the document.

        The checks come in Drupal's order: the document (422), creation (403), each field (403),
        validity (422).
        """
        document = self.read_document(data)
        self.site.creating = self.instance is None
        bundle = self.read_bundle(document)
        raw = self.denormalize(document, bundle)
        if self.instance is None:
            self.check_creation(bundle, raw)
        else:
            bundle = self.bundle_of(self.instance)
            raw = self.differing(self.instance, bundle, raw)
        self.validate_fields(bundle, raw)
        return raw

    def check_document(self) -> None:
        """Raise UnprocessableEntity for a document that no node can be made of."""
        document = self.read_document(self.initial_data)
        self.denormalize(document, self.read_bundle(document))

    def read_document(self, data: Any) -> Mapping[str, Any]:
        """Return the fields of a document; PHP reads a list as one without any."""
        if not isinstance(data, Mapping | list):
            raise UnprocessableEntity("The document must be a JSON object.")
        return data if isinstance(data, Mapping) else {}

    def read_bundle(self, document: Mapping[str, Any]) -> Bundle:
        """Return the bundle that the document names; raise UnprocessableEntity (422)."""
        name = document.get("type")
        if not isinstance(name, str):
            first = _first(name)
            name = first.get("target_id") if isinstance(first, Mapping) else None
        if not isinstance(name, str):
            raise UnprocessableEntity(NO_BUNDLE)
        bundle = self.site.structure.bundles.get(name)
        if bundle is None:
            raise UnprocessableEntity(f'"{name}" is not a valid bundle type for denormalization.')
        return bundle

    def denormalize(self, document: Mapping[str, Any], bundle: Bundle) -> Values:
        """Return the raw items of all fields of the document but the type."""
        bundles = [bundle] if self.instance is None else [bundle, self.bundle_of(self.instance)]
        raw = {}
        for name, data in document.items():
            if name == "type":
                continue
            if not all(name in each.fields for each in bundles):
                raise UnprocessableEntity(f'There is no field "{name}".')
            raw[name] = bundle.fields[name].denormalize(data, self.site)
        return raw

    def check_creation(self, bundle: Bundle, raw: Values) -> None:
        """Raise PermissionDenied if the account may not create the node, or set a field of it."""
        creation = access.create_access(self.account, bundle.node_type.type)
        if not creation.allowed:
            raise PermissionDenied(creation.reason)
        for name in raw:
            setting = self.field_edit_access(bundle.fields[name], bundle.node_type, creating=True)
            if not setting.allowed:
                raise PermissionDenied(f"Access denied on creating field '{name}'.")

    def differing(self, node: Node, bundle: Bundle, raw: Values) -> Values:
        """Return the items that differ from what is stored; raise PermissionDenied.

        A field that the account may not see always counts as differing: an answer that tells
        whether a guess was right would show it.
        """
        differing = {}
        for name, items in raw.items():
            field = bundle.fields[name]
            stored = field.get(node)
            visible = self.field_view_access(field, node)
            no_language = name == "langcode" and all(map(field.type.is_empty, items))
            if no_language or (visible and field.equals(items, stored)):
                continue
            setting = self.field_edit_access(field, bundle.node_type, creating=False)
            if not setting.allowed:
                raise PermissionDenied(
                    f"Access denied on updating field '{name}'. {setting.reason}".rstrip()
                )
            self.site.keep(field, field.references(stored))
            differing[name] = items
        return differing

    def validate_fields(self, bundle: Bundle, raw: Values) -> None:
        """Raise EntityValidationError for the faults of all fields, in the order of the fields."""
        for name, text in UNCHANGEABLE.items():
            if not self.site.creating and name in raw:
                raise UnprocessableEntity(text)
        self.site.look_up(
            reference
            for name, items in raw.items()
            for reference in bundle.fields[name].references(items)
        )
        violations = (
            violation
            for field in bundle.fields.values()
            if field.name in raw or (self.site.creating and field.is_expected)
            for violation in field.validate(raw.get(field.name, field.default), self.site)
        )
        told = list(islice(violations, MAX_VIOLATIONS))
        if told:
            raise EntityValidationError(told)

    # Saving

    def create(self, validated_data: Values) -> Node:
        """Save a new node of the account's, with its type's defaults for what was not sent."""
        bundle = self.read_bundle(self.initial_data)
        node_type = bundle.node_type
        node = Node(
            type=node_type,
            uid_id=self.account.key or None,
            status=node_type.status,
            promote=node_type.promote,
            sticky=node_type.sticky,
        )
        node.newest_alias = None
        self._sent = {
            **{name: list(field.default) for name, field in bundle.fields.items() if field.default},
            **validated_data,
        }
        return self._save(node, bundle)

    def update(self, instance: Node, validated_data: Values) -> Node:
        """Save what differs; where nothing does, nothing is saved."""
        self._sent = validated_data
        if validated_data:
            bundle = self.bundle_of(instance)
            fields = [bundle.fields[name] for name in validated_data]
            columns = {field.column for field in fields}
            if any(
                field.cast(validated_data[field.name]) != field.get(instance)
                for field in fields
                if field.name not in OF_REVISION
            ):
                instance.changed = now()
                columns.add("changed")
            self._save(instance, bundle, columns)
        return instance

    def _save(self, node: Node, bundle: Bundle, columns: Set[str] | None = None) -> Node:
        """Save a node with what was sent for it; of one that there is, these columns alone."""
        path = None
        for name, items in self._sent.items():
            field = bundle.fields[name]
            if name == "path":
                path = field.cast(items)
            else:
                field.set(node, field.cast(items))
        may_be_taken = [name for name in ("uuid", "vid") if name in self._sent]
        try:
            # What the client is told of is undone alone; another failure ends the transaction.
            with transaction.atomic(router.db_for_write(Node), savepoint=bool(may_be_taken)):
                if columns is None:
                    node.save()
                else:
                    node.save(update_fields=columns & COLUMNS)
                    if "revision_log" in columns:
                        node.save_log(node.revision_log)
                self.site.make_permanent(
                    reference
                    for name, items in self._sent.items()
                    for reference in bundle.fields[name].references(items)
                )
                if path:
                    self._sent["path"] = [node.save_path(path[0])]
        except IntegrityError as error:
            if not may_be_taken or has_lost_a_reference(error):
                raise
            text = "Another node has this value."
            raise EntityValidationError(
                [Violation(f"{name}.0.value", text) for name in may_be_taken]
            ) from error
        # Where none was sent there is one all the same.
        self._sent.pop("vid", None)
        return node


def _first(items: Any) -> Any:
    """Return the first item of a list, or None; PHP reads the object {"0": ...} as one too."""
    if isinstance(items, Mapping):
        return items.get("0")
    return items[0] if isinstance(items, list) and items else None
