"""The first command of a fresh checkout installs what it needs into ``.venv``, and nowhere else.

Each test runs the real ``manage.py`` in a copy of the checkout's beginnings, with an interpreter
that has nothing installed and a package index of hollow packages, so that no network is needed.
"""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from example_project import bootstrap

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = bootstrap.ROOT

# What stands for Django: it tells which command it was asked to run, and by which Python.
HOLLOW_DJANGO = """
import sys

def execute_from_command_line(argv):
    print("ran", *argv[1:], "with", sys.prefix)
"""


class Checkout:
    """A checkout on a machine with a bare Python and an index of packages."""

    def __init__(self, path: Path) -> None:
        self.path = path / "checkout"
        self.index = path / "index"
        self.bare_python = path / "bare" / "bin" / "python"
        self.environment = self.path / ".venv"

    def prepare(self) -> None:
        """Make it: only the files that the bootstrap reads, and nothing installed anywhere."""
        (self.path / "example_project").mkdir(parents=True)
        for name in ("manage.py", "pyproject.toml"):
            shutil.copy(ROOT / name, self.path)
        for name in ("__init__.py", "bootstrap.py"):
            shutil.copy(ROOT / "example_project" / name, self.path / "example_project")
        make_bare_environment(self.bare_python.parents[1])
        self.index.mkdir()
        for name in ("dependencies", "demo", "test"):
            for package, version in bootstrap.requirements(name).items():
                publish(self.index, package, version)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of the checkout with the bare Python."""
        return subprocess.Popen(
            [self.bare_python, "manage.py", *command],
            cwd=self.path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.path.parent),
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_NO_COMPILE": "1",
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.index),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, **environment: str) -> Run:
        """Run a command of the checkout with the bare Python."""
        process = self.start(*command, **environment)
        output, errors = process.communicate()
        return Run(process.returncode, output, errors)

    def packages(self) -> set[str]:
        """Return the names of the packages in ``.venv``, but those that venv brings."""
        return packages_of(self.environment / "bin" / "python")


class Run(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    output: str
    errors: str


def packages_of(python: Path) -> set[str]:
    code = (
        "from importlib.metadata import distributions\n"
        "print(*{found.metadata['Name'] for found in distributions()} - {'pip', 'setuptools'})"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def make_bare_environment(path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", path], check=True)


def publish(index: Path, name: str, version: str) -> None:
    """Put a wheel with next to nothing in it into the index."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    wheel = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        f"{stem}.dist-info/METADATA": metadata,
        f"{stem}.dist-info/WHEEL": wheel,
        f"{stem}.dist-info/RECORD": "",
    }
    if name == "django":
        files |= {
            "django/__init__.py": "",
            "django/core/__init__.py": "",
            "django/core/management.py": HOLLOW_DJANGO,
        }
    with zipfile.ZipFile(index / f"{stem}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


DEMO = {*bootstrap.requirements("dependencies"), *bootstrap.requirements("demo")}
TEST = {*DEMO, *bootstrap.requirements("test")}


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    """A checkout in which nothing has been run yet."""
    checkout = Checkout(tmp_path.resolve())
    checkout.prepare()
    return checkout


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, Run]:
    """A checkout in which the demo has been run, and what it printed."""
    checkout = Checkout(tmp_path_factory.mktemp("first_run").resolve())
    checkout.prepare()
    return checkout, checkout.run("demo", "--check")


@pytest.fixture
def used(first_run: tuple[Checkout, Run], tmp_path: Path) -> Checkout:
    """A checkout in which the demo has been run, for one test to change."""
    shutil.copytree(first_run[0].path.parent, tmp_path.resolve(), symlinks=True, dirs_exist_ok=True)
    return Checkout(tmp_path.resolve())


def test_demo_installs_what_it_needs_into_venv_and_then_runs(
    first_run: tuple[Checkout, Run],
) -> None:
    checkout, run = first_run

    assert run.status == 0, run.errors
    assert run.output.splitlines()[-1] == f"ran demo --check with {checkout.environment}"
    assert checkout.packages() == DEMO


def test_nothing_is_installed_outside_of_venv(first_run: tuple[Checkout, Run]) -> None:
    checkout, _ = first_run

    assert packages_of(checkout.bare_python) == set()
    assert not (checkout.path.parent / ".local").exists()


def test_the_second_run_installs_nothing(used: Checkout) -> None:
    run = used.run("demo", PIP_FIND_LINKS="/nowhere")

    assert run == (0, f"ran demo with {used.environment}\n", "")


def test_the_tests_complete_the_venv_of_the_demo(used: Checkout) -> None:
    run = used.run("test")

    assert run.status == 0, run.errors
    assert used.packages() == TEST


def test_a_package_that_is_too_old_by_now_is_upgraded(used: Checkout) -> None:
    project = used.path / "pyproject.toml"
    project.write_text(project.read_text().replace('"django>=5.2"', '"django>=99.0"'))
    publish(used.index, "django", "99.0.1")

    run = used.run("demo")

    assert run.status == 0, run.errors
    found = used.environment.glob("lib/python*/site-packages/django-*.dist-info")
    assert [path.name for path in found] == ["django-99.0.1.dist-info"]


