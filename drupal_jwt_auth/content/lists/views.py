"""Lists out of the configuration of views: their displays that are REST exports.

What a display uses and is not known here is said, and the list is not served: it never shows
anything else than Drupal does.

Source: Drupal core 10.6, the configuration of views.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.lists.declaration import (
    OTHERWISE,
    ContextualFilter,
    EntityList,
    Filter,
    Pager,
    Shown,
    SortBy,
)
from drupal_jwt_auth.content.lists.formatters import FORMATTERS
from drupal_jwt_auth.content.lists.list_fields import ListFields
from drupal_jwt_auth.content.lists.moments import is_moment, read_moment, stored_moment
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_text

REST_EXPORT = "rest_export"

Handler = Mapping[str, Any]

_ORDERS = {"<": "<", "<=": "<=", "=": "=", "!=": "<>", ">=": ">=", ">": ">"}
_EMPTY = {"empty": IS_NULL, "not empty": IS_NOT_NULL}
_TEXTS = {"=": "=", "!=": "<>", "contains": "CONTAINS", "starts": "STARTS_WITH"}
_TEXTS |= {"ends": "ENDS_WITH", **_EMPTY}
_NUMBERS = {**_ORDERS, **_EMPTY, "between": "BETWEEN", "not between": "NOT BETWEEN"}
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
TEXT_PLUGINS = frozenset({"string", "numeric", "date", "datetime"})
"""The filters whose values people write; those of others they choose."""
SORTS = frozenset({"standard", "date", "datetime"})
ARGUMENTS = frozenset(
    {"entity_target_id", "numeric", "string", "node_nid", "node_type", "taxonomy", "user_uid"}
)
FIELDS = frozenset({"field", "term_name"})
PAGERS = frozenset({"full", "mini", "some", "none"})
STATISTICS = "comment_entity_statistics"
"""The table of how many comments there are, which is no entity's."""

_DISTANCE = re.compile(r"([+-]?)\s*([0-9]{1,5})\s*(second|minute|hour|day|week)s?", re.ASCII)


class UnsupportedError(Exception):
    """A view uses what is not known here; the text says what."""


def data_of(value: Any) -> dict[str, Any]:
    """Return an object of the configuration: PHP writes an empty one as a list."""
    return dict(value) if isinstance(value, Mapping) else {}


def displays(view: Mapping[str, Any]) -> Iterator[tuple[str, Display]]:
    """Yield the REST exports of a view, by name, that are switched on."""
    of_view = data_of(view.get("display"))
    default = data_of(data_of(of_view.get("default")).get("display_options"))
    for name, display in of_view.items():
        if data_of(display).get("display_plugin") != REST_EXPORT:
            continue
        options = data_of(display.get("display_options"))
        if is_true(view.get("status", True)) and is_true(options.get("enabled", True)):
            yield name, Display(view, options, default)


class Display:
    """A display of a view, with what it has of the default one."""

    def __init__(
        self, view: Mapping[str, Any], options: Mapping[str, Any], default: Mapping[str, Any]
    ) -> None:
        self.view = view
        self._options = options
        self._default = default

    @property
    def path(self) -> str:
        """Return the path, each part that stands for any one in braces."""
        parts = to_text(self._options.get("path") or "").strip("/").split("/")
        numbered = enumerate(parts)
        return "/" + "/".join(
            f"{{{part[1:] or number}}}" if part.startswith("%") else part
            for number, part in numbered
        )

    def own(self, name: str) -> Any:
        """Return an option that is never another display's."""
        return self._options.get(name)

    def option(self, name: str) -> Any:
        """Return an option: its own, where it says so, or else the default display's."""
        overridden = data_of(self._options.get("defaults")).get(name, True)
        own = not is_true(overridden)
        return (self._options if own else self._default).get(name)

    def handlers(self, kind: str) -> Mapping[str, Handler]:
        """Return the handlers of a kind by their ids."""
        return {name: data_of(handler) for name, handler in data_of(self.option(kind)).items()}


