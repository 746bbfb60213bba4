"""Refusals of logins that take the same time, whether or not the user exists.

A hash that is quickly verified would tell that its user exists. So each refusal is filled up with
iterations of PBKDF2 to the same amount of work. Time on a processor is measured, not on the wall
clock: on a busy machine all work takes longer.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers
from django.views.decorators.debug import sensitive_variables

SAMPLE = 1 / 8
"""The part of a hasher's run that is done first, to measure the speed of the rest."""

REFUSAL = 1.25
"""The work of a refusal, in runs of the PBKDF2 hasher.

Django's backend does one run for a name that nobody has. The rest is a reserve, as the work that
was done already is only estimated from a sample.
"""

# A file of Linux on the current thread: nanoseconds on a processor, and in the queue for one.
SCHEDULER = Path("/proc/thread-self/schedstat")
_NANOSECONDS = 10**9
_MOMENT = 1e-9


class Clocks(NamedTuple):
    """Seconds of a thread: elapsed in all, running on a processor, and queueing for one."""

    elapsed: float
    running: float
    queueing: float

    @property
    def load(self) -> float:
        """Return the elapsed seconds for each second of work, if it never waits otherwise."""
        return 1 + self.queueing / self.running

    def work(self, load: float) -> float:
        """Return the seconds of work that fit into the time, at this load.

        Waiting for something else than a processor counts as work: for threads that a hasher has
        started, as Argon2's does, or for Python's global lock, which phpass holds.
        """
        waiting = max(0.0, self.elapsed - self.running - self.queueing)
        return self.running + waiting / load


class Stopwatch:
    """The time that the current thread spends from now on."""

    def __init__(self) -> None:
        self._start = read_clocks()

    def read(self) -> Clocks:
        """Return the seconds since the stopwatch was made."""
        now, start = read_clocks(), self._start
        return Clocks(
            elapsed=now.elapsed - start.elapsed,
            # Not 0, which a coarse clock may give: `load` divides by it.
            running=max(now.running - start.running, _MOMENT),
            queueing=now.queueing - start.queueing,
        )


def read_clocks() -> Clocks:
    """Return the clocks of this thread; only differences between two readings have a meaning.

    Where the system does not tell the time in the queue, all waiting counts as such.
    """
    elapsed, running = perf_counter(), thread_time()
    try:
        ran, queueing, _ = map(int, SCHEDULER.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        ran = 0
    return Clocks(elapsed, running, queueing / _NANOSECONDS if ran else elapsed - running)


@sensitive_variables("password")
def level_refusal(password: str, spent: Clocks) -> None:
    """Fill a refusal up to its amount of work, from what verifying the password has taken.

    Do nothing if ``PASSWORD_HASHERS`` has no PBKDF2, Django's default: no other can run in part.
    """
    for hasher in get_hashers():
        if isinstance(hasher, PBKDF2PasswordHasher):
            spend_the_rest(password, hasher, spent, runs=REFUSAL)
            return


@sensitive_variables("password")
def spend_the_rest(
    password: str, hasher: PBKDF2PasswordHasher, spent: Clocks, *, runs: float = 1
) -> None:
    """Do the work of some runs of a hasher, less the time that was spent already.

    A sample measures how many iterations that time is worth.
    """
    salt = hasher.salt()
    sample = max(1, round(hasher.iterations * SAMPLE))
    stopwatch = Stopwatch()
    hasher.encode(password, salt, sample)
    sampled = stopwatch.read()
    done = sample + round(sample * spent.work(sampled.load) / sampled.running)
    rest = round(hasher.iterations * runs) - done
    if rest > 0:
        hasher.encode(password, salt, rest)
