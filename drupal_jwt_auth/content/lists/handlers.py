"""Handlers of views as parts of lists: filters, sorts, contextual filters and fields.

Source: Drupal core 10.6, the configuration of views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.lists.declaration import (
    OTHERWISE,
    ContextualFilter,
    EntityList,
    Filter,
    Shown,
    SortBy,
)
from drupal_jwt_auth.content.lists.formatters import FORMATTERS
from drupal_jwt_auth.content.lists.list_fields import ListFields, is_content
from drupal_jwt_auth.content.lists.moments import is_moment, read_moment, stored_moment
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_text

Handler = Mapping[str, Any]

_ORDERS = {"<": "<", "<=": "<=", "=": "=", "!=": "<>", ">=": ">=", ">": ">"}
_EMPTY = {"empty": IS_NULL, "not empty": IS_NOT_NULL}
_BETWEEN = {"between": "BETWEEN", "not between": "NOT BETWEEN"}
_TEXTS = {"=": "=", "!=": "<>", "contains": "CONTAINS", "starts": "STARTS_WITH"}
_TEXTS |= {"ends": "ENDS_WITH", **_EMPTY}
_NUMBERS = {**_ORDERS, **_EMPTY, **_BETWEEN}
_OPTIONS = {"in": "IN", "not in": "NOT IN", "or": "IN", "not": "NOT IN", **_EMPTY}

FILTERS: Mapping[str, Mapping[str, str]] = {
    "boolean": {"=": "=", "!=": "<>"},
    "string": _TEXTS,
    "numeric": _NUMBERS,
    "date": _NUMBERS,
    "datetime": _NUMBERS,
    "bundle": _OPTIONS,
    "list_field": _OPTIONS,
    "taxonomy_index_tid": _OPTIONS,
}
"""The plugins of filters, and what their operators are called by the query layer."""
NEVER_EXPOSED = frozenset({*_EMPTY, *_BETWEEN})
"""Operators whose filters have other inputs than one for a value."""
SORTS = frozenset({"standard", "date", "datetime"})
ARGUMENTS = frozenset(
    {"entity_target_id", "numeric", "string", "node_nid", "node_type", "taxonomy", "user_uid"}
)
ARGUMENT_OPTIONS = ("break_phrase", "glossary", "add_table", "transform_dash")
FIELDS = frozenset({"field", "term_name"})
ALTERATIONS = ("alter_text", "make_link", "trim", "strip_tags", "trim_whitespace", "nl2br", "html")
"""What a view may do to a field of its rows."""
SEVERAL: Mapping[str, Any] = {
    "multi_type": "separator",
    "group_rows": True,
    "delta_limit": 0,
    "delta_offset": 0,
    "delta_reversed": False,
    "delta_first_last": False,
}
"""How several items are shown that are all shown, and joined by a separator."""
STATISTICS = "comment_entity_statistics"
"""The table of how many comments there are, which is no entity's."""

_DISTANCE = re.compile(r"([+-]?)\s*([0-9]{1,5})\s*(second|minute|hour|day|week)s?", re.ASCII)


class UnsupportedError(Exception):
    """A view uses what is not known here; the text says what."""


def data_of(value: Any) -> dict[str, Any]:
    """Return an object of the configuration: PHP writes an empty one as a list."""
    return dict(value) if isinstance(value, Mapping) else {}


def whole(value: Any) -> int:
    """Return a number of the configuration, 0 for what is none."""
    text = to_text(value) if is_scalar(value) else ""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


