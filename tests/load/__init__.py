"""What happens under load: scripts that print what they see, and decide nothing.

``python -m tests.load.logins`` is one of them. They have settings of their own.
"""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"
django.setup()
