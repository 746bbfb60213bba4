"""``manage.py test`` runs pytest."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any


class PytestRunner:
    """Run the tests with pytest, as Django's test command asks for it.

    In a process of its own: this one has imported the app already, and what is run at import would
    not be counted as covered. Without labels it is the whole suite, with the gate for coverage.
    """

    def __init__(
        self, *, verbosity: int = 1, failfast: bool = False, keyword: str = "", **options: Any
    ) -> None:
        self.arguments = ["-v"] * (verbosity - 1) + ["-q"] * (1 - verbosity)
        if failfast:
            self.arguments.append("--exitfirst")
        if keyword:
            self.arguments += ["-k", keyword]

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Take pytest's choice of tests by their names."""
        parser.add_argument("-k", dest="keyword", help="Only tests whose names match, as pytest.")

    def run_tests(self, test_labels: list[str], **options: Any) -> int:
        """Return what pytest returns."""
        arguments = [*self.arguments, *test_labels]
        if not arguments:
            arguments = ["--cov"]
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
