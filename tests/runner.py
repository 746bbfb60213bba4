"""``manage.py test`` runs pytest."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any


class PytestRunner:
    """Run the tests with pytest, as Django's test command asks for it.

    In a process of its own: this one has imported the app already, and what is run at import would
    not be counted as covered. Without labels or names it is the whole suite, on every core, with
    the gate for coverage; a part is sooner done by one process.
    """

    WHOLE_SUITE = ("--cov", "--numprocesses=auto")

    def __init__(
        self,
        *,
        verbosity: int = 1,
        failfast: bool = False,
        keyword: str = "",
        mark: str = "",
        **options: Any,
    ) -> None:
        self.arguments = ["-v"] * (verbosity - 1) + ["-q"] * (1 - verbosity)
        if failfast:
            self.arguments.append("--exitfirst")
        self.choice = ["-k", keyword] if keyword else []
        self.choice += ["-m", mark] if mark else []

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Take pytest's choice of tests by their names and marks."""
        parser.add_argument("-k", dest="keyword", help="Only tests whose names match, as pytest.")
        parser.add_argument("-m", dest="mark", help="Only tests with this mark, as pytest.")

    def run_tests(self, test_labels: list[str], **options: Any) -> int:
        """Return what pytest returns."""
        tests = [*self.choice, *test_labels] or self.WHOLE_SUITE
        arguments = [*self.arguments, *tests]
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
