"""What the app has logged, the audit log aside."""

from __future__ import annotations

import logging

import pytest

AUDIT_LOG = "drupal_jwt_auth.audit"


def notes(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """The messages of the app's modules from a level up, each of which has a logger of its own."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("drupal_jwt_auth.")
        and record.name != AUDIT_LOG
        and record.levelno >= level
    ]
