"""A project as ``startproject`` makes it, with this app and nothing set for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from example_project.bootstrap import ROOT
from tests.docs.test_docs import blocks, read

SETTINGS = """
INSTALLED_APPS += ["rest_framework", "drupal_jwt_auth", "drf_spectacular"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DRUPAL_JWT_AUTH = {}
"""
FOR_SPECTACULAR = """
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("", include("drupal_jwt_auth.urls"))]
"""
FAILED_LOGINS = """
from base64 import b64encode

from django.contrib.auth.models import User
from django.test import TestCase, TransactionTestCase


class FailedLogins:
    def test_a(self):
        User.objects.create_user("someone", password="secret")
        statuses = []
        for password in ("secret", *"123456", "secret"):
            credentials = b64encode(f"someone:{password}".encode()).decode()
            headers = {"Authorization": f"Basic {credentials}"}
            statuses.append(self.client.post("/rest_api/id_token", headers=headers).status_code)
        self.assertEqual(statuses, [200, 401, 401, 401, 401, 401, 429, 429])

    test_b = test_a


class UndoneByTransactions(FailedLogins, TestCase):
    pass


class UndoneByEmptyingTables(FailedLogins, TransactionTestCase):
    pass
"""


OWN_APP = """
INSTALLED_APPS.remove("drupal_jwt_auth")
INSTALLED_APPS = ["drupal_jwt_auth", *INSTALLED_APPS, "mysite"]
"""
MIGRATION = """
from django.db import migrations


def make_type(apps, schema_editor):
    apps.get_model("drupal_jwt_auth", "NodeType").objects.create(type="page", name="Page")


class Migration(migrations.Migration):
    dependencies = [("drupal_jwt_auth", "0001_initial")]
    operations = [migrations.RunPython(make_type)]
"""
ROLLED_BACK = """
from django.contrib.auth.models import Permission
from django.test import TransactionTestCase

from drupal_jwt_auth.models import NodeType


class RolledBack(TransactionTestCase):
    serialized_rollback = True

    def test_a(self):
        self.assertEqual(Permission.objects.filter(codename="create page content").count(), 1)
        NodeType.objects.get(type="page").delete()

    test_b = test_c = test_a
"""


class Project:
    """A project in a directory, whose ``manage.py`` runs in a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        call_command("startproject", "mysite", directory)
        self.add_to_settings(SETTINGS)
        self.write("urls", URLS)

    def add_to_settings(self, text: str) -> None:
        with (self.directory / "mysite/settings.py").open("a") as settings:
            settings.write(text)

    def write(self, module: str, text: str) -> None:
        (self.directory / f"mysite/{module}.py").write_text(text)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Django's; a warning of Python's is an error."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [sys.executable, "-W", "error", "manage.py", *arguments],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_it_passes_the_checks(project: Project) -> None:
    result = project.manage("check", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr


def test_its_tests_run_and_none_is_locked_out_by_the_failed_logins_of_another(
    project: Project,
) -> None:
    project.write("tests", FAILED_LOGINS)
    result = project.manage("test", "--shuffle")
    assert "Ran 4 tests" in result.stderr, result.stderr
    assert result.returncode == 0, result.stderr


def test_the_tests_in_the_documentation_run(project: Project) -> None:
    (example,) = blocks(read("docs/testing.md"), "python")
    project.write("tests", example)
    result = project.manage("test")
    assert "Ran 4 tests" in result.stderr, result.stderr
    assert result.returncode == 0, result.stderr


def test_what_its_migrations_have_made_is_there_in_each_test(project: Project) -> None:
    project.add_to_settings(OWN_APP)
    (project.directory / "mysite/migrations").mkdir()
    project.write("migrations/__init__", "")
    project.write("migrations/0001_initial", MIGRATION)
    project.write("tests", ROLLED_BACK)
    result = project.manage("test")
    assert "Ran 3 tests" in result.stderr, result.stderr
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ("", ("generateschema",)),
        (FOR_SPECTACULAR, ("spectacular", "--fail-on-warn", "--validate")),
    ],
    ids=["drf", "drf-spectacular"],
)
def test_it_has_a_schema(project: Project, settings: str, command: Any) -> None:
    project.add_to_settings(settings)
    result = project.manage(*command)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert "\n  /node/{node}:\n" in result.stdout
