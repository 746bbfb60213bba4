"""Collections: which entities are members, in which order, and a window of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.content.query.compiling import TooComplexError
from drupal_jwt_auth.content.query.conditions import Condition, Group, Path, Sort, Step
from drupal_jwt_auth.content.query.entity_query import EntityQuery
from drupal_jwt_auth.content.query.ways import UnsearchableError
from drupal_jwt_auth.jsonapi.filters import Asked, AskedGroup, read_filter, read_sorts
from drupal_jwt_auth.jsonapi.paths import ID, PathResolver
from drupal_jwt_auth.jsonapi.query import Page
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, is_relationship, target_type_of

NOBODYS = ""
"""A key that nothing has."""
BY_KEY = frozenset({"=", "<>", "IN", "NOT IN"})
"""The operators that keys are looked up for, which ids of what is referred to stand for."""


class Collection:
    """The members of a collection that a request asks for."""

    def __init__(self, request: Request, resource_type: ResourceType, site: SiteContext) -> None:
        self.site = site
        self.query_type = resource_type.entity_type
        self.resolver = PathResolver(resource_type, site)
        self.query = EntityQuery(
            resource_type.entity_type,
            site,
            resource_type.bundle.id,
            self.group(read_filter(request)),
            [
                Sort(self.resolver.resolve(each.path), each.is_descending)
                for each in read_sorts(request)
            ],
        )

    def window(self, page: Page) -> list[Any]:
        """Return the members of a page, and one more if there is one; raise ParseError (400)."""
        try:
            return self.query.window(page.start, page.limit + 1)
        except UnsearchableError as error:
            text = f"Resources cannot be filtered or sorted by `{error.name}`."
            raise ParseError(text) from None
        except TooComplexError:
            raise ParseError("The filters and sorts are too complex.") from None

    def group(self, asked: AskedGroup) -> Group:
        """Return a group with the paths that its conditions mean."""
        return Group(
            [
                self.group(each) if isinstance(each, AskedGroup) else self.condition(each)
                for each in asked.members
            ],
            asked.is_any,
        )

    def condition(self, asked: Asked) -> Condition:
        """Return a condition with the path that it means.

        The ids of resources are looked up: it is about the keys of entities, which are indexed.
        """
        path = self.resolver.resolve(asked.path, asked.operator)
        if asked.operator not in BY_KEY or path.step.field.name != self.uuid_of(path):
            return self.of_config(path, asked)
        entity_type = path.hops[-1].target if path.hops else self.query_type
        key = entity_type.key_field
        if key is None:
            return Condition(path, asked.operator, asked.values)
        keys = self.keys(entity_type.id, asked.values)
        step, name = Step(key), key.type.main_property
        return Condition(Path(path.hops, step, name), asked.operator, keys)

    def of_config(self, path: Path, asked: Asked) -> Condition:
        """Return a condition over the id of configuration as one over its key.

        Of what the account does not see nothing has the id.
        """
        if not asked.path.endswith(f".{ID}") or not is_relationship(path.step.field):
            return Condition(path, asked.operator, asked.values)
        name = target_type_of(path.step.field)
        if asked.operator not in BY_KEY | {IS_NULL, IS_NOT_NULL}:
            raise ParseError(f"The '{asked.operator}' operator is not there for `{asked.path}`.")
        config = ENTITY_TYPES.config(name)
        keys = [
            key
            for key in self.keys(name, asked.values)
            if key == NOBODYS or config.view(self.site.account, key).allowed
        ]
        return Condition(path, asked.operator, keys or [NOBODYS])

    def uuid_of(self, path: Path) -> str | None:
        """Return the name of the field for the ids of what is at the end of a path."""
        return (path.hops[-1].target if path.hops else self.query_type).keys.uuid

    def keys(self, entity_type: str, uuids: Sequence[str]) -> list[str]:
        """Return the keys of what has some ids as texts, `NOBODYS` for what there is not."""
        self.site.look_up_uuids(entity_type, uuids)
        keys = (self.site.key_of(entity_type, uuid) for uuid in uuids)
        return [NOBODYS if key is None else str(key) for key in keys]
