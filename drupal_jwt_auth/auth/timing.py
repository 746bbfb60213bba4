"""The time of a refusal: as long for one name as for another.

A hash that is quickly verified would tell that its user exists. What is left of the time is spent
on iterations of PBKDF2, so that all refusals are the same amount of work. Work is what counts, and
not the clock on the wall: on a busy machine all of it takes longer.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers
from django.views.decorators.debug import sensitive_variables

SAMPLE = 1 / 8
"""The part of a hasher's run that measures the speed of the rest."""

REFUSAL = 1.25
"""What a refusal costs, in runs of the PBKDF2 hasher.

One is that of Django's backend for a name that nobody has. It is measured by a sample, and no
measurement is exact: there must be something to be taken off.
"""

# By Linux, of the thread that asks: nanoseconds on a processor, and in the queue for one.
SCHEDULER = Path("/proc/thread-self/schedstat")
_NANOSECONDS = 10**9
_MOMENT = 1e-9


class Clocks(NamedTuple):
    """Seconds of a thread: altogether, on a processor, and in the queue for one."""

    elapsed: float
    running: float
    queueing: float

    @property
    def load(self) -> float:
        """Return how long a second of work takes, with the work of others in between."""
        return 1 + self.queueing / self.running

    def work(self, load: float) -> float:
        """Return how many seconds of work could have been done.

        That is also while the thread had to wait for anything but a processor: for threads that
        its hasher has started, as Argon2's does, or for Python's lock, which phpass takes.
        """
        waiting = max(0.0, self.elapsed - self.running - self.queueing)
        return self.running + waiting / load


class Stopwatch:
    """What the thread spends from now on."""

    def __init__(self) -> None:
        self._start = read_clocks()

    def read(self) -> Clocks:
        """Return the seconds since it was made."""
        now, start = read_clocks(), self._start
        return Clocks(
            elapsed=now.elapsed - start.elapsed,
            # Some systems have a coarse clock for this.
            running=max(now.running - start.running, _MOMENT),
            queueing=now.queueing - start.queueing,
        )


def read_clocks() -> Clocks:
    """Return the seconds of this thread, from any moment on.

    Where the system does not tell how long it was in the queue, all waiting counts as that.
    """
    elapsed, running = perf_counter(), thread_time()
    try:
        ran, queueing, _ = map(int, SCHEDULER.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        ran = 0
    return Clocks(elapsed, running, queueing / _NANOSECONDS if ran else elapsed - running)


@sensitive_variables("password")
def level_refusal(password: str, spent: Clocks) -> None:
    """Spend what a refusal takes, less what the check of the password has taken already.

    Where `PASSWORD_HASHERS` has no PBKDF2, Django's default, there is nothing to do it with.
    """
    for hasher in get_hashers():
        if isinstance(hasher, PBKDF2PasswordHasher):
            spend_the_rest(password, hasher, spent, runs=REFUSAL)
            return


@sensitive_variables("password")
def spend_the_rest(
    password: str, hasher: PBKDF2PasswordHasher, spent: Clocks, *, runs: float = 1
) -> None:
    """Do the work of so many runs of a hasher, less what was spent already.

    A sample tells how many iterations that was worth.
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
