"""How far a long import is, is told on a terminal and in a log."""

from __future__ import annotations

from io import StringIO

from drupal_jwt_auth.transfer.progress import ProgressLines


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Each look at it is half a minute later."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_a_log_has_a_line_now_and_then_with_rate_and_remaining_time() -> None:
    output = StringIO()
    tell = ProgressLines(output, Clock(6))
    for done in (500, 1000, 1500, 2000):
        tell("nodes", done, 100_000)
    tell.end()
    assert output.getvalue() == "1,500 of 100,000 nodes, 125 a second, 13 min left\n"


def test_a_terminal_has_one_line_that_is_written_over() -> None:
    output = Terminal()
    tell = ProgressLines(output, Clock(1))
    for done in (500, 1000, 1500):
        tell("nodes", done, 1500)
    tell.end()
    assert output.getvalue() == (
        "\r\x1b[K1,000 of 1,500 nodes, 1,000 a second, 0 s left"
        "\r\x1b[K1,500 of 1,500 nodes, 750 a second\r\x1b[K"
    )
