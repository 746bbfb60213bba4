"""Whoever asks for accounts, and the accounts."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import User

from tests.content.visitors import JSON, Answer, Visitor

PASSWORD = "present-pass"


def path_of(user: User | int) -> str:
    """The URL of an account."""
    return f"/user/{user.pk if isinstance(user, User) else user}?{JSON}"


def look(visitor: Visitor, user: User | int) -> Answer:
    return visitor.send("GET", path_of(user))


def change(visitor: Visitor, user: User | int, **fields: Any) -> Answer:
    """Change fields of an account; ``pass`` is a word of Python."""
    return visitor.send("PATCH", path_of(user), json.dumps(named(fields)))


def make(visitor: Visitor, **fields: Any) -> Answer:
    return visitor.send("POST", f"/entity/user?{JSON}", json.dumps(named(fields)))


def delete(visitor: Visitor, user: User | int) -> Answer:
    return visitor.send("DELETE", path_of(user))


def named(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.rstrip("_"): items for name, items in fields.items()}


def existing(password: str = PASSWORD, **more: Any) -> list[dict[str, Any]]:
    """The items of a password that somebody has, perhaps with a new one."""
    return [{"existing": password, **more}]
