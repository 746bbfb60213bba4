"""The command that loads a described site."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.transfer.site import Load


@pytest.fixture
def load(db: None, tmp_path: Path) -> Load:
    """Run the command on a file with this content, and return what it prints."""

    def load(content: Any, *options: str) -> str:
        path = tmp_path / "site.json"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(json.dumps(content))
        output = StringIO()
        call_command("import_drupal_site", path, *options, stdout=output)
        return output.getvalue()

    return load
