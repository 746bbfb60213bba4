"""The entity type of files.

Source: Drupal core 10.6, the base field definitions of files.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.sources import Attribute, Author, Moment, OptionalText
from drupal_jwt_auth.content.file.access import FileAccess
from drupal_jwt_auth.content.file.sources import StoredName
from drupal_jwt_auth.content.file.storage import FileStorage
from drupal_jwt_auth.content.file.usage import note_use
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.fields.entity_reference import AuthorType
from drupal_jwt_auth.fields.file import FileTarget, FileUriType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.string import LanguageType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType
from drupal_jwt_auth.models import File
from drupal_jwt_auth.models.file import FILENAME_MAX_LENGTH
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.revision import now

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

FILE_BASE_FIELDS = (
    BaseField(
        name="fid",
        label="File ID",
        type=IntegerType(),
        source=Attribute("fid"),
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
        name="langcode",
        label="Language code",
        type=LanguageType(),
        source=Attribute("langcode"),
        required=True,
        settings={"max_length": LANGCODE_MAX_LENGTH},
    ),
    BaseField(
        name="uid",
        label="User ID",
        type=AuthorType(),
        source=Author("uid"),
        settings={"target_type": "user"},
    ),
    BaseField(
        name="filename",
        label="Filename",
        type=StringType(),
        source=OptionalText("filename"),
        settings={"max_length": FILENAME_MAX_LENGTH},
    ),
    BaseField(
        name="uri",
        label="URI",
        type=FileUriType(),
        source=StoredName("uri"),
        never_set="",
    ),
    BaseField(
        name="filemime",
        label="File MIME type",
        type=StringType(),
        source=OptionalText("filemime"),
        never_set="",
    ),
    BaseField(
        name="filesize",
        label="File size",
        type=IntegerType(),
        source=Attribute("filesize"),
        never_set="",
    ),
    BaseField(
        name="status",
        label="Status",
        type=BooleanType(),
        source=Attribute("status"),
        never_set="",
    ),
    BaseField(
        name="created",
        label="Created",
        type=CreatedType(),
        source=Moment("created"),
        required=True,
    ),
    BaseField(
        name="changed",
        label="Changed",
        type=ChangedType(),
        source=Moment("changed"),
        required=True,
    ),
)


@register
class FileEntityType(ContentEntityType):
    """Files; a temporary one is its owner's alone to refer to."""

    id = "file"
    label = "file"
    model = File
    keys = Keys(id="fid", label="filename", owner="uid", changed="changed", langcode="langcode")
    base_fields = FILE_BASE_FIELDS
    views_table = "file_managed"
    access_class = FileAccess
    storage_class = FileStorage

    def take_into_use(
        self, keys: Collection[Any], site: SiteContext, user_type: ContentEntityType, user: Any
    ) -> None:
        """Note what uses these files; make the temporary ones permanent, whatever becomes of it."""
        references = [Reference(self.id, key) for key in keys]
        site.look_up(references)
        found = {each.key: site.target(each) for each in references}
        temporary = (
            key
            for key, target in found.items()
            if isinstance(target, FileTarget) and not target.facts.permanent
        )
        for batch in batches(temporary):
            File.objects.filter(pk__in=batch).update(status=True, changed=now())
        there = (key for key, target in found.items() if target is not None)
        for batch in batches(there):
            note_use(batch, user_type, user)
