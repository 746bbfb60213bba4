"""Aliases as URLs: any path that nothing else in a project's URLconf matches may be one.

A URL is resolved before anything is known of the request, under ASGI in the event loop, and only to
see whether there is something at it as well (``APPEND_SLASH``). So no query is made here: the
pattern for aliases matches every path that is left over, its view finds out whether there is
something, and where there is not, the request gets a URLconf without that pattern, so that Django
and its middleware see what they would see without this app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from functools import lru_cache
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, get_urlconf
from django.urls.exceptions import Resolver404

AnyPattern = URLPattern | URLResolver


class AliasPattern(URLPattern):
    """Comes last wherever it stands: it matches what no other pattern of the project's does."""

    def resolve(self, path: str) -> ResolverMatch | None:
        """Return the match of a path, None where another pattern is there for it."""
        match = super().resolve(path)
        others = without_aliases(get_urlconf())
        return None if match and others.match(path) else match


class URLconfWithoutAliases:
    """A project's URLconf with all its patterns but the one for aliases, to be resolved in.

    ``prefix`` is what the project has included this app's URLs under.
    """

    def __init__(self, resolver: URLResolver) -> None:
        self.name = resolver.urlconf_name
        self.prefix = ""
        self.urlpatterns = list(self._others(resolver.url_patterns, ""))

    def __str__(self) -> str:
        # Shown on Django's page for URLs that are not found.
        return str(getattr(self.name, "__name__", self.name))

    def match(self, path: str) -> bool:
        """Tell whether there is something at a path below the prefix."""
        # Django takes anything that has patterns, which its types do not say.
        urlconf: Any = self
        try:
            get_resolver(urlconf).resolve(f"/{self.prefix}{path}")
        except Resolver404:
            return False
        return True

    def _others(self, patterns: Iterable[AnyPattern], prefix: str) -> Iterator[AnyPattern]:
        for pattern in patterns:
            if isinstance(pattern, AliasPattern):
                self.prefix = prefix
            elif isinstance(pattern, URLResolver):
                inner = self._others(pattern.url_patterns, prefix + str(pattern.pattern))
                resolver = copy(pattern)
                # Where Django keeps them once they are read.
                resolver.__dict__["url_patterns"] = list(inner)
                yield resolver
            else:
                yield pattern


def without_aliases(urlconf: Any) -> URLconfWithoutAliases:
    """Return a URLconf, the project's own for None, without the pattern for aliases."""
    return _without_aliases(get_resolver(urlconf))


@lru_cache(maxsize=8)
def _without_aliases(resolver: URLResolver) -> URLconfWithoutAliases:
    return URLconfWithoutAliases(resolver)
