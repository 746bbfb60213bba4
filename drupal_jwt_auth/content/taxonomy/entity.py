"""The entity type of terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.entity_type import EntityType, keys_by_uuid, register
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.http.paths import alias_path
from drupal_jwt_auth.models import Term
from drupal_jwt_auth.models.path_alias import newest_alias
from drupal_jwt_auth.prepared import PreparedByKeys

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

_TARGETS = PreparedByKeys(
    lambda keys: (
        Term.objects.filter(pk__in=keys)
        .order_by()
        .annotate(alias=newest_alias("/taxonomy/term/"))
        .values_list("pk", "uuid", "vid", "status", "alias")
    ),
    BigIntegerField,
)


def path_of(tid: int, alias: str | None, root: str) -> str:
    """Return the path of a term: its alias, or that with its number."""
    return f"{root}taxonomy/term/{tid}" if alias is None else alias_path(alias, root)


@register
class TermEntityType(EntityType):
    """Terms of vocabularies."""

    id = "taxonomy_term"
    module = "taxonomy"
    bundle_type = "taxonomy_vocabulary"

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the terms that references point to."""
        return {
            tid: Target(uuid, path_of(tid, alias, site.root), vocabulary, status)
            for tid, uuid, vocabulary, status, alias in _TARGETS.run(keys)
        }

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the numbers of the terms with these UUIDs."""
        return keys_by_uuid(Term, "pk", uuids)

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference terms that are not published."""
        return account.has_permission("administer taxonomy")
