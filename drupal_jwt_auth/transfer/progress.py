"""How far a long import is, on a terminal or in a log."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

IN_LOG, ON_TERMINAL = 10.0, 0.2
"""How many seconds are between two lines, or between two looks of the same one."""

_TO_START = "\r\x1b[K"
"""What clears the line of a terminal."""


class Output(Protocol):
    """What is written to."""

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""

    def write(self, text: str, /) -> Any:
        """Write a text."""

    def flush(self) -> None:
        """Show what was written."""


class ProgressLines:
    """Writes how many of how many there are, how many in a second, and how long the rest takes.

    On a terminal the line of what is going on is written over; elsewhere each is a line of its
    own, one now and then.
    """

    def __init__(self, output: Output, clock: Callable[[], float] = monotonic) -> None:
        self.output = output
        self.clock = clock
        self.is_terminal = output.isatty()
        self._kind = ""
        self._began = self._told = clock()

    def __call__(self, kind: str, done: int, count: int) -> None:
        """Tell that so many are done, unless that has just been told."""
        moment = self.clock()
        if kind != self._kind:
            self._kind, self._began, self._told = kind, moment, moment
        if moment - self._told < (ON_TERMINAL if self.is_terminal else IN_LOG):
            return
        self._told = moment
        rate = done / (moment - self._began)
        line = f"{done:,} of {count:,} {kind}, {rate:,.0f} a second"
        if done < count:
            line += f", {_spoken((count - done) / rate)} left"
        self.output.write(f"{_TO_START}{line}" if self.is_terminal else f"{line}\n")
        self.output.flush()

    def end(self) -> None:
        """Clear the line of a terminal."""
        if self.is_terminal:
            self.output.write(_TO_START)


def _spoken(seconds: float) -> str:
    """Return a duration: 42 s, or 3 min."""
    return f"{seconds:.0f} s" if seconds < _MINUTE * 2 else f"{seconds / _MINUTE:.0f} min"


_MINUTE = 60
