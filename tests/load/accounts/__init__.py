"""Times of answers about accounts; see `tests.load.accounts.__main__`."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.logins.settings"
django.setup()
