"""The configurable fields: what an entity type stores under a name, and how a bundle has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, router
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.fields.registry import FIELD_TYPES
from drupal_jwt_auth.models.comment_type import CommentType
from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import (
    MACHINE_NAME_LENGTH,
    UUID_LENGTH,
    new_uuid,
    validate_machine_name,
)
from drupal_jwt_auth.models.node_type import NodeType
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import NOT_STORABLE


def validate_field_type(value: str) -> None:
    """Refuse a type that is not registered."""
    if value not in FIELD_TYPES:
        raise ValidationError(_("There is no field type %(value)s."), params={"value": value})


def validate_cardinality(value: int) -> None:
    """Refuse what is neither a number of items nor -1."""
    if value == 0 or value < -1:
        raise ValidationError(_("Use a number of items, or -1 for any number."))


def split_settings(
    field_type: str, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return those of a field's settings that its storage keeps, and those of the field alone."""
    declared = FIELD_TYPES[field_type].settings if field_type in FIELD_TYPES else {}
    names = {name for name, each in declared.items() if each.of_storage}
    stored = {name: settings[name] for name in settings if name in names}
    return stored, {name: settings[name] for name in settings if name not in names}


def _faults(settings: Any, default_value: Any = ()) -> dict[str, Any]:
    """Return what is wrong with the JSON columns of a row, by their names."""
    faults: dict[str, Any] = {}
    if not isinstance(settings, dict):
        faults["settings"] = _("Use a JSON object.")
    if not isinstance(default_value, list | tuple):
        faults["default_value"] = _("Use a JSON list of items.")
    for name, value in (("settings", settings), ("default_value", default_value)):
        if not is_storable(value):
            faults[name] = NOT_STORABLE
    return faults


class FieldStorageManager(models.Manager["FieldStorage"]):
    """Storages, found by what they are of."""

    def get_by_natural_key(self, entity_type: str, name: str) -> FieldStorage:
        """Return the storage that a fixture names."""
        return self.get(entity_type=entity_type, name=name)


