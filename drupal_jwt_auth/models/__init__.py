"""The tables of content, tokens and the log: one module a model, the names re-exported here.

Imports point downwards: field_config stands on node_type and comment_type, node on node_type,
revision and path_alias, comment on comment_type and node, term on vocabulary and revision,
term_parent on term, file on revision and upload_name, file_usage on file, refresh_token, api_key,
failed_login and upload_name on revoked_token; all others on machine_names, languages, owner_field
and stored_model at most.
"""

from drupal_jwt_auth.models.api_key import ApiKey
from drupal_jwt_auth.models.audit_entry import AuditEntry
from drupal_jwt_auth.models.comment import Comment
from drupal_jwt_auth.models.comment_type import CommentType
from drupal_jwt_auth.models.config_object import ConfigObject
from drupal_jwt_auth.models.content_entry import ContentEntry
from drupal_jwt_auth.models.content_model import ContentModel
from drupal_jwt_auth.models.failed_login import FailedLogin
from drupal_jwt_auth.models.field_config import FieldConfig, FieldStorage
from drupal_jwt_auth.models.file import File
from drupal_jwt_auth.models.file_usage import FileUsage
from drupal_jwt_auth.models.node import Node, NodeQuerySet
from drupal_jwt_auth.models.node_type import NodeType
from drupal_jwt_auth.models.path_alias import PathAlias
from drupal_jwt_auth.models.refresh_token import RefreshToken
from drupal_jwt_auth.models.revision import Revision
from drupal_jwt_auth.models.revoked_token import RevokedToken
from drupal_jwt_auth.models.role import Role
from drupal_jwt_auth.models.term import Term
from drupal_jwt_auth.models.term_parent import TermParent
from drupal_jwt_auth.models.text_format import TextFormat
from drupal_jwt_auth.models.token_cutoff import TokenCutoff
from drupal_jwt_auth.models.upload_name import UploadName
from drupal_jwt_auth.models.user_profile import UserProfile
from drupal_jwt_auth.models.vocabulary import Vocabulary

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Comment",
    "CommentType",
    "ConfigObject",
    "ContentEntry",
    "ContentModel",
    "FailedLogin",
    "FieldConfig",
    "FieldStorage",
    "File",
    "FileUsage",
    "Node",
    "NodeQuerySet",
    "NodeType",
    "PathAlias",
    "RefreshToken",
    "Revision",
    "RevokedToken",
    "Role",
    "Term",
    "TermParent",
    "TextFormat",
    "TokenCutoff",
    "UploadName",
    "UserProfile",
    "Vocabulary",
]
