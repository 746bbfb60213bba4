"""The app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.signals import got_request_exception, request_finished, request_started
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DrupalJWTAuthConfig(AppConfig):
    """The app's name, and what it listens to."""

    name = "drupal_jwt_auth"
    verbose_name = _("Content")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Learn the project's entity types, register the checks, connect the receivers.

        And let Django's error reports show no secret.
        """
        from drupal_jwt_auth.auth.error_reports import reporter_filter
        from drupal_jwt_auth.content import kinds
        from drupal_jwt_auth.models import NodeQuerySet

        autodiscover_modules("entities", "lists")
        NodeQuerySet.viewable = staticmethod(kinds.viewable_nodes)
        # Where Django asks for it: a view sets it on its request, which some never reach.
        filtered: Any = HttpRequest
        filtered.exception_reporter_filter = reporter_filter
        _register_checks()
        _watch_requests()
        _watch_connections()
        _watch_users(self)
        _watch_content(self)
        _watch_comments()
        _watch_files()
        _watch_log()
        if apps.is_installed("drf_spectacular"):
            import drupal_jwt_auth.rest.openapi  # noqa: F401  it registers what it has


def _register_checks() -> None:
    from drupal_jwt_auth.checks.database import check_databases
    from drupal_jwt_auth.checks.entities import check_entity_types, check_entity_urls
    from drupal_jwt_auth.checks.lists import check_list_fields, check_lists
    from drupal_jwt_auth.checks.settings import check_deployment, check_settings

    checks.register(check_settings, checks.Tags.security)
    checks.register(check_deployment, checks.Tags.security, deploy=True)
    checks.register(check_databases, checks.Tags.database)
    checks.register(check_entity_types, checks.Tags.models)
    checks.register(check_entity_urls, checks.Tags.urls)
    checks.register(check_lists, checks.Tags.models)
    checks.register(check_list_fields, checks.Tags.database)


def _watch_connections() -> None:
    from drupal_jwt_auth.content.query.folding import add_function

    connection_created.connect(add_function, dispatch_uid=f"{__name__}.add_function")


def _watch_requests() -> None:
    from drupal_jwt_auth.auth.audit import record_failure
    from drupal_jwt_auth.auth.flood import count_once_more, forget_taken
    from drupal_jwt_auth.auth.sessions import forget_request
    from drupal_jwt_auth.http.content_type import keep_readable

    request_started.connect(keep_readable)
    request_started.connect(forget_taken)
    request_started.connect(forget_request)
    request_finished.connect(forget_request)
    request_finished.connect(count_once_more)
    got_request_exception.connect(record_failure)


def _watch_users(app: AppConfig) -> None:
    from django.contrib.auth.signals import user_logged_in

    from drupal_jwt_auth.auth.backends import record_session
    from drupal_jwt_auth.auth.password_upgrades import compare_and_set
    from drupal_jwt_auth.auth.sessions import mark_session, notice_own_password
    from drupal_jwt_auth.auth.tokens.user_changes import revoke_all_of_changed
    from drupal_jwt_auth.content.user.kept_uuids import keep_missing_uuids, keep_uuid
    from drupal_jwt_auth.mail.following import tell_status
    from drupal_jwt_auth.stored_users import read_stored

    # In this order: a new hash of the same password is no change of it.
    pre_save.connect(compare_and_set)
    pre_save.connect(read_stored)
    post_save.connect(revoke_all_of_changed)
    post_save.connect(notice_own_password)
    post_save.connect(keep_uuid)
    post_save.connect(tell_status)
    post_migrate.connect(keep_missing_uuids, sender=app)
    user_logged_in.connect(record_session)
    user_logged_in.connect(mark_session)


def _watch_content(app: AppConfig) -> None:
    from django.contrib.auth.models import Permission

    from drupal_jwt_auth.content import permissions as content_permissions
    from drupal_jwt_auth.content.entity import bundles
    from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
    from drupal_jwt_auth.models import (
        ConfigObject,
        ContentModel,
        FieldConfig,
        FieldStorage,
        TextFormat,
    )

    sender: type[Model]
    for sender in content_permissions.models_with_permissions():
        post_save.connect(content_permissions.make_permissions, sender=sender)
        post_delete.connect(content_permissions.remove_permissions, sender=sender)
    structural: list[type[Model]] = [ConfigObject, FieldConfig, FieldStorage, TextFormat]
    structural += [model for each in ENTITY_TYPES.all_content() if (model := each.bundle_model)]
    for signal in (post_save, post_delete):
        for sender in structural:
            signal.connect(content_permissions.touch_content_model, sender=sender)
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.bundle_model is not None:
            post_delete.connect(bundles.forget_fields, sender=entity_type.bundle_model)
    post_delete.connect(bundles.forget_storage, sender=FieldConfig)
    pre_save.connect(content_permissions.make_way, sender=Permission)
    pre_save.connect(content_permissions.renew_stamp, sender=ContentModel)
    post_migrate.connect(content_permissions.prepare_database, sender=app)


def _watch_comments() -> None:
    from drupal_jwt_auth.content.comment import following
    from drupal_jwt_auth.content.entity.registry import entity_deleted
    from drupal_jwt_auth.content.path_alias.following import delete_aliases
    from drupal_jwt_auth.models import Comment

    pre_save.connect(following.place, sender=Comment)
    post_save.connect(following.count_saved, sender=Comment)
    pre_delete.connect(following.expect_deletion, sender=Comment)
    post_delete.connect(following.count_deleted, sender=Comment)
    entity_deleted.connect(following.delete_comments_on)
    entity_deleted.connect(delete_aliases)


def _watch_files() -> None:
    from drupal_jwt_auth.content.entity.registry import entity_deleted
    from drupal_jwt_auth.content.file.storage import follow_deletion
    from drupal_jwt_auth.content.file.usage import forget_uses
    from drupal_jwt_auth.models import File

    post_delete.connect(follow_deletion, sender=File)
    entity_deleted.connect(forget_uses)


def _watch_log() -> None:
    from drupal_jwt_auth.conf import app_settings
    from drupal_jwt_auth.content import content_log

    # Once connected, it would have Django read what is deleted: so not where it is off.
    if app_settings.CONTENT_LOG:
        content_log.watch()
