"""Where files are: those for everybody in the project's own storage, private ones in another.

A file is known by its name in the storage; that of a private one begins with ``private://``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files import File as Content
from django.core.files.storage import Storage, default_storage, storages
from django.utils.encoding import filepath_to_uri

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.paths import site_root

PRIVATE = "private://"
PRIVATE_PATH = "system/files/"
"""Where Drupal serves private files, to those who may see what they belong to."""


class NoStorage(Storage):
    """Where nothing is, and nothing can be put: there is no storage for private files."""

    def _open(self, name: str, mode: str = "rb") -> Content[bytes]:
        raise FileNotFoundError(name)

    def _save(self, name: str, content: Content[bytes]) -> str:
        raise ImproperlyConfigured("PRIVATE_STORAGE names no storage for private files.")

    def exists(self, name: str) -> bool:
        """Tell that it is not there."""
        return False

    def delete(self, name: str) -> None:
        """Do nothing: it is not there."""

    def size(self, name: str) -> int:
        """Raise FileNotFoundError."""
        raise FileNotFoundError(name)


def private_storage() -> Storage:
    """Return the storage for private files."""
    alias = app_settings.PRIVATE_STORAGE
    return NoStorage() if alias is None else storages[alias]


def has_room(name: str) -> bool:
    """Tell whether there is a storage for a file of this name."""
    return not (name.startswith(PRIVATE) and app_settings.PRIVATE_STORAGE is None)


class SiteStorage(Storage):
    """The two as one: what a name begins with says in which of them the file is.

    No URL leads to the bytes of a private one but Drupal's own address, ``/system/files/``.
    """

    def open(self, name: str, mode: str = "rb") -> Content[Any]:
        """Return the content."""
        content: Content[Any] = _call(name, "open", mode)
        return content

    def save(
        self, name: str | None, content: IO[Any] | Content[Any], max_length: int | None = None
    ) -> str:
        """Save content under a name, or one like it, and return that."""
        given = str(name)
        saved: str = _call(given, "save", content, max_length=max_length)
        return PRIVATE + saved if given.startswith(PRIVATE) else saved

    def delete(self, name: str) -> None:
        """Delete the file."""
        _call(name, "delete")

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return bool(_call(name, "exists"))

    def size(self, name: str) -> int:
        """Return how many bytes it has."""
        return int(_call(name, "size"))

    def path(self, name: str) -> str:
        """Return where it is in the file system."""
        return str(_call(name, "path"))

    def url(self, name: str | None) -> str:
        """Return the address of a file."""
        given = str(name)
        if given.startswith(PRIVATE):
            return f"{site_root()}{PRIVATE_PATH}{filepath_to_uri(given.removeprefix(PRIVATE))}"
        return default_storage.url(given)

    def get_accessed_time(self, name: str) -> datetime:
        """Return when it was read last."""
        moment: datetime = _call(name, "get_accessed_time")
        return moment

    def get_created_time(self, name: str) -> datetime:
        """Return when it was made."""
        moment: datetime = _call(name, "get_created_time")
        return moment

    def get_modified_time(self, name: str) -> datetime:
        """Return when it was changed last."""
        moment: datetime = _call(name, "get_modified_time")
        return moment


def _call(name: str, method: str, *args: Any, **kwargs: Any) -> Any:
    """Call a method of the storage that a file is in."""
    is_private = name.startswith(PRIVATE)
    storage: Storage = private_storage() if is_private else default_storage
    called: Callable[..., Any] = getattr(storage, method)
    return called(name.removeprefix(PRIVATE), *args, **kwargs)


def site_storage() -> SiteStorage:
    """Return the storage of all files; migrations name this function."""
    return SiteStorage()
