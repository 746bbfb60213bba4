"""Lists out of the configuration of views: their displays that are REST exports.

What a display uses and is not known here is said, and the list is not served: it never shows
anything else than Drupal does.

Source: Drupal core 10.6, the configuration of views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.lists.declaration import EntityList, Pager, is_argument
from drupal_jwt_auth.content.lists.handlers import (
    Handler,
    HandlerReader,
    UnsupportedError,
    data_of,
    whole,
)
from drupal_jwt_auth.fields.primitives import is_true, to_text

REST_EXPORT = "rest_export"
PAGERS = frozenset({"full", "mini", "some", "none"})
PAGED = frozenset({"full", "mini"})


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
        return "/" + "/".join(
            f"{{{part[1:] or number}}}" if part.startswith("%") else part
            for number, part in enumerate(parts)
        )

    def own(self, name: str) -> dict[str, Any]:
        """Return an option that is never another display's."""
        return data_of(self._options.get(name))

    def option(self, name: str) -> Any:
        """Return an option: its own, where it says so, or else the default display's."""
        is_default = is_true(data_of(self._options.get("defaults")).get(name, True))
        return (self._default if is_default else self._options).get(name)

    def data(self, name: str) -> dict[str, Any]:
        """Return an option that is an object."""
        return data_of(self.option(name))

    def handlers(self, kind: str) -> Mapping[str, Handler]:
        """Return the handlers of a kind by their ids."""
        return {name: data_of(handler) for name, handler in self.data(kind).items()}


def displays(view: Mapping[str, Any]) -> Iterator[tuple[str, Display]]:
    """Yield the REST exports of a view, by name, that are switched on."""
    of_view = data_of(view.get("display"))
    default = data_of(data_of(of_view.get("default")).get("display_options"))
    for name, display in of_view.items():
        options = data_of(data_of(display).get("display_options"))
        is_on = is_true(view.get("status", True)) and is_true(options.get("enabled", True))
        if is_on and data_of(display).get("display_plugin") == REST_EXPORT:
            yield name, Display(view, options, default)


def read_display(display: Display, structure: Structure) -> tuple[EntityList, list[str]]:
    """Return the list that a display is, and what it uses that is not known here."""
    table = display.view.get("base_table")
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.data_table == table:
            reader = ListReader(display, HandlerReader(entity_type, structure))
            return reader.read(), reader.faults
    return EntityList(path=display.path), [f"base table {table!r}"]


class ListReader:
    """Makes a list of a display; ``faults`` are what it uses and is not known here."""

    def __init__(self, display: Display, handlers: HandlerReader) -> None:
        self.display = display
        self.handlers = handlers
        self.faults: list[str] = []

    def read(self) -> EntityList:
        """Return the list, as far as it is known what it should be."""
        self.check()
        groups = self.display.data("filter_groups")
        operators = data_of(groups.get("groups"))
        form = data_of(self.display.data("exposed_form").get("options"))
        is_of_fields = self.display.own("row").get("type") == "data_field"
        return EntityList(
            path=self.display.path,
            entity_type=self.handlers.entity_type.id,
            filters=self.all_of("filters", self.handlers.filter),
            any_groups=[whole(number) for number, each in operators.items() if each == "OR"],
            is_any=groups.get("operator") == "OR",
            sorts=self.all_of("sorts", self.handlers.sort),
            order_is_exposed=is_true(form.get("expose_sort_order", True)),
            contextual_filters=self.arguments(),
            pager=self.pager(),
            fields=self.fields() if is_of_fields else (),
            **self.access(),
        )

    def all_of(self, kind: str, read: Callable[[str, Handler], Any]) -> list[Any]:
        """Return what is read of all handlers of a kind; note what is not known."""
        found = []
        for name, handler in self.display.handlers(kind).items():
            try:
                found.append(read(name, handler))
            except UnsupportedError as error:
                self.faults.append(f"{kind} {name}: {error}")
        return [each for each in found if each is not None]

    def arguments(self) -> list[Any]:
        """Return the contextual filters; the path may end before those that it has no part for."""
        names = [*self.display.handlers("arguments")]
        in_path = sum(map(is_argument, self.display.path.split("/")))

        def read(name: str, handler: Handler) -> Any:
            is_optional = names.index(name) >= in_path
            return self.handlers.argument(handler, is_optional=is_optional)

        return self.all_of("arguments", read)

    def fields(self) -> list[Any]:
        """Return the fields of rows."""
        options = data_of(data_of(self.display.own("row").get("options")).get("field_options"))

        def read(name: str, handler: Handler) -> Any:
            if is_true(handler.get("exclude")):
                return None
            return self.handlers.shown(name, handler, data_of(options.get(name)))

        return self.all_of("fields", read)

    def check(self) -> None:
        """Note what the display as a whole uses and is not known."""
        style, row = self.display.own("style"), self.display.own("row")
        formats = data_of(data_of(style.get("options")).get("formats"))
        query = data_of(self.display.data("query").get("options"))
        row_type, style_type = row.get("type", "data_entity"), style.get("type", "serializer")
        form = self.display.data("exposed_form").get("type", "basic")
        faults = {
            "aggregation": is_true(self.display.option("group_by")),
            "query: disable_sql_rewrite": is_true(query.get("disable_sql_rewrite")),
            f"style {style_type}": style_type != "serializer",
            f"formats {', '.join(formats)}": bool(formats) and "json" not in formats,
            f"row {row_type}": row_type not in ("data_entity", "data_field"),
            f"exposed form {form}": form != "basic",
        }
        self.faults += [fault for fault, is_there in faults.items() if is_there]
        self.faults += [f"relationships {name}" for name in self.display.handlers("relationships")]

    def access(self) -> dict[str, Any]:
        """Return who may see the list."""
        access = self.display.data("access")
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
        found = self.display.data("pager")
        kind, options = str(found.get("type", "mini")), data_of(found.get("options"))
        if kind not in PAGERS:
            self.faults.append(f"pager {kind}")
        exposed = data_of(options.get("expose")) if kind in PAGED else {}
        has_sizes = is_true(exposed.get("items_per_page"))
        sizes = str(exposed.get("items_per_page_options", "")).split(",") if has_sizes else ()
        return Pager(
            size=None if kind == "none" else whole(options.get("items_per_page", 10)) or None,
            offset=whole(options.get("offset")),
            has_pages=kind in PAGED,
            sizes=[whole(each.strip()) for each in sizes],
            offers_all=has_sizes and is_true(exposed.get("items_per_page_options_all")),
            offset_is_exposed=is_true(exposed.get("offset")),
            number=whole(options.get("id")),
        )
