"""References: ``{"target_id": 2, "target_type": "user", "target_uuid": "...", "url": "/user/2"}``.

The setting ``target_type`` says what kind of entity is referenced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import is_set, read_text, read_texts, setting, wrong_settings
from drupal_jwt_auth.fields.base import (
    NOT_A_PRIMITIVE,
    REFERENCE,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
    Reference,
)
from drupal_jwt_auth.fields.forms.inputs import ReferenceFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.forms.references import ReferencesFormField
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_integer, to_text
from drupal_jwt_auth.fields.settings import ChoiceSetting, Setting, SettingsSite, with_stored
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.wording import Wording

NOT_THERE = Wording(
    "The referenced entity ({entity}) does not exist.",
    _("There is nothing of this name, or with this ID: {key}"),
)
NOT_TO_BE_CHOSEN = Wording(
    "This entity ({entity}) cannot be referenced.", _("This cannot be chosen here: {key}")
)

READERS: dict[str, Callable[[Any], Any]] = {}
"""What reads the id of a target that a client has sent, by entity type, which says so itself."""


def read_handler_settings(value: Any) -> Mapping[str, Any] | None:
    """Return the settings that say which entities are offered, of which bundles above all."""
    if not isinstance(value, Mapping):
        return None
    return None if any(wrong_settings(value, {"target_bundles": read_texts})) else value


def target_bundles(field: Field) -> list[str] | None:
    """Return the bundles whose entities a field may reference, perhaps none; None for any."""
    return read_texts(_handler(field).get("target_bundles"))


def bundle_made_in_passing(field: Field) -> str | None:
    """Return the bundle of entities that a form makes of names that nothing has; None for none."""
    handler, bundles = _handler(field), target_bundles(field) or []
    if not is_true(handler.get("auto_create")):
        return None
    chosen = handler.get("auto_create_bundle")
    return chosen if chosen in bundles else next(iter(bundles), None)


def _handler(field: Field) -> Mapping[str, Any]:
    empty: Mapping[str, Any] = {}
    found: Mapping[str, Any] = setting(
        field.settings, "handler_settings", read_handler_settings, default=empty
    )
    return found


WHICH = _("Which of them")


@dataclass(frozen=True)
class TargetsSetting(Setting):
    """Which entities a field may refer to, and whether a form makes what there is not yet."""

    read: Callable[[Any], Any] = read_handler_settings
    label: Any = WHICH

    def inputs(
        self, site: SettingsSite, stored: Any, settings: Mapping[str, Any]
    ) -> dict[str, forms.Field]:
        """Return checkboxes for the bundles, in groups by entity type, and what is to be made."""
        target_type = _target_type(settings)
        kinds = [
            (
                label,
                [
                    (f"{name}:{bundle}", text)
                    for bundle, text in with_stored(
                        site.bundles_of(name), _bundles(stored) if name == target_type else ()
                    )
                ],
            )
            for name, label in with_stored(site.target_types(), [target_type])
        ]
        vocabularies = with_stored(
            site.bundles_of("taxonomy_term"), [_part(stored, "auto_create_bundle")]
        )
        return {
            "target_bundles": forms.MultipleChoiceField(
                label=self.label,
                help_text=_("None for all."),
                choices=[(label, bundles) for label, bundles in kinds if bundles],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            ),
            "auto_create": forms.BooleanField(
                label=_("Create referenced entities if they don't already exist"),
                help_text=_("In the form, of terms whose names are typed."),
                required=False,
            ),
            "auto_create_bundle": forms.TypedChoiceField(
                label=_("Store new items in"),
                choices=[("", _("The first one above")), *vocabularies],
                empty_value=None,
                required=False,
            ),
        }

    def shown(self, stored: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the inputs show."""
        target_type = _target_type(settings)
        return {
            "target_bundles": [f"{target_type}:{bundle}" for bundle in _bundles(stored)],
            "auto_create": is_true(_part(stored, "auto_create")),
            "auto_create_bundle": _part(stored, "auto_create_bundle"),
        }

    def chosen(self, parts: Mapping[str, Any], stored: Any, settings: Mapping[str, Any]) -> Any:
        """Return the setting with what was chosen, and what else is stored of it."""
        target_type = _target_type(settings)
        chosen = [choice.partition(":") for choice in parts["target_bundles"]]
        if any(name != target_type for name, _colon, _bundle in chosen):
            raise ValidationError(_("Choose only from the type of item that is referenced."))
        bundles = [bundle for _name, _colon, bundle in chosen]
        made_in = parts["auto_create_bundle"]
        if made_in and bundles and made_in not in bundles:
            raise ValidationError(_("New items can be stored only in one that may be referenced."))
        own = {
            "target_bundles": dict(zip(bundles, bundles, strict=True)),
            "auto_create": parts["auto_create"],
            "auto_create_bundle": made_in,
        }
        known = stored if isinstance(stored, Mapping) else {}
        kept = {name: each for name, each in known.items() if name not in own}
        return {**kept, **{name: each for name, each in own.items() if each}} or None


