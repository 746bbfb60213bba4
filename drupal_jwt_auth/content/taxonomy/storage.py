"""Where terms are found, and what it entails that one is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.content.taxonomy.hierarchy import find_below
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.models import Term, TermParent
from drupal_jwt_auth.models.path_alias import newest_alias
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.term import TERM_PATH
from drupal_jwt_auth.models.term_parent import ROOT
from drupal_jwt_auth.prepared import PreparedByKeys

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle

_TARGETS = PreparedByKeys(
    lambda keys: (
        Term.objects.filter(pk__in=keys)
        .order_by()
        .annotate(alias=newest_alias(TERM_PATH))
        .values_list("pk", "uuid", "vid", "status", "alias")
    ),
    BigIntegerField,
)


class TermStorage(EntityStorage):
    """Terms, with their places in the hierarchy."""

    is_own = False

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to terms point to; their texts, which may be long, stay away."""
        return {
            tid: Target(uuid, self.path_with(tid, alias, site.root), vocabulary, status)
            for tid, uuid, vocabulary, status, alias in _TARGETS.run(keys)
        }

    def complete(self, entities: Iterable[Term]) -> None:
        """Fetch the aliases and the parents of many terms at once."""
        for batch in batches(entities):
            self.fetch_aliases([each for each in batch if not hasattr(each, "newest_alias")])
            parents: dict[int, list[int | None]] = defaultdict(list)
            places = TermParent.objects.using(batch[0]._state.db).filter(term__in=batch)
            for tid, parent in places.values_list("term", "parent"):
                parents[tid].append(parent)
            for term in batch:
                term.parents = parents[term.pk] or [*ROOT]

    def new(self, bundle: Bundle, account: Account) -> Term:
        """Return a new term below the root."""
        term: Term = super().new(bundle, account)
        term.parents, term.newest_alias = [*ROOT], None
        return term

    def pre_delete(self, entity: Term) -> None:
        """Delete what has no other parent with the term; the others have lost one."""
        using = str(entity._state.db)
        below = find_below([entity.pk], using, to_write=True)
        terms = Term.objects.using(using)
        for batch in batches(below.others):
            terms.filter(pk__in=batch).update(changed=now())
        for batch in batches(below.orphans):
            terms.filter(pk__in=batch).delete()
