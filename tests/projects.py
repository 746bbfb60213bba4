"""Projects other than the one of the tests, each in a process of its own.

A project is a package with ``settings`` and a module ``conversation``, whose ``ask`` sends requests
and returns what came back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.utils.module_loading import import_string


def answers_of(package: str, **environment: str) -> Any:
    """What the project answered, in such an environment; in the process of the tests."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", package],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def converse(package: str) -> None:
    """Write the answers as JSON; in the process of the project."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{package}.settings"
    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("check", stdout=sys.stderr)
        # Models can be imported now.
        json.dump(import_string(f"{package}.conversation.ask")(), sys.stdout)
    finally:
        teardown_databases(databases, verbosity=0)
