"""Settings of the tests, with a theme before the admin."""

import os

from tests.settings import *  # noqa: F403  all but what follows is the same
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [os.environ["ADMIN_THEME"], *INSTALLED_APPS]