class ListReader:
    """Makes a list of a display; ``faults`` are what it uses and is not known here."""

    def __init__(self, display: Display, structure: Structure) -> None:
        self.display = display
        self.faults: list[str] = []
        table = display.view.get("base_table")
        found = [each for each in ENTITY_TYPES.all_content() if table == each.data_table]
        self.entity_type: ContentEntityType | None = found[0] if found else None
        if self.entity_type is None:
            self.faults.append(f"base table {table!r}")
        entity_type = "" if self.entity_type is None else self.entity_type.id
        self.fields = ListFields(EntityList(entity_type=entity_type), structure)

    def read(self) -> EntityList:
        """Return the list, as far as it is known what it should be."""
        if self.entity_type is None:
            return EntityList(path=self.display.path)
        self.check()
        sorts = self.all_of("sorts", self.sort)
        groups = data_of(self.display.option("filter_groups"))
        operators = data_of(groups.get("groups"))
        exposed_form = data_of(data_of(self.display.option("exposed_form")).get("options"))
        row = data_of(self.display.own("row"))
        return EntityList(
            path=self.display.path,
            entity_type=self.entity_type.id,
            filters=self.all_of("filters", self.filter),
            any_groups=[int(number) for number, each in operators.items() if each == "OR"],
            is_any=groups.get("operator") == "OR",
            sorts=sorts,
            order_is_exposed=is_true(exposed_form.get("expose_sort_order", True)),
            contextual_filters=self.all_of("arguments", self.argument),
            pager=self.pager(),
            fields=self.rows(row) if row.get("type") == "data_field" else (),
            **self.access(),
        )

    def all_of(self, kind: str, read: Callable[[str, Handler], Any]) -> list[Any]:
        """Return what is read of all handlers of a kind; note what is not known."""
        found = []
        for name, handler in self.display.handlers(kind).items():
            try:
                read_one = self.checked(handler) and read(name, handler)
            except UnsupportedError as error:
                self.faults.append(f"{kind} {name}: {error}")
            else:
                found += [read_one] if read_one else []
        return found

    # What holds for the whole display

    def check(self) -> None:
        """Note what the display as a whole uses and is not known."""
        for name in self.display.handlers("relationships"):
            self.faults.append(f"relationships {name}")
        if is_true(self.display.option("group_by")):
            self.faults.append("aggregation")
        query = data_of(data_of(self.display.option("query")).get("options"))
        if is_true(query.get("disable_sql_rewrite")):
            self.faults.append("query: disable_sql_rewrite")
        style = data_of(self.display.own("style"))
        if style.get("type", "serializer") != "serializer":
            self.faults.append(f"style {style.get('type')}")
        formats = data_of(data_of(style.get("options")).get("formats"))
        if formats and "json" not in formats:
            self.faults.append(f"formats {', '.join(formats)}")
        row = data_of(self.display.own("row")).get("type", "data_entity")
        if row not in ("data_entity", "data_field"):
            self.faults.append(f"row {row}")
        form = data_of(self.display.option("exposed_form")).get("type", "basic")
        if form != "basic":
            self.faults.append(f"exposed form {form}")

    def access(self) -> dict[str, Any]:
        """Return who may see the list."""
        access = data_of(self.display.option("access"))
        options = data_of(access.get("options"))
        kind = access.get("type", "none")
        if kind == "perm":
            return {"permission": to_text(options.get("perm") or "access content")}
        if kind == "role":
            return {"permission": None, "roles": [*data_of(options.get("role"))]}
        if kind != "none":
            self.faults.append(f"access {kind}")
        return {"permission": None}

    def pager(self) -> Pager:
        """Return how much is listed."""
        found = data_of(self.display.option("pager"))
        kind, options = found.get("type", "mini"), data_of(found.get("options"))
        if kind not in PAGERS:
            self.faults.append(f"pager {kind}")
        size = _whole(options.get("items_per_page", 10)) if kind != "none" else 0
        exposed = data_of(options.get("expose")) if kind in ("full", "mini") else {}
        has_sizes = is_true(exposed.get("items_per_page"))
        sizes = str(exposed.get("items_per_page_options", "")).split(",") if has_sizes else []
        return Pager(
            size=size or None,
            offset=_whole(options.get("offset")),
            has_pages=kind in ("full", "mini"),
            sizes=[_whole(each.strip()) for each in sizes],
            offers_all=has_sizes and is_true(exposed.get("items_per_page_options_all")),
            offset_is_exposed=is_true(exposed.get("offset")),
            number=_whole(options.get("id")),
        )

    # Handlers

    def checked(self, handler: Handler) -> bool:
        """Return True; raise UnsupportedError for what no handler may use."""
        if handler.get("relationship", "none") != "none":
            raise UnsupportedError(f"relationship {handler['relationship']}")
        if handler.get("group_type", "group") != "group":
            raise UnsupportedError("aggregation")
        return True

    def field(self, handler: Handler) -> tuple[Field, str | None]:
        """Return the field that a handler is about, and the property, None for the main one."""
        of, table = self.entity_type, handler.get("table")
        name = str(handler.get("entity_field") or handler.get("field"))
        if of is None or not (table == of.data_table or str(table).startswith(f"{of.id}__")):
            raise UnsupportedError(f"table {table}")
        if self.fields.having(name):
            return self.fields.field(name), None
        start, _, end = name.rpartition("_")
        while start:
            if self.fields.having(start):
                field = self.fields.field(start)
                if end in field.type.properties:
                    return field, end
            start, _, more = start.rpartition("_")
            end = f"{more}_{end}"
        raise UnsupportedError(f"field {name}")

    def filter(self, name: str, handler: Handler) -> Filter:
        """Return a filter."""
        plugin, operator = str(handler.get("plugin_id")), str(handler.get("operator", "="))
        operators = _known(plugin, FILTERS)
        if operator not in operators:
            raise UnsupportedError(f"operator {operator} of {plugin}")
        field, item_property = self.field(handler)
        is_exposed = is_true(handler.get("exposed"))
        expose = data_of(handler.get("expose")) if is_exposed else {}
        for fault in ("use_operator",):
            if is_true(expose.get(fault)):
                raise UnsupportedError(fault)
        if is_true(handler.get("is_grouped")):
            raise UnsupportedError("is_grouped")
        if is_exposed and ("BETWEEN" in operators[operator] or operators[operator] in _EMPTY):
            raise UnsupportedError(f"exposed operator {operator}")
        bundles = None
        if plugin == "taxonomy_index_tid" and is_exposed:
            if handler.get("type", "textfield") != "select":
                raise UnsupportedError(f"{handler.get('type', 'textfield')} of {plugin}")
            bundles = [to_text(handler["vid"])] if is_true(handler.get("limit", True)) else None
        return Filter(
            field.name,
            operators[operator],
            self.values(field, handler, operators[operator]),
            item_property,
            exposed_as=str(expose.get("identifier") or name) if is_exposed else None,
            is_multiple=is_true(expose.get("multiple")),
            is_required=is_true(expose.get("required")),
            bundles=bundles,
            group=_whole(handler.get("group", 1)),
        )

    def values(self, field: Field, handler: Handler, operator: str) -> Sequence[str | timedelta]:
        """Return the values of a filter."""
        if operator in (IS_NULL, IS_NOT_NULL):
            return ()
        value = handler.get("value")
        if handler.get("plugin_id") not in TEXT_PLUGINS:
            chosen = data_of(value).values() if isinstance(value, Mapping) else [value]
            chosen = value if isinstance(value, list) else chosen
            return [to_text(each) for each in chosen if is_scalar(each) and each not in ("", "All")]
        if not isinstance(value, Mapping):
            return [to_text(value)] if is_scalar(value) and value != "" else []
        names = ("min", "max") if "BETWEEN" in operator else ("value",)
        texts = [to_text(value.get(name) or "") for name in names]
        if "" in texts:
            return []
        if not is_moment(field):
            return texts
        is_offset = value.get("type") == "offset"
        return [self.moment(text, field, is_offset=is_offset) for text in texts]

    def moment(self, text: str, field: Field, *, is_offset: bool) -> str | timedelta:
        """Return a moment, or how long after now it is."""
        if is_offset or text == "now":
            match = _DISTANCE.fullmatch(text.strip())
            if text == "now":
                return timedelta(0)
            if match:
                distance = timedelta(**{f"{match[3]}s": int(match[2])})
                return -distance if match[1] == "-" else distance
        moment = read_moment(text)
        if moment is None or is_offset:
            raise UnsupportedError(f"the moment {text!r}")
        return stored_moment(moment, field)

    def sort(self, name: str, handler: Handler) -> SortBy:
        """Return a sort."""
        _known(str(handler.get("plugin_id", "standard")), SORTS)
        if handler.get("granularity", "second") != "second":
            raise UnsupportedError(f"granularity {handler['granularity']}")
        field, item_property = self.field(handler)
        is_exposed = is_true(handler.get("exposed"))
        expose = data_of(handler.get("expose"))
        return SortBy(
            field.name,
            is_descending=handler.get("order") == "DESC",
            property=item_property,
            exposed_as=str(expose.get("field_identifier") or name) if is_exposed else None,
        )

    def argument(self, name: str, handler: Handler) -> ContextualFilter:
        """Return a contextual filter."""
        _known(str(handler.get("plugin_id")), ARGUMENTS)
        for option in ("break_phrase", "glossary", "add_table", "transform_dash"):
            if is_true(handler.get(option)):
                raise UnsupportedError(option)
        field, item_property = self.field(handler)
        missing = handler.get("default_action", "ignore")
        validate = data_of(handler.get("validate")) if handler.get("specify_validation") else {}
        fails = validate.get("fail", "not found")
        kind, _, target = str(validate.get("type", "none")).partition(":")
        if kind not in ("none", "entity"):
            raise UnsupportedError(f"validation {kind}")
        if target and target not in {each.id for each in ENTITY_TYPES.all_content()}:
            raise UnsupportedError(f"validation {kind}:{target}")
        options = data_of(handler.get("validate_options"))
        if is_true(options.get("multiple")) or options.get("operation", "view") != "view":
            raise UnsupportedError("validation of several values, or for another operation")
        otherwise = fails if target else missing
        if otherwise not in OTHERWISE or missing not in OTHERWISE:
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

    # Rows

    def rows(self, row: Mapping[str, Any]) -> list[Shown]:
        """Return the fields of rows."""
        options = data_of(data_of(row.get("options")).get("field_options"))

        def shown(name: str, handler: Handler) -> Shown | None:
            return self.shown(name, handler, data_of(options.get(name)))

        return self.all_of("fields", shown)

    def shown(self, name: str, handler: Handler, options: Mapping[str, Any]) -> Shown | None:
        """Return a field of rows, None for one that is left out of them."""
        if is_true(handler.get("exclude")):
            return None
        alias, is_raw = str(options.get("alias") or name), is_true(options.get("raw_output"))
        if handler.get("table") == STATISTICS and handler.get("field") == "comment_count":
            return self.comment_count(alias)
        _known(str(handler.get("plugin_id")), FIELDS)
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
        altered = [each for each, value in data_of(handler.get("alter")).items() if value is True]
        if altered:
            raise UnsupportedError(f"alter {', '.join(altered)}")
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
        if field.cardinality != 1:
            several = {"multi_type": "separator", "group_rows": True, "delta_first_last": False}
            several |= {"delta_limit": 0, "delta_offset": 0, "delta_reversed": False}
            for option, usual in several.items():
                if handler.get(option, usual) != usual:
                    raise UnsupportedError(f"{option} {handler[option]}")

    def comment_count(self, alias: str) -> Shown:
        """Return the number of comments as a field of rows: a part of that for comments."""
        if self.entity_type is not None:
            for bundle in self.fields.structure.bundles_of(self.entity_type).values():
                for field in bundle.fields.values():
                    if isinstance(field.type, CommentFieldType):
                        return Shown(field.name, alias, property="comment_count")
        raise UnsupportedError("there are no comments")


def _known(name: str, known: Any) -> Any:
    """Return what is known of a plugin; raise UnsupportedError for one that is not known."""
    if name not in known:
        raise UnsupportedError(f"plugin {name}")
    return known[name] if isinstance(known, Mapping) else name


def _whole(value: Any) -> int:
    """Return a number of the configuration, 0 for what is none."""
    text = to_text(value) if is_scalar(value) else ""
    return int(text) if text.isdecimal() else 0
