"""What an alias has to be: of a path that its author can reach, and of no other.

Source: Drupal core 10.6, the constraints of aliases. Those that are set as ``path`` of a node are
not asked for any of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drupal_jwt_auth.content.entity.constraints import Proposal
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.base import Context, Faults, Field
from drupal_jwt_auth.fields.primitives import is_scalar, to_text
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.http.exceptions import Violation
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.path_alias import PATH_MAX_LENGTH, alias_key

NO_SLASH = "The {what} path has to start with a slash."
UNREACHABLE = "Either the path '{path}' is invalid or you do not have access to it."
TAKEN = "The alias {alias} is already in use in this language."
TAKEN_IN_OTHER_CASE = (
    "The alias {alias} could not be added because it is already in use in this language with "
    "different capitalization: {stored}."
)

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""What the address of another site begins with."""


class AliasType(StringType):
    """An alias: a path, whatever is at it."""

    configurable = False
    what = "alias"

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is too long, and what is no path."""
        yield from super().validate(item, field, context)
        if is_scalar(item["value"]) and not to_text(item["value"]).startswith("/"):
            yield "value", NO_SLASH.format(what=self.what)


class SourceType(AliasType):
    """The path of an entity that whoever makes the alias may see."""

    what = "source"

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no path, and what the account cannot reach."""
        yield from super().validate(item, field, context)
        path = to_text(item["value"]) if is_scalar(item["value"]) else ""
        if not path or len(path) > PATH_MAX_LENGTH or _ADDRESS.match(path):
            return
        if not context.can_reach(path if path.startswith("/") else f"/{path}"):
            yield "value", UNREACHABLE.format(path=path)


def only_one_path(proposal: Proposal) -> Iterator[Violation]:
    """Refuse an alias that another path has in the same language, switched on or off."""
    sent, path, langcode = map(proposal.value, ("alias", "path", "langcode"))
    if sent is None:
        return
    others = PathAlias.objects.filter(key=alias_key(sent), langcode=langcode)
    if path is not None:
        others = others.exclude(path=path)
    if not proposal.is_new:
        others = others.exclude(pk=proposal.entity.pk)
    stored = others.values_list("alias", flat=True).order_by("pid").first()
    if stored is not None:
        text = TAKEN if stored == sent else TAKEN_IN_OTHER_CASE
        yield Violation("", text.format(alias=sent, stored=stored))
