"""The tags and attributes that ``filter_html`` allows: its setting ``allowed_html``, parsed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from drupal_jwt_auth.text.markup import Element, read_list

# Stands for "*", which may be a name, a value or the end of one, but not for the HTML parser.
_STAR = "any--any"
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


@dataclass
class Names:
    """A set of names and of prefixes of names."""

    exact: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        """Add a name, or a prefix if it ends with a star."""
        if name.endswith("*") and not name.startswith("*"):
            self.prefixes.add(name.replace("*", ""))
        else:
            self.exact.add(name)

    def listed(self) -> list[str]:
        """Return the names, and the prefixes with a star behind them."""
        return sorted([*self.exact, *(f"{prefix}*" for prefix in self.prefixes)])

    def __contains__(self, name: str) -> bool:
        return name in self.exact or name.startswith(tuple(self.prefixes))


@dataclass
class Attributes:
    """The attributes that an element may have, with their values; None stands for any value."""

    exact: dict[str, Names | None] = field(default_factory=dict)
    prefixes: dict[str, Names | None] = field(default_factory=dict)

    def allow(self, name: str, value: str) -> None:
        """Allow an attribute with the listed values, or with any value if none is listed."""
        is_prefix = name.endswith("*") and not name.startswith("*")
        known = self.prefixes if is_prefix else self.exact
        key = name.replace("*", "") if is_prefix else name
        if key in known and known[key] is None:
            return
        values = [each for each in _words(value) if each != "*"]
        if not values:
            known[key] = None
            return
        names = known.get(key) or Names()
        for each in values:
            names.add(each)
        known[key] = names

    def accepts(self, name: str, value: str) -> bool:
        """Return True if an attribute is allowed with this value."""
        allowed, values = self._values(name)
        return allowed and (values is None or all(word in values for word in _words(value)))

    def filter(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return the attributes that are allowed, each with its allowed values."""
        kept = {}
        for name, value in attributes.items():
            allowed, values = self._values(name)
            if allowed and values is None:
                kept[name] = value
            elif values is not None:
                chosen = [word for word in _words(value) if word in values]
                if chosen:
                    kept[name] = " ".join(chosen)
        return kept

    def listed(self) -> dict[str, list[str] | None]:
        """Return the values of each attribute, None for any; what ends with a star begins so."""
        prefixes = {f"{prefix}*": values for prefix, values in self.prefixes.items()}
        return {
            name: None if values is None else values.listed()
            for name, values in {**self.exact, **prefixes}.items()
        }

    def _values(self, name: str) -> tuple[bool, Names | None]:
        """Return whether an attribute is allowed, and its values (None stands for any)."""
        if name in self.exact:
            return True, self.exact[name]
        for prefix in sorted(self.prefixes, reverse=True):
            if name.startswith(prefix):
                return True, self.prefixes[prefix]
        return False, None


@lru_cache(maxsize=64)
def allowed_html(setting: str, added: str = "") -> Mapping[str, Attributes]:
    """Read a list such as ``<a href> <h2 id='jump-*'>``: tag -> allowed attributes.

    As Drupal 10.6 does (``FilterHtml::getHTMLRestrictions()``): a tag named twice may have the
    attributes of both, and an attribute without a value may have any. ``added`` is a list of more,
    in which ``<*>`` stands for each of the elements.
    """
    tags: dict[str, Attributes] = {}
    more = _elements(added)
    for element in (*_elements(setting), *more):
        if element.name != _STAR:
            _allow(tags.setdefault(element.name, Attributes()), element)
    for tag in tags.values():
        for element in more:
            if element.name == _STAR:
                _allow(tag, element)
        tag.exact.update(_global_attributes())
    return tags


def _elements(setting: str) -> list[Element]:
    return read_list(setting.replace("*", _STAR))


def _allow(tag: Attributes, element: Element) -> None:
    for name, value in element.attributes.items():
        tag.allow(name.replace(_STAR, "*"), value.replace(_STAR, "*"))


def _global_attributes() -> dict[str, Names | None]:
    """Return the attributes that every element may have: only the author knows their values."""
    return {"lang": None, "dir": Names({"ltr", "rtl"})}


def _words(value: str) -> Iterator[str]:
    return (word for word in _SPACE.split(value) if word)
