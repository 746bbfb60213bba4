"""What a request asks a list for: conditions, orders and a window over the entities of a type.

Source: Drupal core 10.6, Views. What is not offered lists nothing; what cannot be read is no
filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.lists.declaration import ContextualFilter, EntityList, Filter, SortBy
from drupal_jwt_auth.content.lists.list_fields import ListFields
from drupal_jwt_auth.content.lists.moments import (
    is_moment,
    moment_after,
    read_moment,
    stored_moment,
)
from drupal_jwt_auth.content.lists.parameters import MAX_NUMBER, NotOfferedError, Parameters
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.content.query.conditions import Condition, Group, Sort
from drupal_jwt_auth.content.query.entity_query import EntityQuery
from drupal_jwt_auth.fields import EntityReferenceType, Field, Reference
from drupal_jwt_auth.fields.lists import ChoiceMixin, allowed_values
from drupal_jwt_auth.fields.numbers import BooleanType
from drupal_jwt_auth.fields.primitives import to_text

ALL = "All"
"""What clients send for no filter, and for all entities at once."""
DIRECTIONS = ("ASC", "DESC")
ALL_ROWS = 2**31 - 1
"""How many rows are asked for where there is no limit."""


class NoSuchArgumentError(Exception):
    """There is nothing at a path, as a part of it is not the key of what it should be."""


class Selection:
    """The entities that a request asks a list for."""

    def __init__(
        self,
        declared: EntityList,
        site: SiteContext,
        parameters: Parameters,
        arguments: Sequence[str],
    ) -> None:
        self.declared = declared
        self.site = site
        self.parameters = parameters
        self.arguments = arguments
        self.fields = ListFields(declared, site.structure)

    def entities(self) -> list[Any]:
        """Return the entities.

        Raise NotScalarError for a parameter that has several values and may not, and
        NoSuchArgumentError.
        """
        try:
            # What there is not is said before what is not offered.
            arguments = [*self.contextual()]
            start, limit = self.window()
            query = EntityQuery(
                self.fields.entity_type,
                self.site,
                condition=Group([*arguments, self.filters()]),
                sorts=list(self.sorts()),
                seen=self.seen(),
            )
        except NotOfferedError:
            return []
        return query.window(start, limit)

    def seen(self) -> Q:
        """Return the condition for the entities that the account sees.

        A list that asks for what is not published shows that to whoever may see the list: so its
        maker has decided.
        """
        entity_type = self.fields.entity_type
        published = entity_type.keys.published
        for each in self.declared.filters:
            if published == each.field and not each.exposed_as and list(each.values) == ["0"]:
                return Q()
        return entity_type.access.visible_to(self.site.account)

    # The window

    def window(self) -> tuple[int, int]:
        """Return how many entities come before, and how many are listed."""
        pager = self.declared.pager
        page = self.parameters.page(pager.number) if pager.has_pages else 0
        size, offset = pager.size, pager.offset
        if pager.sizes:
            size = self.size(self.parameters.choice("items_per_page"))
        if pager.offset_is_exposed:
            chosen = self.parameters.number("offset")
            offset = offset if chosen is None else chosen
        start = offset + page * (size or 0)
        if start > MAX_NUMBER:
            raise NotOfferedError
        return start, size or ALL_ROWS

    def size(self, chosen: str | None) -> int | None:
        """Return how many entities a client wants on a page, None for all."""
        pager = self.declared.pager
        if chosen is None:
            return pager.size
        if chosen == ALL and pager.offers_all:
            return None
        if chosen not in map(str, pager.sizes):
            raise NotOfferedError
        return int(chosen)

    # Orders

    def sorts(self) -> Iterator[Sort]:
        """Yield what the entities are sorted by.

        Exposed ones are offered to who sees the field; the first of them holds where none is
        chosen. Whether fields can be seen is asked before values are compared.
        """
        exposed = {each.exposed_as: each for each in self.declared.sorts if each.exposed_as}
        offered = {str(name): each for name, each in exposed.items() if self.is_offered(each)}
        chosen = self.parameters.choice("sort_by") if exposed else None
        if chosen is not None and chosen not in offered:
            raise NotOfferedError
        direction = None
        if exposed and self.declared.order_is_exposed:
            direction = self.parameters.choice("sort_order")
        if direction not in (None, *DIRECTIONS):
            raise NotOfferedError
        first = offered.get(chosen) if chosen else next(iter(offered.values()), None)
        if first is not None:
            order = first.is_descending if direction is None else direction == "DESC"
            seen = self.fields.seen(first.field, self.site.account)
            yield Sort(self.fields.path(first.field, first.property, seen), order, is_folded=True)
        for each in self.declared.sorts:
            if not each.exposed_as:
                path = self.fields.path(each.field, each.property)
                yield Sort(path, each.is_descending, is_folded=True)

    def is_offered(self, sort: SortBy) -> bool:
        """Tell whether the account may sort by a field."""
        return self.fields.seen(sort.field, self.site.account) is not None

    # Filters

    def filters(self) -> Group:
        """Return the conditions of all filters that hold, by their groups."""
        groups: dict[int, list[Condition]] = {}
        for each in self.declared.filters:
            condition = self.condition(each)
            if condition is not None:
                groups.setdefault(each.group, []).append(condition)
        members = [
            Group(conditions, is_any=number in self.declared.any_groups)
            for number, conditions in groups.items()
        ]
        return Group(members, is_any=self.declared.is_any and len(members) > 1)

    def condition(self, asked: Filter) -> Condition | None:
        """Return the condition of a filter, None where it does not hold."""
        field = self.fields.field(asked.field)
        values = [
            stored_moment(moment_after(each), field) if not isinstance(each, str) else each
            for each in asked.values
        ]
        seen = None
        if asked.exposed_as is not None and self.parameters.is_sent(asked.exposed_as):
            seen = self.fields.seen(asked.field, self.site.account)
            values = self.sent(asked, field)
            if values and seen is None:
                raise NotOfferedError
        if not values and asked.operator not in (IS_NULL, IS_NOT_NULL):
            if asked.is_required:
                raise NotOfferedError
            return None
        return Condition(
            self.fields.path(asked.field, asked.property, seen), asked.operator, values
        )

    def sent(self, asked: Filter, field: Field) -> list[str]:
        """Return the values that a client has sent, none for what is no filter."""
        name = str(asked.exposed_as)
        if self.has_options(field):
            return self.chosen(name, asked, field)
        text = self.parameters.text(name)
        if not text:
            return []
        if not is_moment(field):
            return [text]
        moment = read_moment(text)
        return [] if moment is None else [stored_moment(moment, field)]

    def has_options(self, field: Field) -> bool:
        """Tell whether clients choose values of a field out of some."""
        return isinstance(field.type, BooleanType | ChoiceMixin | EntityReferenceType)

    def chosen(self, name: str, asked: Filter, field: Field) -> list[str]:
        """Return the options that were chosen; raise NotOfferedError for what is none."""
        if asked.is_multiple:
            chosen = list(dict.fromkeys(self.parameters.texts(name)))
        else:
            choice = self.parameters.choice(name)
            chosen = [] if choice == ALL else [str(choice)]
        if not chosen or self.are_options(chosen, asked, field):
            return chosen
        raise NotOfferedError

    def are_options(self, chosen: Sequence[str], asked: Filter, field: Field) -> bool:
        """Tell whether all values are among those that the account may choose."""
        if isinstance(field.type, BooleanType):
            return set(chosen) <= {"0", "1"}
        if isinstance(field.type, ChoiceMixin):
            return set(chosen) <= {to_text(value) for value, _label in allowed_values(field)}
        if field.name == self.fields.entity_type.keys.bundle:
            return set(chosen) <= set(self.site.structure.bundles_of(self.fields.entity_type))
        reference_type: Any = field.type
        target_type = reference_type.target_type(field)
        try:
            entity_type = ENTITY_TYPES.content(target_type)
        except KeyError:
            references = [Reference(target_type, each) for each in chosen]
            self.site.look_up(references)
            return all(self.site.target(each) is not None for each in references)
        return self.are_seen(entity_type, chosen, asked.bundles)

    def are_seen(
        self,
        entity_type: ContentEntityType,
        segments: Sequence[str],
        bundles: Sequence[str] | None,
        *,
        checks_access: bool = True,
    ) -> bool:
        """Tell whether there are entities with all these keys, of some bundles, and seen."""
        keys = {entity_type.read_key(each) for each in segments}
        if None in keys:
            return False
        rows = entity_type.storage.rows.filter(pk__in=keys)
        if checks_access:
            rows = rows.filter(entity_type.access.visible_to(self.site.account))
        column = entity_type.bundle_column
        if bundles is not None and column is not None:
            rows = rows.filter(**{f"{column.attname}__in": bundles})
        return rows.count() == len(keys)

    # Contextual filters

    def contextual(self) -> Iterator[Condition]:
        """Yield the conditions of the contextual filters that hold."""
        arguments = iter(self.arguments)
        for each in self.declared.contextual_filters:
            condition = self.of_argument(each, next(arguments, None))
            if condition is not None:
                yield condition

    def of_argument(self, asked: ContextualFilter, argument: str | None) -> Condition | None:
        """Return the condition for a part of the path, None where it is no filter."""
        if argument is not None and argument == asked.lifted_by:
            return None
        if argument is None or not self.is_valid(asked, argument):
            if asked.otherwise == "not found":
                raise NoSuchArgumentError
            if asked.otherwise == "empty":
                raise NotOfferedError
            return None
        seen = self.fields.seen(asked.field, self.site.account)
        if seen is None:
            raise NotOfferedError
        path = self.fields.path(asked.field, asked.property, seen)
        return Condition(path, asked.operator, [argument])

    def is_valid(self, asked: ContextualFilter, argument: str) -> bool:
        """Tell whether a part of the path may be the value of a contextual filter."""
        if asked.entity_type is None:
            return True
        entity_type = ENTITY_TYPES.content(asked.entity_type)
        checks_access = asked.checks_access
        return self.are_seen(entity_type, [argument], asked.bundles, checks_access=checks_access)