def _target_type(settings: Mapping[str, Any]) -> str:
    found: str = setting(settings, "target_type", read_text, default="node")
    return found


def _part(value: Any, name: str) -> Any:
    """Return a part of what is stored of a setting, if it is there."""
    part = value.get(name) if isinstance(value, Mapping) else None
    return part if is_set(part) else None


def _bundles(stored: Any) -> list[str]:
    return read_texts(_part(stored, "target_bundles")) or []


class EntityReferenceType(FieldType):
    """A reference to an entity by id, or by UUID, which wins over an id beside it."""

    id = "entity_reference"
    properties: ClassVar[tuple[str, ...]] = ("target_id",)
    main_property = "target_id"
    default_target_type: ClassVar[str] = "node"
    label = _("Reference")
    category: ClassVar[Any] = REFERENCE
    description = _("Something else of the site: content, a term, a user.")
    settings: ClassVar[Mapping[str, Setting]] = {
        "target_type": ChoiceSetting(
            read_text,
            _("Type of item to reference"),
            of_storage=True,
            default="node",
            choices=lambda site: site.target_types(),
        ),
        "handler_settings": TargetsSetting(),
    }
    casts: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    """What makes the stored value of each property but the id; None for one that is wrong."""

    def look_up(self, data: Sequence[Any], field: Field, context: Context) -> None:
        """Let the context find the entities with all the UUIDs at once."""
        uuids = [item.get("target_uuid") for item in data if isinstance(item, Mapping)]
        context.look_up_uuids(self.target_type(field), map(to_text, filter(is_scalar, uuids)))

    def denormalize(self, data: Any, field: Field, delta: int, context: Context) -> Item:
        """Return the raw item with the id; raise UnprocessableEntity (422)."""
        item = super().denormalize(data, field, delta, context)
        if not isinstance(data, Mapping):
            return item
        if data.get("entity") is not None:
            raise UnprocessableEntity(
                f'Field "{field.name}" takes the id or the UUID of an entity, not the entity.'
            )
        if data.get("target_uuid") is None:
            return item
        uuid, wanted_type = data["target_uuid"], data.get("target_type")
        target_type = self.target_type(field)
        if not is_true(uuid) or not is_scalar(uuid):
            raise UnprocessableEntity(
                f'If provided "target_uuid" cannot be empty for field "{delta}".'
            )
        if is_true(wanted_type) and wanted_type != target_type:
            raise UnprocessableEntity(
                f'The field "{field.name}" property "target_type" must be set to '
                f'"{target_type}" or omitted.'
            )
        text = to_text(uuid)
        key = context.key_of(target_type, text)
        if key is None:
            kind = target_type if is_true(wanted_type) else ""
            raise UnprocessableEntity(
                f'No "{kind}" entity found with UUID "{text}" for field "{delta}".'
            )
        return {**item, "target_id": key}

    def target_type(self, field: Field) -> str:
        """Return what kind of entity is referenced."""
        return str(self.setting(field, "target_type", self.default_target_type))

    def is_empty(self, item: Item) -> bool:
        """Tell whether nothing is referenced."""
        return item.get("target_id") is None

    def is_virtual(self, item: Item) -> bool:
        """Tell whether what an item refers to is meant to be nothing, and was never there."""
        return False

    def validate_references(
        self, items: Sequence[Item], field: Field, context: Context
    ) -> Iterator[tuple[int, str]]:
        """Refuse references to what there is not, and to what the account may not reference."""
        for delta, item in enumerate(items):
            key = item.get("target_id")
            if not (is_true(key) and is_scalar(key)):
                continue
            entity = f"{self.target_type(field)}: {to_text(key)}"
            reference = self.reference(item, field)
            if reference is None or context.target(reference) is None:
                yield delta, NOT_THERE.fill(entity=entity, key=to_text(key))
            elif not context.may_reference(reference, field):
                yield delta, NOT_TO_BE_CHOSEN.fill(entity=entity, key=to_text(key))

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no id, and properties of the wrong type."""
        if self.reference(item, field) is None:
            yield "target_id", NOT_A_PRIMITIVE
        for name, cast in self.casts.items():
            value = item.get(name)
            if value is not None and (not is_scalar(value) or cast(value) is None):
                yield name, NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store the id, of a term none for 0, and the other properties or None."""
        reference = self.reference(item, field)
        no_term = reference == Reference("taxonomy_term", 0)
        stored = {"target_id": reference.key if reference and not no_term else None}
        for name, cast in self.casts.items():
            value = item.get(name)
            stored[name] = None if value is None else cast(value)
        return stored

    def echo(self, item: Item, field: Field, context: Context) -> Item:
        """Return the wire item for a raw one: an id sent as a float is not followed."""
        wire = super().echo(item, field, context)
        return {"target_id": wire["target_id"]} if isinstance(item["target_id"], float) else wire

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the reference with what its target is called; without, where there is none."""
        reference = self.reference(item, field)
        wire = {"target_id": reference.key if reference else item["target_id"]}
        wire |= {name: item.get(name) for name in self.casts}
        target = context.target(reference) if reference else None
        if reference is None or target is None:
            return wire
        wire |= {"target_type": reference.entity_type, "target_uuid": target.uuid}
        return wire if target.url is None else {**wire, "url": target.url}

    def reference(self, item: Item, field: Field) -> Reference | None:
        """Return type and id of the target, None where the id can be none."""
        target_type, value = self.target_type(field), item.get("target_id")
        read: Callable[[Any], Any] = READERS.get(target_type, to_integer)
        key = read(value)
        return None if key is None else Reference(target_type, key)

    def numbers(self, field: Field) -> frozenset[str]:
        """Return the properties that hold numbers: the id, where such entities have numbers."""
        read: Callable[[Any], Any] = READERS.get(self.target_type(field), to_integer)
        return self.numeric | {"target_id"} if isinstance(read("1"), int) else self.numeric

    def user_properties(self, field: Field) -> tuple[str, ...]:
        """Return the id, where users are referenced."""
        return (self.main_property,) if self.target_type(field) == "user" else ()

    def equals(self, raw: Item, stored: Item) -> bool:
        """Tell whether a raw item says what is stored.

        Ids that are texts are compared as such: PHP takes "1e1" and "10" for the same number.
        """
        sent, key = raw.get("target_id"), stored.get("target_id")
        if isinstance(key, str) and is_scalar(sent) and to_text(sent) != key:
            return False
        return super().equals(raw, stored)

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each id, and for the properties that people write."""
        target_type = self.target_type(field)
        label = target_type.replace("_", " ").capitalize()
        target = self.reference_form_field(target_type, label=label)
        inputs = {"target_id": target, **self.more_inputs(field)}
        in_one = self.several_in_one and field.cardinality != 1
        kind = ReferencesFormField if in_one else self.items_form_field
        return kind(field, inputs, **kwargs)

    reference_form_field: ClassVar[type[ReferenceFormField]] = ReferenceFormField
    items_form_field: ClassVar[type[ItemsFormField]] = ItemsFormField
    several_in_one: ClassVar[bool] = True

    def more_inputs(self, field: Field) -> dict[str, forms.Field]:
        """Return the inputs for further properties."""
        return {}


class ZeroReferenceType(EntityReferenceType):
    """A reference where none means number 0, of which there is no row."""

    nothing: ClassVar[Sequence[Item]] = ({"target_id": 0},)

    def cast(self, item: Item, field: Field) -> Item:
        """Store the id."""
        reference = self.reference(item, field)
        return {"target_id": reference.key if reference else 0}


class AuthorType(ZeroReferenceType):
    """A reference to a user; 0 is the anonymous user."""
