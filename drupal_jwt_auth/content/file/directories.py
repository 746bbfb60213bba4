"""The folder that a field has its files in: the setting ``file_directory``, with tokens."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.timezone import get_default_timezone, now

from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.file import DEFAULT_DIRECTORY
from drupal_jwt_auth.fields.php_dates import format_date
from drupal_jwt_auth.files.storage import PRIVATE

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

_DATE = re.compile(r"\[(?:current-)?date:custom:([^\[\]]*)\]")


def directory_of(field: Field, site: SiteContext) -> str:
    """Return what the names of a field's new files begin with in the storage.

    Of Drupal's tokens those for the date in a format of PHP's are known; any other stays as it is.
    The date is that of the site's time zone.
    """
    named = field.settings.get("file_directory", DEFAULT_DIRECTORY)
    moment = now().astimezone(_zone(site))
    path = _DATE.sub(lambda token: format_date(moment, token[1]), str(named or ""))
    parts = [part for part in re.split(r"[/\\]", path) if part.strip(". ")]
    scheme = PRIVATE if field.settings.get("uri_scheme") == "private" else ""
    return scheme + "".join(f"{part}/" for part in parts)


def _zone(site: SiteContext) -> tzinfo:
    name = site.structure.setting("system.date", "timezone.default", default="")
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return get_default_timezone()
