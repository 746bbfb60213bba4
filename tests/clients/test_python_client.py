"""A client library from PyPI, as its users call it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("python_client.py")


def test_jsonapi_client_does_what_it_is_for(site: str) -> None:
    ran = subprocess.run(
        [sys.executable, SCRIPT],
        env={**os.environ, "SITE": site},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
