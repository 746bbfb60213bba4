"""Client libraries from npm, as their users call them: each script says what holds.

They need Node.js: ``python3 manage.py test -m npm tests/clients`` runs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.npm

SCRIPTS = Path(__file__).with_name("npm")
NEEDED = "These tests need Node.js 18 or newer with npm: on Debian, apt install nodejs npm."


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts, and the packages that they import."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.fail(f"There is no {program}. {NEEDED}")
    folder = tmp_path_factory.mktemp("npm") / "clients"
    shutil.copytree(SCRIPTS, folder)
    # What packages of packages would run while they are installed, no client needs.
    run("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", at=folder)
    return folder


def run(*command: str, at: Path, **environment: str) -> None:
    """Run a program to its end, which has to be a good one."""
    ran = subprocess.run(
        command,
        cwd=at,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["drupal_jsonapi_params", "json_api_client", "next_drupal"])
def test_a_package_does_what_it_is_for(installed: Path, site: str, name: str) -> None:
    run("node", f"{name}.js", at=installed, SITE=site)
