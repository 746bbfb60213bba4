"""The entity type of users: the fields that each has, in the order in which Drupal shows them.

Source: Drupal core 10.6, the base field definitions of users.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys, keys_by_uuid
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.sources import Moment, Source
from drupal_jwt_auth.content.user.access import UserAccess
from drupal_jwt_auth.content.user.columns import column_of, has_roles, username_column
from drupal_jwt_auth.content.user.constraints import CONSTRAINTS
from drupal_jwt_auth.content.user.field_types import (
    PasswordType,
    PreferredLanguageType,
    TimezoneType,
)
from drupal_jwt_auth.content.user.profile import PROFILE, ProfileField, profile_of
from drupal_jwt_auth.content.user.sources import (
    NEVER,
    Changed,
    Fixed,
    Flag,
    Password,
    ProfileAttribute,
    ProfileSeen,
    ProfileTimezone,
    Roles,
    Saved,
    SavedText,
    Seen,
    UserKey,
)
from drupal_jwt_auth.content.user.storage import UserStorage
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.base import UNLIMITED
from drupal_jwt_auth.fields.contact import EmailType
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.string import LanguageType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType, TimestampType
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, are_numbers, to_user_key, wire_key
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.user_profile import USER_PATH
from drupal_jwt_auth.user_uuids import user_key

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

NOBODYS = ""
"""Why nobody sets what the project's user model has no place for: no reason is given."""


def user_fields() -> Iterator[BaseField]:
    """Yield the base fields, each with where the project's user model has it."""
    key: Any = get_user_model()._meta.pk
    created = _created()
    yield BaseField(
        name="uid",
        label="User ID",
        type=IntegerType() if are_numbers() else StringType(),
        source=UserKey(key.attname),
        never_set="The entity ID cannot be changed.",
    )
    yield BaseField(
        name="uuid",
        label="UUID",
        type=UUIDType(),
        source=ProfileAttribute("uuid"),
        required=True,
        unique=True,
        settings={"max_length": UUID_LENGTH},
        set_once="The entity UUID cannot be changed.",
    )
    yield BaseField(
        name="langcode",
        label="Language code",
        type=LanguageType(),
        source=ProfileAttribute("langcode"),
        required=True,
        settings={"max_length": LANGCODE_MAX_LENGTH},
    )
    yield BaseField(
        name="preferred_langcode",
        label="Preferred language code",
        type=PreferredLanguageType(),
        source=ProfileAttribute("preferred_langcode"),
        settings={"max_length": LANGCODE_MAX_LENGTH},
    )
    yield BaseField(
        name="preferred_admin_langcode",
        label="Preferred admin language code",
        type=PreferredLanguageType(),
        source=ProfileAttribute("preferred_admin_langcode"),
        settings={"max_length": LANGCODE_MAX_LENGTH},
    )
    yield BaseField(
        name="name",
        label="Name",
        type=StringType(),
        source=Saved(username_column()),
        required=True,
        has_default=False,
        unique=True,
    )
    yield BaseField(
        name="pass",
        label="Password",
        type=PasswordType(),
        source=Password(),
        is_shown=False,
    )
    yield _of_column("mail", "Email", EmailType(), _address())
    yield BaseField(
        name="timezone",
        label="Timezone",
        type=TimezoneType(),
        source=ProfileTimezone("timezone"),
    )
    yield _of_column(
        "status",
        "User status",
        BooleanType(),
        Flag("is_active") if column_of("is_active") else None,
        otherwise=True,
    )
    yield BaseField(
        name="created", label="Created", type=CreatedType(), source=created, required=True
    )
    yield BaseField(
        name="changed",
        label="Changed",
        type=ChangedType(),
        source=Changed("changed", created),
        never_set="",
    )
    yield BaseField(
        name="access", label="Last access", type=TimestampType(), source=ProfileSeen("access")
    )
    yield _of_column(
        "login",
        "Last login",
        TimestampType(),
        Seen("last_login") if column_of("last_login") else None,
        otherwise=NEVER,
    )
    yield BaseField(
        name="init", label="Initial email", type=EmailType(), source=ProfileAttribute("init")
    )
    yield _of_column(
        "roles",
        "Roles",
        EntityReferenceType(),
        Roles() if has_roles() else None,
        cardinality=UNLIMITED,
        settings={"target_type": "user_role"},
    )
    yield BaseField(
        name="default_langcode",
        label="Default translation",
        type=BooleanType(),
        source=Fixed(value=True),
        required=True,
        unchangeable="The default translation flag of a user cannot be changed.",
    )


def _of_column(
    name: str,
    label: str,
    field_type: Any,
    source: Source | None,
    otherwise: Any = None,
    **values: Any,
) -> BaseField:
    """Return a field that not every user model has a column for: it is the same for all then."""
    never_set = None if source is not None else NOBODYS
    source = Fixed(otherwise) if source is None else source
    return BaseField(
        name=name, label=label, type=field_type, source=source, never_set=never_set, **values
    )


def _address() -> Source | None:
    column = column_of(get_user_model().get_email_field_name())
    if column is None:
        return None
    return Saved(column.attname) if column.null else SavedText(column.attname)


def _created() -> Source:
    return Moment("date_joined") if column_of("date_joined") else ProfileSeen("created")


@register
class UserEntityType(ContentEntityType):
    """The users of the project, whatever their model is; 0 is the anonymous one."""

    id = "user"
    label = "user"
    model = get_user_model()
    keys = Keys(
        id="uid",
        label="name",
        published="status" if column_of("is_active") else None,
        langcode="langcode",
    )
    base_fields = tuple(user_fields())
    field_constraints = CONSTRAINTS
    canonical = f"{USER_PATH}{{user}}"
    public_label = "display_name"
    views_table = "users_field_data"
    fields_path = f"{PROFILE}__fields"
    access_class = UserAccess
    storage_class = UserStorage

    @property
    def is_fieldable(self) -> bool:
        """Tell that users may have fields, which are in their profiles."""
        return True

    @property
    def may_have_comments(self) -> bool:
        """Tell that there are no comments on users."""
        return False

    def configured(self, field: Field) -> Field:
        """Return a configurable field, with its place in the profiles."""
        return ProfileField(**vars(field))

    def uuid_of(self, entity: Any) -> str:
        """Return the UUID of a user."""
        return profile_of(entity).uuid

    def label_of(self, entity: Any, site: SiteContext) -> str | None:
        """Return the name of a user; the anonymous one is called as the site says."""
        if entity.is_anonymous:
            return site.structure.setting("user.settings", "anonymous", default="Anonymous")
        return super().label_of(entity, site)

    def read_key(self, segment: str) -> Any:
        """Return the key that a segment of a path stands for, None where it can be nobody's."""
        return super().read_key(segment) or None

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of the users with these UUIDs, as JSON holds them."""
        found = keys_by_uuid(UserProfile, "user", uuids)
        keys = {
            uuid: wire_key(known)
            for uuid, key in found.items()
            if (known := user_key(uuid) if key is None else key) is not None
        }
        anonymous = site.structure.anonymous_uuid
        keys |= {uuid: ANONYMOUS_KEY for uuid in uuids if uuid.lower() == anonymous.lower()}
        there = self.targets(list(keys.values()), site)
        return {uuid: key for uuid, key in keys.items() if key in there}

    def reference_key(self, value: Any) -> Any:
        """Return the key that a client's value stands for."""
        return to_user_key(value)
