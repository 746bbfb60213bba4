"""The options of a filter in a text format, weight and settings, and the faults in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from drupal_jwt_auth.config_schema import read_whole_number, setting, wrong_settings
from drupal_jwt_auth.text.filters.promises import promises_of
from drupal_jwt_auth.text.registry import FILTERS


class FilterOptions(NamedTuple):
    """The weight and the settings of a filter in a format."""

    weight: int
    settings: Mapping[str, Any]


def filter_options(options: Any) -> FilterOptions:
    """Return the options of a filter; a missing or wrong weight is 0, wrong settings are empty."""
    settings = setting(options, "settings", _read_object, default={})
    return FilterOptions(setting(options, "weight", read_whole_number, default=0), settings)


def filter_faults(filters: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each fault of the filters of a format: unknown ids, wrong options.

    The `Promises` of a filter have the readers of its settings.
    """
    for name, options in filters.items():
        if name not in FILTERS:
            yield f"There is no filter {name}."
        elif not isinstance(options, Mapping) or any(wrong_settings(options, _OPTIONS)):
            yield f"Filter {name} needs an object with weight and settings."
        else:
            readers = promises_of(FILTERS[name]).settings
            for wrong in wrong_settings(filter_options(options).settings, readers):
                yield f"Filter {name} cannot use {wrong}"


def _read_object(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


_OPTIONS = {"weight": read_whole_number, "settings": _read_object}