class FieldStorage(StoredModel):
    """What the entities of a type store under a name: one type of values, in all bundles."""

    entity_type = ExactCharField(_("entity type"), max_length=MACHINE_NAME_LENGTH)
    name = ExactCharField(
        _("machine name"), max_length=MACHINE_NAME_LENGTH, validators=[validate_machine_name]
    )
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    field_type = models.CharField(_("field type"), max_length=64, validators=[validate_field_type])
    cardinality = models.IntegerField(
        _("number of values"),
        default=1,
        validators=[validate_cardinality],
        help_text=_("-1 for any number."),
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True)

    objects = FieldStorageManager()

    class Meta(StoredModel.Meta):
        ordering = ("entity_type", "name")
        verbose_name = _("field storage")
        verbose_name_plural = _("field storages")
        constraints = [
            models.UniqueConstraint(
                fields=("entity_type", "name"), name="drupal_jwt_auth_storage_of_entity_type"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity_type}.{self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the storage, choices as a list: databases do not keep the order of an object."""
        settings: Any = self.settings
        choices = settings.get("allowed_values") if isinstance(settings, dict) else None
        if isinstance(choices, dict):
            listed = [{"value": value, "label": label} for value, label in choices.items()]
            self.settings = {**settings, "allowed_values": listed}
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, str]:
        """Return what the storage is known by on any site."""
        return self.entity_type, self.name

    def check_type(self, field_type: str) -> None:
        """Raise ValidationError for another type than what is stored already."""
        if field_type != self.field_type:
            raise ValidationError(
                _("%(storage)s is of the type %(type)s already."),
                params={"storage": str(self), "type": self.field_type},
            )

    def become(self, wanted: FieldStorage) -> None:
        """Have type, number and settings of another one, for the fields of all bundles."""
        for name in ("field_type", "cardinality", "settings"):
            setattr(self, name, getattr(wanted, name))
        self.save()

    def clean(self) -> None:
        """Refuse settings of the wrong shape."""
        if faults := _faults(self.settings):
            raise ValidationError(faults)


class FieldConfigQuerySet(models.QuerySet["FieldConfig"]):
    """Fields, each with its storage."""

    def of(self, entity_type: str, bundle: str | None = None) -> FieldConfigQuerySet:
        """Return the fields of an entity type, or of one of its bundles."""
        found = self.filter(storage__entity_type=entity_type)
        return found if bundle is None else found.filter(bundle=bundle)


class FieldConfigManager(models.Manager["FieldConfig"]):
    """Fields are never asked for without what their storage tells."""

    def get_queryset(self) -> FieldConfigQuerySet:
        """Return all fields, each with its storage."""
        return FieldConfigQuerySet(self.model, using=self._db).select_related("storage")

    def create_field(
        self, entity_type: str, bundle: str, name: str, field_type: str, **values: Any
    ) -> FieldConfig:
        """Make a field of a bundle, and its storage where the entity type has none of this name.

        ``values`` are those of `FieldConfig.described`; what the storage has is then as they say.
        Raise ValidationError where it is of another type.
        """
        config = FieldConfig.described(entity_type, bundle, name, field_type, **values)
        stored = config.stored(self._db)
        if stored is not None:
            stored.check_type(field_type)
        config.save_in(stored, using=self._db)
        return config

    def add_body(self, node_type: NodeType) -> FieldConfig:
        """Return the body of a content type, the field that Drupal gives each new one.

        It is made where there is none.
        """
        found = self.get_queryset().of("node", node_type.pk).filter(storage__name="body").first()
        return found or self.create_field(
            "node", node_type.pk, "body", "text_with_summary", label="Body"
        )

    def add_comment_body(self, comment_type: CommentType) -> FieldConfig:
        """Return the text of a comment type, the field that Drupal gives each new one.

        It is made where there is none.
        """
        there = self.get_queryset().of("comment", comment_type.pk)
        found = there.filter(storage__name="comment_body").first()
        values = {"label": "Comment", "required": True}
        return found or self.create_field(
            "comment", comment_type.pk, "comment_body", "text_long", **values
        )

    def get_by_natural_key(self, entity_type: str, bundle: str, name: str) -> FieldConfig:
        """Return the field that a fixture names."""
        return self.get_queryset().of(entity_type, bundle).get(storage__name=name)


class FieldConfig(StoredModel):
    """A field of a bundle; its values are in the ``fields`` of the entities."""

    storage = models.ForeignKey(
        FieldStorage, on_delete=models.CASCADE, related_name="configs", verbose_name=_("storage")
    )
    bundle = ExactCharField(_("bundle"), max_length=MACHINE_NAME_LENGTH)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    label = models.CharField(_("label"), max_length=255)
    description = models.TextField(_("help text"), blank=True)
    required = models.BooleanField(_("required"), default=False)
    own_settings = models.JSONField(_("settings"), default=dict, blank=True)
    default_value = models.JSONField(_("default value"), default=list, blank=True)
    weight = models.IntegerField(
        _("weight"), default=0, help_text=_("Light ones come first in forms.")
    )

    objects = FieldConfigManager.from_queryset(FieldConfigQuerySet)()

    class Meta(StoredModel.Meta):
        ordering = ("storage__entity_type", "bundle", "storage__name")
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [
            models.UniqueConstraint(
                fields=("storage", "bundle"), name="drupal_jwt_auth_field_of_bundle"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def described(
        cls,
        entity_type: str,
        bundle: str,
        name: str,
        field_type: str,
        *,
        cardinality: int = 1,
        settings: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> FieldConfig:
        """Return a field that is not saved, with a storage that is not.

        ``settings`` are those of both. ``values`` are the field's ``label``, ``description``,
        ``required``, ``default_value`` and ``weight``.
        """
        stored, own = split_settings(field_type, settings or {})
        storage = FieldStorage(
            entity_type=entity_type,
            name=name,
            field_type=field_type,
            cardinality=cardinality,
            settings=stored,
        )
        return cls(storage=storage, bundle=bundle, own_settings=own, **values)

    def stored(self, using: str | None = None) -> FieldStorage | None:
        """Return what the database has for the storage of a field that was `described`."""
        wanted = self.storage
        # A copy of the database may not have it yet.
        known = FieldStorage.objects.using(using or router.db_for_write(FieldStorage))
        return known.filter(entity_type=wanted.entity_type, name=wanted.name).first()

    def save_in(self, stored: FieldStorage | None, using: str | None = None) -> None:
        """Save a field that was `described`: its storage is a new one, or one that becomes so."""
        wanted = self.storage
        if stored is None:
            wanted.save(using=using)
        else:
            stored.become(wanted)
        self.storage = stored or wanted
        self.save(using=using)

    def replace(self, using: str | None = None) -> None:
        """Save a field that was `described` in place of the one of its name, if there is one.

        That one's place in forms stays, and its help text where there is no other.
        """
        stored = self.stored(using)
        fields = FieldConfig.objects.using(using or router.db_for_write(FieldConfig))
        known = fields.filter(storage=stored, bundle=self.bundle).first()
        if known is not None:
            self.pk, self.uuid, self._state.adding = known.pk, known.uuid, False
            self.description = self.description or known.description
            self.weight = known.weight
        self.save_in(stored, using)

    @property
    def entity_type(self) -> str:
        """Return the id of the entity type."""
        return self.storage.entity_type

    @property
    def name(self) -> str:
        """Return the machine name."""
        return self.storage.name

    @property
    def field_type(self) -> str:
        """Return the id of the field type."""
        return self.storage.field_type

    @property
    def cardinality(self) -> int:
        """Return the largest number of items, -1 for any number."""
        return self.storage.cardinality

    @property
    def settings(self) -> dict[str, Any]:
        """Return the settings, those of the storage among them; code may have put in anything."""
        parts: list[Any] = [self.storage.settings, self.own_settings]
        return {name: part[name] for part in parts if isinstance(part, dict) for name in part}

    def natural_key(self) -> tuple[str, str, str]:
        """Return what the field is known by on any site."""
        return self.entity_type, self.bundle, self.name

    natural_key.dependencies = ["drupal_jwt_auth.fieldstorage"]  # type: ignore[attr-defined]  # as Django asks for it

    def clean(self) -> None:
        """Refuse settings and defaults of the wrong shape."""
        if faults := _faults(self.own_settings, self.default_value):
            raise ValidationError(faults)
