"""Send requests to the project and write the answers as JSON."""

from __future__ import annotations

import json
import os
import sys

import django
from django.core.management import call_command
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.utils.module_loading import import_string

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.email_user.settings"
django.setup()
setup_test_environment()
databases = setup_databases(verbosity=0, interactive=False)
try:
    call_command("check", stdout=sys.stderr)
    # Models can be imported now.
    json.dump(import_string("tests.email_user.conversation.ask")(), sys.stdout)
finally:
    teardown_databases(databases, verbosity=0)
