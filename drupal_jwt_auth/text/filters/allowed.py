"""What ``filter_html`` lets through: its setting ``allowed_html``, understood once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from drupal_jwt_auth.text.markup import parse

# "*" may end a name or a value; the parser takes it for no part of a name.
_STAR = "__any__"
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


@dataclass
class Names:
    """A set of names, some of which stand for all that begin like them."""

    exact: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        """Add a name; with a star at its end it is a prefix."""
        if name.endswith("*") and not name.startswith("*"):
            self.prefixes.add(name.replace("*", ""))
        else:
            self.exact.add(name)

    def __contains__(self, name: str) -> bool:
        return name in self.exact or name.startswith(tuple(self.prefixes))


@dataclass
class Attributes:
    """The attributes an element may have, and the values of those that may not have any."""

    exact: dict[str, Names | None] = field(default_factory=dict)
    prefixes: dict[str, Names | None] = field(default_factory=dict)

    def values(self, name: str) -> tuple[bool, Names | None]:
        """Tell whether an attribute is allowed, and with which values (None: any)."""
        if name in self.exact:
            return True, self.exact[name]
        for prefix in self._longest_first:
            if name.startswith(prefix):
                return True, self.prefixes[prefix]
        return False, None

    def filter(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return the attributes that are allowed, each with its allowed values."""
        kept = {}
        for name, value in attributes.items():
            allowed, values = self.values(name)
            if allowed and values is None:
                kept[name] = value
            elif values is not None:
                chosen = [v for v in _SPACE.split(value) if v and v in values]
                if chosen:
                    kept[name] = " ".join(chosen)
        return kept

    @property
    def _longest_first(self) -> list[str]:
        return sorted(self.prefixes, reverse=True)


def _global_attributes() -> dict[str, Names | None]:
    """Every element may have these: their right values may be known to the author alone."""
    return {"lang": None, "dir": Names({"ltr", "rtl"})}


@lru_cache(maxsize=64)
def allowed_html(setting: str) -> Mapping[str, Attributes]:
    """Read a list such as ``<a href> <h2 id='jump-*'>``: tag -> allowed attributes.

    As Drupal 10.6 does (``FilterHtml::getHTMLRestrictions()``): a tag named twice may have the
    attributes of both, and an attribute without a value may have any.
    """
    tags: dict[str, Attributes] = {}
    body = parse(setting.replace("*", _STAR), text_modes=False).body
    for element in body.elements():
        tag = tags.setdefault(element.name, Attributes())
        for written, value in element.attributes.items():
            name = written.replace(_STAR, "*")
            is_prefix = name.endswith("*") and not name.startswith("*")
            known = tag.prefixes if is_prefix else tag.exact
            key = name.replace("*", "") if is_prefix else name
            if key in known and known[key] is None:
                continue
            values = [v for v in _SPACE.split(value.replace(_STAR, "*")) if v not in {"", "*"}]
            if not values:
                known[key] = None
                continue
            names = known.get(key) or Names()
            for each in values:
                names.add(each)
            known[key] = names
    for tag in tags.values():
        tag.exact.update(_global_attributes())
    return tags
