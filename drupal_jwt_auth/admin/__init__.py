"""Django's admin for the content: one module a model.

It obeys Drupal's permissions, through the same rules as the API, and lets those in who have one
that has a page. The profiles of users have no page but those of the users: a user could not be
deleted any more by whoever may not delete these.
"""

from django.contrib import admin

from drupal_jwt_auth.admin.audit_entry import AuditEntryAdmin
from drupal_jwt_auth.admin.cancelling import CancellingMixin
from drupal_jwt_auth.admin.comment import CommentAdmin
from drupal_jwt_auth.admin.comment_type import CommentTypeAdmin
from drupal_jwt_auth.admin.config_object import ConfigObjectAdmin
from drupal_jwt_auth.admin.content_entry import ContentEntryAdmin
from drupal_jwt_auth.admin.entrance import EntranceMixin, open_to_editors
from drupal_jwt_auth.admin.field_config import FieldConfigAdmin
from drupal_jwt_auth.admin.file import FileAdmin
from drupal_jwt_auth.admin.imported_users import ImportedUsersMixin
from drupal_jwt_auth.admin.node import NodeAdmin
from drupal_jwt_auth.admin.node_type import NodeTypeAdmin
from drupal_jwt_auth.admin.path_alias import PathAliasAdmin
from drupal_jwt_auth.admin.role import RoleAdmin, add_to_page_of_groups
from drupal_jwt_auth.admin.taxonomy import TermAdmin, VocabularyAdmin
from drupal_jwt_auth.admin.text_format import TextFormatAdmin
from drupal_jwt_auth.admin.user_list import UserListMixin
from drupal_jwt_auth.admin.user_permissions import UserPermissionsMixin
from drupal_jwt_auth.admin.user_profile import ProfileMixin
from drupal_jwt_auth.admin.user_tokens import UserTokensMixin
from drupal_jwt_auth.admin.users import add_to_page_of_users

__all__ = [
    "AuditEntryAdmin",
    "CancellingMixin",
    "CommentAdmin",
    "CommentTypeAdmin",
    "ConfigObjectAdmin",
    "ContentEntryAdmin",
    "EntranceMixin",
    "FieldConfigAdmin",
    "FileAdmin",
    "ImportedUsersMixin",
    "NodeAdmin",
    "NodeTypeAdmin",
    "PathAliasAdmin",
    "ProfileMixin",
    "RoleAdmin",
    "TermAdmin",
    "TextFormatAdmin",
    "UserListMixin",
    "UserPermissionsMixin",
    "UserTokensMixin",
    "VocabularyAdmin",
    "open_to_editors",
]

open_to_editors(admin.site)
add_to_page_of_users(admin.site)
add_to_page_of_groups(admin.site)
