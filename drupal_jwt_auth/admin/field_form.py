"""The form of a configurable field: what all have, and the settings that its type declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.entity_form import MODIFIED, UndoneIfRefused, fingerprint
from drupal_jwt_auth.admin.fields import form_field_of
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.config_schema import is_set
from drupal_jwt_auth.content.entity.field_values import has_values, stored_values
from drupal_jwt_auth.content.entity.structure import Bundle, configured_field
from drupal_jwt_auth.fields import FIELD_TYPES, FieldType
from drupal_jwt_auth.fields.base import UNLIMITED, Field
from drupal_jwt_auth.fields.forms.documents import JSONFormField, SettingsJSON, are_items
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.settings import Setting
from drupal_jwt_auth.models import FieldConfig, FieldStorage
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, validate_machine_name

DEFAULT = "default_value"
COLUMNS = ("label", "description", "required")


class CardinalityField(forms.IntegerField):
    """How many values there may be, nothing for any number, which is -1."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Allowed number of values"),
            help_text=_("Nothing for any number."),
            initial=1,
            min_value=1,
            max_value=2**31 - 1,  # As all databases take it.
            required=False,
            show_hidden_initial=True,
        )

    def prepare_value(self, value: Any) -> Any:
        """Return what is shown."""
        return None if value == UNLIMITED else value

    def clean(self, value: Any) -> int:
        """Return the number; raise ValidationError."""
        number = super().clean(value)
        return UNLIMITED if number is None else number


class Subject(NamedTuple):
    """What a form is about: a field of a bundle, of a type.

    ``storage`` is what the entity type stores under its name, None for a new name.
    """

    bundle: Bundle
    type_id: str
    storage: FieldStorage | None

    @property
    def type(self) -> FieldType | None:
        """Return the type of the field, None for one that is not registered."""
        return FIELD_TYPES.get(self.type_id)

    @property
    def declared(self) -> Mapping[str, Setting]:
        """Return the settings that the type declares."""
        return self.type.settings if self.type else {}


