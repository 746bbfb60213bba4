"""System checks of the storages for files, and of how private ones are sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import DEFAULT_STORAGE_ALIAS, STATICFILES_STORAGE_ALIAS, settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages

from drupal_jwt_auth.conf import SETTING_NAME, app_settings
from drupal_jwt_auth.files.storage import has_folder


def check_folder() -> Iterator[CheckMessage]:
    """Yield a warning where uploads go to whichever folder the server was started in."""
    if not has_folder():
        yield checks.Warning(
            "Files that are uploaded go to the folder in which the server was started.",
            hint="Set MEDIA_ROOT to a folder for them alone, or STORAGES['default'] to a storage.",
            id="drupal_jwt_auth.W024",
        )


def check_private_storage() -> Iterator[CheckMessage]:
    """Yield an error for a storage that does not exist, or whose files everybody can read."""
    alias = app_settings.PRIVATE_STORAGE
    if alias is None:
        return
    try:
        private = storages[alias]
    except InvalidStorageError:
        yield checks.Error(
            f"{SETTING_NAME}['PRIVATE_STORAGE'] is {alias!r}, and there is no such storage.",
            hint="Name one of STORAGES whose BACKEND there is, or leave the setting out.",
            id="drupal_jwt_auth.E025",
        )
        return
    public = [settings.MEDIA_ROOT, settings.STATIC_ROOT]
    if alias in {DEFAULT_STORAGE_ALIAS, STATICFILES_STORAGE_ALIAS} or (
        isinstance(private, FileSystemStorage)
        and any(_overlap(private.location, folder) for folder in public if folder)
    ):
        yield checks.Error(
            f"Private files, in the storage {alias!r}, would be where everybody can read files.",
            hint=f"Give STORAGES[{alias!r}] a location apart from MEDIA_ROOT and STATIC_ROOT.",
            id="drupal_jwt_auth.E026",
        )


def _overlap(folder: Any, other: Any) -> bool:
    """Return True if one of two folders is in the other."""
    first, second = Path(folder).resolve(), Path(other).resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


def check_sendfile() -> Iterator[CheckMessage]:
    """Yield an error where the server is told to send files that it cannot find."""
    if app_settings.SENDFILE is None:
        return
    header, root = app_settings.SENDFILE
    if app_settings.PRIVATE_STORAGE is None:
        yield checks.Error(
            f"{SETTING_NAME}['SENDFILE'] is about private files, and there is no storage for them.",
            hint=f"Name one of STORAGES in {SETTING_NAME}['PRIVATE_STORAGE'].",
            id="drupal_jwt_auth.E028",
        )
    elif header == "X-Sendfile" and not _may_be_in(Path(root), app_settings.PRIVATE_STORAGE):
        yield checks.Error(
            f"{SETTING_NAME}['SENDFILE'] names {root!r}, and private files are not there.",
            hint="With X-Sendfile, name the folder that PRIVATE_STORAGE has the files in.",
            id="drupal_jwt_auth.E029",
        )


def _may_be_in(folder: Path, alias: str) -> bool:
    """Tell whether a storage may have its files in a folder; one that is not there is told of."""
    try:
        storage = storages[alias]
    except InvalidStorageError:
        return True
    return isinstance(storage, FileSystemStorage) and Path(storage.location) == folder
