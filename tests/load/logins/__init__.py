"""Logins and guesses at once; see `tests.load.logins.__main__`."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.logins.settings"
django.setup()