class HandlerReader:
    """Makes parts of a list of the handlers of a view, whose fields are of an entity type.

    Each method raises `UnsupportedError` for what is not known here.
    """

    def __init__(self, entity_type: ContentEntityType, structure: Structure) -> None:
        self.entity_type = entity_type
        self.fields = ListFields(EntityList(entity_type=entity_type.id), structure)

    def field(self, handler: Handler) -> tuple[Field, str | None]:
        """Return the field that a handler is about, and the property, None for the main one."""
        if handler.get("relationship", "none") != "none":
            raise UnsupportedError(f"relationship {handler['relationship']}")
        if handler.get("group_type", "group") != "group":
            raise UnsupportedError("aggregation")
        table = str(handler.get("table"))
        if table != self.entity_type.data_table and not table.startswith(
            f"{self.entity_type.id}__"
        ):
            raise UnsupportedError(f"table {table}")
        name = str(handler.get("entity_field") or handler.get("field"))
        if self.fields.having(name):
            return self.fields.field(name), None
        # A column of the field's table: field_tags_target_id.
        parts = name.split("_")
        for number in range(len(parts) - 1, 0, -1):
            start, end = "_".join(parts[:number]), "_".join(parts[number:])
            if self.fields.having(start) and end in self.fields.field(start).type.properties:
                return self.fields.field(start), end
        raise UnsupportedError(f"field {name}")

    # Filters

    def filter(self, name: str, handler: Handler) -> Filter:
        """Return a filter."""
        plugin, operator = str(handler.get("plugin_id")), str(handler.get("operator", "="))
        check_plugin(plugin, FILTERS)
        if operator not in FILTERS[plugin]:
            raise UnsupportedError(f"operator {operator} of {plugin}")
        field, item_property = self.field(handler)
        made = Filter(
            field.name,
            FILTERS[plugin][operator],
            self.values(field, handler, operator),
            item_property,
            group=whole(handler.get("group", 1)),
        )
        return self.exposed(made, name, handler) if is_true(handler.get("exposed")) else made

    def exposed(self, made: Filter, name: str, handler: Handler) -> Filter:
        """Return a filter as clients have it."""
        expose, operator = data_of(handler.get("expose")), str(handler.get("operator"))
        if operator in NEVER_EXPOSED:
            raise UnsupportedError(f"exposed operator {operator}")
        if is_true(expose.get("use_operator")) or is_true(handler.get("is_grouped")):
            raise UnsupportedError("operators or groups to choose from")
        bundles = None
        if handler.get("plugin_id") == "taxonomy_index_tid":
            widget = handler.get("type", "textfield")
            if widget != "select":
                raise UnsupportedError(f"{widget} to choose from")
            bundles = [str(handler.get("vid"))] if is_true(handler.get("limit", True)) else None
        return Filter(
            *(made.field, made.operator, made.values, made.property),
            exposed_as=str(expose.get("identifier") or name),
            is_multiple=is_true(expose.get("multiple")),
            is_required=is_true(expose.get("required")),
            bundles=bundles,
            group=made.group,
        )

    def values(self, field: Field, handler: Handler, operator: str) -> Sequence[str | timedelta]:
        """Return the values of a filter."""
        if operator in _EMPTY:
            return ()
        value, plugin = handler.get("value"), str(handler.get("plugin_id"))
        names = ("min", "max") if operator in _BETWEEN else ("value",)
        if not isinstance(value, Mapping):
            chosen = value if isinstance(value, list) else [value]
        elif FILTERS[plugin] is _NUMBERS:
            chosen = [value.get(each) for each in names]
        else:
            chosen = list(value.values())
        nothing = ("",) if plugin == "string" else ("", "All")
        texts = [
            str(int(each)) if isinstance(each, bool) else to_text(each)
            for each in chosen
            if is_scalar(each) and each not in nothing
        ]
        if len(texts) < len(names):
            return ()
        if not is_moment(field):
            return texts
        is_offset = data_of(value).get("type") == "offset"
        return [self.moment(text, field, is_offset=is_offset) for text in texts]

    def moment(self, text: str, field: Field, *, is_offset: bool) -> str | timedelta:
        """Return a moment, or how long after now it is."""
        if text == "now":
            return timedelta(0)
        match = _DISTANCE.fullmatch(text.strip()) if is_offset else None
        if match:
            distance = timedelta(**{f"{match[3]}s": int(match[2])})
            return -distance if match[1] == "-" else distance
        moment = None if is_offset else read_moment(text)
        if moment is None:
            raise UnsupportedError(f"the moment {text!r}")
        return stored_moment(moment, field)

    # Sorts and contextual filters

    def sort(self, name: str, handler: Handler) -> SortBy:
        """Return a sort."""
        check_plugin(str(handler.get("plugin_id", "standard")), SORTS)
        if handler.get("granularity", "second") != "second":
            raise UnsupportedError(f"granularity {handler['granularity']}")
        field, item_property = self.field(handler)
        expose = data_of(handler.get("expose"))
        is_exposed = is_true(handler.get("exposed"))
        return SortBy(
            field.name,
            is_descending=handler.get("order") == "DESC",
            property=item_property,
            exposed_as=str(expose.get("field_identifier") or name) if is_exposed else None,
        )

    def argument(self, handler: Handler, *, is_optional: bool) -> ContextualFilter:
        """Return a contextual filter; the path may end before one that ``is_optional``."""
        check_plugin(str(handler.get("plugin_id")), ARGUMENTS)
        for option in ARGUMENT_OPTIONS:
            if is_true(handler.get(option)):
                raise UnsupportedError(option)
        field, item_property = self.field(handler)
        is_validated = is_true(handler.get("specify_validation"))
        validate = data_of(handler.get("validate")) if is_validated else {}
        kind, _, target = str(validate.get("type", "none")).partition(":")
        if not (kind == "none" or (kind == "entity" and is_content(target))):
            raise UnsupportedError(f"validation {validate['type']}")
        options = data_of(handler.get("validate_options"))
        if target and (is_true(options.get("multiple")) or options.get("operation") == "update"):
            raise UnsupportedError("validation of several values, or for a change")
        missing = str(handler.get("default_action", "ignore"))
        otherwise = str(validate.get("fail", "not found")) if target else missing
        if otherwise not in OTHERWISE or (is_optional and missing != otherwise):
            raise UnsupportedError(f"what happens otherwise: {otherwise}, {missing}")
        return ContextualFilter(
            field.name,
            item_property,
            "<>" if is_true(handler.get("not")) else "=",
            lifted_by=str(data_of(handler.get("exception")).get("value", "all")),
            entity_type=target or None,
            bundles=[*data_of(options.get("bundles"))] or None,
            checks_access=is_true(options.get("access")),
            otherwise=otherwise,
        )

    # Fields of rows

    def shown(self, name: str, handler: Handler, options: Mapping[str, Any]) -> Shown:
        """Return a field of rows."""
        alias, is_raw = str(options.get("alias") or name), is_true(options.get("raw_output"))
        if handler.get("table") == STATISTICS and handler.get("field") == "comment_count":
            return self.comment_count(alias)
        check_plugin(str(handler.get("plugin_id")), FIELDS)
        field, item_property = self.field(handler)
        if item_property not in (None, field.type.main_property):
            raise UnsupportedError(f"property {item_property}")
        if is_raw:
            return Shown(field.name, alias, is_raw=True)
        self.check_shown(handler, field)
        return Shown(
            field.name,
            alias,
            formatter=str(handler.get("type")),
            settings=data_of(handler.get("settings")),
            separator=str(handler.get("separator", ", ")),
            empty=str(handler.get("empty", "")),
        )

    def check_shown(self, handler: Handler, field: Field) -> None:
        """Raise UnsupportedError for what is done to a field of rows, and not known."""
        altered = [name for name in ALTERATIONS if is_true(data_of(handler.get("alter")).get(name))]
        if altered:
            raise UnsupportedError(f"rewriting: {', '.join(altered)}")
        formatter = str(handler.get("type"))
        if formatter not in FORMATTERS:
            raise UnsupportedError(f"formatter {formatter}")
        if "{" in str(handler.get("empty", "")):
            raise UnsupportedError("tokens in the text for nothing")
        settings = data_of(handler.get("settings"))
        if settings.get("image_style"):
            raise UnsupportedError(f"image style {settings['image_style']}")
        tooltip = data_of(settings.get("tooltip")).get("date_format")
        if tooltip or is_true(data_of(settings.get("time_diff")).get("enabled")):
            raise UnsupportedError("tooltips and distances of dates")
        for option, usual in SEVERAL.items():
            if field.cardinality != 1 and handler.get(option, usual) != usual:
                raise UnsupportedError(f"{option} {handler[option]}")

    def comment_count(self, alias: str) -> Shown:
        """Return the number of comments as a field of rows: a part of that for comments."""
        for bundle in self.fields.structure.bundles_of(self.entity_type).values():
            for field in bundle.fields.values():
                if isinstance(field.type, CommentFieldType):
                    return Shown(field.name, alias, property="comment_count")
        raise UnsupportedError("there are no comments")


def check_plugin(name: str, known: Any) -> None:
    """Raise UnsupportedError for a plugin that is not known."""
    if name not in known:
        raise UnsupportedError(f"plugin {name}")
