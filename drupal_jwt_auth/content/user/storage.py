"""Where users are found, and what making, changing and deleting one entails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import router
from django.db.models import OuterRef, QuerySet, Subquery
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.content.entity.accounts import user_target
from drupal_jwt_auth.content.entity.columns import is_made
from drupal_jwt_auth.content.entity.model_rules import clean_columns
from drupal_jwt_auth.content.entity.storage import EntityStorage, RawValues, Values
from drupal_jwt_auth.content.user.cancelling import METHODS, delete_content, locked_content
from drupal_jwt_auth.content.user.columns import with_own_validators
from drupal_jwt_auth.content.user.field_types import existing_password, new_password
from drupal_jwt_auth.content.user.passwords import ahead
from drupal_jwt_auth.content.user.profile import PROFILE, profile_of
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.content.user.timezones import default_timezone
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, wire_key
from drupal_jwt_auth.models import ContentModel, UserProfile
from drupal_jwt_auth.models.path_alias import newest_alias
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.user_profile import USER_PATH
from drupal_jwt_auth.transactions import locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle

ANONYMOUS_PATH = f"{USER_PATH}{ANONYMOUS_KEY}"

NAMES = frozenset({"name", "mail"})
"""The fields of which no two users have the same, in upper case or lower."""


class UserStorage(EntityStorage):
    """The users of the project, each with the profile."""

    def query(self) -> QuerySet[Any]:
        """Return all users, each with what is shown of it."""
        return super().query().select_related(PROFILE)

    def at(self, path: str | None, key: Any, using: str | None = None) -> Any | None:
        """Return the user at an address; the anonymous one is there, and has no row."""
        return AnonymousUser() if _is_anonymous(path, key) else super().at(path, key, using)

    def load(self, keys: Collection[Any], site: SiteContext) -> dict[Any, Any]:
        """Return the users with these keys; the anonymous one is there, and has no row."""
        found = super().load([key for key in keys if key != ANONYMOUS_KEY], site)
        if ANONYMOUS_KEY in keys:
            found[ANONYMOUS_KEY] = self.nobody(site)
        return found

    def with_uuid(self, uuid: str, site: SiteContext) -> Any | None:
        """Return the user with a UUID, which may be in upper case; None for none.

        References know users with an own one by that which the key makes as well: this does not.
        """
        key = site.key_of(self.entity_type.id, uuid)
        user = None if key is None else self.load([key], site).get(key)
        return user if user and profile_of(user).uuid.lower() == uuid.lower() else None

    def without_rows(self, site: SiteContext) -> list[Any]:
        """Return the anonymous user."""
        return [self.nobody(site)]

    def nobody(self, site: SiteContext) -> AnonymousUser:
        """Return the anonymous user, with the UUID that the site knows them by."""
        nobody = AnonymousUser()
        vars(nobody)[PROFILE] = UserProfile(uuid=site.structure.anonymous_uuid)
        return nobody

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the users that references point to; those who are not active are hidden."""
        found: dict[Any, Target] = {}
        if ANONYMOUS_KEY in keys:
            found[ANONYMOUS_KEY] = user_target(
                ANONYMOUS_KEY, site.structure.anonymous_uuid, None, site.root
            )
        others = [read_key(key) for key in keys if key not in found]
        if others:
            uuids = UserProfile.objects.filter(user=OuterRef("pk")).values("uuid")
            users = get_user_model()._default_manager.filter(pk__in=others)
            for user in users.annotate(
                imported_uuid=Subquery(uuids), shown_alias=newest_alias(USER_PATH)
            ):
                target = user_target(user.pk, user.imported_uuid, user.shown_alias, site.root)
                found[wire_key(user.pk)] = target._replace(published=user.is_active)
        return found

    def langcode_of(self, entity: Any) -> str:
        """Return the language of a user."""
        return profile_of(entity).langcode

    def holders(self, name: str, bundles: Collection[str]) -> Iterator[tuple[QuerySet[Any], str]]:
        """Yield the profiles that hold items of a configurable field."""
        profiles = UserProfile.objects.using(router.db_for_write(UserProfile)).order_by()
        yield profiles.filter(fields__has_key=name), "fields"

    # Locking

    @contextmanager
    def to_create(self, read: Callable[[], tuple[Bundle, RawValues]]) -> Iterator[None]:
        """Open the transaction in which a user is made, once the password is hashed.

        No two are made at once: databases do not know that names which differ in case are the same.
        """
        _bundle, raw = read()
        with _ahead(raw, None), locked(ContentModel, 1), super().to_create(read):
            yield

    @contextmanager
    def to_write(self, path: str | None, key: Any) -> Iterator[Any | None]:
        """Open a transaction with the user at an address, locked; the anonymous one has no row."""
        with ExitStack() as stack:
            rows = super().to_write(path, key)
            yield AnonymousUser() if _is_anonymous(path, key) else stack.enter_context(rows)

    @contextmanager
    def to_update(
        self, path: str | None, key: Any, account: Account, read: Callable[[], RawValues]
    ) -> Iterator[Any | None]:
        """Do the same for what a client has sent, once passwords are hashed and checked.

        That is done for whoever may change the user. Names are given one at a time.
        """
        raw: RawValues = {}
        found = self.at(path, key)
        if found is not None and self.entity_type.access.update(account, found).allowed:
            raw = read()
        with ExitStack() as stack:
            stack.enter_context(_ahead(raw, found if found and found.pk == account.key else None))
            if NAMES & raw.keys():
                stack.enter_context(locked(ContentModel, 1))
            yield stack.enter_context(self.to_write(path, key))

    @contextmanager
    def to_delete(self, path: str | None, key: Any) -> Iterator[Any | None]:
        """Open a transaction with the user locked, and before that all that goes with the user."""
        found = self.at(path, key)
        with ExitStack() as stack:
            if found is not None and found.pk is not None:
                using = router.db_for_write(self.model)
                stack.enter_context(locked_content(found.pk, using))
            yield stack.enter_context(self.to_write(path, key))

    # Writing

    def new(self, bundle: Bundle, account: Account) -> Any:
        """Return a new user, who is not active."""
        user: Any = self.model()
        profile = UserProfile(user=user, changed=now(), created=now())
        profile.preferred_admin_langcode = profile.timezone = None
        published = self.entity_type.keys.published
        if published is not None:
            setattr(user, self.entity_type.attribute(published), False)
        user.set_unusable_password()
        user.newest_alias = None
        return user

    def touch(self, entity: Any) -> Set[str]:
        """Note in the profile that a user was changed."""
        profile = profile_of(entity)
        profile.changed = now()
        profile.written.add("changed")
        return frozenset()

    def clean(self, entity: Any, values: Values, *, created: bool) -> None:
        """Let the project's model refuse what it does not take; raise ValidationError.

        Of a new user it is asked about all columns: those that no field sets have to have
        defaults, the key among them.
        """
        fields = self.entity_type.base_fields
        names = {name: field.name for field in fields for name in field.columns}
        sent = {name for field, _items in values for name in field.columns}
        told = [
            (with_own_validators(column), names.get(column.attname, column.name))
            for column in entity._meta.concrete_fields
            if (created or column.attname in sent) and not _is_set_here(column, entity)
        ]
        clean_columns(entity, told, fields)

    def pre_save(self, entity: Any, *, created: bool) -> None:
        """Give a user without a time zone the site's, where users have one."""
        profile = profile_of(entity)
        if profile.timezone is None:
            profile.timezone = default_timezone(router.db_for_write(UserProfile))

    def post_save(self, entity: Any, *, created: bool) -> None:
        """Save the profile."""
        profile = profile_of(entity)
        profile.user = entity
        profile.save_written(using=entity._state.db)

    def cancel(self, entity: Any, site: SiteContext) -> None:
        """Cancel an account in the way that the site has chosen; mostly it is blocked, and stays.

        Where users cannot be blocked it is deleted, and what the user has written is nobody's.
        """
        published = self.entity_type.keys.published
        method = UserSettings(site.structure).cancel_method
        deletes, do_to_content = METHODS[method]
        if not deletes and published is None:
            deletes, do_to_content = METHODS["user_cancel_reassign"]
        do_to_content(entity.pk, str(entity._state.db))
        if deletes:
            self.delete(entity)
        else:
            self.update(entity, [(self.entity_type.field(str(published)), [{"value": False}])])

    def pre_delete(self, entity: Any) -> None:
        """Delete what the user has written."""
        delete_content(entity.pk, str(entity._state.db))


def _is_anonymous(path: str | None, key: Any) -> bool:
    """Tell whether an address is that of the anonymous user."""
    return key == ANONYMOUS_KEY if path is None else path == ANONYMOUS_PATH


def _is_set_here(column: Any, user: Any) -> bool:
    """Tell whether the value of a column is none that a client has sent: the database makes it.

    Or it is the hash of a password.
    """
    value = getattr(user, column.attname)
    is_key = column.primary_key and is_made(column)
    return is_key or column.name == "password" or hasattr(value, "resolve_expression")


@contextmanager
@sensitive_variables()
def _ahead(raw: RawValues, user: Any | None) -> Iterator[None]:
    """Hash the password in what was sent, and check the one that the user is said to have."""
    items = raw.get("pass", ())
    new = new_password(items[0]) if items else None
    existing = existing_password(items[0]) if items and user is not None else None
    with ahead(new, existing, user):
        yield
