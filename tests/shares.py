"""Which tests one of several runs takes: those that matter most to it, and a share of the rest.

``--share 2/5`` is for the second of five runs that go through the suite together, as those of CI
with older versions do. Which test falls to which run is decided by ``SHARE_SEED``, so that with
another seed each version gets to see others. With ``--all-of versions`` a run has all tests of what
depends on versions besides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from hashlib import sha256

_VERSIONS = (
    "tests/admin/",
    "tests/content/entity/",
    "tests/content/test_models.py",
    "tests/content/test_queries.py",
    "tests/content/test_text_columns.py",
    "tests/system/test_apps.py",
    "tests/system/test_asgi.py",
    "tests/system/test_sessions.py",
    "tests/auth/test_audit.py",
    "tests/auth/test_authentication.py",
    "tests/example/test_bootstrap.py",
    "tests/checks/test_checks.py",
    "tests/test_conf.py",
    "tests/auth/test_credentials.py",
    "tests/host/test_bare_user.py",
    "tests/host/test_custom_user.py",
    "tests/auth/test_exception_handler.py",
    "tests/auth/test_hashers.py",
    "tests/auth/test_id_token.py",
    "tests/http/test_json.py",
    "tests/test_prepared.py",
    "tests/auth/test_refreshing.py",
    "tests/rest/test_resources.py",
    "tests/auth/test_revoking.py",
    "tests/host/test_several_databases.py",
    "tests/rest/test_urls.py",
)
"""What Django, DRF and Python may change beneath us."""

_ISOLATION = ("tests/content/", "tests/system/", "tests/test_transactions.py")
"""What a database that compares and isolates in another way may change."""

WHOLE = {"isolation": _ISOLATION, "versions": _VERSIONS}
"""The tests that runs have all of, by what they are for."""

_SHARE = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")


def chooser(share: str, seed: str = "", whole: str | None = None) -> Callable[[str], bool]:
    """Return what tells whether a test, by its id, belongs to a share such as ``2/5``.

    To that of a run which is for something in `WHOLE`, all tests of it belong besides. Raise
    ValueError for what is no share.
    """
    match = _SHARE.fullmatch(share)
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError(f"{share!r} is no share: it has to be like 2/5.")
    number, count = int(match[1]), int(match[2])
    always = WHOLE[whole] if whole else ()

    def is_chosen(test: str) -> bool:
        if test.startswith(always):
            return True
        drawn = sha256(f"{seed}\n{test}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % count == number - 1

    return is_chosen


def seed() -> str:
    """Return what the environment says that the shares are drawn by."""
    return os.environ.get("SHARE_SEED", "")
