"""The documents that resources are told in: the members that each has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = {
    "version": "1.0",
    "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.0/"}}},
}


def document_of(**members: Any) -> Mapping[str, Any]:
    """Return a document with these members, which begins with what it is."""
    return {"jsonapi": VERSION, **members}
