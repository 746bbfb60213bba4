"""Settings of a project that has the apps installed, and lets visitors read."""

from tests.settings import *  # noqa: F403  all but what follows is the same
from tests.settings import INSTALLED_APPS as _APPS

ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = [*_APPS, "drupal_jwt_auth.contrib.media", "drupal_jwt_auth.contrib.paragraphs"]
DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
