"""What the demo starts with: content types, roles and users, as after installing Drupal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import CommentType, FieldConfig, NodeType

NODE_TYPES: dict[str, dict[str, Any]] = {
    "article": {
        "name": "Article",
        "description": "News, announcements, posts: whatever has a date.",
    },
    "page": {
        "name": "Basic page",
        "description": "Pages that stay, such as one about you.",
        "promote": False,
    },
}

COMMENT_TYPE = "comment"
COMMENTING = {
    app_settings.ANONYMOUS_ROLE: ("access comments",),
    app_settings.AUTHENTICATED_ROLE: ("access comments", "post comments", "skip comment approval"),
}
"""What the roles of everybody may do with comments."""

EDITOR_ROLE = "content_editor"
EDITOR_PERMISSIONS = (
    "access content overview",
    "create article content",
    "create page content",
    "delete own article content",
    "delete own page content",
    "edit own article content",
    "edit own page content",
    "view own unpublished content",
)

USERS: dict[str, dict[str, Any]] = {
    "admin": {"is_staff": True, "is_superuser": True},
    "editor": {"roles": [EDITOR_ROLE]},
    "plain": {},
}


def password_of(username: str) -> str:
    """Return the password of a user of the demo."""
    return f"{username}-pass"


@transaction.atomic
def prepare() -> None:
    """Make what is missing, and set what the demo relies on; running it again changes nothing."""
    for machine_name, values in NODE_TYPES.items():
        node_type, _ = NodeType.objects.update_or_create(type=machine_name, defaults=values)
        FieldConfig.objects.add_body(node_type)
    _prepare_comments()
    for name, permissions in {**COMMENTING, EDITOR_ROLE: EDITOR_PERMISSIONS}.items():
        role, _ = Group.objects.get_or_create(name=name)
        role.permissions.add(
            *Permission.objects.filter(
                content_type__app_label="drupal_jwt_auth", codename__in=permissions
            )
        )
    for username, values in USERS.items():
        flags = {"is_active": True, "email": f"{username}@example.com", **values}
        roles = flags.pop("roles", [])
        user, is_new = User.objects.update_or_create(username=username, defaults=flags)
        if is_new or not user.check_password(password_of(username)):
            user.set_password(password_of(username))
            user.save()
        user.groups.add(*Group.objects.filter(name__in=roles))


def _prepare_comments() -> None:
    """Let articles be commented on."""
    values = {"label": "Default comments", "description": "Allows commenting on content"}
    comment_type, _ = CommentType.objects.get_or_create(id=COMMENT_TYPE, defaults=values)
    FieldConfig.objects.add_comment_body(comment_type)
    if not FieldConfig.objects.of("node", "article").filter(storage__name="comment").exists():
        FieldConfig.objects.create_field(
            "node",
            "article",
            "comment",
            "comment",
            label="Comments",
            settings={"comment_type": COMMENT_TYPE},
            default_value=[{"status": 2}],
        )
