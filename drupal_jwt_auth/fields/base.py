"""What a field type is: how its items come in, go out, compare, and when they are valid.

A field's value is a list of items, an item a dict of properties, as everywhere in Drupal. Three
forms of it occur:

- raw: what a client sent, its known properties only, not yet cast;
- stored: what the model holds, cast to the properties' types;
- wire: what a client gets, with the properties that are computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import setting, wrong_settings
from drupal_jwt_auth.fields.forms.documents import JSONFormField
from drupal_jwt_auth.fields.primitives import is_storable, is_true, loosely_equal
from drupal_jwt_auth.fields.settings import Setting
from drupal_jwt_auth.http.exceptions import UnprocessableEntity, Violation
from drupal_jwt_auth.text.formats import TextFormat
from drupal_jwt_auth.wording import Wording

Item = dict[str, Any]
Faults = Iterator[tuple[str | None, str]]
"""Faults of an item: the property, or None for the whole item, and the text."""

NOT_NULL = Wording("This value should not be null.", _("This field is required."))
NOT_A_CHOICE = Wording(
    "The value you selected is not a valid choice.",
    _("Select a valid choice. That choice is not one of the available choices."),
)
NOT_A_PRIMITIVE = Wording(
    "This value should be of the correct primitive type.", _("Enter a valid value.")
)
TOO_MANY = Wording(
    "{label}: this field cannot hold more than {most} values.",
    _("Enter no more values than {most}."),
)
UNLIMITED = -1

GENERAL = _("General")
PLAIN_TEXT = _("Plain text")
FORMATTED_TEXT = _("Formatted text")
NUMBER = _("Number")
SELECTION = _("Selection list")
DATE = _("Date and time")
REFERENCE = _("Reference")
FILE = _("File upload")


class Entity(Protocol):
    """What has fields: configurable ones in a dict by name, the others as attributes."""

    fields: dict[str, list[Item]]
    uid_id: Any
    changed: datetime


class Target(NamedTuple):
    """What an entity reference points to; ``url`` is None for configuration.

    ``uuid`` is None for what has none, as rows of a project's own model may.
    """

    uuid: str | None
    url: str | None = None
    bundle: str | None = None
    published: bool = True


class Reference(NamedTuple):
    """The type and the key of an entity, such as ``("user", 2)``."""

    entity_type: str
    key: Any


class Context(Protocol):
    """Who asks for what, and what of the site a field has to know."""

    creating: bool

    def has_permission(self, permission: str) -> bool:
        """Tell whether the account has a permission, by Drupal's name for it."""

    def target(self, reference: Reference) -> Target | None:
        """Return the entity that is referenced, or None where there is none."""

    def may_reference(self, reference: Reference, field: Field) -> bool:
        """Tell whether the account may make a field point to an entity that there is."""

    def may_show(self, reference: Reference, field: Field) -> bool:
        """Tell whether the account may see what a field is to point to, or does already."""

    def key_of(self, entity_type: str, uuid: str) -> Any:
        """Return the key of the entity with this UUID, or None where there is none."""

    def look_up_uuids(self, entity_type: str, uuids: Iterable[str]) -> None:
        """Find the keys of all entities with these UUIDs at once, to be asked for one by one."""

    def look_up_links(self, uris: Iterable[str]) -> None:
        """Find out at once which of some links the account may follow, to be asked one by one."""

    def may_follow(self, uri: str) -> bool:
        """Tell whether the account may see what a link leads to, as far as the site knows it."""

    def can_reach(self, path: str) -> bool:
        """Tell whether there is an entity at a path, which the account may see."""

    def may_use_format(self, text_format: Any) -> bool:
        """Tell whether there is such a text format, and the account may use it."""

    def process(self, text: str, text_format: str | None) -> str:
        """Return a text as its format shows it."""


_HELP = TextFormat(
    "help",
    "Help",
    0,
    {
        "filter_html": {
            "weight": 0,
            "settings": {
                "allowed_html": "<a href> <b> <big> <br> <code> <del> <em> <i> <ins> <li> <ol> <p> "
                "<pre> <q> <small> <span> <strong> <sub> <sup> <tt> <ul>"
            },
        }
    },
)
"""What may be in a help text: the tags that Drupal leaves, but for images."""


def as_help(text: str) -> str:
    """Return the HTML of a help text, which forms show as it is."""
    return mark_safe(_HELP.process(text))  # noqa: S308  the format takes out what could run