def test_without_a_package_index_it_says_so_and_the_next_run_goes_on(used: Checkout) -> None:
    failed = used.run("test", PIP_FIND_LINKS="/nowhere")

    assert failed.status == 1
    assert "Is this machine online?" in failed.errors
    assert "Traceback" not in failed.errors
    assert used.run("test").status == 0


def test_it_says_what_it_takes_to_compile_a_driver(used: Checkout) -> None:
    failed = used.run("demo", DATABASE_URL="mysql://localhost/demo")

    assert failed.status == 1
    assert "libmariadb-dev" in failed.errors.splitlines()[-1]
    assert "libmariadb-dev" not in used.run("test", PIP_FIND_LINKS="/nowhere").errors


def test_a_venv_without_pip_is_repaired(fresh: Checkout) -> None:
    make_bare_environment(fresh.environment)

    run = fresh.run("demo")

    assert run.status == 0, run.errors


def test_a_file_in_the_place_of_the_venv_makes_way(fresh: Checkout) -> None:
    """Tools that make environments elsewhere leave one that points there."""
    fresh.environment.write_text(".tox/lowest\n")
    assert fresh.run("demo").status == 0
    assert fresh.environment.is_dir()


def test_a_venv_whose_python_does_not_run_is_made_anew(used: Checkout) -> None:
    python = used.environment / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")

    run = used.run("demo")

    assert run.status == 0, run.errors
    assert used.packages() == DEMO


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_or_pip_is_told_how_to_get_them(fresh: Checkout, module: str) -> None:
    lacking = fresh.path.parent / "lacking"
    lacking.mkdir()
    (lacking / f"{module}.py").write_text("raise ModuleNotFoundError\n")
    if module == "ensurepip":
        # What Debian's venv leaves behind where ensurepip is missing.
        make_bare_environment(fresh.environment)

    failed = fresh.run("demo", PYTHONPATH=str(lacking))

    assert failed.status == 1
    assert "sudo apt install python3-venv" in failed.errors.splitlines()[-1]


def test_two_first_commands_at_once_wait_for_each_other(fresh: Checkout) -> None:
    both = [fresh.start("demo"), fresh.start("test")]

    errors = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], errors
    assert fresh.packages() == TEST


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of ``.venv``, where there is none."""
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path / ".venv"


def test_a_python_that_has_everything_is_used_as_it_is(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "test"])
    monkeypatch.setenv("DATABASE_URL", "sqlite:///db.sqlite3")

    bootstrap.ensure_environment()

    assert not elsewhere.exists()


@pytest.mark.parametrize(
    ("argv", "url", "lists"),
    [
        ([], "", ("dependencies", "demo")),
        (["runserver"], "sqlite:///db.sqlite3", ("dependencies", "demo")),
        (["demo"], "postgres://localhost/demo", ("dependencies", "demo", "postgres")),
        (["test"], "", ("dependencies", "demo", "test")),
        (["demo"], "mysql://localhost/demo", ("dependencies", "demo", "mariadb")),
        (["test"], "postgresql://localhost/demo", ("dependencies", "demo", "test", "postgres")),
    ],
)
def test_each_command_wants_what_it_needs_and_no_more(
    monkeypatch: pytest.MonkeyPatch, argv: list[str], url: str, lists: tuple[str, ...]
) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(sys, "argv", ["manage.py", *argv])
    monkeypatch.setattr(bootstrap, "missing", asked.append)
    monkeypatch.setenv("DATABASE_URL", url)

    bootstrap.ensure_environment()

    wanted: dict[str, str] = {}
    for name in lists:
        wanted |= bootstrap.requirements(name)
    assert asked == [wanted]


@pytest.mark.parametrize("name", ["dependencies", "demo", "test", "postgres", "mariadb"])
def test_the_lists_of_pyproject_are_read_as_they_are(name: str) -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = {**document["dependency-groups"], "dependencies": document["project"]["dependencies"]}
    plain = [entry for entry in lists[name] if isinstance(entry, str)]

    read = bootstrap.requirements(name)

    assert [f"{package}>={minimum}" for package, minimum in read.items()] == plain
    assert read


def test_the_demo_has_what_users_of_an_imported_site_log_in_with() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hashers = set(document["project"]["optional-dependencies"]["passwords"])
    assert hashers <= set(document["dependency-groups"]["demo"])


@pytest.mark.parametrize(
    ("version", "is_too_old"),
    [("5.1.9", True), ("5.2", False), ("5.2.1", False), ("5.10", False), ("10.0a1", False)],
)
def test_versions_are_compared_by_their_numbers(
    monkeypatch: pytest.MonkeyPatch, version: str, is_too_old: bool
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: version)

    assert bootstrap.too_old("django", "5.2") is is_too_old


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 0), (3, 9, 25)])
def test_an_older_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)

    with pytest.raises(SystemExit, match=rf"^Python 3\.10 or newer .*{version[0]}\.{version[1]}\."):
        runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")


def test_every_python_can_read_manage_py() -> None:
    modern = (ast.FunctionDef, ast.AnnAssign, ast.JoinedStr, ast.NamedExpr, ast.Match, ast.Starred)
    source = (ROOT / "manage.py").read_text(encoding="ascii")

    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, modern)]
