"""The example project's settings, with more databases, and a token of another issuer."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES as _DATABASES
from example_project.settings import INSTALLED_APPS as _INSTALLED_APPS

SECRET_KEY = "a-secret-key-for-this-project-which-is-long-enough-to-be-used"
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*_INSTALLED_APPS, "tests.several_databases"]
DATABASES = {name: deepcopy(_DATABASES["default"]) for name in ("default", "site", "copy")}
for _name, _database in DATABASES.items():
    _database["CONN_MAX_AGE"] = 0
    if _database["ENGINE"] != "django.db.backends.sqlite3":
        _database["TEST"] = {"NAME": f"test_several_databases_{_name}"}
DATABASE_ROUTERS = ["tests.several_databases.router.Router"]
ISSUER: dict[str, Any] = {
    "issuer": "other",
    "audience": "here",
    "key": "the-secret-that-this-project-shares-with-another-issuer",
    "algorithms": ["HS256"],
    "user": "username",
    "create_users": True,
}
DRUPAL_JWT_AUTH = {
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    "REFRESH_TOKEN_GRACE": timedelta(0),
    "ISSUERS": [ISSUER],
}
