"""A real browser: Chromium, without a window, shows a page and tells what became of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def find() -> str:
    """Return the path of Chromium, which Debian's package ``chromium`` installs."""
    found = shutil.which("chromium")
    assert found is not None, "These tests need Chromium: apt-get install chromium"
    return found


def dump_dom(page: str, directory: Path) -> str:
    """Show a page, let its scripts run for ten seconds of its clock, and return what it is."""
    path = directory / "page.html"
    path.write_text(page, encoding="utf-8")
    shown = subprocess.run(
        [
            *(find(), *FLAGS, f"--user-data-dir={directory / 'profile'}"),
            *("--virtual-time-budget=10000", "--dump-dom", path.as_uri()),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return shown.stdout
