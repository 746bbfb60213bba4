"""As there, the apps are installed for these tests alone."""

from tests.contrib.conftest import contrib

__all__ = ["contrib"]
