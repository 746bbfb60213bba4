"""The parameters of a query as PHP reads them: a text, or several under ``name[]``."""

from __future__ import annotations

import re

from django.http import QueryDict

_PAGE = re.compile(r"\s*([+-]?[0-9]{1,18})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
MAX_NUMBER = 10**9
"""Beyond that nothing is listed, and no database counts further without harm."""


class NotScalarError(Exception):
    """A parameter has several values, and may have one; ``name`` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotOfferedError(Exception):
    """A client has chosen what is not offered: nothing is listed."""


class Parameters:
    """The parameters of a query."""

    def __init__(self, query: QueryDict) -> None:
        self._query = query

    def is_array(self, name: str) -> bool:
        """Tell whether a parameter has several values."""
        return any(each.startswith(f"{name}[") for each in self._query)

    def is_sent(self, name: str) -> bool:
        """Tell whether there is a parameter of this name."""
        return name in self._query or self.is_array(name)

    def text(self, name: str) -> str | None:
        """Return the value of a parameter; None where there is none, or several."""
        return None if self.is_array(name) else self._query.get(name)

    def texts(self, name: str) -> list[str]:
        """Return the values of a parameter that has several."""
        names = [each for each in self._query if each.startswith(f"{name}[")]
        return [value for each in names for value in self._query.getlist(each)]

    def page(self, number: int) -> int:
        """Return the page that is asked for by the pager with a number; 0 for none.

        Raise NotScalarError for several values.
        """
        if self.is_array("page"):
            raise NotScalarError("page")
        pages = self._query.get("page", "").split(",")
        found = _PAGE.match(pages[number]) if number < len(pages) else None
        return max(int(found[1]), 0) if found else 0

    def choice(self, name: str) -> str | None:
        """Return what was chosen of several options; raise NotOfferedError for several values."""
        if self.is_array(name):
            raise NotOfferedError
        return self._query.get(name)

    def number(self, name: str) -> int | None:
        """Return a number, None for none; raise NotOfferedError for anything else."""
        text = self.choice(name)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise NotOfferedError
        return int(text)
