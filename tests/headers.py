"""The headers that clients send."""

from __future__ import annotations

import base64


def basic(username: str, password: str) -> dict[str, str]:
    """Credentials as a browser or curl sends them: base64 of UTF-8."""
    return basic_of(f"{username}:{password}".encode())


def basic_of(content: bytes) -> dict[str, str]:
    """A Basic header of these bytes, whatever they are."""
    return {"Authorization": f"Basic {base64.b64encode(content).decode()}"}


def bearer(token: str) -> dict[str, str]:
    """A token as clients send it."""
    return {"Authorization": f"Bearer {token}"}
