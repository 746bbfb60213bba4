#!/usr/bin/env python3
"""Django's command-line utility, for the example project and the tests."""

# Every Python, however old, must be able to read this file: it says which one is needed.
import os
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 10):
        sys.exit(
            "Python 3.10 or newer is needed; this is Python %d.%d. "
            "If you have a newer one, call it by its name, as in: python3.12 manage.py demo"
            % sys.version_info[:2]
        )
    from example_project import bootstrap

    settings = "tests.settings" if sys.argv[1:2] == ["test"] else "example_project.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    bootstrap.ensure_environment()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
