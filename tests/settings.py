"""Settings of the tests: the example project's, on SQLite or what DATABASE_URL names."""

from example_project.settings import *  # noqa: F403  all but what follows is the same
from example_project.settings import (
    DATABASES,
    DRUPAL_JWT_AUTH,
    INSTALLED_APPS,
    PASSWORD_HASHERS,
    REST_FRAMEWORK,
)

SECRET_KEY = "v8Qm2xTz0LrY5sKd7WnB3hJc9PfG6uEa1RkXo4ViNtZbCyMw"
DEBUG = False
INSTALLED_APPS += ["django_prose_editor", "tests.content.entity"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS[1:]]
# What Django takes since 6.0, for the models of the tests.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# As in a project that leaves it out; tests/auth/test_backends.py has the guard.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
# All views of tests/project.py answer errors as this app's do.
REST_FRAMEWORK["EXCEPTION_HANDLER"] = "drupal_jwt_auth.exceptions.exception_handler"
# As in a project that leaves them all out.
DRUPAL_JWT_AUTH.clear()
TEST_RUNNER = "tests.runner.PytestRunner"
