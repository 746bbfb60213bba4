"""How the tests are shared out to the processes of pytest-xdist."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has no types

TOGETHER = (
    "tests/browser/test_content_form.py",
    "tests/browser/test_fields.py",
    "tests/browser/test_many_items.py",
    "tests/browser/test_permissions_table.py",
    "tests/clients/test_npm_packages.py",
    "tests/drupal/test_recordings.py",
    "tests/system/test_body_limits.py",
    "tests/system/test_concurrent_resources.py",
    "tests/system/test_concurrent_writes.py",
    "tests/system/test_key_rotation.py",
    "tests/system/test_logins.py",
    "tests/system/test_own_models_at_once.py",
    "tests/system/test_prefixes.py",
    "tests/system/test_revocation.py",
    "tests/system/test_uploads.py",
    "tests/auth/test_axes.py",
    "tests/example/test_bootstrap.py",
    "tests/host/test_bare_user.py",
    "tests/host/test_custom_user.py",
    "tests/auth/test_flood.py",
    "tests/auth/test_remote_keys.py",
    "tests/host/test_several_databases.py",
    "tests/host/test_user_keys.py",
)
"""The modules whose tests share what takes long to make, or has a name that can be used once.

Marks of the tests would say it better, but pytest-xdist 3.8 passes over those with pytest 9.2.
"""


class Distribution(LoadScopeScheduling):  # type: ignore[misc]  # for the same reason
    """Give a process that is free the next test, or all of a module that stays together."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module in TOGETHER else nodeid
