"""What nobody reads of a Drupal site: modules, and tables with rows, each named in the report."""

from __future__ import annotations

import re

from django.apps import apps

from drupal_jwt_auth.transfer.drupal.configuration import SiteConfiguration
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase
from drupal_jwt_auth.transfer.drupal.report import Report

SUPPORTED = frozenset(
    {
        *("basic_auth", "comment", "datetime", "datetime_range", "field", "file", "filter"),
        *("image", "jsonapi", "link", "node", "options", "path", "path_alias", "phpass", "rest"),
        *("serialization", "system", "taxonomy", "telephone", "text", "user", "views"),
    }
)
"""Modules whose content is here afterwards, and that clients find here as before."""

NEEDLESS = frozenset(
    {
        *("announcements_feed", "automated_cron", "big_pipe", "block", "breakpoint", "ckeditor"),
        *("ckeditor5", "config", "contextual", "dblog", "dynamic_page_cache", "editor", "field_ui"),
        *("help", "history", "inline_form_errors", "menu_ui", "migrate", "mysql", "navigation"),
        *("package_manager", "page_cache", "pgsql", "responsive_image", "search", "settings_tray"),
        *("sqlite", "standard", "minimal", "syslog", "toolbar", "tour", "update", "views_ui"),
    }
)
"""Modules of which clients of the API see nothing: pages, and the keeping of a site."""

OPTIONAL = {
    "entity_reference_revisions": "drupal_jwt_auth.contrib.paragraphs",
    "media": "drupal_jwt_auth.contrib.media",
    "paragraphs": "drupal_jwt_auth.contrib.paragraphs",
}
"""Modules whose content an app brings that has to be installed."""

DERIVED = re.compile(
    r"cache_\w+|cachetags|sqlite_\w+|router|search_\w+|help_search_items|menu_tree|sequences"
    r"|batch|flood|semaphore|sessions|queue|history|watchdog|key_value_expire|node_access"
    r"|taxonomy_index|locales_location|locale_file",
    re.ASCII,
)
"""Tables of what Drupal makes from others, or forgets: nothing of a site is lost with them."""

TRANSLATED = (
    *("comment_field_data", "node_field_data"),
    *("taxonomy_term_field_data", "users_field_data"),
)
"""Tables with a row for each language that an entity is in."""

BECOMES = {
    **dict.fromkeys(
        ("media_revision", "paragraphs_item_revision"),
        "left out: who has made a revision, when and why; what it was is kept.",
    ),
    "path_alias_revision": "left out: of an alias, what it is now is kept.",
    "taxonomy_term_field_revision": "left out: of a term, what it is now is kept.",
    "users_data": "left out: what modules noted of users.",
}
DELETED = "left out: values of a field that was deleted."
OTHER = "left out."


def note_leftovers(
    database: DrupalDatabase, configuration: SiteConfiguration, report: Report
) -> None:
    """Note modules that are not supported, and the rows that nobody has read."""
    modules = configuration.value("core.extension", "module", {})
    report.facts["modules"] = sorted(modules)
    here = {app.name for app in apps.get_app_configs()}
    for name in sorted(OPTIONAL.keys() & modules.keys()):
        if OPTIONAL[name] not in here:
            report.note(
                *("Modules", f"modules that {OPTIONAL[name]} is for"),
                "left out with their content: add it to INSTALLED_APPS, migrate, import again.",
                name,
            )
    for name in sorted(modules.keys() - SUPPORTED - NEEDLESS - OPTIONAL.keys()):
        report.note(
            "Modules",
            "modules that are not supported",
            "their configuration is kept, what they do is not done.",
            name,
        )
    for table in TRANSLATED:
        count = database.count(table, "default_langcode = 0")
        if count:
            report.note(
                *("Translations", f"translations in the table {table}"),
                "left out: what is in the language that it was written in is kept.",
                count=count,
            )
    for table in sorted(database.tables - database.asked):
        if DERIVED.fullmatch(table):
            continue
        count = database.count(table)
        if count:
            what = DELETED if table.startswith("field_deleted_") else BECOMES.get(table, OTHER)
            report.note("Tables", f"rows of the table {table}", what, count=count)
