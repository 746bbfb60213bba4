"""The example project's settings, with another database."""

import atexit
import tempfile
from pathlib import Path

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES

SECRET_KEY = "a-secret-key-for-this-project-which-is-long-enough-to-be-used"
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_directory = tempfile.TemporaryDirectory()
atexit.register(_directory.cleanup)
_is_sqlite = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
_name = str(Path(_directory.name) / "test.sqlite3") if _is_sqlite else "test_threaded_site"
DATABASES["default"].update({"CONN_MAX_AGE": 0, "TEST": {"NAME": _name}})