class FieldForm(UndoneIfRefused):
    """A field of a bundle. Name and type of one that there is stay.

    What its storage says of the stored values stays while there are any.
    """

    site: ClassVar[AdminContext]
    about: ClassVar[Subject]
    settings: ClassVar[Mapping[str, Mapping[str, str]]]
    """The names of the inputs that each setting has, by its parts."""

    name = forms.CharField(
        label=_("Machine name"),
        max_length=MACHINE_NAME_LENGTH,
        validators=[validate_machine_name],
        initial="field_",
        help_text=_("What programs call it. It cannot be changed later."),
    )
    cardinality = CardinalityField()
    _changed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = FieldConfig
        fields = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance: FieldConfig | None = kwargs.pop("instance", None)
        if instance is None:
            storage = self.storage or FieldStorage(
                entity_type=self.bundle.entity_type.id, field_type=self.about.type_id
            )
            instance = FieldConfig(storage=storage, bundle=self.bundle.id)
        super().__init__(*args, **{**kwargs, "instance": instance})
        self.adding = instance._state.adding
        if self.storage is not None:
            self.initial["cardinality"] = self.storage.cardinality
        self.initial.update(self._shown(instance.settings))
        if DEFAULT in self.fields:
            self._show_default()
        if self.is_locked:
            for name in (name for parts in self._locked_inputs() for name in parts.values()):
                self.fields[name].disabled = True

    # What there is

    @property
    def bundle(self) -> Bundle:
        """Return the bundle."""
        return self.about.bundle

    @property
    def storage(self) -> FieldStorage | None:
        """Return what is stored under the name of the field."""
        return self.about.storage

    @property
    def type(self) -> FieldType | None:
        """Return the type of the field, None for one that is not registered."""
        return self.about.type

    def _shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the inputs for settings show, on a new field what it is offered."""
        shown: dict[str, Any] = {}
        for name, parts in self.settings.items():
            declared = self._declared(name)
            if self.storage is None and declared.initial is not None:
                shown |= {parts[""]: declared.initial}
                continue
            values = declared.shown(stored.get(name), stored)
            shown |= {each: values[part] for part, each in parts.items()}
        return shown

    def _declared(self, name: str) -> Setting:
        declared: Mapping[str, Setting] = self.about.declared
        return declared[name]

    @cached_property
    def is_locked(self) -> bool:
        """Tell whether there are values, in whatever bundle."""
        return self.storage is not None and has_values(self.storage)

    def _locked_inputs(self) -> Iterator[Mapping[str, str]]:
        for name, parts in self.settings.items():
            declared = self._declared(name)
            if declared.of_storage and not declared.may_grow:
                yield parts

    def _show_default(self) -> None:
        items, form_field = self.instance.default_value, self.fields[DEFAULT]
        self.initial.update({DEFAULT: items, "_changed": fingerprint(items)})
        if isinstance(form_field, ItemsFormField | JSONFormField):
            form_field.show(items, self.site)
        if isinstance(form_field, ItemsFormField):
            self.site.learn_labels(form_field.field.references(items))

    # What came

    def clean_name(self) -> str:
        """Refuse the name of a field that the entities have already, or other bundles."""
        name: str = self.cleaned_data["name"]
        entity_type = self.bundle.entity_type
        entity_type.check_new_name(name)
        if FieldStorage.objects.filter(entity_type=entity_type.id, name=name).exists():
            raise ValidationError(
                _("There is a field of this name. It can be chosen among the existing ones.")
            )
        return name

    def clean_cardinality(self) -> int:
        """Refuse a number that is smaller than what there is of values."""
        number: int = self.cleaned_data["cardinality"]
        before = self.storage.cardinality if self.storage else number
        if self.storage is None or number == UNLIMITED or UNLIMITED < before <= number:
            return number
        if any(len(items) > number for items in stored_values(self.storage)):
            raise ValidationError(
                _("There are more values than that somewhere, now or at an older revision.")
            )
        return number

    def clean(self) -> dict[str, Any] | None:
        """Refuse settings that the type cannot use, and defaults that are not valid."""
        cleaned = super().clean()
        if self.type is not None:
            self.chosen = self._chosen(self.type)
        if DEFAULT in self.fields:
            seen = self.cleaned_data.get("_changed")
            if not self.adding and seen and seen != self.initial["_changed"]:
                self.add_error(DEFAULT, MODIFIED)
        if not self.errors and self.type is not None:
            self._check_default(configured_field(self.described()))
        return cleaned

    def _chosen(self, field_type: FieldType) -> dict[str, Any]:
        """Return all settings, as they are stored or were chosen, or add what is wrong."""
        stored = self.instance.settings
        chosen = dict(stored)
        for name, parts in self.settings.items():
            if not (self.adding or {*parts.values()} & {*self.changed_data}):
                continue
            if any(each in self.errors for each in parts.values()):
                continue
            declared = self._declared(name)
            values = {part: self.cleaned_data[each] for part, each in parts.items()}
            try:
                value = declared.chosen(values, stored.get(name), chosen)
                if self.is_locked and self.storage is not None:
                    items = chain.from_iterable(stored_values(self.storage))
                    declared.check_stored(stored.get(name), value, items)
            except ValidationError as error:
                self.add_error(next(iter(parts.values())), error)
                continue
            if not (is_set(value) or (value == "" and declared.keeps_empty)):
                chosen.pop(name, None)
            else:
                chosen[name] = value
            for fault in field_type.wrong_settings({name: value}):
                self.add_error(next(iter(parts.values())), fault)
        return chosen

    def _check_default(self, field: Field) -> None:
        """Add what is wrong with the items that new entities shall begin with."""
        items = self.cleaned_data.get(DEFAULT)
        if not items or (DEFAULT not in self.changed_data and not self.adding):
            return
        form_field = self.fields[DEFAULT]
        for name in sorted({name for item in items for name in item} - {*field.type.properties}):
            self.add_error(DEFAULT, _("Values have no property %(name)s.") % {"name": name})
        for violation in field.validate(items, self.site):
            if isinstance(form_field, ItemsFormField):
                error = form_field.error(violation)
            else:
                error = ValidationError(violation.text)
            if error:
                self.add_error(DEFAULT, error)

    # What is made of it

    @property
    def default(self) -> Any:
        """Return the items that new entities begin with."""
        if DEFAULT not in self.fields or (DEFAULT not in self.changed_data and not self.adding):
            return self.instance.default_value
        form_field, items = self.fields[DEFAULT], self.cleaned_data[DEFAULT]
        return form_field.cast(items) if isinstance(form_field, ItemsFormField) else items

    def described(self) -> FieldConfig:
        """Return the field that the form describes, not saved."""
        values = {name: self.cleaned_data[name] for name in (*COLUMNS, "cardinality")}
        name = self.cleaned_data["name"] if "name" in self.fields else self.instance.name
        return FieldConfig.described(
            *(self.bundle.entity_type.id, self.bundle.id, name, self.about.type_id),
            **values,
            settings=self.chosen if self.type is not None else self.instance.settings,
            default_value=self.default,
        )


def form_class(site: AdminContext, about: Subject, config: FieldConfig | None) -> type[FieldForm]:
    """Return the form of a field, ``config`` being None for a new one."""
    attributes: dict[str, Any] = {"site": site, "about": about}
    if about.storage is not None:
        attributes["name"] = None  # It takes the input out.
    storage = about.storage or FieldStorage(field_type=about.type_id)
    shown = config or FieldConfig(storage=storage)
    inputs, attributes["settings"] = settings_inputs(about, site, shown.settings)
    attributes |= inputs
    if about.type is not None and about.type.has_default:
        items = shown.default_value
        attributes[DEFAULT] = default = form_field_of(configured_field(shown), items)
        default.label, default.required = _("Default value"), False
        # Of the field itself it tells those who write; a broken value has one of its own.
        default.help_text = "" if are_items(items) else default.help_text
        if isinstance(default, JSONFormField):
            default.decoder = SettingsJSON
    else:
        attributes["_changed"] = None
    return type("Form", (FieldForm,), attributes)


def settings_inputs(
    about: Subject, site: AdminContext, stored: Mapping[str, Any]
) -> tuple[dict[str, forms.Field], dict[str, dict[str, str]]]:
    """Return the inputs for the settings of a type by name, and the names of each setting's."""
    inputs: dict[str, forms.Field] = {}
    names: dict[str, dict[str, str]] = {}
    for name, setting in about.declared.items():
        if not setting.label:
            continue
        names[name] = {}
        for part, form_field in setting.inputs(site, stored.get(name), stored).items():
            names[name][part] = input_name = "_".join(filter(None, ("setting", name, part)))
            form_field.show_hidden_initial = True
            inputs[input_name] = form_field
    return inputs, names
