"""A site with articles that are commented on: by members, by a guest, under moderation."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from drupal_jwt_auth.conf import HTTP_METHODS, app_settings
from drupal_jwt_auth.models import Comment, CommentType, FieldConfig, Node, NodeType
from tests.content.comment.commenters import Commenter
from tests.content.visitors import add_field, make_type, make_user, permission


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    """Drupal's permissions alone decide over requests without a token."""
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS}


@pytest.fixture
def discussed(db: None) -> FieldConfig:
    """Articles with comments, which everybody sees and members write; the field for them."""
    make_type("article")
    comment_type = CommentType.objects.create(id="comment", label="Default comments")
    FieldConfig.objects.add_comment_body(comment_type)
    settings = {"comment_type": "comment", "anonymous": 0}
    default = [{"status": 2}]
    for name in (app_settings.ANONYMOUS_ROLE, app_settings.AUTHENTICATED_ROLE):
        Group.objects.get(name=name).permissions.add(permission("access comments"))
    members = Group.objects.get(name=app_settings.AUTHENTICATED_ROLE)
    members.permissions.add(permission("post comments"), permission("skip comment approval"))
    return add_field("article", "comment", "comment", settings=settings, default_value=default)


@pytest.fixture
def article(discussed: FieldConfig) -> Node:
    """A published article by somebody."""
    return make_article()


def make_article(**values: Any) -> Node:
    """An article that nobody has commented on."""
    author, _ = User.objects.get_or_create(username="author")
    node = Node(type=NodeType.objects.get(pk="article"), title="News", uid=author, **values)
    node.fields = {"comment": [{"status": 2}]}
    node.save()
    return node


@pytest.fixture
def member(discussed: FieldConfig) -> Commenter:
    """Writes comments that need no approval."""
    return Commenter(make_user("member"))


@pytest.fixture
def moderator(discussed: FieldConfig) -> Commenter:
    """Administers comments."""
    return Commenter(make_user("moderator", "administer comments"))


@pytest.fixture
def guest(discussed: FieldConfig) -> Commenter:
    """Has no account, and may comment once a test says so."""
    return Commenter()


@pytest.fixture
def guests_comment(discussed: FieldConfig) -> None:
    """Guests may comment without approval."""
    role = Group.objects.get(name=app_settings.ANONYMOUS_ROLE)
    role.permissions.add(permission("post comments"), permission("skip comment approval"))


@pytest.fixture
def approval(discussed: FieldConfig) -> None:
    """Comments of members wait for approval."""
    role = Group.objects.get(name=app_settings.AUTHENTICATED_ROLE)
    role.permissions.remove(permission("skip comment approval"))


@pytest.fixture
def comment(article: Node) -> Comment:
    """A published comment by somebody."""
    author, _ = User.objects.get_or_create(username="author")
    return Comment.objects.create(
        comment_type_id="comment",
        entity_id=str(article.pk),
        uid=author,
        subject="Hear, hear",
        fields={"comment_body": [{"value": "Text", "format": "plain_text"}]},
    )
