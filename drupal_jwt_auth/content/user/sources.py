"""Where base fields of users live: in the project's own columns, in groups, or in the profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model, Prefetch, Value, prefetch_related_objects
from django.db.models.functions import Coalesce

from drupal_jwt_auth.content.entity.places import Column, ItemRows, Kind, OneItem, Place, column_of
from drupal_jwt_auth.content.entity.sources import Attribute, ForeignKey, Moment, Source
from drupal_jwt_auth.content.user.passwords import hash_of
from drupal_jwt_auth.content.user.profile import PROFILE, profile_of
from drupal_jwt_auth.content.user.roles import EVERYBODYS, group_name, known_roles, role_name
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.user_keys import wire_key

NEVER = 0
"""The moment that stands for none, in Unix time."""


class UserKey(ForeignKey):
    """The key of the user."""

    def __init__(self, name: str) -> None:
        Attribute.__init__(self, name)

    def read(self, value: Any) -> Any:
        """Return the key as JSON holds it."""
        return None if value is None else wire_key(value)


class Fixed(Source):
    """A value that is the same for everybody, or cannot be known here; None stands for no item."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def place(self, model: type[Model]) -> Place | None:
        """Return the value, which is the same in each row."""
        kind = Kind.FLAG if isinstance(self.value, bool) else Kind.NUMBER
        return None if self.value is None else OneItem({"value": Column(Value(self.value), kind)})

    def get(self, entity: Any) -> list[Item]:
        """Return the value."""
        return [] if self.value is None else [{"value": self.value}]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Do nothing: who may set such a field is nobody."""


class Flag(Attribute):
    """A column that is true or false, and false where there is no item."""

    def write(self, value: Any) -> bool:
        """Return the value of the column."""
        return bool(value)


class Saved(Attribute):
    """A column that the model may change as it is saved: then that is shown."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item]:
        """Return the items as they were saved."""
        return self.get(entity)


class SavedText(Saved):
    """The same, where an empty text stands for no item."""

    def read(self, value: Any) -> Any:
        """Return the text, None for an empty one."""
        return value or None

    def write(self, value: Any) -> str:
        """Return the text."""
        return value or ""


class Seen(Moment):
    """A time at which somebody did something, 1970 for never."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        return super().column(model)._replace(nothing=NEVER)

    def read(self, value: Any) -> int:
        """Return whole seconds since 1970."""
        return super().read(value) or NEVER


class OfProfile(Source):
    """A source in the profile of a user, which is saved after the user."""

    name: str

    @property
    def columns(self) -> frozenset[str]:
        """Return no attribute: none of the user's own columns holds the items."""
        return frozenset()

    @property
    def path(self) -> str:
        """Return the lookup that leads from the user to the column."""
        return f"{PROFILE}__{self.name}"

    def get(self, entity: Any) -> list[Item]:
        """Return the items that the profile has."""
        inner: Any = super()  # That which this is mixed into.
        items: list[Item] = inner.get(profile_of(entity))
        return items

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set what the profile has."""
        inner: Any = super()
        profile = profile_of(entity)
        inner.set(profile, items)
        profile.written.add(self.name)


class ProfileAttribute(OfProfile, Attribute):
    """An attribute of the profile."""


class ProfileTimezone(OfProfile, Saved):
    """The time zone; where none is sent it may be the site's."""


class ProfileSeen(OfProfile, Seen):
    """A time in the profile, 1970 for never."""


class Changed(ProfileSeen):
    """When a user was changed last: made, where that was never noted."""

    def __init__(self, name: str, created: Source) -> None:
        super().__init__(name)
        self.created = created

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        created: Any = self.created
        known = Coalesce(self.path, created.path)
        return column_of(model, self.path, known)._replace(nothing=NEVER)

    def get(self, entity: Any) -> list[Item]:
        """Return the item."""
        is_known = profile_of(entity).changed is not None
        return super().get(entity) if is_known else self.created.get(entity)


class Password(Source):
    """The hash of a password, which nobody is shown: an item without a value stands for it."""

    @property
    def columns(self) -> frozenset[str]:
        """Return the attribute."""
        return frozenset({"password"})

    def get(self, entity: Any) -> list[Item]:
        """Return an item where there is a password."""
        return [{"value": None}] if entity.has_usable_password() else []

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set a new password; without an item nobody can log in, without a value it stays."""
        if not items:
            entity.set_unusable_password()
        elif items[0]["value"]:
            entity.password = hash_of(items[0]["value"])
            # For Django, which tells the validators of it once the user is saved.
            entity._password = items[0]["value"]


class Roles(Source):
    """The roles of a user: the groups, but those of everybody.

    With a role for administrators somebody is a superuser, as whoever was imported with one.
    """

    def get(self, entity: Any) -> list[Item]:
        """Return the roles by the numbers of the groups; those of a user are read once."""
        if entity._state.adding:
            return []
        self.fetch([entity])
        names = (role_name(group.name) for group in entity.groups.all())
        return [{"target_id": name} for name in names if name not in EVERYBODYS]

    def place(self, model: type[Model]) -> Place | None:
        """Return where the items are: the rows that lead to groups, but to those of everybody."""
        field: Any = model._meta.get_field("groups")
        rows = field.remote_field.through._default_manager.order_by()
        group = field.m2m_reverse_field_name()
        of_all = [group_name(role) for role in EVERYBODYS]
        rows = rows.exclude(**{f"{group}__name__in": of_all})
        name = column_of(rows.model, f"{group}__name")
        return ItemRows(rows, field.m2m_field_name(), {"target_id": name})

    def fetch(self, entities: Sequence[Any]) -> None:
        """Fetch the groups, where they are not known."""
        for entity in entities[:1]:
            groups = Group._base_manager.using(entity._state.db).order_by("pk")
            prefetch_related_objects(entities, Prefetch("groups", groups))

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Make somebody a superuser, or none any more, where that comes or goes with a role."""
        names = {item["target_id"] for item in items}
        before = {item["target_id"] for item in self.get(entity)}
        admins = {role.id for role in known_roles(*names, *before) if role.is_admin}
        if bool(names & admins) != bool(before & admins):
            entity.is_superuser = entity.is_staff = bool(names & admins)

    @property
    def columns(self) -> frozenset[str]:
        """Return what tells of a superuser."""
        return frozenset({"is_superuser", "is_staff"})

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item]:
        """Let the user have these roles and no others; groups that everybody is of stay."""
        own = [item for item in items if item["target_id"] not in EVERYBODYS]
        names = {group_name(item["target_id"]) for item in own}
        of_all = {group_name(role) for role in EVERYBODYS}
        groups = Group.objects.using(entity._state.db)
        kept = entity.groups.filter(name__in=of_all)
        entity.groups.set([*groups.filter(name__in=names), *kept])
        return own
