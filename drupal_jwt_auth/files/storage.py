"""Where files are: those for everybody in the project's own storage, private ones in another.

A file is known by its name in the storage; that of a private one begins with ``private://``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from django.conf import DEFAULT_STORAGE_ALIAS
from django.core.exceptions import ImproperlyConfigured
from django.core.files import File as Content
from django.core.files.storage import FileSystemStorage, Storage, default_storage, storages
from django.utils.encoding import filepath_to_uri

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.paths import site_root

PUBLIC = "public://"
PRIVATE = "private://"
PRIVATE_PATH = "system/files/"
"""Where Drupal serves private files, to those who may see what they belong to."""

_MARK = "\x1f"
"""What stands for a back-slash while an address is made: no name has it."""
_ENCODED = {ord(sign): quote(sign, safe="") for sign in "!*'()"}
"""What Django's storages leave as it is, and Drupal does not."""


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


def has_folder() -> bool:
    """Tell whether files for everybody have a folder of their own, where they go to one.

    Without ``MEDIA_ROOT`` they go to the one in which the process was started.
    """
    public = storages[DEFAULT_STORAGE_ALIAS]
    return not isinstance(public, FileSystemStorage) or bool(public.base_location)


class SiteStorage(Storage):
    """The two as one: what a name begins with says in which of them the file is.

    No URL leads to the bytes of a private one but Drupal's own address, ``/system/files/``.
    Neither storage is told of a back-slash in a name, which means a folder to some.
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
        if saved == _stored(given):
            return given
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
        """Return the address of a file, percent-encoded as Drupal does it.

        There a back-slash is a slash, and the address of a public file with one leads nowhere.
        """
        given = str(name)
        if given.startswith(PRIVATE):
            path = filepath_to_uri(given.removeprefix(PRIVATE))
            return f"{site_root()}{PRIVATE_PATH}{path}".translate(_ENCODED)
        address, mark, query = default_storage.url(given.replace("\\", _MARK)).partition("?")
        return address.replace(quote(_MARK), "/").translate(_ENCODED) + mark + query

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
    storage, stored = place_of(name)
    called: Callable[..., Any] = getattr(storage, method)
    return called(stored, *args, **kwargs)


def _stored(name: str) -> str:
    """Return the name by which a storage knows a file."""
    return name.removeprefix(PRIVATE).replace("\\", "_")


def uri_of(name: str) -> str:
    """Return the URI of a file, as Drupal has it, for its name in the storage."""
    return name if name.startswith(PRIVATE) else PUBLIC + name


def name_of(uri: str) -> str:
    """Return the name in the storage of the file that a URI stands for."""
    return uri.removeprefix(PUBLIC)


def place_of(name: str) -> tuple[Storage, str]:
    """Return the project's storage that a file is in, and its name there."""
    storage = private_storage() if name.startswith(PRIVATE) else default_storage
    return storage, _stored(name)


def site_storage() -> SiteStorage:
    """Return the storage of all files; migrations name this function."""
    return SiteStorage()
