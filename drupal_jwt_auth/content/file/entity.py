"""The entity type of files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import keys_by_uuid
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.fields import Reference, Target
from drupal_jwt_auth.fields.file import FileFacts, FileTarget
from drupal_jwt_auth.files.storage import PRIVATE
from drupal_jwt_auth.models import File
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.prepared import PreparedByKeys

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

_STORAGE: Any = File._meta.get_field("uri")
"""Its ``storage`` knows the URLs of files."""

_FACTS = ("filename", "filesize", "width", "height", "status")
_TARGETS = PreparedByKeys(
    lambda keys: (
        File.objects.filter(pk__in=keys).order_by().values_list("pk", "uuid", "uri", "uid", *_FACTS)
    ),
    BigIntegerField,
)


@register
class FileEntityType(EntityType):
    """Files; a temporary one is its owner's alone to refer to."""

    id = "file"
    model = File

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the files that references point to, with absolute URLs if there is a request."""
        found: dict[Any, Target] = {}
        for fid, uuid, uri, owner, *about in _TARGETS.run(keys):
            facts = FileFacts(*about)
            url = _STORAGE.storage.url(uri)
            if site.request is not None:
                url = site.request.build_absolute_uri(url)
            is_own = site.account.user is not None and owner == site.account.key
            usable = facts.permanent or is_own
            found[fid] = FileTarget.of(
                *(uuid, url, facts),
                published=usable,
                viewable=usable or not uri.startswith(PRIVATE),
            )
        return found

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the numbers of the files with these UUIDs."""
        return keys_by_uuid(File, "pk", uuids)

    def take_into_use(self, keys: Collection[Any], site: SiteContext) -> None:
        """Make the temporary ones among these files permanent, whatever becomes of their users."""
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
