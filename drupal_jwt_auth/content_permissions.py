"""Drupal's permissions as Django permissions: ``create page content`` and the like.

They are rows of Django's ``Permission``, on the content type of `Node`, with Drupal's own names as
code names, so that the pickers of Django's admin grant them to users and groups.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import router

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import ContentModel, Node, NodeType, TextFormat

BUNDLE_PERMISSIONS = {
    "create {type} content": "{name}: Create new content",
    "edit own {type} content": "{name}: Edit own content",
    "edit any {type} content": "{name}: Edit any content",
    "delete own {type} content": "{name}: Delete own content",
    "delete any {type} content": "{name}: Delete any content",
    "view {type} revisions": "{name}: View revisions",
    "revert {type} revisions": "{name}: Revert revisions",
    "delete {type} revisions": "{name}: Delete revisions",
}
"""What each content type brings, by the pattern of its name."""

_NAME_LENGTH = Permission._meta.get_field("name").max_length


def permissions_of(instance: NodeType | TextFormat) -> dict[str, str]:
    """Return the labels of the permissions that a row brings by their names."""
    if isinstance(instance, TextFormat):
        return {f"use text format {instance.format}": f"Use the text format {instance.name}"}
    return {
        pattern.format(type=instance.type): label.format(name=instance.name)
        for pattern, label in BUNDLE_PERMISSIONS.items()
    }


def _permissions(using: str) -> Any:
    return Permission.objects.using(using)


def _node_content_type(using: str) -> ContentType:
    return ContentType.objects.db_manager(using).get_for_model(Node)


def make_permissions(
    sender: type[Any], instance: NodeType | TextFormat, using: str, **kwargs: Any
) -> None:
    """Make the permissions of a saved content type or text format, or relabel them."""
    for codename, label in permissions_of(instance).items():
        _permissions(using).update_or_create(
            content_type=_node_content_type(using),
            codename=codename,
            defaults={"name": label[:_NAME_LENGTH]},
        )


def remove_permissions(
    sender: type[Any], instance: NodeType | TextFormat, using: str, **kwargs: Any
) -> None:
    """Remove the permissions of a deleted row, from whoever had them too."""
    _permissions(using).filter(
        content_type=_node_content_type(using), codename__in=permissions_of(instance)
    ).delete()


def touch_content_model(sender: type[Any], using: str, **kwargs: Any) -> None:
    """Say that the content model has changed."""
    ContentModel.touch(using)


def make_roles(sender: Any, using: str, apps: Apps = all_apps, **kwargs: Any) -> None:
    """Make the anonymous and the authenticated role, with what Drupal grants them at first.

    A role that is there already is left as it is: what an administrator took away stays away. There
    are none where this app's tables are not: in another database, or after ``migrate auth``.
    """
    migrated = {model._meta.label for model in apps.get_models()}
    if Node._meta.label not in migrated or not router.allow_migrate_model(using, Node):
        return
    content_type = _node_content_type(using)
    access_content, _ = _permissions(using).get_or_create(
        content_type=content_type,
        codename="access content",
        defaults={"name": dict(Node._meta.permissions)["access content"]},
    )
    for name in (app_settings.ANONYMOUS_ROLE, app_settings.AUTHENTICATED_ROLE):
        role, made = Group.objects.using(using).get_or_create(name=name)
        if made:
            role.permissions.add(access_content)
    ContentModel.touch(using)
