"""Make the first command of a fresh checkout work: install what it needs into ``.venv``.

Standard library only, for it runs before anything is installed.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

DRIVERS = {"postgres": "postgres", "mysql": "mariadb"}
"""The list of packages by how ``DATABASE_URL`` begins."""

IS_USABLE = "import sys; sys.exit(sys.version_info < (3, 10) or sys.prefix == sys.base_prefix)"
NO_PIP = (
    f"{ENVIRONMENT} could not be made (see above). If this Python came without venv and pip, "
    "install them, on Debian and Ubuntu with: sudo apt install python3-venv. "
    "Then run the same command again."
)
NO_PACKAGES = (
    "pip could not install what is needed (see above). Is this machine online? "
    "Run the same command again to go on where it stopped."
)
NO_COMPILER = (
    " mysqlclient is compiled, which takes, on Debian and Ubuntu: "
    "sudo apt install gcc pkg-config python3-dev libmariadb-dev."
)


def ensure_environment() -> None:
    """Return where all is installed: in this Python, or else in that of ``.venv``.

    ``.venv`` is made, repaired and completed as needed. Nothing else on the machine is changed.
    """
    wanted = requirements("dependencies") | requirements("demo")
    if sys.argv[1:2] == ["test"]:
        wanted |= requirements("test")
    for scheme, drivers in DRIVERS.items():
        if os.environ.get("DATABASE_URL", "").startswith(scheme):
            wanted |= requirements(drivers)
    if not missing(wanted):
        return
    try:
        with one_at_a_time():
            if Path(sys.prefix).resolve() == ENVIRONMENT.resolve():
                install(missing(wanted))
                return
            make_environment()
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again to go on.")
    restart()


def requirements(name: str) -> dict[str, str]:
    """Return the minimum versions by package of a list in ``pyproject.toml``.

    Python 3.10 cannot read TOML yet, but the lists hold nothing but lines of ``"package>=1.2",``.
    """
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = text.partition(f"\n{name} = [\n")[2].partition("\n]")[0]
    return dict(re.findall(r'"(.+)>=(.+)",', lines))


def missing(wanted: dict[str, str]) -> list[str]:
    """Return what is not installed here, or in too old a version, as pip wants it."""
    return [f"{name}>={minimum}" for name, minimum in wanted.items() if too_old(name, minimum)]


def too_old(name: str, minimum: str) -> bool:
    """Tell whether a package is not there in a version at least as new."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return True
    return numbers(version) < numbers(minimum)


def numbers(version: str) -> list[int]:
    """Return the numbers of a version, to compare it by."""
    return [int(number) for number in re.findall(r"\d+", version)]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other command of this checkout is installing (on Windows, do not wait)."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415  Windows has none

    directory = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def make_environment() -> None:
    """Make ``.venv``, unless there is one with a Python that runs."""
    if succeeds(str(PYTHON), "-c", IS_USABLE, quiet=True):
        return
    print(f"Making {ENVIRONMENT}, where everything will be ...", flush=True)
    if ENVIRONMENT.is_file():
        # A pointer to another environment, such as tox leaves.
        ENVIRONMENT.unlink()
    if not succeeds(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)):
        sys.exit(NO_PIP)


def install(packages: list[str]) -> None:
    """Install packages into ``.venv``, whose Python this is."""
    if not packages:
        return
    print("Installing what is needed, once. This takes a minute ...", flush=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    if not succeeds(*pip, "--version", quiet=True) and not succeeds(
        sys.executable, "-m", "ensurepip", "--upgrade", "--default-pip"
    ):
        sys.exit(NO_PIP)
    if not succeeds(*pip, "install", "--quiet", "--no-user", *packages):
        compiles = any(package.startswith("mysqlclient") for package in packages)
        sys.exit(NO_PACKAGES + NO_COMPILER if compiles else NO_PACKAGES)
    importlib.invalidate_caches()


def restart() -> None:
    """Run the same command with the Python of ``.venv``."""
    arguments = [str(PYTHON), *sys.orig_argv[1:]]
    if sys.platform == "win32":
        sys.exit(subprocess.run(arguments, check=False).returncode)
    os.execv(PYTHON, arguments)


def succeeds(*command: str, quiet: bool = False) -> bool:
    """Run a command and tell whether it succeeded."""
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(command, stdout=output, stderr=output, check=False)
    except OSError:
        return False
    return done.returncode == 0
