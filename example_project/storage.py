"""Where the files of the demo's sites are: each database has a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


class SiteStorage(FileSystemStorage):
    """Files in a folder, or below it in that of the database which ``site`` is the name for."""

    site: ClassVar[str] = ""

    @property
    def location(self) -> str:
        """Return where the files are."""
        return str(Path(self.base_location, self.site).absolute())


def name_of_site() -> str:
    """Return a name that no other database has: when its tables were made.

    A new one begins without the files of another, even if it is at the same place.
    """
    made = MigrationRecorder(connection).migration_qs.filter(app="drupal_jwt_auth").earliest("id")
    return f"{made.applied:%Y-%m-%d-%H%M%S-%f}"
