"""Refusals that say more than a status and a text."""

from __future__ import annotations

from rest_framework.exceptions import ParseError, PermissionDenied


class NotAllowed(PermissionDenied):
    """403, with the place in the document that it is about.

    ``via`` is the address of the resource where another one has led to it.
    """

    def __init__(self, detail: str, pointer: str, via: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.via = via


class SpecificationError(ParseError):
    """400, with the place that explains it."""

    def __init__(self, detail: str, info: str) -> None:
        super().__init__(detail)
        self.info = info
