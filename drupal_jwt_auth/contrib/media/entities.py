"""The entity type of media, their types, and who may do what with them.

Source: the base fields and the access control of Drupal core's module media, 10.6. An item has a
page only on sites that have switched that on, so that none is served at one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from drupal_jwt_auth.content.entity.sources import Items
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.contrib.media.models import NAME_MAX_LENGTH, Media, MediaRevision
from drupal_jwt_auth.entities import (
    DENIED,
    AccessResult,
    Account,
    Attribute,
    Author,
    BaseField,
    BundleEntityType,
    ContentEntityType,
    DrupalTables,
    EntityAccess,
    ForeignKey,
    Keys,
    Moment,
    RevisionableStorage,
    allowed_if,
    allowed_if_has_any_permission,
    register,
)
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.file import ImageType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.string import LanguageType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.structure import Bundle

ADMINISTER = "administer media"


@register
class MediaTypeEntityType(BundleEntityType):
    """Media types."""

    id = "media_type"
    bundle_of = "media"


class MediaAccess(EntityAccess):
    """The rules for media: permissions by type, ``administer media`` for all."""

    def view(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see an item."""
        if account.has_permission(ADMINISTER):
            return allowed_if(condition=True)
        if entity.status:
            return allowed_if_has_any_permission(account, ["view media"])
        is_own = account.user is not None and entity.uid_id == account.key
        return allowed_if(is_own and account.has_permission("view own unpublished media"))

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the items that the account may see."""
        if account.has_permission(ADMINISTER):
            return Q()
        visible = Q(status=True) if account.has_permission("view media") else Q(pk__in=())
        if account.user is not None and account.has_permission("view own unpublished media"):
            visible |= Q(status=False, uid=account.key)
        return visible

    def view_revisions(self, account: Account, entity: Any) -> bool:
        """Tell whether the account may see what an item that it sees was before."""
        every, of_type = "view all media revisions", f"view any {entity.bundle_id} media revisions"
        return allowed_if_has_any_permission(account, [ADMINISTER, every, of_type]).allowed

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may create items of a type."""
        permissions = [ADMINISTER, f"create {bundle.id} media", "create media"]
        return allowed_if_has_any_permission(account, permissions)

    def update(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may change an item."""
        return self._change(account, entity, "edit", "update")

    def delete(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may delete an item."""
        return self._change(account, entity, "delete", "delete")

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do something to some item."""
        if operation == "view":
            seeing = ["view media", "view own unpublished media", ADMINISTER]
            return allowed_if_has_any_permission(account, seeing)
        bundles = get_structure(account.stamp).bundles_of(self.entity_type).values()
        if operation == "create":
            results = [self.create(account, bundle) for bundle in bundles]
        else:
            results = [
                self.may(operation, account, Media(bundle_id=bundle.id, uid_id=account.key or None))
                for bundle in bundles
            ]
        return next((result for result in results if result.allowed), next(iter(results), DENIED))

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference items that are not published."""
        return account.has_permission(ADMINISTER)

    def _change(self, account: Account, entity: Any, verb: str, general: str) -> AccessResult:
        bundle = entity.bundle_id
        permissions = [ADMINISTER, f"{verb} any {bundle} media", f"{general} any media"]
        if account.user is not None and entity.uid_id == account.key:
            permissions += [f"{verb} own {bundle} media", f"{general} media"]
        return allowed_if_has_any_permission(account, permissions)


class MediaStorage(RevisionableStorage):
    """Media with their revisions: a new item has one, which it stays at."""

    def post_save(self, entity: Any, *, created: bool) -> None:
        """Give a new item a revision."""
        if created:
            entity.vid = entity.revisions.create().pk
            entity.save(update_fields=["vid"])


@register
class MediaEntityType(ContentEntityType):
    """Media, the bundles of which are their types."""

    id = "media"
    label = "media item"
    model = Media
    module = "media"
    keys = Keys(
        id="mid",
        bundle="bundle",
        label="name",
        owner="uid",
        published="status",
        changed="changed",
        langcode="langcode",
        revision="vid",
    )
    base_fields = (
        BaseField(
            name="mid",
            label="ID",
            type=IntegerType(),
            source=Attribute("mid"),
            never_set="The entity ID cannot be changed.",
        ),
        BaseField(
            name="uuid",
            label="UUID",
            type=UUIDType(),
            source=Attribute("uuid"),
            required=True,
            unique=True,
            settings={"max_length": UUID_LENGTH},
            set_once="The entity UUID cannot be changed.",
        ),
        BaseField(
            name="vid",
            label="Revision ID",
            type=IntegerType(),
            source=Attribute("vid"),
            never_set="The revision ID of a media item cannot be changed.",
        ),
        BaseField(
            name="langcode",
            label="Language",
            type=LanguageType(),
            source=Attribute("langcode"),
            required=True,
            revisionable=True,
            settings={"max_length": LANGCODE_MAX_LENGTH},
        ),
        BaseField(
            name="bundle",
            label="Media type",
            type=EntityReferenceType(),
            source=ForeignKey("bundle"),
            required=True,
            settings={"target_type": "media_type"},
        ),
        BaseField(
            name="status",
            label="Published",
            type=BooleanType(),
            source=Attribute("status"),
            required=True,
            revisionable=True,
            edit_permission=ADMINISTER,
        ),
        BaseField(
            name="uid",
            label="Authored by",
            type=AuthorType(),
            source=Author("uid"),
            revisionable=True,
            settings={"target_type": "user"},
            edit_permission=ADMINISTER,
        ),
        BaseField(
            name="name",
            label="Name",
            type=StringType(),
            source=Attribute("name"),
            required=True,
            has_default=False,
            revisionable=True,
            settings={"max_length": NAME_MAX_LENGTH},
        ),
        BaseField(
            name="thumbnail",
            label="Thumbnail",
            type=ImageType(),
            source=Items("thumbnail"),
            revisionable=True,
            settings={"target_type": "file"},
            never_set="",
        ),
        BaseField(
            name="created",
            label="Authored on",
            type=CreatedType(),
            source=Moment("created"),
            required=True,
            revisionable=True,
            edit_permission=ADMINISTER,
        ),
        BaseField(
            name="changed",
            label="Changed",
            type=ChangedType(),
            source=Moment("changed"),
            required=True,
            revisionable=True,
            never_set="",
        ),
        BaseField(
            name="default_langcode",
            label="Default translation",
            type=BooleanType(),
            source=Attribute("default_langcode"),
            required=True,
            never_set="",
        ),
    )
    bundle_type = "media_type"
    bundle_permissions = {
        "create {id} media": "{name}: Create new media",
        "delete any {id} media": "{name}: Delete any media",
        "delete own {id} media": "{name}: Delete own media",
        "edit any {id} media": "{name}: Edit any media",
        "edit own {id} media": "{name}: Edit own media",
        "view any {id} media revisions": "{name}: View any media revision pages",
    }
    access_class = MediaAccess
    storage_class = MediaStorage
    drupal_tables = DrupalTables(
        "media", "media_field_data", "media_field_revision", "media.type", MediaRevision
    )
