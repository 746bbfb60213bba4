"""Settings of the benchmarks: the tests' own, with the others' apps."""

from datetime import timedelta

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, SECRET_KEY

INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework.authtoken", "knox"]
ROOT_URLCONF = "tests.benchmarks.urls"
DATABASES["default"]["CONN_MAX_AGE"] = 600
MIDDLEWARE.clear()
ALLOWED_HOSTS = ["testserver"]
SIMPLE_JWT = {"SIGNING_KEY": SECRET_KEY, "ACCESS_TOKEN_LIFETIME": timedelta(hours=1)}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=1)}
LOGGING_CONFIG = None
