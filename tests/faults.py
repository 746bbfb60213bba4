"""Making a request fail at each step of it: wherever a function of the app returns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Set
from contextvars import copy_context
from dis import opmap
from types import CodeType, FrameType
from typing import Any

PACKAGE = "drupal_jwt_auth"


class FaultError(Exception):
    """What a step fails with. No code of the app expects it."""


def steps_of(send: Callable[[], Any], around: Set[CodeType] = frozenset()) -> list[CodeType]:
    """Return the functions of the app that a request runs, each once.

    Where a function returns, it has all its variables, and so has each one that has called it. Left
    out are the functions ``around`` a request, and what only they call.
    """
    steps: dict[CodeType, None] = {}

    def profile(frame: FrameType, event: str, arg: Any) -> None:
        is_end = event == "return" and not _is_at_yield(frame)
        if is_end and _is_of_the_app(frame) and around.isdisjoint(_callers(frame)):
            steps[frame.f_code] = None

    _run(send, profile)
    return list(steps)


def failing_at(step: CodeType, send: Callable[[], Any]) -> Any:
    """Return what a request is answered that fails where this function returns first."""
    is_reached = False

    def profile(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal is_reached
        is_end = event == "return" and not _is_at_yield(frame)
        if is_end and frame.f_code is step and not is_reached:
            is_reached = True
            raise FaultError

    answer = _run(send, profile)
    assert is_reached, step
    return answer


def forget_keys() -> None:
    """Forget the keys that were read, so that the next request reads them again."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{PACKAGE}.auth.tokens."):
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()


def _is_at_yield(frame: FrameType) -> bool:
    """Tell whether a generator hands out a value, for which Python says that it returns.

    One that failed there would never be run to its end: what it has opened would stay open.
    """
    return frame.f_code.co_code[frame.f_lasti] == opmap["YIELD_VALUE"]


def _callers(frame: FrameType | None) -> Iterator[CodeType]:
    """Yield what runs in a frame, and what has called that."""
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


def _is_of_the_app(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE


def _run(send: Callable[[], Any], profile: Callable[[FrameType, str, Any], None]) -> Any:
    sys.setprofile(profile)
    try:
        # A fault where a context is entered keeps it from being left: let it end with the request.
        return copy_context().run(send)
    finally:
        sys.setprofile(None)
