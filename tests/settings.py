"""Settings of the tests: the example project's, on SQLite or what DATABASE_URL names."""

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES, PASSWORD_HASHERS

SECRET_KEY = "v8Qm2xTz0LrY5sKd7WnB3hJc9PfG6uEa1RkXo4ViNtZbCyMw"
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS[1:]]
DATABASES["default"]["CONN_MAX_AGE"] = 0
TEST_RUNNER = "tests.runner.PytestRunner"