class FieldType:
    """A type of field.

    ``properties`` are the names that an item holds, ``computed`` those that clients get besides,
    ``main_property`` is the one that a bare scalar stands for, ``nothing`` are the items that are
    stored when only empty ones were sent: for an author, user 0. ``configurable`` types are offered
    for the fields of bundles, under their ``label`` in a ``category``, with a ``description``. One
    of ``view_permissions`` is needed to see such a field, one of ``edit_permissions`` to set it.
    ``settings`` are what can be set of a field, by name; a subclass has those of the type that it
    extends, too. ``has_default`` says whether people choose what new entities begin with.
    ``numeric`` are the properties that hold numbers, or truth. ``module`` is Drupal's module that
    brings the type.
    """

    id: ClassVar[str]
    label: ClassVar[Any] = ""
    category: ClassVar[Any] = GENERAL
    description: ClassVar[Any] = ""
    module: ClassVar[str] = "core"
    properties: ClassVar[tuple[str, ...]] = ("value",)
    computed: ClassVar[tuple[str, ...]] = ()
    numeric: ClassVar[frozenset[str]] = frozenset()
    main_property: ClassVar[str] = "value"
    configurable: ClassVar[bool] = True
    nothing: ClassVar[Sequence[Item]] = ()
    view_permissions: ClassVar[tuple[str, ...]] = ()
    edit_permissions: ClassVar[tuple[str, ...]] = ()
    settings: ClassVar[Mapping[str, Setting]] = {}
    has_default: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherited = (vars(base).get("settings", {}) for base in reversed(cls.__mro__))
        cls.settings = {name: each[name] for each in inherited for name in each}
        if "id" in vars(cls) and "label" not in vars(cls):
            cls.label = cls.id.replace("_", " ").capitalize()

    def wrong_settings(self, settings: Mapping[str, Any]) -> Iterator[str]:
        """Yield name and value of each setting that the type cannot use."""
        return wrong_settings(settings, {name: each.read for name, each in self.settings.items()})

    def setting(self, field: Field, name: str, default: Any = None) -> Any:
        """Return a setting as it is read, the default where it is not there or wrong."""
        return setting(field.settings, name, self.settings[name].read, default)

    def look_up(self, data: Sequence[Any], field: Field, context: Context) -> None:
        """Let the context look up at once what all the items name that a client sent."""

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item for what a client sent; raise UnprocessableEntity (422)."""
        if not isinstance(data, Mapping):
            data = {} if isinstance(data, list) or data is None else {self.main_property: data}
        return {name: data[name] for name in self.properties if name in data}

    def is_empty(self, item: Item) -> bool:
        """Tell whether an item counts as none."""
        return all(item.get(name) is None for name in self.properties)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Yield the faults of a raw item: what no JSON can hold, or not every program can read."""
        for name in self.properties:
            if not is_storable(item.get(name)):
                yield name, NOT_A_PRIMITIVE

    def validate_references(
        self, items: Sequence[Item], field: Field, context: Context
    ) -> Iterator[tuple[int, str]]:
        """Yield number and text for each raw item that references what it may not.

        Drupal tells these of all items before any other fault of one.
        """
        return iter(())

    def cast(self, item: Item, field: Field) -> Item:
        """Return the stored item for a valid raw one, None for a property not sent."""
        return {name: item.get(name) for name in self.properties}

    def restore(self, item: Item, field: Field) -> Item:
        """Return the stored item for one as Drupal's own tables have it."""
        return self.cast(item, field)

    def fill(self, item: Item, entity: Entity, before: Sequence[Item]) -> Item:
        """Return the item to store on an entity, for a cast one and those that it replaces."""
        return item

    def implied(self, field: Field) -> Sequence[Item]:
        """Return the stored items that an entity has even where it is given none."""
        return ()

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the wire item for a stored one."""
        return {name: item.get(name) for name in self.properties}

    def echo(self, item: Item, field: Field, context: Context) -> Item:
        """Return the wire item for a raw one that was just stored: Drupal shows what was sent."""
        return self.normalize(self.cast(item, field), field, context)

    def reference(self, item: Item, field: Field) -> Reference | None:
        """Return what an item references, so that all are looked up together."""
        return None

    def numbers(self, field: Field) -> frozenset[str]:
        """Return the properties that hold numbers, or truth; the others hold texts."""
        return self.numeric

    def user_properties(self, field: Field) -> tuple[str, ...]:
        """Return the names of the properties that hold keys of users."""
        return ()

    def equals(self, raw: Item, stored: Item) -> bool:
        """Tell whether a raw item says what is stored; PHP's ``==`` decides, not its ``===``."""
        return all(
            loosely_equal(raw.get(name), stored.get(name))
            and (raw.get(name) is None) is (stored.get(name) is None)
            for name in self.properties
        )

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return the admin's form field, whose value is the list of items.

        Most types give an `ItemsFormField` with an input for each property.
        """
        return JSONFormField(**kwargs)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a bundle: its type and what is configured for it.

    ``cardinality`` is the largest number of items, or -1 for any number; ``default`` are the
    stored items of an entity for which none were sent. ``help_text`` stands at the input in a form,
    and ``weight`` is where: light ones come first.
    """

    name: str
    label: str
    type: FieldType
    required: bool = False
    cardinality: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    default: Sequence[Item] = ()
    help_text: str = ""
    weight: int = 0

    def denormalize(self, data: Any, context: Context) -> list[Item]:
        """Return the raw items for what a client sent as this field's value.

        A list is a list of items, and so is an object whatever its keys; what PHP takes for false
        is an empty list. Raise UnprocessableEntity (422) for anything else.
        """
        if isinstance(data, Mapping):
            data = list(data.values())
        if not is_true(data):
            return []
        if not isinstance(data, list):
            raise UnprocessableEntity(f'Field values for "{self.name}" must use an array structure')
        self.type.look_up(data, self, context)
        return [
            self.type.denormalize(item, self, delta, context) for delta, item in enumerate(data)
        ]

    def validate(self, items: Sequence[Item], context: Context) -> Iterator[Violation]:
        """Yield the faults of raw items."""
        if self.required and all(self.type.is_empty(item) for item in items):
            yield Violation(self.name, NOT_NULL)
        if self.cardinality != UNLIMITED and len(items) > self.cardinality:
            yield Violation(self.name, TOO_MANY.fill(label=self.label, most=self.cardinality))
        for delta, fault in self.type.validate_references(items, self, context):
            yield Violation(f"{self.name}.{delta}.{self.type.main_property}", fault)
        for delta, item in enumerate(items):
            if self.type.is_empty(item):
                continue
            for name, text in self.type.validate(item, self, context):
                path = (self.name, str(delta), *((name,) if name else ()))
                yield Violation(".".join(path), text)

    def equals(self, raw: Sequence[Item], stored: Sequence[Item]) -> bool:
        """Tell whether raw items say what is stored."""
        return len(raw) == len(stored) and all(map(self.type.equals, raw, stored))

    def cast(self, items: Sequence[Item]) -> list[Item]:
        """Return the stored items for valid raw ones; empty ones are dropped."""
        return [self.type.cast(item, self) for item in self.kept(items)]

    def restore(self, items: Sequence[Item]) -> list[Item]:
        """Return the stored items for those of Drupal's own tables; empty ones are dropped."""
        return [self.type.restore(item, self) for item in self.kept(items)]

    def normalize(self, entity: Entity, context: Context) -> list[Item]:
        """Return the wire items of this field of an entity."""
        return [self.type.normalize(item, self, context) for item in self.get(entity)]

    def normalize_saved(self, entity: Entity, context: Context) -> list[Item]:
        """Return the wire items of this field of an entity that was saved a moment ago."""
        return [self.type.normalize(item, self, context) for item in self.get_saved(entity)]

    def get_saved(self, entity: Entity) -> list[Item]:
        """Return the items that are left as an entity is saved."""
        return self.get(entity)

    def echo(self, items: Sequence[Item], context: Context) -> list[Item]:
        """Return the wire items for raw ones that were just stored."""
        return [self.type.echo(item, self, context) for item in self.kept(items)]

    def kept(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return what is left of items, raw or stored, without the empty ones."""
        return [item for item in items if not self.type.is_empty(item)] or self.type.nothing

    def references(self, items: Sequence[Item]) -> Iterator[Reference]:
        """Yield what the items reference."""
        for item in items:
            reference = self.type.reference(item, self)
            if reference is not None:
                yield reference

    def form_field(self) -> forms.Field:
        """Return the admin's form field; what it accepts is what `validate` accepts.

        Raise ValueError for settings that the type cannot use.
        """
        wrong = "; ".join(self.type.wrong_settings(self.settings))
        if wrong:
            raise ValueError(wrong)
        told = {"help_text": as_help(self.help_text)} if self.help_text else {}
        return self.type.form_field(self, label=self.shown_label, required=self.required, **told)

    @property
    def shown_label(self) -> Any:
        """Return the label as people read it: here as somebody has written it."""
        return self.label

    @property
    def is_expected(self) -> bool:
        """Tell whether a new entity is not valid without a value sent for this field."""
        return self.required

    @property
    def columns(self) -> frozenset[str]:
        """Return the attributes of an entity whose columns hold the items."""
        return frozenset({"fields"})

    def get(self, entity: Entity) -> list[Item]:
        """Return the stored items of this field of an entity.

        A property that an item does not have, as code may have written it, is None.
        """
        nothing = dict.fromkeys(self.type.properties)
        return [nothing | item for item in entity.fields.get(self.name, ())]

    def set(self, entity: Entity, items: Sequence[Item]) -> None:
        """Store items as this field of an entity, with what their type adds to them."""
        before = self.get(entity)
        self.store(
            entity,
            [self.type.fill(item, entity, before) for item in items or self.type.implied(self)],
        )

    def store(self, entity: Entity, items: Sequence[Item]) -> None:
        """Store items as they are."""
        entity.fields[self.name] = list(items)

    def save(
        self, entity: Entity, items: Sequence[Item], *, created: bool
    ) -> Sequence[Item] | None:
        """Save what is kept in other rows than the entity's, here nothing."""
        return None
