"""Refusals that say more than a status and a text."""

from __future__ import annotations

from rest_framework.exceptions import ParseError, PermissionDenied


class NotAllowed(PermissionDenied):
    """403, with the place in the document that it is about."""

    def __init__(self, detail: str, pointer: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


class SpecificationError(ParseError):
    """400, with the place that explains it."""

    def __init__(self, detail: str, info: str) -> None:
        super().__init__(detail)
        self.info = info
