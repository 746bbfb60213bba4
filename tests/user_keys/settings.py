"""The settings of the example project, with users of its own."""

import os
import tempfile
from datetime import timedelta

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES as _DATABASES
from example_project.settings import INSTALLED_APPS as _INSTALLED_APPS

USER_KEY = os.environ["USER_KEY"]
DEBUG = False
SECRET_KEY = "a-secret-key-for-this-project-which-is-long-enough-to-be-used"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
AUTH_USER_MODEL = "user_keys.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*_INSTALLED_APPS, "tests.user_keys"]
# A file, as each request has a connection of its own.
_NAME = f"test_user_keys_{USER_KEY}"
if _DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    _NAME = os.path.join(tempfile.gettempdir(), f"{_NAME}_{os.getpid()}.sqlite3")
DATABASES = {"default": {**_DATABASES["default"], "CONN_MAX_AGE": 0, "TEST": {"NAME": _NAME}}}
DRUPAL_JWT_AUTH = {
    "AUDIT_LOG": ["tokens", "refusals", "requests"],
    "AUTHENTICATION_METHODS": ["jwt", "api_key", "cookie"],
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
}
