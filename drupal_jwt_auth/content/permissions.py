"""Drupal's permissions as Django permissions: ``create page content`` and the like.

They are rows of Django's ``Permission`` with Drupal's own names as code names, so that the pickers
of Django's admin grant them to users and groups, too. Most are declared by the model that they are
about.

Each bundle (a content type, a vocabulary) and each text format brings some, on the content type of
`Node`. They are made as it is
saved; for those that come from a fixture, without touching what the fixture has of permissions
itself; and as the database is migrated, for what migrations have made, which send no signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, router

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import ContentModel, Node, TextFormat
from drupal_jwt_auth.models.content_model import new_stamp

FORMAT_PERMISSIONS = {"use text format {format}": "Use the text format {name}"}
"""What each text format brings."""

_OF_NODES = {"app_label": APP_LABEL, "model": Node._meta.model_name}
_NAME_LENGTH = Permission._meta.get_field("name").max_length


def models_with_permissions() -> Mapping[type[models.Model], Mapping[str, str]]:
    """Return the models whose rows bring permissions, with their labels by their names.

    In both there are braces: ``{name}`` for what a row is called, and the name of the primary key
    for its machine name.
    """
    found: dict[type[models.Model], Mapping[str, str]] = {}
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.bundle_model is not None and entity_type.bundle_permissions:
            found[entity_type.bundle_model] = entity_type.bundle_permissions
    return {**found, TextFormat: FORMAT_PERMISSIONS}


def permissions_of(kind: type[models.Model], key: str, name: str) -> dict[str, str]:
    """Return the labels of the permissions that a row brings by their names.

    ``kind`` is its model, or what a migration knows of it.
    """
    patterns = {model._meta.label: each for model, each in models_with_permissions().items()}
    machine_name = {str(kind._meta.pk.name): key}
    return {
        pattern.format(**machine_name): label.format(name=name)[:_NAME_LENGTH]
        for pattern, label in patterns.get(kind._meta.label, {}).items()
    }


def make_permissions(
    sender: type[models.Model],
    instance: Any,
    using: str,
    *,
    raw: bool,
    **kwargs: Any,
) -> None:
    """Make the permissions that a saved row brings, or relabel them.

    Those of one from a fixture (``raw``) are made if they are missing, and not relabelled: they may
    be in the fixture too. Groups in it may have them, so that it could not be loaded without.
    """
    labels = permissions_of(sender, instance.pk, instance.name)
    if raw:
        # Else all of this database comes from the fixture.
        for content_type in ContentType.objects.using(using).filter(**_OF_NODES):
            _make_missing(Permission, content_type, labels, using)
        return
    content_type = _content_type_of_nodes(ContentType, using)
    for codename, label in labels.items():
        Permission.objects.using(using).update_or_create(
            content_type=content_type, codename=codename, defaults={"name": label}
        )


def make_way(instance: Permission, using: str, *, raw: bool, **kwargs: Any) -> None:
    """Let a permission from a fixture take the place of the one of its name: for ``pre_save``.

    It has another key where its content type came earlier in the fixture, so that the permission
    was made a moment ago. One that somebody has stays, and the fixture is refused.
    """
    if raw:
        unused: dict[str, Any] = {other.name: None for other in Permission._meta.related_objects}
        Permission.objects.using(using).filter(
            content_type__app_label=APP_LABEL,
            content_type=instance.content_type_id,
            codename=instance.codename,
            **unused,
        ).exclude(pk=instance.pk).delete()


def remove_permissions(
    sender: type[models.Model], instance: Any, using: str, **kwargs: Any
) -> None:
    """Remove the permissions of a deleted row, from whoever had them too."""
    Permission.objects.using(using).filter(
        content_type__in=ContentType.objects.using(using).filter(**_OF_NODES),
        codename__in=permissions_of(sender, instance.pk, instance.name),
    ).delete()


def touch_content_model(sender: type[models.Model], using: str, **kwargs: Any) -> None:
    """Say that the content model has changed.

    A project's own bundles may be in another database than what tells of it.
    """
    is_own = sender._meta.app_label != APP_LABEL
    ContentModel.touch(router.db_for_write(ContentModel) if is_own else using)


def renew_stamp(instance: ContentModel, **kwargs: Any) -> None:
    """Let a fixture bring no stamp that a process may know: a receiver of ``pre_save``."""
    instance.stamp = new_stamp()


def prepare_database(
    sender: Any, using: str, apps: Apps | Any = installed_apps, **kwargs: Any
) -> None:
    """Make the roles and the permissions that are missing: a receiver of ``post_migrate``.

    The anonymous and the authenticated role begin with what Drupal grants them at first. A role
    that is there already is left as it is: what an administrator took away stays away.
    """
    known: list[Any] = [Permission, Group, ContentType, *models_with_permissions()]
    try:
        permission_model, group_model, content_type_model, *kinds = (
            apps.get_model(model._meta.label) for model in known
        )
    except LookupError:
        return  # This app's migrations have not been run, or have been undone.
    if not all(router.allow_migrate_model(using, model) for model in (Permission, Node)):
        return
    content_type = _content_type_of_nodes(content_type_model, using)
    labels = {"access content": dict(Node._meta.permissions)["access content"]}
    for kind in kinds:
        for key, name in kind._default_manager.using(using).values_list("pk", "name"):
            labels |= permissions_of(kind, key, name)
    _make_missing(permission_model, content_type, labels, using)
    permissions = permission_model._default_manager.using(using)
    access_content = permissions.get(content_type=content_type, codename="access content")
    for name in (app_settings.ANONYMOUS_ROLE, app_settings.AUTHENTICATED_ROLE):
        role, made = group_model._default_manager.using(using).get_or_create(name=name)
        if made:
            role.permissions.add(access_content)
    ContentModel.touch(using)


def _content_type_of_nodes(content_type_model: Any, using: str) -> Any:
    """Return Django's content type, which is asked for each time: tests take it away and back."""
    return content_type_model.objects.using(using).get_or_create(**_OF_NODES)[0]


def _make_missing(
    permission_model: Any, content_type: Any, labels: Mapping[str, str], using: str
) -> None:
    """Make those of the permissions that are not there."""
    permissions = permission_model._default_manager.using(using)
    there = permissions.filter(content_type=content_type).values_list("codename", flat=True)
    missing: Iterable[str] = labels.keys() - set(there)
    permissions.bulk_create(
        [
            permission_model(content_type=content_type, codename=codename, name=labels[codename])
            for codename in labels
            if codename in missing
        ],
        # Two processes may be migrating.
        ignore_conflicts=True,
    )
