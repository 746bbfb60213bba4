"""Related resources in the same document: which are asked for, and all of them.

Source: JSON:API 1.0, and Drupal core 10.6 for what is told of wrong paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rest_framework.exceptions import ParseError

from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.jsonapi.objects import (
    LABEL_ONLY,
    NO_RELATIONSHIP,
    EntityObject,
    ResourceObject,
    load,
)
from drupal_jwt_auth.jsonapi.presenting import Omitted, Presenter
from drupal_jwt_auth.jsonapi.resource_type import AnyResourceType, target_types_of

Tree = dict[str, "Tree"]
"""The relationships that are followed, each with those that are followed from there."""


def include_tree(
    paths: Sequence[Sequence[str]], types: Iterable[AnyResourceType], structure: Structure
) -> Tree:
    """Return what some paths lead over, from resources of some types; raise ParseError (400)."""
    tree: Tree = {}
    checker = _Checker(structure)
    for resource_type in types:
        for path in paths:
            text = " ".join(checker.faults(tuple(path), resource_type))
            if text and len(path) > 1:
                text = f"`{'.'.join(path)}` is not a valid include path. {text}"
            if text:
                raise ParseError(text)
    for path in paths:
        at = tree
        for name in path:
            at = at.setdefault(name, {})
    return tree


class _Checker:
    """Tells what is wrong with paths: once for each type, by however many ways one comes to it."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._known: dict[tuple[tuple[str, ...], str], Mapping[str, None]] = {}

    def faults(self, path: tuple[str, ...], resource_type: AnyResourceType) -> Mapping[str, None]:
        """Return what is wrong with a path from resources of a type: nothing with a good one.

        It is enough that some of the types that a relationship may lead to have the next one.
        """
        key = path, resource_type.drupal_name
        if key not in self._known:
            self._known[key] = self._look(path, resource_type)
        return self._known[key]

    def _look(self, path: tuple[str, ...], resource_type: AnyResourceType) -> Mapping[str, None]:
        name, *rest = path
        if not name:
            return {"Empty include path.": None}
        field = resource_type.relationships.get(name)
        targets = [] if field is None else target_types_of(field, self.structure)
        if not targets:
            text = f"`{name}` is not a valid relationship field name."
            possible = ", ".join(resource_type.relationships)
            return {f"{text} Possible values: {possible}." if possible else text: None}
        told: dict[str, None] = {}
        for target in targets if rest else ():
            faults = self.faults(tuple(rest), target)
            if not faults:
                return {}
            told |= faults
        return told


class Includer:
    """Finds what is included, level by level: a query or so for each, and each type there."""

    def __init__(self, presenter: Presenter, omitted: Omitted) -> None:
        self.presenter = presenter
        self.omitted = omitted
        self.known: dict[Reference, ResourceObject] = {}

    def find(self, shown: Sequence[ResourceObject], tree: Tree) -> list[ResourceObject]:
        """Return what is related to resources, each once; note what the account does not see."""
        found: dict[tuple[str, str], ResourceObject] = {}
        for name, inner in tree.items():
            related = self.related(shown, name)
            found |= {each.identity: each for each in related}
            found |= {each.identity: each for each in self.find(related, inner)}
        return list(found.values())

    def related(self, shown: Sequence[ResourceObject], name: str) -> list[ResourceObject]:
        """Return what a relationship of resources leads to, as far as the account sees it."""
        references: dict[Reference, None] = {}
        for each in shown:
            field = each.resource_type.relationships.get(name)
            if field is None or not isinstance(each, EntityObject):
                continue
            if each.is_label_only or not each.shows(field):
                reason = LABEL_ONLY if each.is_label_only else ""
                href = f"{self.presenter.url(each)}/{name}"
                self.omitted.add(href, f"{NO_RELATIONSHIP} {reason}".rstrip())
                continue
            references |= dict.fromkeys(each.references(field))
        self.look_up(references)
        return self.seen(self.known[each] for each in references if each in self.known)

    def look_up(self, references: Iterable[Reference]) -> None:
        """Load what references lead to, where that is not known by now."""
        unknown = [each for each in references if each not in self.known]
        self.known |= load(unknown, self.presenter.site)

    def seen(self, objects: Iterable[ResourceObject]) -> list[ResourceObject]:
        """Return those that the account sees anything of; note the others."""
        seen = []
        for each in objects:
            if each.is_seen:
                seen.append(each)
            else:
                self.omitted.add(self.presenter.url(each), each.refusal)
        return seen
